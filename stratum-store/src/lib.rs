//! What is kept, and how does one get at it? SQLite in a file, one door per tenant, one noun per file.
//!
//! `store.tenant(&id).begin()` opens a transaction that may write, `.read()` one that sees a single moment; both give a
//! [`TenantScope`], and every query about a tenant's data is a method on it. What crosses tenants is on [`OperatorScope`].
//! A committed transaction is on the disk. Nothing in here decides anything, reads a clock or draws chance.

pub mod accounts;
mod column;
pub mod customers;
pub mod error;
pub mod events;
pub mod ledger;
pub mod metrics;
pub mod operator;
pub mod readings;
mod scope;
mod store;
pub mod trust;

pub use accounts::{Account, Campaign};
pub use error::StoreError;
pub use events::{Channel, EventIntake, IntakeSettings, NewEvent, Submission};
pub use operator::{OperatorScope, Source, Tenant};
pub use readings::ReadingsWindow;
pub use scope::{TenantDoor, TenantScope};
pub use store::Store;

//! How do values reach an ad platform, and come back? Requests out, answers in; no decision is made here.
//!
//! Reading is free. Writing takes a `Redemption`, which only a permit of the gate leaves behind: also for whoever adds
//! another connector, because the transport itself asks for it.

pub mod ad_platform;
pub mod error;
pub mod fake_ad_platform;
pub mod transport;

pub use ad_platform::{AdPlatform, Answer, CampaignState, Capabilities, Observed, Receipt};
pub use error::{Error, Kind, Retry};
pub use transport::{CallRecord, Request, Transport};

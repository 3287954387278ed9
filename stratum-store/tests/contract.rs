//! Does the store keep what it is given, count it right and keep tenants apart? On a real file, as the server uses it.

#![cfg(test)]

#[path = "contract/customers.rs"]
mod customers;
#[path = "contract/events.rs"]
mod events;
#[path = "contract/isolation.rs"]
mod isolation;
#[path = "contract/ledger.rs"]
mod ledger;
#[path = "contract/readings.rs"]
mod readings;
#[path = "contract/trust.rs"]
mod trust;
#[path = "contract/world.rs"]
mod world;

//! What does Stratum look like when something happens? A simulated advertiser, lived through hour by hour.
//!
//! Everything it shows goes through the same store and the same jobs as real data; the simulation only stands where
//! platforms, shop and visitors stand otherwise. It is the one place that may look at the known truth, and it only
//! writes that beside the decisions.

pub mod build;
pub mod cast;
pub mod living;
pub mod people;
pub mod plan;
pub mod rows;
pub mod truth;

use stratum_connectors::fake_ad_platform::CampaignsError;
use stratum_core::vocabulary::{IdError, MoneyError};
use stratum_store::StoreError;
use thiserror::Error;

use crate::jobs::JobError;

/// Why the demo cannot be made or lived on.
#[derive(Debug, Error)]
pub enum DemoError {
    /// A job failed.
    #[error(transparent)]
    Job(#[from] JobError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The fake platform failed.
    #[error(transparent)]
    Platform(#[from] CampaignsError),
    /// The way to the fake platform failed.
    #[error(transparent)]
    Connector(#[from] stratum_connectors::Error),
    /// A name of the plan is no id.
    #[error(transparent)]
    Id(#[from] IdError),
    /// A number of the world is no money.
    #[error(transparent)]
    Money(#[from] MoneyError),
    /// The plan asks for something that cannot be.
    #[error("{0}")]
    Plan(&'static str),
}

impl DemoError {
    /// A stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Job(error) => error.code(),
            Self::Store(error) => error.code(),
            Self::Platform(_) | Self::Connector(_) => "demo.platform",
            Self::Id(_) | Self::Money(_) | Self::Plan(_) => "demo.plan",
        }
    }
}

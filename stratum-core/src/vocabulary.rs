//! Which words does Stratum speak? Ids, money, time, scores, platforms and readings.
//!
//! Every other module builds on these types and none of them invents a synonym. Nothing here decides anything.

pub mod digest;
pub mod ids;
pub mod money;
pub mod platform;
pub mod reading;
pub mod score;
pub mod time;

pub use digest::Digest;
pub use ids::{
    AccountId, ActorId, CampaignId, EventName, FreezeId, IdError, PolicyVersion, ProposalId,
    TenantId,
};
pub use money::{Currency, Money, MoneyError};
pub use platform::Platform;
pub use reading::{Measured, Missing, Reading, Source};
pub use score::{Bounds, Score, ScoreError};
pub use time::{MAX_CLOCK_SKEW_SECONDS, Timestamp, seconds_between};

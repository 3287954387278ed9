//! How far can a claim about conversions be believed? Against experiments, and against the advertiser's own books.
//!
//! Not here: models that share conversions out; a claim may come from one of them or from a platform.

pub mod calibration;
pub mod estimate;
pub mod reported;

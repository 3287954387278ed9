//! Who deserves which part of a conversion, and how far can what is claimed be believed?

pub mod calibration;
pub mod estimate;
pub mod hazard;
mod largest_remainder;
pub mod reported;

//! What does a running server consist of? Its data folder, its listener, its work in the background, its log.

pub mod background;
pub mod data_folder;
pub mod serving;
pub mod telemetry;

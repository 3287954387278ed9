//! What does the server tell about itself while it runs? Lines on standard error; warnings unless asked for more.

use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt;

/// Starts logging with a filter such as `warn` or `stratum_server=debug`. A second start changes nothing.
pub fn start(filter: Option<&str>) {
    let filter = filter.and_then(|text| text.parse::<EnvFilter>().ok());
    let filter = filter.unwrap_or_else(|| EnvFilter::new("warn"));
    // Already started is fine: tests start several servers in one process.
    let _ = fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .try_init();
}

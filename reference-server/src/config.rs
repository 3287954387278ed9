//! What did the person who started the server ask for? The only place that reads the environment.
//!
//! The command line comes first, then the environment, then a default that is written here.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;

use thiserror::Error;

/// Where the server listens when nobody says otherwise.
pub const DEFAULT_LISTEN: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 8080);
/// Where the data is kept when nobody says otherwise.
pub const DEFAULT_DATA: &str = "stratum-data";

/// Everything the server needs to know before it starts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// The address to listen on: loopback until accounts and permissions exist.
    pub listen: SocketAddr,
    /// The folder with the database.
    pub data: PathBuf,
    /// The largest request body in bytes, before an endpoint's own limit.
    pub largest_body: usize,
    /// After how many seconds a request is answered with a time-out.
    pub request_seconds: u64,
}

impl Config {
    /// The configuration for a folder, everything else as documented.
    #[must_use]
    pub const fn of(listen: SocketAddr, data: PathBuf) -> Self {
        Self {
            listen,
            data,
            largest_body: 32 * 1024 * 1024,
            request_seconds: 60,
        }
    }
}

/// What the environment says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Environment {
    /// `STRATUM_LISTEN`: the address to listen on.
    pub listen: Option<String>,
    /// `STRATUM_DATA`: the folder with the database.
    pub data: Option<PathBuf>,
    /// `STRATUM_LOG`: what is logged, such as `warn` or `stratum_server=debug`.
    pub log: Option<String>,
}

impl Environment {
    /// Reads the environment.
    #[must_use]
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the place that reads the environment"
    )]
    pub fn read() -> Self {
        Self {
            listen: std::env::var("STRATUM_LISTEN").ok(),
            data: std::env::var_os("STRATUM_DATA").map(PathBuf::from),
            log: std::env::var("STRATUM_LOG").ok(),
        }
    }
}

/// Why an address cannot be listened on.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ListenError {
    /// It is no address.
    #[error("`{0}` is not an address with a port, such as 127.0.0.1:8080")]
    NotAnAddress(String),
    /// Others could reach it.
    #[error(
        "`{0}` can be reached from other machines; until there are accounts and permissions the \
         server listens on this machine only, such as 127.0.0.1:8080"
    )]
    NotLoopback(String),
}

/// Reads an address to listen on. Only loopback addresses are accepted, because whoever reaches the server may use it.
///
/// ```
/// use stratum_server::config::listen_address;
/// assert!(listen_address("127.0.0.1:8080").is_ok());
/// assert!(listen_address("localhost:0").is_ok());
/// assert!(listen_address("0.0.0.0:8080").is_err());
/// ```
///
/// # Errors
/// [`ListenError`], naming what was given.
pub fn listen_address(text: &str) -> Result<SocketAddr, ListenError> {
    let numbered = text
        .strip_prefix("localhost:")
        .map(|port| format!("127.0.0.1:{port}"));
    let address: SocketAddr = numbered
        .as_deref()
        .unwrap_or(text)
        .parse()
        .map_err(|_| ListenError::NotAnAddress(text.chars().take(64).collect()))?;
    if address.ip().is_loopback() {
        Ok(address)
    } else {
        Err(ListenError::NotLoopback(text.to_owned()))
    }
}

//! What did the person who started the server ask for? The only place that reads the environment.
//!
//! The command line comes first, then the environment, then a default that is written here.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;

/// Where the server listens when nobody says otherwise.
pub const DEFAULT_LISTEN: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 8080);

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

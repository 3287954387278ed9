//! How does the server start and stop? It listens on this machine, answers, and finishes what it has begun when told to stop.

use std::io;
use std::net::SocketAddr;

use axum::Router;
use tokio::net::TcpListener;

/// What is said at every start, until there is something better to say.
pub const LOCAL_ONLY: &str =
    "no accounts yet: the server listens on this machine only, and whoever can reach it may use it";

/// Takes the address; port 0 means any free one.
///
/// # Errors
/// When the port is in use or may not be used.
pub async fn listen(address: SocketAddr) -> io::Result<(TcpListener, SocketAddr)> {
    let listener = TcpListener::bind(address).await?;
    let taken = listener.local_addr()?;
    Ok((listener, taken))
}

/// Answers until the process is told to stop, then finishes the requests that are under way.
///
/// # Errors
/// When the socket fails.
pub async fn serve(listener: TcpListener, app: Router) -> io::Result<()> {
    axum::serve(listener, app)
        .with_graceful_shutdown(told_to_stop())
        .await
}

/// Waits for an interrupt or a termination signal.
async fn told_to_stop() {
    let interrupted = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminated) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = interrupted => {}
                _ = terminated.recv() => {}
            }
            return;
        }
    }
    let _ = interrupted.await;
}

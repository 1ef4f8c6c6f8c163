//! Serves HTTP/1.1 on a listener until told to stop; then finishes what is in hand.
//!
//! Bounds what strangers can hold: the number of connections, and the time for a request's head, which is also the time
//! that an idle connection is kept. It must be longer than a reverse proxy keeps its own (nginx: 60 seconds), else the proxy meets
//! connections that we are just closing.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Connections at once; further ones wait in the system's queue.
const CONNECTIONS: usize = 1024;
/// For a request's head, and between two requests.
const HEAD: Duration = Duration::from_secs(75);
/// For what is in hand when told to stop.
const FAREWELL: Duration = Duration::from_secs(25);

/// Serves until `shutdown` is done and every request that was begun is answered, or has had 25 seconds for it.
pub async fn serve(listener: TcpListener, router: Router, shutdown: impl Future<Output = ()>) -> io::Result<()> {
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(HEAD).pipeline_flush(true);
    let room = Arc::new(Semaphore::new(CONNECTIONS));
    let connections = GracefulShutdown::new();
    let mut shutdown = std::pin::pin!(shutdown);
    loop {
        let (stream, place) = tokio::select! {
            biased;
            () = &mut shutdown => break,
            next = next(&listener, &room) => next?,
        };
        let connection = http.serve_connection(TokioIo::new(stream), TowerToHyperService::new(router.clone()));
        let connection = connections.watch(connection);
        #[expect(clippy::disallowed_methods, reason = "every connection is watched, and waited for below")]
        tokio::spawn(async move {
            // A client that goes away or does not speak HTTP is no failure of ours.
            drop(connection.await);
            drop(place);
        });
    }
    drop(listener);
    if tokio::time::timeout(FAREWELL, connections.shutdown()).await.is_err() {
        tracing::warn!("some requests were still open after {} seconds and are cut off", FAREWELL.as_secs());
    }
    Ok(())
}

async fn next(listener: &TcpListener, room: &Arc<Semaphore>) -> io::Result<(TcpStream, OwnedSemaphorePermit)> {
    let place = room.clone().acquire_owned().await.map_err(io::Error::other)?;
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                // Without it a short answer may wait for the acknowledgement of the one before it.
                stream.set_nodelay(true).ok();
                return Ok((stream, place));
            }
            Err(error) => {
                // A connection that broke before it was taken, or no file descriptors left: both pass.
                tracing::warn!(%error, "failed to take a connection");
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        }
    }
}

//! The sandbox over TCP.
//!
//! HTTP/1.1 without TLS, for every client that accepts an endpoint. The clients are strangers: they may be
//! slow, send too much, or hold connections open. Each of them has bounds of time and size, and a call that
//! panics does not change the account. The bounds are the sandbox's own, because AWS does not document its
//! bounds.
//!
//! The server does not check signatures, so it belongs on a network that others cannot reach.

use std::{io, time::Duration};

use bytes::Bytes;
use http::{Request, Response, StatusCode};
use http_body_util::{BodyExt, Full, Limited};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::{
    net::{TcpListener, TcpStream},
    task::JoinSet,
    time::{sleep, timeout},
};

use crate::sandbox::Sandbox;

/// The largest body. AWS takes less in every request of these services.
const MAXIMUM_BODY: usize = 4 * 1024 * 1024;
/// The largest request line with its headers.
const MAXIMUM_HEAD: usize = 64 * 1024;
/// The longest time for the head of a request, for its body, and between requests.
const PATIENCE: Duration = Duration::from_secs(20);
/// The pause after a connection that could not be accepted. Clients free used-up descriptors within [`PATIENCE`].
const RESPITE: Duration = Duration::from_millis(100);

/// Answers HTTP requests on the listener's connections.
///
/// The returned future ends only with an error. Dropping it stops the server and closes its connections. The handle on
/// the sandbox stays usable, for example to set faults while clients call.
///
/// # Guarantees
///
/// - No client can end the server or keep other clients from it for long.
/// - The server closes a connection that sends no request for 20 seconds, and refuses a body above 4 MiB.
/// - A call that panics gets the service's internal error and has no effect on the account.
/// - When the process has no descriptor left, waiting clients are served as soon as others close their connections.
///
/// # Errors
///
/// If the listener does not listen.
///
/// # Examples
///
/// ```
/// use sss_sandbox::{Sandbox, serve};
/// use tokio::net::TcpListener;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> std::io::Result<()> {
/// let listener = TcpListener::bind("127.0.0.1:0").await?;
/// println!("aws --endpoint-url http://{} ecs list-clusters", listener.local_addr()?);
/// let server = tokio::spawn(serve(Sandbox::new(), listener));
/// server.abort();
/// # Ok(())
/// # }
/// ```
pub async fn serve(sandbox: Sandbox, listener: TcpListener) -> io::Result<()> {
    sandbox.guard();
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => drop(connections.spawn(converse(sandbox.clone(), stream))),
                Err(error) if error.kind() == io::ErrorKind::InvalidInput => return Err(error),
                Err(_) => sleep(RESPITE).await,
            },
            Some(_) = connections.join_next() => {}
        }
    }
}

/// Answers the requests of one connection.
async fn converse(sandbox: Sandbox, stream: TcpStream) {
    let service = service_fn(move |request| answer(sandbox.clone(), request));
    let served = http1::Builder::new()
        .auto_date_header(false)
        .timer(TokioTimer::new())
        .header_read_timeout(PATIENCE)
        .max_buf_size(MAXIMUM_HEAD)
        .serve_connection(TokioIo::new(stream), service);
    // A client that closes its connection is no error of the sandbox.
    drop(served.await);
}

/// Answers one request. An error closes the connection.
async fn answer(sandbox: Sandbox, request: Request<Incoming>) -> io::Result<Response<Full<Bytes>>> {
    let (parts, body) = request.into_parts();
    let body = match timeout(PATIENCE, Limited::new(body, MAXIMUM_BODY).collect()).await {
        Ok(Ok(body)) => body.to_bytes(),
        Ok(Err(_)) => return Ok(empty(StatusCode::PAYLOAD_TOO_LARGE)),
        Err(_) => return Ok(empty(StatusCode::REQUEST_TIMEOUT)),
    };
    let request = Request::from_parts(parts, body);
    let response = sandbox.answer(&request, sandbox.latency_over_tcp()).await?;
    Ok(response.map(Full::new))
}

/// Returns a response without a body.
fn empty(status: StatusCode) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::default());
    *response.status_mut() = status;
    response
}

#[cfg(test)]
mod tests;

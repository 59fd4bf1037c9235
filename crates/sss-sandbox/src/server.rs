//! The sandbox over TCP.

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

/// More than AWS takes in any request of these services.
const MAXIMUM_BODY: usize = 4 * 1024 * 1024;
/// How long a request line and its headers may be together.
const MAXIMUM_HEAD: usize = 64 * 1024;
/// How long a client may take for the head of a request, and again for its body. A connection without requests is
/// closed after this time as well.
const PATIENCE: Duration = Duration::from_secs(20);
/// How long no connection is accepted after one could not be. Descriptors that are used up come back within
/// [`PATIENCE`].
const RESPITE: Duration = Duration::from_millis(100);

/// Answers HTTP requests on the listener's connections until the returned future is dropped, which ends the
/// connections as well.
///
/// # Guarantees
///
/// No client can end the server, or keep others from it for long. A connection that sends no request for 20 seconds is
/// closed, a body above 4 MiB is refused, and a call that panics is answered as an internal failure and has no effect
/// on the account. When no more connections can be opened, those that wait are taken as soon as others have ended.
///
/// # Errors
///
/// When the listener does not listen.
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
    // A client that breaks its connection off is no error of the sandbox.
    drop(served.await);
}

/// An error breaks the connection off.
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

fn empty(status: StatusCode) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::default());
    *response.status_mut() = status;
    response
}

#[cfg(test)]
mod tests;

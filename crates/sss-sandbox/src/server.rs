//! The sandbox over TCP.

use std::io;

use bytes::Bytes;
use http::{Request, Response, StatusCode};
use http_body_util::{BodyExt, Full, Limited};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use tokio::{
    net::{TcpListener, TcpStream},
    task::JoinSet,
};

use crate::sandbox::Sandbox;

/// More than AWS takes in any request of these services.
const MAXIMUM_BODY: usize = 4 * 1024 * 1024;

/// Answers HTTP requests on the listener's connections until the returned future is dropped, which ends the
/// connections as well.
///
/// # Errors
///
/// When the listener fails.
pub async fn serve(sandbox: Sandbox, listener: TcpListener) -> io::Result<()> {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => {
                let (stream, _) = accepted?;
                connections.spawn(converse(sandbox.clone(), stream));
            }
            Some(_) = connections.join_next() => {}
        }
    }
}

/// Answers the requests of one connection.
async fn converse(sandbox: Sandbox, stream: TcpStream) {
    let service = service_fn(move |request| answer(sandbox.clone(), request));
    let served =
        http1::Builder::new().auto_date_header(false).serve_connection(TokioIo::new(stream), service);
    // A client that breaks its connection off is no error of the sandbox.
    drop(served.await);
}

/// An error breaks the connection off.
async fn answer(sandbox: Sandbox, request: Request<Incoming>) -> io::Result<Response<Full<Bytes>>> {
    let (parts, body) = request.into_parts();
    let Ok(body) = Limited::new(body, MAXIMUM_BODY).collect().await else {
        let mut refused = Response::new(Full::default());
        *refused.status_mut() = StatusCode::PAYLOAD_TOO_LARGE;
        return Ok(refused);
    };
    let request = Request::from_parts(parts, body.to_bytes());
    let response = sandbox.answer(&request, sandbox.latency_over_tcp()).await?;
    Ok(response.map(Full::new))
}

//! A sandbox over TCP like that of `sandbox serve`, but in this process, so that its calls can be counted.
//!
//! It runs in its own thread with its own runtime. The value shares the account with the server.

use std::{
    io,
    net::TcpListener,
    thread::{self, JoinHandle},
};

use sss_sandbox::{Sandbox, serve};
use tokio::sync::oneshot;

use crate::failure::Failure;

/// A sandbox that is served until this value is dropped.
pub(super) struct Server {
    /// The account.
    sandbox: Sandbox,
    /// The URL of the server.
    endpoint: String,
    /// Ends the server when it is dropped.
    end: Option<oneshot::Sender<()>>,
    /// The server's thread, which is joined at the end.
    thread: Option<JoinHandle<()>>,
}

impl Server {
    /// Starts a server on a free port of this machine.
    pub(super) fn start(sandbox: Sandbox) -> Result<Self, Failure> {
        let listener = bind().map_err(Failure::to("listen on the loopback interface"))?;
        let address = listener.local_addr().map_err(Failure::to("listen on the loopback interface"))?;
        let (end, ended) = oneshot::channel();
        let served = sandbox.clone();
        let thread = thread::spawn(move || {
            if let Err(error) = serve_until(served, listener, ended) {
                eprintln!("the server of the sandbox ended: {error}");
            }
        });
        Ok(Self { sandbox, endpoint: format!("http://{address}"), end: Some(end), thread: Some(thread) })
    }

    /// Returns the account, for its calls and its ids.
    pub(super) fn sandbox(&self) -> &Sandbox {
        &self.sandbox
    }

    /// Returns the environment variables of a client.
    ///
    /// They name the server, a region and credentials, and keep the client from the user's own files and from
    /// metadata services.
    pub(super) fn environment(&self) -> [(&'static str, String); 8] {
        [
            ("AWS_ENDPOINT_URL", self.endpoint.clone()),
            ("AWS_DEFAULT_REGION", self.sandbox.region()),
            ("AWS_REGION", self.sandbox.region()),
            ("AWS_ACCESS_KEY_ID", "AKIASANDBOXSANDBOX00".to_owned()),
            ("AWS_SECRET_ACCESS_KEY", "sandbox".to_owned()),
            ("AWS_CONFIG_FILE", "/dev/null".to_owned()),
            ("AWS_SHARED_CREDENTIALS_FILE", "/dev/null".to_owned()),
            ("AWS_EC2_METADATA_DISABLED", "true".to_owned()),
        ]
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Both may have ended by themselves.
        drop(self.end.take());
        drop(self.thread.take().map(JoinHandle::join));
    }
}

/// Returns a listener that tokio can take over.
fn bind() -> io::Result<TcpListener> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    listener.set_nonblocking(true)?;
    Ok(listener)
}

/// Serves until the sender of `ended` is dropped.
fn serve_until(sandbox: Sandbox, listener: TcpListener, ended: oneshot::Receiver<()>) -> io::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::from_std(listener)?;
        tokio::select! {
            served = serve(sandbox, listener) => served,
            _ = ended => Ok(()),
        }
    })
}

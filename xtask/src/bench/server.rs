//! A sandbox over TCP, as `sandbox serve` offers it, in this process: so the calls can be counted.

use std::{
    io,
    net::TcpListener,
    thread::{self, JoinHandle},
};

use sss_sandbox::{Sandbox, serve};
use tokio::sync::oneshot;

use crate::failure::Failure;

/// A sandbox that is served until this is dropped.
pub(super) struct Server {
    sandbox: Sandbox,
    endpoint: String,
    end: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    pub(super) fn start(sandbox: Sandbox) -> Result<Self, Failure> {
        let listener = bind().map_err(Failure::to("listen on the loopback interface"))?;
        let address = listener.local_addr().map_err(Failure::to("listen on the loopback interface"))?;
        let (end, ended) = oneshot::channel();
        let served = sandbox.clone();
        let thread = thread::spawn(move || {
            if let Err(error) = serve_until(served, listener, ended) {
                eprintln!("the sandbox is not served any more: {error}");
            }
        });
        Ok(Self { sandbox, endpoint: format!("http://{address}"), end: Some(end), thread: Some(thread) })
    }

    pub(super) fn sandbox(&self) -> &Sandbox {
        &self.sandbox
    }

    /// What a client of AWS needs to know, by the names of environment variables.
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
        // Either may have ended by itself.
        drop(self.end.take());
        drop(self.thread.take().map(JoinHandle::join));
    }
}

fn bind() -> io::Result<TcpListener> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    listener.set_nonblocking(true)?;
    Ok(listener)
}

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

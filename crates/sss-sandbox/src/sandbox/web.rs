//! Requests of callers to others than AWS.

use std::{io, time::Duration};

use bytes::Bytes;
use http::{Request, Response};

use super::{Sandbox, pause};
use crate::web;

impl Sandbox {
    /// Answers a request to the web around the account.
    ///
    /// # Errors
    ///
    /// Returns [`io::ErrorKind::NotFound`] if nothing answers under the name of the host.
    pub(super) async fn browse(
        &self,
        request: &Request<Bytes>,
        latency: Duration,
    ) -> io::Result<Response<Bytes>> {
        pause(latency).await;
        let reply = self.lock().browse(request);
        match reply {
            web::Reply::Answer { response, after } => {
                pause(after).await;
                Ok(response)
            }
            web::Reply::Unreachable => Err(io::ErrorKind::NotFound.into()),
        }
    }
}

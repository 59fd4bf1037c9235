//! The web around the account: issuers of tokens, and registries of images.
//!
//! A program that checks a stack before its apply asks others than AWS: the issuer for its discovery document
//! and its keys, and registries for manifests. The HTTP client of a sandbox answers those requests too, so
//! that nothing leaves the process. A request is for the web if it is an unsigned `GET` or `HEAD` to `https`.
//!
//! By default every issuer answers as it should, and every registry has every image; names below `.invalid`
//! do not exist (RFC 6761). [`Issuer`] and [`Image`] script others. The account itself asks issuers as well:
//! API Gateway fetches the document of an authorizer's issuer, and ECR has the images of its registry.

mod image;
mod issuer;
mod registry;

use std::{collections::BTreeMap, time::Duration};

use bytes::Bytes;
use http::{Method, Request, Response, StatusCode, header};
use serde::{Deserialize, Serialize};
use serde_json::Value;

pub use self::{image::Image, issuer::Issuer};
pub(crate) use self::{
    image::{Published, digest_of as digest, find, is_missing, manifest_of},
    issuer::discover,
};
use crate::world::World;

/// The scripted part of the web.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct State {
    /// Issuers by their URL.
    #[serde(default)]
    issuers: BTreeMap<String, Issuer>,
    /// Images by their reference, as task definitions have it.
    #[serde(default)]
    images: BTreeMap<String, Image>,
}

/// The answer of the web.
#[derive(Debug)]
pub(crate) enum Reply {
    /// An answer after an additional time.
    Answer { response: Response<Bytes>, after: Duration },
    /// No host has the name, or nothing answers there.
    Unreachable,
}

impl Reply {
    /// Returns an answer without a body at once.
    fn status(status: StatusCode) -> Self {
        let mut response = Response::new(Bytes::new());
        *response.status_mut() = status;
        Self::Answer { response, after: Duration::ZERO }
    }

    /// Returns a JSON document of this type at once.
    fn json(content_type: &str, document: &Value) -> Self {
        let response = Response::builder().header(header::CONTENT_TYPE, content_type);
        let response = response.body(Bytes::from(document.to_string()));
        Self::Answer { response: response.expect("the headers are valid"), after: Duration::ZERO }
    }

    /// Returns the answer with another status.
    fn at(mut self, status: StatusCode) -> Self {
        if let Self::Answer { response, .. } = &mut self {
            *response.status_mut() = status;
        }
        self
    }

    /// Returns the answer with a header.
    fn with(mut self, name: header::HeaderName, value: &str) -> Self {
        if let Self::Answer { response, .. } = &mut self {
            response.headers_mut().insert(name, value.parse().expect("the value is plain text"));
        }
        self
    }
}

/// Returns whether a request is for the web, not for AWS.
pub(crate) fn is_for(request: &Request<Bytes>) -> bool {
    let is_reading = [Method::GET, Method::HEAD].contains(request.method());
    let is_signed = request
        .headers()
        .get(header::AUTHORIZATION)
        .is_some_and(|value| value.to_str().is_ok_and(|value| value.starts_with("AWS4-")));
    is_reading && !is_signed && request.uri().scheme_str() == Some("https")
}

/// Returns the name of a request in the record of calls: its host and its path.
pub(crate) fn name(request: &Request<Bytes>) -> (String, String) {
    let host = request.uri().host().unwrap_or_default().to_owned();
    (host, format!("{} {}", request.method(), request.uri().path()))
}

/// Answers one request.
///
/// A `HEAD` has the answer of a `GET` without its body.
pub(crate) fn answer(world: &World, request: &Request<Bytes>) -> Reply {
    let (host, path) = (request.uri().host().unwrap_or_default(), request.uri().path());
    if !exists(host) {
        return Reply::Unreachable;
    }

    let token = request.headers().get(header::AUTHORIZATION).is_some();
    let reply = registry::answer(world, host, path, request.uri().query(), token);
    let mut reply = reply.unwrap_or_else(|| issuer::answer(world, host, path));
    if request.method() == Method::HEAD
        && let Reply::Answer { response, .. } = &mut reply
    {
        *response.body_mut() = Bytes::new();
    }
    reply
}

/// Returns whether a host has this name. No host has a name below `.invalid` (RFC 6761).
fn exists(host: &str) -> bool {
    host != "invalid" && !host.ends_with(".invalid")
}

/// Scripts an issuer.
pub(crate) fn set_issuer(world: &mut World, url: &str, issuer: Issuer) {
    world.web.issuers.insert(url.to_owned(), issuer);
}

/// Scripts an image.
pub(crate) fn publish(world: &mut World, reference: &str, image: Image) {
    world.web.images.insert(reference.to_owned(), image);
}

#[cfg(test)]
mod tests;

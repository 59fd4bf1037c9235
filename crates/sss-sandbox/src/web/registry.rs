//! Registries over HTTP: the flow of tokens, manifests and configurations.
//!
//! A registry asks for a token first, gives one to everybody, and then has the image or does not.
//!
//! Source: the OCI distribution specification, and the token authentication of Docker's registry.

use http::{StatusCode, header};
use serde_json::json;

use super::{
    Reply,
    image::{Published, configuration_of, find, is_hub, manifest_of},
};
use crate::world::World;

/// Answers a request to a registry, `None` if the path is not one of registries.
pub(super) fn answer(
    world: &World,
    host: &str,
    path: &str,
    query: Option<&str>,
    has_token: bool,
) -> Option<Reply> {
    if path.trim_end_matches('/') == "/token" && query.is_some_and(|query| query.contains("scope=repository"))
    {
        return Some(Reply::json("application/json", &json!({ "token": "anonymous" })));
    }
    // Layers of ECR are in a bucket of S3, whose URL has its own signature.
    if let Some(digest) = path.strip_prefix("/layers/") {
        return Some(blob(world, digest));
    }

    let (kind, repository, wanted) = place(path)?;
    let scope = format!("repository:{repository}:pull");
    let realm = if is_hub(host) { "auth.docker.io" } else { host };
    let challenge = format!(r#"Bearer realm="https://{realm}/token",service="{host}",scope="{scope}""#);
    let unauthorized = || Reply::status(StatusCode::UNAUTHORIZED).with(header::WWW_AUTHENTICATE, &challenge);
    if !has_token {
        return Some(unauthorized());
    }
    if kind == "blobs" {
        return Some(blob(world, wanted));
    }

    let missing = |code: &str| {
        let errors = json!({ "errors": [{ "code": code, "message": "" }] });
        Reply::json("application/json", &errors).at(StatusCode::NOT_FOUND)
    };
    Some(match find(world, host, repository, wanted) {
        Published::Image(image, digest) => {
            let (media_type, manifest) = manifest_of(&image, &digest);
            let digest_name = header::HeaderName::from_static("docker-content-digest");
            Reply::json(media_type, &manifest).with(digest_name, &digest)
        }
        Published::NoImage => missing("MANIFEST_UNKNOWN"),
        Published::NoRepository => missing("NAME_UNKNOWN"),
        Published::Denied => unauthorized(),
        Published::Limited => Reply::status(StatusCode::TOO_MANY_REQUESTS),
        Published::NoRegistry => Reply::Unreachable,
    })
}

/// Returns the kind, the repository and the reference of a path such as `/v2/example/app/manifests/1.4`.
fn place(path: &str) -> Option<(&str, &str, &str)> {
    let rest = path.strip_prefix("/v2/")?;
    let (before, wanted) = rest.rsplit_once('/')?;
    let (repository, kind) = before.rsplit_once('/')?;
    ["manifests", "blobs"].contains(&kind).then_some((kind, repository, wanted))
}

/// Returns the configuration with this digest.
fn blob(world: &World, digest: &str) -> Reply {
    match configuration_of(world, digest) {
        Some(configuration) => Reply::json("application/octet-stream", &configuration),
        None => Reply::status(StatusCode::NOT_FOUND),
    }
}

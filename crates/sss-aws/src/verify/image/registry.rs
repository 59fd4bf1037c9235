//! Registries of images in their own protocol: a token for everybody, then the manifest.
//!
//! The realms of the large registries are known, which saves the request that only tells the realm. Others are
//! asked. No credentials are sent.
//!
//! Source: the OCI distribution specification, and the token authentication of Docker's registry.

use serde_json::Value;

use crate::{
    Aws,
    client::web::{Page, Unreachable},
    services::ecr::MANIFESTS,
};

/// The registries whose tokens come from a known place: host, realm, and name of the service.
const REALMS: [(&str, &str, &str); 3] = [
    ("registry-1.docker.io", "https://auth.docker.io/token", "registry.docker.io"),
    ("ghcr.io", "https://ghcr.io/token", "ghcr.io"),
    ("public.ecr.aws", "https://public.ecr.aws/token/", "public.ecr.aws"),
];

/// The answer of a registry.
pub(super) enum Answer {
    /// The manifest, with its digest if the registry tells it.
    Document(Value, Option<String>),
    /// The registry does not have the image.
    Missing,
    /// The registry wants credentials.
    Unauthorized,
    /// Nothing can be said from here.
    Unseen(String),
}

/// Reads the manifest of an image by tag or digest.
pub(super) async fn manifest(aws: &Aws, host: &str, path: &str, wanted: &str) -> Answer {
    let url = format!("https://{host}/v2/{path}/manifests/{wanted}");
    let page = match read(aws, host, path, &url).await {
        Ok(page) => page,
        Err(Unreachable(why)) => return Answer::Unseen(format!("{host} is not reachable from here: {why}")),
    };
    match page.status {
        200..=299 => match serde_json::from_slice(&page.body) {
            Ok(manifest) => {
                let digest = page.header("docker-content-digest").map(str::to_owned);
                Answer::Document(manifest, digest)
            }
            Err(_) => Answer::Unseen(format!("{host} answers with something else than a manifest")),
        },
        401 => Answer::Unauthorized,
        404 => Answer::Missing,
        429 => Answer::Unseen(format!("{host} limits requests from here")),
        status => Answer::Unseen(format!("{host} answers {status}")),
    }
}

/// Reads a blob, such as the configuration of an image. `None` if it cannot be read from here.
///
/// A registry may redirect to its storage, which gets no token.
pub(super) async fn blob(aws: &Aws, host: &str, path: &str, digest: &str) -> Option<Vec<u8>> {
    let url = format!("https://{host}/v2/{path}/blobs/{digest}");
    let page = read(aws, host, path, &url).await.ok()?;
    let page = match page.header("location").filter(|_| (300..400).contains(&page.status)) {
        Some(storage) => aws.web.get(storage, &[]).await.ok()?,
        None => page,
    };
    page.is_success().then_some(page.body)
}

/// Reads a URL of a registry, with a token for everybody.
async fn read(aws: &Aws, host: &str, path: &str, url: &str) -> Result<Page, Unreachable> {
    let accept = MANIFESTS.join(", ");
    let known = REALMS.iter().find(|(known, ..)| *known == host);
    let token = match known {
        Some((_, realm, service)) => token(aws, realm, service, path).await?,
        None => None,
    };
    let page = get(aws, url, &accept, token.as_deref()).await?;
    if page.status != 401 || token.is_some() {
        return Ok(page);
    }

    let challenge = page.header("www-authenticate").and_then(challenge);
    let Some((realm, service)) = challenge else { return Ok(page) };
    match self::token(aws, &realm, &service, path).await? {
        Some(token) => get(aws, url, &accept, Some(&token)).await,
        None => Ok(page),
    }
}

/// Reads a URL of a registry.
async fn get(aws: &Aws, url: &str, accept: &str, token: Option<&str>) -> Result<Page, Unreachable> {
    let bearer = token.map(|token| format!("Bearer {token}"));
    let mut headers = vec![("accept", accept)];
    headers.extend(bearer.as_deref().map(|bearer| ("authorization", bearer)));
    aws.web.get(url, &headers).await
}

/// Returns a token that lets everybody pull from a repository. `None` if the registry gives none.
async fn token(aws: &Aws, realm: &str, service: &str, path: &str) -> Result<Option<String>, Unreachable> {
    let sign = if realm.contains('?') { '&' } else { '?' };
    let url = format!("{realm}{sign}service={service}&scope=repository:{path}:pull");
    let page = aws.web.get(&url, &[]).await?;
    let answer: Value = serde_json::from_slice(&page.body).unwrap_or_default();
    let token = answer["token"].as_str().or(answer["access_token"].as_str());
    Ok(token.filter(|_| page.is_success()).map(str::to_owned))
}

/// Returns the realm and the service of a challenge such as `Bearer realm="…",service="…"`.
fn challenge(header: &str) -> Option<(String, String)> {
    let rest = header.strip_prefix("Bearer ").or_else(|| header.strip_prefix("bearer "))?;
    let value = |key: &str| {
        let after = rest.split_once(&format!("{key}=\""))?.1;
        after.split('"').next().map(str::to_owned)
    };
    let realm = value("realm").filter(|realm| realm.starts_with("https://"))?;
    Some((realm, value("service").unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn challenge_names_realm_and_service() {
        let header =
            r#"Bearer realm="https://auth.example.com/token",service="registry",scope="repository:a:pull""#;
        let expected = ("https://auth.example.com/token".to_owned(), "registry".to_owned());
        assert_eq!(challenge(header), Some(expected));
        assert_eq!(challenge(r#"Basic realm="x""#), None);
        assert_eq!(challenge(r#"Bearer realm="http://plain.example.com""#), None);
    }
}

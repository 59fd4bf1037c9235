use std::time::Duration;

use bytes::Bytes;
use http::{Method, Request, Response, StatusCode};
use serde_json::{Value, json};

use super::{Image, Issuer};
use crate::Sandbox;

async fn send(sandbox: &Sandbox, method: Method, url: &str, token: bool) -> Option<Response<Bytes>> {
    let mut request = Request::builder().method(method).uri(url);
    if token {
        request = request.header("authorization", "Bearer anonymous");
    }
    let request = request.body(Bytes::new()).expect("a request");
    sandbox.answer(&request, Duration::ZERO).await.ok()
}

async fn get(sandbox: &Sandbox, url: &str) -> (StatusCode, Value) {
    let response = send(sandbox, Method::GET, url, true).await.expect("an answer");
    (response.status(), serde_json::from_slice(response.body()).unwrap_or_default())
}

#[tokio::test]
async fn issuer_names_itself_and_its_keys() {
    let sandbox = Sandbox::new();
    let (_, document) = get(&sandbox, "https://id.example.com/pool/.well-known/openid-configuration").await;
    assert_eq!(document["issuer"], "https://id.example.com/pool");
    let (_, keys) = get(&sandbox, document["jwks_uri"].as_str().expect("a URL")).await;
    assert_eq!(keys["keys"][0]["kty"], "RSA");
}

#[tokio::test]
async fn host_below_invalid_does_not_exist() {
    let sandbox = Sandbox::new();
    let url = "https://id.invalid/.well-known/openid-configuration";
    assert!(send(&sandbox, Method::GET, url, false).await.is_none());
    assert_eq!(sandbox.calls()[0].service, "id.invalid");
}

#[test]
fn authorizer_needs_a_discovery_document() {
    let sandbox = Sandbox::new();
    let api = json!({ "name": "shop", "protocolType": "HTTP" });
    let api = sandbox.request("apigateway", "CreateApi", &api).expect("a new API");
    let authorizer = |issuer: &str| {
        json!({
            "apiId": api["apiId"],
            "name": issuer,
            "authorizerType": "JWT",
            "identitySource": ["$request.header.Authorization"],
            "jwtConfiguration": { "issuer": issuer, "audience": ["web"] },
        })
    };
    let create = |issuer: &str| sandbox.request("apigateway", "CreateAuthorizer", &authorizer(issuer));

    let (code, message) = create("https://id.invalid/").expect_err("no such host");
    assert_eq!(code, "BadRequestException");
    let url = "https://id.invalid/.well-known/openid-configuration for issuer https://id.invalid/.";
    assert!(message.contains(url), "{message}");

    sandbox.set_issuer("https://a.example.com", Issuer::default().answering(404));
    sandbox.set_issuer("https://b.example.com", Issuer::default().late(Duration::from_secs(2)));
    sandbox.set_issuer("https://c.example.com", Issuer::default().hidden());
    create("https://a.example.com").expect_err("no document");
    create("https://b.example.com").expect_err("too late");
    create("https://c.example.com").expect("AWS reaches it");

    let made = create("https://d.example.com").expect("an issuer in order");
    let mut update = authorizer("https://a.example.com");
    update["authorizerId"] = made["authorizerId"].clone();
    sandbox.request("apigateway", "UpdateAuthorizer", &update).expect_err("no document");
}

#[tokio::test]
async fn registry_asks_for_a_token_first() {
    let sandbox = Sandbox::new();
    let url = "https://registry-1.docker.io/v2/example/app/manifests/1.4";
    let refused = send(&sandbox, Method::HEAD, url, false).await.expect("an answer");
    assert_eq!(refused.status(), StatusCode::UNAUTHORIZED);
    let challenge = refused.headers()["www-authenticate"].to_str().expect("a text");
    assert!(challenge.starts_with(r#"Bearer realm="https://auth.docker.io/token""#), "{challenge}");

    let token = "https://auth.docker.io/token?service=registry.docker.io&scope=repository:example/app:pull";
    assert!(get(&sandbox, token).await.1["token"].is_string());
    let head = send(&sandbox, Method::HEAD, url, true).await.expect("an answer");
    assert!(head.body().is_empty() && head.headers().contains_key("docker-content-digest"));
    let (_, index) = get(&sandbox, url).await;
    assert_eq!(index["manifests"][0]["platform"]["architecture"], "amd64");
}

#[tokio::test]
async fn scripted_image_is_what_the_registry_has() {
    let sandbox = Sandbox::new();
    let at = |wanted: &str| format!("https://ghcr.io/v2/example/app/manifests/{wanted}");
    sandbox.publish("ghcr.io/example/app:1", Image::default().only("linux/arm64").single());
    let response = send(&sandbox, Method::GET, &at("1"), true).await.expect("an answer");
    let digest = response.headers()["docker-content-digest"].to_str().expect("a text").to_owned();
    let manifest: Value = serde_json::from_slice(response.body()).expect("JSON");
    let blob = manifest["config"]["digest"].as_str().expect("a digest");
    let (_, configuration) = get(&sandbox, &format!("https://ghcr.io/v2/example/app/blobs/{blob}")).await;
    assert_eq!(configuration["architecture"], "arm64");
    assert_eq!(get(&sandbox, &at(&digest)).await.0, StatusCode::OK);

    for (image, status) in [
        (Image::default().missing(), StatusCode::NOT_FOUND),
        (Image::default().denied(), StatusCode::UNAUTHORIZED),
        (Image::default().limited(), StatusCode::TOO_MANY_REQUESTS),
    ] {
        sandbox.publish("ghcr.io/example/app:2", image);
        assert_eq!(get(&sandbox, &at("2")).await.0, status);
    }
}

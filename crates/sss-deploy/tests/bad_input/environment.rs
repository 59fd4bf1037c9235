//! The variables of AWS's SDKs and CLI, and those of proxies.

use std::fs;

use super::{folder_with_stack, run, server::Server};

const KEYS: [(&str, &str); 2] =
    [("AWS_ACCESS_KEY_ID", "AKIASANDBOXSANDBOX00"), ("AWS_SECRET_ACCESS_KEY", "sandbox")];

/// Plans in this environment, where `PROXY` is the URL of a proxy. Returns the requests to it, and the output.
fn plan(environment: &[(&str, &str)]) -> (Vec<String>, String) {
    let proxy = Server::with_status("403 Forbidden", "", "");
    let folder = folder_with_stack();
    let url = proxy.url();
    let attempts = [("AWS_MAX_ATTEMPTS", "1")];
    let environment: Vec<_> = [&KEYS[..], &attempts, environment]
        .concat()
        .into_iter()
        .map(|(name, value)| (name, if value == "PROXY" { url.as_str() } else { value }))
        .collect();
    let answer = run(folder.path(), &environment, &["plan"]);
    assert_eq!(answer.status.code(), Some(1));
    (proxy.heads(), String::from_utf8_lossy(&answer.stderr).into_owned())
}

/// Checks the requests to the proxy.
fn check(environment: &[(&str, &str)], asked: Option<&str>) {
    let (heads, told) = plan(environment);
    match asked {
        Some(asked) => assert!(heads.iter().any(|head| head.contains(asked)), "{asked}: {heads:?}\n{told}"),
        None => assert!(heads.is_empty(), "{heads:?}\n{told}"),
    }
}

#[test]
fn requests_go_through_the_proxy_of_their_scheme() {
    let ecs = Some("CONNECT ecs.ap-northeast-1.amazonaws.com:443 HTTP/1.1");
    check(&[("HTTPS_PROXY", "PROXY")], ecs);
    check(&[("https_proxy", "PROXY")], ecs);
    check(&[("ALL_PROXY", "PROXY")], ecs);
    let aws = ("AWS_ENDPOINT_URL", "http://aws.invalid");
    check(&[("HTTP_PROXY", "PROXY"), aws], Some("POST http://aws.invalid/ HTTP/1.1"));
    check(&[("HTTPS_PROXY", "PROXY"), aws], None);
    check(&[("HTTP_PROXY", "PROXY"), ("NO_PROXY", "x.example, *.invalid"), aws], None);
    check(&[("HTTP_PROXY", "PROXY"), ("no_proxy", "aws.invalid:80"), aws], None);
    let (_, told) = plan(&[("HTTPS_PROXY", "PROXY")]);
    assert!(
        told.contains("the proxy does not connect to") && told.contains("hint: check HTTPS_PROXY"),
        "{told}"
    );
}

#[test]
fn this_machine_needs_no_proxy() {
    let server = Server::with_status("500 Internal Server Error", "", "");
    let url = server.url();
    check(&[("HTTP_PROXY", "PROXY"), ("AWS_ENDPOINT_URL", url.as_str())], None);
    assert!(!server.heads().is_empty(), "it is asked itself");
    // Nothing listens at the metadata service of ECS, and the proxy gets no request for it.
    let near = [
        ("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/x"),
        ("HTTP_PROXY", "PROXY"),
        ("AWS_ACCESS_KEY_ID", ""),
    ];
    check(&near, None);
}

#[test]
fn variables_of_the_sdk_are_heeded() {
    let proxied = ("HTTPS_PROXY", "PROXY");
    check(
        &[proxied, ("AWS_USE_FIPS_ENDPOINT", "true")],
        Some("CONNECT ecs-fips.ap-northeast-1.amazonaws.com:443"),
    );
    check(&[proxied, ("AWS_USE_DUALSTACK_ENDPOINT", "true")], Some("CONNECT ecs.ap-northeast-1.api.aws:443"));
    let http = ("HTTP_PROXY", "PROXY");
    let aws = ("AWS_ENDPOINT_URL", "http://aws.invalid");
    check(&[http, aws, ("AWS_ENDPOINT_URL_ECS", "http://ecs.invalid")], Some("POST http://ecs.invalid/"));
    check(&[http, aws, ("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true")], None);
    check(&[http, aws, ("AWS_SDK_UA_APP_ID", "shop-app")], Some("app/shop-app"));
    check(&[http, aws, ("AWS_SESSION_TOKEN", "t0ken")], Some("x-amz-security-token: t0ken"));
}

#[test]
fn variables_without_effect_are_noted() {
    let aws = ("AWS_ENDPOINT_URL", "http://127.0.0.1:1");
    let (_, told) =
        plan(&[aws, ("AWS_PAGER", "less"), ("AWS_REGION", "us-east-1"), ("AWS_CLI_AUTO_PROMPT", "off")]);
    for note in [
        "note: AWS_PAGER has no effect: the program has no pager\n",
        "note: AWS_REGION=us-east-1 has no effect: the stack is in ap-northeast-1\n",
    ] {
        assert_eq!(told.matches(note).count(), 1, "{told}");
    }
    assert!(!told.contains("AWS_CLI_AUTO_PROMPT"), "{told}");
}

#[test]
fn unusable_bundle_or_proxy_is_reported() {
    let (_, told) = plan(&[("AWS_CA_BUNDLE", "none.pem")]);
    assert!(
        told.contains("failed to read the certificates of AWS_CA_BUNDLE, none.pem: No such file"),
        "{told}"
    );
    let (_, told) = plan(&[("HTTPS_PROXY", "socks5://user:hunter2@proxy:1080")]);
    assert!(told.contains("failed to use the proxy of HTTPS_PROXY") && !told.contains("hunter2"), "{told}");
}

#[test]
fn profile_is_read_from_the_files_of_aws() {
    let folder = folder_with_stack();
    let proxy = Server::with_status("500 Internal Server Error", "", "");
    let config = folder.path().join("config");
    let text = "[profile dev]\naws_access_key_id = AKIAPROFILEPROFILE00\naws_secret_access_key = sandbox\n\
                endpoint_url = http://profile.invalid\nmax_attempts = 1\n";
    fs::write(&config, text).expect("a file");
    let url = proxy.url();
    let environment = [
        ("AWS_PROFILE", "dev"),
        ("AWS_CONFIG_FILE", config.to_str().expect("text")),
        ("HTTP_PROXY", url.as_str()),
    ];
    run(folder.path(), &environment, &["plan"]);
    let heads = proxy.heads();
    let is_asked =
        |head: &String| head.contains("http://profile.invalid/") && head.contains("AKIAPROFILEPROFILE00");
    assert!(heads.iter().any(is_asked), "{heads:?}");
}

//! Endpoints that do not answer like AWS.

use std::fs;

use super::{folder_with_stack, run, server::Server};

const KEYS: [(&str, &str); 3] = [
    ("AWS_ACCESS_KEY_ID", "AKIASANDBOXSANDBOX00"),
    ("AWS_SECRET_ACCESS_KEY", "sandbox-secret-value"),
    ("AWS_MAX_ATTEMPTS", "1"),
];

/// Plans against this endpoint. The plan must fail with this error and this hint.
fn check(endpoint: &str, more: &[(&str, &str)], says: &[&str]) {
    let folder = folder_with_stack();
    let environment = [&KEYS[..], &[("AWS_ENDPOINT_URL", endpoint)], more].concat();
    let answer = run(folder.path(), &environment, &["plan"]);
    let told = String::from_utf8_lossy(&answer.stderr);
    assert_eq!(answer.status.code(), Some(1), "{told}");
    for start in ["error: ", "hint: "] {
        assert_eq!(told.lines().filter(|line| line.starts_with(start)).count(), 1, "one {start}: {told}");
    }
    for part in says {
        assert!(told.contains(part), "{part}: {told}");
    }
    assert!(!told.contains("sandbox-secret-value"), "{told}");
}

#[test]
fn answer_of_another_server_is_described() {
    let page = "<!doctype html><title>Portal</title>";
    for (status, headers, body, says) in [
        (
            "302 Found",
            "location: http://portal.example/login?token=t0ken\r\n",
            "",
            "HTTP 302 Found to http://portal.example/login with an empty body",
        ),
        ("500 Internal Server Error", "", "", "HTTP 500 Internal Server Error with an empty body"),
        ("502 Bad Gateway", "", "upstream\r\nfailed", "HTTP 502 Bad Gateway with `upstream failed`"),
        ("200 OK", "", "", "HTTP 200 OK with an empty body"),
        (
            "200 OK",
            "content-type: text/html\r\n",
            page,
            "HTTP 200 OK with `<!doctype html><title>Portal</title>`",
        ),
        ("403 Forbidden", "content-type: text/html\r\n", page, "HTTP 403 Forbidden with `<!doctype html>"),
        ("200 OK", "", "no JSON", "HTTP 200 OK with `no JSON`"),
    ] {
        let server = Server::with_status(status, headers, body);
        let hint = if status.starts_with('5') { "hint: run it again" } else { "hint: a proxy, a login page" };
        check(&server.url(), &[], &[&format!("{} answered {says}", server.address()), hint]);
    }
}

#[test]
fn credentials_that_are_too_old_say_how_to_log_in() {
    let body = r#"{"__type":"ExpiredTokenException","message":"The security token included in the request is expired"}"#;
    let server = Server::with_status("400 Bad Request", "x-amzn-errortype: ExpiredTokenException\r\n", body);
    check(
        &server.url(),
        &[],
        &["ExpiredTokenException", "hint: log in again with `aws sso login`, or renew"],
    );
    check(
        &server.url(),
        &[("AWS_PROFILE", "dev")],
        &["hint: log in again with `aws sso login --profile dev`"],
    );
}

#[test]
fn connections_that_fail_name_the_host() {
    check(
        "http://nobody.invalid:81",
        &[],
        &["the name nobody.invalid:81 cannot be resolved", "hint: check the region"],
    );
    let server = Server::with_status("200 OK", "", "{}");
    let https = format!("https://{}", server.address());
    check(&https, &[], &[&format!("{} is not trusted", server.address()), "hint: if a proxy inspects TLS"]);
    let cut = Server::answering("");
    check(
        &cut.url(),
        &[],
        &[&format!("{} broke the connection off", cut.address()), "hint: check the network"],
    );
}

#[test]
fn missing_profile_is_named() {
    let folder = folder_with_stack();
    let config = folder.path().join("config");
    fs::write(&config, "[profile dev]\nregion = x\n[profile ops]\n[sso-session corp]\n").expect("a file");
    let config = config.to_str().expect("text");
    for (files, says) in [
        (config, "hint: set AWS_PROFILE to one of dev, ops\n"),
        ("/dev/null", "hint: there are no profiles; create one with `aws configure sso` or"),
    ] {
        let environment = [("AWS_PROFILE", "nosuch"), ("AWS_CONFIG_FILE", files)];
        let answer = run(folder.path(), &environment, &["plan"]);
        let told = String::from_utf8_lossy(&answer.stderr);
        assert_eq!(answer.status.code(), Some(1), "{told}");
        assert!(told.contains("error: failed to find the profile nosuch of AWS_PROFILE\n"), "{told}");
        assert!(told.contains(says), "{told}");
    }
}

use std::{net::SocketAddr, time::Duration};

use serde_json::json;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
    time::{Instant, timeout},
};

use super::{PATIENCE, serve};
use crate::Sandbox;

/// Serves an account with a real clock.
async fn served() -> (Sandbox, SocketAddr, JoinHandle<std::io::Result<()>>) {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a free port");
    let address = listener.local_addr().expect("an address");
    let sandbox = Sandbox::new();
    (sandbox.clone(), address, tokio::spawn(serve(sandbox, listener)))
}

fn head(service: &str, headers: &str, length: usize) -> String {
    format!(
        "POST / HTTP/1.1\r\nhost: sandbox\r\nauthorization: AWS4-HMAC-SHA256 \
         Credential=AKID/20260101/ap-northeast-1/{service}/aws4_request\r\n{headers}content-length: {length}\r\n\
         connection: close\r\n\r\n"
    )
}

/// Returns the server's answer to these bytes, until it closes the connection.
async fn say(address: SocketAddr, bytes: &[u8]) -> String {
    let mut stream = TcpStream::connect(address).await.expect("a connection");
    // A server that refuses early may close the connection before it has read everything.
    let _ = stream.write_all(bytes).await;
    let mut answer = Vec::new();
    let read = timeout(PATIENCE * 2, stream.read_to_end(&mut answer)).await;
    drop(read.expect("the server ends the connection"));
    String::from_utf8_lossy(&answer).into_owned()
}

/// Sends these bytes, expects an answer with this beginning, and checks that the server still answers others.
async fn check(bytes: &[u8], expected: &str) {
    let (sandbox, address, server) = served().await;
    let answer = say(address, bytes).await;
    assert!(answer.starts_with(expected), "{answer:.300}");
    let listing = head("ecs", "x-amz-target: AmazonEC2ContainerServiceV20141113.ListClusters\r\n", 2) + "{}";
    let next = say(address, listing.as_bytes()).await;
    assert!(next.starts_with("HTTP/1.1 200 OK\r\n"), "{next}");
    assert!(!server.is_finished());
    sandbox.request("ecs", "CreateCluster", &json!({ "clusterName": "shop" })).expect("the account works");
    assert!(Sandbox::load(&sandbox.save()).is_ok(), "the account can be saved and loaded");
}

fn form(body: &str) -> Vec<u8> {
    (head("sts", "content-type: application/x-www-form-urlencoded\r\n", body.len()) + body).into_bytes()
}

fn json_body(operation: &str, body: &str) -> Vec<u8> {
    let target = format!("x-amz-target: AmazonEC2ContainerServiceV20141113.{operation}\r\n");
    (head("ecs", &target, body.len()) + body).into_bytes()
}

#[tokio::test]
async fn nested_input_is_refused() {
    for levels in [40, 3000, 100_000] {
        let key = "a.".repeat(levels) + "b";
        check(&form(&format!("Action=GetCallerIdentity&{key}=1")), "HTTP/1.1 400").await;
        let lists = "a.member.".repeat(levels) + "1";
        check(&form(&format!("Action=GetCallerIdentity&{lists}=1")), "HTTP/1.1 400").await;
        for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
            let value = format!("{}1{}", open.repeat(levels), close.repeat(levels));
            let body = format!("{{\"clusterName\":\"x\",\"configuration\":{value}}}");
            check(&json_body("CreateCluster", &body), "HTTP/1.1 400").await;
        }
    }
}

#[tokio::test]
async fn malformed_requests_are_answered() {
    check(b"GET / HTTP/9.9\r\n\r\n", "HTTP/1.1 ").await;
    check(b"\0\0\0\0\r\n\r\n", "HTTP/1.1 400").await;
    check(&[b"POST / HTTP/1.1\r\nx: ", vec![b'a'; 200_000].as_slice(), b"\r\n\r\n"].concat(), "HTTP/1.1 431")
        .await;
    check(&["POST / HTTP/1.1\r\n", &"a: b\r\n".repeat(5000), "\r\n"].concat().into_bytes(), "HTTP/1.1 431")
        .await;
    let large = "x".repeat(super::MAXIMUM_BODY + 1);
    check(&form(&large), "HTTP/1.1 413").await;
    check(&form("%ff%fe&&=&Action=%00&a.=1&.=2"), "HTTP/1.1 4").await;
    check(&json_body("CreateCluster", "{\"clusterName\":\"\\ud800\"}"), "HTTP/1.1 400").await;
}

#[tokio::test]
async fn silent_connections_are_closed() {
    let (_sandbox, address, _server) = served().await;
    let half = head("ecs", "", 100) + "{\"clus";
    let started = Instant::now();
    let (silent, cut_head, cut_body) = tokio::join!(
        say(address, b""),
        say(address, b"POST / HTTP/1.1\r\nhost:"),
        say(address, half.as_bytes())
    );
    assert!(silent.is_empty() || silent.starts_with("HTTP/1.1 408"), "{silent}");
    assert!(cut_head.is_empty() || cut_head.starts_with("HTTP/1.1 408"), "{cut_head}");
    assert!(cut_body.starts_with("HTTP/1.1 408"), "{cut_body}");
    assert!(started.elapsed() < PATIENCE + Duration::from_secs(5), "{:?}", started.elapsed());
}

use std::{io::ErrorKind, time::Duration};

use bytes::Bytes;
use http::{Request, Response};
use serde_json::json;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    time::Instant,
};

use super::guarded;
use crate::{Fault, Faults, Rule, Sandbox, clock::BEGINNING, serve, services::ecs, world::World};

const LATENCY: Duration = Duration::from_millis(100);

fn request(operation: &str, body: &str) -> Request<Bytes> {
    Request::post("http://sandbox.invalid/")
        .header("authorization", "AWS4-HMAC-SHA256 Credential=AKID/20260101/ap-northeast-1/ecs/aws4_request")
        .header("x-amz-target", format!("AmazonEC2ContainerServiceV20141113.{operation}"))
        .body(Bytes::from(body.to_owned()))
        .expect("a valid request")
}

/// Creates a cluster over HTTP and returns the status, a broken connection, or the lack of an answer.
async fn create(sandbox: &Sandbox, name: &str) -> Result<u16, ErrorKind> {
    let body = json!({ "clusterName": name }).to_string();
    let request = request("CreateCluster", &body);
    let answer = tokio::time::timeout(Duration::from_hours(1), sandbox.answer(&request, LATENCY)).await;
    let answer = answer.unwrap_or_else(|late| Err(late.into()));
    answer.map(|response: Response<Bytes>| response.status().as_u16()).map_err(|error| error.kind())
}

/// Returns the number of clusters.
fn clusters(sandbox: &Sandbox) -> usize {
    let listed = sandbox.request("ecs", "ListClusters", &json!({})).expect("a listing");
    listed["clusterArns"].as_array().expect("a list").len()
}

#[tokio::test(start_paused = true)]
async fn call_meets_its_fault_with_or_without_effect() {
    for (fault, answer, status, error, effect) in [
        (Fault::Before, Err(ErrorKind::ConnectionReset), None, None, 0),
        (Fault::LostAnswer, Err(ErrorKind::ConnectionReset), Some(200), None, 1),
        (Fault::Throttle, Ok(400), Some(400), Some("ThrottlingException"), 0),
        (Fault::ServerError, Ok(500), Some(500), Some("ServerException"), 0),
        (Fault::AccessDenied, Ok(400), Some(400), Some("AccessDeniedException"), 0),
        (Fault::Slow { ms: 400 }, Ok(200), Some(200), None, 1),
    ] {
        let sandbox = Sandbox::new().with_faults(Faults::default().with(Rule::new(fault).nth(1)));
        let start = Instant::now();
        assert_eq!(create(&sandbox, "shop").await, answer, "{fault:?}");
        let expected = if fault == (Fault::Slow { ms: 400 }) { 500 } else { 100 };
        assert_eq!(start.elapsed(), Duration::from_millis(expected), "{fault:?}");
        assert_eq!(clusters(&sandbox), effect, "{fault:?}");
        let call = sandbox.calls().remove(0);
        assert_eq!((call.status, call.error.as_deref(), call.fault), (status, error, Some(fault)));
        assert_eq!(create(&sandbox, "shop").await, Ok(200), "only the first call meets {fault:?}");
        assert_eq!(sandbox.calls()[1].fault, None);
    }
}

#[tokio::test(start_paused = true)]
async fn faults_change_between_calls() {
    let sandbox = Sandbox::new();
    sandbox.set_faults(Faults::default().with(Rule::new(Fault::Before)));
    assert_eq!(create(&sandbox, "shop").await, Err(ErrorKind::ConnectionReset));
    sandbox.clear_faults();
    assert_eq!(create(&sandbox, "shop").await, Ok(200));
}

#[tokio::test(start_paused = true)]
async fn caller_above_a_quota_is_throttled_for_a_time() {
    let register = request("DeregisterTaskDefinition", r#"{"taskDefinition":"app:1"}"#);
    for (sandbox, throttled) in [(Sandbox::new(), 5), (Sandbox::new().without_quotas(), 0)] {
        for _ in 0..25 {
            sandbox.answer(&register, Duration::ZERO).await.expect("an answer");
        }
        let refused = |call: &&crate::Call| call.error.as_deref() == Some("ThrottlingException");
        assert_eq!(sandbox.calls().iter().filter(refused).count(), throttled);
        sandbox.reset_calls();
        tokio::time::advance(Duration::from_secs(1)).await;
        sandbox.answer(&register, Duration::ZERO).await.expect("an answer");
        assert_eq!(sandbox.calls()[0].error.as_deref(), Some("ClientException"), "there is no such revision");
    }
}

/// Returns a request to API Gateway.
fn rest(method: &str, path: &str, body: &str) -> Request<Bytes> {
    Request::builder()
        .method(method)
        .uri(format!("http://sandbox.invalid/v2/{path}"))
        .header(
            "authorization",
            "AWS4-HMAC-SHA256 Credential=AKID/20260101/ap-northeast-1/apigateway/aws4_request",
        )
        .body(Bytes::from(body.to_owned()))
        .expect("a valid request")
}

/// Creates an API with this name and returns its id.
fn api(sandbox: &Sandbox, name: &str) -> String {
    let api = json!({ "name": name, "protocolType": "HTTP" });
    let api = sandbox.request("apigateway", "CreateApi", &api).expect("an API");
    api["apiId"].as_str().expect("an id").to_owned()
}

#[tokio::test(start_paused = true)]
async fn api_accepts_one_writer_at_a_time() {
    let sandbox = Sandbox::new();
    let (one, two) = (api(&sandbox, "one"), api(&sandbox, "two"));
    let status = async |wait: u64, method: &str, path: String, body: &str| {
        tokio::time::sleep(Duration::from_millis(wait)).await;
        let answer = sandbox.answer(&rest(method, &path, body), LATENCY).await.expect("an answer");
        answer.status().as_u16()
    };
    let stage = r#"{"stageName":"$default"}"#;
    let answers = tokio::join!(
        status(0, "POST", format!("apis/{one}/stages"), stage),
        status(99, "PATCH", format!("apis/{one}"), r#"{"name":"other"}"#),
        status(99, "GET", format!("apis/{one}"), ""),
        status(99, "POST", format!("apis/{two}/stages"), stage),
        status(101, "PATCH", format!("apis/{one}"), r#"{"name":"other"}"#),
    );

    assert_eq!(answers, (201, 409, 200, 201, 200));
    let conflicts: Vec<_> = sandbox.calls().into_iter().filter_map(|call| call.error).collect();
    assert_eq!(conflicts, ["ConflictException"]);
}

#[tokio::test(start_paused = true)]
async fn overlapping_writes_need_not_conflict() {
    let sandbox = Sandbox::new().without_conflicts();
    let one = api(&sandbox, "one");
    let change = |name: &str| rest("PATCH", &format!("apis/{one}"), &json!({ "name": name }).to_string());
    let (first, second) = (change("first"), change("second"));
    let late = async {
        tokio::time::sleep(LATENCY / 2).await;
        sandbox.answer(&second, LATENCY).await
    };
    let (first, second) = tokio::join!(sandbox.answer(&first, LATENCY), late);
    assert_eq!([first, second].map(|answer| answer.expect("an answer").status().as_u16()), [200, 200]);
    let read = sandbox.request("apigateway", "GetApi", &json!({ "apiId": one })).expect("the API");
    assert_eq!(read["name"], "second", "both took effect, in their order");
}

#[tokio::test(start_paused = true)]
async fn writer_that_gives_up_admits_the_next_one() {
    let sandbox = Sandbox::new();
    let one = api(&sandbox, "one");
    let change = rest("PATCH", &format!("apis/{one}"), r#"{"name":"other"}"#);
    let given_up = tokio::time::timeout(LATENCY / 2, sandbox.answer(&change, LATENCY)).await;
    assert!(given_up.is_err());
    assert_eq!(sandbox.answer(&change, LATENCY).await.expect("an answer").status(), 200);
}

/// Makes calls until the caller crashes, and returns the number of answers.
async fn work_until_the_crash(sandbox: &Sandbox) -> u32 {
    let mut answered = 0;
    let work = async {
        loop {
            create(sandbox, &format!("shop-{answered}")).await.expect("an answer");
            answered += 1;
        }
    };
    tokio::select! {
        () = work => {}
        () = sandbox.crashed() => {}
    }
    answered
}

#[tokio::test(start_paused = true)]
async fn caller_dies_between_two_calls_or_during_one() {
    for (faults, answered, effects) in [
        (Faults::crash_after(0), 0, 0),
        (Faults::crash_after(3), 3, 3),
        (Faults::crash_within(1), 0, 1),
        (Faults::crash_within(3), 2, 3),
    ] {
        let sandbox = Sandbox::new().with_faults(faults.clone());
        assert_eq!(work_until_the_crash(&sandbox).await, answered, "{faults:?}");
        assert_eq!(clusters(&sandbox), effects, "{faults:?}");
        assert_eq!(create(&sandbox, "late").await, Err(ErrorKind::TimedOut), "the dead hear nothing");
        assert_eq!(clusters(&sandbox), effects, "and do nothing");
        assert_eq!(sandbox.calls().last().and_then(|call| call.fault), Some(Fault::Crash));
        sandbox.clear_faults();
        assert_eq!(create(&sandbox, "next").await, Ok(200), "a new caller lives");
        let alive = tokio::time::timeout(Duration::from_hours(1), sandbox.crashed()).await;
        assert!(alive.is_err());
    }
}

#[tokio::test(start_paused = true)]
async fn calls_in_progress_die_with_their_caller() {
    let sandbox = Sandbox::new().with_faults(Faults::crash_after(1));
    let both = async { tokio::join!(create(&sandbox, "a"), create(&sandbox, "b")) };
    tokio::select! {
        _ = both => panic!("one of them is never answered"),
        () = sandbox.crashed() => {}
    }
    assert_eq!(clusters(&sandbox), 1);
}

#[tokio::test]
async fn lost_answer_breaks_the_tcp_connection() {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a free port");
    let address = listener.local_addr().expect("an address");
    let faults = Faults::default().with(Rule::new(Fault::LostAnswer));
    let sandbox = Sandbox::new().with_faults(faults);
    let server = tokio::spawn(serve(sandbox.clone(), listener));
    let mut stream = TcpStream::connect(address).await.expect("a connection");
    let head = "POST / HTTP/1.1\r\nhost: sandbox\r\n\
                authorization: AWS4-HMAC-SHA256 Credential=AKID/20260101/ap-northeast-1/ecs/aws4_request\r\n\
                x-amz-target: AmazonEC2ContainerServiceV20141113.CreateCluster\r\n\
                content-length: 2\r\nconnection: close\r\n\r\n{}";

    stream.write_all(head.as_bytes()).await.expect("the server reads");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.expect("the end of the connection");
    assert_eq!(answer, "");
    assert_eq!(clusters(&sandbox), 1);
    server.abort();
}

#[test]
fn call_that_panics_fails_without_effect() {
    let mut world = World::new("123456789012", "ap-northeast-1", BEGINNING);
    let before = world.clone();
    let input = json!({ "clusterName": "shop" });
    let answer = guarded(&mut world, &ecs::SERVICE, "CreateCluster", |world| {
        ecs::SERVICE.call(world, "CreateCluster", &input).expect("a new cluster");
        panic!("in the middle of it")
    });
    assert_eq!(answer.expect_err("it failed").code, "ServerException");
    assert_eq!(world, before);
    let answer = guarded(&mut world, &ecs::SERVICE, "CreateCluster", |world| {
        ecs::SERVICE.call(world, "CreateCluster", &input)
    });
    assert!(answer.is_ok(), "the account goes on");
}

use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use serde_json::{Value, json};

use super::Use;
use crate::{Fault, Faults, Rule, Sandbox};

async fn call(sandbox: &Sandbox, service: &str, operation: &str, body: &Value) -> Option<Response<Bytes>> {
    let authorization = format!(
        "AWS4-HMAC-SHA256 Credential=AKIASANDBOXSANDBOX00/20260101/ap-northeast-1/{service}/aws4_request, \
         SignedHeaders=host, Signature=0"
    );
    let request = Request::post("/")
        .header("authorization", authorization)
        .header("x-amz-target", format!("AmazonEC2ContainerServiceV20141113.{operation}"))
        .body(Bytes::from(body.to_string()))
        .expect("a request");
    sandbox.answer(&request, Duration::ZERO).await.ok()
}

#[tokio::test(start_paused = true)]
async fn calls_count_by_operation_and_answer() {
    let sandbox = Sandbox::new();
    sandbox.set_faults(Faults::default().with(Rule::new(Fault::Before).operation("ListClusters").nth(1)));
    for _ in 0..23 {
        call(&sandbox, "ecs", "CreateCluster", &json!({ "clusterName": "shop" })).await;
    }
    tokio::time::advance(Duration::from_secs(90)).await;
    call(&sandbox, "ecs", "DeleteCluster", &json!({ "cluster": "gone" })).await;
    assert!(call(&sandbox, "ecs", "ListClusters", &json!({})).await.is_none());
    sandbox.request("ecs", "ListClusters", &json!({})).expect("a call by hand does not count");

    let counts = sandbox.counts();
    assert_eq!(counts.elapsed, Duration::from_secs(90));
    let told: Vec<_> = counts
        .operations
        .iter()
        .map(|one| (one.operation.as_str(), one.calls, one.throttled, one.broken, one.refused.clone()))
        .collect();
    let gone = [("ClusterNotFoundException".to_owned(), 1)].into();
    assert_eq!(
        told,
        [
            ("CreateCluster", 23, 3, 0, [].into()),
            ("DeleteCluster", 1, 0, 0, gone),
            ("ListClusters", 1, 0, 1, [].into()),
        ]
    );
    let [writes, reads] = counts.quotas.as_slice() else { panic!("{:?}", counts.quotas) };
    assert_eq!((writes.service, writes.calls, writes.highest), ("ecs", 24, 23));
    assert!(writes.of.starts_with("CreateCluster, DeleteCluster, "), "{}", writes.of);
    assert_eq!(writes.quota.map(|quota| quota.burst()), Some(20));
    assert_eq!((reads.calls, reads.highest), (1, 1));
    let without = sandbox.without_quotas().counts();
    assert!(without.quotas.iter().all(|one| one.quota.is_none()));
}

#[tokio::test(start_paused = true)]
async fn operations_of_strangers_are_bounded() {
    let sandbox = Sandbox::new();
    for number in 0..1_100 {
        call(&sandbox, "ecs", &format!("Buy{number}"), &json!({})).await;
    }
    let counts = sandbox.counts();
    assert_eq!(counts.operations.len(), 1_001);
    let rest = counts.operations.iter().find(|one| one.operation == "…").expect("the rest");
    assert_eq!((rest.calls, rest.refused["UnknownOperationException"]), (100, 100));
}

#[test]
fn highest_rate_is_that_of_any_second() {
    let mut used = Use::default();
    for at in [0, 500, 900, 1_000, 1_400, 1_450, 5_000] {
        used.count(at);
    }
    assert_eq!((used.calls, used.highest), (7, 5), "from 500 to 1 450; a second later is another one");
}

use std::time::Duration;

use aws_smithy_runtime_api::client::{
    http::HttpConnector, orchestrator::HttpRequest, result::ConnectorError,
};
use aws_smithy_types::body::SdkBody;
use serde_json::json;

use super::Client;
use crate::{Fault, Faults, Rule, Sandbox};

/// Creates a cluster as the SDK does, on an account where the call meets this fault.
async fn create(
    sandbox: &Sandbox,
    fault: Fault,
    read_timeout: Option<Duration>,
) -> Result<u16, ConnectorError> {
    sandbox.set_faults(Faults::default().with(Rule::new(fault)));
    let request = http::Request::post("http://sandbox.invalid/")
        .header("authorization", "AWS4-HMAC-SHA256 Credential=AKID/20260101/ap-northeast-1/ecs/aws4_request")
        .header("x-amz-target", "AmazonEC2ContainerServiceV20141113.CreateCluster")
        .body(SdkBody::from("{}"))
        .expect("a valid request");
    let client = Client { read_timeout, ..Client::new(sandbox.clone(), Duration::from_millis(50)) };
    let answer = client.call(HttpRequest::try_from(request).expect("a valid request")).await;
    answer.map(|response| response.status().as_u16())
}

#[tokio::test(start_paused = true)]
async fn sdk_learns_the_kind_of_each_failure() {
    let sandbox = Sandbox::new();
    for fault in [Fault::Before, Fault::LostAnswer] {
        let error = create(&sandbox, fault, None).await.expect_err("the connection is broken off");
        assert!(error.is_io(), "{fault:?}: {error:?}");
    }
    let slow = Fault::Slow { ms: 500 };
    let error = create(&sandbox, slow, Some(Duration::from_millis(300))).await.expect_err("it is too late");
    assert!(error.is_timeout(), "{error:?}");
    assert_eq!(create(&sandbox, slow, Some(Duration::from_secs(1))).await.expect("an answer"), 200);
}

#[tokio::test(start_paused = true)]
async fn call_with_a_late_answer_takes_effect() {
    let sandbox = Sandbox::new();
    let slow = Fault::Slow { ms: 500 };
    create(&sandbox, slow, Some(Duration::from_millis(300))).await.expect_err("it is too late");
    let listed = sandbox.request("ecs", "ListClusters", &json!({})).expect("a listing");
    assert_eq!(listed["clusterArns"].as_array().map(Vec::len), Some(1));
}

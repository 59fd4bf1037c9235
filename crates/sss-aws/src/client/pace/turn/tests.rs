use std::{
    sync::{Arc, Mutex},
    time::{Duration, SystemTime},
};

use aws_credential_types::{Credentials, provider::SharedCredentialsProvider};
use aws_sdk_ecs::config::{BehaviorVersion, Region, retry::RetryConfig};
use aws_smithy_async::{rt::sleep::TokioSleep, time::TimeSource};
use aws_smithy_runtime_api::client::{
    http::{HttpConnector, HttpConnectorFuture, SharedHttpConnector, http_client_fn},
    orchestrator::{HttpRequest, HttpResponse},
};
use aws_smithy_types::body::SdkBody;
use aws_types::SdkConfig;
use futures_util::future::join_all;
use tokio::time::Instant;

use crate::{Aws, Rate, Rates};

/// A clock that goes with the test's.
#[derive(Debug, Clone, Copy)]
struct Clock(Instant);

impl TimeSource for Clock {
    fn now(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH + self.0.elapsed()
    }
}

/// An endpoint that notes the time of each signature beside the time of its arrival.
#[derive(Debug, Clone)]
struct Endpoint {
    clock: Clock,
    seen: Arc<Mutex<Vec<(String, String)>>>,
}

impl HttpConnector for Endpoint {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let signed = request.headers().get("x-amz-date").unwrap_or_default().to_owned();
        let seconds = self.clock.0.elapsed().as_secs();
        let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
        let arrived = format!("19700101T{hours:02}{minutes:02}{seconds:02}Z");
        self.seen.lock().expect("no panic").push((signed, arrived));
        let answer = SdkBody::from(r#"{"clusterArns":[]}"#);
        HttpConnectorFuture::ready(Ok(HttpResponse::new(200.try_into().expect("a status"), answer)))
    }
}

fn config(endpoint: &Endpoint) -> SdkConfig {
    let connector = SharedHttpConnector::new(endpoint.clone());
    let credentials = Credentials::new("AKIDEXAMPLE", "example", None, None, "test");
    SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("eu-west-1"))
        .credentials_provider(SharedCredentialsProvider::new(credentials))
        .http_client(http_client_fn(move |_, _| connector.clone()))
        .sleep_impl(TokioSleep::new())
        .time_source(endpoint.clock)
        .retry_config(RetryConfig::disabled())
        .build()
}

#[tokio::test(start_paused = true)]
async fn call_is_signed_after_its_wait() {
    let endpoint = Endpoint { clock: Clock(Instant::now()), seen: Arc::default() };
    let slow = Rates::default().quota("ECS cluster read", Rate::new(1, 1.0 / 60.0)).expect("a quota");
    let aws = Aws::with_rates(&config(&endpoint), &slow);

    let calls = join_all((0..20).map(|_| aws.ecs.list_clusters().send())).await;

    assert!(calls.iter().all(Result::is_ok), "{calls:?}");
    assert!(endpoint.clock.0.elapsed() > Duration::from_mins(19));
    for (signed, arrived) in endpoint.seen.lock().expect("no panic").iter() {
        assert_eq!(signed, arrived);
    }
    assert_eq!(aws.statistics().total(), 20);
}

use std::{future::pending, io};

use aws_credential_types::{Credentials, provider::SharedCredentialsProvider};
use aws_sdk_ecs::config::{BehaviorVersion, Region, retry::RetryConfig};
use aws_smithy_async::rt::sleep::TokioSleep;
use aws_smithy_runtime_api::client::{
    http::{HttpConnector, HttpConnectorFuture, SharedHttpConnector, http_client_fn},
    orchestrator::{HttpRequest, HttpResponse},
};
use aws_smithy_types::body::SdkBody;
use aws_types::SdkConfig;
use bytes::Bytes;
use futures_util::stream::{self, StreamExt};
use http_body_util::StreamBody;
use hyper::body::Frame;

use super::*;

/// A log group `shop` with a live tail of these messages, which stays open behind them.
#[derive(Debug, Clone)]
struct Endpoint(Vec<Bytes>);

impl HttpConnector for Endpoint {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let operation = request.headers().get("x-amz-target").unwrap_or_default();
        let body = if operation.ends_with("StartLiveTail") {
            let messages = self.0.clone().into_iter().map(|bytes| Ok::<_, io::Error>(Frame::data(bytes)));
            let open = stream::once(pending());
            SdkBody::from_body_1_x(StreamBody::new(Box::pin(stream::iter(messages).chain(open))))
        } else {
            let arn = "arn:aws:logs:eu-west-1:123456789012:log-group:shop";
            SdkBody::from(format!(r#"{{"logGroups":[{{"logGroupName":"shop","logGroupArn":"{arn}"}}]}}"#))
        };
        let mut answer = HttpResponse::new(200.try_into().expect("a status"), body);
        answer.headers_mut().insert("content-type", "application/vnd.amazon.eventstream");
        HttpConnectorFuture::ready(Ok(answer))
    }
}

fn aws(messages: &[(&str, &str, &str)]) -> Aws {
    let messages = messages.iter().map(|(kind, name, body)| message(kind, name, body)).collect();
    let connector = SharedHttpConnector::new(Endpoint(messages));
    let credentials = Credentials::new("AKIDEXAMPLE", "example", None, None, "test");
    let config = SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("eu-west-1"))
        .credentials_provider(SharedCredentialsProvider::new(credentials))
        .http_client(http_client_fn(move |_, _| connector.clone()))
        .sleep_impl(TokioSleep::new())
        .retry_config(RetryConfig::disabled())
        .build();
    Aws::new(&config)
}

/// Encodes a message of an event stream: lengths, headers, body, and checksums of both parts.
fn message(kind: &str, name: &str, body: &str) -> Bytes {
    let mut headers = Vec::new();
    let word = if kind == "event" { ":event-type" } else { ":exception-type" };
    for (key, value) in [(":message-type", kind), (word, name), (":content-type", "application/json")] {
        headers.push(u8::try_from(key.len()).expect("a short name"));
        headers.extend(key.as_bytes());
        headers.push(7);
        headers.extend(u16::try_from(value.len()).expect("a short value").to_be_bytes());
        headers.extend(value.as_bytes());
    }
    let length = |bytes: usize| u32::try_from(bytes).expect("a short message").to_be_bytes();
    let mut whole = Vec::new();
    whole.extend(length(16 + headers.len() + body.len()));
    whole.extend(length(headers.len()));
    whole.extend(checksum(&whole).to_be_bytes());
    whole.extend(headers);
    whole.extend(body.as_bytes());
    whole.extend(checksum(&whole).to_be_bytes());
    Bytes::from(whole)
}

/// Returns the CRC-32 of bytes.
fn checksum(bytes: &[u8]) -> u32 {
    let step = |sum: u32, byte: &u8| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| (sum >> 1) ^ (0xedb8_8320 & (sum & 1).wrapping_neg()))
    };
    !bytes.iter().fold(!0, step)
}

const START: (&str, &str, &str) = ("event", "sessionStart", "{}");
const UPDATE: &str = r#"{
    "sessionMetadata": { "sampled": true },
    "sessionResults": [{
        "logStreamName": "web/web/1", "logGroupIdentifier": "123456789012:shop", "message": "hello",
        "timestamp": 1000, "ingestionTime": 2000
    }]
}"#;

fn shop() -> Wanted {
    Wanted { group: "shop".to_owned(), prefix: None }
}

#[tokio::test(start_paused = true)]
async fn lines_come_while_the_stream_is_open() {
    let aws = aws(&[("event", "initial-response", "{}"), START, ("event", "sessionUpdate", UPDATE)]);
    let mut tail = Live::open(&aws, &[&shop()]).await.expect("a live tail");
    let batch = tail.next().await.expect("lines");
    let (group, line) = &batch.lines[0];
    assert!(batch.is_sampled);
    assert_eq!((group.as_str(), line.stream.as_str(), line.message.as_str()), ("shop", "web/web/1", "hello"));
    assert_eq!((line.time.as_millis(), line.ingested.as_millis()), (1000, 2000));
}

#[tokio::test(start_paused = true)]
async fn end_of_a_session_says_how_to_go_on() {
    let ended = ("exception", "SessionTimeoutException", r#"{"message":"3 hours are over"}"#);
    let mut tail = Live::open(&aws(&[START, ended]), &[&shop()]).await.expect("a live tail");
    let error = tail.next().await.err().expect("the end");
    assert_eq!(error.to_string(), "the live tail ended: SessionTimeoutException: 3 hours are over");
    assert!(error.hint().is_some_and(|hint| hint.contains("`logs --live`")), "{:?}", error.hint());
}

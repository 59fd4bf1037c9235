use std::{
    future::pending,
    io,
    sync::{Arc, Mutex},
    time::Duration,
};

use aws_smithy_runtime_api::client::{
    http::{HttpConnector, HttpConnectorFuture, SharedHttpConnector},
    orchestrator::{HttpRequest, HttpResponse},
    result::ConnectorError,
};
use aws_smithy_types::body::SdkBody;
use bytes::Bytes;
use http_body_util::StreamBody;
use hyper::body::Frame;
use tokio::time::{Instant, sleep};

use crate::{
    client::pace::{Called, Lane, Pace, Rates, Silent, client::Connector},
    error::Unanswered,
};

/// An endpoint that behaves in one way.
#[derive(Debug, Clone, Copy)]
enum Endpoint {
    Hangs,
    Answers {
        status: u16,
        body: &'static str,
    },
    /// A body of so many bytes in pieces of a MiB, with a pause before each.
    Streams {
        pieces: usize,
        pause: Duration,
    },
    Refuses,
}

impl HttpConnector for Endpoint {
    fn call(&self, _: HttpRequest) -> HttpConnectorFuture {
        let endpoint = *self;
        HttpConnectorFuture::new(async move { endpoint.answer().await })
    }
}

impl Endpoint {
    async fn answer(self) -> Result<HttpResponse, ConnectorError> {
        let response = |status: u16, body| HttpResponse::new(status.try_into().expect("a status"), body);
        match self {
            Self::Hangs => pending().await,
            Self::Answers { status, body } => Ok(response(status, SdkBody::from(body))),
            Self::Streams { pieces, pause } => Ok(response(200, streamed(pieces, pause))),
            Self::Refuses => {
                Err(ConnectorError::io(io::Error::from(io::ErrorKind::ConnectionRefused).into()))
            }
        }
    }
}

/// A body that is read piece by piece.
fn streamed(pieces: usize, pause: Duration) -> SdkBody {
    let pieces = futures_util::stream::unfold(pieces, move |left| async move {
        sleep(pause).await;
        let piece = Frame::data(Bytes::from(vec![b' '; 1 << 20]));
        (left > 0).then(|| (Ok::<_, io::Error>(piece), left - 1))
    });
    SdkBody::from_body_1_x(StreamBody::new(Box::pin(pieces)))
}

fn called(service: &'static str, operation: &str) -> Called {
    Called { service, operation: operation.to_owned(), lane: Lane::current() }
}

async fn call(pace: &Pace, endpoint: Endpoint, called: Called) -> Result<HttpResponse, ConnectorError> {
    let mut request = HttpRequest::new(SdkBody::empty());
    request.set_uri("http://ecs.example:80/path").expect("a URI");
    request.add_extension(called);
    Connector { inner: SharedHttpConnector::new(endpoint), silence: pace.silence.clone() }.call(request).await
}

/// Calls an endpoint; the reason why there is no answer reads so, and the call may have had an effect or not.
async fn check(endpoint: Endpoint, operation: &str, says: &str, sent: bool) {
    let pace = Pace::new(&Rates::default());
    let error = call(&pace, endpoint, called("ecs", operation)).await.expect_err("no answer");
    let reason = Unanswered::within(&error).expect("a reason");
    assert_eq!((reason.to_string().as_str(), reason.was_sent()), (says, sent));
}

const PAGE: &str = " <!DOCTYPE HTML><title>Log in</title>";
const LATE: &str = "ecs.example:80 sent no answer within 60 s";
const ENDLESS: &str = "ecs.example:80 began to answer and did not end within 60 s";

#[tokio::test(start_paused = true)]
async fn answer_has_a_deadline_to_its_last_byte() {
    let drip = Endpoint::Streams { pieces: 1000, pause: Duration::from_secs(7) };
    for (endpoint, says) in [(Endpoint::Hangs, LATE), (drip, ENDLESS)] {
        let start = Instant::now();
        check(endpoint, "ListClusters", says, true).await;
        assert_eq!(start.elapsed(), Duration::from_mins(1), "{endpoint:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn answer_of_too_many_bytes_is_refused() {
    let endless = Endpoint::Streams { pieces: usize::MAX, pause: Duration::ZERO };
    check(endless, "ListClusters", "ecs.example:80 sent an answer of more than 64 MiB", true).await;
    let pace = Pace::new(&Rates::default());
    let large = Endpoint::Streams { pieces: 64, pause: Duration::ZERO };
    let answer = call(&pace, large, called("logs", "PutRetentionPolicy")).await.expect("an answer");
    assert_eq!(answer.body().bytes().map(<[u8]>::len), Some(64 << 20));
}

#[tokio::test(start_paused = true)]
async fn foreign_answer_is_described() {
    for (status, body, operation, says) in [
        (302, "", "ListClusters", "HTTP 302 Found with an empty body"),
        (200, "", "ListClusters", "HTTP 200 OK with an empty body"),
        (200, " \n", "CreateCluster", "HTTP 200 OK with 2 bytes of blanks"),
        (200, PAGE, "DeleteCluster", "HTTP 200 OK with `<!DOCTYPE HTML><title>Log in</title>`"),
    ] {
        let says = format!("ecs.example:80 answered {says}");
        check(Endpoint::Answers { status, body }, operation, &says, true).await;
    }
    check(Endpoint::Refuses, "ListClusters", "ecs.example:80 refused the connection", true).await;
}

#[tokio::test(start_paused = true)]
async fn answer_of_aws_passes() {
    for (status, body, service, operation) in [
        (200, "{}", "ecs", "ListClusters"),
        (200, "", "logs", "CreateLogGroup"),
        (204, "", "apigateway", "DeleteApi"),
        (500, "", "ecs", "ListClusters"),
        (403, PAGE, "ecs", "ListClusters"),
        (200, "<?xml version=\"1.0\"?><DescribeVpcsResponse/>", "ec2", "DescribeVpcs"),
    ] {
        let pace = Pace::new(&Rates::default());
        let answer = call(&pace, Endpoint::Answers { status, body }, called(service, operation)).await;
        assert_eq!(answer.expect("the SDK sees it").body().bytes(), Some(body.as_bytes()), "{operation}");
    }
}

/// The reports about calls that hang, each with the second in which it comes.
type Told = Arc<Mutex<Vec<(u64, Silent)>>>;

fn listening(pace: &Pace) -> Told {
    let (told, start) = (Told::default(), Instant::now());
    let heard = Arc::clone(&told);
    pace.silence.listen(Some(Arc::new(move |event| {
        heard.lock().expect("no panic").push((start.elapsed().as_secs(), event));
    })));
    told
}

#[tokio::test(start_paused = true)]
async fn hanging_endpoint_is_reported_within_10_seconds() {
    let pace = Pace::new(&Rates::default());
    let told = listening(&pace);
    for _ in 0..3 {
        let names = ["ListClusters", "ListServices", "ListTasks"];
        let calls = names.map(|name| call(&pace, Endpoint::Hangs, called("ecs", name)));
        futures_util::future::join_all(calls).await;
    }
    let told = told.lock().expect("no panic").clone();
    let at: Vec<u64> = told.iter().map(|(at, _)| *at).collect();
    assert_eq!(at, [8, 38, 68, 98, 128, 158], "one of all calls is told, at first soon and then seldom");
    for (at, Silent { call, host, seconds }) in told {
        assert_eq!((call.starts_with("ecs:List"), host.as_str(), seconds), (true, "ecs.example:80", at));
    }
}

#[tokio::test(start_paused = true)]
async fn answering_endpoint_is_not_reported() {
    let pace = Pace::new(&Rates::default());
    let told = listening(&pace);
    for _ in 0..10 {
        let slow = Endpoint::Streams { pieces: 1, pause: Duration::from_secs(3) };
        call(&pace, slow, called("logs", "PutRetentionPolicy")).await.expect("an answer");
    }
    assert!(told.lock().expect("no panic").is_empty());
}

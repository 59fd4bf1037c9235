//! The catalogue is the list of its tests: each example of a pattern shows what the pattern says, and texts
//! close to it do not.

use std::{collections::BTreeSet, path::Path};

use super::{
    CAUSES, Cause, Meaning, find, markdown, meaning, of_text,
    patterns::{LAYER, PATTERNS, Pattern, Shows},
};
use crate::causes::exit_codes;

/// Set, it makes the page anew instead of checking it.
const WRITE: &str = "SSS_WRITE_CAUSES";

/// Texts that resemble a known one and have another cause, or none.
const NEAR_MISSES: [(&str, Option<&str>); 30] = [
    ("", None),
    ("not found", None),
    ("the manifest was signed", None),
    (
        "CannotPullContainerError: failed to resolve ref a/b:1: x509: certificate signed by unknown authority",
        None,
    ),
    ("CannotPullContainerError: failed to resolve ref a/b:1: 500 Internal Server Error", None),
    ("failed to authorize: 403", None),
    ("Post \"https://api.ecr.ap-northeast-1.amazonaws.com/\": i/o timeout", None),
    ("dial tcp 10.0.0.1:443: i/o timeout", None),
    ("context canceled", None),
    ("signal: killed", None),
    ("nil pointer dereference", None),
    ("There is a connection issue between the task and Amazon CloudWatch.", None),
    ("The task cannot find the Amazon CloudWatch log group defined in the task definition.", None),
    ("The specified log stream does not exist.", None),
    ("unable to retrieve ecr registry auth: AccessDenied", None),
    ("logs:PutLogEvents is denied", None),
    ("secretsmanager:DescribeSecret is denied", None),
    ("invalid character in a header", None),
    ("invalid ARN", None),
    ("the secrets from ssm are there", None),
    ("kms", None),
    ("EFS", None),
    ("Unexpected EC2 error while attempting to Delete Network Interface", None),
    ("unable to assume the position", None),
    ("Out of memory", None),
    ("health checks passed", None),
    ("your spot is free", None),
    ("Rate limit exceeded", None),
    ("(service web) was unable to place a task. Reason: Something new.", None),
    ("(service web) deployment ecs-svc/1 paused", None),
];

/// Texts in other spellings: AWS changes numbers, case, white space and quotes.
const SPELLINGS: [(&str, &str); 17] = [
    ("CANNOTPULLCONTAINERERROR: Failed To Resolve Ref a:1:\n\t a:1: NOT   FOUND", "P1"),
    (
        "CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref a:1: not found",
        "P1",
    ),
    ("CannotPullContainerError: manifest unknown: Requested image not found", "P1"),
    ("cannotpullcontainererror: name unknown: The repository with name 'a' does not exist", "P2"),
    (
        "httpReadSeeker: failed open: failed to copy: Get https://prod-eu-west-1-starport-layer-bucket.s3",
        "P6",
    ),
    (
        "failed to create CloudWatch log stream: ResourceNotFoundException: The specified log group does not exist.",
        "X12",
    ),
    ("failed to create cloudwatch log stream: logs:CreateLogStream denied", "X13"),
    ("AccessDeniedException: User is not authorized to perform: kms:Decrypt on resource: key", "X11"),
    ("outofmemoryerror: container killed due to memory usage", "K3"),
    ("(service a) (task 1)  failed  container health checks.", "K9"),
    ("(service a) was unable to place a task. Reason: CannotPullContainerError: a: toomanyrequests", "P10"),
    ("Error during StartContainer: exec: \"web\"", "K8"),
    ("SpotInterruptionError: Your Spot Task was interrupted.", "E15"),
    (
        "CannotPullContainerError: failed to resolve ref shop/unknown-403:1: failed to do request: dial tcp: lookup a: no \
         such host",
        "P18",
    ),
    (
        "CannotPullContainerError: pull image manifest has been retried 5 time(s): failed to resolve ref \
         a/toomanyrequests:not: failed to do request: Head \"https://a/v2/toomanyrequests/manifests/unknown\": i/o timeout",
        "P5",
    ),
    ("CannotPullContainerError: failed to resolve ref shop/401:1: shop/401:1: not found", "P1"),
    ("ECS was unable to assume the role 'arn:aws:iam::123456789012:role/a'", "L1"),
];

#[test]
fn examples_show_what_their_patterns_say() {
    for pattern in PATTERNS.iter().chain([&LAYER]) {
        assert!(!pattern.examples.is_empty(), "{pattern:?}");
        let parts: Vec<&str> = pattern.any.iter().flat_map(|parts| parts.iter().copied()).collect();
        assert!(parts.iter().all(|part| *part == part.to_ascii_lowercase()), "{parts:?}");
        assert!(pattern.examples.iter().all(|text| pattern.fits(&text.to_ascii_lowercase())), "{parts:?}");
    }
    for (text, pattern) in examples() {
        let is_as_said = match (meaning(text), pattern.shows) {
            (Meaning::Cause(found), Shows::Cause(id)) => found.cause.id == id,
            (Meaning::Note(found), Shows::Note(words)) | (Meaning::Group(found), Shows::Group(words)) => {
                found == words
            }
            _ => false,
        };
        assert!(is_as_said, "{text}: {:?}", meaning(text));
    }
}

/// Each example, without those of lines of logs that a reason says as well.
fn examples() -> impl Iterator<Item = (&'static str, &'static Pattern)> {
    PATTERNS.iter().flat_map(|pattern| pattern.examples.iter().map(move |text| (*text, pattern)))
}

#[test]
fn near_misses_show_no_cause() {
    for (text, expected) in NEAR_MISSES {
        assert_eq!(of_text(text).map(|found| found.cause.id), expected, "{text}");
    }
}

#[test]
fn other_spellings_show_the_same_cause() {
    for (text, expected) in SPELLINGS {
        assert_eq!(of_text(text).map(|found| found.cause.id), Some(expected), "{text}");
    }
}

#[test]
fn ids_are_unique_and_named_causes_exist() {
    let ids: BTreeSet<&str> = CAUSES.iter().map(|cause| cause.id).collect();
    assert_eq!(ids.len(), CAUSES.len());
    assert!(CAUSES.len() >= 105, "{}", CAUSES.len());
    for pattern in PATTERNS {
        let also = pattern.also.iter().copied();
        let named = also.chain(if let Shows::Cause(id) = pattern.shows { Some(id) } else { None });
        named.for_each(|id| assert!(ids.contains(id), "{id}"));
    }
    assert!((0..256).filter_map(exit_codes::diagnosis).all(|found| ids.contains(found.cause.id)));
    assert!(["E15", "E16", "E17", "K4", "L6"].iter().all(|id| ids.contains(id)));
}

#[test]
fn titles_read_alone_and_fixes_can_be_typed() {
    for Cause { id, title, fix, source, .. } in CAUSES {
        assert!(title.starts_with(char::is_uppercase) && !title.ends_with('.'), "{id}: {title}");
        assert!(!fix.is_empty() && fix.iter().all(|fix| fix.starts_with(char::is_lowercase)), "{id}");
        assert!(source.starts_with("https://"), "{id}: {source}");
    }
}

#[test]
fn ids_are_found_in_any_case() {
    assert_eq!(find(" x12 ").map(|cause| cause.id), Some("X12"));
    assert_eq!(find("P99"), None);
}

#[test]
fn layer_above_the_role_is_told_beside_the_cause() {
    let text = "is not authorized to perform: secretsmanager:GetSecretValue on resource: arn with an explicit deny in \
                a service control policy";
    let found = of_text(text).expect("a known text");
    assert_eq!((found.cause.id, found.also, found.subject.as_deref()), ("X2", &["L6"][..], Some("arn")));
}

#[test]
fn codes_in_texts_show_their_meaning() {
    let id = |text: &str| of_text(text).map(|found| found.cause.id);
    assert_eq!(id("exit code 137"), Some("K3"));
    assert_eq!(id("\"exitCode\": 139"), Some("K5"));
    assert_eq!(id("the container exited with code 1"), Some("K2"));
    assert_eq!(id("it exits when 3 requests came"), None);
    assert_eq!(id("SpotInterruption"), Some("E15"));
    assert!(matches!(meaning("TaskFailedToStart"), Meaning::Note(_)));
    assert_eq!(meaning("CodeOfTomorrow"), Meaning::Unknown);
}

#[test]
fn diagnosis_as_json_names_the_cause_by_its_id() {
    let found = of_text("OutOfMemoryError: Container killed due to memory usage").expect("a known text");
    let json = serde_json::to_value(&found).expect("plain data");
    assert_eq!(json["cause"], "K3");
    assert_eq!(json["confidence"], "sure");
    assert_eq!(json["evidence"][0]["value"], "OutOfMemoryError: Container killed due to memory usage");
}

#[test]
fn causes_page_is_current() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/causes.md");
    let wanted = markdown();
    if std::env::var_os(WRITE).is_some() {
        std::fs::write(&path, &wanted).expect("the page can be written");
    }
    let page = std::fs::read_to_string(&path).expect("the page can be read");
    assert!(page == wanted, "docs/causes.md is not current: run this test with {WRITE}=1");
}

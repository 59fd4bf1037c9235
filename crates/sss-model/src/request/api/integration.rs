//! Integrations: checks of `CreateIntegration`.
//!
//! An integration is the target of routes. The engine creates private ones: type `HTTP_PROXY`, connection type
//! `VPC_LINK`, the id of the link, and the ARN of a Cloud Map service. Requests may have other targets too:
//!
//! - *Private* (`VPC_LINK`): the ARN of a listener of a load balancer, or of a Cloud Map service (APIGW-INT-021).
//! - *Public* (`INTERNET`, the default): a URL for `HTTP_PROXY`, a function for `AWS_PROXY`.
//! - An operation of AWS by its `IntegrationSubtype`: see `aws_service`.
//!
//! API Gateway reads the port of a task from the SRV record of the Cloud Map service. A records have none, and requests
//! then get 503; API Gateway accepts the integration even so (APIGW-INT-020).
//!
//! A private integration sends the whole path of a request, so tasks behind a stage other than `$default` get its name
//! as the first segment. `overwrite:path` with `$request.path` removes it (APIGW-INT-050).

use super::{ApiKind, aws_service};
use crate::report::Report;
use crate::request::bounds::{length, number};
use crate::request::shape::{Kind, Shape, TEXT_BY_KEY, choice, may, must};
use crate::request::{Node, Operation, Referred};
use crate::rules::api::mapping::{self, Key, Target};
use crate::rules::{
    APIGW_INT_000, APIGW_INT_001, APIGW_INT_002, APIGW_INT_003, APIGW_INT_004, APIGW_INT_020, APIGW_INT_021,
    APIGW_INT_030, APIGW_INT_031, APIGW_INT_032, APIGW_INT_040, APIGW_INT_041, APIGW_INT_050,
    NOT_A_PARAMETER, PARAM_003, Rule, TOO_LONG, TOO_SHORT, broken,
};

/// `CreateIntegration`: the API (PARAM-003) and the type (APIGW-INT-000) are required.
///
/// The shape has the five types of both kinds of APIs. `ConnectionType` is `INTERNET` by default.
pub(crate) const CREATE_INTEGRATION: Shape = Shape(&[
    must("ApiId", Kind::Text, &PARAM_003),
    must("IntegrationType", Kind::Choice(&APIGW_INT_004, &TYPES), &APIGW_INT_000),
    may("ConnectionId CredentialsArn Description IntegrationMethod IntegrationSubtype", Kind::Text),
    may("IntegrationUri PayloadFormatVersion TemplateSelectionExpression", Kind::Text),
    may("ConnectionType", choice(&["INTERNET", "VPC_LINK"])),
    may("ContentHandlingStrategy", choice(&["CONVERT_TO_BINARY", "CONVERT_TO_TEXT"])),
    may("PassthroughBehavior", choice(&["WHEN_NO_MATCH", "NEVER", "WHEN_NO_TEMPLATES"])),
    may("RequestParameters RequestTemplates", TEXT_BY_KEY),
    may("ResponseParameters", Kind::Map(&TEXT_BY_KEY)),
    may("TimeoutInMillis", Kind::Integer),
    may("TlsConfig", Kind::Structure(&Shape(&[may("ServerNameToVerify", Kind::Text)]))),
]);
/// The types of integrations. HTTP APIs have the last two only (APIGW-INT-004).
const TYPES: [&str; 5] = ["AWS", "HTTP", "MOCK", "HTTP_PROXY", "AWS_PROXY"];

/// The most characters of the value of a parameter (APIGW-INT-030 and APIGW-INT-031).
const LONGEST_VALUE: usize = 512;

/// Checks the values of a request of `CreateIntegration`.
///
/// Members of both kinds of APIs:
///
/// - `Description` at most 1024 characters, `IntegrationUri` 1 to 2048, `ConnectionId` 1 to 1024 (all APIGW-INT-041).
/// - `IntegrationMethod`: 1 to 64 characters (APIGW-INT-003).
/// - `TimeoutInMillis`: 50 to 30000 ms, and at most 29000 for a WebSocket API (APIGW-INT-001). Without it an HTTP API
///   waits 30000 ms. An API of unknown kind gets the longer bound.
/// - `ConnectionId`: required for a VPC link (APIGW-INT-020).
/// - `TlsConfig`: for private integrations only, with a server name of 1 to 512 characters (APIGW-INT-040). It makes
///   API Gateway call the tasks by HTTPS.
///
/// The other rules are those of HTTP APIs.
pub(crate) fn integration(request: &Node<'_>, referred: &Referred, report: &mut Report) {
    length(request, "Description", 0..=1024, &APIGW_INT_041, report);
    length(request, "IntegrationUri", 1..=2048, &APIGW_INT_041, report);
    length(request, "ConnectionId", 1..=1024, &APIGW_INT_041, report);
    length(request, "IntegrationMethod", 1..=64, &APIGW_INT_003, report);

    let api = ApiKind::of(referred, !is_for_web_socket(request));
    let longest = if api == ApiKind::WebSocket { 29000 } else { 30000 };
    number(request, "TimeoutInMillis", 50..=longest, &APIGW_INT_001, report);

    let is_private = request.text("ConnectionType") == Some("VPC_LINK");
    if is_private && !request.has("ConnectionId") {
        report.add(&request.place("ConnectionId"), broken!(APIGW_INT_020, "required"));
    }
    if let Some(tls) = request.get("TlsConfig") {
        length(&tls, "ServerNameToVerify", 1..=512, &APIGW_INT_040, report);
        if request.text_or("ConnectionType", "INTERNET") == Some("INTERNET") {
            report.add(tls.at(), broken!(APIGW_INT_040, "not-private"));
        }
    }

    api.http_rules(report, |report| {
        kind(request, report);
        if is_private {
            private(request, referred, report);
        } else if request.text_or("ConnectionType", "INTERNET") == Some("INTERNET") {
            public(request, report);
        }
        parameters_of_both(request, report);
    });
}

/// Returns whether an integration has members that only those of WebSocket APIs have.
///
/// These are other types, templates, parameters of another grammar, or a private URL. Without them the integration is
/// judged as one of an HTTP API, unless the referred API says otherwise.
fn is_for_web_socket(request: &Node<'_>) -> bool {
    let of_both = ["HTTP_PROXY", "AWS_PROXY"];
    let templates =
        ["ContentHandlingStrategy", "PassthroughBehavior", "RequestTemplates", "TemplateSelectionExpression"];
    let is_private = request.text("ConnectionType") == Some("VPC_LINK");
    request.text("IntegrationType").is_some_and(|kind| TYPES.contains(&kind) && !of_both.contains(&kind))
        || (!request.has("IntegrationSubtype") && templates.iter().any(|member| request.has(member)))
        || request.entries("RequestParameters").iter().any(|(key, _)| key.starts_with("integration.request."))
        || (is_private && request.text("IntegrationUri").is_some_and(mapping::is_url))
}

/// Checks the parameters of requests and responses that the integration changes.
///
/// `ResponseParameters` has a map of parameters per status. A status is a number from 200 to 599 (APIGW-INT-031), and
/// the parameters under a wrong status are checked even so.
fn parameters_of_both(request: &Node<'_>, report: &mut Report) {
    // The parameters of an AWS service are those of its operation.
    if request.has("IntegrationSubtype") {
        aws_service::inspect(request, report);
    } else {
        parameters(request, "RequestParameters", mapping::request, &APIGW_INT_030, report);
    }
    for (status, _) in
        request.entries("ResponseParameters").iter().filter(|(key, _)| !mapping::is_status(key))
    {
        let place = request.place("ResponseParameters").key(status);
        report.add(&place, broken!(APIGW_INT_031, "not-a-status", given = *status));
    }

    if let Some(responses) = request.get("ResponseParameters") {
        for (status, _) in responses.members() {
            parameters(&responses, status, mapping::response, &APIGW_INT_031, report);
        }
    }
}

/// Checks the type of an integration of an HTTP API, and the members that depend on it.
///
/// - `AWS`, `HTTP` and `MOCK` are for WebSocket APIs (APIGW-INT-004).
/// - `HTTP_PROXY` takes the payload format 1.0 only, `AWS_PROXY` 1.0 or 2.0 (APIGW-INT-002). Without a format there is
///   a warning: the documentation says that HTTP APIs require it, and the service model has it as optional.
/// - `HTTP_PROXY` needs an `IntegrationMethod`, for example `ANY` (APIGW-INT-003).
fn kind(request: &Node<'_>, report: &mut Report) {
    let Some(kind) = request.text("IntegrationType") else { return };
    let place = request.place("PayloadFormatVersion");
    let version = request.text("PayloadFormatVersion");
    let versions: &[&str] = match kind {
        "AWS" | "HTTP" | "MOCK" => {
            let broken = broken!(APIGW_INT_004, "not-on-http", kind = kind);
            report.add(&request.place("IntegrationType"), broken);
            return;
        }
        "HTTP_PROXY" => &["1.0"],
        "AWS_PROXY" => &["1.0", "2.0"],
        _ => return,
    };

    if let Some(other) = version.filter(|version| !versions.contains(version)) {
        let versions = versions.to_vec();
        let broken = broken!(APIGW_INT_002, "other-version", kind = kind, versions = versions, given = other);
        report.add(&place, broken);
    } else if !request.has("PayloadFormatVersion") {
        report.warn(&place, broken!(APIGW_INT_002, "not-set"));
    }

    if kind == "HTTP_PROXY" && !request.has("IntegrationMethod") {
        report.add(&request.place("IntegrationMethod"), broken!(APIGW_INT_003, "required"));
    }
}

/// Checks the target of an integration without a VPC link: a URL, a function, or an operation of an AWS service.
///
/// `HTTP_PROXY` needs a URL, which may begin with a stage variable. `AWS_PROXY` needs some URI, unless it has a subtype
/// (both APIGW-INT-041).
fn public(request: &Node<'_>, report: &mut Report) {
    let place = request.place("IntegrationUri");
    let kind = request.text("IntegrationType");
    match request.text("IntegrationUri") {
        Some(uri) if kind == Some("HTTP_PROXY") && !uri.is_empty() && !mapping::is_url(uri) => {
            report.add(&place, broken!(APIGW_INT_041, "not-a-url", given = uri));
        }
        None if !request.has("IntegrationUri")
            && !request.has("IntegrationSubtype")
            && [Some("HTTP_PROXY"), Some("AWS_PROXY")].contains(&kind) =>
        {
            request.lacks("IntegrationUri", &APIGW_INT_041, report);
        }
        _ => {}
    }
}

/// Checks the target of an integration with a VPC link: a listener, or a Cloud Map service.
///
/// - `IntegrationUri`: required, and neither a URL nor the ARN of a load balancer, target group or namespace
///   (APIGW-INT-021). A stage variable may stand for the target; nobody knows its value.
/// - A referred Cloud Map service without SRV records is a warning (APIGW-INT-020): API Gateway accepts the
///   integration, and answers its requests with 503.
/// - A referred stage that is not `$default` needs `overwrite:path` (APIGW-INT-050). That is a warning too: API Gateway
///   accepts it, and a program may expect the stage in the path.
fn private(request: &Node<'_>, referred: &Referred, report: &mut Report) {
    let place = request.place("IntegrationUri");
    match request.text("IntegrationUri") {
        Some(uri) if !mapping::is_private_target(uri) => {
            report.add(&place, broken!(APIGW_INT_021, "not-a-target", given = uri));
        }
        Some(uri) => {
            let service = referred.get(Operation::CloudMapCreateService);
            if uri.contains(":servicediscovery:") && service.is_some_and(|service| !has_srv(&service)) {
                report.warn(&place, broken!(APIGW_INT_020, "no-srv"));
            }
        }
        None if request.has("IntegrationUri") => {}
        None => report.add(&place, broken!(APIGW_INT_021, "required")),
    }

    let stage = referred.get(Operation::ApiGatewayCreateStage);
    let named = stage.as_ref().and_then(|stage| stage.text("StageName")).filter(|name| *name != "$default");
    let overwrites = request.get("RequestParameters").is_some_and(|keys| keys.has("overwrite:path"));
    if let Some(name) = named.filter(|_| !overwrites) {
        let broken = broken!(APIGW_INT_050, "stage-in-path", stage = name);
        report.add(&request.place("RequestParameters"), broken);
    }
}

/// Returns whether a Cloud Map service has SRV records, which hold the port of a task.
fn has_srv(service: &Node<'_>) -> bool {
    let records = service.get("DnsConfig").map(|dns| dns.items("DnsRecords")).unwrap_or_default();
    records.iter().any(|record| record.text("Type") == Some("SRV"))
}

/// Checks a map of parameters by the rule on its keys and values.
///
/// `read` parses a key, for requests or for responses. A value has 1 to 512 characters; a key that removes needs none,
/// and tools send `""` for it. Headers that API Gateway keeps for itself, such as `Authorization` and `x-amz-…`, cannot
/// be mapped (APIGW-INT-032), in any case of letters. `Host` can.
///
/// A key that cannot be parsed has no further problem.
fn parameters(
    node: &Node<'_>,
    member: &str,
    read: for<'a> fn(&'a str) -> Option<Key<'a>>,
    rule: &'static Rule,
    report: &mut Report,
) {
    for (text, value) in node.entries(member) {
        let Some(key) = read(text) else {
            report.add(value.at(), broken!(rule, NOT_A_PARAMETER, given = text));
            continue;
        };
        if let Target::Header(name) = key.target
            && mapping::is_reserved(name)
        {
            report.add(value.at(), broken!(APIGW_INT_032, "reserved", name = name));
        }

        let shortest = usize::from(!key.removes);
        match value.as_text().map(|text| text.chars().count()) {
            Some(count) if count < shortest => {
                report.add(value.at(), broken!(rule, TOO_SHORT, count = count, least = shortest));
            }
            Some(count) if count > LONGEST_VALUE => {
                report.add(value.at(), broken!(rule, TOO_LONG, count = count, most = LONGEST_VALUE));
            }
            _ => {}
        }
    }
}

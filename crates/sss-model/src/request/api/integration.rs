//! Integrations.

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
const TYPES: [&str; 5] = ["AWS", "HTTP", "MOCK", "HTTP_PROXY", "AWS_PROXY"];

/// The most characters of the value of a parameter.
const LONGEST_VALUE: usize = 512;

/// Checks the values of a request of `CreateIntegration`.
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

/// Whether an integration has what only those of WebSocket APIs have: other types, templates, parameters of another
/// grammar, or a private URL.
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

fn has_srv(service: &Node<'_>) -> bool {
    let records = service.get("DnsConfig").map(|dns| dns.items("DnsRecords")).unwrap_or_default();
    records.iter().any(|record| record.text("Type") == Some("SRV"))
}

/// Checks a map of parameters by the rule on its keys and values.
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

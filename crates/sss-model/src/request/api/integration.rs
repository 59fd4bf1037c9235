//! Integrations.

use super::{aws_service, is_web_socket};
use crate::report::Report;
use crate::request::bounds::{length, number};
use crate::request::shape::{Kind, Shape, TEXT_BY_KEY, choice, may, must};
use crate::request::{Node, Operation, Referred};
use crate::rules::api::mapping::{self, Key, Target};
use crate::rules::worded;
use crate::rules::{
    APIGW_INT_000, APIGW_INT_001, APIGW_INT_002, APIGW_INT_003, APIGW_INT_004, APIGW_INT_020, APIGW_INT_021,
    APIGW_INT_030, APIGW_INT_031, APIGW_INT_032, APIGW_INT_040, APIGW_INT_041, APIGW_INT_050, PARAM_003,
    Rule,
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

pub(crate) fn integration(request: &Node<'_>, referred: &Referred, report: &mut Report) {
    length(request, "Description", 0..=1024, &APIGW_INT_041, report);
    length(request, "IntegrationUri", 1..=2048, &APIGW_INT_041, report);
    length(request, "ConnectionId", 1..=1024, &APIGW_INT_041, report);
    length(request, "IntegrationMethod", 1..=64, &APIGW_INT_003, report);
    let is_web_socket = is_web_socket(referred);
    let longest = if is_web_socket { 29000 } else { 30000 };
    number(request, "TimeoutInMillis", 50..=longest, &APIGW_INT_001, report);
    let is_private = request.text("ConnectionType") == Some("VPC_LINK");
    if is_private && !request.has("ConnectionId") {
        report.add(
            &request.place("ConnectionId"),
            worded(&APIGW_INT_020, "is required beside `VPC_LINK`").with_fix("set `ConnectionId`"),
        );
    }
    if let Some(tls) = request.get("TlsConfig") {
        length(&tls, "ServerNameToVerify", 1..=512, &APIGW_INT_040, report);
        if !is_private {
            report.warn(tls.at(), worded(&APIGW_INT_040, "stands in an integration that is not private"));
        }
    }
    if is_web_socket {
        return;
    }
    kind(request, report);
    if is_private {
        private(request, referred, report);
    } else if [None, Some("INTERNET")].contains(&request.text("ConnectionType")) {
        public(request, report);
    }
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
        report.add(&place, worded(&APIGW_INT_031, format!("`{status}` is not a status from 200 to 599")));
    }
    if let Some(responses) = request.get("ResponseParameters") {
        for (status, _) in responses.members() {
            parameters(&responses, status, mapping::response, &APIGW_INT_031, report);
        }
    }
}

fn kind(request: &Node<'_>, report: &mut Report) {
    let Some(kind) = request.text("IntegrationType") else { return };
    let place = request.place("PayloadFormatVersion");
    let version = request.text("PayloadFormatVersion");
    let versions: &[&str] = match kind {
        "AWS" | "HTTP" | "MOCK" => {
            report.add(&request.place("IntegrationType"), worded(&APIGW_INT_004, format!("is `{kind}`")));
            return;
        }
        "HTTP_PROXY" => &["1.0"],
        "AWS_PROXY" => &["1.0", "2.0"],
        _ => return,
    };
    if let Some(other) = version.filter(|version| !versions.contains(version)) {
        report
            .add(&place, worded(&APIGW_INT_002, format!("is `{other}`, and not {}", versions.join(" or "))));
    } else if !request.has("PayloadFormatVersion") {
        report.warn(&place, worded(&APIGW_INT_002, "is absent, and AWS documents it as required"));
    }
    if kind == "HTTP_PROXY" && !request.has("IntegrationMethod") {
        report.add(
            &request.place("IntegrationMethod"),
            worded(&APIGW_INT_003, "is required beside `HTTP_PROXY`").with_fix("set `IntegrationMethod`"),
        );
    }
}

/// What an integration without a VPC link leads to: a URL, a function, or an operation of an AWS service.
fn public(request: &Node<'_>, report: &mut Report) {
    let place = request.place("IntegrationUri");
    let kind = request.text("IntegrationType");
    match request.text("IntegrationUri") {
        Some(uri) if kind == Some("HTTP_PROXY") && !uri.is_empty() && !mapping::is_url(uri) => {
            report.add(&place, worded(&APIGW_INT_041, format!("`{uri}` is not a URL")));
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

fn private(request: &Node<'_>, referred: &Referred, report: &mut Report) {
    let place = request.place("IntegrationUri");
    match request.text("IntegrationUri") {
        Some(uri) if !mapping::is_private_target(uri) => {
            let message = format!("`{uri}` is not the ARN of a listener or of a Cloud Map service");
            report.add(&place, worded(&APIGW_INT_021, message));
        }
        Some(uri) => {
            let service = referred.get(Operation::CloudMapCreateService);
            if uri.contains(":servicediscovery:") && service.is_some_and(|service| !has_srv(&service)) {
                report.warn(
                    &place,
                    worded(&APIGW_INT_020, "is a service without SRV records, which answers 503"),
                );
            }
        }
        None if request.has("IntegrationUri") => {}
        None => report.add(&place, worded(&APIGW_INT_021, "is required beside `VPC_LINK`")),
    }
    let stage = referred.get(Operation::ApiGatewayCreateStage);
    let named = stage.as_ref().and_then(|stage| stage.text("StageName")).filter(|name| *name != "$default");
    let overwrites = request.get("RequestParameters").is_some_and(|keys| keys.has("overwrite:path"));
    if let Some(name) = named.filter(|_| !overwrites) {
        let message = format!("`overwrite:path` is not mapped, and the path begins with `/{name}`");
        report.add(&request.place("RequestParameters"), worded(&APIGW_INT_050, message));
    }
}

fn has_srv(service: &Node<'_>) -> bool {
    let records = service.get("DnsConfig").map(|dns| dns.items("DnsRecords")).unwrap_or_default();
    records.iter().any(|record| record.text("Type") == Some("SRV"))
}

/// Holds a map of parameters against the rule on its keys and values.
fn parameters(
    node: &Node<'_>,
    member: &str,
    read: for<'a> fn(&'a str) -> Option<Key<'a>>,
    rule: &'static Rule,
    report: &mut Report,
) {
    for (text, value) in node.entries(member) {
        let Some(key) = read(text) else {
            report.add(value.at(), worded(rule, format!("`{text}` is not a parameter that can be mapped")));
            continue;
        };
        if let Target::Header(name) = key.target
            && mapping::is_reserved(name)
        {
            report.add(value.at(), worded(&APIGW_INT_032, format!("the header `{name}` cannot be mapped")));
        }
        let shortest = usize::from(!key.removes);
        let length = value.as_text().map(|text| text.chars().count());
        if let Some(length) = length.filter(|length| !(shortest..=512).contains(length)) {
            report.add(value.at(), worded(rule, format!("has a value of {length} characters")));
        }
    }
}

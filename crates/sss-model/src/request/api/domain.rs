//! Custom domain names and mappings: checks of `CreateDomainName` and `CreateApiMapping`.
//!
//! A domain name belongs to no API. Its mappings lead to stages of HTTP and of WebSocket APIs by the same rules, so no
//! check needs the kind of an API. Whether the certificate exists, covers the name and is of the right region are facts
//! of the account.

use crate::report::Report;
use crate::request::bounds::count;
use crate::request::shape::{Kind, Shape, TEXT_BY_KEY, may, must};
use crate::request::tags::{self, Service};
use crate::request::{Node, Referred};
use crate::rules::{APIGW_DOM_001, APIGW_DOM_002, APIGW_DOM_003, APIGW_DOM_004, PARAM_003, broken, domain};

/// `CreateDomainName`: the name (APIGW-DOM-001) and its configuration (APIGW-DOM-004) are required.
///
/// The model of AWS requires the name only, and API Gateway also wants exactly one configuration.
pub(crate) const CREATE_DOMAIN_NAME: Shape = Shape(&[
    must("DomainName", Kind::Text, &APIGW_DOM_001),
    must("DomainNameConfigurations", Kind::List(&Kind::Structure(&CONFIGURATION)), &APIGW_DOM_004),
    may("MutualTlsAuthentication", Kind::Structure(&MUTUAL_TLS)),
    may("RoutingMode", Kind::Choice(&APIGW_DOM_004, &ROUTING_MODES)),
    may("Tags", TEXT_BY_KEY),
]);
/// The configuration of a domain name. The last members are for answers, and API Gateway ignores them in requests.
const CONFIGURATION: Shape = Shape(&[
    must("CertificateArn", Kind::Text, &APIGW_DOM_002),
    may("EndpointType", Kind::Choice(&APIGW_DOM_004, &["REGIONAL", "EDGE"])),
    may("SecurityPolicy", Kind::Choice(&APIGW_DOM_004, &["TLS_1_0", "TLS_1_2"])),
    may("IpAddressType", Kind::Choice(&APIGW_DOM_004, &["ipv4", "dualstack"])),
    may("CertificateName OwnershipVerificationCertificateArn", Kind::Text),
    may("ApiGatewayDomainName CertificateUploadDate DomainNameStatus", Kind::Text),
    may("DomainNameStatusMessage HostedZoneId", Kind::Text),
]);
/// The certificates of clients, as a file in S3.
const MUTUAL_TLS: Shape = Shape(&[may("TruststoreUri TruststoreVersion", Kind::Text)]);

/// The ways in which a domain name finds an API. The first one is the default.
const ROUTING_MODES: [&str; 3] = ["API_MAPPING_ONLY", "ROUTING_RULE_ONLY", "ROUTING_RULE_THEN_API_MAPPING"];

/// `CreateApiMapping`: the domain name, the API and the stage are required (PARAM-003).
pub(crate) const CREATE_API_MAPPING: Shape =
    Shape(&[must("DomainName ApiId Stage", Kind::Text, &PARAM_003), may("ApiMappingKey", Kind::Text)]);

/// Checks the values of a request of `CreateDomainName`.
///
/// - `DomainName`: a name of DNS in lower case (APIGW-DOM-001).
/// - `DomainNameConfigurations`: exactly one, with a certificate of ACM (APIGW-DOM-002), a regional endpoint and TLS 1.2
///   (APIGW-DOM-004).
/// - `Tags` by the rules of API Gateway.
pub(crate) fn domain_name(request: &Node<'_>, _referred: &Referred, report: &mut Report) {
    request.check_text("DomainName", &APIGW_DOM_001, domain::name, report);
    count(request, "DomainNameConfigurations", 1..=1, &APIGW_DOM_004, report);
    for one in request.items("DomainNameConfigurations") {
        one.check_text("CertificateArn", &APIGW_DOM_002, domain::certificate, report);
        if let Some(given) = one.text("EndpointType").filter(|given| *given == "EDGE") {
            report.add(&one.place("EndpointType"), broken!(APIGW_DOM_004, "not-regional", given = given));
        }
        if let Some(given) = one.text("SecurityPolicy").filter(|given| *given == "TLS_1_0") {
            report.add(&one.place("SecurityPolicy"), broken!(APIGW_DOM_004, "other-policy", given = given));
        }
    }
    tags::of_map(request, "Tags", Service::ApiGateway, report);
}

/// Checks the key of a request of `CreateApiMapping` (APIGW-DOM-003). An empty one stands for the whole domain name.
pub(crate) fn api_mapping(request: &Node<'_>, _referred: &Referred, report: &mut Report) {
    request.check_text("ApiMappingKey", &APIGW_DOM_003, domain::mapping_key, report);
}

//! Rules of API Gateway: custom domain names and their mappings.
//!
//! The sources are the reference of API Gateway's version 2 and its guide to custom domain names. The checks are in
//! `rules/domain.rs` and `request/api/domain.rs`.

use super::{REQUIRED, TOO_FEW, TOO_LONG, TOO_MANY, UNKNOWN_CHOICE, book};
use crate::rules::case::case;

const DOMAINS: &str =
    "https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-custom-domain-names.html";
const REFERENCE: &str = "https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/domainnames.html";
const ZONES: &str = "https://docs.aws.amazon.com/Route53/latest/APIReference/API_GetHostedZone.html";
const MAPPINGS: &str = "https://docs.aws.amazon.com/apigateway/latest/developerguide/rest-api-mappings.html";

book! {
    APIGW_DOM_001 = "APIGW-DOM-001" Error "A custom domain name has two or more labels of DNS in lower case; the first may be `*`.", DOMAINS, [
        REQUIRED.with_fix("write a domain name such as `api.example.com`"),
        TOO_LONG,
        case("not-a-domain", "`{given}` is not a domain name", "write a domain name such as `api.example.com`"),
        case("upper-case", "API Gateway refuses the capitals of `{given}`", "write `{lower}`"),
        case("wildcard", "`*` can only be the first label of a domain name, not a part of `{given}`",
            "write a domain name such as `*.example.com`"),
    ];
    APIGW_DOM_002 = "APIGW-DOM-002" Error "A custom domain name has a certificate of ACM in the region of the API.", DOMAINS, [
        REQUIRED,
        case("not-an-arn", "`{key}` must be the ARN of a certificate of ACM, not `{given}`",
            "copy the ARN from ACM, such as `arn:aws:acm:eu-central-1:123456789012:certificate/…`"),
        case("other-region", "the certificate is in the region {region}, and the API is in {wanted}",
            "use a certificate of the region {wanted}"),
    ];
    APIGW_DOM_003 = "APIGW-DOM-003" Error "The key of a mapping has at most 300 letters, digits and `$-_.+!*'()`, in segments with `/` between them.", MAPPINGS, [
        TOO_LONG,
        case("empty", "`{key}` is empty", "remove `{key}`: the API then has the whole domain name"),
        case("invalid-characters", "the path `{given}` has characters that API Gateway refuses",
            "use letters, digits and `$-_.+!*'()/`"),
        case("empty-segment", "the path `{given}` begins or ends with `/`, or has `//`", "write `{path}`"),
    ];
    APIGW_DOM_004 = "APIGW-DOM-004" Error "A domain name of an HTTP API has one configuration: a regional endpoint and TLS 1.2.", REFERENCE, [
        REQUIRED,
        TOO_FEW,
        TOO_MANY,
        UNKNOWN_CHOICE,
        case("not-regional", "`{key}` must be `REGIONAL`, not `{given}`", "set `{key}` to `REGIONAL`"),
        case("other-policy", "`{key}` must be `TLS_1_2` for an HTTP API, not `{given}`", "set `{key}` to `TLS_1_2`"),
    ];
    APIGW_DOM_005 = "APIGW-DOM-005" Error "The id of a hosted zone is `Z` and up to 31 capitals and digits.", ZONES, [
        case("not-a-zone", "`{given}` is not the id of a hosted zone",
            "copy the id from Route 53, without `/hostedzone/` in front, such as `Z08723042EXAMPLE1234`"),
    ];
}

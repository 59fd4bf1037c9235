//! Rules of API Gateway: APIs, routes, authorizers and VPC links.

use super::{OUT_OF_RANGE, REQUIRED, TOO_FEW, TOO_LONG, TOO_MANY, TOO_SHORT, UNKNOWN_CHOICE, book};
use crate::rules::case::case;

const API: &str = "https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis.html";
const CORS: &str = "https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-cors.html";
const ROUTES: &str =
    "https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html";
const JWT: &str = "https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html";
const API_QUOTAS: &str = "https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html";
const VPC_LINK: &str = "https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/vpclinks.html";
const VPC_QUOTAS: &str = "https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html";
const AUTHORIZER: &str =
    "https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis-apiid-authorizers.html";

book! {
    APIGW_API_000 = "APIGW-API-000" Error "An API has a name.", "set it", API, [REQUIRED];
    APIGW_API_001 = "APIGW-API-001" Error "An API's name has 1 to 128 characters.",
        "", API, [
        TOO_SHORT,
        TOO_LONG,
        case("name-length", "the name of the API has {count} characters; API Gateway takes 1 to {most}",
            "set `names.api` to 1 to {most} characters"),
    ];
    APIGW_API_002 = "APIGW-API-002" Error "An API's description has at most 1024 characters.", "shorten it", API, [TOO_SHORT, TOO_LONG];
    APIGW_API_003 = "APIGW-API-003" Error "An API's protocol is `HTTP` or `WEBSOCKET`.", "write `HTTP`", API, [REQUIRED, UNKNOWN_CHOICE];
    APIGW_API_004 = "APIGW-API-004" Error "An HTTP API selects routes by `$request.method $request.path`.",
        "take the expression out", API;
    APIGW_API_006 = "APIGW-API-006" Error "An API's address type is `ipv4` or `dualstack`.", "write one of the two", API, [UNKNOWN_CHOICE];
    APIGW_AUTH_000 = "APIGW-AUTH-000" Error "A JWT authorizer has an issuer.", "set `JwtConfiguration.Issuer`", JWT, [REQUIRED];
    APIGW_AUTH_001 = "APIGW-AUTH-001" Error "An issuer is an `https://` URL of at most 2048 characters.",
        "write the issuer as it stands in the tokens", JWT, [REQUIRED];
    APIGW_AUTH_002 = "APIGW-AUTH-002" Error "An authorizer has 1 to 50 audiences.", "name 1 to 50", JWT;
    APIGW_AUTH_003 = "APIGW-AUTH-003" Error "The token stands in one header or one query parameter.",
        "write `$request.header.Authorization`", JWT, [REQUIRED];
    APIGW_AUTH_004 = "APIGW-AUTH-004" Error "An authorizer's name has 1 to 128 characters.",
        "", JWT, [
        REQUIRED,
        TOO_SHORT,
        TOO_LONG,
        case("name-length", "the name of the authorizer has {count} characters; API Gateway takes 1 to {most}",
            "set `names.authorizer` to 1 to {most} characters"),
    ];
    APIGW_AUTH_005 = "APIGW-AUTH-005" Error "An authorizer is of type `REQUEST` or, on an HTTP API, `JWT`.",
        "write one of the two", AUTHORIZER, [REQUIRED, UNKNOWN_CHOICE];
    APIGW_AUTH_006 = "APIGW-AUTH-006" Warning "An issuer is, letter by letter, the `iss` of the tokens: rarely with `/` at its end, and for Amazon Cognito the user pool's.",
        "compare it with the `iss` of a token", JWT, [
        case("wrong-host", "the host name of Amazon Cognito in {region} is `{host}`", "write `https://{host}/{pool}`"),
        case("other-region", "the user pool is in {other}, but the host name of the issuer is of {region}",
            "copy the issuer from the user pool"),
    ];
    APIGW_AUTH_010 = "APIGW-AUTH-010" Error "A request authorizer has a function's URI, a payload format of 1.0 or 2.0, and keeps answers 0 to 3600 s by an identity source; simple answers need 2.0.",
        "correct the authorizer", AUTHORIZER, [TOO_SHORT, TOO_LONG, OUT_OF_RANGE];
    APIGW_CORS_001 = "APIGW-CORS-001" Error "Credentials are not allowed to every origin.",
        "name the origins, or set `allow_credentials = false`", CORS;
    APIGW_CORS_002 = "APIGW-CORS-002" Error "An origin is `scheme://host[:port]`, `*`, `http://*` or `https://*`.",
        "write the origin as the browser sends it, such as `https://example.com`", CORS;
    APIGW_CORS_003 = "APIGW-CORS-003" Error "A method or header of CORS has 1 to 64 characters.",
        "write a name, or `*`", CORS;
    APIGW_CORS_004 = "APIGW-CORS-004" Error "The maximum age is -1 to 86400 seconds.", "choose a value in that range", CORS, [OUT_OF_RANGE];
    APIGW_CORS_005 = "APIGW-CORS-005" Warning "CORS without an origin answers nothing useful.",
        "name the origins, or take `cors` out", CORS;
    APIGW_CORS_006 = "APIGW-CORS-006" Error "CORS is for HTTP APIs.", "take the configuration out", CORS;
    APIGW_CORS_007 = "APIGW-CORS-007" Warning "A route with an authorizer that takes every method answers preflights with 401.",
        "add a route `OPTIONS /{proxy+}` without an authorizer, or name the methods", CORS;
    APIGW_QUOTA_001 = "APIGW-QUOTA-001" Warning "An API has at most 300 routes, unless AWS raised the quota.",
        "use fewer routes, such as `/{proxy+}`, or ask AWS for a higher quota", API_QUOTAS;
    APIGW_ROUTE_000 = "APIGW-ROUTE-000" Error "A route has a key.", "write a key such as `GET /orders`", ROUTES, [REQUIRED];
    APIGW_ROUTE_001 = "APIGW-ROUTE-001" Error "A route is `$default` without methods, or methods and a path that begins with `/`.",
        "correct the path or the methods", ROUTES;
    APIGW_ROUTE_002 = "APIGW-ROUTE-002" Error "A path's segments are literal or one variable `{name}`; the last may be `{name+}`.",
        "correct the segment", ROUTES;
    APIGW_ROUTE_003 = "APIGW-ROUTE-003" Error "Routes of an HTTP API do not ask for API keys.",
        "take `ApiKeyRequired` out", ROUTES;
    APIGW_ROUTE_004 = "APIGW-ROUTE-004" Error "Only routes with an authorizer ask for tokens and scopes.",
        "add `api.authorizer`, or take `authorizer` and `scopes` out of the route", ROUTES, [UNKNOWN_CHOICE];
    APIGW_ROUTE_005 = "APIGW-ROUTE-005" Error "A route has at most 10 scopes of 1 to 64 characters.", "take some out", API_QUOTAS;
    APIGW_ROUTE_006 = "APIGW-ROUTE-006" Error "A route's target is `integrations/` and an id, 128 characters at most.",
        "write the target as `integrations/<id>`", ROUTES;
    APIGW_ROUTE_007 = "APIGW-ROUTE-007" Error "A route's operation name has 1 to 64 characters.", "shorten it", ROUTES, [TOO_SHORT, TOO_LONG];
    APIGW_ROUTE_008 = "APIGW-ROUTE-008" Error "Each route stands in an API once.", "take one of the two out", ROUTES;
    APIGW_ROUTE_009 = "APIGW-ROUTE-009" Error "A variable of a path has one name on its level, for all methods.",
        "give the variable the same name in both paths", ROUTES;
    APIGW_ROUTE_010 = "APIGW-ROUTE-010" Error "A path does not end with `/`.", "remove the last `/`", ROUTES;
    APIGW_ROUTE_011 = "APIGW-ROUTE-011" Warning "Beside `GET /{proxy+}`, which is every path but `/`, stands `GET /`.",
        "add a route for `/`", ROUTES;
    APIGW_VL_000 = "APIGW-VL-000" Error "A VPC link is in a subnet.", "name a subnet", VPC_LINK, [REQUIRED, TOO_FEW];
    APIGW_VL_001 = "APIGW-VL-001" Error "A VPC link is in 1 to 10 subnets.", "name 1 to 10 subnets", VPC_LINK, [TOO_MANY];
    APIGW_VL_002 = "APIGW-VL-002" Error "A VPC link is in at most 16 security groups, and in 5 unless AWS raised the quota.", "", VPC_QUOTAS, [
        TOO_MANY.with_message("the VPC link has {count} security groups; AWS takes at most {most}")
            .with_fix("keep at most {most} security groups"),
        case("above-quota", "the VPC link has {count} security groups; the quota of an account may be {quota}",
            "keep at most {quota} security groups, or ask AWS for a higher quota"),
    ];
    APIGW_VL_003 = "APIGW-VL-003" Error "A VPC link's name has 1 to 128 characters.",
        "", VPC_LINK, [
        REQUIRED,
        TOO_SHORT,
        TOO_LONG,
        case("name-length", "the name of the VPC link has {count} characters; API Gateway takes 1 to {most}",
            "set `names.vpc_link` to 1 to {most} characters"),
    ];
    APIGW_VL_004 = "APIGW-VL-004" Warning "A VPC link has security groups of its own; without, it is in the default group of the VPC.",
        "name one under `network.vpc_link_security_group_ids` that may reach the tasks", VPC_LINK;
}

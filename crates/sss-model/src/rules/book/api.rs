//! Rules of API Gateway: APIs, routes, authorizers and VPC links.
//!
//! The sources are the reference of API Gateway's version 2 (APIs, authorizers, VPC links), its guide to HTTP APIs
//! (routes, CORS, JWT authorizers, quotas), and the quotas of Amazon VPC for the network interfaces of a VPC link.
//! The model of the service has no lengths of names and texts: only the names of its shapes and its documentation state
//! them.
//!
//! The groups are `APIGW-API` for APIs, `APIGW-CORS`, `APIGW-ROUTE` for route keys and authorization, `APIGW-AUTH` for
//! authorizers, `APIGW-VL` for VPC links, and `APIGW-QUOTA`. Integrations and stages are on the page `integration`,
//! custom domain names on the page `domain`. The checks are in `rules/api.rs`, `rules/route.rs` and `request/api`.

use super::{OUT_OF_RANGE, REQUIRED, TOO_FEW, TOO_LONG, TOO_MANY, TOO_SHORT, UNKNOWN_CHOICE, book};
use crate::rules::case::case;

const API: &str = "https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis.html";
const CORS: &str = "https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-cors.html";
const ROUTES: &str =
    "https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html";
const JWT: &str = "https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html";
const API_QUOTAS: &str = "https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html";
const PARAMETER_MAPPING: &str =
    "https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-parameter-mapping.html";
const VPC_LINK: &str = "https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/vpclinks.html";
const VPC_QUOTAS: &str = "https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html";
const AUTHORIZER: &str =
    "https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis-apiid-authorizers.html";

book! {
    APIGW_API_000 = "APIGW-API-000" Error "An API has a name.", API, [REQUIRED];
    APIGW_API_001 = "APIGW-API-001" Error "An API's name has 1 to 128 characters.", API, [
        TOO_SHORT,
        TOO_LONG,
        case("name-length", "the name of the API has {count} characters; API Gateway takes 1 to {most}",
            "set `names.api` to 1 to {most} characters"),
    ];
    APIGW_API_002 = "APIGW-API-002" Error "An API's description has at most 1024 characters.", API, [TOO_SHORT, TOO_LONG];
    APIGW_API_003 = "APIGW-API-003" Error "An API's protocol is `HTTP` or `WEBSOCKET`.", API, [REQUIRED, UNKNOWN_CHOICE];
    APIGW_API_004 = "APIGW-API-004" Error "An HTTP API selects routes by `$request.method $request.path`.", API, [
        REQUIRED.with_message("`{key}` is required for a WebSocket API")
            .with_fix("set `{key}`, for example to `$request.body.action`"),
        case("other-expression", "`{key}` of an HTTP API must be `$request.method $request.path`, not `{given}`",
            "remove `{key}`"),
    ];
    APIGW_API_006 = "APIGW-API-006" Error "An API's address type is `ipv4` or `dualstack`.", API, [UNKNOWN_CHOICE];
    APIGW_API_007 = "APIGW-API-007" Advice "The kind of the API is known to the check of a request that belongs to it.", API, [
        case("unknown-kind", "`{key}` breaks {rule} on an HTTP API, but perhaps not on a WebSocket API",
            "add the request of the API to `--with`, as in `{{\"apigatewayv2:CreateApi\": {{\"Name\": \"shop\", \"ProtocolType\": \"WEBSOCKET\"}}}}`"),
    ];
    APIGW_API_008 = "APIGW-API-008" Warning "An API answers at its own endpoint, or at a custom domain name.", API, [
        case("no-endpoint", "the endpoint of the API is off, and the stack has no custom domain name for it",
            "add `api.domains`, or remove `{key}`, unless a custom domain name of others leads to the API"),
    ];
    APIGW_AUTH_000 = "APIGW-AUTH-000" Error "A JWT authorizer has an issuer.", JWT, [REQUIRED];
    APIGW_AUTH_001 = "APIGW-AUTH-001" Error "An issuer is an `https://` URL of at most 2048 characters.", JWT, [
        REQUIRED,
        TOO_LONG,
        case("not-a-url", "`{key}` must be an `https://` URL, not `{given}`",
            "copy the issuer from `iss` of a token, as in `https://login.example.com`"),
    ];
    APIGW_AUTH_002 = "APIGW-AUTH-002" Error "An authorizer has 1 to 50 audiences.", JWT, [
        TOO_MANY.with_message("`{key}` names {count} audiences; at most {most} are allowed"),
        case("none", "`{key}` names no audience, so no token is valid",
            "add an audience to `{key}`, such as the id of an app client"),
        case("empty", "`{key}` is an empty audience", "remove `{key}`, or write an audience there"),
    ];
    APIGW_AUTH_003 = "APIGW-AUTH-003" Error "The token is in one header or one query parameter.", JWT, [
        REQUIRED,
        case("not-one", "`{key}` names {count} sources; a JWT authorizer has exactly one",
            "keep one source, such as `$request.header.Authorization`"),
        case("not-a-source", "`{key}` must be a header or a query parameter of the request, not `{given}`",
            "write a source such as `$request.header.Authorization`"),
    ];
    APIGW_AUTH_004 = "APIGW-AUTH-004" Error "An authorizer's name has 1 to 128 characters.", JWT, [
        REQUIRED,
        TOO_SHORT,
        TOO_LONG,
        case("name-length", "the name of the authorizer has {count} characters; API Gateway takes 1 to {most}",
            "set `names.authorizer` to 1 to {most} characters"),
        case("invalid-name", "`{name}` cannot be the name of an authorizer", "use letters, digits, `-` and `_`"),
    ];
    APIGW_AUTH_005 = "APIGW-AUTH-005" Error "An authorizer is of type `REQUEST` or, on an HTTP API, `JWT`.", AUTHORIZER, [
        REQUIRED,
        UNKNOWN_CHOICE,
        case("web-socket", "a WebSocket API has no authorizers of type `JWT`", "set `{key}` to `REQUEST`"),
    ];
    APIGW_AUTH_007 = "APIGW-AUTH-007" Error "A user pool in the place of an issuer has the id of a pool, and no issuer or audience beside it.", JWT, [
        case("both-set", "`{key}` cannot be combined with `cognito`, from which it follows", "remove `{key}`, or remove `cognito`"),
        case("not-a-user-pool", "`{id}` is not the id of a user pool",
            "copy the id from Amazon Cognito, as in `ap-northeast-1_ABcdEFgh1`"),
    ];
    APIGW_AUTH_006 = "APIGW-AUTH-006" Warning "An issuer is, letter by letter, the `iss` of the tokens: rarely with `/` at its end, and for Amazon Cognito the user pool's.", JWT, [
        case("not-a-user-pool", "`{issuer}` is not the issuer of a user pool of Amazon Cognito",
            "write `https://cognito-idp.<Region>.amazonaws.com/<id of the user pool>`"),
        case("configuration", "`{issuer}` is the address of an issuer's configuration, not the issuer",
            "remove `/.well-known/openid-configuration` from `{key}`"),
        case("ends-with-slash", "`{issuer}` ends with `/`, but `iss` of most tokens does not",
            "remove the last `/`, unless `iss` of the tokens has it too"),
        case("wrong-host", "the host name of Amazon Cognito in {region} is `{host}`", "write `https://{host}/{pool}`"),
        case("other-region", "the user pool is in {other}, but the host name of the issuer is of {region}",
            "copy the issuer from the user pool"),
    ];
    APIGW_AUTH_010 = "APIGW-AUTH-010" Error "A request authorizer has a function's URI, a payload format of 1.0 or 2.0, and keeps answers 0 to 3600 s by an identity source; simple answers need 2.0.", AUTHORIZER, [
        REQUIRED.with_message("`{key}` is required for an authorizer of type `REQUEST`"),
        TOO_SHORT,
        TOO_LONG,
        OUT_OF_RANGE,
        UNKNOWN_CHOICE,
        case("no-source", "`{key}` is empty, but the authorizer keeps its answers by identity source",
            "add a source to `{key}`, or set `AuthorizerResultTtlInSeconds` to 0"),
        case("simple-answers", "`{key}` needs the payload format 2.0",
            "set `AuthorizerPayloadFormatVersion` to `2.0`, or remove `{key}`"),
    ];
    APIGW_CORS_001 = "APIGW-CORS-001" Error "Credentials are not allowed to every origin.", CORS, [
        case("every-origin", "the origin `*` cannot be combined with credentials: browsers refuse that",
            "replace `*` by the origins, or set `allow_credentials = false`")
            .in_request("replace `*` by the origins, or set `AllowCredentials` to `false`"),
    ];
    APIGW_CORS_002 = "APIGW-CORS-002" Error "An origin is `scheme://host[:port]`, `*`, `http://*` or `https://*`.", CORS, [
        case("not-an-origin", "`{key}` must be an origin of the form `scheme://host[:port]`, not `{origin}`",
            "write the origin as the browser sends it, such as `https://example.com`"),
        case("ends-with-slash", "`{origin}` ends with `/`, but no browser sends such an origin",
            "remove the last `/`"),
    ];
    APIGW_CORS_003 = "APIGW-CORS-003" Error "A method or header of CORS has 1 to 64 characters.", CORS, [
        case("invalid-method", "`{key}` must be a method of 1 to 64 characters, not `{given}`",
            "write a method such as `GET`, or `*`"),
        case("invalid-header", "`{key}` must be the name of a header, not `{given}`",
            "write a name such as `authorization`, or `*`"),
        case("literal-star", "browsers take `*` in `{key}` for a name, because credentials are allowed",
            "replace `*` by the names"),
    ];
    APIGW_CORS_004 = "APIGW-CORS-004" Error "The maximum age is -1 to 86400 seconds.", CORS, [OUT_OF_RANGE];
    APIGW_CORS_005 = "APIGW-CORS-005" Warning "CORS without an origin has no effect.", CORS, [
        case("no-origin", "`{key}` names no origin, so browsers block the API for every page of another origin",
            "add an origin to `{key}`, or remove `cors`")
            .in_request("add an origin to `{key}`, or remove `CorsConfiguration`"),
    ];
    APIGW_CORS_006 = "APIGW-CORS-006" Error "CORS is for HTTP APIs.", CORS, [
        case("web-socket", "a WebSocket API has no `{key}`", "remove `{key}`"),
    ];
    APIGW_CORS_007 = "APIGW-CORS-007" Warning "A route with an authorizer that takes every method answers preflights with 401.", CORS, [
        case("needs-token", "CORS preflight (OPTIONS) requests will get 401: the route `{route}` requires a token",
            "name the methods of the route, or add a route with `methods = [\"OPTIONS\"]` and `authorizer = false`")
            .in_request("name one method, or add a route `OPTIONS /{{proxy+}}` without an authorizer"),
        case("needs-signature", "CORS preflight (OPTIONS) requests will get 403: the route `{route}` requires a signature",
            "name the methods of the route, or add a route with `methods = [\"OPTIONS\"]` and `authorizer = false`")
            .in_request("name one method, or add a route `OPTIONS /{{proxy+}}` without authorization"),
    ];
    APIGW_QUOTA_001 = "APIGW-QUOTA-001" Warning "An API has at most 300 routes, unless AWS raised the quota.", API_QUOTAS, [
        case("too-many", "the services have {count} routes; an API has at most 300, unless AWS raised the quota",
            "join routes, as in `/{{proxy+}}`, or ask AWS for a higher quota"),
    ];
    APIGW_QUOTA_003 = "APIGW-QUOTA-003" Warning "An API has at most 10 authorizers, unless AWS raised the quota.", API_QUOTAS, [
        case("too-many", "the API has {count} authorizers; it has at most 10, unless AWS raised the quota",
            "join authorizers of one issuer by their audiences, or ask AWS for a higher quota"),
    ];
    APIGW_ROUTE_000 = "APIGW-ROUTE-000" Error "A route has a key.", ROUTES, [
        REQUIRED.with_fix("set `{key}`, for example to `GET /orders`"),
    ];
    APIGW_ROUTE_001 = "APIGW-ROUTE-001" Error "A route is `$default` without methods, or methods and a path that begins with `/`.", ROUTES, [
        case("methods-of-default", "the route `$default` takes every method, so it cannot have `{key}`",
            "remove `{key}`, or replace the path `$default`"),
        case("no-method", "`{key}` names no method", "write for instance `{key} = [\"GET\"]`"),
        case("no-slash", "the path `{given}` does not begin with `/`", "write `/{given}`"),
        case("not-a-key", "`{given}` is neither `$default` nor a method and a path",
            "write a key such as `GET /orders`, or `$default`"),
    ];
    APIGW_ROUTE_002 = "APIGW-ROUTE-002" Error "A path's segments are literal or one variable `{name}`; the last may be `{name+}`.", ROUTES, [
        case("not-last", "`{segment}` matches the rest of a path, but other segments follow it",
            "remove the `+` of `{segment}`, or the segments behind it"),
        case("invalid-segment", "the segment `{segment}` is neither literal nor one variable",
            "use letters, digits and `.:_-`, or one variable such as `{{id}}`"),
    ];
    APIGW_ROUTE_003 = "APIGW-ROUTE-003" Error "Routes of an HTTP API do not require API keys.", ROUTES, [
        case("api-key", "routes of an HTTP API cannot have `{key}`", "remove `{key}`"),
    ];
    APIGW_ROUTE_004 = "APIGW-ROUTE-004" Error "Only routes with an authorizer require tokens and scopes.", ROUTES, [
        UNKNOWN_CHOICE,
        case("open-route", "the route has `{key}`, but `authorizer = false`",
            "remove `{key}`, or remove `authorizer = false`"),
        case("no-authorizer", "the route has `{key}`, but the API has no authorizer",
            "add `api.authorizer`, or remove `{key}` from the route"),
        case("unknown-authorizer", "the API has no authorizer `{name}`",
            "add `api.authorizers.{name}`, or correct the name in `{key}`"),
        case("signed", "the route has `{key}`, but `authorization = \"iam\"` asks for a signature, not for a token",
            "remove `{key}`, or remove `authorization`"),
        case("required", "`{key}` is required for the authorization type {kind}",
            "set `{key}` to the id of an authorizer"),
        case("idle", "`{key}` has no effect with the authorization type {kind}",
            "remove `{key}`, or set `AuthorizationType` to `JWT`"),
        case("needs-jwt", "`{key}` needs the authorization type JWT, not {kind}",
            "set `AuthorizationType` to `JWT`, or remove `{key}`"),
    ];
    APIGW_ROUTE_005 = "APIGW-ROUTE-005" Error "A route has at most 10 scopes of 1 to 64 characters.", API_QUOTAS, [
        TOO_MANY.with_message("`{key}` names {count} scopes; at most {most} are allowed"),
        TOO_LONG,
        case("empty", "`{key}` is an empty scope", "remove `{key}`, or write a scope there"),
    ];
    APIGW_ROUTE_006 = "APIGW-ROUTE-006" Error "A route's target is `integrations/` and an id, 128 characters at most.", ROUTES, [
        case("not-an-integration", "`{key}` must be `integrations/` and an id, at most 128 characters, not `{given}`",
            "write `integrations/<id of the integration>`"),
    ];
    APIGW_ROUTE_007 = "APIGW-ROUTE-007" Error "A route's operation name has 1 to 64 characters.", ROUTES, [TOO_SHORT, TOO_LONG];
    APIGW_ROUTE_008 = "APIGW-ROUTE-008" Error "An API has each route once.", ROUTES, [
        case("same-route", "the route `{route}` already exists at {first}", "remove one of the two routes"),
    ];
    APIGW_ROUTE_009 = "APIGW-ROUTE-009" Error "A variable of a path has one name on its level, for all methods.", ROUTES, [
        case("other-name", "the variable `{name}` is called `{first}` at {at}", "rename `{name}` to `{first}`"),
    ];
    APIGW_ROUTE_010 = "APIGW-ROUTE-010" Error "A path does not end with `/`.", ROUTES, [
        case("ends-with-slash", "the path `{path}` ends with `/`", "remove the last `/`"),
    ];
    APIGW_ROUTE_011 = "APIGW-ROUTE-011" Warning "Beside `GET /{proxy+}`, which matches every path but `/`, an API has `GET /`.", ROUTES, [
        case("no-root", "no route answers `{method} /`: `{method} {path}` matches every path but `/`",
            "add a route with `path = \"/\"`"),
    ];
    APIGW_ROUTE_012 = "APIGW-ROUTE-012" Error "The path that a service gets begins with `/`, has variables of its route's path only, and follows from a prefix or from a new path.", PARAMETER_MAPPING, [
        TOO_LONG,
        case("both", "`{key}` and `strip_prefix` exclude each other", "remove `{key}`, or remove `strip_prefix`"),
        case("no-slash", "`{key}` does not begin with `/`", "write `/{given}`"),
        case("ends-with-slash", "`{key}` ends with `/`: `{given}`", "remove the last `/`"),
        case("of-default", "the route `$default` has no path whose beginning can be removed",
            "remove `{key}`, or give the route a path such as `/orders/{{proxy+}}`"),
        case("not-a-prefix", "the path `{path}` does not begin with the segments `{prefix}`",
            "write the first segments of `{path}`"),
        case("invalid-segment", "the segment `{segment}` is neither literal nor one variable",
            "use letters, digits and `.:_-`, or one variable such as `{{id}}`"),
        case("unknown-variable", "the path `{path}` has no variable `{{{name}}}`",
            "use a variable of `{path}`, or add `{{{name}}}` to it"),
        case("invalid-variable", "API Gateway cannot find the end of the variable `{{{name}}}` in a new path",
            "rename `{{{name}}}` with letters, digits and `_`"),
    ];
    APIGW_VL_000 = "APIGW-VL-000" Error "A VPC link is in a subnet.", VPC_LINK, [REQUIRED, TOO_FEW];
    APIGW_VL_001 = "APIGW-VL-001" Error "A VPC link is in 1 to 10 subnets.", VPC_LINK, [
        TOO_FEW.with_message("`{key}` names {count} subnets; a VPC link needs at least {least}")
            .with_fix("add a subnet to `{key}`"),
        TOO_MANY.with_message("`{key}` names {count} subnets; a VPC link has at most {most}"),
    ];
    APIGW_VL_002 = "APIGW-VL-002" Error "A VPC link is in at most 16 security groups, and in 5 unless AWS raised the quota.", VPC_QUOTAS, [
        TOO_MANY.with_message("the VPC link has {count} security groups; AWS takes at most {most}")
            .with_fix("keep at most {most} security groups"),
        case("above-quota", "the VPC link has {count} security groups; the quota of an account may be {quota}",
            "keep at most {quota} security groups, or ask AWS for a higher quota"),
    ];
    APIGW_VL_003 = "APIGW-VL-003" Error "A VPC link's name has 1 to 128 characters.", VPC_LINK, [
        REQUIRED,
        TOO_SHORT,
        TOO_LONG,
        case("name-length", "the name of the VPC link has {count} characters; API Gateway takes 1 to {most}",
            "set `names.vpc_link` to 1 to {most} characters"),
    ];
    APIGW_VL_004 = "APIGW-VL-004" Warning "A VPC link has security groups of its own; without, it is in the default group of the VPC.", VPC_LINK, [
        case("no-group", "`{key}` is empty, so the VPC link is in the default security group of the VPC",
            "add a security group to `{key}` that may reach the tasks"),
        case("nothing-opened", "`{key}` is empty, so the ports of the routes are opened to nobody, and requests get no answer",
            "add a security group to `{key}`: the ports of the routes are opened to it"),
    ];
}

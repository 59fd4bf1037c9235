//! Rules of API Gateway: integrations and stages.
//!
//! The sources are the reference of API Gateway's version 2 (integrations, stages) and its guide to HTTP APIs: private
//! integrations, integrations with AWS services, the mapping of parameters, access logs and their variables, and
//! quotas.
//!
//! The groups are `APIGW-INT` for integrations, `APIGW-STAGE` for stages and their access log, and the quota on
//! integrations. A stack writes its integrations and its stage itself, so most of these rules are for requests. The
//! checks are in `rules/api` and `request/api`.

use super::{OUT_OF_RANGE, REQUIRED, TOO_LONG, TOO_MANY, TOO_SHORT, UNKNOWN_CHOICE, book};
use crate::rules::Case;
use crate::rules::case::case;

const ACCESS_LOG: &str = "https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-logging.html";
const API_QUOTAS: &str = "https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html";
const SUBTYPES: &str = "https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-aws-services-reference.html";
const INTEGRATION: &str =
    "https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis-apiid-integrations.html";
const PRIVATE: &str =
    "https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-private.html";
const MAPPING: &str =
    "https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-parameter-mapping.html";
const STAGE: &str = "https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis-apiid-stages.html";
const LOG_VARIABLES: &str =
    "https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-logging-variables.html";

/// The key of a mapping names nothing that API Gateway can change.
pub(crate) const NOT_A_PARAMETER: Case = case(
    "not-a-parameter",
    "`{given}` is not a parameter that API Gateway can map",
    "write a key such as `append:header.<name>`, `overwrite:querystring.<name>` or `overwrite:path`",
);

const SHORT_VALUE: Case =
    TOO_SHORT.with_message("the value of `{key}` has {count} characters; at least {least} are needed");
const LONG_VALUE: Case =
    TOO_LONG.with_message("the value of `{key}` has {count} characters; at most {most} are allowed");

book! {
    APIGW_INT_000 = "APIGW-INT-000" Error "An integration has a type.", INTEGRATION, [REQUIRED];
    APIGW_INT_001 = "APIGW-INT-001" Error "An integration's timeout is 50 to 30000 ms.", INTEGRATION, [OUT_OF_RANGE];
    APIGW_INT_002 = "APIGW-INT-002" Error "The payload format of `HTTP_PROXY` is 1.0, of `AWS_PROXY` 1.0 or 2.0.", INTEGRATION, [
        case("other-version", "an integration of type {kind} takes the payload format {versions}, not `{given}`",
            "set `{key}` to `1.0`"),
        case("not-set", "`{key}` is not set, but AWS documents it as required", "set `{key}` to `1.0`"),
        case("of-an-operation", "`{key}` must be `1.0` for an operation of AWS, not `2.0`", "set `{key}` to `1.0`"),
    ];
    APIGW_INT_003 = "APIGW-INT-003" Error "An `HTTP_PROXY` integration has a method of 1 to 64 characters.", INTEGRATION, [
        REQUIRED.with_message("`{key}` is required for an integration of type `HTTP_PROXY`")
            .with_fix("set `{key}`, for example to `ANY`"),
        TOO_SHORT,
        TOO_LONG,
    ];
    APIGW_INT_004 = "APIGW-INT-004" Error "An integration of an HTTP API is of type `HTTP_PROXY` or `AWS_PROXY`.", INTEGRATION, [
        UNKNOWN_CHOICE,
        case("not-on-http", "an HTTP API has no integrations of type `{kind}`",
            "set `{key}` to `HTTP_PROXY` or `AWS_PROXY`"),
    ];
    APIGW_INT_020 = "APIGW-INT-020" Error "A private integration names its VPC link, and finds tasks by SRV records.", PRIVATE, [
        REQUIRED.with_message("`{key}` is required for the connection type `VPC_LINK`")
            .with_fix("set `{key}` to the id of the VPC link"),
        case("no-srv", "API Gateway answers 503: the Cloud Map service in `{key}` has no SRV records",
            "give the Cloud Map service SRV records"),
    ];
    APIGW_INT_021 = "APIGW-INT-021" Error "A private integration leads to the ARN of a listener or of a Cloud Map service.", PRIVATE, [
        REQUIRED.with_message("`{key}` is required for the connection type `VPC_LINK`")
            .with_fix("set `{key}` to the ARN of the Cloud Map service"),
        case("not-a-target", "`{key}` must be the ARN of a listener or of a Cloud Map service, not `{given}`",
            "set `{key}` to the ARN of the Cloud Map service"),
    ];
    APIGW_INT_030 = "APIGW-INT-030" Error "A request's parameters are mapped by `append|overwrite|remove:header.<name>`, the same with `querystring`, or `overwrite:path`, to 1 to 512 characters.", MAPPING, [
        NOT_A_PARAMETER,
        SHORT_VALUE,
        LONG_VALUE,
    ];
    APIGW_INT_031 = "APIGW-INT-031" Error "A response's parameters are mapped by status from 200 to 599, and `append|overwrite|remove:header.<name>` or `overwrite:statuscode`.", MAPPING, [
        NOT_A_PARAMETER.with_fix("write a key such as `append:header.<name>` or `overwrite:statuscode`"),
        SHORT_VALUE,
        LONG_VALUE,
        case("not-a-status", "`{given}` is not a status from 200 to 599", "write a status such as `200`"),
    ];
    APIGW_INT_032 = "APIGW-INT-032" Error "Headers that API Gateway keeps for itself are not mapped.", MAPPING, [
        case("reserved", "API Gateway keeps the header `{name}` for itself", "remove `{key}`"),
    ];
    APIGW_INT_040 = "APIGW-INT-040" Error "The server name of a private integration over TLS has 1 to 512 characters.", PRIVATE, [
        TOO_SHORT,
        TOO_LONG,
        case("not-private", "`{key}` has no effect on an integration that is not private", "remove `{key}`"),
    ];
    APIGW_INT_041 = "APIGW-INT-041" Error "An integration has a description of at most 1024 characters, a URI of 1 to 2048, a connection's id of 1 to 1024; the URI of `HTTP_PROXY` is a URL unless it is private.", INTEGRATION, [
        REQUIRED,
        TOO_SHORT,
        TOO_LONG,
        case("not-a-url", "`{key}` must be a URL, not `{given}`", "write a URL such as `https://example.com/orders`"),
    ];
    APIGW_INT_043 = "APIGW-INT-043" Error "An integration with an operation of AWS names one that API Gateway calls, a role, and the parameters of the operation.", SUBTYPES, [
        REQUIRED.with_message("`{key}` is required for an operation of AWS")
            .with_fix("set `{key}` to the ARN of a role that may call the operation"),
        case("unknown-operation", "API Gateway cannot call the operation `{name}`",
            "use an operation such as `SQS-SendMessage`"),
        case("no-parameter", "`{key}` has no `{name}`, which `{operation}` requires", "set `{name}` in `{key}`"),
    ];
    APIGW_INT_050 = "APIGW-INT-050" Warning "A private integration sends the stage's name in the path, unless the stage is `$default`.", PRIVATE, [
        case("stage-in-path", "the tasks get paths that begin with `/{stage}`, because `{key}` has no `overwrite:path`",
            "set `overwrite:path` to `$request.path`, or use the stage `$default`"),
    ];
    APIGW_QUOTA_002 = "APIGW-QUOTA-002" Error "An API has at most 300 integrations.", API_QUOTAS, [
        case("too-many", "{count} services have routes, but an API has at most 300 integrations",
            "move some of the services to a stack of their own"),
    ];
    APIGW_STAGE_000 = "APIGW-STAGE-000" Error "A stage has a name.", STAGE, [REQUIRED.with_fix("set `{key}`, for example to `$default`")];
    APIGW_STAGE_001 = "APIGW-STAGE-001" Error "A stage is called `$default`, or has a name of 1 to 128 letters, digits, `-` and `_`.", STAGE, [
        case("invalid-name", "`{name}` cannot be the name of a stage",
            "use `$default`, or 1 to 128 letters, digits, `-` and `_`"),
    ];
    APIGW_STAGE_002 = "APIGW-STAGE-002" Error "A stage's description has at most 1024 characters.", STAGE, [TOO_LONG];
    APIGW_STAGE_003 = "APIGW-STAGE-003" Warning "A stage is deployed by itself, or serves one deployment.", STAGE, [
        case("both", "`{key}` and `AutoDeploy` exclude each other", "remove `{key}`, or remove `AutoDeploy`"),
        case("neither", "the stage serves no deployment: `{key}` is not set", "set `{key}` to `true`"),
    ];
    APIGW_STAGE_010 = "APIGW-STAGE-010" Error "An access log's format is one line with `$context.requestId` or `$context.extendedRequestId`.", ACCESS_LOG, [
        case("no-request-id", "`{key}` has neither `$context.requestId` nor `$context.extendedRequestId`",
            "add `$context.requestId` to `{key}`"),
        case("several-lines", "`{key}` has more than one line", "write `{key}` in one line"),
    ];
    APIGW_STAGE_011 = "APIGW-STAGE-011" Error "An access log's format has at most 3072 characters.", API_QUOTAS, [
        TOO_LONG,
        case("perhaps-too-long", "`{key}` has {count} characters; API Gateway may allow only 1024",
            "shorten `{key}` to 1024 characters"),
    ];
    APIGW_STAGE_012 = "APIGW-STAGE-012" Warning "An access log's variables are those that HTTP APIs have; others print `-`.", LOG_VARIABLES, [
        case("unknown-variable", "HTTP APIs have no variable `$context.{name}`; the log has `-` in its place",
            "remove `$context.{name}` from `{key}`"),
    ];
    APIGW_STAGE_013 = "APIGW-STAGE-013" Error "Access logs go to the ARN of a log group, without `:*` at its end.", ACCESS_LOG, [
        case("not-a-log-group", "`{key}` must be the ARN of a log group, not `{given}`",
            "write an ARN such as `arn:aws:logs:eu-west-1:123456789012:log-group:/orders/access`"),
        case("ends-with-star", "the ARN `{arn}` ends with `:*`", "remove `:*` from `{key}`"),
    ];
    APIGW_STAGE_020 = "APIGW-STAGE-020" Error "Throttling limits are 0 or more; 0 lets no request through.", STAGE, [
        OUT_OF_RANGE,
        case("negative", "`{key}` must be 0 or more, not {given}", "raise `{key}`, or remove it"),
        case("zero", "`{key}` is 0, which lets no request through", "raise `{key}`, or remove it"),
    ];
    APIGW_STAGE_021 = "APIGW-STAGE-021" Error "A logging level is `ERROR`, `INFO` or `OFF`, and is for WebSocket APIs.", STAGE, [
        UNKNOWN_CHOICE,
        case("web-socket-only", "`{key}` is for WebSocket APIs only", "remove `{key}`"),
    ];
    APIGW_STAGE_022 = "APIGW-STAGE-022" Error "Route settings are for keys of routes.", STAGE, [
        case("not-a-key", "`{route}` is not the key of a route", "write a key such as `GET /orders`"),
        case("unknown-route", "the API has no route `{route}`", "write the key of a route of the API"),
    ];
    APIGW_STAGE_030 = "APIGW-STAGE-030" Error "A stage has at most 100 variables: names of letters, digits and `_`, values of 1 to 2048 letters, digits and `-._~:/?#&=,`.", STAGE, [
        TOO_MANY.with_message("`{key}` has {count} variables; at most {most} are allowed"),
        case("invalid-name", "`{key}` cannot be the name of a stage variable", "use letters, digits and `_`"),
        case("invalid-value", "API Gateway refuses the value of the stage variable `{key}`",
            "use 1 to 2048 letters, digits and `-._~:/?#&=,`"),
    ];
}

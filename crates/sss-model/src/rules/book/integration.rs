//! Rules of API Gateway: integrations and stages.

use super::{OUT_OF_RANGE, REQUIRED, TOO_LONG, TOO_SHORT, UNKNOWN_CHOICE, book};

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

book! {
    APIGW_INT_000 = "APIGW-INT-000" Error "An integration has a type.", "write `HTTP_PROXY`", INTEGRATION, [REQUIRED];
    APIGW_INT_001 = "APIGW-INT-001" Error "An integration's timeout is 50 to 30000 ms.", "choose a value in that range", INTEGRATION, [OUT_OF_RANGE];
    APIGW_INT_002 = "APIGW-INT-002" Error "The payload format of `HTTP_PROXY` is 1.0, of `AWS_PROXY` 1.0 or 2.0.",
        "write `1.0`", INTEGRATION;
    APIGW_INT_003 = "APIGW-INT-003" Error "An `HTTP_PROXY` integration has a method of 1 to 64 characters.",
        "set `IntegrationMethod`, for instance to `ANY`", INTEGRATION, [TOO_SHORT, TOO_LONG];
    APIGW_INT_004 = "APIGW-INT-004" Error "An integration of an HTTP API is of type `HTTP_PROXY` or `AWS_PROXY`.",
        "write `HTTP_PROXY`", INTEGRATION, [UNKNOWN_CHOICE];
    APIGW_INT_020 = "APIGW-INT-020" Error "A private integration names its VPC link, and finds tasks by SRV records.",
        "set `ConnectionId` to the id of the VPC link; give the Cloud Map service SRV records", PRIVATE;
    APIGW_INT_021 = "APIGW-INT-021" Error "A private integration leads to the ARN of a listener or of a Cloud Map service.",
        "write the ARN of the Cloud Map service", PRIVATE;
    APIGW_INT_030 = "APIGW-INT-030" Error "A request's parameters are mapped by `append|overwrite|remove:header.<name>`, the same with `querystring`, or `overwrite:path`, to 1 to 512 characters.",
        "correct the mapping", MAPPING;
    APIGW_INT_031 = "APIGW-INT-031" Error "A response's parameters are mapped by status from 200 to 599, and `append|overwrite|remove:header.<name>` or `overwrite:statuscode`.",
        "correct the mapping", MAPPING;
    APIGW_INT_032 = "APIGW-INT-032" Error "Headers that API Gateway keeps for itself are not mapped.", "take the mapping out", MAPPING;
    APIGW_INT_040 = "APIGW-INT-040" Error "The server name of a private integration over TLS has 1 to 512 characters.",
        "write the host name of the certificate", PRIVATE, [TOO_SHORT, TOO_LONG];
    APIGW_INT_041 = "APIGW-INT-041" Error "An integration has a description of at most 1024 characters, a URI of 1 to 2048, a connection's id of 1 to 1024; the URI of `HTTP_PROXY` is a URL unless it is private.",
        "correct the parameter", INTEGRATION, [TOO_SHORT, TOO_LONG, REQUIRED];
    APIGW_INT_043 = "APIGW-INT-043" Error "An integration with an operation of AWS names one that API Gateway calls, a role, and the parameters of the operation.",
        "set `IntegrationSubtype`, `CredentialsArn` and the parameters in `RequestParameters`", SUBTYPES;
    APIGW_INT_050 = "APIGW-INT-050" Warning "A private integration sends the stage's name in the path, unless the stage is `$default`.",
        "map `overwrite:path` to `$request.path`, or use the stage `$default`", PRIVATE;
    APIGW_QUOTA_002 = "APIGW-QUOTA-002" Error "An API has at most 300 integrations.", "put some services behind another API", API_QUOTAS;
    APIGW_STAGE_000 = "APIGW-STAGE-000" Error "A stage has a name.", "write `$default`", STAGE, [REQUIRED];
    APIGW_STAGE_001 = "APIGW-STAGE-001" Error "A stage is called `$default`, or has a name of 1 to 128 letters, digits, `-` and `_`.",
        "write `$default`", STAGE;
    APIGW_STAGE_002 = "APIGW-STAGE-002" Error "A stage's description has at most 1024 characters.", "shorten it", STAGE, [TOO_LONG];
    APIGW_STAGE_003 = "APIGW-STAGE-003" Warning "A stage is deployed by itself, or serves one deployment.",
        "set `AutoDeploy` to `true`", STAGE;
    APIGW_STAGE_010 = "APIGW-STAGE-010" Error "An access log's format is one line with `$context.requestId` or `$context.extendedRequestId`.",
        "add `$context.requestId` to the format", ACCESS_LOG;
    APIGW_STAGE_011 = "APIGW-STAGE-011" Error "An access log's format has at most 3072 characters.", "shorten it", API_QUOTAS;
    APIGW_STAGE_012 = "APIGW-STAGE-012" Warning "An access log's variables are those that HTTP APIs have; others print `-`.",
        "take the variable out", LOG_VARIABLES;
    APIGW_STAGE_013 = "APIGW-STAGE-013" Error "Access logs go to the ARN of a log group, without `:*` at its end.",
        "write the ARN of the log group", ACCESS_LOG;
    APIGW_STAGE_020 = "APIGW-STAGE-020" Error "Throttling limits are 0 or more; 0 lets no request through.",
        "raise it, or leave it out", STAGE;
    APIGW_STAGE_021 = "APIGW-STAGE-021" Error "A logging level is `ERROR`, `INFO` or `OFF`, and is for WebSocket APIs.",
        "take it out", STAGE, [UNKNOWN_CHOICE];
    APIGW_STAGE_022 = "APIGW-STAGE-022" Error "Route settings are for keys of routes.", "write the key of a route", STAGE;
    APIGW_STAGE_030 = "APIGW-STAGE-030" Error "A stage has at most 100 variables: names of letters, digits and `_`, values of 1 to 2048 letters, digits and `-._~:/?#&=,`.",
        "correct the variable", STAGE;
}

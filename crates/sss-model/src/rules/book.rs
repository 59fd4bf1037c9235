//! The book of rules.

mod ecs;

use super::Rule;

pub(crate) use ecs::*;

const NAMESPACE: &str = "https://docs.aws.amazon.com/cloud-map/latest/api/API_CreatePrivateDnsNamespace.html";
const CLOUD_MAP: &str = "https://docs.aws.amazon.com/cloud-map/latest/api/API_CreateService.html";
const HOST_NAMES: &str = "https://www.rfc-editor.org/rfc/rfc1123#section-2.1";
const API: &str = "https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis.html";
const CORS: &str = "https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-cors.html";
const ROUTES: &str =
    "https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html";
const JWT: &str = "https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html";
const ACCESS_LOG: &str = "https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-logging.html";
const API_QUOTAS: &str = "https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html";
const VPC_LINK: &str = "https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/vpclinks.html";
const ROLE: &str = "https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html";
const POLICY: &str = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html";
const IAM_QUOTAS: &str = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html";
const GROUP: &str = "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSecurityGroup.html";
const PERMISSION: &str = "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_IpPermission.html";
const EC2_IDS: &str = "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/resource-ids.html";
const VPC_QUOTAS: &str = "https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html";
const LOG_GROUP: &str =
    "https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogGroup.html";
const RETENTION: &str =
    "https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html";
const CONTAINER_SHUTDOWN: &str =
    "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-lifecycle-explanation.html";
const AVAILABILITY: &str =
    "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-rebalancing.html";
const TASK_DEFINITION: &str =
    "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RegisterTaskDefinition.html";
const TAGS: &str = "https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html";
const PARTITIONS: &str = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html";
const ROLE_TAGS: &str = "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html";
const REGIONS: &str = "https://docs.aws.amazon.com/general/latest/gr/rande.html";
const TOML: &str = "https://toml.io/en/v1.0.0";
const SCHEMA: &str = "the JSON Schema of the stack file";
const CLI: &str = "https://docs.aws.amazon.com/cli/latest/userguide/cli-usage-skeleton.html";
const AUTHORIZER: &str =
    "https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis-apiid-authorizers.html";
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
const PRINCIPAL: &str =
    "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html";
const TRUST: &str = "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_update-role-trust-policy.html";
const MODEL: &str = "the model of a stack";

macro_rules! book {
    ($($name:ident = $id:literal $severity:ident $sentence:literal, $fix:literal, $source:ident;)+) => {
        $(pub(crate) const $name: $crate::rules::Rule = $crate::rules::Rule {
            id: $id,
            severity: $crate::problem::Severity::$severity,
            sentence: $sentence,
            fix: $fix,
            source: $source,
        };)+

        /// The rules of this part of the book.
        pub(super) const PART: &[$crate::rules::Rule] = &[$($name),+];
    };
}
use book;

/// Every rule, by service of AWS and by number.
pub static RULES: &[Rule] = &joined::<{ PART.len() + ecs::PART.len() }>(&[PART, ecs::PART]);

const fn joined<const COUNT: usize>(parts: &[&[Rule]]) -> [Rule; COUNT] {
    let mut all = [FILE_001; COUNT];
    let (mut part, mut filled) = (0, 0);
    while part < parts.len() {
        let mut index = 0;
        while index < parts[part].len() {
            all[filled] = parts[part][index];
            index += 1;
            filled += 1;
        }
        part += 1;
    }
    all
}

book! {
    FILE_001 = "FILE-001" Error "The text can be read.", "correct the syntax", TOML;
    FILE_002 = "FILE-002" Error "Every key is known.", "take the key out", SCHEMA;
    FILE_003 = "FILE-003" Error "Every value is of its key's type.", "write a value of that type", SCHEMA;
    FILE_004 = "FILE-004" Error "A value with choices is one of them.", "write one of the choices", SCHEMA;
    FILE_005 = "FILE-005" Error "A file that a stack file names can be read.",
        "correct the path: it begins at the folder of the stack file", MODEL;
    FILE_006 = "FILE-006" Error "All that a task definition says has a place in a stack.",
        "take it out, or keep this task definition out of the stack", TASK_DEFINITION;
    FILE_007 = "FILE-007" Warning "What a stack sees to by itself is not taken over from a task definition.",
        "take it out, and say what it is for in the stack's own words", TASK_DEFINITION;
    PARAM_001 = "PARAM-001" Error "AWS has every parameter of a request.", "take the parameter out", CLI;
    PARAM_002 = "PARAM-002" Error "Every parameter is of the type that AWS gives it.", "write a value of that type", CLI;
    PARAM_003 = "PARAM-003" Error "What AWS requires is there, and not empty.", "set it", CLI;
    PARAM_004 = "PARAM-004" Error "A parameter with choices is one of them, in upper and lower case as AWS writes it.",
        "write one of the choices", CLI;
    STACK_001 = "STACK-001" Error "What is required is there, and not empty.", "set it", MODEL;
    STACK_002 = "STACK-002" Error "A stack's name has at most 256 letters, digits, `-` and `_`, and begins with a letter or digit.",
        "choose a name such as `shop-dev`", MODEL;
    STACK_003 = "STACK-003" Error "A region is one that AWS has, such as `ap-northeast-1`.",
        "write the region's code", REGIONS;
    ARN_001 = "ARN-001" Error "An ARN is of the partition of the stack's region.",
        "write the ARN in the partition of the region", PARTITIONS;
    ARN_002 = "ARN-002" Warning "Secrets and parameters are in the region of the tasks that read them.",
        "copy it to the stack's region, and write the ARN of the copy", PARTITIONS;
    STACK_004 = "STACK-004" Error "A service's name holds 1 to 255 letters, digits, `-` and `_`.",
        "choose a name such as `orders`", MODEL;
    STACK_005 = "STACK-005" Error "Services have different names.", "rename one of them", MODEL;
    STACK_006 = "STACK-006" Error "Objects of a kind have different names.",
        "rename the service, or give one of them another name under `names`", MODEL;
    STACK_007 = "STACK-007" Error "Tag keys that begin with `sss:` say to which stack an object belongs.",
        "choose another key", MODEL;
    STACK_008 = "STACK-008" Error "Routes need an API.", "add an `api`, or take the routes out", MODEL;
    STACK_009 = "STACK-009" Error "Routes lead to a port.", "set the service's `port`, or take its routes out", MODEL;
    STACK_010 = "STACK-010" Error "A back end needs a port.", "set the service's `port`, or take its `backend` out", MODEL;
    STACK_011 = "STACK-011" Error "A rule that is silenced is in the rule book, and a reason says why.",
        "write the id of a rule and, as its value, why its warnings do not matter here", MODEL;
    STACK_012 = "STACK-012" Warning "A rule that is silenced would warn otherwise; errors are never silenced.",
        "take the line out", MODEL;
    STACK_013 = "STACK-013" Warning "Tasks and VPC link are in two subnets at least, so that a zone can fail.",
        "name subnets of two or more Availability Zones", AVAILABILITY;
    CM_NS_001 = "CM-NS-001" Error "A namespace's name has 1 to 253 printable characters without a space.",
        "shorten the stack's name, or set `names.namespace`", NAMESPACE;
    CM_NS_003 = "CM-NS-003" Error "A namespace's description has at most 1024 characters.", "shorten it", NAMESPACE;
    CM_NS_006 = "CM-NS-006" Error "Each label of a namespace's name has 1 to 63 characters.",
        "shorten the stack's name, or set `names.namespace`: Route 53 refuses the name while Cloud Map creates the namespace", HOST_NAMES;
    CM_NS_007 = "CM-NS-007" Warning "A namespace's name is a host name: labels of letters, digits and inner hyphens, the last one beginning with a letter.",
        "use letters, digits and hyphens: URL parsers such as java.net.URI find no host in other names", HOST_NAMES;
    CM_SVC_001 = "CM-SVC-001" Error "A Cloud Map service's name has at most 127 characters in labels of letters, digits, `_` and inner hyphens.",
        "shorten the name, or set `names.cloud_map`", CLOUD_MAP;
    CM_SVC_004 = "CM-SVC-004" Warning "The DNS names of a service's instances have at most 253 characters.",
        "shorten the name of the service or of the namespace", CLOUD_MAP;
    CM_SVC_012 = "CM-SVC-012" Error "A time to live is 0 to 2147483647 seconds.", "choose a value in that range", CLOUD_MAP;
    APIGW_API_001 = "APIGW-API-001" Error "An API's name has 1 to 128 characters.",
        "shorten the stack's name, or set `names.api`", API;
    APIGW_API_002 = "APIGW-API-002" Error "An API's description has at most 1024 characters.", "shorten it", API;
    APIGW_CORS_001 = "APIGW-CORS-001" Error "Credentials are not allowed to every origin.",
        "name the origins, or set `allow_credentials = false`", CORS;
    APIGW_CORS_002 = "APIGW-CORS-002" Error "An origin is `scheme://host[:port]`, `*`, `http://*` or `https://*`.",
        "write the origin as the browser sends it, such as `https://example.com`", CORS;
    APIGW_CORS_003 = "APIGW-CORS-003" Error "A method or header of CORS has 1 to 64 characters.",
        "write a name, or `*`", CORS;
    APIGW_CORS_004 = "APIGW-CORS-004" Error "The maximum age is -1 to 86400 seconds.", "choose a value in that range", CORS;
    APIGW_CORS_005 = "APIGW-CORS-005" Warning "CORS without an origin answers nothing useful.",
        "name the origins, or take `cors` out", CORS;
    APIGW_ROUTE_001 = "APIGW-ROUTE-001" Error "A route is `$default` without methods, or methods and a path that begins with `/`.",
        "correct the path or the methods", ROUTES;
    APIGW_ROUTE_002 = "APIGW-ROUTE-002" Error "A path's segments are literal or one variable `{name}`; the last may be `{name+}`.",
        "correct the segment", ROUTES;
    APIGW_ROUTE_004 = "APIGW-ROUTE-004" Error "Only routes with an authorizer ask for tokens and scopes.",
        "add `api.authorizer`, or take `authorizer` and `scopes` out of the route", ROUTES;
    APIGW_ROUTE_005 = "APIGW-ROUTE-005" Error "A route has at most 10 scopes of 1 to 64 characters.", "take some out", API_QUOTAS;
    APIGW_ROUTE_008 = "APIGW-ROUTE-008" Error "Each route stands in an API once.", "take one of the two out", ROUTES;
    APIGW_ROUTE_009 = "APIGW-ROUTE-009" Error "A variable of a path has one name on its level, for all methods.",
        "give the variable the same name in both paths", ROUTES;
    APIGW_ROUTE_010 = "APIGW-ROUTE-010" Error "A path does not end with `/`.", "remove the last `/`", ROUTES;
    APIGW_ROUTE_011 = "APIGW-ROUTE-011" Warning "Beside `GET /{proxy+}`, which is every path but `/`, stands `GET /`.",
        "add a route for `/`", ROUTES;
    APIGW_AUTH_001 = "APIGW-AUTH-001" Error "An issuer is an `https://` URL of at most 2048 characters.",
        "write the issuer as it stands in the tokens", JWT;
    APIGW_AUTH_002 = "APIGW-AUTH-002" Error "An authorizer has 1 to 50 audiences.", "name 1 to 50", JWT;
    APIGW_AUTH_003 = "APIGW-AUTH-003" Error "The token stands in one header or one query parameter.",
        "write `$request.header.Authorization`", JWT;
    APIGW_AUTH_004 = "APIGW-AUTH-004" Error "An authorizer's name has 1 to 128 characters.",
        "shorten the stack's name, or set `names.authorizer`", JWT;
    APIGW_VL_001 = "APIGW-VL-001" Error "A VPC link is in 1 to 10 subnets.", "name 1 to 10 subnets", VPC_LINK;
    APIGW_VL_002 = "APIGW-VL-002" Error "A VPC link is in at most 16 security groups, and in 5 unless AWS raised the quota.", "name 5 or fewer", VPC_QUOTAS;
    APIGW_VL_004 = "APIGW-VL-004" Warning "A VPC link has security groups of its own; without, it is in the default group of the VPC.",
        "name one under `network.vpc_link_security_group_ids` that may reach the tasks", VPC_LINK;
    APIGW_VL_003 = "APIGW-VL-003" Error "A VPC link's name has 1 to 128 characters.",
        "shorten the stack's name, or set `names.vpc_link`", VPC_LINK;
    APIGW_STAGE_010 = "APIGW-STAGE-010" Error "An access log's format is one line with `$context.requestId` or `$context.extendedRequestId`.",
        "add `$context.requestId` to the format", ACCESS_LOG;
    APIGW_STAGE_011 = "APIGW-STAGE-011" Error "An access log's format has at most 3072 characters.", "shorten it", API_QUOTAS;
    APIGW_QUOTA_001 = "APIGW-QUOTA-001" Warning "An API has at most 300 routes, unless AWS raised the quota.",
        "use fewer routes, such as `/{proxy+}`, or ask AWS for a higher quota", API_QUOTAS;
    IAM_ROLE_001 = "IAM-ROLE-001" Error "A role's name holds 1 to 64 letters, digits and `+=,.@_-`, and is unique without regard to case.",
        "shorten the name, or give the role another one under `names`", ROLE;
    IAM_ROLE_002 = "IAM-ROLE-002" Error "A role's path is `/`, or begins and ends with `/` and has at most 512 printable characters.",
        "write `/`, or a path such as `/services/`", ROLE;
    IAM_ROLE_006 = "IAM-ROLE-006" Error "A role has at most 25 managed policies, each named once by its ARN.",
        "put statements into the inline policy", IAM_QUOTAS;
    IAM_POL_003 = "IAM-POL-003" Error "A statement's `sid` holds letters and digits, and is unique in the policy.",
        "choose another `sid`, or leave it out", POLICY;
    IAM_POL_004 = "IAM-POL-004" Error "An action is `*` or `service:name`, with wildcards only in the name.",
        "write an action such as `s3:GetObject`", POLICY;
    IAM_POL_006 = "IAM-POL-006" Error "A resource is `*` or an ARN.",
        "write `*`, or an ARN such as `arn:aws:s3:::bucket/*`", POLICY;
    IAM_POL_007 = "IAM-POL-007" Error "A condition is an operator that IAM knows, with keys and values.",
        "write an operator such as `StringEquals`, and values that it compares", POLICY;
    IAM_POL_010 = "IAM-POL-010" Error "A policy holds no characters beyond Latin-1.", "write an object of JSON, in Latin letters", POLICY;
    IAM_POL_011 = "IAM-POL-011" Error "A policy's name holds 1 to 128 letters, digits and `+=,.@_-`.",
        "shorten the name, or give the policy another one under `names`", ROLE;
    IAM_POL_012 = "IAM-POL-012" Error "All inline policies of a role together have at most 10240 characters without white space.",
        "shorten it with wildcards, or use a managed policy", IAM_QUOTAS;
    SG_002 = "SG-002" Error "A security group's name has 1 to 255 characters of letters, digits, space and `._-:/()#,@[]+=&;{}!$*`.",
        "set `names.security_group`", GROUP;
    SG_003 = "SG-003" Error "A security group's name does not begin with `sg-` and is not `default`.",
        "set `names.security_group`", GROUP;
    SG_004 = "SG-004" Error "A security group's description has 1 to 255 characters of letters, digits, space and `._-:/()#,@[]+=&;{}!$*`.",
        "write it in these characters", GROUP;
    SG_010 = "SG-010" Error "A rule for tcp or udp has ports: the first not above the last.",
        "write `port = 80`, `ports = \"8000-8010\"`, or `from_port` and `to_port`", PERMISSION;
    SG_012 = "SG-012" Error "A rule has another side.", "name `cidrs` or `security_groups`", PERMISSION;
    SG_013 = "SG-013" Error "A rule for icmp has a type and a code from -1 to 255, -1 being all; in a stack, or for icmpv6, it may have neither.",
        "write `icmp_type` and `icmp_code` (EC2 calls them `FromPort` and `ToPort`)", PERMISSION;
    SG_014 = "SG-014" Error "A rule's description has at most 255 characters of letters, digits, space and `._-:/()#,@[]+=&;{}!$*`.",
        "write it in these characters", PERMISSION;
    SG_015 = "SG-015" Warning "Ports are for tcp and udp; EC2 ignores them in a rule for another protocol.",
        "write `protocol = \"tcp\"` or `protocol = \"udp\"`, or take the ports out", PERMISSION;
    SG_020 = "SG-020" Error "An address range is an IPv4 or IPv6 address with a mask.",
        "write for instance `10.0.0.0/16`", PERMISSION;
    SG_021 = "SG-021" Error "Each rule stands in a security group once.", "take one of the two out", PERMISSION;
    SG_030 = "SG-030" Error "A security group has at most 60 rules per direction and address family, unless AWS raised the quota.",
        "join address ranges, or ask AWS for a higher quota", VPC_QUOTAS;
    EC2_ID_001 = "EC2-ID-001" Error "An id is its kind and 8 or 17 hexadecimal digits, such as `vpc-0a1b2c3d4e5f60718`.",
        "copy the id from the account", EC2_IDS;
    LOG_001 = "LOG-001" Error "A log group's name has 1 to 512 characters of letters, digits and `.-_/#`.",
        "shorten the name, or give the log group another one under `names`", LOG_GROUP;
    LOG_002 = "LOG-002" Error "A log group's name does not begin with `aws/`, which AWS keeps for itself.", "write `/aws/`", LOG_GROUP;
    LOG_003 = "LOG-003" Error "A log group keeps events for 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288 or 3653 days, or for ever.",
        "write one of these numbers, or `\"never\"` for events that never expire", RETENTION;
    TAG_001 = "TAG-001" Error "An object has at most 50 tags; two of them say to which stack it belongs.", "take some out", TAGS;
    TAG_002 = "TAG-002" Error "A tag's key has 1 to 128 characters, its value at most 256: letters, digits, spaces and `_.:/=+-@`.",
        "correct the tag", TAGS;
    TAG_003 = "TAG-003" Error "A tag's key does not begin with `aws:`.", "choose another key", TAGS;
    CM_NS_002 = "CM-NS-002" Error "A private namespace is in a VPC.", "name the VPC by its id", NAMESPACE;
    CM_NS_004 = "CM-NS-004" Error "The time to live of a namespace's SOA record is 0 to 2147483647 seconds.",
        "choose a value in that range", NAMESPACE;
    CM_NS_005 = "CM-NS-005" Error "A creator's request id has at most 64 characters.", "shorten it", NAMESPACE;
    CM_SVC_000 = "CM-SVC-000" Error "A Cloud Map service has a name and a namespace.", "name the namespace by its id", CLOUD_MAP;
    CM_SVC_002 = "CM-SVC-002" Error "A Cloud Map service's description has at most 1024 characters.", "shorten it", CLOUD_MAP;
    CM_SVC_003 = "CM-SVC-003" Error "Cloud Map services of a namespace differ in more than upper and lower case.",
        "rename one of them, or set `names.cloud_map`", CLOUD_MAP;
    CM_SVC_010 = "CM-SVC-010" Error "A service's records are A, AAAA, A and AAAA, SRV, or CNAME.",
        "write one record of type `SRV`", CLOUD_MAP;
    CM_SVC_011 = "CM-SVC-011" Error "CNAME records are weighted, and without a health check.",
        "set `RoutingPolicy` to `WEIGHTED`, and take `HealthCheckConfig` out", CLOUD_MAP;
    CM_SVC_013 = "CM-SVC-013" Error "A routing policy is `MULTIVALUE` or `WEIGHTED`.", "write one of the two", CLOUD_MAP;
    CM_SVC_014 = "CM-SVC-014" Error "A service's type is `HTTP`, without records, or it has none.", "take `Type` out", CLOUD_MAP;
    CM_SVC_015 = "CM-SVC-015" Warning "SRV records live at most 60 seconds, so that clients leave a task soon after it stopped.",
        "write `60` or less", CLOUD_MAP;
    CM_SVC_016 = "CM-SVC-016" Warning "Tasks that callers find by Cloud Map have a stop timeout: callers know a task for a while after it was told to end.",
        "set `stop_timeout`, and let the program answer for as long after SIGTERM as answers are kept", CONTAINER_SHUTDOWN;
    CM_SVC_020 = "CM-SVC-020" Error "Route 53 does not check the health of what is in a private namespace.",
        "take `HealthCheckConfig` out, and write `HealthCheckCustomConfig`", CLOUD_MAP;
    CM_SVC_021 = "CM-SVC-021" Error "The failure threshold of a custom health check is 1; AWS takes up to 10 and does not use it.",
        "write `1`, or leave it out", CLOUD_MAP;
    CM_SVC_022 = "CM-SVC-022" Error "A service has one kind of health check.",
        "take `HealthCheckConfig` or `HealthCheckCustomConfig` out", CLOUD_MAP;
    CM_SVC_023 = "CM-SVC-023" Error "A health check is of type HTTP, HTTPS or TCP, fails after 1 to 10 attempts, and has a path of at most 255 characters unless it is of type TCP.",
        "correct the health check", CLOUD_MAP;
    APIGW_API_000 = "APIGW-API-000" Error "An API has a name.", "set it", API;
    APIGW_API_003 = "APIGW-API-003" Error "An API's protocol is `HTTP` or `WEBSOCKET`.", "write `HTTP`", API;
    APIGW_API_004 = "APIGW-API-004" Error "An HTTP API selects routes by `$request.method $request.path`.",
        "take the expression out", API;
    APIGW_API_006 = "APIGW-API-006" Error "An API's address type is `ipv4` or `dualstack`.", "write one of the two", API;
    APIGW_CORS_006 = "APIGW-CORS-006" Error "CORS is for HTTP APIs.", "take the configuration out", CORS;
    APIGW_CORS_007 = "APIGW-CORS-007" Warning "A route with an authorizer that takes every method answers preflights with 401.",
        "add a route `OPTIONS /{proxy+}` without an authorizer, or name the methods", CORS;
    APIGW_ROUTE_000 = "APIGW-ROUTE-000" Error "A route has a key.", "write a key such as `GET /orders`", ROUTES;
    APIGW_ROUTE_003 = "APIGW-ROUTE-003" Error "Routes of an HTTP API do not ask for API keys.",
        "take `ApiKeyRequired` out", ROUTES;
    APIGW_ROUTE_006 = "APIGW-ROUTE-006" Error "A route's target is `integrations/` and an id, 128 characters at most.",
        "write the target as `integrations/<id>`", ROUTES;
    APIGW_ROUTE_007 = "APIGW-ROUTE-007" Error "A route's operation name has 1 to 64 characters.", "shorten it", ROUTES;
    APIGW_AUTH_000 = "APIGW-AUTH-000" Error "A JWT authorizer has an issuer.", "set `JwtConfiguration.Issuer`", JWT;
    APIGW_AUTH_005 = "APIGW-AUTH-005" Error "An authorizer is of type `REQUEST` or, on an HTTP API, `JWT`.",
        "write one of the two", AUTHORIZER;
    APIGW_AUTH_006 = "APIGW-AUTH-006" Warning "An issuer is, letter by letter, the `iss` of the tokens: rarely with `/` at its end, and for Amazon Cognito the user pool's.",
        "compare it with the `iss` of a token", JWT;
    APIGW_AUTH_010 = "APIGW-AUTH-010" Error "A request authorizer has a function's URI, a payload format of 1.0 or 2.0, and keeps answers 0 to 3600 s by an identity source; simple answers need 2.0.",
        "correct the authorizer", AUTHORIZER;
    APIGW_INT_000 = "APIGW-INT-000" Error "An integration has a type.", "write `HTTP_PROXY`", INTEGRATION;
    APIGW_INT_001 = "APIGW-INT-001" Error "An integration's timeout is 50 to 30000 ms.", "choose a value in that range", INTEGRATION;
    APIGW_INT_002 = "APIGW-INT-002" Error "The payload format of `HTTP_PROXY` is 1.0, of `AWS_PROXY` 1.0 or 2.0.",
        "write `1.0`", INTEGRATION;
    APIGW_INT_003 = "APIGW-INT-003" Error "An `HTTP_PROXY` integration has a method of 1 to 64 characters.",
        "set `IntegrationMethod`, for instance to `ANY`", INTEGRATION;
    APIGW_INT_004 = "APIGW-INT-004" Error "An integration of an HTTP API is of type `HTTP_PROXY` or `AWS_PROXY`.",
        "write `HTTP_PROXY`", INTEGRATION;
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
        "write the host name of the certificate", PRIVATE;
    APIGW_INT_041 = "APIGW-INT-041" Error "An integration has a description of at most 1024 characters, a URI of 1 to 2048, a connection's id of 1 to 1024; the URI of `HTTP_PROXY` is a URL unless it is private.",
        "correct the parameter", INTEGRATION;
    APIGW_INT_043 = "APIGW-INT-043" Error "An integration with an operation of AWS names one that API Gateway calls, a role, and the parameters of the operation.",
        "set `IntegrationSubtype`, `CredentialsArn` and the parameters in `RequestParameters`", SUBTYPES;
    APIGW_INT_050 = "APIGW-INT-050" Warning "A private integration sends the stage's name in the path, unless the stage is `$default`.",
        "map `overwrite:path` to `$request.path`, or use the stage `$default`", PRIVATE;
    APIGW_VL_000 = "APIGW-VL-000" Error "A VPC link is in a subnet.", "name a subnet", VPC_LINK;
    APIGW_STAGE_000 = "APIGW-STAGE-000" Error "A stage has a name.", "write `$default`", STAGE;
    APIGW_STAGE_001 = "APIGW-STAGE-001" Error "A stage is called `$default`, or has a name of 1 to 128 letters, digits, `-` and `_`.",
        "write `$default`", STAGE;
    APIGW_STAGE_002 = "APIGW-STAGE-002" Error "A stage's description has at most 1024 characters.", "shorten it", STAGE;
    APIGW_STAGE_003 = "APIGW-STAGE-003" Warning "A stage is deployed by itself, or serves one deployment.",
        "set `AutoDeploy` to `true`", STAGE;
    APIGW_STAGE_012 = "APIGW-STAGE-012" Warning "An access log's variables are those that HTTP APIs have; others print `-`.",
        "take the variable out", LOG_VARIABLES;
    APIGW_STAGE_013 = "APIGW-STAGE-013" Error "Access logs go to the ARN of a log group, without `:*` at its end.",
        "write the ARN of the log group", ACCESS_LOG;
    APIGW_STAGE_020 = "APIGW-STAGE-020" Error "Throttling limits are 0 or more; 0 lets no request through.",
        "raise it, or leave it out", STAGE;
    APIGW_STAGE_021 = "APIGW-STAGE-021" Error "A logging level is `ERROR`, `INFO` or `OFF`, and is for WebSocket APIs.",
        "take it out", STAGE;
    APIGW_STAGE_022 = "APIGW-STAGE-022" Error "Route settings are for keys of routes.", "write the key of a route", STAGE;
    APIGW_STAGE_030 = "APIGW-STAGE-030" Error "A stage has at most 100 variables: names of letters, digits and `_`, values of 1 to 2048 letters, digits and `-._~:/?#&=,`.",
        "correct the variable", STAGE;
    APIGW_QUOTA_002 = "APIGW-QUOTA-002" Error "An API has at most 300 integrations.", "put some services behind another API", API_QUOTAS;
    IAM_ROLE_000 = "IAM-ROLE-000" Error "A role has a name.", "set it", ROLE;
    IAM_ROLE_003 = "IAM-ROLE-003" Error "A role's description has at most 1000 characters of Latin-1.",
        "write it in Latin letters, and shorter", ROLE;
    IAM_ROLE_004 = "IAM-ROLE-004" Error "A role's sessions last 3600 to 43200 seconds.", "choose a value in that range", ROLE;
    IAM_ROLE_005 = "IAM-ROLE-005" Error "A permissions boundary is the ARN of a policy.", "write the ARN", ROLE;
    IAM_ROLE_010 = "IAM-ROLE-010" Error "A role has a trust policy.", "say who may take on the role", ROLE;
    IAM_TRUST_001 = "IAM-TRUST-001" Error "A principal is of the kind `AWS`, `Service`, `Federated` or `CanonicalUser`.",
        "write for instance `{\"Service\": \"ecs-tasks.amazonaws.com\"}`", PRINCIPAL;
    IAM_TRUST_002 = "IAM-TRUST-002" Error "A trust policy names principals; `NotPrincipal` is for `Deny`.",
        "add a `Principal`", PRINCIPAL;
    IAM_TRUST_003 = "IAM-TRUST-003" Error "A principal of AWS is an account, or the ARN of its root, a user or a role; anybody is `{\"AWS\": \"*\"}`.",
        "write the account's id or the ARN", PRINCIPAL;
    IAM_TRUST_004 = "IAM-TRUST-004" Error "A trust policy has no resources: it belongs to its role.", "take it out", TRUST;
    IAM_TRUST_005 = "IAM-TRUST-005" Error "A trust policy is about the actions of STS that take on a role.",
        "write `sts:AssumeRole`", TRUST;
    IAM_TRUST_006 = "IAM-TRUST-006" Error "A service is called like `ecs-tasks.amazonaws.com`, without wildcards.",
        "write the service's principal", PRINCIPAL;
    IAM_TRUST_007 = "IAM-TRUST-007" Error "Trust in Amazon Cognito identities has a condition.",
        "ask for the identity pool with `cognito-identity.amazonaws.com:aud`", TRUST;
    IAM_TRUST_008 = "IAM-TRUST-008" Error "A trust policy has at most 4096 characters, and 2048 unless AWS raised the quota.",
        "shorten it", IAM_QUOTAS;
    IAM_POL_000 = "IAM-POL-000" Error "An inline policy has a document.", "write it", POLICY;
    IAM_POL_001 = "IAM-POL-001" Error "A policy's version is `2012-10-17` or `2008-10-17`.", "write `2012-10-17`", POLICY;
    IAM_POL_002 = "IAM-POL-002" Error "A policy has a statement.", "add one", POLICY;
    IAM_POL_005 = "IAM-POL-005" Error "A statement's effect is `Allow` or `Deny`.", "write one of the two", POLICY;
    IAM_POL_008 = "IAM-POL-008" Error "A policy of a role names no principal: it is about its role.", "take it out", POLICY;
    IAM_POL_009 = "IAM-POL-009" Error "A policy has only the elements that IAM knows.", "take the element out", POLICY;
    SG_001 = "SG-001" Error "A security group has a name.", "set it", GROUP;
    SG_011 = "SG-011" Error "A protocol is tcp, udp, icmp, icmpv6, a number from 0 to 255, or -1 for all.",
        "write `tcp`, `udp`, `icmp`, `icmpv6`, `-1`, or a number", PERMISSION;
    SG_022 = "SG-022" Warning "What comes in is not open to the whole world.",
        "name the addresses or the security group that the requests come from", PERMISSION;
    LOG_004 = "LOG-004" Error "A log group's class is STANDARD, INFREQUENT_ACCESS or DELIVERY.", "write one of them", LOG_GROUP;
    LOG_005 = "LOG-005" Error "A log group's key is the ARN of a key of KMS, of at most 256 characters.", "write the ARN", LOG_GROUP;
    LOG_006 = "LOG-006" Warning "A log group drops its events after some time; events that never expire are paid for every month.",
        "write a number of days", RETENTION;
    TAG_004 = "TAG-004" Error "An object has each tag's key once.", "take one of them out", TAGS;
    TAG_006 = "TAG-006" Error "The keys of a role's tags differ in more than upper and lower case.",
        "write one key, in one way, everywhere", ROLE_TAGS;
    TAG_005 = "TAG-005" Error "A request to Cloud Map has at most 200 tags.", "take some out", TAGS;
}

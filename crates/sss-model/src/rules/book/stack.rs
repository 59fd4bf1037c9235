//! Rules of stacks.
//!
//! The sources are the model of a stack, where no page of AWS states the rule, and AWS's pages on regions, on ARNs and
//! partitions, and on the balance of tasks between availability zones.
//!
//! The groups are `STACK` for rules that the model adds, and `ARN` for the partition and the region of an ARN. The
//! checks are in `rules/stack.rs`, `rules/names.rs`, `rules/partition.rs` and `rules/silence.rs`.

use super::{DIFFERS_BY_CASE, REQUIRED, TOO_LONG, book};
use crate::rules::case::case;

const AVAILABILITY: &str =
    "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-rebalancing.html";
const PARTITIONS: &str = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html";
const REGIONS: &str = "https://docs.aws.amazon.com/general/latest/gr/rande.html";
const BALANCER_QUOTAS: &str =
    "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html";
const HEALTH_CHECKS: &str =
    "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html";
const PRIVATE: &str =
    "https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-private.html";
const MODEL: &str = "the model of a stack";

book! {
    ARN_001 = "ARN-001" Error "An ARN is of the partition of the stack's region.", PARTITIONS, [
        case("other-partition", "the ARN is of the partition `{partition}`, but {region} is of `{wanted}`",
            "write `{arn}`"),
        case("other-region", "the ARN is of {other}, a region of the partition `{partition}`, but {region} is of `{wanted}`",
            "write an ARN of the partition `{wanted}`"),
        case("condition", "the condition never holds: its ARN is of the partition `{partition}`, but {region} is of `{wanted}`",
            "write an ARN of the partition `{wanted}`"),
        case("image", "the image is in {other}, a region of the partition `{partition}`, but {region} is of `{wanted}`",
            "copy the image to a registry of the partition `{wanted}`"),
        case("registry", "the name of the registry ends with `{suffix}`, but in {other} with `{wanted}`",
            "replace `{suffix}` by `{wanted}`"),
    ];
    ARN_002 = "ARN-002" Warning "Secrets and parameters are in the region of the tasks that read them.", PARTITIONS, [
        case("other-region", "the source of `{key}` is in {other}, but the tasks are in {region}",
            "copy it to {region}, and write the ARN of the copy"),
    ];
    STACK_001 = "STACK-001" Error "A required value is there, and not empty.", MODEL, [REQUIRED];
    STACK_002 = "STACK-002" Error "A stack's name has at most 256 letters, digits, `-` and `_`, and begins with a letter or digit.", MODEL, [
        TOO_LONG,
        case("invalid-name", "`{name}` cannot be the name of a stack",
            "use letters, digits, `-` and `_`, and begin with a letter or digit, as in `shop-dev`"),
    ];
    STACK_003 = "STACK-003" Error "A region is one that AWS has, such as `ap-northeast-1`.", REGIONS, [
        case("unknown", "AWS has no region `{region}`", "write the code of a region, such as `eu-central-1`"),
        case("misspelled", "AWS has no region `{region}`", "did you mean `{near}`?"),
        case("unlisted", "this version knows no region `{region}`",
            "write another region, or set `allow_unlisted_region = true` if AWS has opened it since"),
        case("misspelled-or-newer", "this version knows no region `{region}`",
            "write `{near}`, or set `allow_unlisted_region = true` if AWS has opened it since"),
    ];
    STACK_004 = "STACK-004" Error "A service's name holds 1 to 255 letters, digits, `-` and `_`.", MODEL, [
        case("invalid-name", "`{name}` cannot be the name of a service",
            "use 1 to 255 letters, digits, `-` and `_`, as in `orders`"),
    ];
    STACK_005 = "STACK-005" Error "Services have different names.", MODEL, [
        case("same-name", "two services are called `{name}`", "rename one of the two services"),
    ];
    STACK_006 = "STACK-006" Error "Objects of a kind have different names.", MODEL, [
        case("used-twice", "the {kind} `{name}` has the same name as the one at {place}",
            "rename the service, or set another name under `names`"),
        DIFFERS_BY_CASE,
    ];
    STACK_007 = "STACK-007" Error "Tag keys that begin with `sss:` say to which stack an object belongs.", MODEL, [
        case("reserved", "the key `{tag}` is reserved: tags that begin with `sss:` name the owner of an object",
            "choose another key"),
    ];
    STACK_008 = "STACK-008" Error "Routes need an API.", MODEL, [
        case("no-api", "the service has routes, but the stack has no API",
            "add the table `[api]`, or remove the routes of the service"),
    ];
    STACK_009 = "STACK-009" Error "Routes lead to a port.", MODEL, [
        case("no-port", "the service has routes but no `port`",
            "set `port`, or remove the routes of the service"),
    ];
    STACK_010 = "STACK-010" Error "A back end needs a port.", MODEL, [
        case("no-port", "the service has a `backend` but no `port`", "set `port`, or remove `backend`"),
    ];
    STACK_011 = "STACK-011" Error "A rule that is silenced is in the rule book, and a reason says why.", MODEL, [
        case("unknown-rule", "no rule has the id `{id}`",
            "write the id in the brackets of a warning, such as `STACK-013`"),
        case("no-reason", "`{key}` is silenced without a reason",
            "write why the warning does not matter, as in `{key} = \"this is a test\"`"),
    ];
    STACK_012 = "STACK-012" Warning "A rule that is silenced would warn otherwise; errors are never silenced.", MODEL, [
        case("idle", "`{key}` is silenced, but the stack has no warning or advice of this rule", "remove `{key}`"),
    ];
    STACK_013 = "STACK-013" Warning "Tasks and VPC link are in two subnets at least, so that a zone can fail.", AVAILABILITY, [
        case("one-subnet", "`{key}` names one subnet, so all tasks stop when its zone fails",
            "add a subnet of another Availability Zone to `{key}`"),
    ];
    STACK_014 = "STACK-014" Error "An object of others is named by its name, its id or its ARN, and nothing else is set of it.", MODEL, [
        case("not-a-reference", "`{given}` is not the name, the id or the ARN of {noun}",
            "write `{key} = \"{example}\"`, as AWS names the object"),
        case("beside", "`{key}` names an object of others, which the stack does not change, but other keys of its table are set",
            "remove the other keys, or remove `{key}`"),
        case("no-effect", "`{key}` has no effect, because the object belongs to others", "remove `{key}`"),
        case("not-for-all", "`{key}` is not for all log groups of a stack",
            "write `log_group.existing` under a service or under `api.access_log`"),
    ];
    STACK_015 = "STACK-015" Warning "A role of others has the permissions that the stack would give to its own role.", MODEL, [
        case("not-given", "the stack does not change the role `{role}`, whose tasks need {needs}",
            "ask the owner of `{role}` to allow {needs}"),
    ];
    STACK_020 = "STACK-020" Error "An image from outside of the stack is for a container of the stack.", MODEL, [
        case("misspelled-service", "the stack has no service `{service}`", "did you mean `{near}`?"),
        case("unknown-service", "the stack has no service `{service}`", "use one of {known}"),
        case("no-service", "the stack has no service `{service}`, and no other one", "remove the image"),
        case("misspelled-container", "the service `{service}` has no container `{container}`", "did you mean `{near}`?"),
        case("unknown-container", "the service `{service}` has no container `{container}`", "use one of {known}"),
        case("named-twice", "`{target}` gets two images",
            "remove one of the two images"),
    ];
    STACK_021 = "STACK-021" Warning "An image from outside of the stack has an effect.", MODEL, [
        case("left-to-others", "the image counts only when the service is created: `ignore_changes` leaves it to others later",
            "remove `\"image\"` from `ignore_changes`, or remove the image from the command"),
    ];
    STACK_030 = "STACK-030" Error "A load balancer carries at most 100 services, and a Network Load Balancer 50.", BALANCER_QUOTAS, [
        case("too-many", "{count} services are behind the load balancer in `{key}`, which carries at most {most}",
            "remove `{key}`, so that the stack creates as many load balancers as it needs"),
    ];
    STACK_031 = "STACK-031" Error "A load balancer with a certificate has the name that API Gateway verifies, and one without has none.", PRIVATE, [
        case("no-server-name", "`certificate` is set without `server_name`, so API Gateway would send plain HTTP to a TLS port",
            "set `server_name` to the name in the certificate, such as `shop.example.com`"),
        case("no-certificate", "`{key}` is set without a certificate, so API Gateway would send TLS to a port without it",
            "set `certificate`, or remove `{key}`"),
    ];
    STACK_032 = "STACK-032" Error "A health check asks a port that speaks its protocol.", HEALTH_CHECKS, [
        case("not-http", "the port {port} speaks {protocol}, which an Application Load Balancer behind an HTTP API cannot forward or check",
            "set `kind = \"nlb\"` in `backend`, or remove `app_protocol` of the port"),
        case("matcher-without-path", "`{key}` is set without `path`, and a check by a TCP connection has no status code",
            "set `path`, such as `/health`, or remove `{key}`"),
    ];
    STACK_033 = "STACK-033" Error "A load balancer that exists already is named once, and keeps its own settings.", MODEL, [
        case("both", "`{key}` and `arn` exclude each other", "remove `{key}`, or remove `arn`"),
        case("of-network", "`{key}` is for Application Load Balancers: each service has a listener of its own at a Network Load Balancer",
            "set `arn` to the load balancer in place of `{key}`"),
        case("not-ours", "`{key}` cannot be set for a load balancer or a listener that exists already",
            "remove `{key}`, and change it where the load balancer is managed"),
        case("no-effect", "`{key}` has no effect on a load balancer that the stack creates", "remove `{key}`"),
        case("no-groups", "the tasks would not let the load balancer in: `{key}` is not set",
            "set `{key}` to the security groups of the load balancer"),
    ];
    STACK_034 = "STACK-034" Error "A VPC link to a load balancer of the stack has security groups, which the load balancer lets in.", PRIVATE, [
        case("no-groups", "`{key}` is empty, so the load balancer of {services} cannot let the VPC link in",
            "set `{key}` to at least one security group"),
    ];
}

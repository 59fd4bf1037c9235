//! Rules of ECS: containers.
//!
//! The sources are the pages of ECS's reference on `RegisterTaskDefinition` and `ContainerDefinition`, with one page
//! for each structure inside a container (health check, port mapping, log configuration, dependency, limits, restart
//! policy, secret), the guide to the driver `awslogs`, and the grammar of image references of the distribution project.
//!
//! The rules are in the order of their ids: ports, capabilities, logging, names and sizes, dependencies and timeouts,
//! health checks, limits and restarts, files, variables and images. The checks are in `rules/container.rs`,
//! `rules/logging.rs`, `rules/ports.rs`, `rules/task.rs` and `request/ecs`.

use super::super::{BESIDE, OUT_OF_RANGE, REQUIRED, TOO_LONG, TOO_MANY, UNKNOWN_CHOICE, book};
use crate::rules::case::case;

const TASK: &str =
    "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RegisterTaskDefinition.html";
const CONTAINER: &str =
    "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html";
const HEALTH: &str = "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_HealthCheck.html";
const PORT: &str = "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_PortMapping.html";
const CAPABILITIES: &str =
    "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_KernelCapabilities.html";
const LOG: &str = "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_LogConfiguration.html";
const AWSLOGS: &str = "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/using_awslogs.html";
const FIRELENS: &str =
    "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_FirelensConfiguration.html";
const DEPENDENCY: &str =
    "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDependency.html";
const ULIMIT: &str = "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Ulimit.html";
const RESTART: &str =
    "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerRestartPolicy.html";
const ENVIRONMENT_FILE: &str =
    "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_EnvironmentFile.html";
const SECRET: &str = "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Secret.html";
const REFERENCE: &str = "https://pkg.go.dev/github.com/distribution/reference";

book! {
    ECS_TD_031 = "ECS-TD-031" Error "A container port is a number from 1 to 65535.", PORT, [
        OUT_OF_RANGE,
        case("neither", "`{key}` has neither a port nor a range of ports", "set `port`").in_request("set `containerPort`"),
    ];
    ECS_TD_032 = "ECS-TD-032" Warning "The protocol of a port is `tcp` or `udp`.", PORT, [
        case("unknown-protocol", "`{key}` is `{given}`, but ECS documents only `tcp` and `udp`",
            "write `tcp` or `udp`"),
    ];
    ECS_TD_033 = "ECS-TD-033" Error "A port is used once in a task, whose containers share one network interface.", PORT, [
        case("mapped-twice", "`{key}` maps port {ports}, which the task maps already at `{other}`",
            "choose another port for one of the two mappings"),
        case("other-protocol", "`{key}` maps port {ports}, which the task maps already at `{other}` for another protocol: no service can refer to the port",
            "choose another port for one of the two mappings"),
        case("in-several-mappings", "container `{name}` has port {port} in several mappings, so no service can refer to it",
            "keep one mapping of port {port}"),
    ];
    ECS_TD_034 = "ECS-TD-034" Error "A range of ports is `first-last` from 1 to 65535, without `containerPort` and `hostPort`; a container has at most 100.", PORT, [
        BESIDE,
        case("not-a-range", "`{given}` is not a range of ports", "write a range such as `8000-8010`"),
        case("too-many", "`{key}` has {count} ranges of ports; ECS takes at most {most}",
            "remove ranges until `{key}` has at most {most}"),
        case("wrong-mode", "the network mode `{mode}` does not support `{key}`",
            "replace `{key}` by `containerPort`"),
    ];
    ECS_TD_035 = "ECS-TD-035" Error "A port's name has 1 to 64 lower-case letters, digits, `_` and `-`, and does not begin with `-`.", PORT, [
        case("invalid-name", "`{name}` cannot be the name of a port",
            "use 1 to 64 lower-case letters, digits, `_` and `-`, the first of them no `-`"),
    ];
    ECS_TD_036 = "ECS-TD-036" Error "The names of ports are unique in a task definition.", PORT, [
        case("used-twice", "two ports of the task are called `{name}`; the first is at `{other}`",
            "rename one of the two ports"),
    ];
    ECS_TD_037 = "ECS-TD-037" Error "A port's application protocol is `http`, `http2` or `grpc`, and the port has a name.", PORT, [
        UNKNOWN_CHOICE,
        case("no-name", "`{key}` has no effect on a port without a name", "set `name` of the port"),
    ];
    ECS_TD_045 = "ECS-TD-045" Error "A capability is one that Linux has; Fargate adds only `SYS_PTRACE`.", CAPABILITIES, [
        case("not-on-fargate", "Fargate does not allow the capability `{name}`",
            "remove `{name}`: Fargate allows `SYS_PTRACE` only"),
        case("unknown", "Linux has no capability `{name}`",
            "replace `{name}` by a capability of Linux, such as `NET_ADMIN`"),
    ];
    ECS_TD_050 = "ECS-TD-050" Error "The log driver of a Fargate container is `awslogs`, `splunk` or `awsfirelens`.", LOG, [
        REQUIRED,
        UNKNOWN_CHOICE,
        case("not-on-fargate", "Fargate has no log driver `{driver}`",
            "set `{key}` to `awslogs`, `splunk` or `awsfirelens`"),
    ];
    ECS_TD_051 = "ECS-TD-051" Error "The log driver `awslogs` has the options `awslogs-group` and `awslogs-region`.", AWSLOGS, [
        REQUIRED.with_message("the log driver `awslogs` requires the option `{key}`"),
    ];
    ECS_TD_052 = "ECS-TD-052" Error "The log driver `awslogs` has the option `awslogs-stream-prefix` on Fargate.", AWSLOGS, [
        REQUIRED.with_message("the log driver `awslogs` requires the option `{key}` on Fargate"),
    ];
    ECS_TD_053 = "ECS-TD-053" Error "The log driver `awslogs` has only options that it knows; `awslogs-create-group` is `true` or absent.", AWSLOGS, [
        case("unknown-option", "the log driver `awslogs` has no option `{key}`", "remove `{key}`"),
        case("not-lower-case", "ECS may refuse `{key}` unless it is `true` in lower case", "write `true` for `{key}`"),
        case("not-true", "`{key}` must be `true`; without the option, ECS creates no log group",
            "set `{key}` to `true`, or remove it"),
        case("second-pattern", "ECS may refuse `{key}` beside `{other}`", "remove `{key}` or `{other}`"),
    ];
    ECS_TD_054 = "ECS-TD-054" Error "A log driver's `mode` is `blocking` or `non-blocking`, its `max-buffer-size` a number with `b`, `k`, `m` or `g`.", LOG, [
        UNKNOWN_CHOICE,
        case("not-a-size", "`{key}` must be a number with `b`, `k`, `m` or `g`, not `{given}`",
            "write a size such as `10m` for `{key}`"),
        case("unusual-unit", "`{key}` is `{given}`, but ECS documents only a number with `b`, `k`, `m` or `g`",
            "write a size such as `10m` for `{key}`"),
    ];
    ECS_TD_055 = "ECS-TD-055" Error "The log driver `splunk` has the options `splunk-url` and `splunk-token`.", LOG, [
        REQUIRED.with_message("the log driver `splunk` requires the option `{key}`")
            .with_fix("set `{key}`, or name it in `log_secret_options`")
            .in_request("set `{key}`, or name it in `secretOptions`"),
    ];
    ECS_TD_056 = "ECS-TD-056" Error "The log driver `awsfirelens` needs one container of the task that routes logs; its own configuration is a file of the image, or an object in S3 by its ARN.", FIRELENS, [
        REQUIRED,
        UNKNOWN_CHOICE,
        case("routers", "the log driver `awsfirelens` needs one container that routes logs, but the task has {count}",
            "give one container of the task the key `firelens`")
            .in_request("give one container of the task a `firelensConfiguration`"),
        case("file-type", "`{key}` must be `file` on Fargate, not `s3`", "set `{key}` to `file`"),
        case("not-an-arn", "`{key}` must be the ARN of an object in S3, not `{given}`",
            "write an ARN such as `arn:aws:s3:::bucket/fluent.conf` for `{key}`"),
        case("not-a-path", "`{key}` must be the path of a file in the image of the container, not `{given}`",
            "write a path such as `/fluent-bit/etc/extra.conf` for `{key}`"),
        case("incomplete", "`{other}` has no effect without `{key}`", "set `{key}`, or remove `{other}`"),
        case("unknown-option", "the log router may not know the option `{key}`", "remove `{key}`"),
    ];
    ECS_TD_057 = "ECS-TD-057" Warning "A container logs to the log group of its service, or to another one that exists or that ECS creates.", AWSLOGS, [
        case("not-created", "the container logs to the group `{group}` in {region}, which this stack does not create",
            "remove `{key}`, or set `awslogs-create-group` to `true` there"),
    ];
    ECS_TD_071 = "ECS-TD-071" Error "A container's name holds 1 to 255 letters, digits, `-` and `_`, and is unique in the task.", CONTAINER, [
        REQUIRED,
        case("invalid-name", "`{name}` cannot be the name of a container",
            "use 1 to 255 letters, digits, `-` and `_`"),
        case("used-twice", "two containers of the task are called `{name}`", "rename one of them"),
    ];
    ECS_TD_077 = "ECS-TD-077" Error "A container's memory reservation is not above its memory.", CONTAINER, [
        case("above-memory", "`{key}` is {reservation} MiB, but `memory` is only {memory} MiB",
            "lower `{key}` to {memory} or less, or raise `memory`"),
    ];
    ECS_TD_078 = "ECS-TD-078" Error "A container has at least 6 MiB, or 4 before Docker 20.10.", CONTAINER, [
        OUT_OF_RANGE,
        case("too-small", "`{key}` is {mebibytes} MiB, but Docker needs at least 6",
            "set `{key}` to 6 or more"),
    ];
    ECS_TD_079 = "ECS-TD-079" Error "A container has memory or a reservation of it, unless the task has memory.", CONTAINER, [
        REQUIRED.with_message("`{key}` of a container is required if the task has no `memory`"),
    ];
    ECS_TD_080 = "ECS-TD-080" Error "A container waits only for containers of the task that can reach the condition.", DEPENDENCY, [
        REQUIRED,
        UNKNOWN_CHOICE,
        case("unknown-container", "the task has no container `{name}`; it has {names}",
            "name one of the containers of the task"),
        case("essential", "`{name}` is essential: the task ends when `{name}` ends, so no container can wait for that",
            "set `essential` of `{name}` to `false`, or wait for `START` or `HEALTHY`"),
        case("no-health-check", "`{name}` has no health check, so it never becomes healthy",
            "add a health check to `{name}`, or wait for `START`"),
    ];
    ECS_TD_081 = "ECS-TD-081" Error "Containers do not wait for each other in a circle.", DEPENDENCY, [
        case("itself", "container `{name}` waits for itself",
            "remove `{name}` from the dependencies of `{name}`"),
        case("circle", "these containers wait for each other and never start: {names}",
            "remove one of the dependencies between them"),
    ];
    ECS_TD_082 = "ECS-TD-082" Error "Start and stop timeouts are 2 to 120 seconds on Fargate.", CONTAINER, [
        OUT_OF_RANGE,
    ];
    ECS_TD_085 = "ECS-TD-085" Error "A health check's command is `CMD` or `CMD-SHELL` and what it runs.", HEALTH, [
        REQUIRED,
        case("first-word", "`{key}` does not begin with `CMD` or `CMD-SHELL`",
            "write for instance `[\"CMD-SHELL\", \"curl -f http://localhost/\"]`"),
        case("nothing-to-run", "`{key}` has only its first word, and nothing to run",
            "write for instance `[\"CMD-SHELL\", \"curl -f http://localhost/\"]`"),
    ];
    ECS_TD_086 = "ECS-TD-086" Error "A health check's interval is 5 to 300 s, its timeout 2 to 60 s, its retries 1 to 10, its start period 0 to 300 s.", HEALTH, [
        OUT_OF_RANGE,
    ];
    ECS_TD_087 = "ECS-TD-087" Error "A resource limit has a known name, and its soft limit is not above its hard one.", ULIMIT, [
        REQUIRED,
        UNKNOWN_CHOICE,
        case("on-windows", "Windows does not support `{key}`", "remove `{key}`, or run the task on Linux"),
        case("above-hard-limit", "`{key}` is above the hard limit", "lower `{key}` to the hard limit, or raise the hard limit"),
    ];
    ECS_TD_088 = "ECS-TD-088" Error "A restart policy sets `enabled`, waits 60 to 1800 seconds, and ignores at most 50 exit codes.", RESTART, [OUT_OF_RANGE, TOO_MANY, REQUIRED];
    ECS_TD_090 = "ECS-TD-090" Error "A container has at most 10 environment files, each the ARN of an object of S3.", ENVIRONMENT_FILE, [
        TOO_MANY,
        REQUIRED,
        UNKNOWN_CHOICE,
        case("not-an-arn", "`{given}` is not the ARN of an object in S3",
            "write an ARN such as `arn:aws:s3:::bucket/orders.env`"),
        case("no-suffix", "`{given}` does not end with `.env`", "rename the object, as in `orders.env`"),
    ];
    ECS_TD_091 = "ECS-TD-091" Error "A variable has a name, and is listed once, in `environment` or in `secrets`.", CONTAINER, [
        REQUIRED.with_message("`{key}` of a variable is required"),
        case("no-name", "a variable in `{list}` has no name", "write a name such as `LOG_LEVEL` for the variable"),
        case("in-both", "variable `{name}` is both in `environment` and in `secrets`",
            "remove `{name}` from one of the two"),
        case("listed-twice", "`{list}` lists variable `{name}` more than once", "remove one of the two"),
    ];
    ECS_TD_092 = "ECS-TD-092" Error "A secret is the ARN of a Secrets Manager secret, or the ARN or the name of an SSM parameter.", SECRET, [
        REQUIRED,
        case("not-an-arn", "the source of `{key}` is neither the ARN of a secret nor the ARN or the name of a parameter",
            "write an ARN such as `arn:aws:ssm:eu-central-1:123456789012:parameter/orders/key`, and never the value itself"),
        case("unknown-source", "`{key}` is neither the ARN of a secret nor the name of a parameter",
            "write an ARN such as `arn:aws:ssm:eu-central-1:123456789012:parameter/orders/key`, and never the value itself"),
    ];
    ECS_TD_093 = "ECS-TD-093" Warning "A variable whose name promises a secret comes from `secrets`.", SECRET, [
        case("plain-text", "`{name}` looks like a secret, but its value is plain text",
            "store the value in Secrets Manager or SSM, and write its ARN under `secrets`"),
    ];
    ECS_TD_110 = "ECS-TD-110" Error "An image is `[registry/]repository[:tag][@sha256:digest]`, its repository in lower case.", REFERENCE, [
        REQUIRED,
        case("invalid", "`{image}` is not a reference to an image",
            "write `[registry/]repository[:tag][@sha256:digest]` with the repository in lower case, as in `httpd:2.4`"),
        case("hash-sign", "`{image}` holds `#`, which a reference to an image cannot have", "remove `#`"),
    ];
    ECS_TD_111 = "ECS-TD-111" Error "An image, without its digest, has at most 255 characters.", CONTAINER, [
        TOO_LONG.with_message("`{key}` has {count} characters without its digest; ECS takes at most {most}")
            .with_fix("shorten the name of the repository or the tag"),
    ];
    ECS_TD_112 = "ECS-TD-112" Error "A parameter of a task with choices is one of them, in upper and lower case as ECS writes it.", TASK, [UNKNOWN_CHOICE];
    ECS_TD_113 = "ECS-TD-113" Warning "An image has another tag than `latest`, so that a task can start again as it was.", CONTAINER, [
        case("several", "{count} images have the tag `latest` or no tag, so ECS takes the images that were pushed last: {places}",
            "write tags that do not move, as in `httpd:2.4.66`, or digests"),
        case("latest", "`{key}` has the tag `latest`, which stands for the image that was pushed last",
            "write a tag that does not move, as in `httpd:2.4.66`, or a digest"),
        case("no-tag", "`{key}` has no tag, so ECS takes `latest`: the image that was pushed last",
            "write a tag that does not move, as in `httpd:2.4.66`, or a digest"),
    ];
}

//! Causes in a container that has run, or whose process could not begin.

use super::{causes, pages::STOPPED};
use crate::causes::Cause;

/// The health checks of containers.
const HEALTH: &str = "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/healthcheck.html";
/// The definition of containers.
const DEFINITION: &str =
    "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_definition_parameters.html";
/// The exit codes of containers.
const EXIT_CODES: &str = "https://docs.docker.com/engine/containers/run/#exit-status";
/// The log driver of CloudWatch Logs.
const LOGS: &str = "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/using_awslogs.html";
/// The attributes of DNS in a VPC.
const DNS: &str = "https://docs.aws.amazon.com/vpc/latest/userguide/vpc-dns.html";
/// Service discovery with Cloud Map.
const DISCOVERY: &str = "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-discovery.html";

pub(super) const CAUSES: &[Cause] = causes! {
    K1 Sure "The process of an essential container ended without an error", STOPPED, [
        "let `command` run a server that does not end",
        "set `essential = false` for a container that may end",
    ];
    K2 Sure "The process of an essential container ended with an error", STOPPED, [
        "read its last lines: `sss-deploy logs SERVICE --previous`",
    ];
    K3 Sure "The container used more memory than it may", STOPPED, [
        "raise `memory` of the service or of the container",
    ];
    K4 Likely "The container did not end in time after SIGTERM, and ECS killed it", DEFINITION, [
        "handle SIGTERM in the application, and write `entry_point` as a list, so that no shell keeps the signal",
        "raise `stop_timeout` of the service, at most 120 s",
    ];
    K5 Sure "The process crashed with a segmentation fault", EXIT_CODES, [
        "check native code, the C library of the image, and its CPU architecture",
    ];
    K6 Likely "The process ended with an exit code of the shell or of a signal", EXIT_CODES, [
        "read its last lines: `sss-deploy logs SERVICE --previous`",
    ];
    K7 Likely "The entry point of the image names a program that does not exist, or its interpreter", EXIT_CODES, [
        "check the first line of a script: its interpreter must exist, and lines must not end with CR LF",
    ];
    K8 Sure "The runtime cannot start the container", STOPPED, [
        "check `command`, `entry_point`, user and working directory against the image",
    ];
    K9 Likely "The health check of the container fails", HEALTH, [
        "run the command of the health check in the image: the program that it calls must be installed",
        "raise `start_period` in `health_check`, at most 300 s",
    ];
    K10 Possible "The health check of the container gives up before the application is ready", HEALTH, [
        "raise `start_period`, `retries` or `interval` in `health_check`",
    ];
    K11 Sure "ECS ignores the health check of the image", HEALTH, [
        "declare `health_check` in the service",
    ];
    K12 Likely "The application listens on another port or on the loopback address only", DISCOVERY, [
        "bind 0.0.0.0 and the port that `port` of the service names",
    ];
    K13 Sure "One container of the task has no known health, so the task counts as unhealthy", HEALTH, [
        "declare a `health_check` for every essential container",
    ];
    K14 Sure "ECS does not stop an unhealthy task that belongs to no service", HEALTH, [
        "stop it: `sss-deploy stop TASK`",
    ];
    K15 Likely "The application writes to a file system that is read-only", DEFINITION, [
        "mount a volume at the path, such as `/tmp`",
    ];
    K16 Likely "The log driver drops lines under load", LOGS, [
        "set `log_options = { mode = \"blocking\" }` where every line matters",
    ];
    K17 Likely "The container has no log: it never ran, or its process buffers the output", LOGS, [
        "read the reason of the task: `sss-deploy task TASK`",
        "switch the buffer of standard output off, for example `PYTHONUNBUFFERED=1`",
    ];
    K18 Sure "The container has the value of the secret from its start", DEFINITION, [
        "start new tasks: `sss-deploy restart SERVICE`",
    ];
    K19 Likely "The container runtime did not answer in time", STOPPED, [
        "raise `cpu` of the service if it happens again",
    ];
};

pub(super) const NAMES: &[Cause] = causes! {
    D1 Likely "A name does not resolve in the VPC", DNS, [
        "enable DNS in the VPC: `aws ec2 modify-vpc-attribute --vpc-id ID --enable-dns-support`",
        "check the name: a service is `SERVICE.NAMESPACE`",
    ];
    D2 Likely "The caller does not read the port of an SRV record", DISCOVERY, [
        "use a client that reads SRV records, or agree on the port",
    ];
    D3 Sure "Callers keep the old address until its time to live ends", DISCOVERY, [
        "lower the time to live of the record to 10 s",
    ];
    D4 Sure "The namespace has an underscore in its name, which some clients refuse", DISCOVERY, [
        "choose a namespace without `_`",
    ];
    D5 Sure "The tasks' security group does not let tasks of the same stack in", DISCOVERY, [
        "allow the port from the group itself in `[security_group]`",
    ];
};

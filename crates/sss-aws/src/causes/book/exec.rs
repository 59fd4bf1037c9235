//! Causes for which a session in a container does not open.

use super::causes;
use crate::causes::Cause;

/// ECS Exec.
const EXEC: &str = "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-exec.html";
/// The plugin of Session Manager.
const PLUGIN: &str = "https://docs.aws.amazon.com/systems-manager/latest/userguide/\
                      session-manager-working-with-install-plugin.html";

pub(super) const CAUSES: &[Cause] = causes! {
    Z1 Sure "ECS Exec is off for the task, or was switched on after the task started", EXEC, [
        "set `enable_execute_command = true` in the service, and run `sss-deploy apply` and `sss-deploy restart SERVICE`",
    ];
    Z2 Likely "The agent of ECS Exec in the task does not run", EXEC, [
        "wait for a minute after the start of the task",
        "allow the four actions `ssmmessages:*` to the task role, and a way to `ssmmessages`",
    ];
    Z3 Likely "The agent of ECS Exec in the task is of another version", EXEC, [
        "start new tasks: `sss-deploy restart SERVICE`",
    ];
    Z4 Sure "The Session Manager plugin is not installed on this machine", PLUGIN, [
        "install `session-manager-plugin`, and check it: `session-manager-plugin --version`",
    ];
    Z5 Likely "The Session Manager plugin is for another CPU architecture", PLUGIN, [
        "install the plugin of this machine, and check it: `session-manager-plugin --version`",
    ];
    Z6 Sure "The caller may not open a session", EXEC, [
        "allow `ecs:ExecuteCommand` on the cluster and its tasks to the caller",
    ];
    Z7 Sure "The image has no such program", EXEC, [
        "name a program of the image, such as `/bin/sh`",
    ];
    Z8 Likely "The task has no way to `ssmmessages`", EXEC, [
        "create the VPC endpoint `ssmmessages` and allow port 443 from the tasks",
        "route the subnets through a NAT gateway",
    ];
    Z9 Sure "The task started before ECS Exec was switched on", EXEC, [
        "start new tasks: `sss-deploy restart SERVICE`",
    ];
};

//! Texts of tasks that have run, and of tasks that ECS or AWS stopped.

use super::{Pattern, Shows};

/// The reason of a task whose essential container ended. The exit code of the container tells the cause.
pub(crate) const EXITED: &str = "essential container in task exited";

/// The texts of tasks that have run, narrow ones first.
pub(super) const PATTERNS: &[Pattern] = &[
    Pattern::new(
        &[&["outofmemoryerror"]],
        Shows::Cause("K3"),
        &["OutOfMemoryError: Container killed due to memory usage"],
    ),
    Pattern::new(
        &[&["failed container health checks"]],
        Shows::Cause("K9"),
        &[
            "Task failed container health checks",
            "(service web) (task 0d17a1b2c3d4) failed container health checks.",
        ],
    )
    .also(&["K10"]),
    Pattern::new(
        &[&["failed elb health checks"]],
        Shows::Note("the load balancer finds the task unhealthy"),
        &["Task failed ELB health checks in (target-group arn:aws:elasticloadbalancing:ap-northeast-1:\
           123456789012:targetgroup/web/0d17)"],
    ),
    Pattern::new(
        &[&["exec format error"]],
        Shows::Cause("P9"),
        &["CannotStartContainerError: failed to create shim task: exec /bin/web: exec format error"],
    )
    .observed(),
    Pattern::new(
        &[&[EXITED]],
        Shows::Note("an essential container ended; its exit code tells why"),
        &["Essential container in task exited"],
    ),
    Pattern::new(
        &[&["unable to start command"], &["cannot exec", "executable file not found"]],
        Shows::Cause("Z7"),
        &["Unable to start command: Failed to start pty: fork/exec /bin/bash: no such file or directory"],
    )
    .observed(),
    Pattern::new(
        &[&["cannotstartcontainererror"], &["error during startcontainer"], &["executable file not found in $path"]],
        Shows::Cause("K8"),
        &["CannotStartContainerError: ResourceInitializationError: failed to create new container runtime task: \
           failed to create shim task: OCI runtime create failed: runc create failed: unable to start container \
           process: error during container init: exec: \"serve\": executable file not found in $PATH: unknown"],
    )
    .subject("exec: ", &[' ']),
    Pattern::new(
        &[&["containerruntimetimeouterror"], &["cannotinspectcontainererror"], &["cannotstopcontainererror"]],
        Shows::Cause("K19"),
        &["ContainerRuntimeTimeoutError: Could not transition to running; timed out after waiting 3m0s"],
    ),
    Pattern::new(
        &[&["scaling activity initiated by"]],
        Shows::Note("ECS stopped the task, because a deployment or a smaller count no longer needs it"),
        &["Scaling activity initiated by (deployment ecs-svc/1234567890123456789)"],
    ),
    Pattern::new(
        &[&["spot", "interrupt"]],
        Shows::Cause("E15"),
        &["Your Spot Task was interrupted."],
    ),
    Pattern::new(
        &[&["task retirement"], &["ecs is performing maintenance", "underlying infrastructure"]],
        Shows::Cause("E16"),
        &["ECS is performing maintenance on the underlying infrastructure hosting the task."],
    )
    .assumed(),
    Pattern::new(
        &[&["capacity is unavailable at this time"]],
        Shows::Cause("Q4"),
        &["Capacity is unavailable at this time. Please try again later or in a different availability zone"],
    )
    .also(&["Q13"])
    .observed(),
    Pattern::new(
        &[&["internalerror"]],
        Shows::Cause("Q8"),
        &["InternalError: an unexpected error occurred while the task was provisioned"],
    ),
    Pattern::new(
        &[&["unable to launch instance", "capacity provider"]],
        Shows::Note("the capacity provider of EC2 instances starts none; the task is not on Fargate"),
        &["TaskFailedToStart: Unable to launch instance(s) for capacity provider shop."],
    ),
    Pattern::new(
        &[&["rate limit exceeded while preparing network interface"]],
        Shows::Cause("Q10"),
        &["Rate limit exceeded while preparing network interface to be attached to instance"],
    ),
    Pattern::new(
        &[&["executecommand", "not enabled when the task was run"], &["execute command was not enabled"]],
        Shows::Cause("Z1"),
        &["The execute command failed because execute command was not enabled when the task was run or the execute \
           command agent isn't running. Wait and try again or run a new task with execute command enabled and try \
           again."],
    )
    .also(&["Z2"])
    .observed(),
    Pattern::new(
        &[&["targetnotconnected"]],
        Shows::Cause("Z2"),
        &["TargetNotConnectedException: The execute command failed due to an internal error. Try again later."],
    )
    .also(&["Z8"])
    .observed(),
    Pattern::new(
        &[&["plugin with name interactivecommands not found"]],
        Shows::Cause("Z3"),
        &["Plugin with name InteractiveCommands not found. Step name: InteractiveCommands"],
    )
    .observed(),
    Pattern::new(
        &[&["not authorized to perform: ecs:executecommand"]],
        Shows::Cause("Z6"),
        &["User: arn:aws:iam::123456789012:user/ann is not authorized to perform: ecs:ExecuteCommand on resource: \
           arn:aws:ecs:ap-northeast-1:123456789012:cluster/shop"],
    )
    .observed(),
    Pattern::new(
        &[&["platformunknownexception"], &["platform version", "not supported"]],
        Shows::Cause("Q11"),
        &["PlatformUnknownException: The specified platform version doesn't exist."],
    ),
    Pattern::new(
        &[&["availability zone rebalanc"]],
        Shows::Cause("E18"),
        &["Task stopped for availability zone rebalancing"],
    )
    .assumed(),
    Pattern::new(
        &[&["blockedexception"]],
        Shows::Cause("Q15"),
        &["BlockedException: Your account has been blocked. Contact AWS Support for more information."],
    ),
    Pattern::new(
        &[&["platformtaskdefinitionincompatibilityexception"]],
        Shows::Cause("Q12"),
        &["PlatformTaskDefinitionIncompatibilityException: The specified platform version does not satisfy the \
           task definition's required capabilities."],
    ),
    Pattern::new(
        &[&["not authorized to perform: iam:passrole"]],
        Shows::Cause("L3"),
        &["User: arn:aws:iam::123456789012:user/ann is not authorized to perform: iam:PassRole on resource: \
           arn:aws:iam::123456789012:role/shop-exec"],
    )
    .subject("on resource: ", &[' '])
    .observed(),
];

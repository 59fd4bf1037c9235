//! Events of services, and reasons of deployments.

use super::{Pattern, Place, Shows};

/// The events of a service, narrow ones first.
pub(super) const PATTERNS: &[Pattern] = &[
    event(
        &[&["limit on the number of vcpus"]],
        Shows::Cause("Q1"),
        &["(service web) was unable to place a task. Reason: You've reached the limit on the number of vCPUs you \
           can run concurrently."],
    ),
    event(
        &[&["limit on the number of tasks you can run concurrently"]],
        Shows::Cause("Q2"),
        &["(service web) was unable to place a task. Reason: You've reached the limit on the number of tasks you \
           can run concurrently."],
    ),
    event(
        &[&["configuration is above your limit"]],
        Shows::Cause("Q3"),
        &[
            "(service web) was unable to place a task. Reason: The requested CPU configuration is above your limit.",
            "(service web) was unable to place a task. Reason: The requested MEMORY configuration is above your \
             limit.",
        ],
    ),
    event(
        &[&["unable to place a task", "internal error"]],
        Shows::Cause("Q5"),
        &["(service web) was unable to place a task. Reason: Internal error."],
    ),
    event(
        &[&["unable to consistently start tasks successfully"]],
        Shows::Cause("E6"),
        &["(service web) is unable to consistently start tasks successfully. For more information, see the \
           Troubleshooting section of the Amazon ECS Developer Guide."],
    )
    .also(&["E12"]),
    event(
        &[&["operations are being throttled"]],
        Shows::Cause("Q10"),
        &["(service web) operations are being throttled. Will try again later."],
    )
    .also(&["E12"]),
    event(
        &[&["unable to stop or start tasks during a deployment", "service deployment configuration"]],
        Shows::Cause("E8"),
        &["(service web) was unable to stop or start tasks during a deployment because of the service deployment \
           configuration. Update the minimumHealthyPercent or maximumPercent value and try again."],
    ),
    event(
        &[&["deployment failed: tasks failed to start"], &["circuit breaker: tasks failed to start"]],
        Shows::Cause("E4"),
        &[
            "(service web) (deployment ecs-svc/1234567890123456789) deployment failed: tasks failed to start.",
            "ECS deployment circuit breaker: tasks failed to start.",
        ],
    )
    .also(&["E5"]),
    event(
        &[&["rolling back to deployment"]],
        Shows::Cause("E4"),
        &["(service web) rolling back to deployment ecs-svc/1234567890123456789."],
    ),
    event(
        &[&["has reached a steady state"]],
        Shows::Note("all tasks of the service run"),
        &["(service web) has reached a steady state."],
    ),
    event(
        &[&["deployment completed"], &["deployment ecs-svc/", "completed."]],
        Shows::Note("the deployment is done"),
        &[
            "(service web) (deployment ecs-svc/1234567890123456789) deployment completed.",
            "ECS deployment ecs-svc/1234567890123456789 completed.",
        ],
    ),
    event(
        &[&["deployment ecs-svc/", "in progress."]],
        Shows::Note("the deployment is under way"),
        &["ECS deployment ecs-svc/1234567890123456789 in progress."],
    ),
    event(
        &[&["has started", "tasks: (task"], &["has stopped", "running tasks: (task"], &["has begun draining"]],
        Shows::Note("ECS starts or stops tasks"),
        &[
            "(service web) has started 2 tasks: (task 0d17a1b2) (task 0d17a1b3).",
            "(service web) has stopped 1 running tasks: (task 0d17a1b2).",
            "(service web) has begun draining connections on 1 tasks.",
        ],
    ),
    event(
        &[&["registered", "(service-registry"], &["registered", "(target-group"]],
        Shows::Note("ECS registers or removes the addresses of tasks"),
        &["(service web) registered 1 instances in (service-registry \
           arn:aws:servicediscovery:ap-northeast-1:123456789012:service/srv-0d17a1b2)"],
    ),
    event(
        &[&["service deployment rolled back by user"]],
        Shows::Note("a person or a program rolled the deployment back"),
        &["Service deployment rolled back by user."],
    ),
    event(
        &[&["was unable to place a task"]],
        Shows::Group("ECS cannot place a task, for a reason that the catalogue does not have"),
        &["(service web) was unable to place a task. Reason: RESOURCE:GPU."],
    ),
];

/// Returns a pattern for an event that AWS documents.
const fn event(
    any: &'static [&'static [&'static str]],
    shows: Shows,
    examples: &'static [&'static str],
) -> Pattern {
    Pattern::new(any, shows, examples).at(Place::Event)
}

//! Log groups to which containers write, and which no stack makes. ECS starts no task without them.

use super::{Check, subject::Subject};
use crate::{
    Aws, Graph,
    services::{
        ecs::task_definition::Container,
        logs::{listing, log_group::LogGroup},
    },
};

/// Checks that the log groups of others exist which the containers name.
pub(super) async fn check(aws: &Aws, graph: &Graph, subject: &Subject<'_>) -> Vec<Check> {
    let own: Vec<&str> = graph.resources::<LogGroup>().map(|(id, _)| id.name.as_str()).collect();
    let used = subject.users(|_, _, container| {
        let group = named(container, subject.region).filter(|group| !own.contains(group));
        group.map(ToOwned::to_owned).into_iter().collect()
    });
    if used.is_empty() {
        return Vec::new();
    }

    let names: Vec<String> = used.keys().cloned().collect();
    let found = listing::existing(aws, &names).await;
    let check = |group: &String| match &found {
        Err(error) => Check::unread("log-group", group, error),
        Ok(found) if found.contains(group) => Check::ok("log-group", group),
        Ok(_) => {
            let reason = "the log group does not exist, so no task of the service starts";
            let fix = format!(
                "create it with `aws logs create-log-group --log-group-name {group}`, or remove `awslogs-group` from the options of the container"
            );
            Check::problem("log-group", group, reason, fix)
        }
    };
    used.iter()
        .map(|(group, users)| check(group).seen("logs:DescribeLogGroups").about(users.clone()))
        .collect()
}

/// Returns the log group that a container names in the region, unless ECS creates it.
fn named<'a>(container: &'a Container, region: &str) -> Option<&'a str> {
    let option = |name: &str| container.log_options.get(name).map(String::as_str);
    let is_here = option("awslogs-region").is_none_or(|other| other == region);
    let is_created = option("awslogs-create-group").is_some_and(|word| word.eq_ignore_ascii_case("true"));
    let is_awslogs = container.log_driver.as_deref() == Some("awslogs");
    option("awslogs-group").filter(|group| is_awslogs && is_here && !is_created && !group.is_empty())
}

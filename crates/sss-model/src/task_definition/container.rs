//! The containers of a task definition, as the containers of a service.
//!
//! A service has one main container, whose fields are keys of the service itself, and a list of others. The main
//! container is the one with the name of the service, otherwise the first. Both kinds share most members (`shared`).
//! They differ in these points:
//!
//! - The main container is essential and has no sizes of its own: it gets what the task has. It has one port, to which
//!   requests come.
//! - Its log group becomes the log group of the service. Another container that logs to the same group needs no option
//!   for it.
//!
//! The tables in these functions pair the member's name on AWS with the key of a stack file.
//!
//! Sizes keep their units: CPU units and MiB. Port and host port are the same number, because Fargate's network mode
//! `awsvpc` gives each task its own network interface. The log driver is `awslogs`, the only one of a stack.
//!
//! Nothing here judges a value. The keys become a service afterwards, and the rules of a service report a bad image or
//! a wrong time at the key, as they would in a stack file.

use serde_json::{Map, Value, json};

use super::members::Members;
use crate::path::Path;
use crate::report::Report;
use crate::rules::logging::{AWSLOGS, CREATE_GROUP};
use crate::rules::{FILE_006, FILE_007, broken};

/// Takes the containers over: the main one into the service's own keys, the others into its `containers`.
///
/// `names` gets the names of the main container and of its log group. Members without a place in a stack are reported
/// at their paths below `at`.
///
/// `keys` gets the fields of the main container and the list `containers`, which is left out if it would be empty.
pub(super) fn all(
    definitions: &[Value],
    at: &Path,
    main: &str,
    keys: &mut Map<String, Value>,
    names: &mut Map<String, Value>,
    report: &mut Report,
) {
    let main = definitions.iter().position(|definition| definition["name"] == main).unwrap_or(0);
    let option = |name: &str| definitions.get(main)?.pointer("/logConfiguration/options")?.get(name);
    let group = option("awslogs-group").cloned();

    let mut others = Vec::new();
    for (index, definition) in definitions.iter().enumerate() {
        let place = at.index(index);
        let mut members = Members::new(definition, place.clone());
        let mut container = shared(&mut members, report);
        if index == main {
            the_main_one(definition, &mut members, &mut container, names, report);
            keys.append(&mut container);
        } else {
            beside(definition, &mut members, &mut container, group.as_ref(), report);
            others.push(Value::Object(container));
        }
        members.finish(report);
    }
    if !others.is_empty() {
        keys.insert("containers".to_owned(), others.into());
    }
}

/// Takes the members that every container of a stack has.
///
/// Lists of pairs, such as the variables, become maps. `pairs` reports a name that is listed twice.
fn shared(members: &mut Members<'_>, report: &mut Report) -> Map<String, Value> {
    let mut container = Map::new();
    let same = [
        ("image", "image"),
        ("command", "command"),
        ("entryPoint", "entry_point"),
        ("stopTimeout", "stop_timeout"),
    ];
    for (theirs, ours) in same {
        container.extend(members.take(theirs).map(|value| (ours.to_owned(), value.clone())));
    }

    let maps = [
        ("environment", "environment", "name", "value"),
        ("secrets", "secrets", "name", "valueFrom"),
        ("dependsOn", "depends_on", "containerName", "condition"),
    ];
    for (theirs, ours, key, value) in maps {
        let pairs = members.pairs(theirs, key, value, report);
        if !pairs.is_empty() {
            container.insert(ours.to_owned(), pairs.into());
        }
    }

    if let Some(check) = members.take("healthCheck") {
        container
            .insert("health_check".to_owned(), health_check(check, members.place("healthCheck"), report));
    }
    container
}

/// Takes a health check over. Its members have the same meaning and the same units (seconds) in a stack.
///
/// A member that a stack does not have is refused.
fn health_check(check: &Value, at: Path, report: &mut Report) -> Value {
    let mut members = Members::new(check, at);
    let mut taken = Map::new();
    let same = [
        ("command", "command"),
        ("interval", "interval"),
        ("timeout", "timeout"),
        ("retries", "retries"),
        ("startPeriod", "start_period"),
    ];
    for (theirs, ours) in same {
        taken.extend(members.take(theirs).map(|value| (ours.to_owned(), value.clone())));
    }
    members.finish(report);
    taken.into()
}

/// Takes the members that only the main container has.
///
/// Sizes of its own are left out with a warning. A second port and `essential = false` are refused, because a service
/// cannot express them.
fn the_main_one(
    definition: &Value,
    members: &mut Members<'_>,
    container: &mut Map<String, Value>,
    names: &mut Map<String, Value>,
    report: &mut Report,
) {
    names.extend(members.take("name").map(|name| ("container".to_owned(), name.clone())));
    members.take("essential");
    if definition["essential"] == false {
        report.add(&members.place("essential"), broken!(FILE_006, "main-not-essential"));
    }
    for size in ["cpu", "memory", "memoryReservation"] {
        members.leave(size, || broken!(FILE_007, "main-size"), report);
    }

    let ports = ports(members, report);
    if let [port, ..] = ports.as_slice() {
        container.insert("port".to_owned(), port.clone());
    }
    if ports.len() > 1 {
        report.add(&members.place("portMappings").index(1), broken!(FILE_006, "second-port"));
    }
    let mut options = log_options(members, report);
    names.extend(options.remove("awslogs-group").map(|group| ("log_group".to_owned(), group)));
    logs(container, options);
}

/// Takes the members that only the other containers have.
///
/// `group` is the log group of the main container. The option that names the same group is dropped, because the stack
/// sets it.
fn beside(
    definition: &Value,
    members: &mut Members<'_>,
    container: &mut Map<String, Value>,
    group: Option<&Value>,
    report: &mut Report,
) {
    members.take("essential");
    if definition["essential"] == false {
        container.insert("essential".to_owned(), json!(false));
    }
    let same =
        [("name", "name"), ("cpu", "cpu"), ("memory", "memory"), ("memoryReservation", "memory_reservation")];
    for (theirs, ours) in same {
        container.extend(members.take(theirs).map(|value| (ours.to_owned(), value.clone())));
    }

    let ports = ports(members, report);
    if !ports.is_empty() {
        container.insert("ports".to_owned(), ports.into());
    }

    let mut options = log_options(members, report);
    if options.get("awslogs-group") == group {
        options.remove("awslogs-group");
    }
    logs(container, options);
}

/// Adds the options of the log driver, if there are any.
fn logs(container: &mut Map<String, Value>, options: Map<String, Value>) {
    if !options.is_empty() {
        container.insert("log_options".to_owned(), options.into());
    }
}

/// Returns whether a protocol is TCP. The rules of requests warn of the word in upper case.
///
/// A mapping without a protocol is one of TCP too.
fn is_tcp(protocol: &Value) -> bool {
    protocol.as_str().is_some_and(|protocol| protocol.eq_ignore_ascii_case("tcp"))
}

/// Takes the container ports. Port and host port are one in the network mode of Fargate.
///
/// `name` and `appProtocol` belong to Service Connect, which stacks do not have: they are left out with a warning.
/// Another protocol than TCP is refused.
fn ports(members: &mut Members<'_>, report: &mut Report) -> Vec<Value> {
    let at = members.place("portMappings");
    let mappings = members.take("portMappings").and_then(Value::as_array).into_iter().flatten();
    let mut ports = Vec::new();
    for (index, mapping) in mappings.enumerate() {
        let mut members = Members::new(mapping, at.index(index));
        let port = members.take("containerPort");
        ports.extend(port.cloned());
        members.expect("hostPort", |host| Some(host) == port, "the container port", report);
        members.expect("protocol", is_tcp, "`tcp`", report);
        for name in ["name", "appProtocol"] {
            members.leave(name, || broken!(FILE_007, "service-connect"), report);
        }
        members.finish(report);
    }
    ports
}

/// Takes the options of the log driver of a container, `true` in AWS's spelling. The rules of a stack check them.
///
/// Another log driver than `awslogs`, and options that the driver does not have, are refused.
fn log_options(members: &mut Members<'_>, report: &mut Report) -> Map<String, Value> {
    let Some(log) = members.take("logConfiguration") else { return Map::new() };
    let mut log = Members::new(log, members.place("logConfiguration"));
    log.expect("logDriver", |driver| driver == "awslogs", "`awslogs`", report);
    let options = log.take("options").and_then(Value::as_object).cloned();
    let at = log.place("options");
    log.finish(report);

    let mut options = options.unwrap_or_default();
    for option in options.keys().filter(|option| !AWSLOGS.contains(&option.as_str())) {
        report.add(&at.key(option), broken!(FILE_006, "no-place"));
    }
    if let Some(Value::String(create)) = options.get_mut(CREATE_GROUP)
        && create.eq_ignore_ascii_case("true")
    {
        create.make_ascii_lowercase();
    }
    options
}

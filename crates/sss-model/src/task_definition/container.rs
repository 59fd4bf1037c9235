//! The containers of a task definition, as the containers of a service.
//!
//! A service has one main container, whose fields are keys of the service itself, and a list of others. The main
//! container is the one with the name of the service, otherwise the first essential one. Both kinds share most members (`shared`).
//! They differ in these points:
//!
//! - The main container is essential and has no sizes of its own: it gets what the task has. Requests come to one of its
//!   ports.
//! - Its log group becomes the log group of the service, or else the first one that a container names. A container that
//!   logs to this group needs no option for it.
//!
//! The tables in these functions pair the member's name on AWS with the key of a stack file.
//!
//! Sizes keep their units: CPU units and MiB. Port and host port are the same number, because Fargate's network mode
//! `awsvpc` gives each task its own network interface.
//!
//! Nothing here judges a value. The keys become a service afterwards, and the rules of a service report a bad image or
//! a wrong time at the key, as they would in a stack file.

use serde_json::{Map, Value, json};

use super::members::Members;
use super::parts;
use crate::path::Path;
use crate::report::Report;
use crate::rules::logging::{AWSLOGS, CREATE_GROUP, FARGATE};
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
    let first = |fits: &dyn Fn(&Value) -> bool| definitions.iter().position(fits);
    let called_so = first(&|definition| definition["name"] == main);
    let main = called_so.or_else(|| first(&|definition| definition["essential"] != false)).unwrap_or(0);
    let group = definitions.get(main).and_then(group_of);
    let group = group.or_else(|| definitions.iter().find_map(group_of)).cloned();
    names.extend(group.clone().map(|group| ("log_group".to_owned(), group)));

    let mut others = Vec::new();
    for (index, definition) in definitions.iter().enumerate() {
        let place = at.index(index);
        let mut members = Members::new(definition, place.clone());
        let mut container = shared(&mut members, report);
        if index == main {
            the_main_one(definition, &mut members, &mut container, names, report);
            logs(&mut members, &mut container, group.as_ref(), report);
            keys.append(&mut container);
        } else {
            beside(definition, &mut members, &mut container, report);
            logs(&mut members, &mut container, group.as_ref(), report);
            others.push(Value::Object(container));
        }
        members.finish(report);
    }
    if !others.is_empty() {
        keys.insert("containers".to_owned(), others.into());
    }
}

/// Returns the log group of CloudWatch Logs that a container names.
fn group_of(definition: &Value) -> Option<&Value> {
    let log = &definition["logConfiguration"];
    let group = log["options"].get("awslogs-group");
    group.filter(|group| log["logDriver"] == AWSLOGS_DRIVER && **group != "")
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
    members.same(&same, &mut container);
    parts::take(members, &mut container, report);

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
    members.same(&same, &mut taken);
    members.finish(report);
    taken.into()
}

/// Takes the members that only the main container has.
///
/// Sizes of its own are left out with a warning. `essential = false` is refused, because a service cannot express it.
/// The first TCP port is the one to which requests come.
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
    let number = |port: &Value| match port {
        Value::Object(table) if table.get("protocol").is_some() => None,
        Value::Object(table) => table.get("port").cloned(),
        number => Some(number.clone()),
    };
    container.extend(ports.iter().find_map(number).map(|port| ("port".to_owned(), port)));
    if !matches!(ports.as_slice(), [] | [Value::Number(_)]) {
        container.insert("ports".to_owned(), ports.into());
    }
}

/// Takes the members that only the other containers have.
fn beside(
    definition: &Value,
    members: &mut Members<'_>,
    container: &mut Map<String, Value>,
    report: &mut Report,
) {
    members.take("essential");
    if definition["essential"] == false {
        container.insert("essential".to_owned(), json!(false));
    }
    let same =
        [("name", "name"), ("cpu", "cpu"), ("memory", "memory"), ("memoryReservation", "memory_reservation")];
    members.same(&same, container);
    let ports = ports(members, report);
    if !ports.is_empty() {
        container.insert("ports".to_owned(), ports.into());
    }
}

/// Takes the port mappings: numbers of TCP ports, and tables for names, protocols and ranges.
///
/// Port and host port are one in the network mode of Fargate. The rules of requests warn of a protocol in capitals.
fn ports(members: &mut Members<'_>, report: &mut Report) -> Vec<Value> {
    let at = members.place("portMappings");
    let mappings = members.take("portMappings").and_then(Value::as_array).into_iter().flatten();
    let mut ports = Vec::new();
    for (index, mapping) in mappings.enumerate() {
        let mut members = Members::new(mapping, at.index(index));
        let mut port = Map::new();
        let same = [("containerPortRange", "range"), ("name", "name"), ("appProtocol", "app_protocol")];
        members.same(&same, &mut port);
        let number = members.take("containerPort");
        members.expect("hostPort", |host| Some(host) == number, "the container port", report);
        if let Some(protocol) = members.expect("protocol", is_known, "`tcp` or `udp`", report)
            && !is(protocol, "tcp")
        {
            port.insert("protocol".to_owned(), json!("udp"));
        }
        members.finish(report);

        match number {
            Some(number) if port.is_empty() => ports.push(number.clone()),
            number => {
                port.extend(number.map(|number| ("port".to_owned(), number.clone())));
                ports.push(port.into());
            }
        }
    }
    ports
}

/// Returns whether a protocol is one that a port can have, in any spelling.
fn is_known(protocol: &Value) -> bool {
    is(protocol, "tcp") || is(protocol, "udp")
}

fn is(protocol: &Value, word: &str) -> bool {
    protocol.as_str().is_some_and(|protocol| protocol.eq_ignore_ascii_case(word))
}

/// The log driver whose group, region and prefix the stack sets.
const AWSLOGS_DRIVER: &str = "awslogs";

/// Takes the log driver of a container and its options. The rules of a stack check them.
///
/// `group` is the log group of the service: the option that names it is dropped, because the stack sets it. Drivers that
/// Fargate does not have, and options that `awslogs` does not have, are refused.
fn logs(
    members: &mut Members<'_>,
    container: &mut Map<String, Value>,
    group: Option<&Value>,
    report: &mut Report,
) {
    let Some(mut log) = members.inside("logConfiguration") else { return };
    let on_fargate = |driver: &Value| driver.as_str().is_some_and(|driver| FARGATE.contains(&driver));
    let driver = log.expect("logDriver", on_fargate, "`awslogs`, `splunk` or `awsfirelens`", report);
    let mut options = log.take("options").and_then(Value::as_object).cloned().unwrap_or_default();
    let at = log.place("options");
    let secrets = log.pairs("secretOptions", "name", "valueFrom", report);
    log.finish(report);

    match driver {
        Some(driver) if driver != AWSLOGS_DRIVER => {
            container.insert("log_driver".to_owned(), driver.clone());
        }
        _ => awslogs(&mut options, &at, group, report),
    }
    for (key, map) in [("log_options", options), ("log_secret_options", secrets)] {
        if !map.is_empty() {
            container.insert(key.to_owned(), map.into());
        }
    }
}

/// Brings the options of `awslogs` into the form of a stack: without the group of the service, `true` in AWS's spelling.
fn awslogs(options: &mut Map<String, Value>, at: &Path, group: Option<&Value>, report: &mut Report) {
    for option in options.keys().filter(|option| !AWSLOGS.contains(&option.as_str())) {
        report.add(&at.key(option), broken!(FILE_006, "no-place"));
    }
    if options.get("awslogs-group") == group {
        options.remove("awslogs-group");
    }
    if let Some(Value::String(create)) = options.get_mut(CREATE_GROUP)
        && create.eq_ignore_ascii_case("true")
    {
        create.make_ascii_lowercase();
    }
}

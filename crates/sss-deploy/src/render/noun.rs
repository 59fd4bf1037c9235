//! The names of kinds of objects, as people call them.

use sss_aws::{Area, Kind};

/// The kinds whose name people would not guess from the engine's. All others go by the last part of it.
const NOUNS: [(&str, &str); 7] = [
    ("apigatewayv2/api", "HTTP API"),
    ("apigatewayv2/api-mapping", "API mapping"),
    ("apigatewayv2/vpc-link", "VPC link"),
    ("route53/record-set", "DNS record"),
    ("ecs/service", "service"),
    ("servicediscovery/service", "registry"),
    ("iam/role", "role"),
];

/// Returns the noun of a kind.
pub(crate) fn of(kind: Kind) -> String {
    let name = kind.name();
    let known = NOUNS.iter().find(|(kind, _)| *kind == name);
    known.map_or_else(
        || name.rsplit('/').next().unwrap_or(name).replace('-', " "),
        |(_, noun)| (*noun).to_owned(),
    )
}

/// Returns a number of things of a kind: `role`, `2 roles`.
pub(crate) fn counted(number: usize, noun: &str) -> String {
    if number == 1 {
        return noun.to_owned();
    }
    match noun.strip_suffix('y') {
        Some(stem) => format!("{number} {stem}ies"),
        None => format!("{number} {noun}s"),
    }
}

/// Returns the name of an area.
pub(crate) fn area(area: &Area) -> String {
    match area {
        Area::Network => "network".to_owned(),
        Area::Tasks => "tasks".to_owned(),
        Area::Api => "api".to_owned(),
        Area::Service(name) => name.clone(),
        _ => "other".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_have_the_nouns_of_people() {
        let noun = |name: &str| of(name.parse().expect("a kind"));
        let names =
            ["apigatewayv2/vpc-link", "servicediscovery/service", "ecs/task-definition", "logs/log-group"];
        assert_eq!(names.map(noun), ["VPC link", "registry", "task definition", "log group"]);
    }

    #[test]
    fn several_things_have_their_plural() {
        assert_eq!(
            [counted(1, "role"), counted(2, "role"), counted(3, "registry")],
            ["role", "2 roles", "3 registries"]
        );
    }
}

//! The places that may name a single service.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use super::MODULES;

/// The places that may name services of other folders, each with the reason. The list of services is always allowed.
const ALLOWED: &[(&str, &[&str], &str)] = &[
    ("lib.rs", &["ec2", "ecs"], "the crate exports what a caller says of networks and images"),
    ("account.rs", &["iam"], "the access key of a caller can belong to a role"),
    ("sandbox.rs", &["iam"], "IAM's part of an account is one for all regions"),
    ("sandbox/role.rs", &["iam", "sts"], "a handle begins a session of a role"),
    (
        "sandbox/failure.rs",
        &["apigateway", "autoscaling", "ec2", "ecs", "secretsmanager", "servicequotas"],
        "callers make VPC links and images fail, and set metrics, networks, secrets and quotas",
    ),
    ("entered.rs", &["iam"], "IAM's part of an account is one for all regions"),
    ("world.rs", &["iam", "tagging"], "the caller is a user of IAM; the tagging API learns of every change"),
    ("watch/reach.rs", &["apigateway", "ecs"], "a request begins at a route and ends at a task"),
    (
        "watch/way.rs",
        &["apigateway", "cloudmap", "ec2", "ecs", "elb"],
        "a request passes through these services",
    ),
    ("watch/tasks.rs", &["ecs"], "tasks belong to ECS"),
    ("web/image.rs", &["ecs"], "registries have the images that ECS can pull"),
    (
        "services/ec2/surroundings.rs",
        &["logs", "secretsmanager", "ssm"],
        "endpoints are named by their services",
    ),
    ("services/ec2/authorization.rs", &["servicequotas"], "the account's quota bounds the rules of a group"),
    ("services/apigateway/reach.rs", &["elb"], "a request arrives at a listener"),
    ("services/servicequotas", &["apigateway"], "quotas are listed by service"),
    (
        "services/apigateway",
        &["ec2", "iam", "logs"],
        "VPC links have network interfaces and a role; stages write logs",
    ),
    ("services/iam", &["sts"], "sessions of roles have ARNs of STS"),
    ("services/sts", &["iam"], "callers assume roles"),
    ("services/cloudmap", &["ec2"], "namespaces belong to VPCs"),
    (
        "services/ecs",
        &["autoscaling", "cloudmap", "ec2", "elb", "iam", "logs", "secretsmanager", "ssm"],
        "tasks register, use interfaces and roles, read secrets and write logs; a service goes with its scaling",
    ),
    ("services/autoscaling", &["ecs", "iam"], "the counts of services change, by a role of AWS"),
    (
        "services/elb",
        &["ec2", "ecs"],
        "load balancers have network interfaces, and check the health of tasks",
    ),
];

/// The sources of the crate without tests, by path below `src`, each with its code.
fn sources() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut open = vec![root.clone()];
    let mut found = Vec::new();
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(folder).expect("a folder of sources") {
            let path: PathBuf = entry.expect("an entry").path();
            let name = path.strip_prefix(&root).expect("a file of the crate").display().to_string();
            if path.is_dir() {
                open.push(path);
            } else if !name.contains("tests") {
                found.push((name, code(&fs::read_to_string(&path).expect("a source file"))));
            }
        }
    }
    found
}

/// Returns the code of a source without comments.
fn code(source: &str) -> String {
    let lines = source.lines().filter(|line| !line.trim_start().starts_with("//"));
    lines.collect::<Vec<_>>().join("\n")
}

/// Returns the services that a code names: by their module, or by their signing name as a text.
fn named(code: &str) -> BTreeSet<&'static str> {
    let imports: Vec<&str> = code
        .split("use ")
        .skip(1)
        .filter_map(|rest| rest.split_once(';').map(|(import, _)| import))
        .filter(|import| import.contains("services::"))
        .collect();
    let is_named = |module: &str, name: &str| {
        code.contains(&format!("\"{name}\""))
            || followers(code, module).any(|follower| follower.starts_with("::"))
            || imports.iter().any(|import| followers(import, module).next().is_some())
    };
    let services = super::ALL.iter().zip(MODULES);
    services.filter(|(service, module)| is_named(module, service.name)).map(|(_, module)| *module).collect()
}

/// Returns the text after each place where a code has this word. A part of an ARN, such as `aws:sts::`, is none.
fn followers<'a>(code: &'a str, word: &'a str) -> impl Iterator<Item = &'a str> {
    let is_of_a_name = |letter: char| letter.is_alphanumeric() || letter == '_';
    code.match_indices(word).filter_map(move |(at, _)| {
        let (before, after) = (&code[..at], &code[at + word.len()..]);
        let is_in_arn = before.ends_with(':') && !before.ends_with("::");
        (!is_in_arn && !before.ends_with(is_of_a_name) && !after.starts_with(is_of_a_name)).then_some(after)
    })
}

fn is_in(file: &str, place: &str) -> bool {
    file.strip_prefix(place).is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '.']))
}

#[test]
fn only_a_folder_and_the_list_name_a_service() {
    let mut wrong = Vec::new();
    let mut used = BTreeSet::new();
    for (file, code) in sources() {
        for module in named(&code) {
            if file == "services.rs" || is_in(&file, &format!("services/{module}")) {
                continue;
            }
            let allows =
                |(place, modules, _): &&(&str, &[&str], _)| is_in(&file, place) && modules.contains(&module);
            match ALLOWED.iter().find(allows) {
                Some((place, ..)) => drop(used.insert((*place, module))),
                None => wrong.push(format!("{file} names {module}")),
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));

    let allowed =
        ALLOWED.iter().flat_map(|(place, modules, _)| modules.iter().map(|module| (*place, *module)));
    let idle: Vec<_> = allowed.filter(|entry| !used.contains(entry)).collect();
    assert!(idle.is_empty(), "no longer needed: {idle:?}");
}

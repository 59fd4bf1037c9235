//! The floors of `sss-aws`: a module names only modules on its floor and below it.
//!
//! The tests read the sources. They hold the invariants that `ARCHITECTURE.md` states as absences: the engine
//! names no kind and no AWS service, and the front door names no SDK.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

/// The floors from the ground up. A module on one floor may name modules on the same floor and below.
const FLOORS: [&[&str]; 6] = [
    &["causes", "deployment", "error", "grant", "hash", "interrupt", "moment", "secret", "tags"],
    &["client"],
    &["engine"],
    &["services"],
    &["lower", "observe", "operate", "overview", "permissions", "verify"],
    &["deployer"],
];

/// Names of AWS services and of their objects as people write them. The sources have the names in policies.
const WRITTEN: [&str; 13] = [
    "ECS",
    "Fargate",
    "Cloud Map",
    "API Gateway",
    "IAM",
    "EC2",
    "VPC link",
    "CloudWatch",
    "Load Balanc",
    "load balancer",
    "target group",
    "Auto Scaling",
    "Parameter Store",
];

#[test]
fn modules_name_only_modules_below_them() {
    let source = source();
    let exported = exported(&fs::read_to_string(source.join("lib.rs")).expect("the root of the crate"));
    let mut wrong = Vec::new();
    for file in files(&source) {
        let relative = file.strip_prefix(&source).expect("a file of the crate");
        let Some(own) = floor_of(&module_of(relative)) else { continue };
        let text = fs::read_to_string(&file).expect("a source file");
        for name in named(without_tests(&text)) {
            let module = exported.get(&name).unwrap_or(&name);
            if floor_of(module).is_some_and(|floor| floor > own) {
                wrong.push(format!("{} names {name} of {module}", relative.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn engine_names_no_sdk_no_kind_and_no_service() {
    let kinds = kinds();
    assert!(kinds.len() >= 14, "{kinds:?}");
    let policies = policies();
    let words = WRITTEN.into_iter().chain(["aws_sdk_"]);
    let words = words.chain(kinds.iter().chain(&policies).map(String::as_str));
    let words: Vec<&str> = words.collect();
    let wrong = held_by("engine", &words);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn front_door_names_no_sdk() {
    let wrong = held_by("deployer", &["aws_sdk_"]);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn observation_knows_services_by_their_list_only() {
    let folders = fs::read_dir(source().join("services")).expect("the folder of the services");
    let folders = folders.map(|entry| entry.expect("an entry").path()).filter(|path| path.is_dir());
    let services: Vec<String> =
        folders.map(|path| path.file_name().expect("a name").to_string_lossy().into_owned()).collect();
    assert!(services.len() >= 6, "{services:?}");

    let policies = policies();
    let words = services.iter().chain(&policies).map(String::as_str);
    let words: Vec<&str> = words.chain(WRITTEN).chain(["aws_sdk_"]).collect();
    let wrong = held_by("observe", &words);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn top_modules_form_no_cycle() {
    let arrows = arrows();
    let mut open: BTreeSet<&String> = arrows.keys().collect();
    // A module without arrows to open ones is in no cycle.
    while let Some(module) = open.iter().find(|module| arrows[**module].iter().all(|to| !open.contains(to))) {
        let module = *module;
        open.remove(module);
    }
    let cycle: Vec<_> = open.iter().map(|module| format!("{module} -> {:?}", arrows[*module])).collect();
    assert!(cycle.is_empty(), "{}", cycle.join("\n"));
}

/// Returns the modules at the top of the crate that each of them names.
fn arrows() -> BTreeMap<String, BTreeSet<String>> {
    let source = source();
    let exported = exported(&fs::read_to_string(source.join("lib.rs")).expect("the root of the crate"));
    let mut arrows: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for file in files(&source) {
        let own = module_of(file.strip_prefix(&source).expect("a file of the crate"));
        if floor_of(&own).is_none() {
            continue;
        }
        let named = named(&code(&file));
        let named = named.into_iter().map(|name| exported.get(&name).cloned().unwrap_or(name));
        let named = named.filter(|module| *module != own && floor_of(module).is_some());
        arrows.entry(own.clone()).or_default().extend(named);
    }
    arrows
}

/// Returns the names of all kinds, such as `ecs/service`.
fn kinds() -> BTreeSet<String> {
    names(|_| true).into_iter().filter(|name| name.contains('/')).collect()
}

/// Returns the beginnings of the calls of all services in policies, such as `ecs:`.
fn policies() -> BTreeSet<String> {
    let rooms = source().join("services");
    let services = names(|file| file.parent() == Some(&rooms));
    assert!(services.len() >= 8, "{services:?}");
    services.into_iter().map(|name| name + ":").collect()
}

/// Returns the constants `NAME` of files of services.
fn names(is_asked: impl Fn(&Path) -> bool) -> BTreeSet<String> {
    let folder = source().join("services");
    let names = files(&folder).filter(|file| is_asked(file)).flat_map(|file| {
        let code = code(&file);
        let name = |line: &str| {
            let name = line.trim().strip_prefix("const NAME: &'static str = \"")?.strip_suffix("\";")?;
            Some(name.to_owned())
        };
        code.lines().filter_map(name).collect::<Vec<_>>()
    });
    names.collect()
}

/// Returns the files of a module at the top of the crate that contain one of these words, each with the word.
fn held_by(module: &str, words: &[&str]) -> Vec<String> {
    let source = source();
    let of_module = |file: &PathBuf| file.strip_prefix(&source).is_ok_and(|file| module_of(file) == module);
    let mut held = Vec::new();
    for file in files(&source).filter(of_module) {
        let code = code(&file);
        let found = words.iter().filter(|word| code.contains(**word));
        held.extend(found.map(|word| format!("{} holds {word}", file.display())));
    }
    held
}

/// Returns the code of a file without its comments and tests.
fn code(file: &Path) -> String {
    let text = fs::read_to_string(file).expect("a source file");
    let lines = without_tests(&text).lines().filter(|line| !line.trim().starts_with("//"));
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn every_module_has_a_floor() {
    let modules: BTreeSet<String> = files(&source())
        .map(|file| module_of(file.strip_prefix(source()).expect("a file of the crate")))
        .filter(|module| module != "lib")
        .collect();
    let homeless: Vec<_> = modules.iter().filter(|module| floor_of(module).is_none()).collect();
    assert!(homeless.is_empty(), "{homeless:?}");
}

fn source() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates/sss-aws/src")
}

pub(crate) fn files(folder: &Path) -> impl Iterator<Item = PathBuf> {
    let mut found = Vec::new();
    let mut open = vec![folder.to_owned()];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(folder).expect("a folder of sources") {
            let path = entry.expect("an entry").path();
            if path.is_dir() { open.push(path) } else { found.push(path) }
        }
    }
    found.sort();
    found.into_iter()
}

/// Returns the module at the top of the crate that a file belongs to.
fn module_of(file: &Path) -> String {
    let first = file.iter().next().expect("a path").to_string_lossy();
    first.trim_end_matches(".rs").to_owned()
}

fn floor_of(module: &str) -> Option<usize> {
    FLOORS.iter().position(|floor| floor.contains(&module))
}

fn without_tests(text: &str) -> &str {
    text.split("#[cfg(test)]").next().unwrap_or_default()
}

/// Returns the names right below `crate::` that a source uses.
fn named(text: &str) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for rest in text.split("crate::").skip(1) {
        match rest.strip_prefix('{') {
            Some(tree) => names.extend(heads(tree)),
            None => names.extend(word(rest)),
        }
    }
    names
}

/// Returns the first word of each branch of a tree of imports.
fn heads(tree: &str) -> Vec<String> {
    let (mut depth, mut begins, mut heads) = (1, true, Vec::new());
    for (at, letter) in tree.char_indices() {
        match letter {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' => begins = depth == 1,
            letter if begins && letter.is_alphabetic() => {
                heads.extend(word(&tree[at..]));
                begins = false;
            }
            _ => {}
        }
        if depth == 0 {
            break;
        }
    }
    heads
}

fn word(text: &str) -> Option<String> {
    let end = text.find(|letter: char| !letter.is_alphanumeric() && letter != '_').unwrap_or(text.len());
    (end > 0).then(|| text[..end].to_owned())
}

/// Returns the module at the top of the crate behind each name that the root exports.
fn exported(root: &str) -> BTreeMap<String, String> {
    let tree = root.split("pub use crate::{").nth(1).expect("the exports of the crate");
    let (mut depth, mut module, mut all) = (0, String::new(), BTreeMap::new());
    let mut rest = tree;
    while let Some(at) = rest.find(|letter: char| letter.is_alphabetic() || "{}".contains(letter)) {
        rest = &rest[at..];
        if let Some(found) = word(rest) {
            if depth == 0 && module.is_empty() {
                module.clone_from(&found);
            }
            rest = &rest[found.len()..];
            if depth == 0 && rest.starts_with(',') || !rest.starts_with("::") {
                all.insert(found, module.clone());
            }
            if depth == 0 && !rest.starts_with("::") {
                module.clear();
            }
            continue;
        }
        depth += if rest.starts_with('{') { 1 } else { -1 };
        rest = &rest[1..];
        if depth == 0 {
            module.clear();
        }
        if depth < 0 {
            break;
        }
    }
    all
}

#[test]
fn exports_are_found_below_their_module() {
    let all = exported(
        "pub use crate::{\n client::{aws::Aws, pace::{Rate, Rates}},\n error::{Error},\n lower::lower,\n tags::Ownership,\n};",
    );
    let of = |name: &str| all.get(name).map(String::as_str);
    assert_eq!(
        [of("Aws"), of("Rates"), of("Error"), of("lower"), of("Ownership")],
        [Some("client"), Some("client"), Some("error"), Some("lower"), Some("tags")]
    );
}

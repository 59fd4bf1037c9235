//! Cycles between the modules of a crate.
//!
//! A cycle is a number of files that a reader has to understand together. The tests read the sources and hold
//! the present size of the largest one, which must not grow.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

/// A module by its path from the root of its crate. The root is the empty path.
type Module = Vec<String>;

#[test]
fn command_line_has_no_cycle_of_more_than_3_files() {
    let cycle = largest_cycle("sss-deploy");
    assert!(cycle.len() <= 3, "{} files: {}", cycle.len(), cycle.join(", "));
}

#[test]
fn model_has_no_cycle_of_more_than_9_files() {
    let cycle = largest_cycle("sss-model");
    assert!(cycle.len() <= 9, "{} files: {}", cycle.len(), cycle.join(", "));
}

#[test]
fn paths_are_found_in_trees_of_imports() {
    let text = "use crate::{\n    a::{self, B, c::D},\n    e,\n};\nfn f() { super::g::h() }";
    let found: Vec<String> = paths(text).map(|path| path.join("::")).collect();
    assert_eq!(found, ["crate::a::self", "crate::a::B", "crate::a::c::D", "crate::e", "super::g::h"]);
}

/// Returns the modules of the largest cycle of a crate.
fn largest_cycle(package: &str) -> Vec<String> {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates").join(package).join("src");
    let texts: BTreeMap<Module, String> = files(&source)
        .into_iter()
        .map(|file| (module_of(&source, &file), fs::read_to_string(&file).expect("a source file")))
        .filter(|(module, _)| !module.contains(&"tests".to_owned()))
        .collect();
    let exports = exports(&texts);

    let used: BTreeMap<&Module, BTreeSet<&Module>> =
        texts.iter().map(|(module, text)| (module, used(module, text, &texts, &exports))).collect();
    let reached: BTreeMap<&Module, BTreeSet<&Module>> =
        used.keys().map(|module| (*module, reachable(module, &used))).collect();
    let cycle = |module: &Module| -> Vec<String> {
        let mutual = reached[module].iter().filter(|other| reached[*other].contains(module));
        mutual.map(|other| other.join("::")).collect()
    };
    used.keys().map(|module| cycle(module)).max_by_key(Vec::len).unwrap_or_default()
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("a folder of sources");
    let paths = entries.map(|entry| entry.expect("an entry").path());
    paths.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

fn module_of(source: &Path, file: &Path) -> Module {
    let relative = file.strip_prefix(source).expect("a file of the crate").with_extension("");
    let names: Module = relative.iter().map(|name| name.to_string_lossy().into_owned()).collect();
    if names == ["lib"] || names == ["main"] { Module::new() } else { names }
}

/// Returns the modules behind the names that the root of the crate exports.
fn exports(texts: &BTreeMap<Module, String>) -> BTreeMap<String, Module> {
    let root = texts.get(&Module::new()).map(String::as_str).unwrap_or_default();
    let exported = root.split("pub use ").skip(1).flat_map(|text| {
        let statement = text.split(';').next().unwrap_or_default().to_owned();
        paths(&statement).collect::<Vec<_>>()
    });
    exported.filter_map(|path| Some((path.last()?.clone(), path[1..path.len() - 1].to_vec()))).collect()
}

/// Returns the modules that a module names, without the root.
fn used<'a>(
    module: &Module,
    text: &str,
    texts: &'a BTreeMap<Module, String>,
    exports: &BTreeMap<String, Module>,
) -> BTreeSet<&'a Module> {
    let code = text.split("#[cfg(test)]").next().unwrap_or_default();
    let absolute = paths(code).map(|path| absolute(module, &path, exports));
    let named = absolute.filter_map(|path| {
        let mut prefixes = (1..=path.len()).rev().map(|length| &path[..length]);
        prefixes.find_map(|prefix| texts.get_key_value(prefix)).map(|(module, _)| module)
    });
    named.filter(|other| *other != module).collect()
}

/// Returns a path from the root of the crate.
fn absolute(module: &Module, path: &[String], exports: &BTreeMap<String, Module>) -> Module {
    let (mut base, mut rest) = match path[0].as_str() {
        "crate" => (Module::new(), &path[1..]),
        _ => (module.clone(), path),
    };
    while let Some((first, others)) =
        rest.split_first().filter(|(first, _)| *first == "super" || *first == "self")
    {
        if first == "super" {
            base.pop();
        }
        rest = others;
    }
    if let Some(exported) = rest.first().filter(|_| base.is_empty()).and_then(|name| exports.get(name)) {
        return exported.clone();
    }
    base.extend(rest.iter().cloned());
    base
}

/// Returns all paths of a text that begin with `crate::`, `super::` or `self::`, one for each branch of a
/// tree of imports.
fn paths(text: &str) -> impl Iterator<Item = Module> {
    let code: String = text
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .fold(String::new(), |code, line| code + line + "\n");
    let begins = |at: usize| {
        let before = code[..at].chars().next_back();
        let is_whole = before.is_none_or(|letter| !letter.is_alphanumeric() && !"_:".contains(letter));
        is_whole && ["crate::", "super::", "self::"].iter().any(|start| code[at..].starts_with(start))
    };
    let mut found = Vec::new();
    for (at, _) in code.char_indices().filter(|(at, _)| begins(*at)) {
        spread(&code[at..], &mut Module::new(), &mut found);
    }
    found.into_iter()
}

/// Adds the paths of one tree, and returns the text after it.
fn spread<'a>(text: &'a str, prefix: &mut Module, found: &mut Vec<Module>) -> &'a str {
    let depth = prefix.len();
    let mut rest = text.trim_start();
    loop {
        if let Some(tree) = rest.strip_prefix('{') {
            rest = tree.trim_start();
            while !rest.starts_with('}') && !rest.is_empty() {
                rest = spread(rest, prefix, found).trim_start().trim_start_matches(',').trim_start();
            }
            prefix.truncate(depth);
            return rest.strip_prefix('}').unwrap_or(rest);
        }
        let end = rest.find(|letter: char| !letter.is_alphanumeric() && letter != '_').unwrap_or(rest.len());
        prefix.push(rest[..end.max(usize::from(rest.starts_with('*')))].to_owned());
        rest = &rest[end.max(usize::from(rest.starts_with('*')))..];
        match rest.strip_prefix("::") {
            Some(after) => rest = after,
            None => break,
        }
    }
    found.push(prefix.clone());
    prefix.truncate(depth);
    // A new name ends the branch: `a as b`.
    let end = rest.find([',', '}', ';', '(', '\n']).unwrap_or(rest.len());
    if rest.trim_start().starts_with("as ") { &rest[end..] } else { rest }
}

fn reachable<'a>(module: &Module, used: &BTreeMap<&'a Module, BTreeSet<&'a Module>>) -> BTreeSet<&'a Module> {
    let mut reached = BTreeSet::new();
    let mut open: Vec<&Module> = used[module].iter().copied().collect();
    while let Some(next) = open.pop() {
        if reached.insert(next) {
            open.extend(used.get(next).into_iter().flatten().copied());
        }
    }
    reached
}

//! The book as a whole: its names, its words, and that each case of it happens.

use std::collections::BTreeSet;
use std::process::Command;
use std::sync::LazyLock;

use crate::rules::{RULES, find, find_case, raised};

#[test]
fn ids_are_unique() {
    let ids: BTreeSet<&str> = RULES.iter().map(|rule| rule.id).collect();
    assert_eq!(ids.len(), RULES.len());
    assert_eq!(find("ECS-TD-010").map(|rule| rule.id), Some("ECS-TD-010"));
    assert_eq!(find("ECS-TD-999"), None);
}

#[test]
fn names_of_cases_are_unique_in_a_rule() {
    for rule in RULES {
        let names: BTreeSet<&str> = rule.cases.iter().map(|case| case.name).collect();
        assert_eq!(names.len(), rule.cases.len(), "{}", rule.id);
    }
}

#[test]
fn sentences_read_alone() {
    for rule in RULES {
        let begins = rule.sentence.starts_with(|c: char| c.is_uppercase() || c == '`');
        assert!(rule.sentence.ends_with('.') && begins, "{}", rule.id);
        assert!(!rule.source.is_empty(), "{}", rule.id);
        assert!(!rule.cases.is_empty(), "{}", rule.id);
    }
}

/// Words with which a message would begin in the middle of its sentence.
const VERBS: [&str; 17] = [
    "are", "cannot", "does", "has", "have", "holds", "is", "lacks", "makes", "means", "must", "names",
    "needs", "stands", "takes", "wants", "was",
];

/// Words with which a fix says what to do.
const ACTIONS: [&str; 22] = [
    "add", "ask", "choose", "copy", "did", "give", "keep", "lower", "move", "name", "raise", "remove",
    "rename", "replace", "set", "shorten", "split", "store", "use", "write", "join", "look",
];

#[test]
fn messages_have_a_subject() {
    for (rule, case) in RULES.iter().flat_map(|rule| rule.cases.iter().map(move |case| (rule, case))) {
        let first = case.message.split(' ').next().unwrap_or_default();
        let begins = first.starts_with(|c: char| c.is_lowercase() || matches!(c, '`' | '{'));
        // Names of services of AWS are upper case.
        let is_name = first.starts_with(|c: char| c.is_uppercase()) && first != "The" && first != "A";
        assert!(begins || is_name, "{}/{}: {}", rule.id, case.name, case.message);
        assert!(!VERBS.contains(&first) && !case.message.ends_with('.'), "{}/{}", rule.id, case.name);
    }
}

#[test]
fn fixes_begin_with_an_action() {
    for (rule, case) in RULES.iter().flat_map(|rule| rule.cases.iter().map(move |case| (rule, case))) {
        for fix in [Some(case.fix), case.fix_in_request].into_iter().flatten() {
            let first = fix.split(' ').next().unwrap_or_default();
            assert!(ACTIONS.contains(&first) && !fix.ends_with('.'), "{}/{}: {fix}", rule.id, case.name);
        }
        assert_ne!(Some(case.fix), case.fix_in_request, "{}/{}", rule.id, case.name);
    }
}

/// Adds the rules that the schema names for integers, which a number beyond the integer's width breaks.
fn rules_of_integers<'a>(schema: &'a serde_json::Value, found: &mut Vec<&'a str>) {
    if let (Some("integer"), Some(rule)) = (schema["type"].as_str(), schema["x-rule"].as_str()) {
        found.push(rule);
    }
    let inner = schema.as_object().into_iter().flatten().map(|(_, inner)| inner);
    inner.chain(schema.as_array().into_iter().flatten()).for_each(|inner| rules_of_integers(inner, found));
}

#[test]
fn rules_of_integers_have_a_range() {
    let schema = crate::schema();
    let mut rules = Vec::new();
    rules_of_integers(&schema, &mut rules);
    assert!(rules.len() > 10, "{rules:?}");
    let without = rules.into_iter().filter(|rule| find_case(rule, "out-of-range").is_none());
    assert_eq!(without.collect::<Vec<_>>(), [""; 0]);
}

/// Runs the other tests of this crate in a process of their own, which writes down the cases that they raise, and returns
/// the lines. Returns `None` in that process.
fn raised_by_tests() -> Option<&'static BTreeSet<String>> {
    static RAISED: LazyLock<BTreeSet<String>> = LazyLock::new(|| {
        let notes = std::env::temp_dir().join(format!("sss-raised-cases-{}", std::process::id()));
        let program = std::env::current_exe().expect("the path of this test");
        let run = Command::new(program).arg("--quiet").env(raised::NOTES, &notes).output();
        let raised = std::fs::read_to_string(&notes).unwrap_or_default();
        std::fs::remove_file(&notes).expect("the tests raise cases");
        assert!(run.expect("the tests run").status.success(), "the other tests fail");
        raised.lines().map(str::to_owned).collect()
    });
    std::env::var_os(raised::NOTES).is_none().then(|| &*RAISED)
}

#[test]
fn every_case_is_raised_by_a_test() {
    let Some(raised) = raised_by_tests() else { return };
    let all =
        RULES.iter().flat_map(|rule| rule.cases.iter().map(|case| format!("{}/{}", rule.id, case.name)));
    let missing: Vec<String> = all.filter(|case| !raised.contains(case.as_str())).collect();
    assert_eq!(missing, [""; 0]);
}

/// Rules that no value breaks in both forms: each form has cases of its own, or the rule needs several objects.
const APART: [&str; 7] = [
    // The cluster of a stack has the providers; a request has a launch type beside them.
    "ECS-SVC-003",
    // A stack has one registry for each service; a request counts no tasks.
    "ECS-SVC-014",
    // The size of a task and its platform version are in two requests.
    "ECS-TD-013",
    // The subnets of a stack are those of the VPC link too.
    "ECS-SVC-021",
    // The routes and CORS of a stack are in one API; a request needs the request of its API.
    "APIGW-CORS-007",
    // All policies of a role are in a stack; a request has one.
    "IAM-POL-012",
    // The tags of a stack and of a role are merged in a stack; a request has one list.
    "TAG-006",
];

#[test]
fn every_rule_of_both_forms_is_compared() {
    let Some(raised) = raised_by_tests() else { return };
    let is_raised = |rule: &str, form: &str| raised.contains(&format!("{rule}/{form}"));
    let of_both = RULES
        .iter()
        .map(|rule| rule.id)
        .filter(|rule| is_raised(rule, raised::IN_STACK) && is_raised(rule, raised::IN_REQUEST));
    let compared = super::forms::compared();
    let missing: Vec<&str> =
        of_both.filter(|rule| !compared.contains(rule) && !APART.contains(rule)).collect();
    assert_eq!(missing, [""; 0]);
}

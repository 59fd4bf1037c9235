//! The page of rules is the one that the code makes.

use std::path::Path;

/// Set, it makes the page anew instead of checking it.
const WRITE: &str = "SSS_WRITE_RULES";

#[test]
fn page_is_current() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/rules.md");
    let wanted = sss_model::rules::markdown();
    if std::env::var_os(WRITE).is_some() {
        std::fs::write(&path, &wanted).expect("the page can be written");
    }
    let page = std::fs::read_to_string(&path).expect("the page can be read");
    assert!(page == wanted, "docs/rules.md is not current: run this test with {WRITE}=1");
}

/// A warning is a choice, and the design says why it is no error.
#[test]
fn every_warning_has_its_reason() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../DESIGN.md");
    let design = std::fs::read_to_string(path).expect("the page can be read");
    let without: Vec<&str> = sss_model::rules::RULES
        .iter()
        .filter(|rule| rule.severity == sss_model::Severity::Warning && !design.contains(rule.id))
        .map(|rule| rule.id)
        .collect();
    assert_eq!(without, [""; 0]);
}

//! Accepted and refused cases, on both sides of every bound.

mod api;
mod iam;
mod partition;
mod security_group;
mod service;
mod stack;
mod task;

use std::collections::BTreeSet;

use super::{RULES, find};

#[test]
fn the_book_has_each_id_once() {
    let ids: BTreeSet<&str> = RULES.iter().map(|rule| rule.id).collect();
    assert_eq!(ids.len(), RULES.len());
    assert_eq!(find("ECS-TD-010").map(|rule| rule.id), Some("ECS-TD-010"));
    assert_eq!(find("ECS-TD-999"), None);
}

#[test]
fn sentences_and_fixes_can_be_read() {
    for rule in RULES {
        assert!(
            rule.sentence.ends_with('.') && rule.sentence.starts_with(|c: char| c.is_uppercase() || c == '`'),
            "{}",
            rule.id
        );
        assert!(!rule.fix.is_empty() && !rule.fix.ends_with('.'), "{}", rule.id);
        assert!(!rule.source.is_empty(), "{}", rule.id);
    }
}

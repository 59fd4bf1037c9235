//! The book of rules: the one home of each rule, and of the cases in which it is broken.
//!
//! A *page* is a module with the rules of one subject. It has three parts, in this order: constants with the addresses
//! of its sources, cases that several of its rules share, and the rules in the form of `book!`. The macro turns each
//! rule into a constant (`ECS_TD_010` for `ECS-TD-010`), so a check that names an unknown rule does not compile. It
//! also collects the rules in `PART`, and [`RULES`] joins the parts of all pages.
//!
//! An id has the AWS service, the kind of object and a number. Tests hold that ids are unique, that messages have a
//! subject, that fixes begin with an action, and that a test raises each case (`rules/tests/book.rs`).
//!
//! To add a rule, write it on the page of its subject with its source, raise it by `broken!` in a check, test each
//! case, and regenerate `docs/rules.md`.

mod api;
mod cloud_map;
mod domain;
mod ec2;
mod ecs;
mod elb;
mod file;
mod iam;
mod integration;
mod logs;
mod scaling;
mod shared;
mod stack;

use super::Rule;

pub(crate) use api::*;
pub(crate) use cloud_map::*;
pub(crate) use domain::*;
pub(crate) use ec2::*;
pub(crate) use ecs::*;
pub(crate) use elb::*;
pub(crate) use file::*;
pub(crate) use iam::*;
pub(crate) use integration::*;
pub(crate) use logs::*;
pub(crate) use scaling::*;
pub(crate) use shared::*;
pub(crate) use stack::*;

/// Writes rules into a part of the book: `NAME = id severity sentence, source, [cases];`.
macro_rules! book {
    ($($name:ident = $id:literal $severity:ident $sentence:literal, $source:ident, [$($case:expr),+ $(,)?];)+) => {
        $(pub(crate) const $name: $crate::rules::Rule = $crate::rules::Rule {
            id: $id,
            severity: $crate::problem::Severity::$severity,
            sentence: $sentence,
            cases: &[$($case),+],
            source: $source,
        };)+

        /// The rules of this part of the book.
        pub(in $crate::rules::book) const PART: &[$crate::rules::Rule] = &[$($name),+];
    };
}
use book;

/// The parts of the book, in the order of its page.
const PARTS: &[&[Rule]] = &[
    file::PART,
    stack::PART,
    ecs::task::PART,
    ecs::container::PART,
    ecs::service::PART,
    cloud_map::PART,
    elb::PART,
    scaling::PART,
    api::PART,
    domain::PART,
    integration::PART,
    iam::PART,
    ec2::PART,
    logs::PART,
];

/// The number of all rules, which is the length of the list.
const COUNT: usize = {
    let (mut part, mut count) = (0, 0);
    while part < PARTS.len() {
        count += PARTS[part].len();
        part += 1;
    }
    count
};

/// Every rule, by service of AWS and by id.
///
/// The list is joined at compile time. Use [`find`](crate::rules::find) to look up a rule by its id.
pub static RULES: &[Rule] = &{
    let mut all = [FILE_001; COUNT];
    let (mut part, mut filled) = (0, 0);
    while part < PARTS.len() {
        let mut index = 0;
        while index < PARTS[part].len() {
            all[filled] = PARTS[part][index];
            index += 1;
            filled += 1;
        }
        part += 1;
    }
    all
};

//! The book of rules: the one home of each rule, and of the cases in which it is broken.

mod api;
mod cloud_map;
mod ec2;
mod ecs;
mod file;
mod iam;
mod integration;
mod logs;
mod shared;
mod stack;

use super::Rule;

pub(crate) use api::*;
pub(crate) use cloud_map::*;
pub(crate) use ec2::*;
pub(crate) use ecs::*;
pub(crate) use file::*;
pub(crate) use iam::*;
pub(crate) use integration::*;
pub(crate) use logs::*;
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
    api::PART,
    integration::PART,
    iam::PART,
    ec2::PART,
    logs::PART,
];

const COUNT: usize = {
    let (mut part, mut count) = (0, 0);
    while part < PARTS.len() {
        count += PARTS[part].len();
        part += 1;
    }
    count
};

/// Every rule, by service of AWS and by id.
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

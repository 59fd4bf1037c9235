//! The catalogue of causes: the one home of each id, its sentence, its fixes and its source.
//!
//! A page has the causes of one subject. To add a cause, write it on its page with its source, add the texts
//! that show it to `patterns`, and regenerate `docs/causes.md`. An id never changes its meaning.

mod container;
mod exec;
mod image;
mod placement;
mod service;
mod start;

use super::Cause;

/// The pages, in the order of the document: title and causes.
pub(super) const PAGES: &[(&str, &[Cause])] = &[
    ("Service and deployment (E)", service::CAUSES),
    ("Placement, capacity and quotas (Q)", placement::PLACEMENT),
    ("Roles (L)", placement::ROLES),
    ("Image pull (P)", image::CAUSES),
    ("Start of a task (X)", start::CAUSES),
    ("Container and application (K)", container::CAUSES),
    ("Names between services (D)", container::NAMES),
    ("Sessions in a container (Z)", exec::CAUSES),
];

/// The number of all causes.
const COUNT: usize = {
    let (mut page, mut count) = (0, 0);
    while page < PAGES.len() {
        count += PAGES[page].1.len();
        page += 1;
    }
    count
};

/// Every cause, in the order of the catalogue.
pub static CAUSES: &[Cause] = &{
    let mut all = [service::CAUSES[0]; COUNT];
    let (mut page, mut filled) = (0, 0);
    while page < PAGES.len() {
        let mut index = 0;
        while index < PAGES[page].1.len() {
            all[filled] = PAGES[page].1[index];
            index += 1;
            filled += 1;
        }
        page += 1;
    }
    all
};

/// Writes causes: `id confidence title, source, [fixes];`.
macro_rules! causes {
    ($($id:ident $confidence:ident $title:literal, $source:expr, [$($fix:literal),+ $(,)?];)+) => {
        &[$($crate::causes::Cause {
            id: stringify!($id),
            title: $title,
            confidence: $crate::causes::Confidence::$confidence,
            fix: &[$($fix),+],
            source: $source,
        }),+]
    };
}
use causes;

/// Pages of AWS that several pages of the catalogue cite.
mod pages {
    /// The codes and reasons of stopped tasks.
    pub(super) const STOPPED: &str =
        "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/stopped-task-error-codes.html";
    /// The events of a service.
    pub(super) const EVENTS: &str =
        "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-event-messages-list.html";
    /// The ways of a Fargate task to the network.
    pub(super) const NETWORK: &str =
        "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-task-networking.html";
    /// The role with which ECS starts a task.
    pub(super) const EXECUTION_ROLE: &str =
        "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_execution_IAM_role.html";
}

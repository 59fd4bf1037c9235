//! The output of the commands for running stacks.

pub(crate) mod events;
pub(crate) mod history;
pub(crate) mod images;
pub(crate) mod logs;
pub(crate) mod tasks;

/// Returns the beginning of an id, which is enough to name a task.
fn short(id: &str) -> &str {
    id.get(..8).unwrap_or(id)
}

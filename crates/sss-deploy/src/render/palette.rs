//! The styles. Each thing has its words or its sign as well, so nothing is lost without them.

use anstyle::{AnsiColor, Style};
use sss_aws::Action;

/// Names and headings.
pub(crate) const STRONG: Style = Style::new().bold();
/// What is beside the point.
pub(crate) const FAINT: Style = Style::new().dimmed();
/// Success, and what is made.
pub(crate) const GOOD: Style = AnsiColor::Green.on_default();
/// What is changed.
pub(crate) const CHANGED: Style = AnsiColor::Yellow.on_default();
/// Failure, and what goes.
pub(crate) const BAD: Style = AnsiColor::Red.on_default();
/// Hints.
pub(crate) const HINT: Style = AnsiColor::Cyan.on_default();

/// The style of an action's sign.
pub(crate) const fn action(action: Action) -> Style {
    match action {
        Action::Create => GOOD,
        Action::Update => CHANGED,
        Action::Replace => AnsiColor::Magenta.on_default(),
        Action::Delete => BAD,
        Action::Adopt => HINT,
    }
}

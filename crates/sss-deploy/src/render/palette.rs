//! The styles.
//!
//! Words or signs carry the same information, so the output is readable without colours, for example in a log
//! or for somebody who cannot tell red from green. Modules take styles from here only.

use anstyle::{AnsiColor, Style};
use sss_aws::Action;

/// Names and headings.
pub(crate) const STRONG: Style = Style::new().bold();
/// Secondary information.
pub(crate) const FAINT: Style = Style::new().dimmed();
/// Success, and created objects.
pub(crate) const GOOD: Style = AnsiColor::Green.on_default();
/// Changed objects, and warnings.
pub(crate) const CHANGED: Style = AnsiColor::Yellow.on_default();
/// Failure, and deleted objects.
pub(crate) const BAD: Style = AnsiColor::Red.on_default();
/// Hints.
pub(crate) const HINT: Style = AnsiColor::Cyan.on_default();

/// Returns the style of an action's sign.
pub(crate) const fn action(action: Action) -> Style {
    match action {
        Action::Create => GOOD,
        Action::Update | Action::Revise => CHANGED,
        Action::Replace => AnsiColor::Magenta.on_default(),
        Action::Delete => BAD,
        Action::Adopt | Action::Release => HINT,
    }
}

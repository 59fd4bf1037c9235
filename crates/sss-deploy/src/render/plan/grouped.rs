//! A view of a plan as text: a line for each area, and below it what people decide by.

use std::io::{self, Write};

use sss_aws::Action;

use super::{
    Source, changed, values,
    view::{Group, View},
};
use crate::render::{
    palette::{self, BAD, FAINT, STRONG},
    screen::{Line, Screen, listed, whole},
};

/// The most columns of names beside which all texts begin in one column.
const NAMES: usize = 16;

/// The columns of a pipe, for the names of equal groups.
const PIPE: usize = 120;

/// The longest words that stay on one line.
const PHRASE: usize = 45;

/// The number of values that are not shown from which on a line says so.
const WORTH_A_LINE: usize = 4;

/// The columns before values and dangers.
const INDENT: usize = 4;

/// Prints a view. `source` is the place that deletions name.
pub(super) fn show(w: &mut dyn Write, screen: Screen, view: &View, source: Source<'_>) -> io::Result<()> {
    let names: Vec<String> = view.groups.iter().map(|group| names(group, screen)).collect();
    let lengths = names.iter().map(|name| name.chars().count()).filter(|length| *length <= NAMES);
    let column = lengths.max().unwrap_or(0);
    for (group, name) in view.groups.iter().zip(&names) {
        show_group(w, screen, group, name, column, source)?;
    }
    show_tags(w, screen, view)
}

/// Prints one group.
fn show_group(
    w: &mut dyn Write,
    screen: Screen,
    group: &Group,
    name: &str,
    column: usize,
    source: Source<'_>,
) -> io::Result<()> {
    let sign = palette::action(group.action);
    let padding = " ".repeat(column.saturating_sub(name.chars().count()));
    let hang = 2 + column + 2;
    let line = Line::hanging(hang).with(sign, group.action.sign()).text(" ").with(STRONG, format!("{name}:"));

    let words: Vec<String> = group.lead.iter().map(|words| phrase(words)).collect();
    let mut text = words.join(", ");
    if !group.notes.is_empty() {
        let notes = group.notes.join(", ");
        text = if text.is_empty() { notes } else { format!("{text} ({notes})") };
    }
    if let Some(reason) = group.because.and_then(|because| source.reason(because)) {
        text = format!("{text} — {reason}");
    }
    line.text(format!("{padding} {text}")).write(w, screen)?;

    for further in &group.lines {
        Line::hanging(hang + 2).text(format!("{:hang$}{further}", "")).write(w, screen)?;
    }
    for danger in &group.dangers {
        let line = Line::hanging(INDENT + 2).text(" ".repeat(INDENT));
        line.with(BAD, format!("! {danger}")).write(w, screen)?;
    }
    for comfort in &group.comforts {
        Line::hanging(INDENT + 2).text(" ".repeat(INDENT)).with(FAINT, comfort.as_str()).write(w, screen)?;
    }
    group.changes.iter().try_for_each(|delta| {
        if let Some(words) = changed::words(delta) {
            let line = Line::hanging(INDENT + 2).text(" ".repeat(INDENT));
            return line.with(palette::CHANGED, "~").text(format!(" {words}")).write(w, screen);
        }
        let values = (delta.before.as_ref(), delta.after.as_ref());
        values::show(w, screen, INDENT, &delta.label, values)
    })
}

/// Returns words that stay on one line, unless they are long.
fn phrase(words: &str) -> String {
    if words.chars().count() > PHRASE { words.to_owned() } else { whole(words) }
}

/// Returns the names of a group, as many as fit.
fn names(group: &Group, screen: Screen) -> String {
    let columns = screen.width.unwrap_or(PIPE) / 2;
    let all = listed(&group.names, Some(columns));
    if group.names.len() > 2 { format!("{} services ({all})", group.names.len()) } else { all }
}

/// Prints the tags that change, without their values, and how to see every value.
fn show_tags(w: &mut dyn Write, screen: Screen, view: &View) -> io::Result<()> {
    if !view.tags.is_empty() {
        let tag = |(key, objects): (&String, &usize)| match objects {
            1 => format!("{key} of 1 object"),
            objects => format!("{key} of {objects} objects"),
        };
        let all: Vec<_> = view.tags.iter().map(tag).collect();
        let sign = palette::action(Action::Update);
        let line = Line::hanging(INDENT).with(sign, Action::Update.sign()).text(" ").with(STRONG, "tags:");
        line.text(format!(" {}", all.join(", "))).write(w, screen)?;
    }
    if view.values < view.shown + WORTH_A_LINE {
        return Ok(());
    }
    let tags = match view.values_of_tags {
        0 => String::new(),
        tags => format!(", {tags} of them tags"),
    };
    let text = format!("`--full` lists all {} values{tags}", view.values);
    Line::hanging(0).with(FAINT, text).write(w, screen)
}

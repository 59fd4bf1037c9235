//! A plan as a comment of a pull request, in the Markdown of GitHub and GitLab.
//!
//! The first line is a marker, by which a pipeline finds its earlier comment and replaces it. Dangerous changes come
//! first and are never folded. Everything else is folded once it is longer than a screen.

use std::{
    collections::BTreeMap,
    io::{self, Write},
};

use super::{
    Shown, full, grouped, notes, summary,
    view::{Group, View},
};
use crate::render::{plan::loss, screen::Screen};

/// The most characters of a comment. GitHub allows 65 536.
const MOST: usize = 60_000;

/// The most lines that are not folded.
const UNFOLDED: usize = 25;

/// Prints a plan as Markdown of at most 60 000 characters.
///
/// `program` is the command's name, for the sentence that says how to see what did not fit.
pub(crate) fn show(w: &mut dyn Write, shown: &Shown<'_>, program: &str) -> io::Result<()> {
    let (stack, place) = (&shown.plan.stack, &shown.place);
    let view = View::of(shown.plan, shown.stack, &shown.areas);
    let (dangerous, others): (Vec<Group>, Vec<Group>) =
        view.groups.into_iter().partition(Group::is_dangerous);

    let (summary, marker) = (summary(shown), format!("<!-- sss-deploy plan {stack} -->"));
    let cost = shown.monthly.as_ref().map(|monthly| format!("{monthly}  \n")).unwrap_or_default();
    let mut comment = format!("{marker}\n### Plan of `{stack}`\n\n**{summary}**  \n{cost}{place}\n");

    let section = |groups: Vec<Group>, tags| {
        let part = View { groups, tags, ..View::default() };
        text(|w| grouped::show(w, Screen::default(), &part, shown.source()))
    };
    if !dangerous.is_empty() {
        comment.push_str("\n**Dangerous changes**\n");
        comment.push_str(&fenced(&section(dangerous, BTreeMap::new())));
    }
    let lost = text(|w| {
        loss::show(w, Screen::default(), shown.plan)?;
        notes::show(w, Screen::default(), shown.plan, shown.purpose)
    });
    if !lost.trim().is_empty() {
        comment.push_str(&fenced(lost.trim_start_matches('\n')));
    }
    let others = section(others, view.tags);
    if !others.is_empty() {
        let folds = others.lines().count() > UNFOLDED;
        comment.push_str(&if folds { folded("Other changes", &others) } else { fenced(&others) });
    }

    let all = text(|w| {
        shown.plan.steps.iter().try_for_each(|step| full::show(w, Screen::default(), step, shown.source()))
    });
    write!(w, "{}", bounded(comment, &all, program))
}

/// Adds the folded values to a comment, as many as fit.
fn bounded(mut comment: String, all: &str, program: &str) -> String {
    let cut = |lines: usize| format!("\n_{lines} more lines: `{program} plan --full` prints them._\n");
    let room = MOST.saturating_sub(cut(usize::MAX).len() + 200);
    if comment.chars().count() > room {
        let lines = comment.lines().count();
        // A cut fence is closed by the longest fence.
        comment = comment.chars().take(room).collect();
        let left = lines - comment.lines().count();
        return format!("{comment}\n{}\n{}", "`".repeat(8), cut(left));
    }
    if all.is_empty() {
        return comment;
    }

    let room = room - comment.chars().count();
    let mut used = 0;
    let kept: Vec<&str> = all
        .lines()
        .take_while(|line| {
            used += line.chars().count() + 1;
            used <= room
        })
        .collect();
    let left = all.lines().count() - kept.len();
    comment.push_str(&folded("All values", &(kept.join("\n") + "\n")));
    if left > 0 {
        comment.push_str(&cut(left));
    }
    comment
}

/// Returns a text below a heading that a reader opens.
fn folded(heading: &str, text: &str) -> String {
    format!("\n<details><summary>{heading}</summary>\n{}\n</details>\n", fenced(text))
}

/// Returns a text as a block of code. The fence is longer than any in the text, so that no value ends the block.
fn fenced(text: &str) -> String {
    let longest = text.split(|letter| letter != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest.max(2) + 1);
    format!("\n{fence}diff\n{}\n{fence}\n", text.trim_end())
}

/// Returns what a renderer writes, without styles.
fn text(write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> String {
    let mut text = anstream::StripStream::new(Vec::new());
    // Writing to memory does not fail.
    drop(write(&mut text));
    String::from_utf8_lossy(&text.into_inner()).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fence_is_longer_than_those_of_the_text() {
        assert_eq!(fenced("a\n"), "\n```diff\na\n```\n");
        assert!(fenced("```\n````").starts_with("\n`````diff\n"));
    }

    #[test]
    fn comment_has_at_most_60_000_characters() {
        let all = "+ a value of a stack\n".repeat(10_000);
        let comment = bounded("<!-- marker -->\n".to_owned(), &all, "sss-deploy");
        assert!(comment.chars().count() <= MOST, "{}", comment.chars().count());
        assert!(
            comment.contains("more lines: `sss-deploy plan --full` prints them"),
            "{}",
            &comment[59_000..]
        );
        let long = bounded("x\n".repeat(60_000), "", "sss-deploy");
        assert!(long.chars().count() <= MOST, "{}", long.chars().count());
        assert_eq!(bounded("short\n".to_owned(), "", "sss-deploy"), "short\n");
    }
}

//! The page of the catalogue, `docs/causes.md`.
//!
//! A test writes it and checks that it is current.

use super::{
    Cause,
    book::PAGES,
    patterns::{PATTERNS, Shows},
    stop_codes::STOP_CODES,
};

/// The beginning of the page.
const OPENING: &str = "\
# Causes

Generated from the code: run the test `causes_page` with `SSS_WRITE_CAUSES=1`.

A failed step, `status`, `tasks`, `task`, `events`, `history` and `exec` name the cause of a failure by one of these
ids, and `sss-deploy explain ID` prints an entry. `sss-deploy explain 'TEXT'` finds the entry of a text of AWS. AWS changes its
texts; one that is not here is shown as it is, without a cause.

*Sure*, *likely* and *possible* is the certainty of a diagnosis by one of the texts. A text is *documented* if a page of
AWS quotes it, *observed* if people quote it in threads and logs, and *assumed* if it follows from similar texts.
";

/// The causes that no diagnosis names first, each with the reason.
const NEVER_FIRST: [(&str, &str); 4] = [
    (
        "Q13",
        "AWS has one text for both, so Q4 is first, and names it as another one if the task runs on ARM.",
    ),
    (
        "K10",
        "a check that gives up too early fails like any other, so K9 is first, and names it as another one if the task \
         did not run for longer than all tries of the check take.",
    ),
    ("K16", "no read shows that the log driver has dropped lines; a reader of the log notices the gap."),
    ("K17", "an empty log is no failure; it is beside an exit code whose container has written nothing."),
];

/// Returns the page of the catalogue in Markdown.
pub fn markdown() -> String {
    let pages = PAGES
        .iter()
        .map(|(title, causes)| format!("\n## {title}\n{}", causes.iter().map(entry).collect::<String>()));
    let codes = format!("\n## Stop codes\n\n{}", stop_codes());
    let never: Vec<String> = NEVER_FIRST.iter().map(|(id, reason)| format!("- {id}: {reason}\n")).collect();
    let codes = format!("{codes}\n## Causes that are never named first\n\n{}", never.concat());
    let others = format!("{codes}\n## Texts that show no cause by themselves\n\n{}", groups());
    format!("{OPENING}{}{others}", pages.collect::<String>())
}

/// Returns the entry of a cause.
fn entry(cause: &Cause) -> String {
    let Cause { id, title, confidence, fix, source } = cause;
    let confidence = format!("{confidence:?}").to_ascii_lowercase();
    let fixes = fix.iter().map(|fix| format!("- Fix: {fix}.\n")).collect::<Vec<_>>().concat();
    let shown =
        PATTERNS.iter().filter(|pattern| matches!(pattern.shows, Shows::Cause(shown) if shown == *id));
    let texts: String = shown
        .flat_map(|pattern| pattern.examples.iter().map(|text| example(text, pattern.origin.word())))
        .collect();
    format!("\n### {id} ({confidence})\n\n{title}.\n\n{fixes}{texts}- Source: <{source}>\n")
}

/// Returns a text of AWS as a line of a list.
fn example(text: &str, origin: &str) -> String {
    format!("- Text ({origin}): `{text}`\n")
}

/// Returns the known stop codes, with their meaning.
fn stop_codes() -> String {
    let lines = STOP_CODES.iter().map(|(code, shows)| match shows {
        Shows::Cause(id) => format!("- `{code}`: {id}.\n"),
        Shows::Note(words) | Shows::Group(words) => format!("- `{code}`: {words}.\n"),
    });
    lines.collect()
}

/// Returns the texts that show no cause, with their meaning.
fn groups() -> String {
    let without = PATTERNS.iter().filter_map(|pattern| match pattern.shows {
        Shows::Note(words) | Shows::Group(words) => Some((words, pattern)),
        Shows::Cause(_) => None,
    });
    let lines = without.flat_map(|(words, pattern)| {
        pattern.examples.iter().map(move |text| format!("- `{text}`: {words}.\n"))
    });
    lines.collect()
}

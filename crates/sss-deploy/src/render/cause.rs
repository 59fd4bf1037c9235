//! Causes of failures: a sentence with its id, the texts of AWS that show it, and what to do.

use std::io::{self, Write};

use schemars::JsonSchema;
use serde::Serialize;
use sss_aws::causes::{Confidence, Diagnosis, Evidence};
use sss_model::rules::Rule;

use super::{
    WIDTH,
    palette::{BAD, FAINT, HINT, STRONG},
};

/// The name by which the library's fixes call the program.
const PROGRAM: &str = "`sss-deploy ";

/// The answer, which is also the JSON.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(crate) enum Explained {
    /// The id of a cause, or a text that shows one.
    Cause(Diagnosis),
    /// The id of a rule.
    Rule(&'static Rule),
    /// A known text that shows no cause by itself.
    Note {
        /// The text.
        text: String,
        /// Its meaning.
        meaning: &'static str,
    },
    /// A text that the catalogue does not have.
    Unknown {
        /// The text.
        text: String,
        /// The group of failures to which it belongs. `None` if even that is unknown.
        #[serde(skip_serializing_if = "Option::is_none")]
        group: Option<&'static str>,
    },
}

/// Prints the meaning of a text or an id.
pub(crate) fn explain(w: &mut dyn Write, explained: &Explained, program: &str) -> io::Result<()> {
    match explained {
        Explained::Cause(diagnosis) => show(w, diagnosis, program),
        Explained::Rule(rule) => show_rule(w, rule),
        Explained::Note { text, meaning } => {
            wrapped(w, "", "", &format!("{}.", capitalised(meaning)))?;
            wrapped(w, "text: ", "      ", &printable(text))
        }
        Explained::Unknown { text, group } => {
            writeln!(w, "{STRONG}The text is not in the catalogue of causes.{STRONG:#}")?;
            group.iter().try_for_each(|group| wrapped(w, "", "", &format!("{}.", capitalised(group))))?;
            wrapped(w, "text: ", "      ", &printable(text))
        }
    }
}

/// Prints a cause with its evidence and its fixes.
pub(crate) fn show(w: &mut dyn Write, diagnosis: &Diagnosis, program: &str) -> io::Result<()> {
    headline(w, diagnosis)?;
    evidence(w, "", diagnosis)?;
    fixes(w, "", diagnosis, program)?;
    if !diagnosis.also.is_empty() {
        writeln!(w, "also possible: {}", diagnosis.also.join(", "))?;
    }
    writeln!(w, "{FAINT}source: {}{FAINT:#}", diagnosis.source)
}

/// Prints the sentence of a cause with its id and its certainty, as the first line of a failure.
pub(crate) fn headline(w: &mut dyn Write, diagnosis: &Diagnosis) -> io::Result<()> {
    let certainty = match diagnosis.confidence {
        Confidence::Sure => "",
        Confidence::Likely => "most likely: ",
        _ => "possibly: ",
    };
    writeln!(w, "{BAD}cause:{BAD:#} {certainty}{STRONG}{}{STRONG:#}", printable(&diagnosis.headline()))
}

/// Prints the texts that show a cause, as AWS wrote them.
pub(crate) fn evidence(w: &mut dyn Write, indent: &str, diagnosis: &Diagnosis) -> io::Result<()> {
    diagnosis.evidence.iter().try_for_each(|evidence| {
        let Evidence { operation, object, field, value, .. } = evidence;
        let about = if operation.is_empty() {
            (*field).to_owned()
        } else if object.is_empty() {
            format!("{field} of {operation}")
        } else {
            format!("{field} of {object} ({operation})")
        };
        let first = format!("{indent}{about}: ");
        wrapped(w, &first, &format!("{indent}  "), &format!("\"{}\"", printable(value)))
    })
}

/// Prints the fixes of a cause, with the name of this program in commands.
pub(crate) fn fixes(w: &mut dyn Write, indent: &str, diagnosis: &Diagnosis, program: &str) -> io::Result<()> {
    diagnosis.fix.iter().try_for_each(|fix| {
        let fix = fix.replace(PROGRAM, &format!("`{program} "));
        write!(w, "{indent}{HINT}fix:{HINT:#} ")?;
        let rest = format!("{indent}     ");
        wrapped_from(w, indent.len() + 5, &rest, &fix)
    })
}

/// Prints a rule with the ways to break it.
fn show_rule(w: &mut dyn Write, rule: &Rule) -> io::Result<()> {
    wrapped(w, "", "", &format!("{} ({}): {}", rule.id, rule.severity, rule.sentence))?;
    for case in rule.cases {
        let words = format!("{}: {}", case.name, single(case.message));
        wrapped(w, "  ", "    ", &words)?;
        wrapped(w, "    fix: ", "         ", &single(case.fix))?;
    }
    writeln!(w, "{FAINT}source: {}{FAINT:#}", rule.source)
}

/// Returns the template of a message with single braces around the names of its gaps.
fn single(template: &str) -> String {
    template.replace("{{", "{").replace("}}", "}")
}

/// Prints words in lines of at most [`WIDTH`] columns. A longer word has a line of its own.
pub(crate) fn wrapped(w: &mut dyn Write, first: &str, rest: &str, words: &str) -> io::Result<()> {
    write!(w, "{first}")?;
    wrapped_from(w, first.chars().count(), rest, words)
}

/// Prints words as [`wrapped`] does, from this column on.
pub(crate) fn wrapped_from(w: &mut dyn Write, start: usize, rest: &str, words: &str) -> io::Result<()> {
    let mut column = start;
    let mut is_first = true;
    for word in words.split_whitespace() {
        let length = word.chars().count();
        if is_first {
            write!(w, "{word}")?;
            column += length;
        } else if column + 1 + length > WIDTH {
            write!(w, "\n{rest}{word}")?;
            column = rest.chars().count() + length;
        } else {
            write!(w, " {word}")?;
            column += 1 + length;
        }
        is_first = false;
    }
    writeln!(w)
}

/// Returns the words with a capital first letter.
fn capitalised(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// Removes the characters that would move the cursor or change the colour of a terminal.
pub(crate) fn printable(text: &str) -> String {
    text.chars().map(|character| if character.is_control() { ' ' } else { character }).collect()
}

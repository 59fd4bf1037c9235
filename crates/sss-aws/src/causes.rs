//! The causes of failures of ECS tasks and services, recognised by the texts of AWS.
//!
//! AWS says why a task ended in several places: a stop code, a reason, the reason and the exit code of each
//! container, the last lines of a log, and the events of the service. The same text may mean different things
//! ("cannot find the log group … connection issue" is a network without a way out), and one cause has many
//! texts. This module maps them to a [`Cause`]: a stable id, a sentence, and a fix.
//!
//! | module | contains |
//! |---|---|
//! | `book` | every cause, with its id, sentence, fixes and source |
//! | `patterns` | the texts of AWS that show a cause, each with examples, in the order of their examination |
//! | `exit_codes`, `stop_codes` | the exit codes of containers, and the stop codes of tasks |
//! | `markdown` | the page of the catalogue, `docs/causes.md` |
//!
//! # Guarantees
//!
//! - An id never changes its meaning.
//! - A text that no pattern fits has no cause. AWS changes its texts, and a wrong cause is worse than none.
//! - Texts of AWS are evidence and stay as they are. The recogniser compares them in lower case and with
//!   collapsed white space, by their smallest stable part.

mod book;
pub(crate) mod exit_codes;
mod markdown;
pub(crate) mod patterns;
pub(crate) mod stop_codes;

use schemars::JsonSchema;
use serde::{Serialize, Serializer};

use self::patterns::{LAYER, PATTERNS, Place, Shows};
pub use self::{book::CAUSES, markdown::markdown};

/// A cause in the catalogue.
///
/// ```
/// let cause = sss_aws::causes::find("P8").expect("it is in the catalogue");
/// assert_eq!(cause.title, "The image has no variant for the CPU architecture of the task");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Cause {
    /// The stable id, such as `P8`.
    pub id: &'static str,
    /// The cause as a sentence that reads alone, without a full stop.
    pub title: &'static str,
    /// The certainty of a diagnosis by a text that shows this cause.
    pub confidence: Confidence,
    /// Actions that help, the most likely one first. Each can be typed; `NAME` is a placeholder.
    pub fix: &'static [&'static str],
    /// The address of the page that documents the cause or the behaviour behind it.
    pub source: &'static str,
}

impl Cause {
    /// Returns the diagnosis of this cause, without evidence.
    pub fn diagnosis(&'static self) -> Diagnosis {
        Diagnosis::of(self)
    }

    /// Returns a list of the id of this cause.
    pub(crate) fn alone(&'static self) -> &'static [&'static str] {
        std::slice::from_ref(&self.id)
    }

    /// Returns the part of a stack in which the cause lies.
    pub fn hop(&self) -> &'static str {
        if self.id.starts_with('E') { "ecs-service" } else { "ecs-task" }
    }
}

/// The certainty of a diagnosis.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Confidence {
    /// The text leaves no other explanation.
    Sure,
    /// The text fits this cause best. The evidence decides.
    Likely,
    /// The text fits, and others are as likely.
    Possible,
}

/// A text of AWS on which a diagnosis stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct Evidence {
    /// The operation that returned the text, by its name in IAM policies. Empty for a text that a person gave.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub operation: &'static str,
    /// The object, such as the id of a task or the name of a container.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub object: String,
    /// The field of the answer, such as `stoppedReason`.
    pub field: &'static str,
    /// The value, in AWS's words.
    pub value: String,
}

/// A cause with the texts that show it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct Diagnosis {
    /// The cause. As JSON, it is the id.
    #[serde(serialize_with = "id_of")]
    #[schemars(with = "String", extend("pattern" = "^[A-Z][0-9]+$"))]
    pub cause: &'static Cause,
    /// The cause as a sentence that reads alone, without a full stop.
    pub title: &'static str,
    /// The object of the sentence as the text names it, such as the reference of an image.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    /// The certainty.
    pub confidence: Confidence,
    /// The part of the stack in which the cause lies.
    pub hop: &'static str,
    /// The texts.
    pub evidence: Vec<Evidence>,
    /// Actions that help, the most likely one first.
    pub fix: &'static [&'static str],
    /// The ids of causes that the same texts may also show.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    pub also: &'static [&'static str],
    /// The address of the page that documents the cause.
    pub source: &'static str,
}

impl Diagnosis {
    /// Returns the diagnosis of a cause, without evidence.
    pub(crate) fn of(cause: &'static Cause) -> Self {
        let Cause { title, confidence, fix, source, .. } = *cause;
        let hop = cause.hop();
        Self { cause, title, subject: None, confidence, hop, evidence: Vec::new(), fix, also: &[], source }
    }

    /// Adds a text to the evidence.
    pub(crate) fn shown_by(mut self, evidence: Evidence) -> Self {
        self.evidence.push(evidence);
        self
    }

    /// Returns the first line of a report: the sentence with its object, and the id.
    ///
    /// ```
    /// let text = "CannotPullContainerError: failed to resolve ref shop/web:9: shop/web:9: not found";
    /// let diagnosis = sss_aws::causes::of_text(text).expect("a known text");
    /// assert_eq!(diagnosis.headline(), "The image does not exist in its registry: shop/web:9 [P1]");
    /// ```
    pub fn headline(&self) -> String {
        let subject = self.subject.as_ref().map_or_else(String::new, |subject| format!(": {subject}"));
        format!("{}{subject} [{}]", self.title, self.cause.id)
    }
}

/// Writes a cause as its id.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference to the field")]
fn id_of<S: Serializer>(cause: &&'static Cause, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(cause.id)
}

/// The meaning of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Meaning {
    /// The text shows a cause.
    Cause(Box<Diagnosis>),
    /// The text is known and shows no cause by itself, such as a change of the count.
    Note(&'static str),
    /// The text belongs to a known group of failures, and no pattern recognises its cause.
    Group(&'static str),
    /// No pattern fits the text.
    Unknown,
}

/// Returns the cause with this id, in upper or lower case. `None` if the catalogue has none.
pub fn find(id: &str) -> Option<&'static Cause> {
    CAUSES.iter().find(|cause| cause.id.eq_ignore_ascii_case(id.trim()))
}

/// Returns the cause that a text of AWS shows: a reason, an event, an error or a line of a log.
///
/// `None` if the text shows none. [`meaning`] tells more about such a text.
pub fn of_text(text: &str) -> Option<Diagnosis> {
    match meaning(text) {
        Meaning::Cause(diagnosis) => Some(*diagnosis),
        Meaning::Note(_) | Meaning::Group(_) | Meaning::Unknown => None,
    }
}

/// Returns the meaning of a text of AWS from any place.
///
/// ```
/// use sss_aws::causes::{Meaning, meaning};
///
/// let text = "Scaling activity initiated by (deployment ecs-svc/1)";
/// assert!(matches!(meaning(text), Meaning::Note(_)));
/// assert_eq!(meaning("a text that AWS wrote yesterday"), Meaning::Unknown);
/// ```
pub fn meaning(text: &str) -> Meaning {
    let evidence = Evidence { operation: "", object: String::new(), field: "text", value: text.to_owned() };
    let by_code = stop_codes::shows(text.trim()).map(|shows| meaning_of(shows, evidence.clone()));
    let by_text = || match meaning_at(&[Place::Reason, Place::Event, Place::Log], evidence.clone()) {
        Meaning::Unknown => None,
        meaning => Some(meaning),
    };
    let by_exit = || {
        let diagnosis = exit_codes::in_text(text).and_then(exit_codes::diagnosis)?;
        Some(Meaning::Cause(Box::new(diagnosis.shown_by(evidence.clone()))))
    };
    by_code.or_else(by_text).or_else(by_exit).unwrap_or(Meaning::Unknown)
}

/// Returns the cause that a text from one of these places shows. `None` if it shows none.
pub(crate) fn caused(places: &[Place], evidence: Evidence) -> Option<Diagnosis> {
    match meaning_at(places, evidence) {
        Meaning::Cause(diagnosis) => Some(*diagnosis),
        Meaning::Note(_) | Meaning::Group(_) | Meaning::Unknown => None,
    }
}

/// Returns the meaning of a text from one of these places. The first pattern that fits decides.
fn meaning_at(places: &[Place], evidence: Evidence) -> Meaning {
    let text = collapsed(&evidence.value);
    let lower = without_names(&text.to_ascii_lowercase());
    let mut patterns = PATTERNS.iter().filter(|pattern| places.contains(&pattern.place));
    let layer = Some(&LAYER).filter(|layer| layer.fits(&lower));
    let last = layer.filter(|layer| places.contains(&layer.place));
    let Some(pattern) = patterns.find(|pattern| pattern.fits(&lower)).or(last) else {
        return Meaning::Unknown;
    };

    let mut meaning = meaning_of(pattern.shows, evidence);
    if let Meaning::Cause(diagnosis) = &mut meaning {
        diagnosis.subject = pattern.subject_in(&text);
        let is_beside = layer.is_some() && diagnosis.cause.id != "L6";
        diagnosis.also = if is_beside { &["L6"] } else { pattern.also };
    }
    meaning
}

/// Returns the meaning that a table gives a text.
fn meaning_of(shows: Shows, evidence: Evidence) -> Meaning {
    match shows {
        Shows::Note(words) => Meaning::Note(words),
        Shows::Group(words) => Meaning::Group(words),
        Shows::Cause(id) => Meaning::Cause(Box::new(Diagnosis::of(known(id)).shown_by(evidence))),
    }
}

/// Returns a cause that the tables of this module name.
pub(crate) fn known(id: &str) -> &'static Cause {
    find(id).expect("a test holds that the tables name causes of the catalogue")
}

/// Returns a text in lower case without the names of images, which may contain any word.
///
/// Those are the reference behind "failed to resolve ref", wherever it occurs, and the paths of the API of registries.
fn without_names(lower: &str) -> String {
    const BEFORE: &str = "failed to resolve ref ";
    const API: &str = "/v2/";
    let reference = lower.split(BEFORE).nth(1).and_then(|rest| rest.split(' ').next());
    let reference = reference.map(|reference| reference.trim_end_matches(':')).filter(|one| !one.is_empty());
    let text = reference.map_or_else(|| lower.to_owned(), |reference| lower.replace(reference, "image"));
    let words = text.split(' ').map(|word| match word.split_once(API) {
        // The punctuation behind an address belongs to the sentence.
        Some((host, path)) => format!("{host}{}", path.trim_start_matches(|one: char| !":\"".contains(one))),
        None => word.to_owned(),
    });
    words.collect::<Vec<_>>().join(" ")
}

/// Returns the text with single spaces in place of white space.
pub(crate) fn collapsed(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests;

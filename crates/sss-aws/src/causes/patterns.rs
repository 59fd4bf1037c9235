//! The texts of AWS that show a cause, as data.
//!
//! A pattern fits a text that contains all parts of one of its alternatives. The first pattern that fits
//! decides, so a narrow pattern stands before a wide one. Each has examples: texts as AWS writes them, which
//! are the tests of the pattern and part of `docs/causes.md`.
//!
//! AWS changes its texts (aws/containers-roadmap#677, #1314 and #2366). A new text gets a pattern here, at its
//! place in the order; no other code compares texts of AWS to find a cause.

pub(crate) mod connections;
mod events;
mod logs;
mod pull;
mod run;
mod start;

pub(crate) use self::run::EXITED;

/// The words of ECS about a deployment that somebody stopped, in lower case. Source: tfp#49031.
pub(crate) const BY_USER: [&str; 2] = ["stopped by a user", "rolled back by user"];

/// The patterns, in the order of their examination.
pub(super) static PATTERNS: &[Pattern] = &{
    let mut all = [pull::PATTERNS[0]; COUNT];
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

/// The parts of the list. Narrow texts of a pull and of a start come before the wide ones of a task's end.
const PARTS: &[&[Pattern]] =
    &[pull::PATTERNS, start::PATTERNS, run::PATTERNS, events::PATTERNS, logs::PATTERNS];

/// The number of all patterns.
const COUNT: usize = {
    let (mut part, mut count) = (0, 0);
    while part < PARTS.len() {
        count += PARTS[part].len();
        part += 1;
    }
    count
};

/// A denial by a layer above the policies of the role. Its cause is beside the one that the rest of the text
/// shows, and the cause of a text that shows no other one.
pub(super) const LAYER: Pattern = Pattern::new(
    &[
        &["explicit deny in a service control policy"],
        &["no permissions boundary allows"],
        &["no session policy allows"],
    ],
    Shows::Cause("L6"),
    &["User: arn:aws:sts::123456789012:assumed-role/shop-web/0d17 is not authorized to perform: \
       s3:PutObject on resource: arn:aws:s3:::shop/report with an explicit deny in a service control policy"],
);

/// A text of AWS by its stable parts.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pattern {
    /// The alternatives. The text contains all parts of one of them. Parts are in lower case.
    pub(super) any: &'static [&'static [&'static str]],
    /// Parts that the text does not contain.
    pub(super) none: &'static [&'static str],
    /// The place of the text.
    pub(super) place: Place,
    /// The meaning of the text.
    pub(super) shows: Shows,
    /// The ids of causes that the text may also show.
    pub(super) also: &'static [&'static str],
    /// The text around the object of the sentence: what stands before it, and the characters that end it.
    pub(super) subject: Option<(&'static str, &'static [char])>,
    /// Where the text was found.
    pub(super) origin: Origin,
    /// Texts of AWS that fit, as AWS writes them.
    pub(super) examples: &'static [&'static str],
}

/// The place of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// The reason of a task or of a container, or the message of an error.
    Reason,
    /// An event of a service, or the reason of a deployment.
    Event,
    /// A line of a container's log.
    Log,
}

/// The meaning of a text.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Shows {
    /// A cause, by its id.
    Cause(&'static str),
    /// A known text that shows no cause by itself.
    Note(&'static str),
    /// A group of failures. The text does not tell their cause.
    Group(&'static str),
}

/// Where a text was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Origin {
    /// A page of AWS quotes it.
    Documented,
    /// People quote it in threads and logs.
    Observed,
    /// Nobody quotes it. It follows from similar texts.
    Assumed,
}

impl Origin {
    /// Returns the word for the page of the catalogue.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Documented => "documented",
            Self::Observed => "observed",
            Self::Assumed => "assumed",
        }
    }
}

impl Pattern {
    /// Returns a pattern for the reason of a task that AWS documents.
    const fn new(
        any: &'static [&'static [&'static str]],
        shows: Shows,
        examples: &'static [&'static str],
    ) -> Self {
        let place = Place::Reason;
        Self { any, none: &[], place, shows, also: &[], subject: None, origin: Origin::Documented, examples }
    }

    /// Returns the same pattern for another place.
    const fn at(self, place: Place) -> Self {
        Self { place, ..self }
    }

    /// Returns the same pattern for texts without any of these parts.
    const fn without(self, none: &'static [&'static str]) -> Self {
        Self { none, ..self }
    }

    /// Returns the same pattern with other causes that the text may show.
    const fn also(self, also: &'static [&'static str]) -> Self {
        Self { also, ..self }
    }

    /// Returns the same pattern with the object of its sentence: the text from `before` to one of the
    /// characters.
    const fn subject(self, before: &'static str, end: &'static [char]) -> Self {
        Self { subject: Some((before, end)), ..self }
    }

    /// Returns the same pattern for a text that people observed.
    const fn observed(self) -> Self {
        Self { origin: Origin::Observed, ..self }
    }

    /// Returns the same pattern for a text that nobody quotes.
    const fn assumed(self) -> Self {
        Self { origin: Origin::Assumed, ..self }
    }

    /// Returns whether the pattern fits a text in lower case with single spaces.
    pub(super) fn fits(&self, lower: &str) -> bool {
        let holds = |parts: &&[&str]| parts.iter().all(|part| lower.contains(part));
        self.any.iter().any(holds) && !self.none.iter().any(|part| lower.contains(part))
    }

    /// Returns the object of the sentence in a text with single spaces.
    pub(super) fn subject_in(&self, text: &str) -> Option<String> {
        let (before, end) = self.subject?;
        // Lower case of ASCII keeps the positions.
        let start = text.to_ascii_lowercase().find(before)? + before.len();
        let rest = &text[start..];
        let length = rest.find(end).unwrap_or(rest.len());
        let subject = rest[..length].trim_end_matches([':', '.', ',']);
        (!subject.is_empty()).then(|| subject.to_owned())
    }
}

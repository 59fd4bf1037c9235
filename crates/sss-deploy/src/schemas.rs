//! The JSON Schemas of the stack file and of JSON output.
//!
//! They come from the types that are printed, so they cannot differ from the output. Tests compare both even
//! so, because `serde` and `schemars` read the same attributes in two ways.

use clap::ValueEnum;
use schemars::{JsonSchema, Schema, generate::SchemaSettings};
use serde_json::Value;

use sss_aws::operate::{events::Entry, logs, tasks::Inspected};

use crate::{
    command::{
        day_two::{history, images, intervention, pin, stop, tasks, wait},
        sandbox::Served,
        validate::request::Checked,
    },
    format::Formatted,
    progress, render, stack_lock,
};

/// A line of a command that carries out steps, or of any command that failed.
#[derive(JsonSchema)]
#[serde(untagged)]
#[expect(dead_code, reason = "only its schema is used: each line is printed where it happens")]
enum Line<'a> {
    /// Another run may hold the stack's lock, and this one waits for it.
    Locked(stack_lock::Waiting<'a>),
    /// The plan, before anything is changed.
    Planned(Box<render::outcome::Start<'a>>),
    /// An event of the apply.
    Step(progress::Record<'a>),
    /// An intervention has changed a service.
    Changed(intervention::Line<'a>),
    /// The services have the state that `wait` waited for.
    Waited(wait::Answer<'a>),
    /// The end of the apply.
    Finished(Box<render::outcome::Finished<'a>>),
    /// The command failed.
    Error(render::failure::Document<'a>),
}

/// The answers of `validate`: a document for a stack, or a line for each request of `--as`.
#[derive(JsonSchema)]
#[serde(untagged)]
#[expect(dead_code, reason = "only its schema is used: the command prints one of the two")]
enum Validated<'a> {
    Request(Checked),
    Stack(render::problems::Document<'a>),
}

/// A line of `sandbox serve`.
#[derive(JsonSchema)]
#[serde(untagged)]
#[expect(dead_code, reason = "only its schema is used: each line is printed where it happens")]
enum Serving {
    /// The sandbox listens.
    Served(Served),
    /// The calls that the sandbox has counted, at its end and after each SIGUSR1. Only with `--stats`.
    Counted(render::counted::Document),
}

/// A document that has a JSON Schema.
///
/// ```
/// use sss_deploy::Subject;
///
/// assert_eq!(Subject::Stack.schema(), sss_model::schema());
/// assert!(Subject::Plan.schema()["properties"]["steps"].is_object());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
#[non_exhaustive]
pub enum Subject {
    /// The stack file
    #[default]
    Stack,
    /// The answer of `plan --json`
    Plan,
    /// The lines of `apply`, `adopt`, `release`, `destroy`, `wait` and interventions with `--json`, and failures of all
    /// commands
    Events,
    /// The answer of `status --json`
    Status,
    /// The answer of `validate --json`
    Validate,
    /// The answer of `outputs --json`
    Outputs,
    /// The answer of `cost --json`
    Cost,
    /// The answer of `compare --json`
    Compare,
    /// The answer of `tasks --json`
    Tasks,
    /// The answer of `task --json`
    Task,
    /// The lines of `events --json`
    Timeline,
    /// The answer of `history --json`
    History,
    /// The lines of `logs --json`
    Logs,
    /// The answer of `stop --json`
    Stop,
    /// The answer of `explain --json`
    Explain,
    /// The answer of `verify --json`
    Verify,
    /// The answer of `images --json`
    Images,
    /// The answer of `pin --json`
    Pin,
    /// The answer of `permissions --json`
    Permissions,
    /// The lines of `sandbox serve`
    Sandbox,
}

impl Subject {
    /// All subjects, in the order of the help.
    pub const ALL: [Self; 20] = [
        Self::Stack,
        Self::Plan,
        Self::Events,
        Self::Status,
        Self::Validate,
        Self::Outputs,
        Self::Cost,
        Self::Compare,
        Self::Tasks,
        Self::Task,
        Self::Timeline,
        Self::History,
        Self::Logs,
        Self::Stop,
        Self::Explain,
        Self::Verify,
        Self::Images,
        Self::Pin,
        Self::Permissions,
        Self::Sandbox,
    ];

    /// Returns the name, as `sss-deploy schema` takes it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Stack => "stack",
            Self::Plan => "plan",
            Self::Events => "events",
            Self::Status => "status",
            Self::Validate => "validate",
            Self::Outputs => "outputs",
            Self::Cost => "cost",
            Self::Compare => "compare",
            Self::Tasks => "tasks",
            Self::Task => "task",
            Self::Timeline => "timeline",
            Self::History => "history",
            Self::Logs => "logs",
            Self::Stop => "stop",
            Self::Explain => "explain",
            Self::Verify => "verify",
            Self::Images => "images",
            Self::Pin => "pin",
            Self::Permissions => "permissions",
            Self::Sandbox => "sandbox",
        }
    }

    /// Returns the JSON Schema (2020-12).
    pub fn schema(self) -> Value {
        match self {
            Self::Stack => sss_model::schema(),
            Self::Plan => self.of::<render::plan::Document<'static>>(),
            Self::Events => self.of::<Line<'static>>(),
            Self::Status => self.of::<render::status::Status>(),
            Self::Validate => self.of::<Validated<'static>>(),
            Self::Outputs => self.of::<render::OutputsDocument<'static>>(),
            Self::Cost => self.of::<render::cost::Document<'static>>(),
            Self::Compare => self.of::<render::compare::Document<'static>>(),
            Self::Tasks => self.of::<tasks::Answer<'static>>(),
            Self::Task => self.of::<Inspected>(),
            Self::Timeline => self.of::<Entry>(),
            Self::History => self.of::<history::Answer<'static>>(),
            Self::Logs => self.of::<logs::Line>(),
            Self::Stop => self.of::<stop::Answer<'static>>(),
            Self::Explain => self.of::<render::cause::Explained>(),
            Self::Verify => self.of::<render::verification::Document<'static>>(),
            Self::Images => self.of::<images::Answer<'static>>(),
            Self::Pin => self.of::<pin::Answer<'static>>(),
            Self::Permissions => self.of::<render::permissions::Document<'static>>(),
            Self::Sandbox => self.of::<Serving>(),
        }
    }

    /// Returns the schema of documents with this body.
    fn of<T: JsonSchema + 'static>(self) -> Value {
        let settings =
            SchemaSettings::draft2020_12().for_serialize().with_transform(plain as fn(&mut Schema));
        let mut schema = settings.into_generator().into_root_schema_for::<Formatted<'static, T>>().to_value();
        schema["title"] = format!("sss-deploy: {}", self.name()).into();
        schema
    }
}

/// Turns rustdoc's links in descriptions into plain code, because no reader of a schema can follow them.
fn plain(schema: &mut Schema) {
    if let Some(Value::String(text)) = schema.get_mut("description") {
        *text = without_links(text);
    }
    schemars::transform::transform_subschemas(&mut (plain as fn(&mut Schema)), schema);
}

/// Returns a text with `` `code` `` in place of ``[`code`]`` and ``[`code`](target)``.
fn without_links(text: &str) -> String {
    let mut rest = text;
    let mut plain = String::new();
    while let Some((before, link)) = rest.split_once("[`") {
        let Some((code, after)) = link.split_once("`]") else { break };
        plain.extend([before, "`", code, "`"]);
        rest = without_target(after);
    }
    plain + rest
}

/// Returns a text without the target of a link at its beginning. A target may have parentheses itself.
fn without_target(text: &str) -> &str {
    let mut depth = 0;
    for (position, letter) in text.char_indices() {
        match letter {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return if position == 0 { text } else { &text[position + 1..] };
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_in_descriptions_become_code() {
        assert_eq!(
            without_links("[`Plan::held`] and [`plan()`](crate::plan()), \"[\""),
            "`Plan::held` and `plan()`, \"[\""
        );
        assert_eq!(without_links("a [`b"), "a [`b");
    }

    #[test]
    fn names_of_subjects_are_those_of_the_arguments() {
        for subject in Subject::ALL {
            let argument = subject.to_possible_value().expect("no subject is hidden");
            assert_eq!(argument.get_name(), subject.name());
        }
    }
}

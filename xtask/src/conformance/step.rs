//! One step of a walk: a command of the AWS CLI, and its expected result.
//!
//! Commands and expectations are texts, so that a chapter reads like a session at a terminal. A step can keep
//! a part of an answer under a name, and later steps write `<name>` for it. Parts of answers are chosen by
//! `JMESPath`, with the CLI's own `--query`, and compared as text with single blanks.

use std::{
    collections::BTreeMap,
    fmt,
    time::{Duration, Instant},
};

use crate::{
    conformance::{client::Client, endpoint::Endpoint},
    failure::Failure,
};

/// The longest wait for a state, in real time.
const PATIENCE: Duration = Duration::from_mins(1);

/// The exit code of the AWS CLI if the service refuses.
const REFUSED: i32 = 255;

/// A command of the AWS CLI and its expected result. `<name>` stands for a kept value. Single quotes hold words
/// together.
#[derive(Debug)]
pub(super) struct Step {
    command: &'static str,
    expectation: Expectation,
}

/// The expected result of a step.
#[derive(Debug)]
enum Expectation {
    /// The command succeeds.
    Success,
    /// The result of a `JMESPath` expression on the answer, as text, is this.
    Answer(&'static str, &'static str),
    /// The result of the expression becomes this in time.
    Eventually(&'static str, &'static str),
    /// The result of the expression exists, and is kept under a name.
    Kept(&'static str, &'static str),
    /// The service refuses with this error code, and its message contains this text.
    Refusal(&'static str, &'static str),
}

/// Returns a step that succeeds.
pub(super) const fn done(command: &'static str) -> Step {
    let expectation = Expectation::Success;
    Step { command, expectation }
}

/// Returns a step whose answer has `text` at `query`.
pub(super) const fn answers(command: &'static str, query: &'static str, text: &'static str) -> Step {
    let expectation = Expectation::Answer(query, text);
    Step { command, expectation }
}

/// Returns a step whose answer has `text` at `query` in time.
pub(super) const fn becomes(command: &'static str, query: &'static str, text: &'static str) -> Step {
    let expectation = Expectation::Eventually(query, text);
    Step { command, expectation }
}

/// Returns a step that keeps the result of `query` as `name`.
pub(super) const fn keeps(command: &'static str, query: &'static str, name: &'static str) -> Step {
    let expectation = Expectation::Kept(query, name);
    Step { command, expectation }
}

/// Returns a step that is refused with `code`, and with a message that contains `part`.
pub(super) const fn refused(command: &'static str, code: &'static str, part: &'static str) -> Step {
    let expectation = Expectation::Refusal(code, part);
    Step { command, expectation }
}

impl fmt::Display for Step {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.command)
    }
}

/// Runs steps in order, on one endpoint.
pub(super) struct Walker<'a> {
    client: &'a Client,
    /// The account.
    endpoint: Endpoint,
    /// The values that steps have kept, by name.
    kept: BTreeMap<&'static str, String>,
}

impl<'a> Walker<'a> {
    /// Returns a walker that has kept nothing.
    pub(super) fn new(client: &'a Client, endpoint: Endpoint) -> Self {
        Self { client, endpoint, kept: BTreeMap::new() }
    }

    /// Returns the account, for other programs on it.
    pub(super) fn endpoint(&self) -> &Endpoint {
        &self.endpoint
    }

    /// Keeps a value under a name.
    pub(super) fn keep(&mut self, name: &'static str, value: String) {
        self.kept.insert(name, value);
    }

    /// Returns a value that an earlier step kept.
    pub(super) fn kept(&self, name: &str) -> Result<&str, Failure> {
        let value = self.kept.get(name).map(String::as_str);
        value.ok_or_else(|| Failure::new(format!("continue without <{name}>: no earlier step kept it")))
    }

    /// Runs a step. The error has the whole output of the AWS CLI.
    pub(super) fn take(&mut self, step: &Step) -> Result<(), Failure> {
        match step.expectation {
            Expectation::Success => self.answer(step.command, None).map(drop),
            Expectation::Answer(query, text) => {
                let answer = self.answer(step.command, Some(query))?;
                same(&answer, &self.filled(text)?)
            }
            Expectation::Eventually(query, text) => self.await_answer(step.command, query, text),
            Expectation::Kept(query, name) => {
                let answer = self.answer(step.command, Some(query))?;
                if answer.is_empty() || answer == "None" {
                    return Err(Failure::new(format!("find {query} in the answer")));
                }
                self.keep(name, answer);
                Ok(())
            }
            Expectation::Refusal(code, part) => self.refusal(step.command, code, part),
        }
    }

    /// Repeats a command until its answer is as expected, for at most a minute.
    ///
    /// Each call of the AWS CLI takes a good part of a second, so no pause is needed between two.
    fn await_answer(&self, command: &str, query: &str, text: &str) -> Result<(), Failure> {
        let expected = self.filled(text)?;
        let start = Instant::now();
        loop {
            let answer = self.answer(command, Some(query))?;
            if answer == expected {
                return Ok(());
            }
            if start.elapsed() > PATIENCE {
                return same(&answer, &expected);
            }
        }
    }

    /// Returns the answer, or a part of it, as text with one blank between two values.
    fn answer(&self, command: &str, query: Option<&str>) -> Result<String, Failure> {
        let mut arguments = self.words(command)?;
        if let Some(query) = query {
            arguments.extend(["--query".to_owned(), self.filled(query)?]);
        }
        arguments.extend(["--output", "text"].map(str::to_owned));

        let output = self.client.call(&self.endpoint, &arguments)?;
        if !output.status.success() {
            let said = String::from_utf8_lossy(&output.stderr);
            return Err(Failure::new(format!("succeed: {}: {}", output.status, said.trim())));
        }
        Ok(single_spaced(&String::from_utf8_lossy(&output.stdout)))
    }

    /// Runs a command that AWS must refuse with this code and these words.
    fn refusal(&self, command: &str, code: &str, part: &str) -> Result<(), Failure> {
        let output = self.client.call(&self.endpoint, &self.words(command)?)?;
        let said = single_spaced(&String::from_utf8_lossy(&output.stderr));
        let as_expected = output.status.code() == Some(REFUSED)
            && said.contains(&format!("({code})"))
            && said.contains(&self.filled(part)?);
        if as_expected {
            return Ok(());
        }
        let expected = format!("be refused with {code} and exit code {REFUSED}");
        Err(Failure::new(format!("{expected}: {}: {said}", output.status)))
    }

    /// Returns the words of a command, with kept values in place of their names.
    fn words(&self, command: &str) -> Result<Vec<String>, Failure> {
        self.filled(command).map(|command| words(&command))
    }

    /// Returns the text with kept values in place of their names.
    pub(super) fn filled(&self, text: &str) -> Result<String, Failure> {
        let mut filled = String::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('<') {
            let Some((name, after)) = after.split_once('>') else {
                break;
            };
            filled.extend([before, self.kept(name)?]);
            rest = after;
        }
        Ok(filled + rest)
    }
}

/// Compares an answer with the expected one.
fn same(answer: &str, expected: &str) -> Result<(), Failure> {
    if answer == expected {
        return Ok(());
    }
    Err(Failure::new(format!("get the answer `{expected}`: got `{answer}`")))
}

/// Returns the text with one blank in place of all white space between two words.
fn single_spaced(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Splits a command into words. Single quotes hold words together.
fn words(command: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = None;
    for (number, part) in command.split('\'').enumerate() {
        if number % 2 == 1 {
            word.get_or_insert_with(String::new).push_str(part);
            continue;
        }
        for character in part.chars() {
            if character.is_whitespace() {
                words.extend(word.take());
            } else {
                word.get_or_insert_with(String::new).push(character);
            }
        }
    }
    words.extend(word);
    words
}

#[cfg(test)]
mod tests {
    use super::words;

    #[test]
    fn quotes_hold_words_together() {
        assert_eq!(words("ecs  list-tasks\n --cluster a"), ["ecs", "list-tasks", "--cluster", "a"]);
        assert_eq!(words(r#"a --b='{"c": "d"}' ''"#), ["a", r#"--b={"c": "d"}"#, ""]);
    }
}

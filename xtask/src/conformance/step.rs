//! One step of a walk: a command of the AWS CLI, and what has to come of it.

use std::{
    collections::BTreeMap,
    fmt,
    time::{Duration, Instant},
};

use crate::{
    conformance::{client::Client, endpoint::Endpoint},
    failure::Failure,
};

/// How long a state may take to come, in real time.
const PATIENCE: Duration = Duration::from_mins(1);

/// What the AWS CLI 1 ends with when the service refuses.
const REFUSED: i32 = 255;

/// A command of the AWS CLI and what has to come of it. `<name>` stands for a kept value; single quotes hold words
/// together.
#[derive(Debug)]
pub(super) struct Step {
    command: &'static str,
    expectation: Expectation,
}

#[derive(Debug)]
enum Expectation {
    /// The command succeeds.
    Success,
    /// The part of the answer that a `JMESPath` expression gives, as text, is this.
    Answer(&'static str, &'static str),
    /// The same, at the latest when patience ends.
    Eventually(&'static str, &'static str),
    /// The part of the answer is there, and is kept under a name.
    Kept(&'static str, &'static str),
    /// The service refuses with this error code, and the message has this in it.
    Refusal(&'static str, &'static str),
}

/// It succeeds.
pub(super) const fn done(command: &'static str) -> Step {
    let expectation = Expectation::Success;
    Step { command, expectation }
}

/// `query` of the answer is `text`.
pub(super) const fn answers(command: &'static str, query: &'static str, text: &'static str) -> Step {
    let expectation = Expectation::Answer(query, text);
    Step { command, expectation }
}

/// `query` of the answer comes to be `text`.
pub(super) const fn becomes(command: &'static str, query: &'static str, text: &'static str) -> Step {
    let expectation = Expectation::Eventually(query, text);
    Step { command, expectation }
}

/// `query` of the answer is kept as `name`.
pub(super) const fn keeps(command: &'static str, query: &'static str, name: &'static str) -> Step {
    let expectation = Expectation::Kept(query, name);
    Step { command, expectation }
}

/// It is refused with `code`, and with a message that has `part` in it.
pub(super) const fn refused(command: &'static str, code: &'static str, part: &'static str) -> Step {
    let expectation = Expectation::Refusal(code, part);
    Step { command, expectation }
}

impl fmt::Display for Step {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.command)
    }
}

/// Takes step after step.
pub(super) struct Walker<'a> {
    client: &'a Client,
    endpoint: Endpoint,
    kept: BTreeMap<&'static str, String>,
}

impl<'a> Walker<'a> {
    pub(super) fn new(client: &'a Client, endpoint: Endpoint) -> Self {
        Self { client, endpoint, kept: BTreeMap::new() }
    }

    pub(super) fn endpoint(&self) -> &Endpoint {
        &self.endpoint
    }

    /// Keeps a value under a name, as a step does.
    pub(super) fn keep(&mut self, name: &'static str, value: String) {
        self.kept.insert(name, value);
    }

    /// What an earlier step has kept.
    pub(super) fn kept(&self, name: &str) -> Result<&str, Failure> {
        let value = self.kept.get(name).map(String::as_str);
        value
            .ok_or_else(|| Failure::new(format!("go on without <{name}>, which an earlier step had to keep")))
    }

    /// Takes a step. What went wrong is told with all that the AWS CLI said.
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

    /// Each question takes the AWS CLI a good part of a second, which is pause enough between two.
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

    /// The answer as text, or the part of it, with one blank between two values.
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

    fn words(&self, command: &str) -> Result<Vec<String>, Failure> {
        self.filled(command).map(|command| words(&command))
    }

    /// The text with the kept values in their places.
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

fn same(answer: &str, expected: &str) -> Result<(), Failure> {
    if answer == expected {
        return Ok(());
    }
    Err(Failure::new(format!("get the answer `{expected}`: got `{answer}`")))
}

fn single_spaced(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The words of a command. What stands between single quotes is part of one word.
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

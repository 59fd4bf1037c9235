//! Questions to the person at the terminal.
//!
//! There is one question in a command: to confirm what it is going to do. `--yes` confirms it as well. If
//! there is nobody to ask, the command refuses rather than assume an answer: with `--json`, and without a
//! terminal.

use std::io;

use crate::{failure::Failure, interruption::Interruption, invocation::Invocation, output::Output};

/// Asks a question and returns the trimmed answer. The end of input is an empty answer.
///
/// The thread that reads the terminal cannot be stopped. After an interruption it waits on, until the runtime
/// is shut down in the background.
///
/// # Errors
///
/// A signal came before the answer, or the terminal cannot be read.
async fn ask(output: &Output, interruption: &Interruption, question: &str) -> Result<String, Failure> {
    output.complain(|w| {
        write!(w, "{question} ")?;
        w.flush()
    });
    let answer = tokio::task::spawn_blocking(|| {
        let mut line = String::new();
        io::stdin().read_line(&mut line).map(|_| line.trim().to_owned())
    });
    let answer = interruption.or(answer).await?;
    answer
        .map_err(io::Error::other)
        .and_then(|line| line)
        .map_err(|error| Failure::new(format!("read the answer: {error}")))
}

/// Asks the user to confirm `what`, unless `--yes` does.
///
/// `agrees` decides about the answer, because a destroy wants the name of the stack.
///
/// # Errors
///
/// The user did not agree ([`Exit::Refused`](crate::Exit::Refused)), there is nobody to ask, or a signal
/// came.
pub(crate) async fn confirm(
    invocation: &Invocation,
    interruption: &Interruption,
    what: &str,
    question: &str,
    agrees: impl Fn(&str) -> bool,
) -> Result<(), Failure> {
    let output = &invocation.output;
    if invocation.global.yes {
        return Ok(());
    }

    let refused = Failure::refused(format!("{what}: nobody confirmed"));
    if output.json {
        return Err(refused.hint("`--json` asks no questions; confirm with `--yes`"));
    }
    if !output.terminal {
        return Err(refused.hint("there is no terminal for the question; confirm with `--yes`"));
    }

    let answer = ask(output, interruption, question).await?;
    if agrees(&answer) { Ok(()) } else { Err(refused) }
}

/// Returns whether an answer is yes: `y` or `yes`, in any case.
pub(crate) fn is_yes(answer: &str) -> bool {
    ["y", "yes"].iter().any(|yes| answer.eq_ignore_ascii_case(yes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_yes_is_yes() {
        assert!(["y", "Y", "yes"].into_iter().all(is_yes));
        assert!(!["", "n", "no", "yess", "mz-dev"].into_iter().any(is_yes));
    }
}

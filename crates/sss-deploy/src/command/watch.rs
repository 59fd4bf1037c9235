//! `--watch`: the same answer again and again.
//!
//! A terminal is cleared before each answer. A pipe gets an answer only if it differs from the last one, and JSON is a
//! line for each reading.

use std::{
    io::{self, Write},
    time::Duration,
};

use clap::Args;
use serde::Serialize;
use tokio::time::sleep;

use crate::{failure::Failure, session::Session};

/// Moves the cursor to the top of the terminal and clears it.
const CLEAR: &str = "\u{1b}[H\u{1b}[2J\u{1b}[3J";

/// The flag.
#[derive(Debug, Args)]
pub(crate) struct Watch {
    /// Read again every 5 seconds, or so many, until Ctrl-C
    #[arg(long, value_name = "SECONDS", num_args = 0..=1, require_equals = true, default_missing_value = "5")]
    #[arg(value_parser = clap::value_parser!(u64).range(1..=3600))]
    watch: Option<u64>,
}

impl Watch {
    /// Reads an answer and prints it, again and again if the flag is there. Returns the last answer.
    ///
    /// # Errors
    ///
    /// `read` failed, a signal came, or the output cannot be written.
    pub(crate) async fn each<T: Serialize>(
        &self,
        session: &Session<'_>,
        mut read: impl AsyncFnMut() -> Result<T, Failure>,
        show: impl Fn(&mut dyn Write, &T) -> io::Result<()>,
    ) -> Result<T, Failure> {
        let output = &session.invocation.output;
        let Some(seconds) = self.watch else {
            let answer = read().await?;
            if output.json {
                output.document(&answer)?;
            } else {
                output.answer(|w| show(w, &answer))?;
            }
            return Ok(answer);
        };

        let mut printed = Vec::new();
        loop {
            let answer = read().await?;
            if output.json {
                output.line(&answer)?;
            } else {
                let mut text = Vec::new();
                show(&mut text, &answer)?;
                if text != printed {
                    if output.terminal {
                        output.raw(CLEAR.as_bytes());
                    }
                    output.answer(|w| w.write_all(&text))?;
                    printed = text;
                }
            }
            if session.is_paused() {
                output.note(|w| writeln!(w, "note: nothing happens in a sandbox between two commands"));
                return Ok(answer);
            }
            session.interruption.or(sleep(Duration::from_secs(seconds))).await?;
        }
    }
}

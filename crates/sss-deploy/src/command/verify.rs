//! `verify`: checks what would make an apply fail in the middle, and writes nothing.
//!
//! `apply` makes the same checks before its first write, beside the reading of the account. This command makes
//! them alone, for a pipeline or for a person who prepares a stack.

use clap::{Args, builder::PossibleValuesParser};
use sss_aws::verify::{IDS, Outcome, Reach};

use crate::{
    exit::Exit, failure::Failure, invocation::Invocation, render::verification as render, session::on_account,
};

/// The arguments of `verify`.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Make these checks only
    #[arg(long, value_name = "CHECK", value_delimiter = ',', value_parser = PossibleValuesParser::new(IDS))]
    #[arg(hide_possible_values = true)]
    only: Vec<String>,
    /// Do not make these checks
    #[arg(long, value_name = "CHECK", value_delimiter = ',', value_parser = PossibleValuesParser::new(IDS))]
    #[arg(hide_possible_values = true)]
    skip: Vec<String>,
    /// Ask AWS only: neither the issuer nor registries of images
    #[arg(long)]
    offline: bool,
    /// Fail if something could not be checked
    #[arg(long)]
    strict: bool,
}

impl Arguments {
    /// Returns whether a check was asked for.
    fn wants(&self, id: &str) -> bool {
        let is_in = |ids: &[String]| ids.iter().any(|wanted| wanted == id);
        (self.only.is_empty() || is_in(&self.only)) && !is_in(&self.skip)
    }
}

/// Makes the checks and prints them.
pub(crate) fn run(invocation: &Invocation, arguments: &Arguments) -> Result<Exit, Failure> {
    on_account(invocation, async |session| {
        let reach = if arguments.offline { Reach::AwsOnly } else { session.reach() };
        let found = session.verify(reach).await?.choosing(|id| arguments.wants(id));
        let output = &invocation.output;
        if output.json {
            output.document(&render::Document::of(&session.stack.name, &found))?;
        } else {
            let place = session.stack_place();
            output.answer(|w| render::show(w, &place, &found))?;
        }

        let is_unchecked = arguments.strict && found.with(Outcome::NotChecked).next().is_some();
        Ok(if found.is_sound() && !is_unchecked { Exit::Done } else { Exit::Failed })
    })
}

//! `graph`: draws the stack as the way of a request, from the API to the tasks.
//!
//! Without `--plan` it reads the stack and makes no call. With `--plan` it reads the account, and colours what the next
//! `apply` would change.

use clap::{Args, ValueEnum};
use sss_aws::{Goal, Reach};

use crate::{exit::Exit, failure::Failure, invocation::Invocation, picture::Picture, session::on_account};

/// The arguments of `graph`.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// The language of the picture
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// Colour what the next apply would change
    #[arg(long)]
    plan: bool,
}

/// A language for pictures.
#[derive(Debug, Clone, Copy, Default, ValueEnum)]
enum Format {
    /// A picture for browsers, wikis and READMEs
    #[default]
    Svg,
    /// Text that GitHub and GitLab draw in Markdown
    Mermaid,
    /// Text for Graphviz
    Dot,
}

/// Draws the stack.
///
/// # Errors
///
/// The stack is invalid, or with `--plan` the account cannot be read.
pub(crate) fn run(invocation: &Invocation, arguments: &Arguments) -> Result<Exit, Failure> {
    if arguments.plan {
        return on_account(invocation, async |session| {
            let planned = session.plan(Reach::of(Goal::Converge)).await?;
            let mut picture = Picture::of(session.stack);
            picture.mark(planned.plan(), &planned.observed().areas());
            print(invocation, arguments.format, &picture)
        });
    }
    print(invocation, arguments.format, &Picture::of(&invocation.read()?.stack))
}

/// Prints a picture.
fn print(invocation: &Invocation, format: Format, picture: &Picture) -> Result<Exit, Failure> {
    let text = match format {
        Format::Svg => picture.to_svg(),
        Format::Mermaid => picture.to_mermaid(),
        Format::Dot => picture.to_dot(),
    };
    invocation.output.data(|w| w.write_all(text.as_bytes()))?;
    Ok(Exit::Done)
}

//! `open`: prints the URL of the stack's API, and shows it in the browser.
//!
//! The URL is the answer, so `curl "$(sss-deploy open /orders)"` works. A browser is only started from a
//! terminal, and never for a sandbox: nothing listens behind its URL.

use std::{
    env,
    io::{self, IsTerminal},
    process::{Command, Stdio},
};

use clap::Args;

use crate::{
    exit::Exit,
    failure::Failure,
    invocation::Invocation,
    render::OutputsDocument,
    session::{Session, on_account},
};

/// The program that opens a URL, unless the variable `BROWSER` names another one.
const OPENER: &str = if cfg!(target_os = "macos") { "open" } else { "xdg-open" };

/// The arguments of `open`.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// The path behind the URL of the API
    #[arg(value_name = "PATH", default_value = "")]
    path: String,
    /// Print the URL and start no browser
    #[arg(long)]
    print: bool,
}

/// Prints the URL, and starts a browser on a terminal.
///
/// # Errors
///
/// The account has no API of the stack.
pub(crate) fn run(invocation: &Invocation, arguments: &Arguments) -> Result<Exit, Failure> {
    on_account(invocation, async |session| {
        let Some(endpoint) = session.observe().await?.url() else { return Err(without_api(session)) };

        let url = join(&endpoint, &arguments.path);
        let output = &invocation.output;
        if output.json {
            let outputs = [("url".to_owned(), url)].into();
            output.document(&OutputsDocument { stack: &session.stack.name, outputs: &outputs })?;
            return Ok(Exit::Done);
        }

        output.data(|w| writeln!(w, "{url}"))?;
        let shows = io::stdout().is_terminal() && output.terminal && invocation.sandbox_file().is_none();
        if shows && !arguments.print {
            browse(invocation, &url);
        }
        Ok(Exit::Done)
    })
}

/// Returns the failure of a stack whose API does not exist, or that has none.
fn without_api(session: &Session<'_>) -> Failure {
    let program = &session.invocation.program;
    Failure::new(format!("open the stack {}: it has no API in the account", session.stack.name))
        .hint(format!("`{program} apply` creates it, if a service of the stack has routes"))
}

/// Returns the URL of a path. The slash between both is optional on either side.
fn join(endpoint: &str, path: &str) -> String {
    let endpoint = endpoint.trim_end_matches('/');
    let path = path.trim_start_matches('/');
    if path.is_empty() { endpoint.to_owned() } else { format!("{endpoint}/{path}") }
}

/// Starts the browser. A machine without one is no failure, because the URL is printed.
fn browse(invocation: &Invocation, url: &str) {
    let opener = env::var("BROWSER").ok().filter(|name| !name.is_empty());
    let opener = opener.as_deref().unwrap_or(OPENER);
    let started = Command::new(opener).arg(url).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
    if let Err(error) = started {
        invocation.output.note(|w| writeln!(w, "note: no browser was started: {opener}: {error}"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn url_and_path_meet_in_one_slash() {
        let endpoint = "https://a1b2c3.execute-api.eu-central-1.amazonaws.com";
        let expected = format!("{endpoint}/orders");
        for (endpoint, path) in [(endpoint.to_owned(), "orders"), (format!("{endpoint}/"), "/orders")] {
            assert_eq!(join(&endpoint, path), expected);
        }
        assert_eq!(join(endpoint, ""), endpoint);
        assert_eq!(join(endpoint, "/"), endpoint);
    }
}

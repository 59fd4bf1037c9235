//! Commands in running containers.
//!
//! ECS Exec opens a session, and the Session Manager plugin connects to it. Neither tells how the command ended, so
//! [`Wrapped`] lets a shell print the exit code behind a marker that nothing else prints.

use super::{
    Named, Target,
    tasks::{Which, find, tasks},
};
pub use crate::services::ecs::operating::session::{Place, Session};
use crate::{
    Aws, Error, Result,
    services::ecs::operating::{session, task::Task},
};

/// The choice of a task.
#[derive(Debug, Clone, Copy)]
pub enum Choice<'a> {
    /// A task of this service that runs, one with a connected agent first.
    Service(&'a Named),
    /// The task whose id begins like this.
    Task(&'a str),
}

/// Finds a container in which a command can run, and waits for up to 90 seconds until its agent is connected.
///
/// Without a name, it is the main container of the service.
///
/// # Errors
///
/// No task runs, or ECS Exec is off or its agent not connected ([`Error::is_declined`]; [`Error::cause`] says why);
/// or a call failed.
pub async fn ready(aws: &Aws, target: &Target, choice: Choice<'_>, container: Option<&str>) -> Result<Place> {
    let task = match choice {
        Choice::Service(named) => running(aws, target, named).await?,
        Choice::Task(id) => find(aws, target, id).await?,
    };
    let main =
        target.service_of(&task).and_then(|named| named.containers.first()).map(|log| log.container.clone());
    let first = || task.containers.first().map(|container| container.name.clone());
    let container = container.map(str::to_owned).or(main).or_else(first).unwrap_or_default();
    Box::pin(session::ready(aws, &target.cluster, task, &container)).await
}

/// Returns the running task of a service that takes commands soonest.
async fn running(aws: &Aws, target: &Target, named: &Named) -> Result<Task> {
    let mut found = tasks(aws, target, &[named], Which::Wanted).await?;
    found.retain(|task| task.last_status == "RUNNING");
    let is_connected =
        |task: &Task| task.containers.iter().any(|one| one.agent.as_deref() == Some("RUNNING"));
    found.sort_by_key(|task| (!is_connected(task), !task.exec));
    found.into_iter().next().ok_or_else(|| {
        Error::declined(format!("no task of {} runs", named.key))
            .with_hint("`tasks --stopped` lists those of the last hour, with their causes")
    })
}

/// Opens a session that runs a command line in a container.
///
/// The session ends with the command, and after 20 minutes in which nothing is typed. Use [`close`] for one that no
/// plugin took over.
///
/// # Errors
///
/// The call failed or was denied. [`Error::cause`] says why, where the answer shows it.
pub async fn open(aws: &Aws, place: &Place, command: &str) -> Result<Session> {
    session::open(aws, place, command).await
}

/// Ends a session.
///
/// # Errors
///
/// The call failed or was denied.
pub async fn close(aws: &Aws, session: &Session) -> Result<()> {
    session::close(aws, session).await
}

/// A command whose exit code can be read from its output.
///
/// ```
/// use sss_aws::operate::exec::Wrapped;
///
/// let wrapped = Wrapped::new(&["ls".to_owned(), "-l".to_owned()], "/bin/sh", "end-0d17:");
/// assert_eq!(wrapped.line, r#"/bin/sh -c 'ls -l; printf "%s%s\n" end-0d17: "$?"'"#);
/// assert_eq!(wrapped.exit_code("3\r\n"), Some(3));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Wrapped {
    /// The command line for [`open`].
    pub line: String,
    /// The text behind the output. The exit code follows, and the end of a line.
    pub marker: String,
}

impl Wrapped {
    /// Returns a command that runs in a shell and prints its exit code behind the marker.
    ///
    /// The marker consists of letters, digits, `-` and `:`. Nothing else may print it.
    pub fn new(words: &[String], shell: &str, marker: &str) -> Self {
        Self::of(&Self::script(words, marker), shell, marker)
    }

    /// Returns the script that runs a command and prints its exit code.
    fn script(words: &[String], marker: &str) -> String {
        format!("{}; printf \"%s%s\\n\" {marker} \"$?\"", line(words))
    }

    /// Returns a script for a shell.
    fn of(script: &str, shell: &str, marker: &str) -> Self {
        Self { line: format!("{} -c {}", quoted(shell), always_quoted(script)), marker: marker.to_owned() }
    }

    /// Returns the same command for input that is not typed: the terminal of the agent does not repeat it in the output.
    ///
    /// The shell prints [`Wrapped::READY`] behind the marker when it can be sent.
    #[must_use]
    pub fn with_input(words: &[String], shell: &str, marker: &str) -> Self {
        let own = Self::script(words, marker);
        let script = format!("stty -echo 2>/dev/null; printf \"%s\\n\" {marker}{}; {own}", Self::READY);
        Self::of(&script, shell, marker)
    }

    /// The word behind the marker of a command that takes its input from now on.
    pub const READY: &'static str = "ready";

    /// Returns the exit code in the text behind the marker.
    pub fn exit_code(&self, behind: &str) -> Option<u8> {
        behind.trim_end().parse().ok()
    }
}

/// Returns words as a command line that a shell and the agent of ECS Exec read as the same words.
pub fn line(words: &[String]) -> String {
    words.iter().map(|word| quoted(word)).collect::<Vec<_>>().join(" ")
}

/// Returns a word in quotes, unless it has plain characters only.
fn quoted(word: &str) -> String {
    let is_plain = |one: char| one.is_ascii_alphanumeric() || "-_./:=@%+,".contains(one);
    if !word.is_empty() && word.chars().all(is_plain) { word.to_owned() } else { always_quoted(word) }
}

/// Returns a word in quotes.
fn always_quoted(word: &str) -> String {
    format!("'{}'", word.replace('\'', "'\\''"))
}

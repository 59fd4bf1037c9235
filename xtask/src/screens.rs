//! `screens`: the progress of an apply on a real terminal of 80 and of 120 columns, by tmux.
//!
//! Tests compare the rows as texts. What a terminal makes of them, they cannot see: a row that is exactly full makes an
//! empty line, and a wider one scrolls. So this runs the program in tmux against `sandbox serve`, looks at the screen
//! again and again, and prints one screen of each run for people.

use std::{
    fs,
    path::Path,
    process::Command,
    thread,
    time::{Duration, Instant},
};

use tempfile::TempDir;

use crate::{cargo, conformance::server::Server, failure::Failure, reference};

/// The speed of the sandbox's clock: an apply of minutes takes seconds.
const FACTOR: &str = "20";

/// The time between two looks at the terminal.
const LOOK: Duration = Duration::from_millis(300);

/// The longest time for one apply.
const DEADLINE: Duration = Duration::from_mins(5);

/// The text that the shell prints when the program has ended.
const ENDED: &str = "ended with";

/// Runs a first apply at 80 columns, and one of a new image at 120.
///
/// # Errors
///
/// tmux is missing, an apply fails, or a row is as wide as the terminal or wider.
pub(crate) fn run() -> Result<(), Failure> {
    let program = cargo::program()?;
    let folder = TempDir::with_prefix("sss-screens-").map_err(Failure::to("make a temporary folder"))?;
    let inputs = folder.path().join("terraform.tfvars");
    fs::write(inputs, reference::INPUTS).map_err(Failure::to("write terraform.tfvars"))?;
    let server = Server::start(Command::new(&program).args(["sandbox", "serve", "--factor", FACTOR]))?;
    let mut init = Command::new(&program);
    init.args(["init", "--from-tfvars", "terraform.tfvars"]).current_dir(folder.path());
    if !init.output().map_err(Failure::to("run the program"))?.status.success() {
        return Err(Failure::new("write the stack file"));
    }

    watch(&program, folder.path(), server.value("endpoint"), 80)?;
    let path = folder.path().join("sss.toml");
    let text = fs::read_to_string(&path).map_err(Failure::to("read sss.toml"))?;
    fs::write(&path, text.replace("httpd:latest", "httpd:2.4")).map_err(Failure::to("write sss.toml"))?;
    watch(&program, folder.path(), server.value("endpoint"), 120)
}

/// Applies the stack in a terminal of this width, and checks every screen.
fn watch(program: &Path, folder: &Path, endpoint: &str, width: usize) -> Result<(), Failure> {
    let socket = format!("sss-screens-{}-{width}", std::process::id());
    let tmux = |arguments: &[&str]| {
        let output = Command::new("tmux").args(["-L", &socket]).args(arguments).current_dir(folder).output();
        output.map_err(Failure::to("run tmux"))
    };
    let command = format!(
        "env AWS_ENDPOINT_URL={endpoint} AWS_ACCESS_KEY_ID=sandbox AWS_SECRET_ACCESS_KEY=sandbox \
         {} apply --yes; echo {ENDED} $?; sleep 60",
        program.display()
    );
    tmux(&["new-session", "-d", "-x", &width.to_string(), "-y", "40", &command])?;

    let start = Instant::now();
    let mut shown = String::new();
    let ended = loop {
        thread::sleep(LOOK);
        let screen = String::from_utf8_lossy(&tmux(&["capture-pane", "-p"])?.stdout).into_owned();
        if let Some(line) = screen.lines().find(|line| line.starts_with(ENDED)) {
            break line.to_owned();
        }
        let rows = rows(&screen);
        if let Some(row) = rows.iter().find(|row| row.chars().count() >= width) {
            return Err(Failure::new(format!("keep a row below {width} columns: {row}")));
        }
        if rows.len() >= 2 {
            screen.trim_end().clone_into(&mut shown);
        }
        if start.elapsed() > DEADLINE {
            break "no end".to_owned();
        }
    };
    tmux(&["kill-server"])?;

    println!("{width} columns\n{shown}\n{ended}\n");
    if ended == format!("{ENDED} 0") && !shown.is_empty() {
        return Ok(());
    }
    Err(Failure::new(format!("apply at {width} columns: {ended}")))
}

/// Returns the rows of running steps, which begin with a moving sign.
fn rows(screen: &str) -> Vec<&str> {
    let is_sign = |letter: char| ('\u{2801}'..='\u{28ff}').contains(&letter);
    screen.lines().filter(|line| line.starts_with(is_sign)).collect()
}

//! `screens`: the progress of an apply on a real terminal, by tmux.
//!
//! Tests compare the rows as texts. They cannot see the work of a terminal: a row that is exactly full makes an empty
//! line, a wider one scrolls, and a row that is not cleared stays. So this runs the program in tmux against
//! `sandbox serve`, captures the screen again and again, checks each, and prints a few of each run for people.
//!
//! The runs cover terminals of 60, 80 and 120 columns, with and without colours, a failed deployment, and more services
//! than there are rows. Then Ctrl-C ends commands that follow, which leave the terminal as it was.

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

/// The time between two captures of the terminal.
const PAUSE: Duration = Duration::from_millis(150);

/// The longest time for one apply.
const DEADLINE: Duration = Duration::from_mins(5);

/// The text that the shell prints when the program has ended.
const ENDED: &str = "ended with";

/// The captured screens of one run that are printed.
const PRINTED: usize = 3;

/// The services of the last run, which are more than there are rows.
const MANY: usize = 20;

/// One apply on a terminal.
struct Run {
    title: &'static str,
    columns: usize,
    has_colours: bool,
    /// The tag of the image.
    tag: &'static str,
    /// The number of services.
    services: usize,
    /// The exit code of the apply.
    exit: i32,
}

/// The applies, one after the other on one account.
const RUNS: [Run; 5] = [
    Run { title: "first apply", columns: 80, has_colours: true, tag: "2.4", services: 1, exit: 0 },
    Run { title: "new image", columns: 120, has_colours: false, tag: "2.5", services: 1, exit: 0 },
    Run { title: "failure", columns: 80, has_colours: false, tag: "does-not-exist", services: 1, exit: 1 },
    Run { title: "narrow terminal", columns: 60, has_colours: true, tag: "2.6", services: 1, exit: 0 },
    Run { title: "many services", columns: 120, has_colours: true, tag: "2.7", services: MANY, exit: 0 },
];

/// The commands that follow until Ctrl-C.
const FOLLOWING: [&str; 3] = ["logs -f --tail 5", "events -f", "tasks --watch=1"];

/// The exit code of a program that Ctrl-C ends.
const INTERRUPTED: &str = "130";

/// Applies the reference stack in terminals, and checks every captured screen.
///
/// # Errors
///
/// tmux is missing, an apply ends otherwise than expected, or a screen breaks a rule of [`check`].
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

    let path = folder.path().join("sss.toml");
    let text = fs::read_to_string(&path).map_err(Failure::to("read sss.toml"))?;
    for run in &RUNS {
        fs::write(&path, run.stack(&text)).map_err(Failure::to("write sss.toml"))?;
        run.watch(&program, folder.path(), server.value("endpoint"))?;
    }
    FOLLOWING.iter().try_for_each(|line| follow(&program, folder.path(), server.value("endpoint"), line))
}

/// Runs a command that follows in a terminal, ends it by Ctrl-C, and checks what it leaves.
fn follow(program: &Path, folder: &Path, endpoint: &str, line: &str) -> Result<(), Failure> {
    let name = line.split(' ').next().unwrap_or_default();
    let terminal = Terminal { folder, socket: format!("sss-screens-{}-{name}", std::process::id()) };
    let command = format!("{} {line}; echo {ENDED} $?; sleep 60", called(program, endpoint));
    terminal.tmux(&["new-session", "-d", "-x", "80", "-y", "40", &command])?;
    let left = left_by(&terminal, line);
    terminal.tmux(&["kill-server"])?;
    println!("== {line}, ended by Ctrl-C\n{}\n", left?.trim_end());
    Ok(())
}

/// Waits for the first line, types Ctrl-C, and returns the screen that is left. It has a cursor, no other screen lies
/// over it, and no style goes on.
fn left_by(terminal: &Terminal<'_>, line: &str) -> Result<String, Failure> {
    terminal.until(|screen| !screen.trim().is_empty())?;
    terminal.tmux(&["send-keys", "C-c"])?;
    let ended = format!("{ENDED} {INTERRUPTED}");
    let screen = terminal.until(|screen| screen.lines().any(|line| line.starts_with(ENDED)))?;
    let state = terminal.tmux(&["display-message", "-p", "#{cursor_flag} #{alternate_on}"])?;
    let coloured = terminal.screen(&["-e"])?;
    let is_plain = coloured.lines().any(|line| line == ended);
    if is_plain && state.trim() == "1 0" {
        return Ok(screen);
    }
    Err(Failure::new(format!("leave the terminal clean after {line} ({state}):\n{coloured}")))
}

/// Returns the program with the variables that lead it to the sandbox.
fn called(program: &Path, endpoint: &str) -> String {
    let program = program.display();
    format!(
        "env AWS_ENDPOINT_URL={endpoint} AWS_ACCESS_KEY_ID=sandbox AWS_SECRET_ACCESS_KEY=sandbox {program}"
    )
}

impl Run {
    /// Returns the stack file of the run.
    fn stack(&self, text: &str) -> String {
        let more = (1..self.services).map(|number| {
            format!(
                "\n[services.extra-{number:02}]\nimage = \"public.ecr.aws/docker/library/httpd:{}\"\nport = 80\n\
                 routes = [{{ path = \"/extra-{number:02}\" }}]\n",
                self.tag
            )
        });
        let first = text.replace("httpd:latest", &format!("httpd:{}", self.tag));
        more.fold(first, |text, service| text + &service)
    }

    /// Applies the stack in a terminal, checks every captured screen, and prints some of them.
    fn watch(&self, program: &Path, folder: &Path, endpoint: &str) -> Result<(), Failure> {
        let terminal =
            Terminal { folder, socket: format!("sss-screens-{}-{}", std::process::id(), self.tag) };
        let colours = if self.has_colours { "" } else { "env NO_COLOR=1 " };
        let program = called(program, endpoint);
        let command = format!("{colours}{program} apply --yes --no-verify; echo {ENDED} $?; sleep 60");
        terminal.tmux(&["new-session", "-d", "-x", &self.columns.to_string(), "-y", "40", &command])?;
        let screens = self.captured(&terminal);
        terminal.tmux(&["kill-server"])?;

        let screens = screens?;
        let colours = if self.has_colours { "with" } else { "without" };
        println!("== {}, {} columns, {colours} colours", self.title, self.columns);
        let step = screens.len().div_ceil(PRINTED).max(1);
        for screen in screens.iter().step_by(step).chain(screens.last()) {
            println!("{}\n", screen.trim_end());
        }
        Ok(())
    }

    /// Captures the terminal until the program ends. Returns the screens with rows, and the last one.
    fn captured(&self, terminal: &Terminal<'_>) -> Result<Vec<String>, Failure> {
        let start = Instant::now();
        let mut screens: Vec<String> = Vec::new();
        loop {
            thread::sleep(PAUSE);
            let screen = terminal.screen(&[])?;
            check(&screen, self.columns)?;
            if let Some(line) = screen.lines().find(|line| line.starts_with(ENDED)) {
                self.check_end(terminal, line, &screens)?;
                screens.push(screen);
                return Ok(screens);
            }
            if rows(&screen).len() >= 2 {
                screens.push(screen);
            }
            if start.elapsed() > DEADLINE {
                return Err(Failure::new(format!("end an apply within {} s", DEADLINE.as_secs())));
            }
        }
    }

    /// Checks the exit code, the colours, and that no row is left in anything that was ever printed.
    fn check_end(&self, terminal: &Terminal<'_>, line: &str, screens: &[String]) -> Result<(), Failure> {
        if line != format!("{ENDED} {}", self.exit) {
            return Err(Failure::new(format!("apply ({}): {line}", self.title)));
        }
        if screens.is_empty() {
            return Err(Failure::new(format!("capture a row of a running step ({})", self.title)));
        }
        let all = terminal.screen(&["-S", "-"])?;
        if let Some(row) = rows(&all).first() {
            return Err(Failure::new(format!("clear the rows at the end: {row}")));
        }
        let is_coloured = terminal.screen(&["-e", "-S", "-"])?.contains('\u{1b}');
        if is_coloured == self.has_colours {
            return Ok(());
        }
        Err(Failure::new(format!("print colours as the terminal wants them: {is_coloured}")))
    }
}

/// A terminal that tmux simulates.
struct Terminal<'a> {
    folder: &'a Path,
    socket: String,
}

impl Terminal<'_> {
    /// Runs tmux and returns its output.
    fn tmux(&self, arguments: &[&str]) -> Result<String, Failure> {
        let mut tmux = Command::new("tmux");
        tmux.args(["-L", &self.socket, "-f", "/dev/null"]).args(arguments).current_dir(self.folder);
        let output = tmux.output().map_err(Failure::to("run tmux"))?;
        if output.status.success() {
            return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
        }
        Err(Failure::new(format!("run tmux {}: {}", arguments[0], String::from_utf8_lossy(&output.stderr))))
    }

    /// Captures the screen until a condition holds for it.
    fn until(&self, holds: impl Fn(&str) -> bool) -> Result<String, Failure> {
        let start = Instant::now();
        loop {
            thread::sleep(PAUSE);
            let screen = self.screen(&[])?;
            if holds(&screen) {
                return Ok(screen);
            }
            if start.elapsed() > DEADLINE {
                return Err(Failure::new(format!("see the end of a command:\n{screen}")));
            }
        }
    }

    /// Returns the text on the terminal, with these arguments of `capture-pane`.
    fn screen(&self, arguments: &[&str]) -> Result<String, Failure> {
        self.tmux(&[&["capture-pane", "-p"], arguments].concat())
    }
}

/// Checks that rows are narrower than the terminal, that nothing is between or below them, and that the last one counts
/// the steps.
fn check(screen: &str, columns: usize) -> Result<(), Failure> {
    let rows = rows(screen);
    if let Some(row) = rows.iter().find(|row| row.chars().count() >= columns) {
        return Err(Failure::new(format!("keep a row below {columns} columns: {row}")));
    }
    let Some(last) = rows.last() else { return Ok(()) };
    let lines: Vec<&str> = screen.trim_end().lines().collect();
    let below = &lines[lines.len().saturating_sub(rows.len())..];
    if below != rows || !last.contains(" done") {
        return Err(Failure::new(format!("keep the rows together, and the count last:\n{screen}")));
    }
    Ok(())
}

/// Returns the rows of running steps, which begin with a moving sign.
fn rows(screen: &str) -> Vec<&str> {
    let is_sign = |letter: char| ('\u{2801}'..='\u{28ff}').contains(&letter);
    screen.lines().filter(|line| line.starts_with(is_sign)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_narrow_and_at_the_end() {
        let sound = "plan\n\n⠐ VPC link  pending\n⠤ 12 of 16 done\n\n";
        check(sound, 30).expect("a sound screen");
        check("plan\n", 30).expect("a screen without rows");
        check(sound, 19).expect_err("a row that is full");
        check("⠐ VPC link  pending\n\n⠤ 12 of 16 done\n", 30).expect_err("an empty line");
        check("⠤ 12 of 16 done\nrest of a row\n", 30).expect_err("a line below the rows");
        check("⠐ VPC link  pending\n", 30).expect_err("no count");
    }
}

//! The commands of the documentation, run one after the other.
//!
//! Each page has its own folder. Blocks with the language `console` are run there in their order, with the real
//! program and without the user's environment. A block whose information string has a file name, such as
//! ```` ```toml sss.toml ````, is that file. So whoever follows a page from its beginning sees what it shows.
//!
//! - A line that begins with `$ ` is a command, and the lines below it are its output, standard output and
//!   standard error together. `…` in a line stands for any text, and a line `…` for any lines.
//! - A command must succeed, unless the next one is `echo $?`, whose output is the exit code.
//! - A pipe to `jq` is evaluated in this process, because a machine may lack `jq`.
//! - `export NAME=VALUE` and `cd FOLDER` last to the end of the page.
//!
//! No block is left out in silence: commands in another form are listed with the reason, and data must be sound.

mod action;
mod block;
mod jq;

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use self::block::{Block, Shown};

/// The pages with commands, from the root of the repository.
const PAGES: [&str; 5] =
    ["README.md", "docs/guide.md", "docs/json.md", "docs/migration.md", "docs/tutorial.md"];

/// The text of a page on the way.
struct Reader {
    page: String,
    folder: PathBuf,
    variables: BTreeMap<String, String>,
}

/// What a command printed, and how it ended.
struct Ran {
    output: String,
    exit: i32,
}

impl Reader {
    /// Runs a command in the folder of the page.
    fn run(&mut self, command: &str) -> Ran {
        if let Some((name, value)) = command.strip_prefix("export ").and_then(|rest| rest.split_once('=')) {
            self.variables.insert(name.to_owned(), value.trim_matches('"').to_owned());
            return Ran { output: String::new(), exit: 0 };
        }
        if let Some(folder) = command.strip_prefix("cd ") {
            self.folder.push(folder);
            return Ran { output: String::new(), exit: 0 };
        }
        let Some((before, filter)) = command.rsplit_once(" | jq ") else { return self.shell(command) };
        // Notes and errors stay out of the pipe, and the exit code is that of `jq`, as in a shell.
        let ran = self.shell(&format!("{{ {before}; }} 2>/dev/null"));
        Ran { output: jq::run(filter, &ran.output), exit: 0 }
    }

    fn shell(&self, command: &str) -> Ran {
        let program = Path::new(env!("CARGO_BIN_EXE_sss-deploy"));
        let folder = program.parent().expect("the program is in a folder").display();
        let ran = Command::new("/bin/sh")
            .args(["-c", &format!("{{ {command}\n}} 2>&1")])
            .current_dir(&self.folder)
            .env_clear()
            .env("PATH", format!("{folder}:/usr/local/bin:/usr/bin:/bin"))
            .envs([("AWS_CONFIG_FILE", "/dev/null"), ("AWS_SHARED_CREDENTIALS_FILE", "/dev/null")])
            .envs(&self.variables)
            .output()
            .expect("the shell starts");
        let output = String::from_utf8(ran.stdout).expect("the output is text");
        Ran { output, exit: ran.status.code().expect("no signal ends the command") }
    }

    /// Runs the commands of a block and compares their output.
    fn follow(&mut self, shown: &[Shown]) {
        for (position, Shown { command, output }) in shown.iter().enumerate() {
            if command == "echo $?" {
                continue;
            }
            let ran = self.run(command);
            let expected = match shown.get(position + 1) {
                Some(next) if next.command == "echo $?" => next.output.concat(),
                _ => "0".to_owned(),
            };
            assert_eq!(ran.exit.to_string(), expected, "{}: {command}\n{}", self.page, ran.output);
            block::compare(output, &ran.output).unwrap_or_else(|line| {
                panic!("{}: {command}\nlacks: {line}\nin:\n{}", self.page, ran.output)
            });
        }
    }
}

#[test]
fn commands_of_the_pages_do_as_shown() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    for page in PAGES {
        let text = fs::read_to_string(root.join(page)).expect("the page");
        let folder = tempfile::tempdir().expect("a folder");
        let mut reader =
            Reader { page: page.to_owned(), folder: folder.path().to_owned(), variables: BTreeMap::new() };
        let blocks = block::of(&text);
        assert!(blocks.iter().any(|block| matches!(block, Block::Console(_))), "{page} has commands");
        for block in blocks {
            match block {
                Block::File { name, text } => {
                    fs::write(reader.folder.join(name), text).expect("a file of the page");
                }
                Block::Console(shown) => reader.follow(&shown),
            }
        }
    }
}

/// The blocks of commands that no test runs, by their first line, each with the reason.
const UNRUN: [(&str, &str, &str); 4] = [
    ("docs/tutorial.md", "cargo install --locked --path crates/sss-deploy", "it compiles the program"),
    (
        "docs/ci.md",
        "sss-deploy permissions --account 123456789012 > deploy.json",
        "the policy goes to an account of AWS",
    ),
    ("docs/ci.md", "sss-deploy permissions --boundary > boundary.json", "as above"),
    ("docs/ci.md", "docker build --file Containerfile --tag sss-deploy .", "it needs a container engine"),
];

/// Returns all pages of the repository that people read, from its root.
fn pages() -> Vec<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let crates = ["sss-model", "sss-aws", "sss-sandbox", "sss-deploy"].map(|name| format!("crates/{name}/"));
    let folders = [String::new(), "docs/".to_owned()].into_iter().chain(crates);
    let pages = folders.flat_map(|folder| {
        let files =
            fs::read_dir(root.join(&folder)).expect("a folder").map(|file| file.expect("a file").path());
        let pages: Vec<PathBuf> =
            files.filter(|file| file.extension().is_some_and(|extension| extension == "md")).collect();
        pages
            .into_iter()
            .map(move |page| format!("{folder}{}", page.file_name().expect("a name").to_string_lossy()))
    });
    pages.collect()
}

/// Returns what is wrong with the blocks of a page that no test runs.
fn unrun(page: &str, text: &str) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        let Some(information) = line.trim_start().strip_prefix("```") else { continue };
        let inside: Vec<&str> = lines.by_ref().take_while(|line| line.trim() != "```").collect();
        let first = inside.first().copied().unwrap_or_default();
        let is_wrong = match information.split(' ').next().unwrap_or_default() {
            "console" => line.starts_with(' ') || !PAGES.contains(&page),
            "sh" | "bash" | "shell" => {
                !UNRUN.iter().any(|(known, begin, _)| *known == page && *begin == first)
            }
            "json" => serde_json::from_str::<serde_json::Value>(&inside.join("\n")).is_err(),
            "toml" => toml::from_str::<toml::Table>(&inside.join("\n")).is_err(),
            _ => false,
        };
        wrong.extend(is_wrong.then(|| format!("{page}: {information}: {first}")));
    }
    wrong
}

#[test]
fn no_block_of_a_page_is_left_out() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let read = |page: &str| fs::read_to_string(root.join(page)).expect("a page");
    let wrong: Vec<String> = pages().iter().flat_map(|page| unrun(page, &read(page))).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
    for (page, first, reason) in UNRUN {
        assert!(read(page).contains(first), "{page} has no block that begins with `{first}` ({reason})");
    }
}

/// The commands of a stranger until the services of the tutorial are online, the installation included.
const MOST_COMMANDS: usize = 12;

#[test]
fn tutorial_brings_two_services_online_in_few_commands() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let text = fs::read_to_string(root.join("docs/tutorial.md")).expect("the page");
    let (online, _) = text.split_once("Both services are online.").expect("the end of the story");
    let folder = tempfile::tempdir().expect("a folder");
    let mut reader =
        Reader { page: String::new(), folder: folder.path().to_owned(), variables: BTreeMap::new() };

    // The installation is the one command that is not run.
    let mut commands = 1;
    for block in block::of(online) {
        match block {
            Block::File { name, text } => fs::write(reader.folder.join(name), text).expect("a file"),
            Block::Console(shown) => {
                commands += shown.len();
                reader.follow(&shown);
            }
        }
    }
    assert!(commands <= MOST_COMMANDS, "{commands} commands");

    let status = reader.run("sss-deploy status --json").output;
    let status: serde_json::Value = serde_json::from_str(&status).expect("JSON");
    let services = status["services"].as_array().expect("the services").iter();
    let steady = services.map(|service| (service["name"].as_str(), service["state"].as_str()));
    let expected = [(Some("orders"), Some("steady")), (Some("search"), Some("steady"))];
    assert_eq!(steady.collect::<Vec<_>>(), expected, "{status:#}");
    let plan = reader.run("sss-deploy plan --full").output;
    assert!(plan.contains("no changes"), "{plan}");
}

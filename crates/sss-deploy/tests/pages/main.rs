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

/// Returns the pages with a block of commands.
fn with_commands(folder: &Path) -> Vec<String> {
    let files = fs::read_dir(folder).expect("a folder").map(|file| file.expect("a file").path());
    let pages = files.filter(|file| file.extension().is_some_and(|extension| extension == "md"));
    let with = pages.filter(|page| fs::read_to_string(page).expect("a page").contains("```console"));
    with.map(|page| page.file_name().expect("a name").to_string_lossy().into_owned()).collect()
}

#[test]
fn every_page_with_commands_is_run() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    for (folder, prefix) in [(root.clone(), ""), (root.join("docs"), "docs/")] {
        for name in with_commands(&folder) {
            assert!(PAGES.contains(&format!("{prefix}{name}").as_str()), "{prefix}{name} is in no test");
        }
    }
}

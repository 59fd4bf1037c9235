//! `demo`: runs the main job on the embedded sandbox, command by command, and checks numbers of calls.
//!
//! The main job is the life of the reference stack: create it, change it, remove it. Each command is the real
//! program, and its exit code is checked. At the end the account must be empty. Then `demo/numbers.rs` counts
//! calls.

mod account;
mod numbers;

use std::{fs, path::PathBuf, process::Command};

use tempfile::TempDir;

use crate::{cargo, failure::Failure, reference};

/// The edits of the stack file between the two applies: another method, and a rule for another port.
const EDITS: [(&str, &str); 2] = [
    (r#"methods = ["GET"]"#, r#"methods = ["GET", "POST"]"#),
    (
        r#"{ protocol = "tcp", port = 80, cidrs = ["10.0.0.0/16"] }"#,
        r#"{ protocol = "tcp", port = 80, cidrs = ["10.0.0.0/16"] }, { protocol = "tcp", port = 8080, cidrs = ["10.0.0.0/16"] }"#,
    ),
];

/// The service that the edit adds.
const SECOND_SERVICE: &str = r#"
[services.orders]
image = "public.ecr.aws/docker/library/tomcat:latest"
port = 8080

[[services.orders.routes]]
methods = ["GET", "POST"]
path = "/orders/{proxy+}"
"#;

/// Runs the commands and the counts.
///
/// # Errors
///
/// A command has another exit code than expected, an object is left after the destroy, or a number is beyond
/// its limit.
pub(crate) fn run() -> Result<(), Failure> {
    let demo = Demo::new()?;
    println!("The main job, in {}", demo.folder.path().display());

    demo.step("init --from-tfvars terraform.tfvars", 0)?;
    demo.step("validate", 0)?;
    demo.step("plan --sandbox --detailed-exitcode", 2)?;
    demo.step("apply --sandbox --yes", 0)?;
    demo.step("status --sandbox", 0)?;
    demo.step("plan --sandbox --detailed-exitcode", 0)?;
    demo.edit()?;
    demo.step("plan --sandbox --detailed-exitcode", 2)?;
    demo.step("apply --sandbox --yes", 0)?;
    demo.step("plan --sandbox --detailed-exitcode", 0)?;
    demo.step("destroy --sandbox --yes", 0)?;
    demo.step("outputs --sandbox", 0)?;

    let left = account::objects_in(&demo.folder.path().join("sss.sandbox.json"))?;
    println!("\nNumbers, counted at the sandbox");
    numbers::show("objects left after destroy", left.len(), 0)?;
    numbers::run()
}

/// A temporary folder, and the program.
struct Demo {
    program: PathBuf,
    folder: TempDir,
}

impl Demo {
    /// Builds the program, and makes a folder with the example inputs.
    fn new() -> Result<Self, Failure> {
        let program = cargo::program()?;
        let folder = TempDir::with_prefix("sss-demo-").map_err(Failure::to("make a temporary folder"))?;
        fs::write(folder.path().join("terraform.tfvars"), reference::INPUTS)
            .map_err(Failure::to("write terraform.tfvars"))?;
        Ok(Self { program, folder })
    }

    /// Runs one command and checks its exit code.
    fn step(&self, arguments: &str, expected: i32) -> Result<(), Failure> {
        println!("\n$ sss-deploy {arguments}");
        let status = Command::new(&self.program)
            .args(arguments.split(' '))
            .current_dir(self.folder.path())
            .status()
            .map_err(Failure::to(format_args!("run {}", self.program.display())))?;
        match status.code() {
            Some(code) if code == expected => Ok(()),
            _ => Err(Failure::new(format!("{arguments}: {status}, not exit code {expected}"))),
        }
    }

    /// Edits the stack file, and prints the edits.
    fn edit(&self) -> Result<(), Failure> {
        println!("\n$ edit sss.toml");
        let path = self.folder.path().join("sss.toml");
        let mut text = fs::read_to_string(&path).map_err(Failure::to("read sss.toml"))?;
        for (before, after) in EDITS {
            if text.matches(before).count() != 1 {
                return Err(Failure::new(format!("find `{before}` once in sss.toml")));
            }
            println!("- {before}\n+ {after}");
            text = text.replace(before, after);
        }
        SECOND_SERVICE.trim_start().lines().for_each(|line| println!("+ {line}"));
        fs::write(&path, text + SECOND_SERVICE).map_err(Failure::to("write sss.toml"))
    }
}

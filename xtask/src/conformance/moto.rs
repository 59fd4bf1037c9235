//! The walk on moto: the program creates, changes and deletes the reference stack, and the AWS CLI checks the
//! objects.
//!
//! Moto is a server of AWS that others wrote. It lacks some operations that the engine needs, and
//! `moto/extension.py` adds them. The engine has no code for moto.

mod chapters;

use std::{fmt, fs, path::Path, process::Command};

use sss_model::tfvars;
use tempfile::TempDir;

use crate::{
    cargo,
    conformance::{
        Tally,
        client::Client,
        endpoint::Endpoint,
        server::Server,
        step::{self, Walker},
    },
    failure::Failure,
    package::Package,
    reference,
};

/// The release of moto for which the walk and the extension were written.
const MOTO: Package = Package { name: "moto", version: "5.2.5", extras: "[server]" };

/// Starts the server of moto, with an extension for the operations that moto lacks.
const EXTENSION: &str = "xtask/src/conformance/moto/extension.py";

/// The name of the stack file in the folder of the walk.
const STACK_FILE: &str = "sss.toml";

/// A step of the walk on moto.
enum Step {
    /// A command of the AWS CLI.
    Look(step::Step),
    /// A command of the program, and its exit code.
    Run(&'static str, i32),
    /// Writes the stack file of the example inputs, with the network of the account.
    Write,
    /// Replaces texts that the stack file has once. `<name>` stands for a kept value.
    Edit(&'static [(&'static str, &'static str)]),
}

impl fmt::Display for Step {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Look(step) => step.fmt(formatter),
            Self::Run(arguments, _) => write!(formatter, "sss-deploy {arguments}"),
            Self::Write => write!(formatter, "write {STACK_FILE}"),
            Self::Edit(_) => write!(formatter, "edit {STACK_FILE}"),
        }
    }
}

/// Runs the walk on its own moto.
pub(super) fn run(program: &Path, client: &Client, tally: &mut Tally) -> Result<(), Failure> {
    let python = MOTO.installed_beside(program)?;
    let mut command = Command::new(python);
    // One task of each new service runs. Without it, no deployment would ever complete.
    command.env_clear().env("MOTO_ECS_SERVICE_RUNNING", "1").env("MOTO_IAM_LOAD_MANAGED_POLICIES", "true");

    let server = Server::start(command.arg(cargo::root().join(EXTENSION)))?;
    let endpoint = Endpoint { url: server.value("endpoint").to_owned(), region: reference::stack().region };

    let folder = TempDir::with_prefix("sss-moto-").map_err(Failure::to("make a temporary folder"))?;
    let mut deployer = Deployer { program, folder: folder.path(), walker: Walker::new(client, endpoint) };
    tally.take(chapters::CHAPTERS, |step| deployer.take(step));
    Ok(())
}

/// Runs steps in order, in a folder with a stack file.
struct Deployer<'a> {
    /// The program `sss-deploy`.
    program: &'a Path,
    /// The folder with the stack file.
    folder: &'a Path,
    /// The AWS CLI on the same account.
    walker: Walker<'a>,
}

impl Deployer<'_> {
    fn take(&mut self, step: &Step) -> Result<(), Failure> {
        match step {
            Step::Look(step) => self.walker.take(step),
            Step::Run(arguments, code) => self.run(arguments, *code),
            Step::Write => self.write(),
            Step::Edit(changes) => self.edit(changes),
        }
    }

    /// Runs a command of the program, which must end with this exit code. The failure has its whole output.
    fn run(&self, arguments: &str, code: i32) -> Result<(), Failure> {
        let output = self
            .walker
            .endpoint()
            .command(self.program)
            .args(arguments.split(' '))
            .current_dir(self.folder)
            .output()
            .map_err(Failure::to(format_args!("run {}", self.program.display())))?;

        if output.status.code() == Some(code) {
            return Ok(());
        }

        let [out, err] =
            [output.stdout, output.stderr].map(|said| String::from_utf8_lossy(&said).into_owned());
        Err(Failure::new(format!("end with exit code {code}: {}: {}{}", output.status, out, err.trim())))
    }

    /// Writes the stack file with the network that earlier steps kept.
    fn write(&self) -> Result<(), Failure> {
        let mut inputs = tfvars::read(reference::INPUTS).expect("the example inputs are valid");
        self.walker.kept("vpc_id")?.clone_into(&mut inputs.vpc_id);
        self.walker.kept("default_security_group_id")?.clone_into(&mut inputs.default_security_group_id);
        inputs.private_subnet_ids = self.walker.kept("subnets")?.split(' ').map(str::to_owned).collect();
        self.replace(&inputs.to_stack_file())
    }

    /// Replaces texts of the stack file. Each must be in it exactly once, so that an edit cannot miss its
    /// place.
    fn edit(&self, changes: &[(&str, &str)]) -> Result<(), Failure> {
        let path = self.folder.join(STACK_FILE);
        let mut text = fs::read_to_string(path).map_err(Failure::to(format_args!("read {STACK_FILE}")))?;
        for (before, after) in changes {
            let before = self.walker.filled(before)?;
            if text.matches(&before).count() != 1 {
                return Err(Failure::new(format!("find `{before}` once in {STACK_FILE}")));
            }
            text = text.replace(&before, after);
        }
        self.replace(&text)
    }

    fn replace(&self, text: &str) -> Result<(), Failure> {
        fs::write(self.folder.join(STACK_FILE), text).map_err(Failure::to(format_args!("write {STACK_FILE}")))
    }
}

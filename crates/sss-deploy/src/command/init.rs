//! `init`: writes a stack file to start from.
//!
//! The file is a commented example with the network of the account ([`surroundings`]), or with `--from-tfvars` the reference stack with the inputs of the
//! article's Terraform. Both texts are the model's ([`sss_model::tfvars`]).
//!
//! It never overwrites a file by accident. Without `--force` the file must not exist. With `--force` it must
//! look like a stack file, so that a wrong `-f` cannot destroy another file.

mod surroundings;

use std::{
    fs::{self, OpenOptions},
    io::{self, Write},
    path::{Path, PathBuf},
};

use clap::Args;
use serde::Serialize;
use sss_model::tfvars;

use self::surroundings::Start;
use crate::{
    exit::Exit,
    failure::Failure,
    file,
    finding::Findings,
    invocation::{Invocation, typed},
    source::Source,
};

/// The arguments of `init`.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Read the inputs of the reference stack from a terraform.tfvars or terraform.tfvars.json
    #[arg(long, value_name = "FILE")]
    from_tfvars: Option<PathBuf>,
    /// Overwrite an existing stack file
    #[arg(long)]
    force: bool,
}

/// The answer with `--json`.
#[derive(Serialize)]
struct Written<'a> {
    /// The stack file, as the user wrote its path.
    file: &'a Path,
    /// The VPC of the account that the file names. `None` if its ids are placeholders or inputs of Terraform.
    vpc_id: Option<&'a str>,
    /// Why the ids are placeholders.
    reason: Option<&'a str>,
}

/// Writes the stack file and says how to continue.
///
/// # Errors
///
/// The stack of the program is code, the file exists and `--force` is not given, the file is no stack file,
/// the inputs are invalid, or the file cannot be written.
pub(crate) fn run(invocation: &Invocation, arguments: &Arguments) -> Result<Exit, Failure> {
    let path = match &invocation.source {
        Source::Files(files) => match files.as_slice() {
            [file] => file,
            _ => return Err(Failure::refused("write a stack file: `-f` names several files")),
        },
        Source::Code(_) => {
            return Err(Failure::refused("write a stack file: the stack of this program is code"));
        }
    };
    if arguments.force {
        may_replace(path)?;
    }

    let Start { text, vpc, reason } = match &arguments.from_tfvars {
        Some(inputs) => Start { text: from_tfvars(inputs)?, vpc: None, reason: None },
        None => surroundings::start(invocation)?,
    };
    write(path, &text, arguments.force)?;

    let output = &invocation.output;
    if output.json {
        let written = Written { file: path, vpc_id: vpc.as_deref(), reason: reason.as_deref() };
        output.document(&written)?;
    } else {
        tell(invocation, path, vpc.as_deref(), reason.as_deref());
    }
    Ok(Exit::Done)
}

/// Says where the ids of the file come from, and how to continue.
fn tell(invocation: &Invocation, path: &Path, vpc: Option<&str>, reason: Option<&str>) {
    let mut global = invocation.global.clone();
    if vpc.is_none() {
        // The placeholders name a network that only a sandbox has.
        global.sandbox.get_or_insert_default();
    }
    let program = typed(&invocation.name, &Source::Files(vec![path.to_owned()]), &global);
    invocation.output.note(|w| {
        vpc.iter().try_for_each(|vpc| writeln!(w, "note: the network is {vpc} of the account"))?;
        reason
            .iter()
            .try_for_each(|reason| writeln!(w, "note: the ids under [network] are placeholders: {reason}"))?;
        writeln!(w, "wrote {}; `{program} plan` prints its plan", path.display())
    });
}

/// Returns the stack file for the inputs in a `terraform.tfvars` or `terraform.tfvars.json`.
///
/// # Errors
///
/// The file cannot be read, or the inputs are invalid. The problems then have places in that file.
fn from_tfvars(path: &Path) -> Result<String, Failure> {
    let text = file::read(path).map_err(|error| Failure::file("read", path, &error))?;
    let inputs = tfvars::read(&text)
        .map_err(|located| Failure::Invalid(Findings::in_text(path.display().to_string(), &text, located)))?;
    Ok(inputs.to_stack_file())
}

/// Refuses to replace a file that is not a stack file, before the command does anything.
///
/// A missing file, an empty one, and a device such as `/dev/stdout` may be written.
fn may_replace(path: &Path) -> Result<(), Failure> {
    let is_free = fs::metadata(path).map_or(true, |there| !there.is_file() || there.len() == 0);
    if is_free || file::read(path).is_ok_and(|text| is_stack_file(&text)) {
        return Ok(());
    }
    Err(Failure::refused(format!("write {}: the file is not a stack file", path.display()))
        .hint("`--force` only overwrites stack files; name another file with `-f FILE`"))
}

/// Returns whether a text looks like a stack file, valid or not.
///
/// A header of a part of the stack is enough: the file to overwrite is often broken.
fn is_stack_file(text: &str) -> bool {
    let headers = ["[network]", "[services.", "[services]", "[[services"];
    text.lines().any(|line| headers.iter().any(|header| line.trim_start().starts_with(header)))
}

/// Writes the text. Without `overwrite`, creating the file and checking its absence are one call, so a file
/// that appears in between is not lost.
fn write(path: &Path, text: &str, overwrite: bool) -> Result<(), Failure> {
    let written = if overwrite {
        file::replace(path, text.as_bytes())
    } else {
        let new = OpenOptions::new().write(true).create_new(true).open(path);
        new.and_then(|mut file| file.write_all(text.as_bytes()))
    };
    written.map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => {
            Failure::refused(format!("write {}: the file exists", path.display()))
                .hint("`--force` overwrites it")
        }
        _ => Failure::file("write", path, &error),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stack_file_is_overwritten_only_with_force() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("sss.toml");
        write(&path, "one", false).expect("a new file");
        let failure = write(&path, "two", false).expect_err("a file in the way");
        assert_eq!(failure.exit(), Exit::Refused);
        assert_eq!(fs::read_to_string(&path).expect("the file"), "one");
        assert_eq!(may_replace(&path).expect_err("no stack file").exit(), Exit::Refused);
        fs::write(&path, tfvars::starter()).expect("a stack file");
        may_replace(&path).expect("a stack file");
        write(&path, "2", true).expect("an overwritten file");
        assert_eq!(fs::read_to_string(&path).expect("the file"), "2");
    }
}

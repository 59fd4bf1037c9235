//! `init`: writes a stack file to start from.

use std::{
    fs::{self, OpenOptions},
    io::{self, Write},
    path::{Path, PathBuf},
};

use clap::Args;
use serde::Serialize;
use sss_model::tfvars;

use crate::{exit::Exit, failure::Failure, file, finding::Findings, invocation::Invocation, source::Source};

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

#[derive(Serialize)]
struct Written<'a> {
    file: &'a Path,
}

pub(crate) fn run(invocation: &Invocation, arguments: &Arguments) -> Result<Exit, Failure> {
    let Source::File(path) = &invocation.source else {
        return Err(Failure::refused("write a stack file: the stack of this program is code"));
    };
    if arguments.force {
        may_replace(path)?;
    }
    let text = match &arguments.from_tfvars {
        Some(inputs) => from_tfvars(inputs)?,
        None => tfvars::starter(),
    };
    write(path, &text, arguments.force)?;
    let output = &invocation.output;
    if output.json {
        output.document(&Written { file: path })?;
    } else {
        let program = &invocation.program;
        output.note(|w| writeln!(w, "wrote {}; `{program} plan --sandbox` prints its plan", path.display()));
    }
    Ok(Exit::Done)
}

fn from_tfvars(path: &Path) -> Result<String, Failure> {
    let text = file::read(path).map_err(|error| Failure::file("read", path, &error))?;
    let inputs = tfvars::read(&text)
        .map_err(|located| Failure::Invalid(Findings::in_text(path.display().to_string(), &text, located)))?;
    Ok(inputs.to_stack_file())
}

/// Refuses to replace a file that is not a stack file, before the command does anything.
fn may_replace(path: &Path) -> Result<(), Failure> {
    let is_free = fs::metadata(path).map_or(true, |there| !there.is_file() || there.len() == 0);
    if is_free || file::read(path).is_ok_and(|text| is_stack_file(&text)) {
        return Ok(());
    }
    Err(Failure::refused(format!("write {}: the file is not a stack file", path.display()))
        .hint("`--force` only overwrites stack files; name another file with `-f FILE`"))
}

/// Returns whether a text looks like a stack file, valid or not.
fn is_stack_file(text: &str) -> bool {
    let headers = ["[network]", "[services.", "[services]", "[[services"];
    text.lines().any(|line| headers.iter().any(|header| line.trim_start().starts_with(header)))
}

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

//! `init`: a stack file to start from.

use std::{
    fs::{self, OpenOptions},
    io::{self, Write},
    path::{Path, PathBuf},
};

use clap::Args;
use serde::Serialize;
use sss_model::tfvars;

use crate::{exit::Exit, failure::Failure, finding::Findings, invocation::Invocation, source::Source};

/// The arguments of `init`.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Take the inputs from a terraform.tfvars of the reference stack
    #[arg(long, value_name = "FILE")]
    from_tfvars: Option<PathBuf>,
    /// Overwrite the stack file
    #[arg(long)]
    force: bool,
}

#[derive(Serialize)]
struct Written<'a> {
    file: &'a Path,
}

pub(crate) fn run(invocation: &Invocation, arguments: &Arguments) -> Result<Exit, Failure> {
    let Source::File(path) = &invocation.source else {
        return Err(Failure::refused("write a stack file: the stack is code"));
    };
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
        output.note(|w| {
            writeln!(w, "wrote {}; `{program} plan --sandbox` shows what it makes", path.display())
        });
    }
    Ok(Exit::Done)
}

fn from_tfvars(path: &Path) -> Result<String, Failure> {
    let text = fs::read_to_string(path).map_err(|error| Failure::file("read", path, &error))?;
    let inputs = tfvars::read(&text)
        .map_err(|located| Failure::Invalid(Findings::in_text(path.display().to_string(), &text, located)))?;
    Ok(inputs.to_stack_file())
}

fn write(path: &Path, text: &str, overwrite: bool) -> Result<(), Failure> {
    let mut options = OpenOptions::new();
    options.write(true);
    if overwrite {
        options.create(true).truncate(true);
    } else {
        options.create_new(true);
    }
    let written = options.open(path).and_then(|mut file| file.write_all(text.as_bytes()));
    written.map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => {
            Failure::refused(format!("write {}: it is there already", path.display()))
                .hint("`--force` overwrites it")
        }
        _ => Failure::file("write", path, &error),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stack_file_is_not_overwritten_unasked() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("sss.toml");
        write(&path, "one", false).expect("a new file");
        let failure = write(&path, "two", false).expect_err("a file in the way");
        assert_eq!(failure.exit(), Exit::Refused);
        assert_eq!(fs::read_to_string(&path).expect("the file"), "one");
        write(&path, "2", true).expect("an overwritten file");
        assert_eq!(fs::read_to_string(&path).expect("the file"), "2");
    }
}

//! Where the stack comes from.

use std::{
    io,
    path::{Path, PathBuf},
};

use sss_model::{Severity, Stack};

use crate::{failure::Failure, file, finding::Findings};

/// Where the stack comes from.
#[derive(Debug)]
pub(crate) enum Source {
    /// A stack file.
    File(PathBuf),
    /// Code.
    Code(Box<Stack>),
}

/// A valid stack and what is to be said about it.
#[derive(Debug)]
pub(crate) struct Read {
    pub(crate) stack: Stack,
    pub(crate) warnings: Findings,
}

impl Source {
    /// The valid stack.
    pub(crate) fn read(&self, program: &str) -> Result<Read, Failure> {
        match self {
            Self::File(path) => read_file(path, program),
            Self::Code(stack) => {
                let findings = Findings::in_code(stack.problems());
                if findings.count(Severity::Error) > 0 {
                    return Err(Failure::Invalid(findings));
                }
                Ok(Read { stack: stack.as_ref().clone(), warnings: findings })
            }
        }
    }

    /// Where its sandbox is kept when nobody says where: beside the stack file, or by the stack's name.
    pub(crate) fn sandbox_file(&self) -> PathBuf {
        match self {
            Self::File(path) => path.with_extension("sandbox.json"),
            Self::Code(stack) => PathBuf::from(format!("{}.sandbox.json", stack.name)),
        }
    }
}

fn read_file(path: &Path, program: &str) -> Result<Read, Failure> {
    let text = file::read(path).map_err(|error| {
        let failure = Failure::file("read", path, &error);
        if error.kind() == io::ErrorKind::NotFound {
            return failure
                .hint(format!("`{program} init` writes a stack file; `-f FILE` names another one"));
        }
        failure
    })?;
    let origin = path.display().to_string();
    let folder = path.parent().unwrap_or(Path::new(""));
    let beside = |name: &str| file::read(&folder.join(name)).map_err(|error| error.to_string());
    match Stack::from_toml_with(&text, beside) {
        Ok(parsed) => {
            Ok(Read { stack: parsed.stack, warnings: Findings::in_text(origin, &text, parsed.warnings) })
        }
        Err(located) => Err(Failure::Invalid(Findings::in_text(origin, &text, located))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sandbox_is_kept_beside_the_stack_file() {
        let source = Source::File(PathBuf::from("deploy/sss.toml"));
        assert_eq!(source.sandbox_file(), Path::new("deploy/sss.sandbox.json"));
    }
}

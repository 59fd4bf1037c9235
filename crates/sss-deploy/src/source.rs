//! The source of the stack: a stack file, or code.
//!
//! Both end as the same value: a valid stack with its warnings. Problems of a file have places in its text,
//! problems of code have paths. A stack in code can be changed after its builder checked it, so it is checked
//! again.

use std::{
    io,
    path::{Path, PathBuf},
};

use sss_model::{Invalid, Severity, Stack};

use crate::{failure::Failure, file, finding::Findings};

/// The source of the stack.
#[derive(Debug)]
pub(crate) enum Source {
    /// A stack file.
    File(PathBuf),
    /// Code. The program then has neither `init` nor `-f`.
    Code(Box<StackInCode>),
}

/// A stack in code: a [`Stack`], or the `Result` of its builder.
///
/// It is the argument of [`main_for`](crate::main_for) and [`run_for`](crate::run_for). Both accept anything
/// that converts into it, so few programs name this type.
///
/// ```
/// use sss_deploy::StackInCode;
/// use sss_model::Stack;
///
/// let valid = StackInCode::from(Stack::default());
/// let built = StackInCode::from(Stack::builder().name("shop").build());
/// ```
#[derive(Debug)]
pub struct StackInCode(Result<Stack, Invalid>);

impl From<Stack> for StackInCode {
    fn from(stack: Stack) -> Self {
        Self(Ok(stack))
    }
}

impl From<Result<Stack, Invalid>> for StackInCode {
    fn from(built: Result<Stack, Invalid>) -> Self {
        Self(built)
    }
}

/// A valid stack and its warnings.
#[derive(Debug)]
pub(crate) struct Read {
    /// The stack. It has no problem of the severity error.
    pub(crate) stack: Stack,
    /// Its problems of lower severities.
    pub(crate) warnings: Findings,
}

impl Source {
    /// Reads and checks the stack.
    ///
    /// # Errors
    ///
    /// The file cannot be read, or the stack is invalid.
    pub(crate) fn read(&self, program: &str) -> Result<Read, Failure> {
        match self {
            Self::File(path) => read_file(path, program),
            Self::Code(code) => code.read(),
        }
    }

    /// Returns the file of the sandbox if the user names none: next to the stack file, or named after the
    /// stack.
    ///
    /// A stack in code has no folder, so its sandbox is in the working folder.
    pub(crate) fn sandbox_file(&self) -> PathBuf {
        match self {
            Self::File(path) => path.with_extension("sandbox.json"),
            Self::Code(code) => {
                let name = code.0.as_ref().map_or("stack", |stack| stack.name.as_str());
                PathBuf::from(format!("{name}.sandbox.json"))
            }
        }
    }
}

impl StackInCode {
    /// Checks the stack.
    fn read(&self) -> Result<Read, Failure> {
        let invalid = |problems| Failure::Invalid(Findings::in_code(problems));
        let stack = self.0.as_ref().map_err(|error| invalid(error.problems.clone()))?;

        let findings = Findings::in_code(stack.problems());
        if findings.count(Severity::Error) > 0 {
            return Err(Failure::Invalid(findings));
        }
        Ok(Read { stack: stack.clone(), warnings: findings })
    }
}

/// Reads and checks a stack file. Files that it names, such as task definitions, are read from its folder.
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
    fn sandbox_is_kept_next_to_the_stack_file() {
        let source = Source::File(PathBuf::from("deploy/sss.toml"));
        assert_eq!(source.sandbox_file(), Path::new("deploy/sss.sandbox.json"));
    }
}

//! The source of the stack: stack files, or code.
//!
//! Both end as the same value: a valid stack with its warnings. Problems of files have places in their texts,
//! problems of code have paths. A stack in code can be changed after its builder checked it, so it is checked
//! again.

mod neighbours;

use std::{
    env, io,
    path::{Path, PathBuf},
};

use sss_model::{ImageOverride, Invalid, Severity, Stack, StackFiles};

use crate::{
    failure::Failure,
    file,
    finding::{File, Findings},
};

/// The stack file of a command without `-f`.
pub(crate) const FILE: &str = "sss.toml";

/// The source of the stack.
#[derive(Debug, Clone)]
pub(crate) enum Source {
    /// Stack files, of which each lies over the ones before it. There is at least one.
    Files(Vec<PathBuf>),
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
#[derive(Debug, Clone)]
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
    /// Reads and checks the stack, with images from outside.
    ///
    /// # Errors
    ///
    /// A file cannot be read, or the stack is invalid.
    pub(crate) fn read(&self, program: &str, images: &[ImageOverride]) -> Result<Read, Failure> {
        match self {
            Self::Files(paths) => read_files(paths, program, images),
            Self::Code(code) => code.read(images),
        }
    }

    /// Reads the names and the region of the stack, which may have other problems.
    ///
    /// # Errors
    ///
    /// A file cannot be read, or its names or its region are invalid.
    pub(crate) fn read_names(&self, program: &str) -> Result<Stack, Failure> {
        match self {
            Self::Files(paths) => read_names(paths, program),
            Self::Code(code) => {
                code.0.clone().map_err(|error| Failure::Invalid(Findings::in_code(error.problems)))
            }
        }
    }

    /// Returns whether a stack file at hand is about the stack of this name: one in a folder of the given files,
    /// or one of these whose name follows from the environment.
    ///
    /// The stack is then another one, and was not renamed.
    pub(crate) fn has_stack(&self, name: &str) -> bool {
        match self {
            Self::Files(paths) => neighbours::have_stack(paths, name),
            Self::Code(_) => false,
        }
    }

    /// Returns the place where the stack is written, for sentences: `sss.toml`, or `the stack`.
    pub(crate) fn name(&self) -> String {
        let name = |path: &PathBuf| path.file_name().unwrap_or(path.as_os_str()).display().to_string();
        match self {
            Self::Files(paths) => paths.iter().map(name).collect::<Vec<_>>().join(" + "),
            Self::Code(_) => "the stack".to_owned(),
        }
    }

    /// Returns the file of the sandbox if the user names none: next to the first stack file, or named after the
    /// stack.
    ///
    /// A stack in code has no folder, so its sandbox is in the working folder.
    pub(crate) fn sandbox_file(&self) -> PathBuf {
        match self {
            Self::Files(paths) => {
                paths.first().map_or(Path::new("sss"), PathBuf::as_path).with_extension("sandbox.json")
            }
            Self::Code(code) => {
                let name = code.0.as_ref().map_or("stack", |stack| stack.name.as_str());
                PathBuf::from(format!("{name}.sandbox.json"))
            }
        }
    }
}

impl StackInCode {
    /// Sets the images and checks the stack.
    fn read(&self, images: &[ImageOverride]) -> Result<Read, Failure> {
        let invalid = |problems| Failure::Invalid(Findings::in_code(problems));
        let mut stack = self.0.clone().map_err(|error| invalid(error.problems))?;

        let findings = Findings::in_code(stack.set_images(images));
        if findings.count(Severity::Error) > 0 {
            return Err(Failure::Invalid(findings));
        }
        Ok(Read { stack, warnings: findings })
    }
}

/// Reads the names of stack files, with the variables of the environment.
fn read_names(paths: &[PathBuf], program: &str) -> Result<Stack, Failure> {
    let files = texts(paths, program)?;
    let read = stack_files(&files).read_names();
    let count = files.len();
    read.map_err(|located| Failure::Invalid(Findings::in_files(files, count, located)))
}

/// Reads and checks stack files, with the variables of the environment.
///
/// Other files that a stack file names, such as task definitions, are read from its own folder.
fn read_files(paths: &[PathBuf], program: &str, images: &[ImageOverride]) -> Result<Read, Failure> {
    let mut files = texts(paths, program)?;
    let read = stack_files(&files).images(images.to_vec()).read();

    let (count, argument) = (files.len(), "--image");
    files.extend(images.iter().map(|image| File { name: argument.to_owned(), text: image.to_string() }));
    match read {
        Ok(parsed) => {
            Ok(Read { stack: parsed.stack, warnings: Findings::in_files(files, count, parsed.warnings) })
        }
        Err(located) => Err(Failure::Invalid(Findings::in_files(files, count, located))),
    }
}

/// Reads the texts of stack files.
fn texts(paths: &[PathBuf], program: &str) -> Result<Vec<File>, Failure> {
    let read = |path: &PathBuf| Ok(File { name: path.display().to_string(), text: text(path, program)? });
    paths.iter().map(read).collect()
}

/// Returns stack files with the variables of the environment, and with the files in their folders.
fn stack_files(files: &[File]) -> StackFiles<'static> {
    let beside = |holder: &str, name: &str| {
        let folder = Path::new(holder).parent().unwrap_or(Path::new(""));
        file::read(&folder.join(name)).map_err(|error| error.to_string())
    };
    let texts = files.iter().map(|file| (file.name.as_str(), file.text.as_str()));
    StackFiles::of(texts).environment(|name| env::var(name)).task_definitions(beside)
}

/// Reads the text of a stack file.
fn text(path: &Path, program: &str) -> Result<String, Failure> {
    file::read(path).map_err(|error| {
        let failure = Failure::file("read", path, &error);
        if error.kind() == io::ErrorKind::NotFound {
            return failure
                .hint(format!("`{program} init` writes a stack file; `-f FILE` names another one"));
        }
        failure
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sandbox_is_kept_next_to_the_stack_file() {
        let source = Source::Files(vec!["deploy/sss.toml".into(), "prod.toml".into()]);
        assert_eq!(source.sandbox_file(), Path::new("deploy/sss.sandbox.json"));
    }
}

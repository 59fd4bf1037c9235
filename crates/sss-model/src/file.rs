//! Stack files: TOML with the same words as the builders.
//!
//! Reading has these steps, and one call reports the problems of all of them:
//!
//! - `document` parses a text into a tree of JSON values and notes the place of each value.
//! - `overlay` lays each file over the ones before it.
//! - `images` sets the images that come from outside of the files.
//! - `environment` replaces variables in strings.
//! - `graft` reads the task definitions that services name, and adds their keys.
//! - `structure` compares the tree with the JSON Schema, and removes the values that do not fit.
//! - The tree becomes a [`Stack`], and the rules of [`rules`] judge it.
//! - Each problem gets the place of its path, and the list is sorted by place.
//!
//! A problem of one step often causes others in the next one: a service without an image has no valid task either.
//! `refused` has the paths that earlier steps reported, and later problems there are dropped. Only a syntax error,
//! or too many tables inside each other, ends the reading at once.
//!
//! `names` reads only the names, for callers that need no more.
//!
//! The module opens no file and reads no variable. The caller passes the texts of the stack files, and functions that
//! return the texts of other files and the values of variables ([`StackFiles`]).

mod document;
pub(crate) mod environment;
mod graft;
mod images;
mod names;
pub(crate) mod overlay;
mod refused;
mod stack_files;
mod structure;

use std::fmt;
use std::ops::Range;

use serde::Serialize;

use crate::path::Path;
use crate::problem::{Problem, Severity};
use crate::rules::{self, broken};
use crate::stack::Stack;
use crate::text::Plain;
use document::Document;
use images::Images;
use refused::Refused;
pub use stack_files::StackFiles;
use structure::Findings;

/// A problem and its place in a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Located {
    /// The problem.
    #[serde(flatten)]
    pub problem: Problem,
    /// The number of the file, from 0 for the lowest one. Images of [`StackFiles::image`] follow the files.
    pub file: usize,
    /// The bytes of the value in the file, or of the key if a key is the problem.
    ///
    /// For a missing key, these are the bytes of the nearest table around it, or `None` if that is the file itself.
    pub span: Option<Range<usize>>,
}

impl Located {
    /// Returns the same problem with its place in the text as it was given.
    pub(crate) fn back_in(self, plain: &Plain<'_>) -> Self {
        let span = self.span.map(|span| plain.original(span));
        Self { span, ..self }
    }
}

impl fmt::Display for Located {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.problem.fmt(f)
    }
}

/// A stack file that has been read.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Parsed {
    /// The stack; it breaks no rule of severity error.
    pub stack: Stack,
    /// The warnings and advice, by position.
    pub warnings: Vec<Located>,
}

impl Stack {
    /// Reads a stack file.
    ///
    /// ```
    /// use sss_model::Stack;
    ///
    /// let text = r#"
    ///     name = "market"
    ///     region = "eu-central-1"
    ///
    ///     [network]
    ///     vpc_id = "vpc-0a1b2c3d4e5f60718"
    ///     private_subnet_ids = ["subnet-0a1b2c3d4e5f60001", "subnet-0a1b2c3d4e5f60002"]
    ///
    ///     [services.mailer]
    ///     imagee = "mailer:1.4"
    ///     cpu = 512
    ///     memory = 512
    /// "#;
    /// let problems = Stack::from_toml(text).unwrap_err();
    /// assert_eq!(problems[0].problem.fix, "did you mean `image`?");
    /// assert_eq!(problems[1].problem.path, "services.mailer.memory");
    /// assert_eq!(&text[problems[1].span.clone().unwrap()], "512");
    /// ```
    ///
    /// A byte order mark is skipped, and `\r\n` ends a line as `\n` does, in strings of several lines too: a stack
    /// does not depend on how its file was checked out.
    ///
    /// # Errors
    ///
    /// Returns all problems by position, warnings too, if one of them has the severity error. A syntax error is
    /// reported without the problems behind it.
    pub fn from_toml(text: &str) -> Result<Parsed, Vec<Located>> {
        Stack::from_toml_with(text, |_| Err("`Stack::from_toml` reads no other files".to_owned()))
    }

    /// Reads a stack file that names other files.
    ///
    /// `task_definition = "taskdef.json"` of a service names the JSON of a request of `RegisterTaskDefinition`, or of
    /// an answer of `DescribeTaskDefinition`. The service takes the containers, sizes and names in it; a key of the
    /// stack file wins. The main container has the name of the service (or `names.container`), otherwise it is the
    /// first essential one. Roles are those of the stack. A variable that is listed twice and a parameter that the stack sets by
    /// itself are warnings. A member that a stack cannot have is an error.
    ///
    /// `files` returns the text of a file by its name in the stack file, or the reason why it cannot.
    ///
    /// ```
    /// use sss_model::Stack;
    ///
    /// let text = r#"
    ///     name = "market"
    ///     region = "eu-central-1"
    ///
    ///     [network]
    ///     vpc_id = "vpc-0a1b2c3d4e5f60718"
    ///     private_subnet_ids = ["subnet-0a1b2c3d4e5f60001", "subnet-0a1b2c3d4e5f60002"]
    ///
    ///     [services.mailer]
    ///     task_definition = "taskdef.json"
    ///     image = "mailer:1.5"
    /// "#;
    /// let taskdef = r#"{
    ///     "family": "mailer", "cpu": "512", "memory": "1024", "networkMode": "awsvpc",
    ///     "containerDefinitions": [{ "name": "mailer", "image": "mailer:1.4", "command": ["work"] }]
    /// }"#;
    /// let stack = Stack::from_toml_with(text, |_| Ok(taskdef.to_owned())).unwrap().stack;
    /// let mailer = &stack.services["mailer"];
    /// assert_eq!((mailer.task.image.as_str(), mailer.task.cpu), ("mailer:1.5", 512));
    /// assert_eq!(mailer.task.command, ["work"]);
    /// ```
    ///
    /// # Errors
    ///
    /// Fails as [`Stack::from_toml`] does. Problems of a task definition have the place where the stack file names it.
    pub fn from_toml_with(
        text: &str,
        files: impl Fn(&str) -> Result<String, String>,
    ) -> Result<Parsed, Vec<Located>> {
        StackFiles::of([("", text)]).task_definitions(|_, name| files(name)).read()
    }

    /// Reads several stack files as one stack: each lies over the ones before it.
    ///
    /// [`StackFiles`] says how, and holds the variables and images for them.
    ///
    /// ```
    /// use sss_model::{Stack, StackFiles, tfvars};
    ///
    /// let overlay = "name = \"my-production\"\n[services.web]\ndesired_count = 3\nport = 0";
    /// let files = StackFiles::of([("sss.toml", tfvars::starter().as_str()), ("production.toml", overlay)]);
    /// let problems = Stack::from_files(&files).unwrap_err();
    /// assert_eq!((problems[0].file, problems[0].problem.path.as_str()), (1, "services.web.port"));
    /// assert_eq!(&overlay[problems[0].span.clone().unwrap()], "0");
    /// ```
    ///
    /// # Errors
    ///
    /// Returns all problems by file and position, warnings too, if one of them has the severity error. A syntax error
    /// is reported with the syntax errors of the other files, and without the problems behind it.
    pub fn from_files(files: &StackFiles<'_>) -> Result<Parsed, Vec<Located>> {
        let plain = files.plain();
        let back = |located: Vec<Located>| back_in(&plain, located);
        match Stack::from_plain(&plain, files) {
            Ok(parsed) => Ok(Parsed { warnings: back(parsed.warnings), ..parsed }),
            Err(located) => Err(back(located)),
        }
    }

    /// Reads texts whose byte order marks and line ends are in the normal form.
    ///
    /// A stack with problems is typed and judged as far as it can be, so that the first run shows as many problems as
    /// possible.
    fn from_plain(texts: &[Plain<'_>], files: &StackFiles<'_>) -> Result<Parsed, Vec<Located>> {
        let (mut document, mut located) = joined(texts, files)?;
        let images = Images { images: &files.images, first: files.files.len() };
        images.set(&mut document);

        let Findings { mut problems, mut refused } = environment::fill(&mut document, &files.environment);
        let grafted = graft::task_definitions(&mut document, files);
        problems.extend(grafted.problems);
        refused.extend(grafted.refused);
        images.set(&mut document);
        let unplaced = images.problems(&document);
        located.extend(unplaced.into_iter().filter(|located| !refused.touches(&located.problem.path)));

        let stack = typed(&document, images, &mut problems, refused);
        located.extend(problems.into_iter().map(|problem| document.locate(problem)));
        located.sort_by_key(|located| (located.file, located.span.as_ref().map(|span| span.start)));
        let is_error = |located: &Located| located.problem.severity == Severity::Error;
        match stack {
            Some(stack) if !located.iter().any(is_error) => Ok(Parsed { stack, warnings: located }),
            _ => Err(located),
        }
    }

    /// Returns the stack as a stack file; reading it gives an equal stack.
    #[expect(clippy::missing_panics_doc, reason = "the expectation always holds")]
    pub fn to_toml(&self) -> String {
        const PLAIN: &str = "a stack is a table of strings, numbers, lists and tables with string keys";
        let text = toml::to_string(self).expect(PLAIN);
        if !environment::is_mentioned(&text) {
            return text;
        }
        let mut value = toml::Value::try_from(self).expect(PLAIN);
        environment::escape(&mut value);
        toml::to_string(&value).expect(PLAIN)
    }
}

/// Returns problems with their places in the texts as they were given.
fn back_in(plain: &[Plain<'_>], located: Vec<Located>) -> Vec<Located> {
    let back = |located: Located| match plain.get(located.file) {
        Some(plain) => located.back_in(plain),
        None => located,
    };
    located.into_iter().map(back).collect()
}

/// Reads the texts and lays each over the ones before it. Returns the problems of their keys `remove` as well.
///
/// # Errors
///
/// Returns the syntax errors of all texts.
fn joined(texts: &[Plain<'_>], files: &StackFiles<'_>) -> Result<(Document, Vec<Located>), Vec<Located>> {
    let (mut documents, mut errors) = (Vec::new(), Vec::new());
    for (file, plain) in texts.iter().enumerate() {
        match Document::read(&plain.text, file) {
            Ok(document) => documents.push(document),
            Err(located) => errors.extend(located),
        }
    }
    if !errors.is_empty() {
        return Err(errors);
    }

    let mut joined = None;
    for document in documents {
        let (document, located) = overlay::lay_over(joined, document, &files.environment);
        errors.extend(located);
        joined = Some(document);
    }
    Ok((joined.unwrap_or_default(), errors))
}

/// Checks the structure of a tree, and turns it into a stack as far as it goes.
///
/// Problems of the stack that a refused value explains are left out.
fn typed(
    document: &Document,
    images: Images<'_>,
    problems: &mut Vec<Problem>,
    refused: Refused,
) -> Option<Stack> {
    let mut value = document.value.clone();
    let Findings { problems: found, refused } = structure::inspect(&mut value, document, refused);
    problems.extend(found);
    let Ok(stack) = Stack::unchecked(value) else {
        if problems.is_empty() {
            problems.push(misfit());
        }
        return None;
    };
    let found = stack.problems().into_iter().chain(stack.idle_images(images.images));
    problems.extend(found.filter(|problem| !refused.explains(problem)));
    Some(stack)
}

/// Returns the problem of a file that fits the schema, but that the types of the model cannot hold.
///
/// The schema follows from the types, so no file should have it. The message of the error is not shown, because it may
/// quote a value, which may be a secret.
fn misfit() -> Problem {
    Problem::new(&Path::root(), broken!(rules::FILE_003, "misfit"))
}

#[cfg(test)]
mod tests;

//! The input of a stack: its files, and what they refer to.

use std::env::VarError;
use std::fmt;

use super::{Located, Parsed};
use crate::image_override::ImageOverride;
use crate::stack::Stack;
use crate::text::Plain;

/// The files of a stack, from the lowest to the topmost, with their surroundings.
///
/// [`StackFiles::read`] reads them as one stack:
///
/// - A file lies over the ones before it. Tables are merged key by key; any other value, a list too, replaces the one
///   below. `remove = ["services.app.environment.DEBUG"]` at the top of a file removes values of the files below.
/// - `${env:NAME}` in a string is the value of a variable, and `${env:NAME:-default}` has a default for a variable that is
///   unset or empty. Where a number or a boolean belongs, the text is converted. `$${env:NAME}` is the text itself.
/// - [`StackFiles::image`] sets the image of a container.
///
/// The model does no I/O, so texts, variables and other files come from the caller. Without
/// [`environment`](StackFiles::environment), every variable is unset.
///
/// ```
/// use sss_model::StackFiles;
///
/// let common = r#"
///     name = "market"
///     region = "eu-central-1"
///
///     [network]
///     vpc_id = "vpc-0a1b2c3d4e5f60718"
///     private_subnet_ids = ["subnet-0a1b2c3d4e5f60001", "subnet-0a1b2c3d4e5f60002"]
///
///     [services.mailer]
///     image = "mailer:1.4"
///     desired_count = "${env:COUNT:-1}"
///     environment = { DEBUG = "1", QUEUE = "mails" }
/// "#;
/// let production = r#"
///     name = "market-production"
///     remove = ["services.mailer.environment.DEBUG"]
///
///     [services.mailer.environment]
///     QUEUE = "urgent-mails"
/// "#;
/// let files = StackFiles::of([("sss.toml", common), ("production.toml", production)])
///     .environment(|name| if name == "COUNT" { Ok("3".to_owned()) } else { Err(std::env::VarError::NotPresent) })
///     .image("mailer=mailer:1.5".parse()?);
/// let stack = files.read().expect("the files are valid").stack;
/// let mailer = &stack.services["mailer"];
/// assert_eq!((stack.name.as_str(), mailer.desired_count), ("market-production", Some(3)));
/// assert_eq!(mailer.task.image, "mailer:1.5");
/// assert_eq!(mailer.task.environment, [("QUEUE".to_owned(), "urgent-mails".to_owned())].into());
/// # Ok::<(), sss_model::NotAnImageOverride>(())
/// ```
pub struct StackFiles<'a> {
    /// The names and the texts of the files.
    pub(super) files: Vec<(String, String)>,
    pub(super) images: Vec<ImageOverride>,
    pub(super) environment: Box<Variables<'a>>,
    pub(super) task_definitions: Box<Others<'a>>,
}

/// A function that returns the value of a variable.
type Variables<'a> = dyn Fn(&str) -> Result<String, VarError> + 'a;

/// A function that returns the text of another file, by the name of the stack file and its own name.
type Others<'a> = dyn Fn(&str, &str) -> Result<String, String> + 'a;

impl<'a> StackFiles<'a> {
    /// Returns files by name and text, the lowest first. They name no other files, and every variable is unset.
    ///
    /// The name is for [`StackFiles::task_definitions`]; [`Located::file`] has the number of a file, from 0.
    pub fn of<Name, Text>(files: impl IntoIterator<Item = (Name, Text)>) -> Self
    where
        Name: Into<String>,
        Text: Into<String>,
    {
        StackFiles {
            files: files.into_iter().map(|(name, text)| (name.into(), text.into())).collect(),
            images: Vec::new(),
            environment: Box::new(|_| Err(VarError::NotPresent)),
            task_definitions: Box::new(|_, _| Err("the stack file is read without other files".to_owned())),
        }
    }

    /// Takes the variables of the environment from a function, such as [`std::env::var`].
    #[must_use]
    pub fn environment(self, variable: impl Fn(&str) -> Result<String, VarError> + 'a) -> Self {
        StackFiles { environment: Box::new(variable), ..self }
    }

    /// Takes the texts of task definitions from a function.
    ///
    /// It gets the name of the stack file and the name of the task definition in it, and returns the text, or the reason
    /// why it cannot. [`Stack::from_toml_with`] describes the files.
    #[must_use]
    pub fn task_definitions(self, file: impl Fn(&str, &str) -> Result<String, String> + 'a) -> Self {
        StackFiles { task_definitions: Box::new(file), ..self }
    }

    /// Sets the image of a container, in place of the one in the files.
    ///
    /// In [`Located::file`] an image has a number like a file: the images follow the files in their order. The span of a
    /// problem is then in the text of the image, `SERVICE=REFERENCE`.
    #[must_use]
    pub fn image(mut self, image: ImageOverride) -> Self {
        self.images.push(image);
        self
    }

    /// Sets the images of several containers, as [`StackFiles::image`] does for one.
    #[must_use]
    pub fn images(mut self, images: impl IntoIterator<Item = ImageOverride>) -> Self {
        self.images.extend(images);
        self
    }

    /// Returns the texts in their normal form.
    pub(super) fn plain(&self) -> Vec<Plain<'_>> {
        self.files.iter().map(|(_, text)| Plain::of(text)).collect()
    }

    /// Reads the files as one stack.
    ///
    /// # Errors
    ///
    /// Returns all problems by file and position, warnings too, if one of them has the severity error. A syntax error is
    /// reported with the syntax errors of the other files, and without the problems behind it.
    pub fn read(&self) -> Result<Parsed, Vec<Located>> {
        Stack::from_files(self)
    }
}

impl fmt::Debug for StackFiles<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The texts may have secrets.
        let names: Vec<&String> = self.files.iter().map(|(name, _)| name).collect();
        f.debug_struct("StackFiles")
            .field("files", &names)
            .field("images", &self.images)
            .finish_non_exhaustive()
    }
}

//! Images that come from outside of a stack, such as the one that a pipeline has just built.
//!
//! A stack file has the image of each container, and a pipeline builds another one for each commit. An
//! [`ImageOverride`] sets the image of one container for one run, so that the pipeline need not edit the file. It is
//! judged by the same rules as an image in the file.
//!
//! `file/images.rs` sets images in a stack file before the file is judged, and [`Stack::set_images`] sets them in a
//! stack in code.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use crate::ignored::Ignored;
use crate::nearest::nearest;
use crate::path::Path;
use crate::problem::Problem;
use crate::rules::{Broken, STACK_020, STACK_021, broken};
use crate::stack::Stack;

/// An image for a container of a service, in place of the one that the stack has.
///
/// As text it is `SERVICE=REFERENCE` for the main container of a service, and `SERVICE/CONTAINER=REFERENCE` for another
/// one.
///
/// ```
/// use sss_model::ImageOverride;
///
/// let built: ImageOverride = "orders/proxy=registry.example.com/proxy:1.5".parse()?;
/// assert_eq!((built.service.as_str(), built.container.as_deref()), ("orders", Some("proxy")));
/// assert_eq!(built.image, "registry.example.com/proxy:1.5");
/// # Ok::<(), sss_model::NotAnImageOverride>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ImageOverride {
    /// The name of the service in the stack.
    pub service: String,
    /// The name of the container, or `None` for the main one.
    pub container: Option<String>,
    /// The reference to the image. The rules judge it together with the stack.
    pub image: String,
}

/// The error of a text that is not an [`ImageOverride`].
///
/// ```
/// let error = "orders:1.5".parse::<sss_model::ImageOverride>().unwrap_err();
/// assert_eq!(error.to_string(), "write SERVICE=REF or SERVICE/CONTAINER=REF, as in `orders=example/orders:1.5`");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct NotAnImageOverride;

impl fmt::Display for NotAnImageOverride {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("write SERVICE=REF or SERVICE/CONTAINER=REF, as in `orders=example/orders:1.5`")
    }
}

impl std::error::Error for NotAnImageOverride {}

impl FromStr for ImageOverride {
    type Err = NotAnImageOverride;

    fn from_str(text: &str) -> Result<Self, NotAnImageOverride> {
        let (target, image) = text.split_once('=').ok_or(NotAnImageOverride)?;
        let (service, container) = match target.split_once('/') {
            Some((service, container)) => (service, Some(container)),
            None => (target, None),
        };
        if service.is_empty() || image.is_empty() || container.is_some_and(str::is_empty) {
            return Err(NotAnImageOverride);
        }
        Ok(ImageOverride {
            service: service.to_owned(),
            container: container.map(str::to_owned),
            image: image.to_owned(),
        })
    }
}

impl fmt::Display for ImageOverride {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}={}", self.target(), self.image)
    }
}

impl ImageOverride {
    /// Returns the text before the image: `SERVICE` or `SERVICE/CONTAINER`.
    pub fn target(&self) -> String {
        match &self.container {
            Some(container) => format!("{}/{container}", self.service),
            None => self.service.clone(),
        }
    }

    /// Returns the case of an override that names no service of these.
    pub(crate) fn no_service<'a>(&self, services: impl Iterator<Item = &'a str> + Clone) -> Broken {
        let service = self.service.as_str();
        let known: Vec<&str> = services.clone().collect();
        match nearest(service, services) {
            Some(near) => broken!(STACK_020, "misspelled-service", service = service, near = near),
            None if known.is_empty() => broken!(STACK_020, "no-service", service = service),
            None => broken!(STACK_020, "unknown-service", service = service, known = known),
        }
    }

    /// Returns the index of the container among those beside the main one, or `None` for the main one.
    ///
    /// The main container may be called by its own name or by that of the service.
    ///
    /// # Errors
    ///
    /// Returns the case of a container that the service does not have.
    pub(crate) fn position(&self, main: &str, beside: &[&str]) -> Result<Option<usize>, Broken> {
        let Some(container) = self.container.as_deref() else { return Ok(None) };
        if let Some(index) = beside.iter().position(|name| *name == container) {
            return Ok(Some(index));
        }
        if container == main || container == self.service {
            return Ok(None);
        }

        let service = self.service.as_str();
        let known: Vec<&str> = std::iter::once(main).chain(beside.iter().copied()).collect();
        Err(match nearest(container, known.iter().copied()) {
            Some(near) => {
                broken!(
                    STACK_020,
                    "misspelled-container",
                    service = service,
                    container = container,
                    near = near
                )
            }
            None => {
                broken!(
                    STACK_020,
                    "unknown-container",
                    service = service,
                    container = container,
                    known = known
                )
            }
        })
    }

    /// Returns the case of a second image for one container.
    pub(crate) fn twice(&self) -> Broken {
        broken!(STACK_020, "named-twice", target = self.target())
    }
}

impl Stack {
    /// Sets images from outside, and returns the problems of them and of the stack that has them.
    ///
    /// Use it for a stack in code; a stack file gets them by [`StackFiles::image`](crate::StackFiles::image). Without a
    /// problem of severity error the stack is valid. An image for a service or a container that the stack does not have
    /// is such a problem, and the stack stays as it is for it.
    ///
    /// ```
    /// use sss_model::{ImageOverride, Stack, tfvars};
    ///
    /// let mut stack = Stack::from_toml(&tfvars::starter()).expect("the starter file is valid").stack;
    /// let built: ImageOverride = "web=registry.example.com/web:1.5".parse()?;
    /// stack.set_images(&[built]);
    /// assert_eq!(stack.services["web"].task.image, "registry.example.com/web:1.5");
    ///
    /// let problems = stack.set_images(&["wbe=registry.example.com/web:1.5".parse()?]);
    /// assert_eq!(problems[0].fix, "did you mean `web`?");
    /// # Ok::<(), sss_model::NotAnImageOverride>(())
    /// ```
    pub fn set_images(&mut self, images: &[ImageOverride]) -> Vec<Problem> {
        let mut problems = Vec::new();
        let mut set = BTreeSet::new();
        for image in images {
            let at = Path::root().key("services");
            let main = self.container_name(&image.service);
            let known: Vec<String> = self.services.keys().cloned().collect();
            let Some(service) = self.services.get_mut(&image.service) else {
                let broken = image.no_service(known.iter().map(String::as_str));
                problems.push(Problem::new(&at, broken));
                continue;
            };

            let at = at.key(&image.service);
            let beside: Vec<&str> =
                service.task.containers.iter().map(|container| container.name.as_str()).collect();
            match image.position(&main, &beside) {
                Ok(position) if !set.insert((&image.service, position)) => {
                    problems.push(Problem::new(&at, image.twice()));
                }
                Ok(None) => service.task.image.clone_from(&image.image),
                Ok(Some(index)) => service.task.containers[index].image.clone_from(&image.image),
                Err(broken) => problems.push(Problem::new(&at, broken)),
            }
        }
        problems.extend(self.problems());
        problems.extend(self.idle_images(images));
        problems
    }

    /// Returns a warning for each image of a service that leaves its image to others.
    pub(crate) fn idle_images(&self, images: &[ImageOverride]) -> Vec<Problem> {
        let is_idle = |image: &&ImageOverride| {
            let service = self.services.get(&image.service);
            image.container.is_none()
                && service.is_some_and(|service| service.ignore_changes.contains(&Ignored::Image))
        };
        let place = |image: &ImageOverride| Path::root().key("services").key(&image.service).key("image");
        let idle = images.iter().filter(is_idle);
        idle.map(|image| Problem::new(&place(image), broken!(STACK_021, "left-to-others"))).collect()
    }
}

//! The flags `--image` and `--images`: the images of containers for one run.
//!
//! A pipeline builds an image and deploys it without an edit of the stack file. The model judges the image like
//! one of the file, and the plan names it. A saved plan holds the images with which it was made, so `apply FILE`
//! takes none.
//!
//! A file of images has an image on each line, as `--image` takes it. `pin --lock` writes one with the digests of the
//! stack's images. It holds for those images only: if the stack has another tag by now, the file is stale.

use std::path::{Path, PathBuf};

use clap::Args;
use sss_aws::operate::images::without_digest;
use sss_model::{ImageOverride, NotAnImageOverride, Stack};

use crate::{failure::Failure, file, source::Source};

/// The flags of all commands that read the stack for one run.
#[derive(Debug, Default, Clone, Args)]
pub(crate) struct Images {
    /// Set the image of a container for this run; may be repeated
    #[arg(long = "image", value_name = "SERVICE[/CONTAINER]=REF")]
    pub(crate) image: Vec<ImageOverride>,
    /// Take the images of a file that `pin --lock` wrote; `--image` goes before them
    #[arg(long = "images", value_name = "FILE")]
    pub(crate) images: Option<PathBuf>,
}

impl Images {
    /// Returns the images of both flags.
    ///
    /// # Errors
    ///
    /// The file cannot be read, has another line than an image, or is stale.
    pub(crate) fn read(&self, source: &Source, program: &str) -> Result<Vec<ImageOverride>, Failure> {
        let Some(path) = &self.images else { return Ok(self.image.clone()) };
        let mut images = read(path)?;
        images.retain(|locked| !self.image.iter().any(|image| image.target() == locked.target()));

        // A stack with problems is reported by whoever reads it next.
        if let Ok(read) = source.read(program, &[]) {
            refuse_stale(path, &images, &read.stack, program)?;
        }
        images.extend(self.image.iter().cloned());
        Ok(images)
    }
}

/// Reads a file of images.
///
/// # Errors
///
/// The file cannot be read, or has another line than an image.
pub(crate) fn read(path: &Path) -> Result<Vec<ImageOverride>, Failure> {
    let text = file::read(path).map_err(|error| Failure::file("read", path, &error))?;
    parse(&text)
        .map_err(|(line, error)| Failure::new(format!("read {} at line {line}: {error}", path.display())))
}

/// Returns the text of a file with these images.
pub(crate) fn written<'a>(images: impl IntoIterator<Item = &'a ImageOverride>) -> String {
    images.into_iter().fold(String::new(), |text, image| text + &image.to_string() + "\n")
}

/// Reads the lines of a file. The error has the number of the first wrong line.
fn parse(text: &str) -> Result<Vec<ImageOverride>, (usize, NotAnImageOverride)> {
    let lines = text.lines().map(str::trim).zip(1..);
    let lines = lines.filter(|(line, _)| !line.is_empty() && !line.starts_with('#'));
    lines.map(|(line, number)| line.parse().map_err(|error| (number, error))).collect()
}

/// Refuses images of a file that are not those of the stack: its tags were changed after the file was written.
fn refuse_stale(path: &Path, images: &[ImageOverride], stack: &Stack, program: &str) -> Result<(), Failure> {
    let stale = images.iter().filter_map(|image| {
        let own = reference(stack, image)?;
        let is_same = without_digest(&own) == without_digest(&image.image);
        (!is_same)
            .then(|| format!("the image of {} is {own} by now, and not {}", image.target(), image.image))
    });
    let stale: Vec<String> = stale.collect();
    if stale.is_empty() {
        return Ok(());
    }
    let path = path.display();
    let hint = format!("`{program} pin --lock {path}` writes the file anew");
    Err(Failure::refused(format!("use the images of {path}: {}", stale.join("; "))).hint(hint))
}

/// Returns the reference that the stack has for a container. `None` if it has no such container, which the model tells.
fn reference(stack: &Stack, image: &ImageOverride) -> Option<String> {
    let service = stack.services.get(image.service.as_str())?;
    let main = stack.container_name(&image.service);
    let name = image.container.clone().unwrap_or_else(|| main.clone());
    let mut containers = service.task.all_containers(main).into_iter();
    containers.find(|container| container.name == name).map(|container| container.image)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn file_has_an_image_on_each_line() {
        let text = "# of Monday\norders=a:1@sha256:0d\n\n  orders/proxy=b:2@sha256:17\n";
        let images = parse(text).expect("images");
        assert_eq!(written(&images), "orders=a:1@sha256:0d\norders/proxy=b:2@sha256:17\n");
        assert_eq!(parse("orders=a:1\norders").expect_err("a wrong line").0, 2);
    }
}

//! Images from outside of the files, such as those that a pipeline has built.
//!
//! An image is set in the tree before the tree is judged, so the rules see it like one of a file. Its place is the text
//! of the [`ImageOverride`], which counts as a file behind the stack files: a problem is shown there, and not at the
//! image that the file has.
//!
//! The images are set twice. The first time is before variables and task definitions are read, so that a variable in an
//! image that is replaced may be unset. The second time finds the containers of task definitions.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::Located;
use super::document::{Document, Entry, TEXT};
use crate::image_override::ImageOverride;
use crate::path::Path;
use crate::problem::Problem;
use crate::rules::Broken;

/// The images, and the number of the first one among the files.
#[derive(Clone, Copy)]
pub(super) struct Images<'a> {
    pub(super) images: &'a [ImageOverride],
    pub(super) first: usize,
}

impl Images<'_> {
    /// Sets the images of all containers that the tree has.
    pub(super) fn set(self, document: &mut Document) {
        for (image, file) in self.images.iter().zip(self.first..) {
            let main = main_container(&document.value, &image.service);
            let services = document.value.get_mut("services").and_then(Value::as_object_mut);
            let Some(Value::Object(service)) = services.and_then(|services| services.get_mut(&image.service))
            else {
                continue;
            };
            let Ok(position) = image.position(&main, &beside(service)) else { continue };

            let at = Path::root().key("services").key(&image.service);
            let at = match position {
                None => {
                    service.insert("image".to_owned(), image.image.clone().into());
                    at.key("image")
                }
                Some(index) => {
                    service["containers"][index]["image"] = image.image.clone().into();
                    at.key("containers").index(index).key("image")
                }
            };
            let value = image.target().len() + 1..image.to_string().len();
            let entry = Entry { file, kind: TEXT, key: None, value, under_header: false };
            document.entries.insert(at, entry);
        }
    }

    /// Returns the problems of images that no container of the tree has, or that have one together.
    pub(super) fn problems(self, document: &Document) -> Vec<Located> {
        let mut set = BTreeSet::new();
        let mut located = Vec::new();
        for (image, file) in self.images.iter().zip(self.first..) {
            let at = Path::root().key("services");
            let (at, broken) = match Images::target(image, &document.value) {
                Ok(position) if set.insert((&image.service, position)) => continue,
                Ok(_) => (at.key(&image.service), image.twice()),
                Err((at, broken)) => (at, broken),
            };
            let span = Some(0..image.target().len());
            located.push(Located { problem: Problem::new(&at, broken), file, span });
        }
        located
    }

    /// Returns the container that an image is for, as [`ImageOverride::position`] does, or the problem and its path.
    fn target(image: &ImageOverride, tree: &Value) -> Result<Option<usize>, (Path, Broken)> {
        let at = Path::root().key("services");
        let none = Map::new();
        let services = tree.get("services").and_then(Value::as_object).unwrap_or(&none);
        match services.get(&image.service) {
            None => Err((at, image.no_service(services.keys().map(String::as_str)))),
            // The structure reports a service that is no table.
            Some(service) => service.as_object().map_or(Ok(None), |service| {
                let position = image.position(&main_container(tree, &image.service), &beside(service));
                position.map_err(|broken| (at.key(&image.service), broken))
            }),
        }
    }
}

/// Returns the name of the main container: the one that the service gives it, or the one of the naming scheme.
fn main_container(tree: &Value, service: &str) -> String {
    let chosen = tree["services"][service]["names"]["container"].as_str().map(str::to_owned);
    let stack = tree["name"].as_str().unwrap_or_default();
    chosen.unwrap_or_else(|| format!("{stack}-{service}"))
}

/// Returns the names of the containers beside the main one. A container without a name has an empty one.
fn beside(service: &Map<String, Value>) -> Vec<&str> {
    let containers = service.get("containers").and_then(Value::as_array).into_iter().flatten();
    containers.map(|container| container["name"].as_str().unwrap_or_default()).collect()
}

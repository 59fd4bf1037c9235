//! `pin`: writes the digests of images into the stack file, beside their tags.
//!
//! The file is edited in place: only the values of `image` change, so comments and layout stay. Nothing is written
//! unless every image has a digest and a place.

mod edit;

use std::path::Path;

use clap::Args;
use schemars::JsonSchema;
use serde::Serialize;
use sss_aws::operate::{
    Target,
    images::{Image, State, images, pinned, without_digest},
};

use self::edit::{Edit, File};
use super::choice;
use crate::{
    exit::Exit,
    failure::Failure,
    file,
    invocation::Invocation,
    session::{Session, on_account},
    source::Source,
};

/// The arguments of `pin`.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// The services [default: all]
    #[arg(value_name = "SERVICE")]
    services: Vec<String>,
    /// Write the digests of the images that run, not those of the registries
    #[arg(long, conflicts_with = "undo")]
    running: bool,
    /// Remove the digests again
    #[arg(long)]
    undo: bool,
}

/// The answer as JSON.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Answer<'a> {
    /// The name of the stack.
    stack: &'a str,
    /// The values that were changed.
    changed: Vec<Changed>,
}

/// A value of `image` that was changed.
#[derive(Debug, Serialize, JsonSchema)]
struct Changed {
    /// The key of the service.
    service: String,
    /// The name of the container.
    container: String,
    /// The stack file.
    file: String,
    before: String,
    after: String,
}

/// Reads the digests and writes them into the stack files.
pub(crate) fn run(invocation: &Invocation, arguments: &Arguments) -> Result<Exit, Failure> {
    on_account(invocation, async |session| {
        let Source::Files(paths) = &invocation.source else {
            return Err(Failure::new("pin the images: the stack is in code").hint("write the digests there"));
        };
        let target = Target::of(session.stack);
        let services = choice::services(&target, &arguments.services)?;
        let reach = (!arguments.undo && !arguments.running).then(|| session.reach());
        let work = images(session.deployer.aws(), session.stack, &services, reach);
        let found = session.interruption.or(Box::pin(work)).await?;
        let found = found.map_err(|error| Failure::engine("read the images", &error))?;

        let changed = write(session, paths, arguments, &found)?;
        let output = &invocation.output;
        if output.json {
            output.document(&Answer { stack: &target.stack, changed })?;
        } else if changed.is_empty() {
            output.note(|w| writeln!(w, "note: nothing to change"));
        } else {
            output.data(|w| {
                changed.iter().try_for_each(|change| {
                    let Changed { service, container, file, before, after } = change;
                    writeln!(w, "{service}  {container}  {file}\n  - {before}\n  + {after}")
                })
            })?;
        }
        Ok(Exit::Done)
    })
}

/// Changes the files, and returns the changes.
///
/// # Errors
///
/// An image has no digest, or no place in a file; or a file cannot be read or written. Nothing is written then.
fn write(
    session: &Session<'_>,
    paths: &[std::path::PathBuf],
    arguments: &Arguments,
    images: &[Image],
) -> Result<Vec<Changed>, Failure> {
    let mut files = Vec::new();
    for path in paths {
        let text = file::read(path).map_err(|error| Failure::file("read", path, &error))?;
        files.push(File::new(path, text));
    }

    let (mut changed, mut problems) = (Vec::new(), Vec::new());
    for image in images {
        let name = format!("{} of {}", image.container, image.service);
        let after = match wanted(arguments, image) {
            Ok(after) => after,
            Err(why) => {
                problems.push(format!("{name}: {why}"));
                continue;
            }
        };
        if after == image.reference {
            continue;
        }
        let is_main = session.stack.container_name(&image.service) == image.container;
        let container = (!is_main).then_some(image.container.as_str());
        let edit = Edit { service: &image.service, container, before: &image.reference, after: &after };
        match edit::apply(&mut files, &edit) {
            Some(path) => changed.push(Changed {
                service: image.service.clone(),
                container: image.container.clone(),
                file: path.display().to_string(),
                before: image.reference.clone(),
                after,
            }),
            None => {
                problems.push(format!("{name}: no stack file has `image = \"{}\"` for it", image.reference));
            }
        }
    }

    if !problems.is_empty() {
        let message = format!("pin the images: {}", problems.join("; "));
        return Err(
            Failure::new(message).hint("nothing was written; name the other services to leave these out")
        );
    }
    for file in files.iter().filter(|file| file.is_changed) {
        replace(file.path, &file.text)?;
    }
    Ok(changed)
}

/// Writes a file.
fn replace(path: &Path, text: &str) -> Result<(), Failure> {
    file::replace(path, text.as_bytes()).map_err(|error| Failure::file("write", path, &error))
}

/// Returns the reference that an image gets. The error is the reason why it gets none.
fn wanted(arguments: &Arguments, image: &Image) -> Result<String, String> {
    if arguments.undo {
        return Ok(without_digest(&image.reference).to_owned());
    }
    if arguments.running {
        return match image.running.as_slice() {
            [digest] => Ok(pinned(&image.reference, digest)),
            [] => Err("no task runs".to_owned()),
            _ => Err("tasks run several images; wait for the deployment".to_owned()),
        };
    }
    match (&image.registry, image.state) {
        (Some(_), State::OtherArchitecture) | (None, _) => {
            Err(image.reason.clone().unwrap_or_else(|| "its registry tells no digest".to_owned()))
        }
        (Some(digest), _) => Ok(pinned(&image.reference, digest)),
    }
}

//! `pin`: writes the digests of images into the stack file, beside their tags, or into a file of their own.
//!
//! The stack file is edited in place: only the values of `image` change, so comments and layout stay. Nothing is written
//! unless every image has a digest and a place. A file of its own (`--lock`) is for `--images` of the commands that
//! deploy; it also suits a stack in code.

mod edit;

use std::path::{Path, PathBuf};

use clap::Args;
use schemars::JsonSchema;
use serde::Serialize;
use sss_aws::operate::{
    Target,
    images::{Image, State, images as compared, pinned, without_digest},
};
use sss_model::ImageOverride;

use self::edit::{Edit, File};
use super::choice;
use crate::{
    exit::Exit,
    failure::Failure,
    file, images,
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
    /// Write the digests of the images that run
    #[arg(long, conflicts_with_all = ["undo", "latest"])]
    running: bool,
    /// Write the digests that the registries have under the tags now [default]
    #[arg(long, conflicts_with = "undo")]
    latest: bool,
    /// Write the images into this file, for `--images`, and leave the stack file as it is
    #[arg(long, value_name = "FILE", conflicts_with = "undo")]
    lock: Option<PathBuf>,
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
    /// The stack file, or the file of `--lock`.
    file: String,
    before: String,
    after: String,
}

/// Reads the digests and writes them into the stack files.
pub(crate) fn run(invocation: &Invocation, arguments: &Arguments) -> Result<Exit, Failure> {
    on_account(invocation, async |session| {
        let paths = match (&invocation.source, &arguments.lock) {
            (Source::Files(paths), _) => paths.as_slice(),
            (Source::Code(_), Some(_)) => &[],
            (Source::Code(_), None) => {
                let hint = "write the digests there, or write a file for `--images` with `--lock FILE`";
                return Err(Failure::new("pin the images: the stack is in code").hint(hint));
            }
        };
        let target = Target::of(session.stack);
        let services = choice::services(&target, &arguments.services)?;
        let asks = arguments.latest || !(arguments.undo || arguments.running);
        let reach = asks.then(|| session.reach());
        let work = compared(session.deployer.aws(), session.stack, &services, reach);
        let found = session.interruption.or(Box::pin(work)).await?;
        let found = found.map_err(|error| Failure::engine("read the images", &error))?;

        let changed = match &arguments.lock {
            Some(path) => lock(session, path, arguments, &found)?,
            None => write(session, paths, arguments, &found)?,
        };
        let output = &invocation.output;
        if output.json {
            output.document(&Answer { stack: &target.stack, changed })?;
        } else if changed.is_empty() {
            output.note(|w| writeln!(w, "note: nothing to change"));
        } else {
            output.answer(|w| {
                changed.iter().try_for_each(|change| {
                    let Changed { service, container, file, before, after } = change;
                    writeln!(w, "{service}  {container}  {file}\n  - {before}\n  + {after}")
                })
            })?;
        }
        Ok(Exit::Done)
    })
}

/// Writes the images into a file of their own. Images of other services stay there. Returns the changes.
///
/// # Errors
///
/// An image has no digest, or the file cannot be written. Nothing is written then.
fn lock(
    session: &Session<'_>,
    path: &Path,
    arguments: &Arguments,
    images: &[Image],
) -> Result<Vec<Changed>, Failure> {
    let mut locked = if path.exists() { images::read(path)? } else { Vec::new() };
    locked.retain(|one| session.stack.services.contains_key(one.service.as_str()));
    let (mut changed, mut problems) = (Vec::new(), Vec::new());
    for image in images {
        let after = match wanted(arguments, image) {
            Ok(after) => after,
            Err(why) => {
                problems.push(format!("{} of {}: {why}", image.container, image.service));
                continue;
            }
        };
        let is_main = session.stack.container_name(&image.service) == image.container;
        let beside = if is_main { String::new() } else { format!("/{}", image.container) };
        let line = format!("{}{beside}={after}", image.service);
        let line: ImageOverride =
            line.parse().expect("a service and an image of the stack are no empty texts");

        let before = locked.iter().position(|one| one.target() == line.target());
        let before = before.map(|index| locked.remove(index));
        if before.as_ref() != Some(&line) {
            let before = before.map_or_else(|| image.reference.clone(), |before| before.image);
            let file = path.display().to_string();
            let (service, container) = (image.service.clone(), image.container.clone());
            changed.push(Changed { service, container, file, before, after });
        }
        locked.push(line);
    }

    refuse(&problems)?;
    locked.sort_by_key(ImageOverride::target);
    replace(path, &images::written(&locked))?;
    Ok(changed)
}

/// Changes the files, and returns the changes.
///
/// # Errors
///
/// An image has no digest, or no place in a file; or a file cannot be read or written. Nothing is written then.
fn write(
    session: &Session<'_>,
    paths: &[PathBuf],
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

    refuse(&problems)?;
    for file in files.iter().filter(|file| file.is_changed) {
        replace(file.path, &file.text)?;
    }
    Ok(changed)
}

/// Fails if an image has no digest or no place.
fn refuse(problems: &[String]) -> Result<(), Failure> {
    if problems.is_empty() {
        return Ok(());
    }
    let message = format!("pin the images: {}", problems.join("; "));
    Err(Failure::new(message).hint("nothing was written; name the other services to leave these out"))
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

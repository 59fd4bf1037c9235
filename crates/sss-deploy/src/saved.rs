//! Saved plans in files.
//!
//! The library decides the content ([`SavedPlan`]): the plan as it was shown, without values to apply. A
//! saved plan is therefore no secret, and `apply FILE` plans again and compares. This module only reads and
//! writes the file.
//!
//! The first check of an existing file protects it: `plan --out sss.toml` must not destroy the stack file.

use std::{fs, path::Path};

use serde::{Deserialize, Serialize};
use sss_aws::SavedPlan;
use sss_model::{ImageOverride, NotAnImageOverride};

use crate::{failure::Failure, file};

/// Refuses to replace a file that holds something else than a plan, before the command does anything.
///
/// A missing file, an empty one and a device may be written.
pub(crate) fn may_replace(path: &Path) -> Result<(), Failure> {
    let is_free = fs::metadata(path).map_or(true, |there| !there.is_file() || there.len() == 0);
    if is_free || file::read_own(path).is_ok_and(|text| SavedPlan::is_in(&text)) {
        return Ok(());
    }
    Err(Failure::refused(format!("save the plan in {}: the file is not a saved plan", path.display()))
        .hint("name another file; `plan --out` only overwrites saved plans"))
}

/// A plan in a file: the library's plan, and the images of `--image` with which it was made.
#[derive(Serialize, Deserialize)]
struct Stored {
    #[serde(flatten)]
    plan: SavedPlan,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    images: Vec<String>,
}

/// Writes a plan to a file, as indented JSON, with the images that are not those of the stack file.
pub(crate) fn write(plan: &SavedPlan, images: &[ImageOverride], path: &Path) -> Result<(), Failure> {
    let images = images.iter().map(ToString::to_string).collect();
    let stored = Stored { plan: plan.clone(), images };
    let text = format!("{:#}\n", serde_json::to_value(&stored).expect("a plan is plain data"));
    file::replace(path, text.as_bytes()).map_err(|error| Failure::file("save the plan", path, &error))
}

/// Reads the plan in a file, and its images.
///
/// # Errors
///
/// The file cannot be read, or it is no plan of this version of the program.
pub(crate) fn read(path: &Path) -> Result<(SavedPlan, Vec<ImageOverride>), Failure> {
    let text = file::read_own(path).map_err(|error| Failure::file("read the plan", path, &error))?;
    let stored: Stored = serde_json::from_str(&text).map_err(|error| {
        let failure = Failure::json("read the plan", path, &error);
        if SavedPlan::is_in(&text) {
            failure.hint("another version of this program saved it; save the plan again")
        } else {
            failure.hint("`plan --out FILE` saves plans; `-f FILE` names a stack file")
        }
    })?;
    let images = stored.images.iter().map(|image| image.parse()).collect::<Result<_, _>>();
    let images = images.map_err(|error: NotAnImageOverride| {
        Failure::new(format!("read the plan {}: an image of it is unusable: {error}", path.display()))
    })?;
    Ok((stored.plan, images))
}

//! `schema`: writes the committed JSON Schema of the stack file.
//!
//! The schema follows from the model's types. It is committed, so that editors can use it without a build,
//! and a test compares it.

use std::{fs, path::PathBuf};

use crate::{cargo, failure::Failure};

fn path() -> PathBuf {
    cargo::root().join("schemas/sss.schema.json")
}

/// Returns the text of the current schema.
fn current() -> String {
    format!("{:#}\n", sss_model::schema())
}

/// Writes the schema.
pub(crate) fn write() -> Result<(), Failure> {
    let path = path();
    let folder = path.parent().expect("the schema is in a folder");
    fs::create_dir_all(folder)
        .and_then(|()| fs::write(&path, current()))
        .map_err(Failure::to(format_args!("write {}", path.display())))
}

/// Checks that the committed schema is current.
///
/// # Errors
///
/// The file is missing or has another content. The message has the command that writes it.
pub(crate) fn check() -> Result<(), Failure> {
    let path = path();
    let committed =
        fs::read_to_string(&path).map_err(Failure::to(format_args!("read {}", path.display())))?;
    if committed == current() {
        return Ok(());
    }
    Err(Failure::new(format!(
        "find the current schema in {}; `cargo xtask schema` writes it",
        path.display()
    )))
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_committed_schema_is_current() {
        super::check().expect("`cargo xtask schema` writes it");
    }
}

//! `schema`: writes the committed JSON Schemas of the stack file and of JSON output.
//!
//! The schemas follow from the types. They are committed, so that editors and other programs can use them
//! without a build, and a test compares them.

use std::{fs, path::PathBuf};

use sss_deploy::Subject;

use crate::{cargo, failure::Failure};

/// Returns the file of a schema. That of the stack file has the name of the project, because users refer to
/// it in their stack files.
fn path(subject: Subject) -> PathBuf {
    let name = if subject == Subject::Stack { "sss" } else { subject.name() };
    cargo::root().join(format!("schemas/{name}.schema.json"))
}

/// Returns the text of the current schema.
fn current(subject: Subject) -> String {
    format!("{:#}\n", subject.schema())
}

/// Writes all schemas.
pub(crate) fn write() -> Result<(), Failure> {
    for subject in Subject::ALL {
        let path = path(subject);
        let folder = path.parent().expect("the schema is in a folder");
        fs::create_dir_all(folder)
            .and_then(|()| fs::write(&path, current(subject)))
            .map_err(Failure::to(format_args!("write {}", path.display())))?;
    }
    Ok(())
}

/// Checks that the committed schemas are current.
///
/// # Errors
///
/// A file is missing or has another content. The message has the command that writes it.
pub(crate) fn check() -> Result<(), Failure> {
    Subject::ALL.into_iter().try_for_each(check_one)
}

fn check_one(subject: Subject) -> Result<(), Failure> {
    let path = path(subject);
    let committed =
        fs::read_to_string(&path).map_err(Failure::to(format_args!("read {}", path.display())))?;
    if committed == current(subject) {
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
    fn the_committed_schemas_are_current() {
        super::check().expect("`cargo xtask schema` writes them");
    }
}

//! The page and the picture of the results: `docs/performance.md` and `docs/performance.svg`.
//!
//! The page has a place for each part of the bench, between two comments. The rest is written by hand.

use std::{borrow::Cow, fs, path::PathBuf};

use crate::{cargo, failure::Failure};

/// A file that the bench writes, or a place in one.
pub(super) struct Written {
    /// The part of the bench that gives its content.
    part: &'static str,
    content: String,
    place: Place,
}

/// Returns the content of a place from what stands there and the new content.
pub(super) type Merge = fn(&str, &str) -> String;

/// The place of the content.
enum Place {
    /// Between the comments of the part.
    InPage,
    /// The same, together with what stands there already.
    Merged(Merge),
    Picture,
}

impl Written {
    /// Returns content for the place of a part in the page.
    pub(super) fn in_page(part: &'static str, content: String) -> Self {
        Self { part, content, place: Place::InPage }
    }

    /// Returns content that joins what stands in the place of a part already.
    pub(super) fn merged(part: &'static str, content: String, merge: Merge) -> Self {
        Self { part, content, place: Place::Merged(merge) }
    }

    /// Returns content for the picture.
    pub(super) fn picture(part: &'static str, content: String) -> Self {
        Self { part, content, place: Place::Picture }
    }

    fn path(&self) -> PathBuf {
        let name = match self.place {
            Place::InPage | Place::Merged(_) => "performance.md",
            Place::Picture => "performance.svg",
        };
        cargo::root().join("docs").join(name)
    }

    /// Returns the current file, and the file with the new results.
    fn files(&self) -> Result<(String, String), Failure> {
        let path = self.path();
        let read = || fs::read_to_string(&path).map_err(Failure::to(format_args!("read {}", path.display())));
        match self.place {
            Place::InPage | Place::Merged(_) => {
                let page = read()?;
                let changed = replaced(&page, self.part, |old| match self.place {
                    Place::Merged(merge) => merge(old, &self.content).into(),
                    _ => Cow::Borrowed(&self.content),
                })?;
                Ok((page, changed))
            }
            Place::Picture => Ok((read().unwrap_or_default(), self.content.clone())),
        }
    }

    /// Writes the file. Everything outside of the place stays.
    pub(super) fn write(&self) -> Result<(), Failure> {
        let path = self.path();
        let (_, text) = self.files()?;
        fs::write(&path, text).map_err(Failure::to(format_args!("write {}", path.display())))
    }

    /// Checks that the file is current.
    ///
    /// # Errors
    ///
    /// The committed file has other content. The message has the command that writes it.
    pub(super) fn check(&self) -> Result<(), Failure> {
        let (committed, current) = self.files()?;
        if committed == current {
            return Ok(());
        }
        let (path, part) = (self.path(), self.part);
        Err(Failure::new(format!(
            "find the current numbers in {}; `cargo xtask bench {part} --write` writes them",
            path.display()
        )))
    }
}

/// Returns the page with new content in the place of a part.
///
/// # Errors
///
/// The page has no such place.
fn replaced<'a>(
    page: &str,
    part: &str,
    content: impl FnOnce(&str) -> Cow<'a, str>,
) -> Result<String, Failure> {
    let (begin, end) = (format!("<!-- bench {part} -->\n"), format!("<!-- end of bench {part} -->\n"));
    let missing = || Failure::new(format!("find the place of the bench's {part} in docs/performance.md"));
    let (before, rest) = page.split_once(&begin).ok_or_else(missing)?;
    let (old, after) = rest.split_once(&end).ok_or_else(missing)?;
    let content = content(old);
    Ok(format!("{before}{begin}{content}{end}{after}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_place_of_the_part_changes() {
        let page = "a\n<!-- bench x -->\nold\n<!-- end of bench x -->\nb\n";
        let written = replaced(page, "x", |old| format!("{old}new\n").into()).expect("there is such a place");
        assert_eq!(written, "a\n<!-- bench x -->\nold\nnew\n<!-- end of bench x -->\nb\n");
        assert!(replaced(page, "y", |_| "new\n".into()).is_err());
    }
}

//! A change of one value in the text of a stack file.

use std::{ops::Range, path::Path};

use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

/// A stack file with its changed text.
pub(super) struct File<'a> {
    pub(super) path: &'a Path,
    pub(super) text: String,
    pub(super) is_changed: bool,
}

impl<'a> File<'a> {
    /// Returns a file as it was read.
    pub(super) fn new(path: &'a Path, text: String) -> Self {
        Self { path, text, is_changed: false }
    }
}

/// The change of the image of a container.
pub(super) struct Edit<'a> {
    /// The key of the service.
    pub(super) service: &'a str,
    /// The name of the container. `None` for the main one.
    pub(super) container: Option<&'a str>,
    pub(super) before: &'a str,
    pub(super) after: &'a str,
}

/// Changes the value in the last file that has it, which lies over the others. Returns that file.
pub(super) fn apply<'a>(files: &mut [File<'a>], edit: &Edit<'_>) -> Option<&'a Path> {
    files.iter_mut().rev().find_map(|file| {
        let span = span(&file.text, edit)?;
        let quote = if file.text[span.clone()].starts_with('\'') { '\'' } else { '"' };
        file.text.replace_range(span, &format!("{quote}{}{quote}", edit.after));
        file.is_changed = true;
        Some(file.path)
    })
}

/// Returns the bytes of the value, with its quotes. `None` if the file does not have it as it was.
fn span(text: &str, edit: &Edit<'_>) -> Option<Range<usize>> {
    let document = DeTable::parse(text).ok()?;
    let services = table(member(document.get_ref(), "services")?)?;
    let service = table(member(services, edit.service)?)?;
    let holder = match edit.container {
        None => service,
        Some(name) => {
            let DeValue::Array(containers) = member(service, "containers")?.get_ref() else { return None };
            let mut tables = containers.iter().filter_map(table);
            tables.find(|container| member(container, "name").and_then(string) == Some(name))?
        }
    };
    let image = member(holder, "image")?;
    (string(image) == Some(edit.before)).then(|| image.span())
}

/// Returns the value of a key.
fn member<'t, 'd>(table: &'t DeTable<'d>, key: &str) -> Option<&'t Spanned<DeValue<'d>>> {
    table.iter().find(|(found, _)| found.get_ref() == key).map(|(_, value)| value)
}

/// Returns a value as a table.
fn table<'t, 'd>(value: &'t Spanned<DeValue<'d>>) -> Option<&'t DeTable<'d>> {
    match value.get_ref() {
        DeValue::Table(table) => Some(table),
        _ => None,
    }
}

/// Returns a value as a text.
fn string<'t>(value: &'t Spanned<DeValue<'_>>) -> Option<&'t str> {
    match value.get_ref() {
        DeValue::String(text) => Some(text),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "# the shop\n[services.orders]\nimage = 'orders:1' # the newest\n\n\
                        [[services.orders.containers]]\nname = \"proxy\"\nimage   = \"proxy:2\"\n";

    fn check(container: Option<&str>, before: &str, expected: Option<(&str, &str)>) {
        let mut files = [File::new(Path::new("sss.toml"), FILE.to_owned())];
        let edit = Edit { service: "orders", container, before, after: "new:1" };
        let path = apply(&mut files, &edit);
        assert_eq!(path.is_some(), expected.is_some());
        let (from, to) = expected.unwrap_or_default();
        assert_eq!(files[0].text, FILE.replace(from, to));
    }

    #[test]
    fn only_the_value_changes() {
        check(None, "orders:1", Some(("'orders:1'", "'new:1'")));
        check(Some("proxy"), "proxy:2", Some(("\"proxy:2\"", "\"new:1\"")));
    }

    #[test]
    fn value_of_another_text_stays() {
        check(None, "orders:2", None);
        check(Some("other"), "proxy:2", None);
    }

    #[test]
    fn highest_file_with_the_value_changes() {
        let texts = [FILE, "[services.orders]\nimage = \"orders:1\"\n", "name = \"shop\"\n"];
        let mut files = texts.map(|text| File::new(Path::new(text), text.to_owned()));
        let edit = Edit { service: "orders", container: None, before: "orders:1", after: "new:1" };
        apply(&mut files, &edit);
        assert_eq!(files.map(|file| file.is_changed), [false, true, false]);
    }
}

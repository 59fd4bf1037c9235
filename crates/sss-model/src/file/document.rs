//! TOML texts as a tree of values, and the place of each value.
//!
//! The parser keeps the place of each value, and a tree of JSON values does not. A [`Document`] therefore has both: the
//! tree, which the later steps change, and an entry for each [`Path`] with its noun, the bytes of its key and those of
//! its value. Later steps work on the tree alone and ask the document for a place only when they report a problem.
//!
//! A stack may have several files. Each becomes a document, and `overlay` lays one over the other, so an entry also has
//! the number of its file.
//!
//! A document exists only for a text without syntax errors and with at most [`LEVELS`] levels. Functions of later steps
//! may recurse over the tree without a check of their own.

use std::collections::HashMap;
use std::ops::Range;

use serde_json::{Map, Value};
use toml::de::{DeArray, DeInteger, DeTable, DeValue};

use super::Located;
use crate::path::Path;
use crate::problem::Problem;
use crate::rules::{self, broken};

/// One or more TOML texts that were read: their values and the places of these.
#[derive(Default)]
pub(super) struct Document {
    /// The tree. A value that JSON does not have is null there.
    pub(super) value: Value,
    /// The place of each value of the texts, and of each key that a task definition added.
    pub(super) entries: HashMap<Path, Entry>,
    /// The variables of the environment in a value, by the path of the value.
    pub(super) variables: HashMap<Path, Vec<String>>,
}

/// The place of a value, and the noun for it in messages.
#[derive(Clone)]
pub(super) struct Entry {
    /// The number of the file that has the value.
    pub(super) file: usize,
    /// The noun with its article, such as `an integer`.
    pub(super) kind: &'static str,
    /// The bytes of the key, or `None` for an element of a list.
    pub(super) key: Option<Range<usize>>,
    /// The bytes of the value.
    pub(super) value: Range<usize>,
    /// Whether the value is a table under a header: it has no text of its own to point at.
    pub(super) under_header: bool,
}

/// The most tables and lists inside each other: a stack has fewer, and the program can read more.
///
/// TOML's parser bounds each dotted key and each inline table by itself, and a file can put one into the other.
const LEVELS: usize = 64;

impl Document {
    /// Reads the text of the file with this number.
    ///
    /// # Errors
    ///
    /// Returns every syntax error, with its place.
    pub(super) fn read(text: &str, file: usize) -> Result<Self, Vec<Located>> {
        let (table, errors) = DeTable::parse_recoverable(text);
        let located = errors.into_iter().map(|error| Located {
            problem: not_toml(error.message()),
            file,
            span: error.span(),
        });
        let mut problems: Vec<Located> = located.collect();
        if let Some(span) = table.get_ref().values().find_map(|value| beyond(value, LEVELS)) {
            let problem = Problem::new(&Path::root(), broken!(rules::FILE_001, "too-deep", levels = LEVELS));
            problems.push(Located { problem, file, span: Some(span) });
        }

        let mut document = Document::default();
        if problems.is_empty() {
            document.value = Text { toml: text, file, entries: &mut document.entries }
                .table(table.get_ref(), &Path::root());
        }
        release(table.into_inner());
        if problems.is_empty() { Ok(document) } else { Err(problems) }
    }

    /// Returns the noun of the value at a path.
    ///
    /// The root has no entry: it is a table, as is each path that the text does not have.
    pub(super) fn kind(&self, at: &Path) -> &'static str {
        self.entries.get(at).map_or("a table", |entry| entry.kind)
    }

    /// Returns the number of the file that has the value at a path.
    pub(super) fn file(&self, at: &Path) -> usize {
        self.entries.get(at).map_or(0, |entry| entry.file)
    }

    /// Lets problems at a path, and below it, point at the place of another path.
    ///
    /// A value that a task definition gives a service then has the place of the file's name in the stack file.
    pub(super) fn same_place(&mut self, at: &Path, origin: &Path) {
        if let Some(entry) = self.entries.get(origin) {
            let entry = Entry { key: None, ..entry.clone() };
            self.entries.insert(at.clone(), entry);
        }
    }

    /// Returns a problem with its place: the file and the bytes there.
    ///
    /// A problem without a place is one of the first file.
    pub(super) fn locate(&self, problem: Problem) -> Located {
        let (file, span) = self.place(&problem).unzip();
        Located { problem, file: file.unwrap_or_default(), span }
    }

    /// Returns the file and the bytes that a problem points at, or `None` if only the whole file is around it.
    ///
    /// An unknown key is shown at the key, and so is a table under a header, which has no text of its own. For a value
    /// that is missing, the nearest value around it has an entry.
    fn place(&self, problem: &Problem) -> Option<(usize, Range<usize>)> {
        if let Some(entry) = self.entries.get(&problem.path) {
            let points_at_key = problem.rule == rules::FILE_002.id || entry.under_header;
            let key = entry.key.clone().filter(|_| points_at_key);
            return Some((entry.file, key.unwrap_or_else(|| entry.value.clone())));
        }
        let mut around = problem.path.ancestors().skip(1).filter_map(|path| self.entries.get(&path));
        around.next().map(|entry| match &entry.key {
            // A path below a string leads into the file that the string names.
            Some(key) if entry.kind != TEXT => (entry.file, key.clone()),
            _ => (entry.file, entry.value.clone()),
        })
    }
}

/// A text whose values are entered in a document.
struct Text<'a> {
    toml: &'a str,
    file: usize,
    entries: &'a mut HashMap<Path, Entry>,
}

impl Text<'_> {
    /// Enters the values of a table and returns the table as JSON.
    fn table(&mut self, table: &DeTable<'_>, at: &Path) -> Value {
        let mut object = Map::new();
        for (key, value) in table {
            let place = at.key(key.get_ref());
            let tree = self.enter(value, Some(key.span()), &place);
            object.insert(key.get_ref().to_string(), tree);
        }
        Value::Object(object)
    }

    /// Enters the elements of a list and returns the list as JSON.
    fn array(&mut self, array: &DeArray<'_>, at: &Path) -> Value {
        let elements = array.iter().enumerate();
        Value::Array(elements.map(|(index, value)| self.enter(value, None, &at.index(index))).collect())
    }

    /// Notes the place of a value and returns the value as JSON.
    ///
    /// A date, a time and an integer of more than 64 bits become null. The schema allows null nowhere, so `structure`
    /// reports them, with the noun that the entry has.
    fn enter(&mut self, value: &toml::Spanned<DeValue<'_>>, key: Option<Range<usize>>, at: &Path) -> Value {
        let is_table = value.get_ref().is_table() || value.get_ref().is_array();
        let inline =
            self.toml.get(value.span()).is_some_and(|text| text.starts_with('{') || text.ends_with(']'));
        let entry = Entry {
            file: self.file,
            kind: kind(value.get_ref()),
            key,
            value: value.span(),
            under_header: is_table && !inline,
        };
        self.entries.insert(at.clone(), entry);

        match value.get_ref() {
            DeValue::Table(table) => self.table(table, at),
            DeValue::Array(array) => self.array(array, at),
            DeValue::String(string) => Value::from(string.as_ref()),
            DeValue::Boolean(truth) => Value::from(*truth),
            DeValue::Integer(number) => integer(number),
            DeValue::Float(number) => number.as_str().parse::<f64>().map_or(Value::Null, Value::from),
            DeValue::Datetime(_) => Value::Null,
        }
    }
}

/// Returns the problem of a syntax error. A message of several lines becomes one line.
fn not_toml(message: &str) -> Problem {
    Problem::new(&Path::root(), broken!(rules::FILE_001, "not-toml", error = message.replace('\n', ", ")))
}

/// Returns the bytes of the first value inside more tables and lists than that many.
fn beyond(value: &toml::Spanned<DeValue<'_>>, levels: usize) -> Option<Range<usize>> {
    match value.get_ref() {
        DeValue::Table(_) | DeValue::Array(_) if levels == 0 => Some(value.span()),
        DeValue::Table(table) => table.values().find_map(|value| beyond(value, levels - 1)),
        DeValue::Array(array) => array.iter().find_map(|value| beyond(value, levels - 1)),
        _ => None,
    }
}

/// Drops a tree piece by piece, because dropping it at once recurses as deep as the tree is.
fn release(table: DeTable<'_>) {
    let mut pieces = vec![DeValue::Table(table)];
    while let Some(piece) = pieces.pop() {
        match piece {
            DeValue::Table(table) => pieces.extend(table.into_iter().map(|(_, value)| value.into_inner())),
            DeValue::Array(array) => pieces.extend(array.into_iter().map(toml::Spanned::into_inner)),
            _ => {}
        }
    }
}

/// Returns an integer in decimal, hexadecimal, octal or binary notation, or null if it needs more than 64 bits.
fn integer(number: &DeInteger<'_>) -> Value {
    i64::from_str_radix(number.as_str(), number.radix()).map_or(Value::Null, Value::from)
}

/// The noun of strings. A path below a string leads into the file that the string names.
pub(super) const TEXT: &str = "a string";

/// Returns the noun of a value of TOML, in TOML's own words.
fn kind(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => TEXT,
        DeValue::Integer(number) if integer(number).is_null() => "an integer of more than 64 bits",
        DeValue::Integer(_) => "an integer",
        DeValue::Float(_) => "a float",
        DeValue::Boolean(_) => "a boolean",
        DeValue::Datetime(_) => "a date or time",
        DeValue::Array(_) => "an array",
        DeValue::Table(_) => "a table",
    }
}

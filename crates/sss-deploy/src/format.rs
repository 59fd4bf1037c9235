//! The format of JSON output.
//!
//! Every document and every line has the member `format`. Within one format, members and values of
//! enumerations are only added, so a program that ignores what it does not know keeps working. A change that
//! would break such a program needs another format. `docs/json.md` states this promise for users.
//!
//! [`Output`](crate::output::Output) adds the format. [`schemas`](crate::schemas) lists the documents.

use schemars::JsonSchema;
use serde::Serialize;

/// The one format of this version.
#[derive(Debug, Clone, Copy, Serialize, JsonSchema)]
enum Format {
    #[serde(rename = "sss/1")]
    One,
}

/// A document or a line with its format.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Formatted<'a, T> {
    /// The format. It changes if a member is removed or changes its meaning.
    format: Format,
    #[serde(flatten)]
    body: &'a T,
}

impl<'a, T> Formatted<'a, T> {
    /// Adds the format to a document or a line.
    pub(crate) fn of(body: &'a T) -> Self {
        Self { format: Format::One, body }
    }
}

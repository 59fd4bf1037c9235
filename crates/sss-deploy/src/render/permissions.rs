//! Policies: the documents of IAM, and their statements with reasons.

use std::io::{self, Write};

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value};
use sss_aws::permissions::Permission;
use sss_model::PolicyDocument;

use super::palette::CHANGED;

/// The answer as JSON.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Document<'a> {
    /// The name of the stack.
    pub(crate) stack: &'a str,
    /// The documents that IAM takes, each for a managed policy of its own. With `--boundary`, that of the boundary.
    #[schemars(with = "Vec<Map<String, Value>>")]
    pub(crate) policies: &'a [PolicyDocument],
    /// The statements with their reasons and calls. Empty with `--boundary`.
    pub(crate) statements: &'a [Permission],
    /// The managed policies of the stack's roles whose statements the boundary lacks.
    pub(crate) unknown: &'a [String],
}

/// Prints a document as JSON that IAM takes.
pub(crate) fn document(w: &mut dyn Write, document: &PolicyDocument) -> io::Result<()> {
    writeln!(w, "{}", serde_json::to_string_pretty(document)?)
}

/// Prints the statements with their reasons, and the documents behind them.
pub(crate) fn markdown(
    w: &mut dyn Write,
    stack: &str,
    permissions: &[Permission],
    documents: &[PolicyDocument],
) -> io::Result<()> {
    writeln!(w, "# Permissions of the stack `{stack}`\n")?;
    writeln!(w, "| statement | reason | actions | condition |")?;
    writeln!(w, "|---|---|---|---|")?;
    for permission in permissions {
        let actions = listed(permission.actions.iter().map(String::as_str));
        let Permission { sid, because, .. } = permission;
        writeln!(w, "| {sid} | {because}. | {actions} | {} |", conditions(permission))?;
    }

    for (index, policy) in documents.iter().enumerate() {
        let title = if documents.len() > 1 { format!("Policy {}", index + 1) } else { "Policy".to_owned() };
        writeln!(w, "\n## {title}\n\n```json")?;
        document(w, policy)?;
        writeln!(w, "```")?;
    }
    Ok(())
}

/// Returns the conditions of a statement, each as `key: values`.
fn conditions(permission: &Permission) -> String {
    let conditions = permission.conditions.iter().flat_map(|(operator, keys)| {
        keys.iter().map(move |(key, values)| format!("`{key}` {operator} `{}`", values.join("`, `")))
    });
    conditions.collect::<Vec<_>>().join("; ")
}

/// Returns texts in code font, separated by commas.
fn listed<'a>(texts: impl Iterator<Item = &'a str>) -> String {
    texts.map(|text| format!("`{text}`")).collect::<Vec<_>>().join(", ")
}

/// Prints that the rights do not fit into one managed policy.
pub(crate) fn several(w: &mut dyn Write, count: usize, per_role: usize) -> io::Result<()> {
    writeln!(
        w,
        "note: {count} policies: create a managed policy of each document, and attach all to the role"
    )?;
    if count > per_role {
        writeln!(
            w,
            "{CHANGED}warning:{CHANGED:#} IAM attaches {per_role} policies to a role; ask for a higher quota"
        )?;
    }
    Ok(())
}

/// Prints the managed policies that a boundary lacks.
pub(crate) fn unknown(w: &mut dyn Write, policies: &[String]) -> io::Result<()> {
    writeln!(
        w,
        "{CHANGED}warning:{CHANGED:#} the boundary lacks the statements of {}; add them, or roles lose them",
        policies.join(", ")
    )
}

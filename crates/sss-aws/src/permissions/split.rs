//! Statements in as many policies as IAM needs for them.

use sss_model::PolicyDocument;

use super::{LONGEST, Permission};

/// Returns the documents of statements, in their order.
pub(super) fn documents(permissions: &[Permission]) -> Vec<PolicyDocument> {
    let mut documents: Vec<Vec<Permission>> = Vec::new();
    for permission in permissions.iter().flat_map(|permission| parts(permission.clone(), 1)) {
        match documents.last_mut() {
            Some(last) if length(&[&last[..], std::slice::from_ref(&permission)].concat()) <= LONGEST => {
                last.push(permission);
            }
            _ => documents.push(vec![permission]),
        }
    }
    documents.iter().map(|permissions| document(permissions)).collect()
}

/// Returns a statement in parts that fit into a document each, by its resources. `number` is that of the first part.
fn parts(permission: Permission, number: usize) -> Vec<Permission> {
    let count = permission.resources.len();
    if length(std::slice::from_ref(&permission)) <= LONGEST || count < 2 {
        return vec![permission];
    }

    let (first, second) = permission.resources.split_at(count / 2);
    let part = |resources: &[String]| Permission { resources: resources.to_vec(), ..permission.clone() };
    let mut all = parts(part(first), number);
    let next = number + all.len();
    all.extend(parts(part(second), next));
    if number == 1 {
        for (index, part) in all.iter_mut().enumerate().skip(1) {
            part.sid = format!("{}{}", permission.sid, index + 1);
        }
    }
    all
}

/// Returns the document of statements.
fn document(permissions: &[Permission]) -> PolicyDocument {
    PolicyDocument::new(&permissions.iter().map(Permission::statement).collect::<Vec<_>>())
}

/// Returns the length of a document that counts for IAM, in characters without white space.
fn length(permissions: &[Permission]) -> usize {
    count(&document(permissions))
}

/// Returns the number of characters of a document without white space.
pub(super) fn count(document: &PolicyDocument) -> usize {
    document.to_json().chars().filter(|character| !character.is_whitespace()).count()
}

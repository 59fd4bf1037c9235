//! Content hashes of states.

use std::fmt::Write as _;

use serde_json::Value;
use sha2::{Digest, Sha256};

/// The SHA-256 of a state in normal form, in hexadecimal. `serde_json` keeps object keys sorted, so equal states have
/// equal hashes.
pub(crate) fn content(state: &Value) -> String {
    let digest = Sha256::digest(state.to_string().as_bytes());
    digest.iter().fold(String::with_capacity(64), |mut text, byte| {
        write!(text, "{byte:02x}").expect("writing to a string");
        text
    })
}

/// The length of a short hash.
pub(crate) const SHORT: usize = 8;

/// Enough of the hash to see that two values differ.
pub(crate) fn short(state: &Value) -> String {
    let mut hash = content(state);
    hash.truncate(SHORT);
    hash
}

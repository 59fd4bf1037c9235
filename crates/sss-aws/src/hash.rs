//! Content hashes of states.
//!
//! A hash stands for a value where the value is too long, too costly to read, or secret: in the tags that
//! record the content of a revision or a permissions boundary, in the digest of a value that looks secret, in
//! the token of a creation, in a shortened name, and in the fingerprint of a graph. The hashes find equal
//! content; they protect nothing.
//!
//! Tags of live objects hold these hashes, so a change of [`content`] makes every recorded hash out of date:
//! the next observation reads the revisions again.

use std::fmt::Write as _;

use serde_json::Value;
use sha2::{Digest, Sha256};

/// Returns the SHA-256 of a state in normal form, as 64 hexadecimal digits.
///
/// `serde_json` keeps object keys sorted, so equal states have equal hashes.
pub(crate) fn content(state: &Value) -> String {
    let digest = Sha256::digest(state.to_string().as_bytes());
    digest.iter().fold(String::with_capacity(64), |mut text, byte| {
        write!(text, "{byte:02x}").expect("writing to a string");
        text
    })
}

/// The number of digits of a short hash: 32 bits.
pub(crate) const SHORT: usize = 8;

/// Returns the first digits of the hash: enough to show people that two values differ, too few to find an
/// object by.
pub(crate) fn short(state: &Value) -> String {
    let mut hash = content(state);
    hash.truncate(SHORT);
    hash
}

//! Plain values that look secret: by their name, by their value, or by both.
//!
//! Plans, logs and messages show the values of a stack, and people write passwords into plain environment variables.
//! Nothing in AWS marks such a value, so [`looks_secret`] guesses. The engine replaces a value that looks secret by a
//! digest wherever it is shown, and rule ECS-TD-093 warns about it.
//!
//! `name` judges the name: a [`Promise`], from a password to nothing at all. `value` judges the form of the value. A
//! word list is never complete; `secret/corpus.tsv` has more than 400 pairs of names and values with the right answer,
//! and a test compares the guess with it.

mod name;
#[cfg(test)]
mod tests;
mod value;

use name::Promise;

/// Returns whether the value of an environment variable, a log option or a label looks like a secret in plain text.
///
/// `sss` never shows such a value. The name decides first: `DB_PASS` promises a secret, `TOKEN_LIFETIME` does not. A
/// value that cannot be a secret (empty, `true`, an ARN) is not one under any name. A value with the form of a secret
/// (a private key, a URL with a password, a token of a known service, a long random text) is one under any name.
///
/// # Assumptions
///
/// The judgement is a guess in both directions: a password under a harmless name that has no such form is not found. Do
/// not use it to decide whether a value may be stored.
///
/// ```
/// use sss_model::looks_secret;
///
/// assert!(looks_secret("DB_PASSWORD", "hunter2"));
/// assert!(looks_secret("DATABASE_URL", "postgres://app:hunter2@db/orders"));
/// assert!(!looks_secret("DATABASE_URL", "postgres://db/orders"));
/// assert!(!looks_secret("LLM_MAX_TOKENS", "4096"));
/// ```
pub fn looks_secret(name: &str, value: &str) -> bool {
    if value::is_harmless(value) {
        return false;
    }
    if value::is_secret(value) {
        return true;
    }
    match name::promise(name) {
        Promise::Password => true,
        Promise::Secret => !value::is_place(value),
        Promise::Connection => value::names_password(value),
        Promise::Perhaps => value::may_be_key(value) || value::is_random(value),
        Promise::Nothing => value::is_random(value),
        Promise::Plain => false,
    }
}

/// Returns whether a name promises a secret, whatever its value is.
///
/// Use it where only the name is known. [`looks_secret`] is more exact.
///
/// ```
/// assert!(sss_model::promises_secret("NEW_RELIC_LICENSE_KEY"));
/// assert!(!sss_model::promises_secret("TOKEN_EXPIRES_IN"));
/// ```
pub fn promises_secret(name: &str) -> bool {
    matches!(name::promise(name), Promise::Password | Promise::Secret)
}

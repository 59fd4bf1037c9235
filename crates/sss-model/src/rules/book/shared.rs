//! Cases that many rules share, for the helpers that get the rule from their caller. A rule that has one lists it in
//! the book, perhaps in words of its own.
//!
//! A helper such as `out_of_range` gets its rule from the caller, so the name of its case has to be the same for all of
//! them. `broken!` then checks the arguments against the shared case, and the words of the rule win where it has its
//! own (`with_message`, `with_fix`).

use crate::rules::Case;
use crate::rules::case::case;

/// A value is missing or empty.
pub(crate) const REQUIRED: Case = case("required", "`{key}` is required", "set `{key}`");

/// A number is too low or too high.
pub(crate) const OUT_OF_RANGE: Case = case(
    "out-of-range",
    "`{key}` must be from {least} to {most}, not {given}",
    "set `{key}` to a number from {least} to {most}",
);

/// A text has too many characters.
pub(crate) const TOO_LONG: Case = case(
    "too-long",
    "`{key}` has {count} characters; at most {most} are allowed",
    "shorten `{key}` to {most} characters",
);

/// A text has too few characters.
pub(crate) const TOO_SHORT: Case = case(
    "too-short",
    "`{key}` has {count} characters; at least {least} are needed",
    "write at least {least} characters for `{key}`",
);

/// A list has too many elements.
pub(crate) const TOO_MANY: Case = case(
    "too-many",
    "`{key}` has {count} elements; at most {most} are allowed",
    "remove elements until `{key}` has at most {most}",
);

/// A list has too few elements.
pub(crate) const TOO_FEW: Case = case(
    "too-few",
    "`{key}` has {count} elements; at least {least} are needed",
    "add elements until `{key}` has at least {least}",
);

/// Two values exclude each other.
pub(crate) const BESIDE: Case =
    case("beside", "`{key}` cannot be combined with `{other}`", "remove `{key}` or `{other}`");

/// A value is of another type than its key has.
pub(crate) const WRONG_TYPE: Case =
    case("wrong-type", "`{key}` must be {wanted}, not {given}", "write {wanted} for `{key}`");

/// A word is almost one of those that its key has.
pub(crate) const NEAR_CHOICE: Case =
    case("near-choice", "`{key}` must be one of {choices}, not `{given}`", "did you mean `{near}`?");

/// A word is not one of those that its key has.
pub(crate) const UNKNOWN_CHOICE: Case = case(
    "unknown-choice",
    "`{key}` must be one of {choices}, not `{given}`",
    "write one of {choices} for `{key}`",
);

/// Two values are set that exclude each other.
pub(crate) const BOTH_SET: Case = case(
    "both-set",
    "`{key}` and `{other}` are both set; only one of the two is allowed",
    "remove `{key}` or `{other}`",
);

/// A text has characters that AWS refuses.
pub(crate) const INVALID_CHARACTERS: Case = case(
    "invalid-characters",
    "`{key}` has characters that AWS refuses",
    "use letters, digits and spaces in `{key}`",
);

/// Two names differ in upper and lower case only, which AWS does not tell apart.
pub(crate) const DIFFERS_BY_CASE: Case = case(
    "differs-by-case",
    "the {kind} `{name}` differs from `{first}` at {place} in upper and lower case only",
    "rename the service, or set another name under `names`",
);

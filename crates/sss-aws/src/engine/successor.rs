//! The names of objects that replace others, where AWS refuses a second object of one name.
//!
//! A replacement creates the new object before it deletes the old one, so for a moment both exist. The new
//! one gets the logical name with a number, and a tag (`sss:name`) with the logical name, by which the next
//! observation finds it. The following replacement may use the logical name again.

use serde_json::Value;

use crate::hash;

/// The names that an object of a kind may get when it replaces another one.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Successors {
    /// The longest name that AWS takes, in bytes.
    pub(crate) longest: usize,
    /// The codes with which AWS refuses a name that another object has.
    pub(crate) taken: &'static [&'static str],
}

/// The number of names to try: the logical name, and the same with the numbers from 2 on.
const TRIES: u32 = 20;

/// The number of digits of a hash that keep shortened names apart.
const DIGITS: usize = 6;

impl Successors {
    /// The names of a kind whose replacements keep the logical name.
    pub(crate) const NONE: Self = Self { longest: usize::MAX, taken: &[] };

    /// Returns the names to try, one after the other.
    ///
    /// The logical name comes first: it is free once an earlier replacement has another one. `taken` tells
    /// which names are known to be in use.
    pub(crate) fn names(self, name: &str, taken: impl Fn(&str) -> bool) -> Vec<String> {
        let numbered = (2..=TRIES).map(|number| self.numbered(name, number));
        std::iter::once(name.to_owned()).chain(numbered).filter(|name| !taken(name)).collect()
    }

    /// Returns the name with a number.
    ///
    /// A name without room for it is shortened. A hash of the whole name keeps it apart from others with the
    /// same beginning.
    fn numbered(self, name: &str, number: u32) -> String {
        let suffix = format!("-{number}");
        if name.len() + suffix.len() <= self.longest {
            return format!("{name}{suffix}");
        }
        let mut digits = hash::content(&Value::String(name.to_owned()));
        digits.truncate(DIGITS);
        let end = format!("-{digits}{suffix}");
        let kept: String = name.chars().take(self.longest - end.len()).collect();
        format!("{}{end}", kept.trim_end_matches('-'))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROLES: Successors = Successors { longest: 64, taken: &[] };

    #[test]
    fn name_with_room_gets_a_number() {
        let names = ROLES.names("app", |name| name == "app" || name == "app-3");
        assert_eq!(names[..3], ["app-2", "app-4", "app-5"]);
    }

    #[test]
    fn long_name_is_shortened_for_its_number() {
        let names = |end: &str| ROLES.names(&format!("{}{end}", "a".repeat(63)), |_| false);
        for name in names("x") {
            assert!(name.len() <= 64, "{name}");
        }
        assert_ne!(names("x")[1], names("y")[1], "names with one beginning stay apart");
        assert_eq!(names("x")[1], names("x")[1]);
    }
}

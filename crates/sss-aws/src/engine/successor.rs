//! The names of objects that replace others, where AWS refuses a second object of one name.

use serde_json::Value;

use crate::hash;

/// The names that an object of a kind may get when it replaces another one.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Successors {
    /// The longest name that AWS takes.
    pub(crate) longest: usize,
    /// The codes with which AWS refuses a name that another object has.
    pub(crate) taken: &'static [&'static str],
}

/// So many names are tried: the logical name, and the same with the numbers from 2 on.
const TRIES: u32 = 20;

/// So many digits of a hash keep shortened names apart.
const DIGITS: usize = 6;

impl Successors {
    /// Of a kind whose replacements keep the logical name.
    pub(crate) const NONE: Self = Self { longest: usize::MAX, taken: &[] };

    /// The names to try one after the other: the logical name first, which is free once an earlier replacement has
    /// another one. `taken` tells the names that are known not to be free.
    pub(crate) fn names(self, name: &str, taken: impl Fn(&str) -> bool) -> Vec<String> {
        let numbered = (2..=TRIES).map(|number| self.numbered(name, number));
        std::iter::once(name.to_owned()).chain(numbered).filter(|name| !taken(name)).collect()
    }

    /// The name with a number. A name that is too long for it is shortened, and a hash of the whole keeps it apart from
    /// others with the same beginning.
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
    fn a_name_with_room_gets_a_number() {
        let names = ROLES.names("app", |name| name == "app" || name == "app-3");
        assert_eq!(names[..3], ["app-2", "app-4", "app-5"]);
    }

    #[test]
    fn a_long_name_is_shortened_for_its_number() {
        let names = |end: &str| ROLES.names(&format!("{}{end}", "a".repeat(63)), |_| false);
        for name in names("x") {
            assert!(name.len() <= 64, "{name}");
        }
        assert_ne!(names("x")[1], names("y")[1], "names with one beginning stay apart");
        assert_eq!(names("x")[1], names("x")[1]);
    }
}

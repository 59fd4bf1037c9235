//! Paths at which something was refused. Problems there, above and below are consequences.

use std::collections::BTreeSet;

/// Paths that were taken out of a tree, or that are missing in it.
#[derive(Default)]
pub(super) struct Refused(BTreeSet<String>);

impl Refused {
    pub(super) fn insert(&mut self, path: String) {
        self.0.insert(path);
    }

    pub(super) fn extend(&mut self, paths: impl IntoIterator<Item = String>) {
        self.0.extend(paths);
    }

    pub(super) fn contains(&self, path: &str) -> bool {
        self.0.contains(path)
    }

    /// Whether the path is one of these, leads through one of them, or one of them leads through it.
    pub(super) fn touches(&self, path: &str) -> bool {
        let steps = path.char_indices().filter(|(_, c)| matches!(c, '.' | '['));
        self.contains(path)
            || steps.into_iter().any(|(end, _)| self.contains(&path[..end]))
            || ['.', '['].into_iter().any(|step| self.has_any_that_begins(&format!("{path}{step}")))
    }

    fn has_any_that_begins(&self, start: &str) -> bool {
        self.0.range(start.to_owned()..).next().is_some_and(|path| path.starts_with(start))
    }
}

impl IntoIterator for Refused {
    type Item = String;
    type IntoIter = std::collections::btree_set::IntoIter<String>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

#[cfg(test)]
mod tests {
    use super::Refused;

    #[test]
    fn what_touches_leads_to_or_through_another_path() {
        let mut refused = Refused::default();
        refused.extend(["a.b".to_owned(), "c[1]".to_owned(), "d.\"e.f\".g".to_owned()]);
        for path in ["a.b", "a.b.c", "a.b[0].c", "a", "c", "c[1]", "c[1].x", "d", "d.\"e.f\""] {
            assert!(refused.touches(path), "{path}");
        }
        for path in ["", "a.bc", "a.c", "b", "c[10]", "c[2]", "ab", "d.e"] {
            assert!(!refused.touches(path), "{path}");
        }
    }
}

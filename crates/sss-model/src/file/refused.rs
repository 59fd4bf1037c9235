//! The paths of refused values.
//!
//! A refused value is removed from the tree, and the rules then see a stack without it. Problems that they find at the
//! same path, above it or below it are consequences of the removal, so the reader does not report them.

use std::collections::BTreeSet;

use crate::path::Path;

/// The paths that were removed from a tree, or that are missing in it.
#[derive(Default)]
///
/// The set is ordered by segments, so all paths below one path are neighbours.
pub(super) struct Refused(BTreeSet<Path>);

impl Refused {
    pub(super) fn insert(&mut self, path: Path) {
        self.0.insert(path);
    }

    pub(super) fn extend(&mut self, paths: impl IntoIterator<Item = Path>) {
        self.0.extend(paths);
    }

    pub(super) fn contains(&self, path: &Path) -> bool {
        self.0.contains(path)
    }

    /// Returns whether the path is one of these, leads through one of them, or one of them leads through it.
    pub(super) fn touches(&self, path: &Path) -> bool {
        // The paths below another one follow it in the order of segments.
        let next = self.0.range(path..).next();
        next.is_some_and(|next| next.starts_with(path)) || path.ancestors().any(|above| self.contains(&above))
    }
}

impl IntoIterator for Refused {
    type Item = Path;
    type IntoIter = std::collections::btree_set::IntoIter<Path>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

#[cfg(test)]
mod tests {
    use super::{Path, Refused};

    #[test]
    fn path_above_or_below_a_refused_one_touches_it() {
        let mut refused = Refused::default();
        let parsed = |text: &str| text.parse::<Path>().expect("a path");
        refused.extend(["a.b", "c[1]", "d.\"e.f\".g"].map(parsed));
        for path in ["", "a.b", "a.b.c", "a.b[0].c", "a", "c", "c[1]", "c[1].x", "d", "d.\"e.f\""] {
            assert!(refused.touches(&parsed(path)), "{path}");
        }
        for path in ["a.bc", "a.c", "b", "c[10]", "c[2]", "ab", "d.e"] {
            assert!(!refused.touches(&parsed(path)), "{path}");
        }
    }
}

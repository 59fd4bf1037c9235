//! The paths of refused values.
//!
//! A refused value is removed from the tree, and the rules then see a stack without it. Problems that they find at the
//! same path, above it or below it are consequences of the removal, so the reader does not report them. Neither does it
//! report problems of rules that refer to a refused value elsewhere (`RESTS_ON`).

use std::collections::BTreeSet;

use crate::path::Path;
use crate::problem::{Problem, Severity};
use crate::rules::{self, Rule};

/// Rules that refer to values elsewhere, with the places of these in the service of the problem and in the stack.
///
/// A container that is not there is no problem of who waits for it, if the file has a refused list of containers.
static RESTS_ON: [(&Rule, &[&str], &[&str]); 14] = [
    (&rules::APIGW_API_008, &[], &["api.domains"]),
    (&rules::APIGW_CORS_007, &["routes"], &[]),
    (&rules::APIGW_ROUTE_004, &[], &["api.authorizer", "api.authorizers"]),
    (&rules::APIGW_ROUTE_011, &["routes"], &[]),
    (&rules::ECS_SVC_003, &[], &["cluster.capacity_providers"]),
    (&rules::ECS_TD_080, &["containers", "names"], &[]),
    (&rules::ECS_TD_100, &["containers", "names", "volumes"], &[]),
    (&rules::ECS_TD_101, &["volumes"], &[]),
    (&rules::ECS_TD_102, &["containers", "mounts"], &[]),
    (&rules::ECS_TD_107, &["containers", "names"], &[]),
    (&rules::SG_040, &["backend", "port", "routes", "security_group_ids"], &["security_group"]),
    (&rules::STACK_008, &[], &["api"]),
    (&rules::STACK_009, &["port"], &[]),
    (&rules::STACK_010, &["port"], &[]),
];

/// The paths that were removed from a tree, or that are missing in it.
///
/// The set is ordered by segments, so all paths below one path are neighbours.
#[derive(Default)]
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

    /// Returns whether a problem may be a consequence of a removal.
    pub(super) fn explains(&self, problem: &Problem) -> bool {
        if self.touches(&problem.path) {
            return true;
        }
        if problem.severity != Severity::Error && self.touches(&Path::literal("silence")) {
            return true;
        }
        let service = service(&problem.path);
        let rests_on = RESTS_ON.iter().filter(|(rule, _, _)| rule.id == problem.rule);
        rests_on.into_iter().any(|(_, near, far)| {
            let near = service.iter().flat_map(|service| near.iter().map(|key| service.key(key)));
            near.chain(far.iter().map(|path| Path::literal(path))).any(|path| self.touches(&path))
        })
    }

    /// Returns whether the path is one of these, leads through one of them, or one of them leads through it.
    pub(super) fn touches(&self, path: &Path) -> bool {
        // The paths below another one follow it in the order of segments.
        let next = self.0.range(path..).next();
        next.is_some_and(|next| next.starts_with(path)) || path.ancestors().any(|above| self.contains(&above))
    }
}

/// Returns the path of the service that a path leads into.
fn service(path: &Path) -> Option<Path> {
    let services = Path::literal("services");
    path.ancestors().find(|above| above.parent().as_ref() == Some(&services))
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

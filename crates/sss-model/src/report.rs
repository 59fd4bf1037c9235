//! The collection of problems, so that one never hides another.
//!
//! Checks get a [`Report`] and a path, add problems, and return nothing: there is no early end. A [`Part`] has two
//! kinds of rules. The derive of `validator` runs its field rules, and [`Part::inspect`] runs the rest: rules between
//! fields, on elements of lists, and the parts inside it. Nested parts are inspected by hand rather than by
//! `validator`, which skips them when the field has an error and reports indices in place of keys.
//!
//! [`checked`] is the way out of a builder: settle, inspect, and fail if there is an error.

use std::collections::BTreeMap;
use std::mem;

use validator::{Validate, ValidationError, ValidationErrorsKind};

use crate::path::Path;
use crate::problem::{Invalid, Problem, Severity};
use crate::rules::{self, Broken, Rule, broken};

/// In how many places a warning is one message.
const MANY: usize = 4;

/// The problems that were found so far.
#[derive(Debug, Default)]
pub(crate) struct Report {
    pub(crate) problems: Vec<Problem>,
}

impl Report {
    /// Adds a rule that is broken at a path.
    pub(crate) fn add(&mut self, at: &Path, broken: Broken) {
        self.problems.push(Problem::new(at, broken));
    }

    /// Adds it as a warning: the sources of the rule disagree, or AWS raises the bound on request.
    pub(crate) fn warn(&mut self, at: &Path, broken: Broken) {
        self.problems.push(Problem { severity: Severity::Warning, ..Problem::new(at, broken) });
    }

    /// Adds it as advice.
    pub(crate) fn advise(&mut self, at: &Path, broken: Broken) {
        self.problems.push(Problem { severity: Severity::Advice, ..Problem::new(at, broken) });
    }

    /// Joins the warnings about images without a fixed tag into one, at the first image.
    ///
    /// Most files have many such images, and other warnings would be lost among them.
    pub(crate) fn join_moving_tags(&mut self) {
        let is_moving = |problem: &Problem| problem.rule == rules::ECS_TD_113.id;
        let mut places =
            self.problems.iter().filter(|problem| is_moving(problem)).map(|problem| &problem.path);
        let Some(first) = places.next().cloned() else { return };
        let others: Vec<String> = places.map(ToString::to_string).collect();
        if others.is_empty() {
            return;
        }

        let (count, places) = (1 + others.len(), [vec![first.to_string()], others].concat());
        let broken = broken!(rules::ECS_TD_113, "several", count = count, places = places);
        let index = self.problems.iter().position(is_moving).expect("the first of them is there");
        self.problems[index] = Problem::new(&first, broken);
        let mut index = 0..;
        let joined = self.problems.iter().position(is_moving);
        self.problems.retain(|problem| index.next() == joined || !is_moving(problem));
    }

    /// Joins the warnings of one case in many places into one, at the first place.
    ///
    /// A mistake that a file repeats in each service would hide the other warnings.
    pub(crate) fn join_warnings(&mut self) {
        let mut places: BTreeMap<(&str, &str), Vec<Path>> = BTreeMap::new();
        for problem in self.problems.iter().filter(|problem| problem.severity == Severity::Warning) {
            places.entry((problem.rule, problem.case)).or_default().push(problem.path.clone());
        }
        places.retain(|_, places| places.len() >= MANY);

        let join = |problem: Problem| match places.get_mut(&(problem.rule, problem.case)) {
            Some(_) if problem.severity != Severity::Warning => Some(problem),
            // An earlier warning stands for this one.
            Some(places) if places.is_empty() => None,
            Some(places) => Some(problem.also_at(mem::take(places).split_off(1))),
            None => Some(problem),
        };
        self.problems = mem::take(&mut self.problems).into_iter().filter_map(join).collect();
    }

    /// Adds the problems that the field rules of a part and its rules over several fields find.
    ///
    /// Call it for each part inside a part, with the path of that part.
    pub(crate) fn inspect(&mut self, part: &impl Part, at: &Path) {
        self.fields(part, at);
        part.inspect(at, self);
    }

    /// Adds the outcome of a field rule. An empty value breaks the rule that requires it.
    pub(crate) fn field(&mut self, required: &'static Rule, at: &Path, outcome: Result<(), ValidationError>) {
        if let Err(error) = outcome {
            self.add(at, Broken::from(error).if_required_by(required));
        }
    }

    /// Adds the problems that the field rules of a part find, in the order of the fields' names.
    pub(crate) fn fields(&mut self, part: &impl Validate, at: &Path) {
        let Err(errors) = part.validate() else { return };
        // The error map has no order of its own.
        let mut fields: Vec<_> = errors.0.into_iter().collect();
        fields.sort_by(|(left, _), (right, _)| left.cmp(right));

        for (field, kind) in fields {
            let ValidationErrorsKind::Field(errors) = kind else { continue };
            for error in errors {
                self.add(&at.key(&field), error.into());
            }
        }
    }
}

/// A part of a stack that has rules.
pub(crate) trait Part: Validate {
    /// Spells out the values that follow from other fields, so that equal parts compare equal however they were
    /// written.
    ///
    /// It runs before the check, and twice is the same as once.
    fn settle(&mut self) {}

    /// Adds the problems of rules over several fields, over the elements of lists, and of the parts inside.
    ///
    /// The field rules of this part have run already.
    fn inspect(&self, _at: &Path, _report: &mut Report) {}
}

/// Returns the part, settled, or all its problems if one of them is an error.
pub(crate) fn checked<P: Part>(mut part: P) -> Result<P, Invalid> {
    part.settle();
    let mut report = Report::default();
    report.inspect(&part, &Path::root());
    Invalid::unless_fine(report.problems)?;
    Ok(part)
}

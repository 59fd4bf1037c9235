//! A rule that is broken: its case, and the arguments.
//!
//! A [`Broken`] is the outcome of a check before its place is known. Field rules return it inside the error type of
//! `validator`, because the derive calls them; the two conversions below carry rule, case and arguments through that
//! type and back. Other checks add it to a report at a path.
//!
//! `validator` adds the offending value to the parameters of an error. It may be a secret, so the conversion takes over
//! only the arguments for which the case has gaps.

use std::borrow::Cow;
use std::collections::HashMap;

use serde_json::Value;
use validator::ValidationError;

use super::{Case, REQUIRED, Rule, STACK_001, find};

/// A rule that is broken, before its place is known.
///
/// [`broken!`] makes one; [`Report::add`](crate::report::Report::add) puts it at a path.
#[derive(Debug)]
pub(crate) struct Broken {
    pub(crate) rule: &'static Rule,
    pub(crate) case: &'static Case,
    pub(crate) arguments: Vec<(&'static str, Value)>,
}

/// Names a case of a rule, with its arguments as data: `broken!(ECS_SVC_004, "too-many", count = shares.len())`.
///
/// The rule is a constant of the book and the case one of its names. It does not compile unless the book has the case,
/// and the arguments are exactly the ones that its templates have gaps for. A helper that gets the rule from its caller
/// names a case that rules share instead: `broken!(rule, OUT_OF_RANGE, …)`.
macro_rules! broken {
    ($rule:path, $case:literal $(, $name:ident = $argument:expr)* $(,)?) => {{
        const CASE: &$crate::rules::Case = $rule.case($case, &[$(stringify!($name)),*]);
        $crate::rules::Broken::new(&$rule, CASE)$(.with(stringify!($name), $argument))*
    }};
    ($rule:expr, $case:path $(, $name:ident = $argument:expr)* $(,)?) => {{
        const { $case.takes(&[$(stringify!($name)),*]) };
        $crate::rules::Broken::new($rule, &$case)$(.with(stringify!($name), $argument))*
    }};
}
pub(crate) use broken;

impl Broken {
    /// Returns a broken rule without arguments.
    ///
    /// For a case that rules share, the book may have words of this rule; they win.
    pub(crate) fn new(rule: &'static Rule, case: &'static Case) -> Self {
        let of_rule = rule.cases.iter().find(|own| own.name == case.name);
        debug_assert!(of_rule.is_some(), "the book has no {}/{}", rule.id, case.name);
        Broken { rule, case: of_rule.unwrap_or(case), arguments: Vec::new() }
    }

    /// Adds an argument. The macro has checked at compile time that a template has a gap for it.
    pub(crate) fn with(mut self, name: &'static str, argument: impl Into<Value>) -> Self {
        self.arguments.push((name, argument.into()));
        self
    }

    /// Returns the same as a case of another rule: an empty value breaks the rule by which the value is required.
    pub(crate) fn if_required_by(self, rule: &'static Rule) -> Self {
        if self.rule.id != STACK_001.id {
            return self;
        }
        Broken { arguments: self.arguments, ..Broken::new(rule, self.case) }
    }
}

/// Between a rule and its case in the code of an error.
const BETWEEN: char = '/';

/// A field rule's outcome goes through `validator`: the code has rule and case, the parameters have the arguments.
impl From<Broken> for ValidationError {
    fn from(broken: Broken) -> Self {
        let Broken { rule, case, arguments } = broken;
        let params: HashMap<Cow<'static, str>, Value> =
            arguments.into_iter().map(|(name, argument)| (Cow::Borrowed(name), argument)).collect();
        ValidationError { code: format!("{}{BETWEEN}{}", rule.id, case.name).into(), message: None, params }
    }
}

/// Only the arguments that the case has gaps for are taken over: `validator` adds the offending value, which may be
/// secret.
impl From<ValidationError> for Broken {
    fn from(mut error: ValidationError) -> Self {
        let (id, name) = error.code.split_once(BETWEEN).unwrap_or_default();
        let rule = find(id).unwrap_or(&STACK_001);
        let case = rule.cases.iter().find(|case| case.name == name).unwrap_or(&REQUIRED);
        let arguments = case.arguments().into_iter();
        let arguments = arguments.filter_map(|name| Some((name, error.params.remove(name)?))).collect();
        Broken { rule, case, arguments }
    }
}

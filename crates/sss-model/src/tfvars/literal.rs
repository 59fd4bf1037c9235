//! Literal values of HCL, checked against the types of the variables.
//!
//! [`Reader`] walks the attributes with the table of variables. It returns the values that fit and collects a problem
//! for each of the others, so that one wrong input hides no other. It also notes the place of each value, because
//! problems of the stack are found later and are reported at the input.
//!
//! Terraform converts types (`"1"` is a number for it). This reader does not: a quoted number gets the fix to remove
//! the quotes.

use std::collections::BTreeMap;
use std::ops::Range;

use hcl::edit::Span;
use hcl::edit::expr::{Expression, ObjectKey, UnaryOperator};
use serde_json::Value;

use super::{Object, Spanned, Type, Variable};
use crate::file::Located;
use crate::nearest::{nearest, spelled_out};
use crate::path::Path;
use crate::problem::Problem;
use crate::rules::{self, Broken, broken};

/// Reads values and collects problems.
///
/// One reader serves a whole text: it goes on after a problem, and [`Reader::in_order`] ends it.
#[derive(Default)]
pub(super) struct Reader {
    /// The problems so far, in the order in which they were found.
    pub(super) located: Vec<Located>,
    /// The bytes of each value that was read, by its path among the inputs. Values of JSON have none.
    spans: BTreeMap<Path, Range<usize>>,
}

impl Reader {
    /// Adds a problem with its place.
    pub(super) fn report(&mut self, problem: Problem, span: Option<Range<usize>>) {
        self.located.push(Located { problem, file: 0, span });
    }

    /// Returns the bytes of a value, or of the nearest one around it.
    ///
    /// An input that is missing has no bytes, and neither has a problem of the whole file.
    pub(super) fn span(&self, path: &Path) -> Option<Range<usize>> {
        path.ancestors().find_map(|path| self.spans.get(&path).cloned())
    }

    /// Returns the problems by position.
    ///
    /// Problems without a place come first.
    pub(super) fn in_order(mut self) -> Vec<Located> {
        self.located.sort_by_key(|located| located.span.as_ref().map(|span| span.start));
        self.located
    }

    /// Returns the attributes that are known and of the right type, and reports the others.
    ///
    /// An attribute that is `null` counts as absent. `span` is the place for problems of missing
    /// attributes.
    pub(super) fn object(
        &mut self,
        variables: &[Variable],
        attributes: Vec<Spanned<'_>>,
        at: &Path,
        span: Option<&Range<usize>>,
    ) -> Object {
        let mut object = Object::new();
        let mut present = Vec::new();
        for (name, span, expression) in attributes {
            let place = at.key(&name);
            let Some(variable) = variables.iter().find(|variable| variable.name == name) else {
                self.report(Problem::new(&place, unknown(&name, variables)), span);
                continue;
            };
            if matches!(expression, Expression::Null(_)) {
                continue;
            }
            present.push(variable.name);
            if let Some(value) = self.value(&variable.kind, expression, &place) {
                object.insert(name, value);
            }
        }

        for missing in variables.iter().filter(|one| one.required && !present.contains(&one.name)) {
            let problem = Problem::new(&at.key(missing.name), broken!(rules::STACK_001, "required"));
            self.report(problem, span.cloned());
        }
        object
    }

    /// Returns a value of the right type, or `None` after a problem was reported.
    ///
    /// Numbers must be whole and in the range of the variable. A list must have strings only, and one wrong element
    /// refuses the whole list.
    fn value(&mut self, kind: &Type, expression: &Expression, at: &Path) -> Option<Value> {
        if let Some(span) = expression.span() {
            self.spans.insert(at.clone(), span);
        }

        match (kind, expression) {
            (Type::Text, _) => match text(expression) {
                Some(text) => Some(Value::from(text)),
                None => self.misfit(kind, expression, at),
            },
            (Type::Number(least, most), _) => match number(expression) {
                Some(number) if (*least..=*most).contains(&number) => Some(Value::from(number)),
                Some(number) => {
                    let broken = rules::out_of_range(&rules::FILE_003, number, &(*least..=*most));
                    self.report(Problem::new(at, broken), expression.span());
                    None
                }
                None => self.misfit(kind, expression, at),
            },
            (Type::Texts, Expression::Array(array)) => {
                let elements: Vec<Option<Value>> = array
                    .iter()
                    .enumerate()
                    .map(|(index, element)| self.value(&Type::Text, element, &at.index(index)))
                    .collect();
                elements.into_iter().collect::<Option<Vec<_>>>().map(Value::from)
            }
            (Type::Object(variables), Expression::Object(object)) => {
                let attributes: Vec<Spanned<'_>> =
                    object.iter().map(|(key, value)| (name(key), key.span(), value.expr())).collect();
                Some(Value::Object(self.object(variables, attributes, at, expression.span().as_ref())))
            }
            (Type::Texts | Type::Object(_), _) => self.misfit(kind, expression, at),
        }
    }

    /// Reports a value of a wrong type.
    ///
    /// It returns `None`, so that a caller can end with it.
    fn misfit(&mut self, kind: &Type, expression: &Expression, at: &Path) -> Option<Value> {
        self.report(Problem::new(at, wrong_type(kind, expression, at)), expression.span());
        None
    }
}

/// Returns the case of an input that the variables do not have, with the nearest name.
///
/// Without a near name, the fix lists all known names.
fn unknown(name: &str, variables: &[Variable]) -> Broken {
    let known = || variables.iter().map(|variable| variable.name);
    if let Some(near) = nearest(name, known()).or_else(|| spelled_out(name, known())) {
        broken!(rules::FILE_002, "misspelled", near = near)
    } else {
        broken!(rules::FILE_002, "unknown", known = known().collect::<Vec<_>>())
    }
}

/// Returns the case of a value of a wrong type.
///
/// The arguments do not hold the value, which may be a secret, except for a number that was quoted.
///
/// Terraform would read `"1"` as a number. The fix then shows the same number without quotes, within the range of the
/// variable.
fn wrong_type(kind: &Type, expression: &Expression, at: &Path) -> Broken {
    let wanted = match kind {
        Type::Text => "a string",
        Type::Texts => "a list of strings",
        Type::Number(..) => "a whole number",
        Type::Object(_) => "an object",
    };

    match (kind, noun(expression)) {
        (_, EXPRESSION) => broken!(rules::FILE_003, "expression", wanted = wanted),
        (Type::Text, given) => broken!(rules::FILE_003, "not-a-string", wanted = wanted, given = given),
        (Type::Texts, given) => broken!(rules::FILE_003, "not-a-list", wanted = wanted, given = given),
        (Type::Number(least, most), given) => {
            let quoted = text(expression).and_then(|text| text.parse::<i64>().ok());
            let line = format!("{} = {}", at.name(), quoted.unwrap_or(1).clamp(*least, *most));
            broken!(rules::FILE_003, "wrong-type", wanted = wanted, given = given, line = line)
        }
        (Type::Object(_), given) => {
            let line = format!("{} = {{}}", at.name());
            broken!(rules::FILE_003, "wrong-type", wanted = wanted, given = given, line = line)
        }
    }
}

/// Returns the key of an object: a word, or a string in quotes.
///
/// Any other key becomes an empty name, which no variable has.
fn name(key: &ObjectKey) -> String {
    match key {
        ObjectKey::Ident(ident) | ObjectKey::Expression(Expression::Variable(ident)) => {
            ident.as_str().to_owned()
        }
        ObjectKey::Expression(expression) => text(expression).unwrap_or_default(),
    }
}

/// Returns the text of a string, or `None` if a template in it has anything to evaluate.
fn text(expression: &Expression) -> Option<String> {
    match expression {
        Expression::String(text) => Some(text.as_str().to_owned()),
        Expression::StringTemplate(template) => {
            let literal = template.as_single_element().and_then(|element| element.as_literal());
            literal.map(|text| text.as_str().to_owned())
        }
        _ => None,
    }
}

/// Returns a whole number. HCL has no negative literals, only a minus before a number.
///
/// `None` stands for any other expression, and for a number with a fraction or beyond 64 bits.
fn number(expression: &Expression) -> Option<i64> {
    match expression {
        Expression::Number(number) => number.value().as_i64(),
        Expression::UnaryOp(negated) if *negated.operator.value() == UnaryOperator::Neg => {
            number(&negated.expr).and_then(i64::checked_neg)
        }
        _ => None,
    }
}

/// The noun of anything that Terraform would have to evaluate.
const EXPRESSION: &str = "an expression";

/// Returns the word for a value in a message.
///
/// A string with a template is an expression, because only Terraform can evaluate it.
fn noun(expression: &Expression) -> &'static str {
    match expression {
        Expression::Null(_) => "null",
        Expression::Bool(_) => "a boolean",
        Expression::Number(_) => "a number",
        Expression::String(_) => "a string",
        Expression::Array(_) => "a list",
        Expression::Object(_) => "an object",
        _ => EXPRESSION,
    }
}

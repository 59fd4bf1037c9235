//! Literal values of HCL, held against the types of the variables.

use std::collections::BTreeMap;
use std::ops::Range;

use hcl::edit::Span;
use hcl::edit::expr::{Expression, ObjectKey, UnaryOperator};
use serde_json::Value;

use super::{Object, Spanned, Type, Variable};
use crate::file::Located;
use crate::path::Path;
use crate::problem::Problem;
use crate::rules;
use crate::rules::{broken, worded};

/// Reads values and collects problems.
#[derive(Default)]
pub(super) struct Reader {
    pub(super) located: Vec<Located>,
    spans: BTreeMap<Path, Range<usize>>,
}

impl Reader {
    pub(super) fn report(&mut self, problem: Problem, span: Option<Range<usize>>) {
        self.located.push(Located { problem, span });
    }

    /// The bytes of a value, or of the nearest one around it.
    pub(super) fn span(&self, path: &Path) -> Option<Range<usize>> {
        path.ancestors().find_map(|path| self.spans.get(&path).cloned())
    }

    pub(super) fn in_order(mut self) -> Vec<Located> {
        self.located.sort_by_key(|located| located.span.as_ref().map(|span| span.start));
        self.located
    }

    /// The attributes that are known and of the right type.
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
                let names = variables.iter().map(|variable| variable.name).collect::<Vec<_>>().join("`, `");
                let problem =
                    Problem::new(&place, worded(&rules::FILE_002, format!("`{name}` is not an input here")));
                self.report(problem.with_fix(format!("take it out; known here are `{names}`")), span);
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

    fn value(&mut self, kind: &Type, expression: &Expression, at: &Path) -> Option<Value> {
        if let Some(span) = expression.span() {
            self.spans.insert(at.clone(), span);
        }
        match (kind, expression) {
            (Type::Text, _) => match text(expression) {
                Some(text) => Some(Value::from(text)),
                None => self.misfit("a string", expression, at),
            },
            (Type::Number(least, most), _) => match number(expression) {
                Some(number) if (*least..=*most).contains(&number) => Some(Value::from(number)),
                Some(number) => {
                    let broken = rules::out_of_range(&rules::FILE_003, number, &(*least..=*most));
                    self.report(Problem::new(at, broken), expression.span());
                    None
                }
                None => self.misfit("a whole number", expression, at),
            },
            (Type::Texts, Expression::Array(array)) => {
                let elements: Vec<Option<Value>> = array
                    .iter()
                    .enumerate()
                    .map(|(index, element)| self.value(&Type::Text, element, &at.index(index)))
                    .collect();
                elements.into_iter().collect::<Option<Vec<_>>>().map(Value::from)
            }
            (Type::Texts, _) => self.misfit("a list of strings", expression, at),
            (Type::Object(variables), Expression::Object(object)) => {
                let attributes: Vec<Spanned<'_>> =
                    object.iter().map(|(key, value)| (name(key), key.span(), value.expr())).collect();
                Some(Value::Object(self.object(variables, attributes, at, expression.span().as_ref())))
            }
            (Type::Object(_), _) => self.misfit("an object", expression, at),
        }
    }

    fn misfit(&mut self, wanted: &str, expression: &Expression, at: &Path) -> Option<Value> {
        let message = format!("is {}, and not {wanted}", noun(expression));
        self.report(Problem::new(at, worded(&rules::FILE_003, message)), expression.span());
        None
    }
}

fn name(key: &ObjectKey) -> String {
    match key {
        ObjectKey::Ident(ident) | ObjectKey::Expression(Expression::Variable(ident)) => {
            ident.as_str().to_owned()
        }
        ObjectKey::Expression(expression) => text(expression).unwrap_or_default(),
    }
}

/// A string without anything to evaluate in it.
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

fn number(expression: &Expression) -> Option<i64> {
    match expression {
        Expression::Number(number) => number.value().as_i64(),
        Expression::UnaryOp(negated) if *negated.operator.value() == UnaryOperator::Neg => {
            number(&negated.expr).and_then(i64::checked_neg)
        }
        _ => None,
    }
}

fn noun(expression: &Expression) -> &'static str {
    match expression {
        Expression::Null(_) => "null",
        Expression::Bool(_) => "a boolean",
        Expression::Number(_) => "a number",
        Expression::String(_) => "a string",
        Expression::Array(_) => "a list",
        Expression::Object(_) => "an object",
        _ => "an expression",
    }
}

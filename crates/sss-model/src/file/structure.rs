//! What a stack file looks like, by its schema: known keys, types, choices, and values that a type can hold.
//!
//! What does not fit is taken out of the tree, so that the rest can be judged all the same.

mod held;

use std::ops::RangeInclusive;

use serde_json::{Map, Value};

use super::document::Document;
use super::refused::Refused;
use crate::nearest::nearest;
use crate::path::Path;
use crate::problem::Problem;
use crate::rules::{self, Rule};
use crate::rules::{broken, worded};
use crate::schema::{self, RULE};
use held::{HELD, Held, TOGETHER};

/// What is wrong with the structure of a file.
#[derive(Default)]
pub(super) struct Findings {
    pub(super) problems: Vec<Problem>,
    /// The paths that were taken out or are missing: problems there are consequences.
    pub(super) refused: Refused,
}

/// Finds what does not fit, and takes it out of the tree.
pub(super) fn inspect(value: &mut Value, document: &Document) -> Findings {
    let schema = schema::declared();
    let mut walk = Walk { definitions: &schema["$defs"], document, findings: Findings::default() };
    walk.visit(Declared { schema, name: "Stack", rule: None }, value, &Path::root());
    walk.findings
}

/// A schema after its references were followed.
#[derive(Clone, Copy)]
struct Declared<'a> {
    schema: &'a Value,
    /// The name under which it is defined.
    name: &'a str,
    rule: Option<&'static Rule>,
}

struct Walk<'a> {
    definitions: &'a Value,
    document: &'a Document,
    findings: Findings,
}

/// How many keys a message lists.
const FEW: usize = 12;

/// Whether a value stays in the tree.
#[derive(Clone, Copy, PartialEq)]
enum Verdict {
    Stays,
    Goes,
}

impl<'a> Walk<'a> {
    fn refuse(&mut self, problem: Problem) -> Verdict {
        self.findings.refused.insert(problem.path.clone());
        self.findings.problems.push(problem);
        Verdict::Goes
    }

    /// Follows references and splits alternatives.
    fn alternatives(&self, declared: Declared<'a>) -> Vec<Declared<'a>> {
        let schema = declared.schema;
        let rule = schema[RULE].as_str().and_then(rules::find).or(declared.rule);
        let declared = Declared { rule, ..declared };
        if let Some(name) = schema["$ref"].as_str().and_then(|path| path.rsplit('/').next()) {
            return self.alternatives(Declared { schema: &self.definitions[name], name, rule });
        }
        match schema.get("anyOf").or(schema.get("oneOf")).and_then(Value::as_array) {
            Some(schemas) => {
                schemas.iter().flat_map(|schema| self.alternatives(Declared { schema, ..declared })).collect()
            }
            None => vec![declared],
        }
    }

    fn visit(&mut self, declared: Declared<'a>, value: &mut Value, at: &Path) -> Verdict {
        let alternatives = self.alternatives(declared);
        let choices: Vec<&Value> =
            alternatives.iter().flat_map(|declared| choices(declared.schema)).collect();
        if choices.contains(&&*value) {
            return Verdict::Stays;
        }
        let open = alternatives.iter().filter(|declared| choices_of(declared.schema).is_none());
        let fitting: Vec<Declared<'a>> =
            open.filter(|declared| is_of(value, type_of(declared.schema))).copied().collect();
        match (fitting.as_slice(), &mut *value) {
            ([first, ..], Value::Object(object)) => {
                self.object(tagged(&fitting, object).unwrap_or(*first), object, at)
            }
            ([first, ..], Value::Array(elements)) => self.array(*first, elements, at),
            ([first, ..], Value::Number(_)) => self.number(*first, value, at),
            ([_, ..], _) => Verdict::Stays,
            ([], _) => self.misfit(&alternatives, &choices, value, at),
        }
    }

    fn misfit(
        &mut self,
        alternatives: &[Declared<'a>],
        choices: &[&Value],
        value: &Value,
        at: &Path,
    ) -> Verdict {
        if choices.iter().any(|choice| same_type(choice, value)) {
            let rule = alternatives.iter().find_map(|declared| declared.rule);
            let message = format!("{value} is not one of the choices");
            let problem = Problem::new(at, worded(rule.unwrap_or(&rules::FILE_004), message));
            let words = choices.iter().filter_map(|choice| choice.as_str());
            let fix = match value.as_str().and_then(|word| nearest(word, words)) {
                Some(word) => format!("did you mean `{word}`?"),
                None if rule.is_some() => problem.fix.clone(),
                None => format!("write one of {}", listed(choices.iter().map(ToString::to_string))),
            };
            return self.refuse(problem.with_fix(fix));
        }
        let mut expected: Vec<String> = choices.iter().map(ToString::to_string).collect();
        let types = alternatives.iter().filter(|declared| choices_of(declared.schema).is_none());
        expected.extend(types.map(|declared| noun(type_of(declared.schema)).to_owned()));
        let message = format!("is {}, and not {}", self.document.kind(at), expected.join(" or "));
        self.refuse(Problem::new(at, worded(&rules::FILE_003, message)))
    }

    fn number(&mut self, declared: Declared<'a>, value: &Value, at: &Path) -> Verdict {
        match value.as_i64() {
            Some(number) if !width(declared.schema).contains(&number) => {
                let rule = declared.rule.unwrap_or(&rules::FILE_003);
                let broken = rules::out_of_range(rule, number, &range_of(declared.schema));
                self.refuse(Problem::new(at, broken))
            }
            _ => Verdict::Stays,
        }
    }

    fn array(&mut self, declared: Declared<'a>, elements: &mut [Value], at: &Path) -> Verdict {
        let mut verdict = Verdict::Stays;
        let items = Declared { schema: &declared.schema["items"], ..declared };
        for (index, element) in elements.iter_mut().enumerate() {
            // Without one element the others would stand at other indices.
            if self.visit(items, element, &at.index(index)) == Verdict::Goes {
                verdict = Verdict::Goes;
            }
        }
        if verdict == Verdict::Goes {
            self.findings.refused.insert(at.clone());
        }
        verdict
    }

    fn object(&mut self, declared: Declared<'a>, object: &mut Map<String, Value>, at: &Path) -> Verdict {
        let schema = declared.schema;
        let properties = schema["properties"].as_object();
        let rest = schema.get("additionalProperties").filter(|schema| schema.is_object());
        object.retain(|key, value| {
            let place = at.key(key);
            let known = properties.and_then(|properties| properties.get(key));
            let Some(schema) = known.or(rest) else {
                self.unknown(key, properties, at);
                return false;
            };
            let declared = Declared { schema, name: "", rule: None };
            self.visit(declared, value, &place) == Verdict::Stays
        });
        for held in HELD.iter().filter(|held| held.definition == declared.name) {
            self.held(held, object, at);
        }
        for (_, keys) in TOGETHER.iter().filter(|(definition, _)| *definition == declared.name) {
            let paths: Vec<Path> = keys.iter().map(|key| at.key(key)).collect();
            if paths.iter().any(|path| self.findings.refused.contains(path)) {
                self.findings.refused.extend(paths);
            }
        }
        self.missing(schema, object, at)
    }

    fn unknown(&mut self, key: &str, properties: Option<&Map<String, Value>>, at: &Path) {
        let known = || properties.into_iter().flat_map(|properties| properties.keys().map(String::as_str));
        let problem =
            Problem::new(&at.key(key), worded(&rules::FILE_002, format!("`{key}` is not a key here")));
        let fix = match nearest(key, known()) {
            Some(meant) => {
                self.findings.refused.insert(at.key(meant));
                format!("did you mean `{meant}`?")
            }
            None if known().count() > FEW => "take it out; the JSON Schema lists the keys".to_owned(),
            None => format!("take it out; known here are {}", listed(known().map(str::to_owned))),
        };
        self.findings.problems.push(problem.with_fix(fix));
    }

    /// Required keys that are not there. Without one that has no stand-in the object cannot be read.
    fn missing(&mut self, schema: &Value, object: &Map<String, Value>, at: &Path) -> Verdict {
        let mut verdict = Verdict::Stays;
        for name in schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str) {
            if object.contains_key(name) {
                continue;
            }
            let place = at.key(name);
            if !self.findings.refused.contains(&place) {
                self.refuse(Problem::new(&place, broken!(rules::STACK_001, "required")));
            }
            if schema["properties"][name].get("default").is_none() {
                verdict = Verdict::Goes;
            }
        }
        if verdict == Verdict::Goes {
            self.findings.refused.insert(at.clone());
        }
        verdict
    }

    fn held(&mut self, held: &Held, object: &mut Map<String, Value>, at: &Path) {
        let keys = held.keys.iter().map(|(key, _)| *key);
        let paths: Vec<Path> = keys.clone().map(|key| at.key(key)).collect();
        if !paths.iter().any(|path| self.findings.refused.contains(path)) {
            let Some(problem) = (held.judge)(&Value::Object(object.clone())) else {
                return;
            };
            let path = at.join(&problem.path);
            self.findings.problems.push(problem.at(path));
        }
        for (key, stand_in) in held.keys {
            object.remove(*key);
            object.extend(stand_in.map(|value| ((*key).to_owned(), Value::from(value))));
        }
        self.findings.refused.extend(paths);
    }
}

/// The values that a schema lists, if it does. The choices of an integer are for editors: a rule judges them.
fn choices_of(schema: &Value) -> Option<&[Value]> {
    match schema.get("enum") {
        Some(_) if type_of(schema) == "integer" => None,
        Some(Value::Array(choices)) => Some(choices),
        _ => schema.get("const").map(std::slice::from_ref),
    }
}

fn choices(schema: &Value) -> &[Value] {
    choices_of(schema).unwrap_or_default()
}

/// The alternative of a tagged enum whose tag the object has.
fn tagged<'a>(fitting: &[Declared<'a>], object: &Map<String, Value>) -> Option<Declared<'a>> {
    let has_tag = |declared: &&Declared<'a>| {
        let properties = declared.schema["properties"].as_object();
        properties
            .into_iter()
            .flatten()
            .any(|(key, property)| property.get("const").is_some_and(|tag| object.get(key) == Some(tag)))
    };
    fitting.iter().find(has_tag).copied()
}

fn type_of(schema: &Value) -> &str {
    schema["type"].as_str().unwrap_or("object")
}

fn is_of(value: &Value, name: &str) -> bool {
    match name {
        "string" => value.is_string(),
        "integer" => value.is_i64(),
        "boolean" => value.is_boolean(),
        "array" => value.is_array(),
        _ => value.is_object(),
    }
}

fn noun(name: &str) -> &'static str {
    match name {
        "string" => "a string",
        "integer" => "an integer",
        "boolean" => "a boolean",
        "array" => "an array",
        _ => "a table",
    }
}

fn same_type(left: &Value, right: &Value) -> bool {
    std::mem::discriminant(left) == std::mem::discriminant(right)
}

/// What the integer type behind a schema holds.
fn width(schema: &Value) -> RangeInclusive<i64> {
    match schema["format"].as_str() {
        Some("uint16") => 0..=u16::MAX.into(),
        Some("uint32") => 0..=u32::MAX.into(),
        Some("int32") => i32::MIN.into()..=i32::MAX.into(),
        _ => i64::MIN..=i64::MAX,
    }
}

/// What the schema says about the range, for the message.
fn range_of(schema: &Value) -> RangeInclusive<i64> {
    let width = width(schema);
    let minimum = schema["minimum"].as_i64().unwrap_or(*width.start());
    let maximum = schema["maximum"].as_i64().unwrap_or(*width.end());
    minimum..=maximum
}

fn listed(words: impl Iterator<Item = String>) -> String {
    words.map(|word| format!("`{}`", word.trim_matches('"'))).collect::<Vec<_>>().join(", ")
}

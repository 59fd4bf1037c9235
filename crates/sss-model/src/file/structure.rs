//! The structure of a stack file by its schema: known keys, types, choices, and values that a type can hold.
//!
//! The schema is the one that editors use, but for the defaults of required fields (`schema::declared`), so both accept
//! the same keys. `Walk` visits the tree and the schema together. At each value it does one of three things: it keeps
//! the value, it reports a problem and removes the value, or it goes on into the table or list.
//!
//! Removal lets the reader go on: the rest of the tree still becomes a stack, which the rules can judge. The removed
//! paths are noted as refused, because problems that follow from them would be wrong. If a required key without a
//! default is missing, its whole table is removed as well.
//!
//! Two things are beyond the schema. Some keys together make one value of a type that allows less (`held`). And an
//! integer has choices in the schema only for editors: a rule knows them better and has a better message.
//!
//! `sample` writes the line that a fix shows.

mod held;
mod sample;
mod types;

use serde_json::{Map, Value};

use super::document::Document;
use super::environment;
use super::refused::Refused;
use crate::arguments;
use crate::beyond;
use crate::nearest::{nearest, spelled_out};
use crate::path::Path;
use crate::problem::Problem;
use crate::rules::{self, Broken, NEAR_CHOICE, Rule, UNKNOWN_CHOICE, broken, size};
use crate::schema::{self, RULE};
use crate::spelling::{SPELLING, UNIT};
use held::{HELD, Held, TOGETHER};
use types::{ARRAY, STRING, TABLE, is_of, noun, noun_of, range_of, same_type, type_of, width};

/// The problems of the structure of a file.
#[derive(Default)]
pub(super) struct Findings {
    pub(super) problems: Vec<Problem>,
    /// The paths that were removed or are missing: problems there are consequences.
    pub(super) refused: Refused,
}

/// Returns the problems of the structure, and removes the values with problems from the tree.
///
/// `refused` has the paths that were removed before; they are among the refused ones of the findings.
pub(super) fn inspect(value: &mut Value, document: &Document, refused: Refused) -> Findings {
    let schema = schema::declared();
    let findings = Findings { problems: Vec::new(), refused };
    let mut walk = Walk { definitions: &schema["$defs"], document, findings };
    walk.visit(Declared { schema, name: "Stack", rule: None }, value, &Path::root());
    walk.findings
}

/// A schema after its references were followed.
#[derive(Clone, Copy)]
struct Declared<'a> {
    /// The schema itself, without references and alternatives.
    schema: &'a Value,
    /// The name under which it is defined.
    name: &'a str,
    /// The rule that judges the values, if the declaration of the field names one. Problems of a number or a choice
    /// have its id instead of the id of a general rule.
    rule: Option<&'static Rule>,
}

/// A walk through the tree and the schema, with the problems so far.
struct Walk<'a> {
    /// The definitions that references of the schema lead to, by name.
    definitions: &'a Value,
    document: &'a Document,
    findings: Findings,
}

/// Whether a value stays in the tree.
#[derive(Clone, Copy, PartialEq)]
enum Verdict {
    Stays,
    Goes,
}

impl<'a> Walk<'a> {
    /// Reports a problem and refuses the value at its path.
    fn refuse(&mut self, problem: Problem) -> Verdict {
        self.findings.refused.insert(problem.path.clone());
        self.findings.problems.push(problem);
        Verdict::Goes
    }

    /// Follows references and splits alternatives.
    ///
    /// The result has no references. A schema without alternatives is its own only alternative. The rule of an outer
    /// schema holds for the inner ones, unless they name their own.
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

    /// Checks a value and the values inside it.
    ///
    /// A value that is one of the listed choices stays. Otherwise the first alternative of the value's type judges it;
    /// of tagged tables, the alternative with the same tag does. A value that fits no alternative is refused.
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
            ([first, ..], Value::Object(object)) => match unknown_tag(&fitting, object) {
                Some((key, broken)) => self.refuse(Problem::new(&at.key(key), broken)),
                None => self.object(tagged(&fitting, object).unwrap_or(*first), object, at),
            },
            ([first, ..], Value::Array(elements)) => self.array(*first, elements, at),
            ([first, ..], Value::Number(_)) => self.number(*first, value, at),
            ([first, ..], Value::String(text)) => self.size(*first, text, at),
            ([_, ..], _) => Verdict::Stays,
            ([], value) => match self.converted(&alternatives, value, at) {
                Some(converted) => {
                    *value = converted;
                    self.visit(declared, value, at)
                }
                None => self.misfit(&alternatives, value, at),
            },
        }
    }

    /// Returns the number or the boolean that a text with variables of the environment means.
    fn converted(&self, alternatives: &[Declared<'a>], value: &Value, at: &Path) -> Option<Value> {
        let text = value.as_str().filter(|_| self.document.variables.contains_key(at))?;
        alternatives.iter().find_map(|declared| environment::read(type_of(declared.schema), text))
    }

    /// Refuses a value that fits no alternative.
    ///
    /// A value of the type of a choice is a wrong choice; any other value is of a wrong type. The message names all the
    /// types that the key takes, and the fix shows a line with a value of such a type.
    fn misfit(&mut self, alternatives: &[Declared<'a>], value: &Value, at: &Path) -> Verdict {
        let own = alternatives.iter().filter(|declared| declared.schema.get(SPELLING).is_none());
        let choices: Vec<&Value> = own.flat_map(|declared| choices(declared.schema)).collect();
        if choices.iter().any(|choice| same_type(choice, value)) {
            let rule = alternatives.iter().find_map(|declared| declared.rule);
            let broken = other_choice(rule.unwrap_or(&rules::FILE_004), &choices, value);
            return self.refuse(Problem::new(at, broken));
        }

        let open: Vec<&Value> = alternatives.iter().map(|declared| declared.schema).collect();
        let open: Vec<&Value> = open.into_iter().filter(|schema| choices_of(schema).is_none()).collect();
        let mut nouns: Vec<&str> = choices.iter().map(|choice| noun_of(choice)).collect();
        nouns.extend(open.iter().map(|schema| noun(type_of(schema))));
        nouns.sort_unstable();
        nouns.dedup();

        if let Some(variables) = self.document.variables.get(at) {
            let (wanted, variables) = (nouns.join(" or "), variables.clone());
            let broken = broken!(rules::FILE_010, "other-type", wanted = wanted, variables = variables);
            return self.refuse(Problem::new(at, broken));
        }
        let line = sample::line(&open, &choices, value, at);
        let broken = wrong_type(&nouns, self.document.kind(at), line, at);
        self.refuse(Problem::new(at, broken))
    }

    /// Checks that the integer type behind a field can hold a number.
    ///
    /// A rule may allow less than the type. The message shows the range that the schema gives.
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

    /// Checks a text that stands for a number, such as `1 GB`, if the schema names a unit.
    ///
    /// Whether a task may have the size is left to the rules.
    fn size(&mut self, declared: Declared<'a>, text: &str, at: &Path) -> Verdict {
        let unit = declared.schema[UNIT].as_str();
        let broken = match unit.map(|unit| (unit, size::units(text, unit))) {
            None => return Verdict::Stays,
            Some((_, Some(number))) if u32::try_from(number).is_ok() => return Verdict::Stays,
            Some((unit, _)) => broken!(rules::ECS_TD_010, "not-a-size", unit = unit, given = text),
        };
        self.refuse(Problem::new(at, broken))
    }

    /// Checks the elements of a list. A list with a refused element is refused as a whole.
    fn array(&mut self, declared: Declared<'a>, elements: &mut [Value], at: &Path) -> Verdict {
        let mut verdict = Verdict::Stays;
        let items = Declared { schema: &declared.schema["items"], ..declared };
        for (index, element) in elements.iter_mut().enumerate() {
            // Without one element the others would have other indices.
            if self.visit(items, element, &at.index(index)) == Verdict::Goes {
                verdict = Verdict::Goes;
            }
        }
        if verdict == Verdict::Goes {
            self.findings.refused.insert(at.clone());
        }
        verdict
    }

    /// Checks the keys and values of a table, and removes those that are unknown or refused.
    ///
    /// Afterwards it judges the keys that belong together, and reports required keys that are missing.
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

    /// Reports an unknown key. The nearest known key is the fix.
    ///
    /// The known key counts as refused: somebody who wrote `imge` did not forget `image`.
    fn unknown(&mut self, key: &str, properties: Option<&Map<String, Value>>, at: &Path) {
        if let Some(beyond) = beyond::find(key) {
            let broken = broken!(rules::FILE_002, "left-out", reason = beyond.reason, way = beyond.way);
            return self.findings.problems.push(Problem::new(&at.key(key), broken));
        }
        let known: Vec<&str> =
            properties.into_iter().flat_map(|properties| properties.keys().map(String::as_str)).collect();
        let typo = nearest(key, known.iter().copied());
        if let Some(meant) = typo {
            self.findings.refused.insert(at.key(meant));
        }

        let broken = match typo.or_else(|| spelled_out(key, known.iter().copied())) {
            Some(meant) => broken!(rules::FILE_002, "misspelled", near = meant),
            None if known.is_empty() || known.len() > arguments::FEW => {
                broken!(rules::FILE_002, "unknown-of-many")
            }
            None => broken!(rules::FILE_002, "unknown", known = known),
        };
        self.findings.problems.push(Problem::new(&at.key(key), broken));
    }

    /// Reports required keys that are not there. A table cannot be read without a key that has no default.
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

    /// Judges keys that make one value together, and puts values in their place that break no other rule.
    ///
    /// If one of the keys was refused already, the others are not judged.
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

/// Returns the case of a value that has the type of a choice, but is not one of the choices.
fn other_choice(rule: &'static Rule, choices: &[&Value], value: &Value) -> Broken {
    let words = choices.iter().filter_map(|choice| choice.as_str());
    let near = value.as_str().and_then(|word| nearest(word, words));
    let (given, choices) = (value.clone(), choices.iter().copied().cloned().collect::<Value>());
    if let Some(near) = near {
        broken!(rule, NEAR_CHOICE, given = given, choices = choices, near = near)
    } else {
        broken!(rule, UNKNOWN_CHOICE, given = given, choices = choices)
    }
}

/// Returns the case of a value of a wrong type: its fix shows how to write the value that the key takes.
fn wrong_type(nouns: &[&'static str], given: &'static str, line: String, at: &Path) -> Broken {
    match nouns {
        [STRING] => broken!(rules::FILE_003, "not-a-string", wanted = STRING, given = given),
        [ARRAY] => broken!(rules::FILE_003, "not-a-list", wanted = ARRAY, given = given),
        [TABLE] => {
            let header = sample::header(at);
            broken!(rules::FILE_003, "not-a-table", wanted = TABLE, given = given, header = header)
        }
        nouns => {
            let wanted = nouns.join(" or ");
            broken!(rules::FILE_003, "wrong-type", wanted = wanted, given = given, line = line)
        }
    }
}

/// Returns the values that a schema lists, if it does. The choices of an integer are for editors: a rule checks them.
fn choices_of(schema: &Value) -> Option<&[Value]> {
    match schema.get("enum") {
        Some(_) if type_of(schema) == "integer" => None,
        Some(Value::Array(choices)) => Some(choices),
        _ => schema.get("const").map(std::slice::from_ref),
    }
}

/// Returns the values that a schema lists. The list is empty for a schema without choices.
fn choices(schema: &Value) -> &[Value] {
    choices_of(schema).unwrap_or_default()
}

/// Returns the alternative whose tag the object has.
fn tagged<'a>(fitting: &[Declared<'a>], object: &Map<String, Value>) -> Option<Declared<'a>> {
    let has_tag = |declared: &&Declared<'a>| {
        tag(declared.schema).is_some_and(|(key, value)| object.get(key) == Some(value))
    };
    fitting.iter().find(has_tag).copied()
}

/// Returns the key of a tag that no alternative has, with what is wrong about it.
fn unknown_tag<'a>(fitting: &[Declared<'a>], object: &Map<String, Value>) -> Option<(&'a str, Broken)> {
    let tags: Vec<(&str, &Value)> = fitting.iter().filter_map(|declared| tag(declared.schema)).collect();
    let (key, _) = *tags.first().filter(|_| tags.len() > 1 && tags.len() == fitting.len())?;
    let choices: Vec<&Value> = tags.iter().map(|(_, choice)| *choice).collect();
    let given = object.get(key).filter(|given| given.is_string() && !choices.contains(given))?;
    Some((key, other_choice(&rules::FILE_004, &choices, given)))
}

/// Returns the key of a table that has one value, and that value.
fn tag(schema: &Value) -> Option<(&str, &Value)> {
    let mut keys = schema["properties"].as_object()?.iter();
    keys.find_map(|(key, property)| Some((key.as_str(), property.get("const")?)))
}

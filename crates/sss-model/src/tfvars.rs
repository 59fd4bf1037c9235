//! Inputs of a Terraform configuration of the reference stack, read from its `terraform.tfvars`.
//!
//! The reference stack is the article's: one service behind an HTTP API, configured by ten variables. [`read`] returns
//! them as [`Inputs`], and [`Inputs::to_stack_file`] writes a stack file with the same objects, so that a stack of that
//! configuration can be adopted. [`starter()`] is a file for stacks without such a past.
//!
//! The reader accepts literal values only. Anything that Terraform would have to evaluate (a variable, a function) is a
//! problem, as are unknown variables and values of a wrong type. The values are then put into the stack file and
//! checked as a stack; the table of variables maps the problems back to the inputs.
//!
//! The text is HCL, or JSON if it begins with a brace. Only a text of HCL gives each problem its place.

mod json;
mod literal;
mod nesting;
mod starter;

use std::collections::BTreeSet;
use std::ops::Range;

use hcl::edit::Span;
use hcl::edit::parser::parse_body;
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::file::Located;
use crate::file::environment::escaped;
use crate::path::Path;
use crate::problem::{Problem, Severity};
use crate::rules::{self, Broken, broken};
use crate::stack::Stack;
use crate::text::Plain;
use literal::Reader;

pub use starter::{starter, starter_in};

/// The ten inputs of the reference stack, under the names of their Terraform variables.
///
/// ```
/// let inputs = sss_model::tfvars::read(r#"
///     vpc_id                     = "vpc-0a1b2c3d4e5f60718"
///     default_security_group_id  = "sg-0a1b2c3d4e5f60000"
///     allow_origins              = ["https://example.com"]
///     cognito_user_pool_endpoint = "cognito-idp.ap-northeast-1.amazonaws.com/ap-northeast-1_example01"
///     user_pool_client_ids       = ["1example23456789abcdefghij"]
///     private_subnet_ids         = ["subnet-0a1b2c3d4e5f60001"]
///     ecs_task                   = {}
///     ecs_service                = {}
/// "#).expect("the inputs are valid");
/// assert_eq!((inputs.cors_max_age, inputs.ecs_task.cpu, inputs.ecs_service.desired_count), (80000, 256, 1));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Inputs {
    /// The VPC.
    pub vpc_id: String,
    /// The default security group of the VPC, for the VPC link.
    pub default_security_group_id: String,
    /// The origins that may call the API.
    pub allow_origins: Vec<String>,
    /// Seconds for which a browser may keep the answer to a preflight request. Default 80000.
    pub cors_max_age: i32,
    /// Days for which log groups keep their events; 0 means for ever, as in Terraform. Default 7.
    pub log_retention_in_days: u32,
    /// The issuer of the tokens, without `https://`.
    pub cognito_user_pool_endpoint: String,
    /// The audiences of the tokens.
    pub user_pool_client_ids: Vec<String>,
    /// The size of the task.
    pub ecs_task: TaskInputs,
    /// The service.
    pub ecs_service: ServiceInputs,
    /// The subnets of the tasks and the VPC link.
    pub private_subnet_ids: Vec<String>,
}

/// The variable `ecs_task`: the size of each task.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct TaskInputs {
    /// MiB of memory. Default 512.
    pub memory: u32,
    /// CPU units. Default 256.
    pub cpu: u32,
}

/// The variable `ecs_service`: the number of tasks, and the methods of the API.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct ServiceInputs {
    /// The number of running tasks. Default 1.
    pub desired_count: u32,
    /// The methods of the routes. Default `GET`.
    pub http_methods: BTreeSet<String>,
}

impl Default for Inputs {
    fn default() -> Self {
        Inputs {
            vpc_id: String::new(),
            default_security_group_id: String::new(),
            allow_origins: Vec::new(),
            cors_max_age: 80000,
            log_retention_in_days: 7,
            cognito_user_pool_endpoint: String::new(),
            user_pool_client_ids: Vec::new(),
            ecs_task: TaskInputs::default(),
            ecs_service: ServiceInputs::default(),
            private_subnet_ids: Vec::new(),
        }
    }
}

impl Default for TaskInputs {
    fn default() -> Self {
        TaskInputs { memory: 512, cpu: 256 }
    }
}

impl Default for ServiceInputs {
    fn default() -> Self {
        ServiceInputs { desired_count: 1, http_methods: BTreeSet::from(["GET".to_owned()]) }
    }
}

/// The type of a variable.
enum Type {
    Text,
    Texts,
    /// A whole number and its range.
    Number(i64, i64),
    Object(&'static [Variable]),
}

/// A variable, or an attribute of one.
///
/// A variable with a default in the configuration is optional; it may also be `null`.
struct Variable {
    name: &'static str,
    kind: Type,
    required: bool,
    /// The paths in the stack file that follow from the variable. A problem at one of them is reported at the variable.
    paths: &'static [&'static str],
}

/// A whole number that is not negative.
const NATURAL: Type = Type::Number(0, u32::MAX as i64);

const fn required(name: &'static str, kind: Type, paths: &'static [&'static str]) -> Variable {
    Variable { name, kind, required: true, paths }
}

const fn optional(name: &'static str, kind: Type, paths: &'static [&'static str]) -> Variable {
    Variable { name, kind, required: false, paths }
}

/// The variables, in the order in which missing ones are reported.
const VARIABLES: &[Variable] = &[
    required("vpc_id", Type::Text, &["network.vpc_id"]),
    required("default_security_group_id", Type::Text, &["network.vpc_link_security_group_ids[0]"]),
    required("allow_origins", Type::Texts, &["api.cors.allow_origins"]),
    optional("cors_max_age", Type::Number(i32::MIN as i64, i32::MAX as i64), &["api.cors.max_age"]),
    optional("log_retention_in_days", NATURAL, &["log_retention_days"]),
    required("cognito_user_pool_endpoint", Type::Text, &["api.authorizer.issuer"]),
    required("user_pool_client_ids", Type::Texts, &["api.authorizer.audience"]),
    required("ecs_task", Type::Object(TASK), &[]),
    required("ecs_service", Type::Object(SERVICE), &[]),
    required("private_subnet_ids", Type::Texts, &["network.private_subnet_ids"]),
];

const TASK: &[Variable] =
    &[optional("memory", NATURAL, &["services.app.memory"]), optional("cpu", NATURAL, &["services.app.cpu"])];

const SERVICE: &[Variable] = &[
    optional("desired_count", NATURAL, &["services.app.desired_count"]),
    optional("http_methods", Type::Texts, &["services.app.routes[0].methods", "services.app.routes[0]"]),
];

/// Reads a `terraform.tfvars` of the reference stack, or a `terraform.tfvars.json`.
///
/// A text that begins with a brace is JSON. A byte order mark is skipped.
///
/// ```
/// let problems = sss_model::tfvars::read(r#"vpc_id = 7"#).unwrap_err();
/// let paths: Vec<&str> = problems.iter().map(|located| located.problem.path.as_str()).collect();
/// assert!(paths.contains(&"vpc_id") && paths.contains(&"private_subnet_ids"));
/// ```
///
/// # Guarantees
///
/// The stack of the inputs breaks no rule of severity error, so [`Inputs::to_stack_file`] gives a valid file.
///
/// # Errors
///
/// Returns all problems by position, those without one first: syntax, unknown and missing variables, wrong types, and
/// the rules of the stack that the values break. In JSON only a syntax error has a position.
pub fn read(text: &str) -> Result<Inputs, Vec<Located>> {
    let plain = Plain::of(text);
    let read = if json::is_json(&plain.text) { read_json(&plain.text) } else { read_hcl(&plain.text) };
    read.map_err(|located| located.into_iter().map(|one| one.back_in(&plain)).collect())
}

/// Reads a text of HCL. Its depth is checked first, because the parser's time doubles with each level.
fn read_hcl(text: &str) -> Result<Inputs, Vec<Located>> {
    if let Some(offset) = nesting::beyond(text) {
        let broken = broken!(rules::FILE_001, "too-deep", levels = nesting::LEVELS);
        return Err(unreadable(text, broken, offset));
    }
    let body = parse_body(text).map_err(|error| {
        let broken = broken!(rules::FILE_001, "not-hcl", error = error.message());
        unreadable(text, broken, error.location().offset())
    })?;

    let mut reader = Reader::default();
    for block in body.blocks() {
        let at = Path::root().key(block.ident.as_str());
        reader.report(Problem::new(&at, broken!(rules::FILE_002, "block")), block.ident.span());
    }
    let attributes = body
        .attributes()
        .map(|attribute| (attribute.key.as_str().to_owned(), attribute.key.span(), &attribute.value));
    Inputs::of(attributes.collect(), reader)
}

/// Reads a text of JSON. Its values have no places.
fn read_json(text: &str) -> Result<Inputs, Vec<Located>> {
    let attributes = json::attributes(text).map_err(|error| {
        let broken = broken!(rules::FILE_001, "not-json", error = error.message);
        unreadable(text, broken, error.offset)
    })?;
    let spanned = attributes.iter().map(|(name, value)| (name.clone(), None, value));
    Inputs::of(spanned.collect(), Reader::default())
}

/// Returns the one problem of a text that cannot be read from a byte on.
fn unreadable(text: &str, broken: Broken, offset: usize) -> Vec<Located> {
    let start = text.floor_char_boundary(offset);
    let end = text.ceil_char_boundary(start + 1);
    let problem = Problem::new(&Path::root(), broken);
    vec![Located { problem, file: 0, span: Some(start..end) }]
}

impl Inputs {
    /// Returns the inputs with these values, or every problem of them and of the reader.
    fn of(attributes: Vec<Spanned<'_>>, mut reader: Reader) -> Result<Self, Vec<Located>> {
        let object = reader.object(VARIABLES, attributes, &Path::root(), None);
        let refused = !reader.located.is_empty();
        let Ok(inputs) = serde_json::from_value::<Inputs>(Value::Object(object)) else {
            return Err(reader.in_order());
        };
        if !refused {
            inputs.judge(&mut reader);
        }
        if reader.located.is_empty() { Ok(inputs) } else { Err(reader.in_order()) }
    }

    /// Returns a commented stack file that gives the reference stack with these inputs, field for field.
    ///
    /// The comments explain each choice. The file has the values that the configuration fixes, such as 300 seconds for
    /// DNS records, so it names defaults of the configuration rather than those of a stack.
    ///
    /// # Guarantees
    ///
    /// [`Stack::from_toml`] reads the file of inputs that [`read`] returned.
    pub fn to_stack_file(&self) -> String {
        let days = self.log_retention_in_days;
        starter::filled(
            include_str!("tfvars/reference.toml"),
            &[
                ("vpc_id", quoted(&self.vpc_id)),
                ("private_subnet_ids", list(&self.private_subnet_ids)),
                ("default_security_group_id", quoted(&self.default_security_group_id)),
                ("log_retention_days", if days == 0 { quoted("never") } else { days.to_string() }),
                ("allow_origins", list(&self.allow_origins)),
                ("cors_max_age", self.cors_max_age.to_string()),
                ("issuer", quoted(&format!("https://{}", self.cognito_user_pool_endpoint))),
                ("audience", list(&self.user_pool_client_ids)),
                ("cpu", self.ecs_task.cpu.to_string()),
                ("memory", self.ecs_task.memory.to_string()),
                ("desired_count", self.ecs_service.desired_count.to_string()),
                ("http_methods", list(&self.ecs_service.http_methods)),
            ],
        )
    }

    /// Checks the stack that follows from the inputs, and reports its problems at the variables.
    fn judge(&self, reader: &mut Reader) {
        let Err(problems) = Stack::from_toml(&self.to_stack_file()) else {
            return;
        };
        for Located { problem, .. } in problems {
            if problem.severity == Severity::Error {
                let path = variable_of(&problem.path);
                let span = reader.span(&path);
                reader.report(problem.at(path), span);
            }
        }
    }
}

/// Returns the variable that a path of the stack file follows from.
fn variable_of(path: &Path) -> Path {
    let follows = |place: &Path, variables: &[Variable]| {
        variables.iter().find_map(|variable| {
            let mut from = variable.paths.iter().map(|from| from.parse().expect("the table has paths"));
            let rest = from.find_map(|from| path.behind(&from))?;
            Some(place.key(variable.name).join(&rest))
        })
    };
    let root = Path::root();
    follows(&root, VARIABLES)
        .or_else(|| follows(&root.key("ecs_task"), TASK))
        .or_else(|| follows(&root.key("ecs_service"), SERVICE))
        .unwrap_or_else(|| path.clone())
}

/// Returns a text as a string of TOML, without variables of the environment.
fn quoted(text: &str) -> String {
    toml::Value::from(escaped(text)).to_string()
}

/// Returns texts as a list of TOML.
fn list<'a>(texts: impl IntoIterator<Item = &'a String>) -> String {
    let texts: Vec<String> = texts.into_iter().map(|text| quoted(text)).collect();
    format!("[{}]", texts.join(", "))
}

/// The name of an attribute, its place in the text, and its value.
type Spanned<'a> = (String, Option<Range<usize>>, &'a hcl::edit::expr::Expression);

/// The values of the right type, by name.
type Object = Map<String, Value>;

#[cfg(test)]
mod tests;

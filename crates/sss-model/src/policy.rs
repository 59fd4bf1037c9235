//! IAM policies: the statements of a stack, and documents in a normal form in which equal policies are equal values.
//!
//! One policy can be written in many ways: an action as a text or as a list, the members in any order, an empty `Sid`.
//! A comparison of texts would find changes that change nothing. A [`PolicyDocument`] is therefore read into one form,
//! and that form is compared and written.
//!
//! A [`Statement`] is the part of the language that a stack has. A [`PolicyStatement`] has all of it, because a live
//! policy may be somebody else's.

use std::collections::{BTreeMap, BTreeSet};

use derive_builder::Builder;
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize};
use validator::Validate;

use crate::builder::{built, setters};
use crate::path::Path;
use crate::problem::Invalid;
use crate::report::{Part, Report};
use crate::rules;
use crate::spelling::{OneOrMany, Scalar};
use crate::stack::Stack;

/// Operators of a condition, their keys, and the values that match.
pub type Conditions = BTreeMap<String, BTreeMap<String, Vec<String>>>;

/// A statement of a role's inline policy.
///
/// ```
/// use sss_model::Statement;
///
/// let metrics = Statement::allow(["cloudwatch:PutMetricData"], ["*"]);
/// assert_eq!(metrics.actions, ["cloudwatch:PutMetricData"]);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Builder, Serialize, Deserialize, JsonSchema, Validate)]
#[builder(pattern = "owned", default, setter(strip_option))]
#[builder(build_fn(name = "assemble", private, error = "Invalid"), derive(Debug))]
#[serde(default, deny_unknown_fields)]
#[schemars(extend("required" = ["actions", "resources"]))]
#[non_exhaustive]
pub struct Statement {
    /// Whether the statement allows or denies. Default `Allow`.
    pub effect: Effect,
    /// The actions, such as `s3:GetObject`; `*` and `?` stand for any characters.
    #[builder(setter(custom))]
    pub actions: Vec<String>,
    /// The ARNs that the actions work on, or `*`.
    #[builder(setter(custom))]
    pub resources: Vec<String>,
    /// The conditions under which the statement holds: operator, key, values.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub conditions: Conditions,
    /// An id within the policy: letters and digits.
    #[builder(setter(into))]
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(pattern("^[A-Za-z0-9]*$"))]
    #[validate(custom(function = "rules::iam::sid"))]
    pub sid: Option<String>,
}

setters!(StatementBuilder { lists: actions, resources; });
built!(Statement by StatementBuilder);

impl Statement {
    /// Returns a statement that allows the actions on the resources.
    #[must_use]
    pub fn allow<A, R>(actions: A, resources: R) -> Self
    where
        A: IntoIterator<Item: Into<String>>,
        R: IntoIterator<Item: Into<String>>,
    {
        Statement {
            actions: actions.into_iter().map(Into::into).collect(),
            resources: resources.into_iter().map(Into::into).collect(),
            ..Statement::default()
        }
    }
}

impl Stack {
    /// Returns the statements of the execution role's policy for the secrets, files and log groups that containers name.
    ///
    /// The role may read exactly the secrets of the stack (variables, options of log drivers, credentials of
    /// registries) and its environment files, and create the log groups that `awslogs-create-group` asks for.
    ///
    /// A parameter or a secret that is named without its ARN is one of the stack's region, in whichever account the
    /// stack is.
    ///
    /// ```
    /// use sss_model::Stack;
    ///
    /// assert!(Stack::default().secret_statements().is_empty());
    /// ```
    pub fn secret_statements(&self) -> Vec<Statement> {
        let containers =
            || self.services.iter().flat_map(|(name, service)| service.task.all_containers(name.as_str()));
        let mut sources: BTreeSet<String> = BTreeSet::new();
        let (mut objects, mut buckets) = (BTreeSet::new(), BTreeSet::new());
        for container in containers() {
            let named = container.secrets.values().chain(container.log_secret_options.values());
            sources.extend(named.map(|from| self.secret_arn(from)));
            sources.extend(container.repository_credentials.iter().map(|from| self.credentials_arn(from)));
            for file in &container.environment_files {
                buckets.extend(file.split_once('/').map(|(bucket, _)| bucket.to_owned()));
                objects.insert(file.clone());
            }
        }
        let (parameters, secrets): (BTreeSet<_>, BTreeSet<_>) =
            sources.into_iter().partition(|arn| arn.contains(":ssm:"));

        let actions = [
            ("ssm:GetParameters", parameters),
            ("secretsmanager:GetSecretValue", secrets),
            ("logs:CreateLogGroup", self.created_log_groups()),
            ("s3:GetObject", objects),
            ("s3:GetBucketLocation", buckets),
        ];
        actions
            .into_iter()
            .filter(|(_, resources)| !resources.is_empty())
            .map(|(action, resources)| Statement::allow([action], resources))
            .collect()
    }

    /// Returns the statements with which ECS Exec opens its channels to the containers of a service, and logs its
    /// sessions.
    ///
    /// The list is empty unless the service has `enable_execute_command = true`.
    ///
    /// ```
    /// use sss_model::Stack;
    ///
    /// assert!(Stack::default().exec_statements("app").is_empty());
    /// ```
    pub fn exec_statements(&self, service: &str) -> Vec<Statement> {
        const CHANNELS: [&str; 4] = [
            "ssmmessages:CreateControlChannel",
            "ssmmessages:CreateDataChannel",
            "ssmmessages:OpenControlChannel",
            "ssmmessages:OpenDataChannel",
        ];
        let is_on = |service: &crate::Service| service.enable_execute_command == Some(true);
        if !self.services.get(service).is_some_and(is_on) {
            return Vec::new();
        }
        let channels = Statement::allow(CHANNELS, ["*"]);
        let of_sessions = self.cluster.execute_command.as_ref();
        let of_sessions = of_sessions.map(|exec| exec.statements(self.partition(), &self.region));
        std::iter::once(channels).chain(of_sessions.into_iter().flatten()).collect()
    }

    /// Returns the ARN of a secret with the credentials of a registry, which may be given by name.
    ///
    /// Secrets Manager adds a hyphen and six characters to the name.
    fn credentials_arn(&self, from: &str) -> String {
        if from.starts_with("arn:") {
            return self.secret_arn(from);
        }
        self.partition().arn("secretsmanager", &self.region, "*", &format!("secret:{from}-??????"))
    }

    /// Returns the ARN of the secret or the parameter itself.
    ///
    /// A reference to a secret may end with a JSON key, a stage and a version; a parameter may be given by name.
    fn secret_arn(&self, from: &str) -> String {
        if !from.starts_with("arn:") {
            let resource = format!("parameter/{}", from.trim_start_matches('/'));
            return self.partition().arn("ssm", &self.region, "*", &resource);
        }
        let fields = if from.contains(":secretsmanager:") { 7 } else { usize::MAX };
        from.split(':').take(fields).collect::<Vec<_>>().join(":")
    }

    /// Returns the ARNs of the log groups that ECS creates and the stack does not.
    fn created_log_groups(&self) -> BTreeSet<String> {
        let mut groups = BTreeSet::new();
        for (name, service) in &self.services {
            let all = service.task.awslogs_options().flatten();
            for options in all.filter(|options| options.contains_key(rules::logging::CREATE_GROUP)) {
                if let Some((group, region)) = self.foreign_log_group(name, options) {
                    let resource = format!("log-group:{group}:*");
                    groups.insert(self.partition().arn("logs", &region, "*", &resource));
                }
            }
        }
        groups
    }

    /// Returns the log group that these options of a container name, and its region, unless it is that of the service.
    pub(crate) fn foreign_log_group(
        &self,
        service: &str,
        options: &BTreeMap<String, String>,
    ) -> Option<(String, String)> {
        let own = (self.log_group_name(service), self.region.clone());
        let group = options.get("awslogs-group").unwrap_or(&own.0).clone();
        let region = options.get("awslogs-region").unwrap_or(&own.1).clone();
        Some((group, region)).filter(|group| *group != own)
    }
}

impl Part for Statement {
    fn inspect(&self, at: &Path, report: &mut Report) {
        rules::iam::statement(self, at, report);
    }
}

/// The effect of a statement.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
pub enum Effect {
    /// Allows.
    #[default]
    Allow,
    /// Denies, even if another statement allows.
    Deny,
}

/// A policy document in normal form.
///
/// Actions, resources and principals are sorted lists even if there is one, condition values are strings, and an empty
/// `Sid` is `None`. So documents that mean the same compare equal, however they are written.
///
/// ```
/// use sss_model::{PolicyDocument, Statement};
///
/// let wanted = PolicyDocument::new(&[Statement::allow(["cloudwatch:PutMetricData"], ["*"])]);
/// let live = r#"{"Version": "2012-10-17", "Statement": {
///     "Sid": "", "Effect": "Allow", "Action": "cloudwatch:PutMetricData", "Resource": "*"}}"#;
/// assert_eq!(PolicyDocument::from_json(live)?, wanted);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
#[non_exhaustive]
pub struct PolicyDocument {
    /// The version of the policy language; a document without one is of `2008-10-17`.
    #[serde(default = "PolicyDocument::oldest")]
    pub version: String,
    /// An id, which IAM does not read.
    #[serde(default, deserialize_with = "filled", skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The statements in their order.
    #[serde(rename = "Statement", deserialize_with = "one_or_many")]
    pub statements: Vec<PolicyStatement>,
}

/// A statement of a document in normal form, with the elements that a stack does not write but AWS may hold.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default, deny_unknown_fields)]
#[non_exhaustive]
pub struct PolicyStatement {
    /// The id within the document.
    #[serde(deserialize_with = "filled", skip_serializing_if = "Option::is_none")]
    pub sid: Option<String>,
    /// Whether the statement allows or denies.
    pub effect: Effect,
    /// The principals by kind; anybody is `*` of the kind `*`.
    #[serde(deserialize_with = "principals", skip_serializing_if = "BTreeMap::is_empty")]
    pub principal: BTreeMap<String, Vec<String>>,
    /// All principals but these, by kind.
    #[serde(deserialize_with = "principals", skip_serializing_if = "BTreeMap::is_empty")]
    pub not_principal: BTreeMap<String, Vec<String>>,
    /// The actions, sorted.
    #[serde(deserialize_with = "set", skip_serializing_if = "Vec::is_empty")]
    pub action: Vec<String>,
    /// All actions but these.
    #[serde(deserialize_with = "set", skip_serializing_if = "Vec::is_empty")]
    pub not_action: Vec<String>,
    /// The resources, sorted.
    #[serde(deserialize_with = "set", skip_serializing_if = "Vec::is_empty")]
    pub resource: Vec<String>,
    /// All resources but these.
    #[serde(deserialize_with = "set", skip_serializing_if = "Vec::is_empty")]
    pub not_resource: Vec<String>,
    /// The conditions under which the statement holds.
    #[serde(deserialize_with = "conditions", skip_serializing_if = "BTreeMap::is_empty")]
    pub condition: Conditions,
}

impl PolicyDocument {
    /// The version of the policy language that a stack writes.
    const VERSION: &str = "2012-10-17";

    /// Returns the version of a document that names none, as IAM reads it.
    fn oldest() -> String {
        "2008-10-17".to_owned()
    }

    /// Returns the document of a stack's statements.
    #[must_use]
    ///
    /// The statements keep their order, and their lists are sorted.
    pub fn new(statements: &[Statement]) -> Self {
        let statements = statements.iter().map(PolicyStatement::from).collect();
        PolicyDocument { version: Self::VERSION.to_owned(), id: None, statements }
    }

    /// Returns the trust policy that lets an AWS service, such as `ecs-tasks.amazonaws.com`, assume the role.
    #[must_use]
    pub fn trust(service_principal: &str) -> Self {
        let statement = PolicyStatement {
            principal: BTreeMap::from([("Service".to_owned(), vec![service_principal.to_owned()])]),
            action: vec!["sts:AssumeRole".to_owned()],
            ..PolicyStatement::default()
        };
        PolicyDocument { version: Self::VERSION.to_owned(), id: None, statements: vec![statement] }
    }

    /// Reads a document as IAM holds it, after URL decoding.
    ///
    /// # Errors
    ///
    /// Fails if the text is not JSON, or not a policy document.
    pub fn from_json(text: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(text)
    }

    /// Returns the document as compact JSON. Equal documents have equal texts.
    #[expect(clippy::missing_panics_doc, reason = "the expectation always holds")]
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).expect("maps with string keys and no numbers always serialise")
    }
}

impl From<&Statement> for PolicyStatement {
    fn from(statement: &Statement) -> Self {
        let condition = statement.conditions.iter().map(|(operator, keys)| {
            let keys = keys.iter().map(|(key, values)| (key.clone(), sorted(values.clone()))).collect();
            (operator.clone(), keys)
        });
        PolicyStatement {
            sid: statement.sid.clone().filter(|sid| !sid.is_empty()),
            effect: statement.effect,
            action: sorted(statement.actions.clone()),
            resource: sorted(statement.resources.clone()),
            condition: condition.collect(),
            ..PolicyStatement::default()
        }
    }
}

/// Returns values as a set in its normal form: sorted, each once.
fn sorted(mut values: Vec<String>) -> Vec<String> {
    values.sort_unstable();
    values.dedup();
    values
}

/// Reads statements. IAM takes one statement in place of a list of one.
fn one_or_many<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<PolicyStatement>, D::Error> {
    OneOrMany::deserialize(deserializer).map(OneOrMany::into_vec)
}

/// Reads a text or a list of texts as a set.
fn set<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    OneOrMany::deserialize(deserializer).map(|values| sorted(values.into_vec()))
}

/// Reads an optional text. An empty text becomes `None`, because IAM means the same by both.
fn filled<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    Option::<String>::deserialize(deserializer).map(|text| text.filter(|text| !text.is_empty()))
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Principals {
    Anybody(String),
    ByKind(BTreeMap<String, OneOrMany<String>>),
}

/// Reads principals: `"*"`, or a map from kinds to one or more names.
fn principals<'de, D: Deserializer<'de>>(deserializer: D) -> Result<BTreeMap<String, Vec<String>>, D::Error> {
    Ok(match Principals::deserialize(deserializer)? {
        Principals::Anybody(who) => BTreeMap::from([(who.clone(), vec![who])]),
        Principals::ByKind(kinds) => {
            kinds.into_iter().map(|(kind, who)| (kind, sorted(who.into_vec()))).collect()
        }
    })
}

/// Reads conditions. Each value becomes a text, and each key has a set of values.
fn conditions<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Conditions, D::Error> {
    let operators = BTreeMap::<String, BTreeMap<String, OneOrMany<Scalar>>>::deserialize(deserializer)?;
    let keys = |keys: BTreeMap<String, OneOrMany<Scalar>>| {
        let values = |values: OneOrMany<Scalar>| {
            sorted(values.into_vec().into_iter().map(Scalar::into_text).collect())
        };
        keys.into_iter().map(|(key, scalars)| (key, values(scalars))).collect()
    };
    Ok(operators.into_iter().map(|(operator, inner)| (operator, keys(inner))).collect())
}

#[cfg(test)]
mod tests;

//! Parameters and their values.
//!
//! Each write adds a version, and a parameter keeps the newest 100. Values have 1 to 4096 bytes in the
//! standard tier and up to 8192 in the advanced one; a parameter cannot return to the standard tier. Tags are
//! accepted only at the creation.
//!
//! Source: the API reference of each operation. The texts of refusals are those of moto and of threads. A
//! deletion takes effect at once; AWS recommends 30 s before a new creation.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{
    constraint, invalid, name, required,
    tag::{self, Tag},
};
use crate::{refusal::Refusal, tags::Tags, world::World};

/// The tier of a parameter without one of its own.
const STANDARD: &str = "Standard";
/// The tier of long values.
const ADVANCED: &str = "Advanced";
/// The longest value in the standard tier, in bytes.
const LONGEST_STANDARD: usize = 4096;
/// The longest value in the advanced tier, in bytes.
const LONGEST_ADVANCED: usize = 8192;
/// The longest description, in characters.
const LONGEST_DESCRIPTION: usize = 1024;
/// The number of versions that a parameter keeps. A new one replaces the oldest.
const KEPT_VERSIONS: u64 = 100;
/// The largest number of names in a call of `GetParameters`.
const NAMES_PER_CALL: usize = 10;

/// A parameter with its past values.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Parameter {
    /// `String` or `StringList`.
    pub(super) kind: String,
    pub(super) tier: String,
    pub(super) description: Option<String>,
    /// The versions by number. The last is the current one, which always exists.
    versions: BTreeMap<u64, Version>,
    pub(super) tags: Tags,
}

/// A value, and the time of its write in milliseconds since the Unix epoch.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Version {
    value: String,
    modified: u64,
}

impl Parameter {
    /// Returns the number of the current version. Zero for a parameter that has no version yet.
    pub(super) fn current(&self) -> u64 {
        self.versions.last_key_value().map_or(0, |(number, _)| *number)
    }

    /// Returns the time of the last write, in milliseconds since the Unix epoch. Zero for a parameter without a version.
    pub(super) fn modified(&self) -> u64 {
        self.versions.last_key_value().map_or(0, |(_, version)| version.modified)
    }
}

/// Replaces the values, by the last part of each parameter's name.
///
/// `conceal` gets that part and the value, and returns the replacement or the value itself.
pub(crate) fn conceal(world: &mut World, conceal: &dyn Fn(&str, &str) -> String) {
    for (name, parameter) in &mut world.ssm.parameters {
        let name = name.rsplit('/').next().unwrap_or(name);
        for version in parameter.versions.values_mut() {
            version.value = conceal(name, &version.value);
        }
    }
}

/// The input of `PutParameter`. `None` keeps the member of an existing parameter.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Put {
    name: Option<String>,
    value: Option<String>,
    #[serde(rename = "Type")]
    kind: Option<String>,
    description: Option<String>,
    #[serde(default)]
    overwrite: bool,
    tier: Option<String>,
    tags: Option<Vec<Tag>>,
}

/// Carries out `PutParameter`. Without `Overwrite` only one of two callers can create a parameter.
///
/// # Errors
///
/// Refuses an existing name without `Overwrite` (`ParameterAlreadyExists`), tags together with `Overwrite`,
/// malformed names, unknown types and tiers, `SecureString`, and values that are too long.
pub(super) fn put(world: &mut World, input: Put) -> Result<Value, Refusal> {
    let name = required(input.name.clone(), "name")?;
    name::check(&name)?;
    let value = required(input.value.clone(), "value")?;
    let there = world.ssm.parameters.get(&name);
    if there.is_some() && !input.overwrite {
        let message = "The parameter already exists. To overwrite this value, set the overwrite option in the request to true.";
        return Err(Refusal::new("ParameterAlreadyExists", message));
    }
    if input.overwrite && input.tags.is_some() {
        return Err(invalid(
            "Invalid request: tags and overwrite can't be used together. To create a parameter with tags, please \
             remove overwrite flag. To update tags for an existing parameter, please use AddTagsToResource or \
             RemoveTagsFromResource.",
        ));
    }

    let next = written(there, input)?;
    check_value(&next.tier, &value)?;
    let modified = world.now;
    let parameter = world.ssm.parameters.entry(name).or_insert(next.clone());
    let number = parameter.current() + 1;
    let mut versions = std::mem::take(&mut parameter.versions);
    versions.insert(number, Version { value, modified });
    versions.retain(|kept, _| kept + KEPT_VERSIONS > number);
    let answer = json!({ "Version": number, "Tier": next.tier });
    *parameter = Parameter { versions, ..next };
    Ok(answer)
}

/// Returns a parameter with the members of a request. Members that the request does not have keep their values.
fn written(there: Option<&Parameter>, input: Put) -> Result<Parameter, Refusal> {
    let kind = input.kind.or_else(|| there.map(|there| there.kind.clone()));
    let kind = kind.ok_or_else(|| invalid("A parameter type is required when you create a parameter."))?;
    match kind.as_str() {
        "String" | "StringList" => {}
        "SecureString" => {
            let message = "The parameter type SecureString is not supported: the sandbox keeps no secrets.";
            return Err(Refusal::new("UnsupportedParameterType", message));
        }
        _ => {
            let set = "Member must satisfy enum value set: [SecureString, StringList, String]";
            return Err(constraint(&kind, "type", set));
        }
    }

    let tier = input.tier.or_else(|| there.map(|there| there.tier.clone()));
    let tier = tier.unwrap_or_else(|| STANDARD.to_owned());
    if ![STANDARD, ADVANCED].contains(&tier.as_str()) {
        let set = "Member must satisfy enum value set: [Standard, Advanced]";
        return Err(constraint(&tier, "tier", set));
    }
    if tier == STANDARD && there.is_some_and(|there| there.tier == ADVANCED) {
        return Err(invalid("This parameter uses the advanced-parameter tier. You can't downgrade it."));
    }
    if input.description.as_ref().is_some_and(|text| text.chars().count() > LONGEST_DESCRIPTION) {
        let length = format!("Member must have length less than or equal to {LONGEST_DESCRIPTION}");
        return Err(constraint("", "description", &length));
    }

    let tags = match input.tags {
        Some(tags) => tag::checked(tags)?,
        None => there.map(|there| there.tags.clone()).unwrap_or_default(),
    };
    let description = input.description.or_else(|| there.and_then(|there| there.description.clone()));
    Ok(Parameter { kind, tier, description, versions: BTreeMap::new(), tags })
}

/// Refuses an empty value and one that is too long for the tier.
fn check_value(tier: &str, value: &str) -> Result<(), Refusal> {
    if value.is_empty() {
        return Err(constraint("", "value", "Member must have length greater than or equal to 1."));
    }
    let longest = if tier == STANDARD { LONGEST_STANDARD } else { LONGEST_ADVANCED };
    if value.len() > longest {
        return Err(invalid(format!(
            "{tier} tier parameters support a maximum parameter value of {longest} characters."
        )));
    }
    Ok(())
}

/// The input of calls that need only the parameter's name.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Named {
    name: Option<String>,
}

/// Carries out `GetParameter`, by name or ARN, with or without `:VERSION`.
///
/// # Errors
///
/// Refuses unknown parameters (`ParameterNotFound`) and versions (`ParameterVersionNotFound`).
pub(super) fn get(world: &mut World, input: Named) -> Result<Value, Refusal> {
    let asked = required(input.name, "name")?;
    Ok(json!({ "Parameter": find(world, &asked)? }))
}

/// Returns the description of a parameter, by name or ARN, with or without `:VERSION`.
fn find(world: &World, asked: &str) -> Result<Value, Refusal> {
    let (name, selector) = name::split_selector(asked);
    let name = name::of(world, name);
    let parameter = world.ssm.parameters.get(&name).ok_or_else(not_found)?;
    let number = match selector {
        None => parameter.current(),
        Some(version) => version.parse().unwrap_or_default(),
    };

    let version = parameter.versions.get(&number).ok_or_else(|| {
        let message = format!(
            "Systems Manager could not find version {number} of {name}. Verify the version and try again."
        );
        Refusal::new("ParameterVersionNotFound", message)
    })?;
    let mut answer = json!({
        "Name": name,
        "ARN": name::arn(world, &name),
        "Type": parameter.kind,
        "Value": version.value,
        "Version": number,
        "LastModifiedDate": std::time::Duration::from_millis(version.modified).as_secs_f64(),
        "DataType": "text",
    });
    if let Some(selector) = selector {
        answer["Selector"] = json!(format!(":{selector}"));
    }
    Ok(answer)
}

/// The input of `GetParameters`.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct ManyNamed {
    #[serde(default)]
    names: Vec<String>,
}

/// Carries out `GetParameters`. The answer lists missing parameters separately.
///
/// # Errors
///
/// Refuses numbers of names outside 1 to 10.
pub(super) fn get_many(world: &mut World, input: ManyNamed) -> Result<Value, Refusal> {
    if !(1..=NAMES_PER_CALL).contains(&input.names.len()) {
        let length = format!("Member must have length between 1 and {NAMES_PER_CALL}");
        return Err(constraint(&input.names.join(", "), "names", &length));
    }
    let mut found = Vec::new();
    let mut missing = Vec::new();
    for name in input.names {
        match find(world, &name) {
            Ok(parameter) => found.push(parameter),
            Err(_) => missing.push(name),
        }
    }
    Ok(json!({ "Parameters": found, "InvalidParameters": missing }))
}

/// Carries out `DeleteParameter`. A later parameter with this name begins with version 1.
pub(super) fn delete(world: &mut World, input: Named) -> Result<Value, Refusal> {
    let name = required(input.name, "name")?;
    world.ssm.parameters.remove(&name).ok_or_else(not_found)?;
    Ok(json!({}))
}

/// Returns the refusal of a parameter that does not exist.
fn not_found() -> Refusal {
    Refusal::new("ParameterNotFound", "The parameter couldn't be found. Verify the name and try again.")
}

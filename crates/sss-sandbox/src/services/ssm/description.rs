//! `DescribeParameters`: parameters without their values, chosen by filters.
//!
//! All filters must match, each by one of its values. The texts of refusals are those of moto.

use serde::Deserialize;
use serde_json::{Value, json};

use super::{constraint, invalid, name, parameter::Parameter};
use crate::{refusal::Refusal, world::World};

/// The largest number of parameters in a page, which is also the number without a request for one.
const PER_PAGE: usize = 50;

/// The input of `DescribeParameters`.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Input {
    #[serde(default)]
    parameter_filters: Vec<FilterInput>,
    /// The filters of earlier clients. Their names are beginnings.
    #[serde(default)]
    filters: Vec<FilterInput>,
    /// Whether the caller asks for parameters that other accounts share. The sandbox has none.
    #[serde(default)]
    shared: bool,
    max_results: Option<usize>,
    next_token: Option<String>,
}

/// A filter on the wire.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct FilterInput {
    key: String,
    option: Option<String>,
    #[serde(default)]
    values: Vec<String>,
}

/// How the value of a filter stands to that of a parameter.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    Equals,
    BeginsWith,
    Contains,
    OneLevel,
    Recursive,
}

impl Way {
    /// Reads an option, or returns the usual one of the key.
    ///
    /// # Errors
    ///
    /// Refuses options that the key does not have.
    fn read(key: &str, option: Option<&str>) -> Result<Self, Refusal> {
        let known: &[(&str, Self)] = match key {
            "Path" => &[("OneLevel", Self::OneLevel), ("Recursive", Self::Recursive)],
            "Name" => {
                &[("Equals", Self::Equals), ("BeginsWith", Self::BeginsWith), ("Contains", Self::Contains)]
            }
            _ => &[("Equals", Self::Equals), ("BeginsWith", Self::BeginsWith)],
        };
        let Some(option) = option else { return Ok(known[0].1) };
        known.iter().find(|(name, _)| *name == option).map(|(_, way)| *way).ok_or_else(|| {
            let names: Vec<&str> = known.iter().map(|(name, _)| *name).collect();
            let message = format!(
                "The following filter option is not valid: {option}. Valid options include: [{}].",
                names.join(", ")
            );
            Refusal::new("InvalidFilterOption", message)
        })
    }

    /// Returns whether a parameter's value matches that of a filter.
    fn matches(self, value: &str, wanted: &str) -> bool {
        match self {
            Self::Equals => value == wanted,
            Self::BeginsWith => value.starts_with(wanted),
            Self::Contains => value.contains(wanted),
            Self::OneLevel => below(value, wanted).is_some_and(|rest| !rest.contains('/')),
            Self::Recursive => below(value, wanted).is_some(),
        }
    }
}

/// Returns the part of a name below a path. `None` for a name outside of it.
fn below<'a>(name: &'a str, path: &str) -> Option<&'a str> {
    name.strip_prefix(path.trim_end_matches('/'))?.strip_prefix('/').filter(|rest| !rest.is_empty())
}

/// A filter whose key and option exist.
struct Filter<'a> {
    key: &'a str,
    way: Way,
    values: &'a [String],
}

impl<'a> Filter<'a> {
    /// Reads a filter.
    ///
    /// # Errors
    ///
    /// Refuses unknown keys and options, a path without a slash, and a filter without values unless it names a tag.
    fn read(input: &'a FilterInput) -> Result<Self, Refusal> {
        let key = input.key.as_str();
        let is_tag = key.strip_prefix("tag:").is_some_and(|tag| !tag.is_empty());
        if !is_tag && !["Path", "Name", "Type", "KeyId", "Tier", "DataType"].contains(&key) {
            let message = format!(
                "The following filter key is not valid: {key}. Valid filter keys include: [Path, Name, Type, KeyId, Tier]."
            );
            return Err(Refusal::new("InvalidFilterKey", message));
        }
        let way = Way::read(key, input.option.as_deref())?;
        if input.values.is_empty() && !is_tag {
            let message = format!("The following filter values are missing : null for filter key {key}.");
            return Err(Refusal::new("InvalidFilterValue", message));
        }
        if key == "Path" && input.values.iter().any(|path| !path.starts_with('/')) {
            return Err(invalid(
                "The parameter doesn't meet the parameter name requirements. The parameter name must begin with a \
                 forward slash \"/\".",
            ));
        }
        Ok(Self { key, way, values: &input.values })
    }

    /// Returns whether a parameter matches the filter.
    fn accepts(&self, name: &str, parameter: &Parameter) -> bool {
        let value = match self.key {
            "Name" | "Path" => Some(name),
            "Type" => Some(parameter.kind.as_str()),
            "Tier" => Some(parameter.tier.as_str()),
            "DataType" => Some("text"),
            key => key.strip_prefix("tag:").and_then(|tag| parameter.tags.get(tag)).map(String::as_str),
        };
        let is_any = |value| {
            self.values.is_empty() || self.values.iter().any(|wanted| self.way.matches(value, wanted))
        };
        value.is_some_and(is_any)
    }
}

impl Input {
    /// Returns the filters of the request.
    ///
    /// # Errors
    ///
    /// Refuses both kinds of filters together, a key twice, and filters that do not exist.
    fn filters(&self) -> Result<Vec<Filter<'_>>, Refusal> {
        if !self.filters.is_empty() && !self.parameter_filters.is_empty() {
            return Err(invalid("You can use either Filters or ParameterFilters in a single request."));
        }
        let mut filters = Vec::new();
        for input in &self.parameter_filters {
            let filter = Filter::read(input)?;
            if filters.iter().any(|known: &Filter<'_>| known.key == filter.key) {
                let message = format!(
                    "The following filter is duplicated in the request: {}. A request can contain only one occurrence \
                     of a specific filter.",
                    filter.key
                );
                return Err(Refusal::new("InvalidFilterKey", message));
            }
            filters.push(filter);
        }
        for input in &self.filters {
            let filter = Filter::read(input)?;
            filters.push(Filter {
                way: if filter.key == "Name" { Way::BeginsWith } else { filter.way },
                ..filter
            });
        }
        Ok(filters)
    }
}

/// Carries out `DescribeParameters`, in the order of the names.
///
/// # Errors
///
/// Refuses filters that do not exist, and page sizes outside 1 to 50.
pub(super) fn describe(world: &World, input: &Input) -> Result<Value, Refusal> {
    let filters = input.filters()?;
    let limit = input.max_results.unwrap_or(PER_PAGE);
    if !(1..=PER_PAGE).contains(&limit) {
        let bound = format!("Member must have value between 1 and {PER_PAGE}");
        return Err(constraint(&limit.to_string(), "maxResults", &bound));
    }

    let last = input.next_token.as_deref();
    let is_chosen = |(name, parameter): &(&String, &Parameter)| {
        !input.shared
            && last.is_none_or(|last| name.as_str() > last)
            && filters.iter().all(|filter| filter.accepts(name, parameter))
    };
    let mut rest = world.ssm.parameters.iter().filter(is_chosen).peekable();
    let page: Vec<_> = rest.by_ref().take(limit).collect();
    let next = rest.peek().and_then(|_| page.last()).map(|(name, _)| (*name).clone());

    let described = page.into_iter().map(|(name, parameter)| rendered(world, name, parameter));
    let mut answer = json!({ "Parameters": described.collect::<Vec<_>>() });
    if let Some(next) = next {
        answer["NextToken"] = json!(next);
    }
    Ok(answer)
}

/// Returns the description of a parameter without its value.
fn rendered(world: &World, name: &str, parameter: &Parameter) -> Value {
    let mut answer = json!({
        "Name": name,
        "ARN": name::arn(world, name),
        "Type": parameter.kind,
        "Tier": parameter.tier,
        "Version": parameter.current(),
        "LastModifiedDate": std::time::Duration::from_millis(parameter.modified()).as_secs_f64(),
        "Policies": [],
        "DataType": "text",
    });
    if let Some(description) = &parameter.description {
        answer["Description"] = json!(description);
    }
    answer
}

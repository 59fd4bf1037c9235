//! `GetResources`: the tagged objects that match filters, page by page.
//!
//! All filters must match: one of the types, all of the keys, one of the values of each key. A request by ARN
//! has neither filters nor pages. A token is the ARN of the first object of the next page, and an empty token
//! is the end, as on AWS.

use serde::Deserialize;
use serde_json::{Value, json};

use super::{invalid, known};
use crate::{refusal::Refusal, tags::Tags, world::World};

/// The page size of a request without one.
const PAGE: usize = 50;
/// The largest page size.
const LARGEST_PAGE: usize = 100;
/// The largest number of ARNs in a request.
const ARNS: usize = 100;
/// The largest number of keys in the filters.
const KEYS: usize = 50;
/// The largest number of values for a key.
const VALUES: usize = 20;
/// The largest number of types.
const TYPES: usize = 100;

/// The input of `GetResources`.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct GetResourcesInput {
    pagination_token: Option<String>,
    resources_per_page: Option<i64>,
    tags_per_page: Option<i64>,
    #[serde(default)]
    tag_filters: Vec<TagFilter>,
    #[serde(default)]
    resource_type_filters: Vec<String>,
    #[serde(rename = "ResourceARNList", default)]
    arns: Vec<String>,
}

/// A filter by tag.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct TagFilter {
    key: String,
    #[serde(default)]
    values: Vec<String>,
}

impl TagFilter {
    /// Returns whether tags have the key with one of the values. Without values the key is enough.
    fn accepts(&self, tags: &Tags) -> bool {
        tags.get(&self.key).is_some_and(|value| self.values.is_empty() || self.values.contains(value))
    }
}

impl GetResourcesInput {
    /// Refuses combinations and numbers that AWS refuses.
    fn check(&self) -> Result<(), Refusal> {
        let paged = self.pagination_token.as_deref().is_some_and(|token| !token.is_empty())
            || self.resources_per_page.is_some()
            || self.tags_per_page.is_some();
        let filtered = !self.tag_filters.is_empty() || !self.resource_type_filters.is_empty();
        if !self.arns.is_empty() && (paged || filtered) {
            return Err(invalid("ResourceARNList cannot be combined with filters or pagination parameters"));
        }
        if self.arns.len() > ARNS {
            return Err(invalid(format!("ResourceARNList can have at most {ARNS} members")));
        }

        if self.tag_filters.len() > KEYS || self.tag_filters.iter().any(|filter| filter.values.len() > VALUES)
        {
            return Err(invalid(format!(
                "TagFilters can have at most {KEYS} keys with {VALUES} values each"
            )));
        }
        if self.resource_type_filters.len() > TYPES {
            return Err(invalid(format!("ResourceTypeFilters can have at most {TYPES} members")));
        }
        if self.tags_per_page.is_some_and(|size| !(100..=500).contains(&size) || size % 100 != 0) {
            return Err(invalid("TagsPerPage must be a multiple of 100 from 100 to 500"));
        }
        Ok(())
    }

    /// Returns the page size. A request by ARN has one page.
    fn page_size(&self) -> Result<usize, Refusal> {
        match self.resources_per_page {
            None => Ok(if self.arns.is_empty() { PAGE } else { ARNS }),
            Some(size) => usize::try_from(size)
                .ok()
                .filter(|size| (1..=LARGEST_PAGE).contains(size))
                .ok_or_else(|| invalid(format!("ResourcesPerPage must be from 1 to {LARGEST_PAGE}"))),
        }
    }

    /// Returns whether an object matches all filters. A type without a colon stands for all types of its
    /// service.
    fn accepts(&self, arn: &str, kind: &str, tags: &Tags) -> bool {
        let of_type = |filter: &String| {
            filter == kind || kind.split_once(':').is_some_and(|(service, _)| filter == service)
        };
        (self.arns.is_empty() || self.arns.iter().any(|wanted| wanted == arn))
            && (self.resource_type_filters.is_empty() || self.resource_type_filters.iter().any(of_type))
            && self.tag_filters.iter().all(|filter| filter.accepts(tags))
    }
}

/// Carries out `GetResources`, in the order of the ARNs.
///
/// With `TagsPerPage` a page also ends before the object that would exceed the number of tags.
///
/// # Errors
///
/// Refuses combinations and numbers that AWS refuses.
pub(super) fn get_resources(world: &World, input: &GetResourcesInput) -> Result<Value, Refusal> {
    input.check()?;
    let size = input.page_size()?;
    let most_tags = input.tags_per_page.and_then(|size| usize::try_from(size).ok()).unwrap_or(usize::MAX);
    let start = input.pagination_token.as_deref().unwrap_or_default();
    let mut mappings = Vec::new();
    let mut tags_on_page = 0;
    let mut next = String::new();

    for (arn, (kind, tags)) in known(world) {
        // The API does not know objects that never had a tag.
        if arn.as_str() < start || tags.is_empty() || !input.accepts(&arn, &kind, &tags) {
            continue;
        }
        tags_on_page += tags.len();
        if mappings.len() == size || tags_on_page > most_tags {
            next = arn;
            break;
        }
        let tags: Vec<Value> =
            tags.iter().map(|(key, value)| json!({ "Key": key, "Value": value })).collect();
        mappings.push(json!({ "ResourceARN": arn, "Tags": tags }));
    }
    Ok(json!({ "ResourceTagMappingList": mappings, "PaginationToken": next }))
}

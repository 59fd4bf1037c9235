//! Parameter Store: which parameters exist. Their values are never read.

use std::collections::BTreeSet;

use aws_sdk_ssm::types::ParameterStringFilter;
use futures_util::future::try_join_all;

use crate::{Aws, Result, error::Answer};

/// The most names in a filter.
const NAMES: usize = 50;

/// Returns those of the names that parameters have.
///
/// # Errors
///
/// A call failed or was denied.
pub(crate) async fn existing(aws: &Aws, names: &[String]) -> Result<BTreeSet<String>> {
    let found = try_join_all(names.chunks(NAMES).map(|names| page(aws, names))).await?;
    Ok(found.into_iter().flatten().collect())
}

/// Reads the names of at most 50 parameters, without their values.
async fn page(aws: &Aws, names: &[String]) -> Result<Vec<String>> {
    let filter = ParameterStringFilter::builder().key("Name").option("Equals");
    let filter = filter.set_values(Some(names.to_vec())).build();
    let filter =
        filter.map_err(|error| crate::Error::unexpected("ssm:DescribeParameters", error.to_string()))?;
    let mut pages = aws.ssm.describe_parameters().parameter_filters(filter).into_paginator().send();
    let mut found = Vec::new();
    while let Some(page) = pages.next().await {
        let parameters = page.of("ssm:DescribeParameters")?.parameters.unwrap_or_default();
        found.extend(parameters.into_iter().filter_map(|parameter| parameter.name));
    }
    Ok(found)
}

//! Parameter mappings of an integration.

use std::collections::BTreeMap;

use super::constraint::bad_request;
use crate::refusal::Refusal;

/// Headers that belong to API Gateway or to the connection.
const RESERVED: [&str; 18] = [
    "authorization",
    "connection",
    "content-encoding",
    "content-length",
    "content-location",
    "forwarded",
    "keep-alive",
    "origin",
    "proxy-authenticate",
    "proxy-authorization",
    "te",
    "trailers",
    "transfer-encoding",
    "upgrade",
    "via",
    "x-forwarded-for",
    "x-forwarded-host",
    "x-forwarded-proto",
];
const RESERVED_PREFIXES: [&str; 4] = ["access-control-", "apigw-", "x-amz-", "x-amzn-"];

pub(super) fn check_request(parameters: &BTreeMap<String, String>) -> Result<(), Refusal> {
    for (key, value) in parameters {
        let fits = match key.split_once(':') {
            Some(("overwrite", "path")) => true,
            Some(("append" | "overwrite" | "remove", destination)) => is_destination(destination, true),
            _ => false,
        };
        check_entry(fits, key, value)?;
    }
    Ok(())
}

pub(super) fn check_response(parameters: &BTreeMap<String, BTreeMap<String, String>>) -> Result<(), Refusal> {
    for (status, mappings) in parameters {
        if !status.parse::<u16>().is_ok_and(|status| (200..=599).contains(&status)) {
            return Err(bad_request(format!("Invalid status code in response parameters: {status}")));
        }
        for (key, value) in mappings {
            let fits = match key.split_once(':') {
                Some(("overwrite", "statuscode")) => true,
                Some(("append" | "overwrite" | "remove", destination)) => is_destination(destination, false),
                _ => false,
            };
            check_entry(fits, key, value)?;
        }
    }
    Ok(())
}

fn check_entry(fits: bool, key: &str, value: &str) -> Result<(), Refusal> {
    if fits && value.len() <= 512 {
        return Ok(());
    }
    Err(bad_request(format!("Invalid mapping expression specified: [{key}, {value}]")))
}

fn is_destination(destination: &str, querystring: bool) -> bool {
    match destination.split_once('.') {
        Some(("header", name)) => {
            let name = name.to_ascii_lowercase();
            let reserved = RESERVED.contains(&name.as_str())
                || RESERVED_PREFIXES.iter().any(|prefix| name.starts_with(prefix));
            !name.is_empty() && !reserved
        }
        Some(("querystring", name)) => querystring && !name.is_empty(),
        _ => false,
    }
}

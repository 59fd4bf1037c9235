#![no_main]
//! Any JSON text as the request of an operation, which the first line names. Another first line picks one by its first
//! byte. What follows an empty line are the requests that it refers to, by operation.

use libfuzzer_sys::fuzz_target;
use sss_model::Service;
use sss_model::request::{Operation, Referred, check_text};

fuzz_target!(|data: &[u8]| {
    let Ok(text) = str::from_utf8(data) else { return };
    let Some((name, text)) = text.split_once('\n') else { return };
    let first = usize::from(name.bytes().next().unwrap_or_default());
    let operation = name.parse().unwrap_or(Operation::ALL[first % Operation::ALL.len()]);
    let (request, referred) = text.split_once("\n\n").unwrap_or((text, "{}"));
    check_text(operation, request, &Referred::default());
    if let Ok(request) = serde_json::from_str(request) {
        // Whether it is taken over does not matter here.
        let _ = Service::from_task_definition("app", &request);
    }
    let referred = serde_json::from_str(referred).ok().and_then(|value| Referred::from_value(value).ok());
    if let Some(referred) = referred {
        check_text(operation, request, &referred);
    }
});

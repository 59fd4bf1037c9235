#![no_main]
//! Any JSON text as the request of an operation, which the first byte picks: `a` is the first one of
//! `Operation::ALL`. What follows an empty line are the requests that it refers to, by operation.

use libfuzzer_sys::fuzz_target;
use sss_model::Service;
use sss_model::request::{Operation, Referred, check_text};

fuzz_target!(|data: &[u8]| {
    let Some((first, rest)) = data.split_first() else { return };
    let Ok(text) = str::from_utf8(rest) else { return };
    let operation = Operation::ALL[usize::from(first.wrapping_sub(b'a')) % Operation::ALL.len()];
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

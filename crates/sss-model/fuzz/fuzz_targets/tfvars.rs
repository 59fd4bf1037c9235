#![no_main]
//! Any bytes as a `terraform.tfvars`; inputs that are accepted give a stack file that is.

use libfuzzer_sys::fuzz_target;
use sss_model::{Stack, tfvars};

fuzz_target!(|data: &[u8]| {
    let Ok(text) = str::from_utf8(data) else { return };
    match tfvars::read(text) {
        Ok(inputs) => {
            let file = inputs.to_stack_file();
            assert!(Stack::from_toml(&file).is_ok(), "{file}");
        }
        Err(problems) => {
            assert!(!problems.is_empty());
            let shown = |span: std::ops::Range<usize>| text.get(span).is_some();
            assert!(problems.iter().all(|located| located.span.clone().is_none_or(shown)));
        }
    }
});

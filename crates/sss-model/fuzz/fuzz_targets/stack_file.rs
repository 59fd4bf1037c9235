#![no_main]
//! Any bytes as a stack file, and as a stack in JSON; and what is accepted goes through everything that takes a
//! stack.

use libfuzzer_sys::fuzz_target;
use sss_model::{Located, PolicyDocument, Severity, Stack, Statement};

fuzz_target!(|data: &[u8]| {
    let Ok(text) = str::from_utf8(data) else { return };
    match Stack::from_toml(text) {
        Ok(parsed) => {
            stand_in(&parsed.warnings, text);
            accepted(&parsed.stack);
        }
        Err(problems) => {
            assert!(!problems.is_empty());
            stand_in(&problems, text);
        }
    }
    // The type reads every format of serde, and checks itself afterwards.
    if let Ok(stack) = serde_json::from_str::<Stack>(text)
        && stack.check().is_ok()
    {
        accepted(&stack);
    }
});

/// Every place can be shown.
fn stand_in(located: &[Located], text: &str) {
    for Located { span, .. } in located {
        assert!(span.clone().is_none_or(|span| text.get(span).is_some()));
    }
}

fn accepted(stack: &Stack) {
    assert!(stack.problems().iter().all(|problem| problem.severity != Severity::Error));
    let written = stack.to_toml();
    let read = Stack::from_toml(&written).expect("what is written can be read").stack;
    assert_eq!(read, *stack);
    assert_eq!(read.to_toml(), written);
    let json = serde_json::to_string(stack).expect("a stack can be written as JSON");
    assert_eq!(serde_json::from_str::<Stack>(&json).expect("and read"), *stack);
    policy(&stack.execution_role.statements);
    for (name, service) in &stack.services {
        policy(&service.task.task_role.statements);
        let containers = service.task.all_containers(stack.container_name(name));
        assert_eq!(containers.len(), service.task.containers.len() + 1);
        assert!(service.routes.iter().all(|route| !route.keys().is_empty()));
    }
}

/// A document in normal form stays as it is.
fn policy(statements: &[Statement]) {
    let document = PolicyDocument::new(statements);
    let read = PolicyDocument::from_json(&document.to_json()).expect("what is written can be read");
    assert_eq!(read, document);
}

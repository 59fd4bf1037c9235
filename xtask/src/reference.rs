//! The reference stack, from the example inputs.
//!
//! It is the stack of the article: an HTTP API in front of one service on Fargate. All tasks use it, alone or
//! with copies of its service.

use sss_model::{Backend, BackendKind, SecurityGroup, Stack, tfvars};

/// The example inputs of the reference stack.
pub(crate) const INPUTS: &str = include_str!("../../examples/terraform.tfvars");

/// Returns the reference stack, which goes the way of `init --from-tfvars`: inputs, stack file, stack.
pub(crate) fn stack() -> Stack {
    let inputs = tfvars::read(INPUTS).expect("the example inputs are valid");
    Stack::from_toml(&inputs.to_stack_file()).expect("inputs give a valid stack file").stack
}

/// Returns the reference stack with copies of its service, each with its own name and route.
pub(crate) fn of_services(count: u16) -> Stack {
    let mut stack = stack();
    let services = std::mem::take(&mut stack.services);
    for service in services.into_values() {
        for number in 0..count {
            let mut service = service.clone();
            service.name = format!("s{number:03}");
            for route in &mut service.routes {
                route.path = format!("/{}/{{proxy+}}", service.name);
            }
            stack.services.insert(service.name.clone(), service);
        }
    }
    stack
}

/// Returns the same stack with its services behind one kind of backend. Tasks behind a load balancer are open to that alone.
pub(crate) fn behind(kind: BackendKind, count: u16) -> Stack {
    let mut stack = of_services(count);
    if kind != BackendKind::CloudMap {
        stack.security_group = SecurityGroup::default();
        stack.services.values_mut().for_each(|service| service.backend = Some(Backend::from(kind)));
    }
    stack
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_example_inputs_give_a_stack() {
        assert_eq!(super::stack().name, "mz-dev");
    }
}

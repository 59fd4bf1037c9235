//! The reference stack, from the example inputs.

use sss_model::{Stack, tfvars};

/// The example inputs of the reference stack.
pub(crate) const INPUTS: &str = include_str!("../../examples/terraform.tfvars");

/// The reference stack.
pub(crate) fn stack() -> Stack {
    let inputs = tfvars::read(INPUTS).expect("the example inputs are valid");
    Stack::from_toml(&inputs.to_stack_file()).expect("inputs give a valid stack file").stack
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_example_inputs_give_a_stack() {
        assert_eq!(super::stack().name, "mz-dev");
    }
}

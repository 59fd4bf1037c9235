//! The graph of some services of a stack, to deploy them without the rest.

use std::collections::BTreeSet;

use sss_model::Stack;

use super::lower;
use crate::{
    Error, Graph, Id, Result,
    engine::kind::Resource,
    operate::Target,
    services::ecs::{service::Service, task_definition::TaskDefinition},
};

/// Returns the ECS services and the task definitions of some services of a stack. Everything that these read from is
/// outside of the graph: [`observe`](crate::observe()) does not read it, and no step changes it.
///
/// Services are named by their keys in the stack or by their names on ECS.
///
/// # Errors
///
/// The stack breaks a rule ([`Error::invalid_stack`]), or it has no service of a name.
///
/// ```
/// use sss_aws::lower_only;
/// use sss_model::{Stack, tfvars};
///
/// let stack = Stack::from_toml(&tfvars::starter()).expect("the starter file is valid").stack;
/// let key = stack.services.keys().next().expect("a service").as_str();
/// assert_eq!(lower_only(&stack, [key]).expect("a graph").only(), [key]);
/// assert!(lower_only(&stack, ["unknown"]).is_err());
/// ```
pub fn lower_only(stack: &Stack, services: impl IntoIterator<Item: AsRef<str>>) -> Result<Graph> {
    let graph = lower(stack).map_err(Error::invalid)?;
    let target = Target::of(stack);
    let mut keys = BTreeSet::new();
    for name in services {
        keys.insert(target.service(name.as_ref()).map_err(|unnamed| Error::unnamed(&unnamed))?.key.clone());
    }

    let ids = keys.iter().flat_map(|key| {
        [
            Id::new(Service::KIND, stack.service_name(key)),
            Id::new(TaskDefinition::KIND, stack.family_name(key)),
        ]
    });
    let ids = ids.collect();
    Ok(graph.scoped(keys.into_iter().collect(), &ids))
}

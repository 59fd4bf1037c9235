//! The services of the account: their names, their protocols, and the way into each.

mod trouble;

use serde_json::Value;

use crate::{
    apigateway, call, cloudmap, ec2, ecs, iam, logs, refusal::Refusal, ssm, sts, tagging, wire::Protocol,
    world::World,
};

/// A service of AWS.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Service {
    ApiGateway,
    CloudMap,
    Ec2,
    Ecs,
    Iam,
    Logs,
    Ssm,
    Sts,
    Tagging,
}

impl Service {
    const ALL: [Self; 9] = [
        Self::ApiGateway,
        Self::CloudMap,
        Self::Ec2,
        Self::Ecs,
        Self::Iam,
        Self::Logs,
        Self::Ssm,
        Self::Sts,
        Self::Tagging,
    ];

    /// The service that signs its requests with this name.
    pub(crate) fn signed_as(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|service| service.name() == name)
    }

    /// The service that a JSON 1.1 target names with this prefix.
    pub(crate) fn targeted_as(prefix: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|service| service.protocol() == Protocol::Json(prefix))
    }

    /// The name that requests are signed with.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::ApiGateway => "apigateway",
            Self::CloudMap => "servicediscovery",
            Self::Ec2 => "ec2",
            Self::Ecs => "ecs",
            Self::Iam => "iam",
            Self::Logs => "logs",
            Self::Ssm => "ssm",
            Self::Sts => "sts",
            Self::Tagging => "tagging",
        }
    }

    /// How it is spoken to.
    pub(crate) fn protocol(self) -> Protocol<'static> {
        match self {
            Self::ApiGateway => Protocol::Rest,
            Self::CloudMap => Protocol::Json("Route53AutoNaming_v20170314"),
            Self::Ecs => Protocol::Json("AmazonEC2ContainerServiceV20141113"),
            Self::Logs => Protocol::Json("Logs_20140328"),
            Self::Ssm => Protocol::Json("AmazonSSM"),
            Self::Tagging => Protocol::Json("ResourceGroupsTaggingAPI_20170126"),
            Self::Ec2 | Self::Iam | Self::Sts => Protocol::Query,
        }
    }

    /// Whether requests signed for another region are taken.
    pub(crate) fn is_global(self) -> bool {
        matches!(self, Self::Iam | Self::Sts)
    }

    /// Answers one call in the neutral form.
    pub(crate) fn call(self, world: &mut World, operation: &str, input: &Value) -> Result<Value, Refusal> {
        tagging::catch_up(world);
        let answer = self.carry_out(world, operation, input)?;
        if call::writes(operation) {
            tagging::change(world);
        }
        Ok(answer)
    }

    fn carry_out(self, world: &mut World, operation: &str, input: &Value) -> Result<Value, Refusal> {
        match self {
            Self::ApiGateway => apigateway::call(world, operation, input),
            Self::CloudMap => cloudmap::call(world, operation, input),
            Self::Ec2 => ec2::call(world, operation, input),
            Self::Ecs => ecs::call(world, operation, input),
            Self::Iam => iam::call(world, operation, input),
            Self::Logs => logs::call(world, operation, input),
            Self::Ssm => ssm::call(world, operation, input),
            Self::Sts => sts::call(world, operation),
            Self::Tagging => tagging::call(world, operation, input),
        }
    }
}

#[cfg(test)]
mod tests;

//! The AWS services of the account, each in a module of its own, and their list.
//!
//! A service's module has its facts (`SERVICE`), its part of the account (`State`) and its later changes
//! (`Event` and `happen`). No code outside of these modules compares a service with another: the account, the
//! wire, the gate, the quotas and the tagging API get everything from the list. A service may call functions
//! of another one, as ECS does for network interfaces, log lines, roles and instances.
//!
//! A new service is a module and a line in the list below.

pub(crate) mod apigateway;
pub(crate) mod autoscaling;
pub(crate) mod cloudmap;
pub(crate) mod ec2;
pub(crate) mod ecr;
pub(crate) mod ecs;
pub(crate) mod elb;
pub(crate) mod iam;
pub(crate) mod logs;
pub(crate) mod route53;
pub(crate) mod secretsmanager;
pub(crate) mod servicequotas;
pub(crate) mod ssm;
pub(crate) mod sts;
pub(crate) mod tagging;

use crate::service::AwsService;

/// Passes the list of services to another macro. Each has the name of its module, then the type of its part of the
/// account if it has one, then the name of its events if it has any.
///
/// Accounts that were saved before a service existed have no part of it; `#[serde(default)]` lets them load.
macro_rules! services {
    ($with:ident) => {
        $with! {
            apigateway { State, events ApiGateway },
            autoscaling { #[serde(default)] State, events Autoscaling },
            cloudmap { State, events CloudMap },
            ec2 { State, events Ec2 },
            ecr { #[serde(default)] State },
            ecs { State, events Ecs },
            elb { #[serde(default)] State, events Elb },
            iam { State },
            logs { State },
            route53 { #[serde(default)] State },
            secretsmanager { #[serde(default)] State },
            servicequotas { #[serde(default)] State },
            ssm { #[serde(default)] State },
            sts {},
            tagging { #[serde(default)] State },
        }
    };
}
pub(crate) use services;

macro_rules! list {
    ($($module:ident { $($part:tt)* }),+ $(,)?) => {
        /// Every service.
        pub(crate) const ALL: &[&AwsService] = &[$(&$module::SERVICE),+];

        /// The names of the modules, in the order of the services.
        #[cfg(test)]
        pub(crate) const MODULES: &[&str] = &[$(stringify!($module)),+];
    };
}
services!(list);

/// Returns the service with this signing name. `None` if the sandbox does not have it.
pub(crate) fn signed_as(name: &str) -> Option<&'static AwsService> {
    ALL.iter().copied().find(|service| service.name == name)
}

#[cfg(test)]
mod tests;

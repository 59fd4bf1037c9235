//! The operations whose requests can be checked.
//!
//! They create objects of a stack, or complete one: the retention of a log group, the policies of a role, and the
//! permissions of a security group. Some of them change an object that exists already. Other updates have no shape of their own. A caller that wants to judge an update checks
//! the creation of the changed object.
//!
//! The names are those of the AWS CLI: its service, a colon, and the operation of the API. So Cloud Map is
//! `servicediscovery`, API Gateway for HTTP APIs is `apigatewayv2`, and Elastic Load Balancing is `elbv2`. `Operation::as_str` and `str::parse` are
//! inverse to each other, and serde writes the same name.

use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::Serialize;

macro_rules! operations {
    ($($variant:ident = $name:literal;)+) => {
        /// An operation of AWS, called `service:Operation`.
        ///
        /// The order of the variants is the order of [`Operation::ALL`]. New operations may be added, so a `match`
        /// outside this crate has a default.
        ///
        /// ```
        /// use sss_model::request::Operation;
        ///
        /// let operation: Operation = "ecs:CreateService".parse().unwrap();
        /// assert_eq!(operation.as_str(), "ecs:CreateService");
        /// ```
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
        #[non_exhaustive]
        pub enum Operation {
            $(#[doc = concat!("`", $name, "`")] #[serde(rename = $name)] $variant,)+
        }

        impl Operation {
            /// Every operation, each once.
            pub const ALL: &[Operation] = &[$(Operation::$variant),+];

            /// The name, such as `ecs:CreateService`.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Operation::$variant => $name,)+
                }
            }
        }
    };
}

operations! {
    EcsRegisterTaskDefinition = "ecs:RegisterTaskDefinition";
    EcsCreateService = "ecs:CreateService";
    CloudMapCreatePrivateDnsNamespace = "servicediscovery:CreatePrivateDnsNamespace";
    CloudMapCreateService = "servicediscovery:CreateService";
    ApiGatewayCreateApi = "apigatewayv2:CreateApi";
    ApiGatewayCreateStage = "apigatewayv2:CreateStage";
    ApiGatewayCreateVpcLink = "apigatewayv2:CreateVpcLink";
    ApiGatewayCreateAuthorizer = "apigatewayv2:CreateAuthorizer";
    ApiGatewayCreateIntegration = "apigatewayv2:CreateIntegration";
    ApiGatewayCreateRoute = "apigatewayv2:CreateRoute";
    ApiGatewayCreateDomainName = "apigatewayv2:CreateDomainName";
    ApiGatewayCreateApiMapping = "apigatewayv2:CreateApiMapping";
    ElbCreateLoadBalancer = "elbv2:CreateLoadBalancer";
    ElbModifyLoadBalancerAttributes = "elbv2:ModifyLoadBalancerAttributes";
    ElbCreateTargetGroup = "elbv2:CreateTargetGroup";
    ElbModifyTargetGroupAttributes = "elbv2:ModifyTargetGroupAttributes";
    ElbCreateListener = "elbv2:CreateListener";
    ElbCreateRule = "elbv2:CreateRule";
    ScalingRegisterScalableTarget = "application-autoscaling:RegisterScalableTarget";
    ScalingPutScalingPolicy = "application-autoscaling:PutScalingPolicy";
    ScalingPutScheduledAction = "application-autoscaling:PutScheduledAction";
    IamCreateRole = "iam:CreateRole";
    IamPutRolePolicy = "iam:PutRolePolicy";
    IamAttachRolePolicy = "iam:AttachRolePolicy";
    Ec2CreateSecurityGroup = "ec2:CreateSecurityGroup";
    Ec2AuthorizeSecurityGroupIngress = "ec2:AuthorizeSecurityGroupIngress";
    Ec2AuthorizeSecurityGroupEgress = "ec2:AuthorizeSecurityGroupEgress";
    LogsCreateLogGroup = "logs:CreateLogGroup";
    LogsPutRetentionPolicy = "logs:PutRetentionPolicy";
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A name that is not that of an [`Operation`].
///
/// Names are compared in upper and lower case as AWS writes them: `ECS:CreateService` is unknown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownOperation(String);

impl fmt::Display for UnknownOperation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` is not an operation whose requests can be checked", self.0)
    }
}

impl std::error::Error for UnknownOperation {}

impl FromStr for Operation {
    type Err = UnknownOperation;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        let found = Operation::ALL.iter().find(|operation| operation.as_str() == name);
        found.copied().ok_or_else(|| UnknownOperation(name.to_owned()))
    }
}

//! Reads that turn the cause of a text into the cause behind it.
//!
//! "ECS was unable to assume the role" has one text and several causes, and so has an exit code. One or two more reads
//! tell them apart. They are made only after a failure, and only for such a text.
//!
//! # Guarantee
//!
//! If such a read fails or is denied, there is no cause, and the caller learns which read is missing. A wrong cause
//! is worse than none.

use aws_sdk_ecs::types::{ContainerDefinition, Service, TaskDefinition};

use crate::{
    Aws, Result,
    causes::{Diagnosis, Evidence, Meaning, known, meaning},
    services::{
        ec2::{endpoint, networks::tenancy},
        iam::trust::{Trust, trust},
    },
};

/// The facts behind the texts of a failed deployment.
pub(super) struct Behind<'a> {
    pub(super) aws: &'a Aws,
    /// The revision of the task definition. `None` if no text needed it.
    pub(super) revision: Option<&'a TaskDefinition>,
    /// The service. `None` if it could not be read.
    pub(super) service: Option<&'a Service>,
    /// The events of the service.
    pub(super) events: &'a [String],
}

impl Behind<'_> {
    /// Returns the cause behind the one that the texts show.
    ///
    /// # Errors
    ///
    /// A read that would tell failed or was denied.
    pub(super) async fn cause(&self, found: Option<Diagnosis>) -> Result<Option<Diagnosis>> {
        let Some(found) = found else { return self.tenancy().await };
        let behind = match found.cause.id {
            "L1" => self.role(&found).await?,
            "K1" | "K2" | "K6" => self.log_router(&found),
            "P5" | "X1" | "X5" | "X10" | "X14" => self.endpoint(&found).await?,
            // That the deployment ended is no more than everybody sees.
            "E4" | "E5" => self.tenancy().await?,
            _ => None,
        };
        Ok(Some(behind.unwrap_or(found)))
    }

    /// Returns the condition in the trust policy of a role that ECS may not meet.
    async fn role(&self, found: &Diagnosis) -> Result<Option<Diagnosis>> {
        let arn = found.subject.as_deref().unwrap_or_default().trim_matches('\'');
        let role = arn.rsplit('/').next().unwrap_or_default();
        let Trust::OnCondition(value) = trust(self.aws, role, sss_model::TASK_PRINCIPAL).await? else {
            return Ok(None);
        };
        let (operation, object) = ("iam:GetRole", role.to_owned());
        let evidence = Evidence { operation, object, field: "AssumeRolePolicyDocument.Condition", value };
        let subject = Some(arn.to_owned());
        Ok(Some(Diagnosis { subject, ..Diagnosis::of(known("L2")).shown_by(evidence) }))
    }

    /// Returns the VPC endpoint that keeps the tasks out, where they have no way to a service of AWS.
    async fn endpoint(&self, found: &Diagnosis) -> Result<Option<Diagnosis>> {
        let text = found.evidence.first().map(|evidence| evidence.value.as_str()).unwrap_or_default();
        let service = match found.cause.id {
            "X5" => "secretsmanager",
            "X10" => "ssm",
            "X14" => "logs",
            "P5" if text.contains(".dkr.ecr.") => "ecr.dkr",
            "P5" if !text.contains("Amazon ECR") => return Ok(None),
            _ => "ecr.api",
        };
        let network =
            self.service.and_then(|service| service.network_configuration()?.awsvpc_configuration());
        let Some((subnet, network)) = network.and_then(|network| Some((network.subnets().first()?, network)))
        else {
            return Ok(None);
        };
        let closed = endpoint::closed(self.aws, subnet, network.security_groups(), service).await?;
        Ok(closed.map(|closed| {
            let (operation, object) = ("ec2:DescribeVpcEndpoints", closed.endpoint);
            let evidence = Evidence { operation, object, field: "groups", value: closed.groups.join(", ") };
            let subject = Some(service.to_owned());
            Diagnosis { subject, ..Diagnosis::of(known("P7")).shown_by(evidence) }
        }))
    }

    /// Returns the cause of a container that ended, if it is the log router of the task.
    fn log_router(&self, found: &Diagnosis) -> Option<Diagnosis> {
        let evidence = found.evidence.first()?;
        let is_ended = |container: &&ContainerDefinition| container.name() == Some(&evidence.object);
        let container = self.revision?.container_definitions().iter().find(is_ended)?;
        container.firelens_configuration()?;
        let subject = found.subject.clone();
        Some(Diagnosis { subject, ..Diagnosis::of(known("X18")).shown_by(evidence.clone()) })
    }

    /// Returns the tenancy of the VPC, if ECS cannot place tasks for a reason that nobody knows and Fargate does not
    /// support the tenancy.
    async fn tenancy(&self) -> Result<Option<Diagnosis>> {
        let is_placement = |event: &String| {
            event.contains("unable to place a task") && matches!(meaning(event), Meaning::Group(_))
        };
        let network =
            self.service.and_then(|service| service.network_configuration()?.awsvpc_configuration());
        let subnet = network.and_then(|network| network.subnets().first());
        let Some(subnet) = subnet.filter(|_| self.events.iter().any(is_placement)) else { return Ok(None) };
        let found = tenancy(self.aws, subnet).await?.filter(|tenancy| tenancy == "dedicated");
        Ok(found.map(|value| {
            let (operation, object) = ("ec2:DescribeVpcs", subnet.clone());
            let evidence = Evidence { operation, object, field: "instanceTenancy", value };
            Diagnosis::of(known("Q14")).shown_by(evidence)
        }))
    }
}

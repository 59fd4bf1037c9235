//! Reads that turn the cause of a text into the cause behind it.
//!
//! "ECS was unable to assume the role" has one text and several causes, and so has an exit code. One or two more reads
//! tell them apart. They are made only after a failure, and only for such a text.
//!
//! # Guarantee
//!
//! If such a read fails or is denied, there is no cause, and the caller learns which read is missing. A wrong cause
//! is worse than none.

mod neighbours;

use aws_sdk_ecs::types::{ContainerDefinition, CpuArchitecture, HealthCheck, Service, TaskDefinition};

use crate::{
    Aws, Result, StoppedTask,
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
    /// The stopped tasks, with the last lines of their containers.
    pub(super) tasks: &'a [StoppedTask],
}

impl Behind<'_> {
    /// Returns the cause behind the one that the texts show.
    ///
    /// # Errors
    ///
    /// A read that would tell failed or was denied.
    pub(super) async fn cause(&self, found: Option<Diagnosis>) -> Result<Option<Diagnosis>> {
        let Some(found) = found else { return self.tenancy().await };
        let found = self.beside(found);
        let behind = match found.cause.id {
            "L1" => self.role(&found).await?,
            "K1" | "K2" | "K6" => match self.log_router(&found) {
                None => self.neighbour(&found).await?,
                router => router,
            },
            "P5" | "X1" | "X5" | "X10" | "X14" => self.endpoint(&found).await?,
            // That the deployment ended is no more than everybody sees.
            "E4" | "E5" => self.tenancy().await?,
            _ => None,
        };
        Ok(Some(behind.unwrap_or(found)))
    }

    /// Sets the causes that the same text may also show, by what the revision and the log say.
    fn beside(&self, found: Diagnosis) -> Diagnosis {
        let is_also = match found.cause.id {
            "Q4" => Some(("Q13", self.is_of_arm())),
            "K9" => Some(("K10", self.is_impatient(&found))),
            "K1" | "K2" | "K6" => Some(("K17", self.is_silent(&found))),
            _ => None,
        };
        match is_also {
            Some((id, true)) => Diagnosis { also: known(id).alone(), ..found },
            Some((_, false)) => Diagnosis { also: &[], ..found },
            None => found,
        }
    }

    /// Returns whether the task runs on ARM, which not every zone offers. Without its revision it may.
    fn is_of_arm(&self) -> bool {
        self.revision.is_none_or(|revision| {
            let platform = revision.runtime_platform();
            platform.and_then(|platform| platform.cpu_architecture()) == Some(&CpuArchitecture::Arm64)
        })
    }

    /// Returns whether a health check gave the task up before it could pass once: the task did not run for longer than
    /// all its tries take.
    fn is_impatient(&self, found: &Diagnosis) -> bool {
        let evidence = found.evidence.first();
        let of_task = self.tasks.iter().find(|task| evidence.is_some_and(|text| text.object == task.id));
        let (Some(task), Some(revision)) = (of_task.or(self.tasks.first()), self.revision) else {
            return true;
        };
        let checks = revision.container_definitions().iter().filter_map(ContainerDefinition::health_check);
        let Some(patience) = checks.map(patience).max() else { return true };
        task.ran_for.is_none_or(|ran| ran <= patience)
    }

    /// Returns whether the log of the container that ended is empty, although it has one.
    fn is_silent(&self, found: &Diagnosis) -> bool {
        let Some((evidence, revision)) = found.evidence.first().zip(self.revision) else { return false };
        let is_own = |container: &&ContainerDefinition| container.name() == Some(&evidence.object);
        let mut definitions = revision.container_definitions().iter();
        let has_log = definitions.find(is_own).and_then(|one| super::stream(one, "")).is_some();
        let mut containers = self.tasks.iter().flat_map(|task| &task.containers);
        has_log && !containers.any(|one| one.name == evidence.object && !one.log.is_empty())
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

/// Returns the time in seconds that all tries of a health check take, with ECS's defaults, and that ECS takes to stop
/// the task then.
fn patience(check: &HealthCheck) -> i64 {
    /// The seconds between the last try and the stop.
    const SLACK: i64 = 30;
    let seconds = |value: Option<i32>, usual: i64| value.map_or(usual, i64::from);
    let (interval, timeout) = (seconds(check.interval(), 30), seconds(check.timeout(), 5));
    seconds(check.start_period(), 0) + seconds(check.retries(), 3) * (interval + timeout) + SLACK
}

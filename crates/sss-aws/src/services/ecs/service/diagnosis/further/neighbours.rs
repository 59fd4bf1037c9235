//! Connections between services: whose address it was that a container could not reach.
//!
//! The log of the container names an address and a port. The tasks of the cluster tell whose it is: a task that listens
//! at another port, one that its security groups hide, or one that no longer runs.

use std::net::Ipv4Addr;

use aws_sdk_ecs::types::{Attachment, AwsVpcConfiguration, Service, Task};

use super::Behind;
use crate::{
    Result,
    causes::{
        Diagnosis, Evidence, known,
        patterns::connections::{Connection, Failure, connection},
    },
    services::{
        ec2::endpoint,
        ecs::{listing, service::attempts::short},
    },
};

/// A line about a connection that failed, and the connection.
struct Complaint {
    line: Evidence,
    connection: Connection,
}

impl Complaint {
    /// Returns a cause that the line and another fact show.
    fn shows(
        &self,
        id: &str,
        operation: &'static str,
        object: String,
        fact: (&'static str, String),
    ) -> Diagnosis {
        let (field, value) = fact;
        let found = Diagnosis::of(known(id)).shown_by(self.line.clone());
        let found = found.shown_by(Evidence { operation, object, field, value });
        Diagnosis { subject: Some(self.connection.to.to_string()), ..found }
    }
}

impl Behind<'_> {
    /// Returns why a container that ended could not reach another task of the cluster. `None` if its log names none.
    ///
    /// # Errors
    ///
    /// A read of the tasks, their services or their security groups failed or was denied.
    pub(super) async fn neighbour(&self, found: &Diagnosis) -> Result<Option<Diagnosis>> {
        let Some(complaint) = self.complaint(found) else { return Ok(None) };
        let Some((own, cluster)) = self.service.and_then(|own| Some((own, own.cluster_arn()?))) else {
            return Ok(None);
        };
        let own_group = format!("service:{}", own.service_name().unwrap_or_default());
        let mut there = listing::all_tasks(self.aws, cluster).await?;
        let to = *complaint.connection.to.ip();
        there.retain(|task| address(task) == Some(to) && task.group() != Some(&own_group));

        let is_running = |task: &&Task| task.last_status() == Some("RUNNING") && task.stopping_at().is_none();
        if let Some(task) = there.iter().find(is_running) {
            let name = task.group().and_then(|group| group.strip_prefix("service:"));
            let Some(name) = name else { return Ok(None) };
            let services = listing::services(self.aws, cluster, &[name.to_owned()]).await?;
            let Some(other) = services.first() else { return Ok(None) };
            return self.of_service(&complaint, own, other).await;
        }
        Ok(there.first().map(|task| {
            let id = short(task.task_arn().unwrap_or_default());
            let status = task.last_status().unwrap_or("STOPPED").to_owned();
            complaint.shows("D3", "ecs:DescribeTasks", id, ("lastStatus", status))
        }))
    }

    /// Returns why a task of another service that runs was not reached.
    async fn of_service(
        &self,
        complaint: &Complaint,
        own: &Service,
        other: &Service,
    ) -> Result<Option<Diagnosis>> {
        let asked = i32::from(complaint.connection.to.port());
        let name = other.service_name().unwrap_or_default().to_owned();
        if let Some(port) = port(other).filter(|port| *port != asked) {
            let fact = ("serviceRegistries.containerPort", port.to_string());
            return Ok(Some(complaint.shows("D2", "ecs:DescribeServices", name, fact)));
        }
        if complaint.connection.failure != Failure::TimedOut {
            return Ok(None);
        }
        let (callers, groups) = (groups(own), groups(other));
        let is_closed = endpoint::are_closed(self.aws, groups, callers, asked).await?;
        Ok(is_closed.then(|| {
            let fact = ("ipPermissions", format!("no rule for {} at port {asked}", callers.join(", ")));
            complaint.shows("D5", "ec2:DescribeSecurityGroups", groups.join(", "), fact)
        }))
    }

    /// Returns the newest line of the container's log about a connection inside of a network.
    fn complaint(&self, found: &Diagnosis) -> Option<Complaint> {
        let name = &found.evidence.first()?.object;
        let containers = self.tasks.iter().flat_map(|task| &task.containers);
        let lines = containers.filter(|one| one.name == *name).flat_map(|one| one.log.iter().rev());
        let mut complaints = lines.filter_map(|line| Some((line, connection(line)?)));
        let (line, connection) = complaints.find(|(_, connection)| connection.to.ip().is_private())?;
        let (operation, object) = ("logs:GetLogEvents", name.clone());
        let line = Evidence { operation, object, field: "message", value: line.clone() };
        Some(Complaint { line, connection })
    }
}

/// Returns the private address of a task.
fn address(task: &Task) -> Option<Ipv4Addr> {
    let mut details = task.attachments().iter().flat_map(Attachment::details);
    details.find(|detail| detail.name() == Some("privateIPv4Address"))?.value()?.parse().ok()
}

/// Returns the port at which a service is registered.
fn port(service: &Service) -> Option<i32> {
    let registry = service.service_registries().first()?;
    registry.container_port().or(registry.port())
}

/// Returns the ids of the security groups of a service's tasks.
fn groups(service: &Service) -> &[String] {
    let network = service.network_configuration().and_then(|network| network.awsvpc_configuration());
    network.map(AwsVpcConfiguration::security_groups).unwrap_or_default()
}

//! The least time of a job: AWS's quotas and delays, and the latency of sequential calls.
//!
//! The floor is the longest chain of a job. Each link of it is a delay of AWS, the time that a token bucket
//! needs for its calls, or a call that has to wait for the answer of another one. The delays are measured at
//! the sandbox by hand, one by one, so that the floor and the engine share no code.

use std::time::Duration;

use serde_json::{Value, json};
use sss_sandbox::Sandbox;

use super::{
    job::{Job, LATENCY},
    least,
};
use crate::failure::Failure;

/// The time between two polls of the sandbox. Measured delays are exact to this.
const TICK: Duration = Duration::from_millis(100);

/// The longest wait.
const DEADLINE: Duration = Duration::from_hours(1);

/// The delays of the sandbox, each measured on its own.
#[derive(Debug)]
pub(super) struct Delays {
    /// From the creation of a Cloud Map namespace until its operation succeeds.
    namespace: Duration,
    /// From the deletion of a namespace until its operation succeeds.
    namespace_gone: Duration,
    /// From the creation of a VPC link until it is available.
    link: Duration,
    /// From the deletion of a VPC link until API Gateway no longer knows it.
    link_gone: Duration,
    /// From the creation of a service until its first deployment is complete.
    service: Duration,
    /// From an update of a service until its deployment is complete.
    deployment: Duration,
    /// From the deletion of a service until it is inactive.
    service_gone: Duration,
}

/// Returns the least time in which a token bucket allows this number of calls, if it is full at the start.
fn queue(calls: u16, burst: u16, per_second: u16) -> Duration {
    Duration::from_secs(calls.saturating_sub(burst).into()) / u32::from(per_second)
}

impl Delays {
    /// Measures the delays by hand, on an account with the reference stack.
    pub(super) fn of(sandbox: &Sandbox) -> Result<Self, Failure> {
        let probe = Probe { sandbox };
        let (namespace, namespace_gone) = probe.namespace()?;
        let (link, link_gone) = probe.link()?;
        let (service, deployment, service_gone) = probe.service()?;
        Ok(Self { namespace, namespace_gone, link, link_gone, service, deployment, service_gone })
    }

    /// Returns the least time of a job on the reference stack with this number of services.
    pub(super) fn floor(&self, job: Job, services: u16) -> Duration {
        let round_trips = u32::try_from(least::round_trips(services)).expect("a few");
        let observed = round_trips * LATENCY;
        let registered = queue(services, 20, 1);
        let modified = queue(services, 50, 5);
        match job {
            Job::Plan => observed,
            Job::FirstApply => 2 * LATENCY + self.made(services),
            Job::NewImage => observed + 2 * LATENCY + registered.max(modified) + self.deployment,
            Job::Rollback => observed + LATENCY + modified + self.deployment,
            Job::DestroyKeepingRevisions => observed + self.removed(services),
            Job::Destroy => observed + self.removed(services).max(registered + LATENCY),
        }
    }

    /// Returns the least time from the end of the observation until a first apply is complete.
    ///
    /// Two chains run side by side: tasks need a registry, a revision and a log group; the API needs a VPC
    /// link. The quotas are those of Cloud Map, of registrations of task definitions, and of retention
    /// policies.
    fn made(&self, services: u16) -> Duration {
        let registry = self.namespace + LATENCY + queue(services, 50, 5);
        let revision = LATENCY + queue(services, 20, 1);
        let retention = LATENCY + queue(services + 1, 5, 5);
        let running = registry.max(revision).max(retention) + LATENCY + self.service;
        // After the link: the import of the API, and its stage.
        let reachable = LATENCY + self.link + 2 * LATENCY;
        running.max(reachable)
    }

    /// Returns the least time from the end of the observation until a stack is removed.
    ///
    /// Services drain before their namespace can be deleted. The VPC link can be deleted once its API is
    /// gone.
    fn removed(&self, services: u16) -> Duration {
        let drained = LATENCY + queue(services, 50, 5) + self.service_gone;
        let unregistered = drained + LATENCY + self.namespace_gone;
        // The API is deleted first.
        let unreachable = 2 * LATENCY + self.link_gone;
        unregistered.max(unreachable)
    }
}

/// A second client of the account, without latency or quotas.
struct Probe<'a> {
    sandbox: &'a Sandbox,
}

impl Probe<'_> {
    fn call(&self, service: &str, operation: &str, input: &Value) -> Result<Value, Failure> {
        self.sandbox
            .request(service, operation, input)
            .map_err(|(code, message)| Failure::new(format!("{operation}: {code}: {message}")))
    }

    /// Returns the time until the account has the expected state.
    fn until(&self, mut holds: impl FnMut() -> Result<bool, Failure>) -> Result<Duration, Failure> {
        let mut waited = Duration::ZERO;
        while !holds()? {
            if waited >= DEADLINE {
                return Err(Failure::new("observe a delay of the sandbox in time"));
            }
            self.sandbox.advance(TICK);
            waited += TICK;
        }
        Ok(waited)
    }

    /// Returns the time until an operation of Cloud Map succeeds.
    fn operation(&self, started: &Value) -> Result<Duration, Failure> {
        let input = json!({ "OperationId": started["OperationId"] });
        self.until(|| {
            let answer = self.call("servicediscovery", "GetOperation", &input)?;
            Ok(answer["Operation"]["Status"] == "SUCCESS")
        })
    }

    /// Creates and deletes a namespace, and returns both times.
    fn namespace(&self) -> Result<(Duration, Duration), Failure> {
        let input =
            json!({ "Name": "probe.internal", "Vpc": self.sandbox.vpc_id(), "CreatorRequestId": "probe" });
        let made = self.operation(&self.call("servicediscovery", "CreatePrivateDnsNamespace", &input)?)?;

        let listed = self.call("servicediscovery", "ListNamespaces", &json!({}))?;
        let namespaces = listed["Namespaces"].as_array().into_iter().flatten();
        let id =
            namespaces.filter(|namespace| namespace["Name"] == "probe.internal").map(|it| &it["Id"]).next();

        let input = json!({ "Id": id });
        let gone = self.operation(&self.call("servicediscovery", "DeleteNamespace", &input)?)?;
        Ok((made, gone))
    }

    /// Creates and deletes a VPC link, and returns both times.
    fn link(&self) -> Result<(Duration, Duration), Failure> {
        let input = json!({ "name": "probe", "subnetIds": self.sandbox.private_subnet_ids() });
        let link = self.call("apigateway", "CreateVpcLink", &input)?;
        let input = json!({ "vpcLinkId": link["vpcLinkId"] });
        let look = || self.call("apigateway", "GetVpcLink", &input);
        let made = self.until(|| Ok(look()?["vpcLinkStatus"] == "AVAILABLE"))?;

        self.call("apigateway", "DeleteVpcLink", &input)?;
        let gone = self.until(|| Ok(look().is_err()))?;
        Ok((made, gone))
    }

    /// Creates, updates and deletes a service like the one in the account, and returns the three times.
    fn service(&self) -> Result<(Duration, Duration, Duration), Failure> {
        let clusters = self.call("ecs", "ListClusters", &json!({}))?;
        let cluster = &clusters["clusterArns"][0];
        let services = self.call("ecs", "ListServices", &json!({ "cluster": cluster }))?;
        let described = json!({ "cluster": cluster, "services": services["serviceArns"] });
        let described = self.call("ecs", "DescribeServices", &described)?;
        let like = &described["services"][0];

        let made = json!({
            "cluster": cluster, "serviceName": "probe", "taskDefinition": like["taskDefinition"], "desiredCount": 1,
            "launchType": "FARGATE", "networkConfiguration": like["networkConfiguration"],
        });
        self.call("ecs", "CreateService", &made)?;

        let look = || {
            let answer =
                self.call("ecs", "DescribeServices", &json!({ "cluster": cluster, "services": ["probe"] }))?;
            Ok(answer["services"][0].clone())
        };
        let done = || Ok(look()?["deployments"][0]["rolloutState"] == "COMPLETED");
        let service = self.until(done)?;

        let input =
            json!({ "cluster": cluster, "service": "probe", "forceNewDeployment": true, "force": true });
        self.call("ecs", "UpdateService", &input)?;
        let deployment = self.until(done)?;

        self.call("ecs", "DeleteService", &input)?;
        let gone = self.until(|| Ok(look()?["status"] == "INACTIVE"))?;
        Ok((service, deployment, gone))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_lets_its_burst_through_at_once() {
        assert_eq!(queue(20, 20, 1), Duration::ZERO);
        assert_eq!(queue(300, 20, 1), Duration::from_secs(280));
        assert_eq!(queue(300, 50, 5), Duration::from_secs(50));
    }
}

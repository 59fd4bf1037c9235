//! The least time of a job: AWS's quotas and delays, and the latency of sequential calls.
//!
//! The floor is the longest chain of a job. Each link of it is a delay of AWS, the time that a token bucket
//! needs for its calls, or a call that has to wait for the answer of another one. The delays are measured at
//! the sandbox by hand, one by one, so that the floor and the engine share no code.

use std::time::Duration;

use serde_json::{Value, json};
use sss_model::BackendKind;
use sss_sandbox::Sandbox;

use super::{
    job::{Job, LATENCY, Shape},
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
    /// `None` without load balancers.
    balancer: Option<OfBalancer>,
}

/// The delays of a load balancer.
#[derive(Debug)]
struct OfBalancer {
    /// From the creation until it is active.
    active: Duration,
    /// From the deletion until it has no network interfaces, which hold its security group.
    gone: Duration,
}

/// Returns the least time in which a token bucket allows this number of calls, if it is full at the start.
fn queue(calls: u16, burst: u16, per_second: u16) -> Duration {
    Duration::from_secs(calls.saturating_sub(burst).into()) / u32::from(per_second)
}

impl Delays {
    /// Measures the delays by hand, on an account with the reference stack. Its services have the backend.
    pub(super) fn of(sandbox: &Sandbox, backend: BackendKind) -> Result<Self, Failure> {
        let probe = Probe { sandbox };
        let (namespace, namespace_gone) = probe.namespace()?;
        let (link, link_gone) = probe.link()?;
        let (service, deployment, service_gone) = probe.service()?;
        let balancer = match backend {
            BackendKind::Alb => Some(probe.balancer("application")?),
            BackendKind::Nlb => Some(probe.balancer("network")?),
            _ => None,
        };
        Ok(Self { namespace, namespace_gone, link, link_gone, service, deployment, service_gone, balancer })
    }

    /// Returns the least time of a job on the reference stack with this number of services.
    pub(super) fn floor(&self, job: Job, shape: Shape) -> Duration {
        let services = shape.services;
        let round_trips = u32::try_from(least::round_trips(shape)).expect("a few");
        // Elastic Load Balancing allows ten calls per second, and the attributes of target groups have no batch.
        let balancing = u16::try_from(least::balancing_reads(shape)).expect("a few hundred");
        let observed = (round_trips * LATENCY).max(queue(balancing, 40, 10));
        let registered = queue(services, 20, 1);
        let modified = queue(services, 50, 5);
        match job {
            Job::Plan => observed,
            Job::FirstApply => 2 * LATENCY + self.made(shape),
            Job::NewImage => observed + 2 * LATENCY + registered.max(modified) + self.deployment,
            Job::Rollback => observed + LATENCY + modified + self.deployment,
            Job::DestroyKeepingRevisions => observed + self.removed(services),
            Job::Destroy => observed + self.removed(services).max(registered + LATENCY),
        }
    }

    /// Returns the least time from the end of the observation until a first apply is complete.
    ///
    /// Two chains run side by side: tasks need a registry or a target group, a revision and a log group; the API needs
    /// a VPC link. The quotas are those of Cloud Map or Elastic Load Balancing, of registrations of task definitions,
    /// and of retention policies. Tasks behind a load balancer are healthy once it is active.
    fn made(&self, shape: Shape) -> Duration {
        let services = shape.services;
        let registry = match self.balancer {
            None => self.namespace + LATENCY + queue(services, 50, 5),
            // A target group, its attributes, and a rule or a listener.
            Some(_) => LATENCY + queue(3 * services, 20, 3),
        };
        let healthy = self.balancer.as_ref().map_or(Duration::ZERO, |balancer| LATENCY + balancer.active);
        let revision = LATENCY + queue(services, 20, 1);
        let retention = LATENCY + queue(services + 1, 5, 5);
        let running = registry.max(revision).max(retention) + LATENCY + self.service;
        // After the link: the import of the API, and its stage.
        let reachable = LATENCY + self.link + 2 * LATENCY;
        running.max(healthy).max(reachable)
    }

    /// Returns the least time from the end of the observation until a stack is removed.
    ///
    /// Services drain before their namespace can be deleted. The VPC link can be deleted once its API is
    /// gone, and so can load balancers.
    fn removed(&self, services: u16) -> Duration {
        let drained = LATENCY + queue(services, 50, 5) + self.service_gone;
        // The API is deleted first.
        let (unregistered, entrance_gone) = match &self.balancer {
            None => (drained + LATENCY + self.namespace_gone, self.link_gone),
            Some(balancer) => (drained, self.link_gone.max(balancer.gone + LATENCY)),
        };
        let unreachable = 2 * LATENCY + entrance_gone;
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

    /// Creates and deletes a load balancer of a type, and returns both times.
    fn balancer(&self, kind: &str) -> Result<OfBalancer, Failure> {
        const SERVICE: &str = "elasticloadbalancing";
        let input = json!({
            "Name": "probe", "Type": kind, "Scheme": "internal", "Subnets": self.sandbox.private_subnet_ids(),
            "SecurityGroups": [self.sandbox.default_security_group_id()],
        });
        let made = self.call(SERVICE, "CreateLoadBalancer", &input)?;
        let named = json!({ "LoadBalancerArns": [made["LoadBalancers"][0]["LoadBalancerArn"]] });
        let active = self.until(|| {
            let found = self.call(SERVICE, "DescribeLoadBalancers", &named)?;
            Ok(found["LoadBalancers"][0]["State"]["Code"] == "active")
        })?;

        let input = json!({ "LoadBalancerArn": named["LoadBalancerArns"][0] });
        self.call(SERVICE, "DeleteLoadBalancer", &input)?;
        let gone = self.until(|| {
            let found = self.call("ec2", "DescribeNetworkInterfaces", &json!({}))?;
            Ok(!found.to_string().contains("/probe/"))
        })?;
        Ok(OfBalancer { active, gone })
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
            "loadBalancers": like["loadBalancers"], "deploymentConfiguration": like["deploymentConfiguration"],
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

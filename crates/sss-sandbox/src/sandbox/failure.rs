//! Failures and surroundings that a caller sets on an account.
//!
//! Two kinds exist. Faults belong to calls over HTTP and last until they are replaced. The others belong to
//! objects of the account and around it: images, issuers, the network, quotas, metrics, VPC links and
//! availability zones, and a saved account has them too.

use serde_json::Value;

use super::Sandbox;
use crate::{
    fault::Faults,
    services::{
        apigateway, autoscaling,
        ec2::{self, Network},
        ecs::{self, BrokenImage, Talk},
        secretsmanager, servicequotas,
    },
    web::{self, Image, Issuer},
};

impl Sandbox {
    /// Sets the faults of calls over HTTP, as [`Sandbox::set_faults`] does.
    ///
    /// Use it where the sandbox is created. [`Faults`] has an example.
    #[must_use]
    pub fn with_faults(self, faults: Faults) -> Self {
        self.set_faults(faults);
        self
    }

    /// Sets the faults of calls over HTTP from now on.
    ///
    /// They replace earlier faults, which forget their counts. A crashed caller is replaced by a new one.
    /// Calls by [`Sandbox::request`] never meet a fault.
    ///
    /// # Examples
    ///
    /// ```
    /// use sss_sandbox::{Fault, Faults, Rule, Sandbox};
    ///
    /// let sandbox = Sandbox::new();
    /// sandbox.set_faults(Faults::default().with(Rule::new(Fault::Throttle).service("ecs").every(3)));
    /// // The code under test runs here, and every third call to ECS is throttled.
    /// sandbox.clear_faults();
    /// ```
    pub fn set_faults(&self, faults: Faults) {
        self.lock().set_faults(faults);
    }

    /// Removes all faults. A crashed caller is replaced by a new one.
    pub fn clear_faults(&self) {
        self.set_faults(Faults::default());
    }

    /// Waits until a fault has crashed the caller.
    ///
    /// A test that then drops the caller's work has killed it between two calls, or during one. The method
    /// returns at once if the caller has crashed already. Dropping the future changes nothing.
    #[expect(clippy::missing_panics_doc, reason = "the account outlives the handle")]
    pub async fn crashed(&self) {
        let mut crashed = self.lock().crashed();
        crashed.wait_for(|crashed| *crashed).await.expect("the account keeps the sender");
    }

    /// Breaks an image for all containers that start from now on.
    ///
    /// `image` is the whole reference, as task definitions have it. [`BrokenImage`] has an example.
    pub fn break_image(&self, image: &str, how: BrokenImage) {
        ecs::break_image(&mut self.lock().world, image, how);
    }

    /// Makes the containers of an image log lines, for all that start from now on.
    ///
    /// Use it to follow logs. A container logs `line 1`, `line 2` and so on until its task has stopped. Over TCP, the
    /// tag `chatty` does the same every two seconds.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// use sss_sandbox::{Sandbox, Talk};
    ///
    /// let sandbox = Sandbox::new();
    /// sandbox.make_talk("example/app:1.4", Talk::every(Duration::from_secs(1)).late(Duration::from_secs(3)));
    /// ```
    pub fn make_talk(&self, image: &str, talk: Talk) {
        ecs::make_talk(&mut self.lock().world, image, talk);
    }

    /// Makes a broken image work for all containers that start from now on.
    ///
    /// Nothing happens if the image is not broken. ECS starts new containers in place of failed ones.
    pub fn mend_image(&self, image: &str) {
        ecs::mend_image(&mut self.lock().world, image);
    }

    /// Adds members to the description of an ECS service that no request of a caller sets: those of other tools and of
    /// AWS itself. They replace members of the same name.
    ///
    /// ```
    /// use serde_json::json;
    /// use sss_sandbox::Sandbox;
    ///
    /// let controller = json!({ "deploymentController": { "type": "CODE_DEPLOY" } });
    /// Sandbox::new().describe_service_with("shop-web", controller);
    /// ```
    pub fn describe_service_with(&self, service: &str, members: Value) {
        ecs::describe_with(&mut self.lock().world, service, members);
    }

    /// Adds members to the descriptions of the tasks of an ECS service, as [`Sandbox::describe_service_with`] does to that
    /// of the service.
    pub fn describe_tasks_with(&self, service: &str, members: Value) {
        ecs::describe_tasks_with(&mut self.lock().world, service, members);
    }

    /// Writes an event of an ECS service, with AWS's words behind `(service NAME) `.
    pub fn write_service_event(&self, service: &str, text: &str) {
        ecs::write_event(&mut self.lock().world, service, text);
    }

    /// Makes the next deployment of an ECS service pause at a lifecycle hook with this id.
    pub fn pause_next_deployment(&self, service: &str, hook: &str) {
        ecs::pause_next(&mut self.lock().world, service, hook);
    }

    /// Makes all running tasks of an ECS service fail their health checks, whatever their images are.
    pub fn fail_health_checks(&self, service: &str) {
        ecs::make_ill(&mut self.lock().world, service);
    }

    /// Takes the agents of ECS Exec their way to `ssmmessages`: sessions open no more, and agents look connected.
    pub fn block_sessions(&self) {
        ecs::block_sessions(&mut self.lock().world);
    }

    /// Makes the next new VPC link end as `FAILED` with this status message.
    ///
    /// The creation itself succeeds, as on AWS; the link is `PENDING` for 150 seconds first.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// use serde_json::json;
    /// use sss_sandbox::Sandbox;
    ///
    /// let sandbox = Sandbox::new();
    /// sandbox.fail_next_vpc_link("no addresses are left");
    /// let link = json!({ "name": "shop", "subnetIds": sandbox.private_subnet_ids() });
    /// let link = sandbox.request("apigateway", "CreateVpcLink", &link).expect("a new link");
    /// sandbox.advance(Duration::from_secs(150));
    /// let link = json!({ "vpcLinkId": link["vpcLinkId"] });
    /// let link = sandbox.request("apigateway", "GetVpcLink", &link).expect("a link that exists");
    /// assert_eq!(link["vpcLinkStatus"], "FAILED");
    /// ```
    pub fn fail_next_vpc_link(&self, message: &str) {
        apigateway::fail_next(&mut self.lock().world, message);
    }

    /// Refuses new VPC links in an availability zone, by its id, such as `apne1-az4`.
    ///
    /// Some zones have none by default, as at AWS. Links that exist stay.
    ///
    /// # Examples
    ///
    /// ```
    /// use serde_json::json;
    /// use sss_sandbox::Sandbox;
    ///
    /// let sandbox = Sandbox::new();
    /// sandbox.allow_no_vpc_links_in("apne1-az4");
    /// let link = json!({ "name": "shop", "subnetIds": sandbox.private_subnet_ids() });
    /// let (code, _) = sandbox.request("apigateway", "CreateVpcLink", &link).expect_err("a zone without links");
    /// assert_eq!(code, "BadRequestException");
    /// ```
    pub fn allow_no_vpc_links_in(&self, zone_id: &str) {
        apigateway::allow_no_links_in(&mut self.lock().world, zone_id);
    }

    /// Sets the answers of an issuer of tokens, by its URL. [`Issuer`] has an example.
    ///
    /// API Gateway refuses an authorizer whose issuer has no discovery document.
    pub fn set_issuer(&self, url: &str, issuer: Issuer) {
        web::set_issuer(&mut self.lock().world, url, issuer);
    }

    /// Publishes an image in its registry, in place of the one that is there. [`Image`] has an example.
    ///
    /// `image` is the whole reference, as task definitions have it. ECS cannot pull an image that is missing.
    pub fn publish(&self, image: &str, how: Image) {
        web::publish(&mut self.lock().world, image, how);
    }

    /// Replaces the network of the account's VPC. [`Network`] has an example.
    pub fn set_network(&self, network: &Network) {
        ec2::set_network(&mut self.lock().world, network);
    }

    /// Sets a metric of a service, on which its scaling policies act.
    ///
    /// The metric has the name of a predefined type, such as `ECSServiceAverageCPUUtilization`, and keeps its value until
    /// it is set again. A policy scales out after 3 minutes above its value, and in after 15 minutes below 90 per cent of
    /// it.
    ///
    /// ```
    /// use sss_sandbox::Sandbox;
    ///
    /// Sandbox::new().set_metric("shop", "web", "ECSServiceAverageCPUUtilization", 85.0);
    /// ```
    pub fn set_metric(&self, cluster: &str, service: &str, metric: &str, value: f64) {
        let mut account = self.lock();
        account.catch_up();
        autoscaling::set_metric(&mut account.world, cluster, service, metric, value);
    }

    /// Adds a secret with this ARN, unless the account has one of its name.
    ///
    /// ```
    /// use serde_json::json;
    /// use sss_sandbox::Sandbox;
    ///
    /// let sandbox = Sandbox::new();
    /// let arn = "arn:aws:secretsmanager:ap-northeast-1:123456789012:secret:db-AbCdEf";
    /// sandbox.keep_secret(arn);
    /// let secret = sandbox.request("secretsmanager", "DescribeSecret", &json!({ "SecretId": arn }));
    /// assert_eq!(secret.expect("the secret")["Name"], "db");
    /// ```
    pub fn keep_secret(&self, arn: &str) {
        secretsmanager::keep(&mut self.lock().world, arn);
    }

    /// Sets the account's value of a quota, by the code of its service and its own.
    ///
    /// ```
    /// use sss_sandbox::Sandbox;
    ///
    /// Sandbox::new().set_service_quota("fargate", "L-3032A538", 6.0);
    /// ```
    pub fn set_service_quota(&self, service: &str, code: &str, value: f64) {
        servicequotas::set(&mut self.lock().world, service, code, value);
    }

    /// Refuses integrations with a VPC link that is not available yet.
    ///
    /// By default they are accepted. Nobody has documented which of the two AWS does.
    ///
    /// ```
    /// use sss_sandbox::Sandbox;
    ///
    /// let strict = Sandbox::new().refusing_pending_links();
    /// ```
    #[must_use]
    pub fn refusing_pending_links(self) -> Self {
        apigateway::refuse_pending_links(&mut self.lock().world);
        self
    }
}

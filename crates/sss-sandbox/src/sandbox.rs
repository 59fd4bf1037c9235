//! [`Sandbox`], the handle on an account.
//!
//! Handles are cheap to clone and can be used from several threads; each method locks the account for its own
//! time. `failure` has the methods that break something, `settings` those that set time and quotas,
//! `saved` those that write and read an account, `role` those of callers without all permissions, and `web` answers for
//! others than AWS.

mod failure;
mod role;
mod saved;
mod settings;
mod web;

use std::{
    future, io,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, SystemTime},
};

use aws_credential_types::{Credentials, provider::SharedCredentialsProvider};
use aws_smithy_async::rt::sleep::TokioSleep;
use aws_smithy_runtime_api::client::{behavior_version::BehaviorVersion, http::SharedHttpClient};
use aws_smithy_types::retry::RetryConfig;
use aws_types::{SdkConfig, region::Region, sdk_config::TimeSource};
use bytes::Bytes;
use http::{Request, Response};
use serde_json::Value;
use sss_model::Partition;

use crate::{
    account::{Account, Reply},
    call::Call,
    client,
    clock::BEGINNING,
    counts::Counts,
    entered::Entered,
    refusal::Refusal,
    services::{self, iam},
    watch::{By, Watch},
    world::{self, World},
};

pub use self::saved::Error;

/// The number of every account.
const DEFAULT_ACCOUNT: &str = "123456789012";
/// The region of [`Sandbox::new`].
const DEFAULT_REGION: &str = "ap-northeast-1";
/// The time of a call in process.
const DEFAULT_LATENCY: Duration = Duration::from_millis(50);

/// One AWS account in one region.
///
/// A clone is another handle on the same account. The [front page](crate) shows how a program, a test and a server use
/// one.
///
/// # Guarantees
///
/// - The same calls at the same times give the same answers, ids and events in every run.
/// - Time is tokio's. Under a paused clock a wait of minutes ends at once.
///
/// # Examples
///
/// ```
/// use serde_json::json;
/// use sss_sandbox::Sandbox;
///
/// let sandbox = Sandbox::in_region("eu-central-1");
/// sandbox.request("ecs", "CreateCluster", &json!({ "clusterName": "shop" })).expect("a new name");
/// let answer = sandbox.request("ecs", "ListClusters", &json!({})).expect("clusters");
/// assert_eq!(answer["clusterArns"], json!(["arn:aws:ecs:eu-central-1:123456789012:cluster/shop"]));
/// ```
#[derive(Debug, Clone)]
pub struct Sandbox {
    /// The account, which all clones of the handle share.
    account: Arc<Mutex<Account>>,
    /// IAM's part of the account, which all of its regions share. The world has it while the account is locked.
    iam: Arc<Mutex<iam::State>>,
    /// The time of a call through this handle. `None` stands for the default of the way in.
    latency: Option<Duration>,
    /// The id of the access key with which [`Sandbox::sdk_config`] signs.
    access_key: Arc<str>,
}

impl Sandbox {
    /// Creates an account: 123456789012 in ap-northeast-1.
    ///
    /// It has a VPC with a default security group and with private subnets in three zones. Their ids are the same in
    /// every account; [`Sandbox::vpc_id`] and the methods beside it return them.
    pub fn new() -> Self {
        Self::in_region(DEFAULT_REGION)
    }

    /// Creates an account in another region.
    ///
    /// ```
    /// use sss_sandbox::Sandbox;
    ///
    /// assert_eq!(Sandbox::in_region("eu-central-1").region(), "eu-central-1");
    /// ```
    pub fn in_region(region: &str) -> Self {
        Self::of(World::new(DEFAULT_ACCOUNT, region, BEGINNING))
    }

    /// Creates another region of the same account.
    ///
    /// Both regions share IAM's roles. They share nothing else: each has its own objects, calls, faults and time.
    ///
    /// # Panics
    ///
    /// If the region belongs to another partition. An account has one partition.
    ///
    /// # Examples
    ///
    /// ```
    /// use serde_json::json;
    /// use sss_sandbox::Sandbox;
    ///
    /// let tokyo = Sandbox::new();
    /// let osaka = tokyo.beside("ap-northeast-3");
    /// let trust = json!({ "Version": "2012-10-17", "Statement": [{
    ///     "Effect": "Allow",
    ///     "Principal": { "Service": "ecs-tasks.amazonaws.com" },
    ///     "Action": "sts:AssumeRole",
    /// }] });
    /// let role = json!({ "RoleName": "app", "AssumeRolePolicyDocument": trust.to_string() });
    /// tokyo.request("iam", "CreateRole", &role).expect("a new name");
    /// assert!(osaka.request("iam", "GetRole", &json!({ "RoleName": "app" })).is_ok());
    /// ```
    #[must_use]
    pub fn beside(&self, region: &str) -> Self {
        let (world, iam) = {
            let account = self.lock();
            assert_eq!(
                account.world.partition(),
                Partition::of_region(region),
                "accounts are of one partition"
            );
            (account.world.beside(region), Arc::clone(&self.iam))
        };
        Self { iam, latency: self.latency, access_key: Arc::clone(&self.access_key), ..Self::of(world) }
    }

    /// Creates a handle on an account with this world, and takes IAM's part out of the world.
    fn of(mut world: World) -> Self {
        let iam = world.iam.take();
        Self {
            account: Arc::new(Mutex::new(Account::new(world))),
            iam: Arc::new(Mutex::new(iam)),
            latency: None,
            access_key: Arc::from("AKIASANDBOXSANDBOX00"),
        }
    }

    /// Returns a configuration for the AWS SDK. All of its clients talk to this account and to nothing else.
    ///
    /// It has credentials, region, HTTP client, a timer and the SDK's standard retries. Use
    /// [`Sandbox::http_client`] for a configuration with other settings.
    ///
    /// ```
    /// use sss_sandbox::Sandbox;
    ///
    /// let config = Sandbox::new().sdk_config();
    /// assert_eq!(config.region().map(AsRef::as_ref), Some("ap-northeast-1"));
    /// ```
    pub fn sdk_config(&self) -> SdkConfig {
        let credentials = Credentials::new(&*self.access_key, "sandbox", None, None, "sandbox");
        SdkConfig::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new(self.region()))
            .credentials_provider(SharedCredentialsProvider::new(credentials))
            .endpoint_url("http://sandbox.invalid")
            .http_client(self.http_client())
            .sleep_impl(TokioSleep::new())
            .retry_config(RetryConfig::standard())
            .time_source(AccountTime(self.clone()))
            .build()
    }

    /// Returns the account as an HTTP client for the AWS SDK, for a configuration of your own.
    ///
    /// The SDK's serialisers, signatures, retries and paginators run in front of it.
    pub fn http_client(&self) -> SharedHttpClient {
        SharedHttpClient::new(client::Client::new(self.clone(), self.latency.unwrap_or(DEFAULT_LATENCY)))
    }

    /// Returns the calls over HTTP since the sandbox was created, or since [`Sandbox::reset_calls`], in their order.
    ///
    /// Calls by [`Sandbox::request`] are not recorded. A sandbox that is [served](crate::serve) keeps at least the last
    /// 20 000 calls.
    pub fn calls(&self) -> Vec<Call> {
        self.lock().calls.clone()
    }

    /// Returns the calls over HTTP as numbers: by operation, refusal and quota.
    ///
    /// They count from the creation of the sandbox or from its loading, and [`Sandbox::reset_calls`] does not change them.
    ///
    /// ```
    /// use sss_sandbox::Sandbox;
    ///
    /// let counts = Sandbox::new().counts();
    /// assert!(counts.operations.is_empty() && counts.quotas.is_empty());
    /// ```
    pub fn counts(&self) -> Counts {
        let mut account = self.lock();
        let now = account.clock.now();
        account.counter.counts(account.since_start(now), account.quotas.as_ref())
    }

    /// Forgets the recorded calls. The quotas keep the tokens that those calls took.
    pub fn reset_calls(&self) {
        self.lock().calls.clear();
    }

    /// Returns the account's time, in milliseconds since the Unix epoch.
    ///
    /// A new account begins at 2026-01-01T00:00:00Z.
    pub fn now(&self) -> u64 {
        self.lock().clock.now()
    }

    /// Advances the account's time. All events that are then due happen.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// use sss_sandbox::Sandbox;
    ///
    /// let sandbox = Sandbox::new();
    /// let before = sandbox.now();
    /// sandbox.advance(Duration::from_secs(90));
    /// assert_eq!(sandbox.now() - before, 90_000);
    /// ```
    pub fn advance(&self, by: Duration) {
        let mut account = self.lock();
        account.clock.advance(by);
        account.catch_up();
    }

    /// Starts a watch over requests and tasks. It lasts until [`Watch::end`].
    ///
    /// A test of a deployment ends the watch after it and asserts what [`Watched`](crate::Watched) reports.
    pub fn watch(&self) -> Watch {
        Watch::begin(Arc::clone(&self.account))
    }

    /// Makes one call at once, as another person or tool that works on the account.
    ///
    /// The call takes no time, meets no fault and no quota, and is not recorded. `service` is the signing name:
    /// `apigateway`, `ec2`, `ecr`, `ecs`, `iam`, `logs`, `secretsmanager`, `servicediscovery`, `servicequotas`, `ssm`,
    /// `sts` or `tagging`. `input` has the members of AWS's API with their names on the wire. For API Gateway, parameters of path and query are
    /// members too; for EC2, IAM and STS, numbers and flags are text.
    ///
    /// # Errors
    ///
    /// AWS's error code and message, if AWS would refuse the call. The code is `UnknownService` if the sandbox
    /// does not have the service.
    ///
    /// # Examples
    ///
    /// ```
    /// use serde_json::json;
    /// use sss_sandbox::Sandbox;
    ///
    /// let sandbox = Sandbox::new();
    /// let (code, message) = sandbox
    ///     .request("ecs", "DescribeServices", &json!({ "cluster": "other", "services": ["web"] }))
    ///     .expect_err("the cluster does not exist");
    /// assert_eq!((code.as_str(), message.as_str()), ("ClusterNotFoundException", "Cluster not found."));
    /// ```
    pub fn request(&self, service: &str, operation: &str, input: &Value) -> Result<Value, (String, String)> {
        let mut account = self.lock();
        account.catch_up();
        services::signed_as(service)
            .ok_or_else(|| Refusal::new("UnknownService", format!("unknown service {service}")))
            .and_then(|service| account.call(By::Hand, service, operation, input))
            .map_err(|refusal| (refusal.code.to_owned(), refusal.message))
    }

    /// Returns the id of the VPC that every new account has.
    pub fn vpc_id(&self) -> String {
        world::VPC_ID.to_owned()
    }

    /// Returns the ids of that VPC's private subnets, one in each of three zones.
    pub fn private_subnet_ids(&self) -> Vec<String> {
        world::PRIVATE_SUBNET_IDS.map(str::to_owned).to_vec()
    }

    /// Returns the id of that VPC's default security group.
    pub fn default_security_group_id(&self) -> String {
        world::DEFAULT_SECURITY_GROUP_ID.to_owned()
    }

    /// Returns the account's number, as ARNs have it.
    pub fn account(&self) -> String {
        self.lock().world.account.clone()
    }

    /// Returns the account's region, as ARNs have it.
    pub fn region(&self) -> String {
        self.lock().world.region.clone()
    }

    /// Protects the account from its callers: a call that panics has no effect, and the record of calls has an end.
    pub(crate) fn guard(&self) {
        self.lock().guarded = true;
    }

    /// Returns the time that a call over TCP takes in addition to the connection's.
    pub(crate) fn latency_over_tcp(&self) -> Duration {
        self.latency.unwrap_or(Duration::ZERO)
    }

    /// Answers one HTTP request, which takes effect after `latency`.
    ///
    /// A fault can break the connection, or leave the caller without an answer for ever. A caller that drops
    /// the future during the latency has not made the call.
    ///
    /// # Errors
    ///
    /// Returns [`io::ErrorKind::ConnectionReset`] if a fault breaks the connection.
    pub(crate) async fn answer(
        &self,
        request: &Request<Bytes>,
        latency: Duration,
    ) -> io::Result<Response<Bytes>> {
        if crate::web::is_for(request) {
            return self.browse(request, latency).await;
        }
        let arrival = self.lock().arrive(request);
        pause(latency).await;
        let reply = self.lock().answer(&arrival);
        drop(arrival);
        match reply {
            Reply::Answer { response, after } => {
                pause(after).await;
                Ok(response)
            }
            Reply::Broken => Err(io::ErrorKind::ConnectionReset.into()),
            Reply::Never => future::pending().await,
        }
    }

    /// Locks the account. After a call that panicked, later calls can still read it.
    fn lock(&self) -> Entered<'_> {
        let account = self.account.lock().unwrap_or_else(PoisonError::into_inner);
        let iam = self.iam.lock().unwrap_or_else(PoisonError::into_inner);
        Entered::new(account, iam)
    }
}

/// The account's time, for clients that compare it with times of the account.
#[derive(Debug)]
struct AccountTime(Sandbox);

impl TimeSource for AccountTime {
    fn now(&self) -> SystemTime {
        let now = self.0.lock().clock.now();
        SystemTime::UNIX_EPOCH + Duration::from_millis(now)
    }
}

/// Sleeps. A sleep of length zero would still wait for the timer.
async fn pause(duration: Duration) {
    if !duration.is_zero() {
        tokio::time::sleep(duration).await;
    }
}

impl Default for Sandbox {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests;

//! [`Sandbox`], the handle on an account.

use std::{
    fmt, future, io,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use aws_credential_types::{Credentials, provider::SharedCredentialsProvider};
use aws_smithy_async::rt::sleep::TokioSleep;
use aws_smithy_runtime_api::client::{behavior_version::BehaviorVersion, http::SharedHttpClient};
use aws_smithy_types::retry::RetryConfig;
use aws_types::{SdkConfig, region::Region};
use bytes::Bytes;
use http::{Request, Response};
use serde_json::Value;
use sss_model::Partition;

use crate::{
    account::{Account, Reply},
    call::Call,
    client,
    clock::BEGINNING,
    delays::Delays,
    entered::Entered,
    fault::Faults,
    refusal::Refusal,
    services::{
        self, apigateway,
        ecs::{self, BrokenImage},
        iam,
    },
    watch::{By, Watch},
    world::{self, World},
};

const DEFAULT_ACCOUNT: &str = "123456789012";
const DEFAULT_REGION: &str = "ap-northeast-1";
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
/// - A call takes effect as a whole or not at all.
///
/// # Examples
///
/// ```
/// use serde_json::json;
/// use sss_sandbox::Sandbox;
///
/// let sandbox = Sandbox::in_region("eu-central-1");
/// sandbox.request("ecs", "CreateCluster", &json!({ "clusterName": "shop" })).expect("a new name");
/// assert_eq!(sandbox.request("ecs", "ListClusters", &json!({})).expect("clusters")["clusterArns"],
///     json!(["arn:aws:ecs:eu-central-1:123456789012:cluster/shop"]));
/// ```
#[derive(Debug, Clone)]
pub struct Sandbox {
    account: Arc<Mutex<Account>>,
    /// IAM's part of the account, which all of its regions share. The world has it while the account is locked.
    iam: Arc<Mutex<iam::State>>,
    latency: Option<Duration>,
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
        Self { iam, latency: self.latency, ..Self::of(world) }
    }

    /// Loads an account that [`Sandbox::save`] wrote.
    ///
    /// Its time continues at the time of the save. Calls, faults, quotas and factors are not part of a saved account.
    ///
    /// # Errors
    ///
    /// If `json` is not a saved account.
    ///
    /// # Examples
    ///
    /// ```
    /// use sss_sandbox::Sandbox;
    ///
    /// let saved = Sandbox::new().save();
    /// assert_eq!(Sandbox::load(&saved).expect("a saved account").save(), saved);
    /// assert!(Sandbox::load(b"{}").is_err());
    /// ```
    pub fn load(json: &[u8]) -> Result<Self, Error> {
        serde_json::from_slice(json).map(Self::of).map_err(|source| Error { source })
    }

    fn of(mut world: World) -> Self {
        let iam = world.iam.take();
        Self {
            account: Arc::new(Mutex::new(Account::new(world))),
            iam: Arc::new(Mutex::new(iam)),
            latency: None,
        }
    }

    /// Returns the account as readable JSON.
    ///
    /// Two accounts with the same content give the same bytes. The JSON holds every value in plain text, secrets too;
    /// [`Sandbox::save_concealed`] replaces them.
    pub fn save(&self) -> Vec<u8> {
        self.save_concealed(|_, value| value.to_owned())
    }

    /// Returns the account as readable JSON, with replacements for values that may be secret.
    ///
    /// `conceal` gets the name and the value of each variable, log option and label of a container, each variable of a
    /// stage, each parameter of an integration, and each parameter of Parameter Store, by the last part of its name. It
    /// returns the replacement. An account that loads the JSON has the replacements for its values.
    #[expect(clippy::missing_panics_doc, reason = "a world can always be written")]
    pub fn save_concealed(&self, conceal: impl Fn(&str, &str) -> String) -> Vec<u8> {
        let mut account = self.lock();
        account.catch_up();
        let mut world = account.world.clone();
        for replace in services::ALL.iter().filter_map(|service| service.conceal) {
            replace(&mut world, &conceal);
        }
        let mut json = serde_json::to_vec_pretty(&world).expect("a world has only string keys");
        json.push(b'\n');
        json
    }

    /// Makes the account's time pass `factor` times as fast as tokio's.
    #[must_use]
    pub fn with_factor(self, factor: f64) -> Self {
        self.lock().clock.set_factor(factor);
        self
    }

    /// Sets the time that each call takes through this handle and its clones.
    ///
    /// The default is 50 ms in process. Over TCP it is zero, because the connection has its own latency.
    #[must_use]
    pub fn latency(self, latency: Duration) -> Self {
        Self { latency: Some(latency), ..self }
    }

    /// Sets the delays of what is eventually consistent at AWS.
    ///
    /// The default is [`Delays::default`].
    #[must_use]
    pub fn with_delays(self, delays: Delays) -> Self {
        self.lock().world.set_delays(delays);
        self
    }

    /// Lifts the quotas on calls over HTTP.
    ///
    /// By default the sandbox keeps AWS's documented quotas and refuses calls above them, as AWS does. [`quotas`](crate::quotas)
    /// returns those of a call.
    #[must_use]
    pub fn without_quotas(self) -> Self {
        self.lock().quotas = None;
        self
    }

    /// Sets the faults of calls over HTTP, as [`Sandbox::set_faults`] does.
    #[must_use]
    pub fn with_faults(self, faults: Faults) -> Self {
        self.set_faults(faults);
        self
    }

    /// Sets the faults of calls over HTTP from now on.
    ///
    /// They replace earlier faults, which forget their counts. A crashed caller is replaced by a new one. Calls by
    /// [`Sandbox::request`] never meet a fault.
    pub fn set_faults(&self, faults: Faults) {
        self.lock().set_faults(faults);
    }

    /// Removes all faults. A crashed caller is replaced by a new one.
    pub fn clear_faults(&self) {
        self.set_faults(Faults::default());
    }

    /// Waits until a fault has crashed the caller.
    ///
    /// A test that then drops the caller's work has killed it between two calls, or during one. The method returns at once if
    /// the caller has crashed already.
    #[expect(clippy::missing_panics_doc, reason = "the account outlives the handle")]
    pub async fn crashed(&self) {
        let mut crashed = self.lock().crashed();
        crashed.wait_for(|crashed| *crashed).await.expect("the account keeps the sender");
    }

    /// Breaks an image for all containers that start from now on.
    pub fn break_image(&self, image: &str, how: BrokenImage) {
        ecs::break_image(&mut self.lock().world, image, how);
    }

    /// Makes a broken image work for all containers that start from now on.
    pub fn mend_image(&self, image: &str) {
        ecs::mend_image(&mut self.lock().world, image);
    }

    /// Makes the next new VPC link end as `FAILED` with this status message.
    pub fn fail_next_vpc_link(&self, message: &str) {
        apigateway::fail_next(&mut self.lock().world, message);
    }

    /// Refuses new VPC links in an availability zone, by its id, such as `apne1-az4`.
    ///
    /// Some zones have none by default, as at AWS.
    pub fn allow_no_vpc_links_in(&self, zone_id: &str) {
        apigateway::allow_no_links_in(&mut self.lock().world, zone_id);
    }

    /// Returns a configuration for the AWS SDK. All of its clients talk to this account and to nothing else.
    ///
    /// It has credentials, region, HTTP client, a timer and the SDK's standard retries. Use [`Sandbox::http_client`] for a
    /// configuration with other settings.
    ///
    /// ```
    /// use sss_sandbox::Sandbox;
    ///
    /// let config = Sandbox::new().sdk_config();
    /// assert_eq!(config.region().map(AsRef::as_ref), Some("ap-northeast-1"));
    /// ```
    pub fn sdk_config(&self) -> SdkConfig {
        let credentials = Credentials::new("AKIASANDBOXSANDBOX00", "sandbox", None, None, "sandbox");
        SdkConfig::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new(self.region()))
            .credentials_provider(SharedCredentialsProvider::new(credentials))
            .endpoint_url("http://sandbox.invalid")
            .http_client(self.http_client())
            .sleep_impl(TokioSleep::new())
            .retry_config(RetryConfig::standard())
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

    /// Forgets the recorded calls.
    pub fn reset_calls(&self) {
        self.lock().calls.clear();
    }

    /// Returns the account's time, in milliseconds since the Unix epoch.
    pub fn now(&self) -> u64 {
        self.lock().clock.now()
    }

    /// Puts the account's time forward. All events that are then due happen.
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
    /// The call takes no time, meets no fault and no quota, and is not recorded. `service` is the signing name: `apigateway`,
    /// `ec2`, `ecs`, `iam`, `logs`, `servicediscovery`, `ssm`, `sts` or `tagging`. `input` has the members of AWS's API with
    /// their names on the wire. For API Gateway, parameters of path and query are members too; for EC2, IAM and STS, numbers
    /// and flags are text.
    ///
    /// # Errors
    ///
    /// AWS's error code and message, if AWS would refuse the call. The code is `UnknownService` if the sandbox does not have
    /// the service.
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

    /// Returns the account's number.
    pub fn account(&self) -> String {
        self.lock().world.account.clone()
    }

    /// Returns the account's region.
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
    /// A fault can break the connection, or leave the caller without an answer for ever.
    pub(crate) async fn answer(
        &self,
        request: &Request<Bytes>,
        latency: Duration,
    ) -> io::Result<Response<Bytes>> {
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

    // A call that panicked leaves the account as it was at that moment, and later calls can still read it.
    fn lock(&self) -> Entered<'_> {
        let account = self.account.lock().unwrap_or_else(PoisonError::into_inner);
        let iam = self.iam.lock().unwrap_or_else(PoisonError::into_inner);
        Entered::new(account, iam)
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

/// The error of [`Sandbox::load`]: the bytes are not a saved account.
///
/// Its source says where the JSON differs.
#[derive(Debug)]
pub struct Error {
    source: serde_json::Error,
}

impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("not a saved sandbox")
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.source)
    }
}

#[cfg(test)]
mod tests;

//! The account that tests, demos and benches work on.

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
/// A clone is another handle on the same account. See the [crate's documentation](crate) for an example.
#[derive(Debug, Clone)]
pub struct Sandbox {
    account: Arc<Mutex<Account>>,
    /// What the account holds of IAM, which is one for all of its regions. The world has it while somebody works on it.
    iam: Arc<Mutex<iam::State>>,
    latency: Option<Duration>,
}

impl Sandbox {
    /// A new account, 123456789012 in ap-northeast-1. It holds a VPC with private subnets in three zones and its
    /// default security group, with the same ids every time.
    pub fn new() -> Self {
        Self::in_region(DEFAULT_REGION)
    }

    /// A new account in another region.
    pub fn in_region(region: &str) -> Self {
        Self::of(World::new(DEFAULT_ACCOUNT, region, BEGINNING))
    }

    /// Another region of the same account. IAM is one for all regions of an account, so both have the same roles; all else
    /// is the region's own, also time that is put forward.
    ///
    /// # Panics
    ///
    /// When the region is of another partition: accounts are of one.
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

    /// Takes up an account that [`Sandbox::save`] wrote. Its time goes on from where it was saved.
    ///
    /// # Errors
    ///
    /// When `json` is not what [`Sandbox::save`] wrote.
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

    /// The account as readable JSON. Two accounts with the same content give the same bytes.
    pub fn save(&self) -> Vec<u8> {
        self.save_concealed(|_, value| value.to_owned())
    }

    /// The same, with what `conceal` makes of values that may be secret, by name and value: variables, log options and
    /// labels of containers, variables of stages, parameters of integrations, and those of Parameter Store by the last
    /// part of their names. An account that takes it up has that in their place.
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

    /// Lets the account's time pass `factor` times as fast as tokio's.
    #[must_use]
    pub fn with_factor(self, factor: f64) -> Self {
        self.lock().clock.set_factor(factor);
        self
    }

    /// Lets each call through this handle and its clones take this long: 50 ms when nothing is said, and no time
    /// over TCP, where the connection has its own.
    #[must_use]
    pub fn latency(self, latency: Duration) -> Self {
        Self { latency: Some(latency), ..self }
    }

    /// Lets AWS be as late as this.
    #[must_use]
    pub fn with_delays(self, delays: Delays) -> Self {
        self.lock().world.set_delays(delays);
        self
    }

    /// Lets callers over HTTP call as often as they like. Otherwise they are held to AWS's documented quotas, and what
    /// is too much is refused as AWS refuses it.
    #[must_use]
    pub fn without_quotas(self) -> Self {
        self.lock().quotas = None;
        self
    }

    /// Lets faults happen to the calls over HTTP from now on.
    #[must_use]
    pub fn with_faults(self, faults: Faults) -> Self {
        self.set_faults(faults);
        self
    }

    /// Lets these faults happen to the calls over HTTP from now on, in the place of others, which forget what they
    /// have counted. A caller that has crashed is succeeded by a new one.
    pub fn set_faults(&self, faults: Faults) {
        self.lock().set_faults(faults);
    }

    /// Lets nothing go wrong from now on. A caller that has crashed is succeeded by a new one.
    pub fn clear_faults(&self) {
        self.set_faults(Faults::default());
    }

    /// Waits until a fault has let the caller crash. Whoever drops the caller's work then has killed it between two
    /// calls, or with a call under way.
    #[expect(clippy::missing_panics_doc, reason = "the account outlives the handle")]
    pub async fn crashed(&self) {
        let mut crashed = self.lock().crashed();
        crashed.wait_for(|crashed| *crashed).await.expect("the account keeps the sender");
    }

    /// Breaks an image, for containers that are started from now on.
    pub fn break_image(&self, image: &str, how: BrokenImage) {
        ecs::break_image(&mut self.lock().world, image, how);
    }

    /// Lets an image work that was broken.
    pub fn mend_image(&self, image: &str) {
        ecs::mend_image(&mut self.lock().world, image);
    }

    /// Lets the next VPC link that is created end as FAILED, with this status message.
    pub fn fail_next_vpc_link(&self, message: &str) {
        apigateway::fail_next(&mut self.lock().world, message);
    }

    /// Lets there be no new VPC links in an availability zone, by its id, such as `apne1-az4`.
    pub fn allow_no_vpc_links_in(&self, zone_id: &str) {
        apigateway::allow_no_links_in(&mut self.lock().world, zone_id);
    }

    /// A configuration of which every SDK client talks to this account.
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

    /// The account as the SDK's HTTP client, for a configuration of one's own.
    pub fn http_client(&self) -> SharedHttpClient {
        SharedHttpClient::new(client::Client::new(self.clone(), self.latency.unwrap_or(DEFAULT_LATENCY)))
    }

    /// The calls that came over HTTP since the start, or since [`Sandbox::reset_calls`], in their order. Calls
    /// by [`Sandbox::request`] are not among them. A sandbox that is [served](crate::serve) keeps the last 20 000 at least.
    pub fn calls(&self) -> Vec<Call> {
        self.lock().calls.clone()
    }

    /// Forgets the calls so far.
    pub fn reset_calls(&self) {
        self.lock().calls.clear();
    }

    /// The account's time, in milliseconds since the Unix epoch.
    pub fn now(&self) -> u64 {
        self.lock().clock.now()
    }

    /// Puts the account's time forward.
    pub fn advance(&self, by: Duration) {
        let mut account = self.lock();
        account.clock.advance(by);
        account.catch_up();
    }

    /// Watches which requests reach a task and which tasks stop, from now until [`Watch::end`].
    pub fn watch(&self) -> Watch {
        Watch::begin(Arc::clone(&self.account))
    }

    /// Makes one call at once, past HTTP and without a record, as somebody else who works on the account.
    ///
    /// The service is the name that requests are signed with (`ecs`, `servicediscovery`, `apigateway`, `iam`,
    /// `ec2`, `logs`, `ssm`, `tagging`, `sts`). The input has the members of AWS's API with their names on the wire;
    /// for API Gateway, path and query parameters are members like all others.
    ///
    /// # Errors
    ///
    /// AWS's error code and message.
    pub fn request(&self, service: &str, operation: &str, input: &Value) -> Result<Value, (String, String)> {
        let mut account = self.lock();
        account.catch_up();
        services::signed_as(service)
            .ok_or_else(|| Refusal::new("UnknownService", format!("unknown service {service}")))
            .and_then(|service| account.call(By::Hand, service, operation, input))
            .map_err(|refusal| (refusal.code.to_owned(), refusal.message))
    }

    /// The id of the VPC of every new account.
    pub fn vpc_id(&self) -> String {
        world::VPC_ID.to_owned()
    }

    /// The ids of the VPC's private subnets, one in each of three zones.
    pub fn private_subnet_ids(&self) -> Vec<String> {
        world::PRIVATE_SUBNET_IDS.map(str::to_owned).to_vec()
    }

    /// The id of the VPC's default security group.
    pub fn default_security_group_id(&self) -> String {
        world::DEFAULT_SECURITY_GROUP_ID.to_owned()
    }

    /// The account's number.
    pub fn account(&self) -> String {
        self.lock().world.account.clone()
    }

    /// The account's region.
    pub fn region(&self) -> String {
        self.lock().world.region.clone()
    }

    /// Lets no call end the process or leave half of its effect behind, and forgets old calls.
    pub(crate) fn guard(&self) {
        self.lock().guarded = true;
    }

    /// How long a call over TCP takes beside the connection's own time.
    pub(crate) fn latency_over_tcp(&self) -> Duration {
        self.latency.unwrap_or(Duration::ZERO)
    }

    /// Answers one HTTP request, which takes effect after `latency`. A fault may break the connection, or leave the
    /// caller without an answer for ever.
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

    /// A call that panicked leaves the account as it was then; later calls may still look at it.
    fn lock(&self) -> Entered<'_> {
        let account = self.account.lock().unwrap_or_else(PoisonError::into_inner);
        let iam = self.iam.lock().unwrap_or_else(PoisonError::into_inner);
        Entered::new(account, iam)
    }
}

/// A sleep of no length would still wait for the timer.
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

/// What was to be loaded is not a saved account.
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

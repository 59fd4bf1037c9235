//! The state of the simulated account, and its events in time.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use sss_model::Partition;

use crate::{apigateway, cloudmap, delays::Delays, ec2, ecs, iam, logs, random::Random, ssm, tagging};

/// The VPC of every new account.
pub(crate) const VPC_ID: &str = "vpc-0a1b2c3d4e5f60718";

/// The private subnets of that VPC, one in each zone.
pub(crate) const PRIVATE_SUBNET_IDS: [&str; 3] =
    ["subnet-0a1b2c3d4e5f60001", "subnet-0a1b2c3d4e5f60002", "subnet-0a1b2c3d4e5f60003"];

/// The default security group of that VPC.
pub(crate) const DEFAULT_SECURITY_GROUP_ID: &str = "sg-0a1b2c3d4e5f60000";

/// One account in one region, with everything in it. Time is virtual: milliseconds since the Unix epoch.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct World {
    pub(crate) account: String,
    pub(crate) region: String,
    pub(crate) now: u64,
    #[serde(default)]
    pub(crate) delays: Delays,
    counter: u64,
    #[serde(with = "event_list")]
    events: BTreeMap<(u64, u64), Event>,
    pub(crate) apigateway: apigateway::State,
    pub(crate) cloudmap: cloudmap::State,
    pub(crate) ec2: ec2::State,
    pub(crate) ecs: ecs::State,
    pub(crate) iam: iam::State,
    pub(crate) logs: logs::State,
    #[serde(default)]
    pub(crate) ssm: ssm::State,
    #[serde(default)]
    pub(crate) tagging: tagging::State,
}

/// What happens later by itself. Each service names its own.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) enum Event {
    ApiGateway(apigateway::Event),
    CloudMap(cloudmap::Event),
    Ec2(ec2::Event),
    Ecs(ecs::Event),
}

impl Event {
    /// Its name and its object, for a reader of a report.
    pub(crate) fn name(&self) -> String {
        format!("{self:?}")
    }
}

impl World {
    /// A new account. It holds what a stack takes for granted: a VPC with private subnets in three zones and
    /// its default security group.
    pub(crate) fn new(account: &str, region: &str, now: u64) -> Self {
        Self {
            account: account.to_owned(),
            region: region.to_owned(),
            now,
            delays: Delays::default(),
            counter: 0,
            events: BTreeMap::new(),
            apigateway: apigateway::State::default(),
            cloudmap: cloudmap::State::default(),
            ec2: ec2::State::new(account, region),
            ecs: ecs::State::default(),
            iam: iam::State::new(Partition::of_region(region)),
            logs: logs::State::default(),
            ssm: ssm::State::default(),
            tagging: tagging::State::default(),
        }
    }

    /// Lets AWS be as late as this from now on.
    pub(crate) fn set_delays(&mut self, delays: Delays) {
        self.delays = delays;
        tagging::learn(self);
    }

    /// Lets an event happen `after` milliseconds from now.
    pub(crate) fn schedule(&mut self, after: u64, event: Event) {
        let number = self.next_number();
        self.events.insert((self.now + after, number), event);
    }

    /// Moves time forward; whatever is due happens, in its order, at its own time.
    #[cfg(test)]
    pub(crate) fn advance(&mut self, now: u64) {
        while self.step(now).is_some() {}
    }

    /// Lets the first event that is due by `now` happen, and returns it. Without such an event, moves time to `now`.
    pub(crate) fn step(&mut self, now: u64) -> Option<Event> {
        let Some(entry) = self.events.first_entry().filter(|entry| entry.key().0 <= now) else {
            self.now = self.now.max(now);
            return None;
        };
        let ((due, _), event) = entry.remove_entry();
        self.now = self.now.max(due);
        tagging::catch_up(self);
        match event.clone() {
            Event::ApiGateway(event) => apigateway::happen(self, event),
            Event::CloudMap(event) => cloudmap::happen(self, event),
            Event::Ec2(event) => ec2::happen(self, event),
            Event::Ecs(event) => ecs::happen(self, event),
        }
        tagging::change(self);
        Some(event)
    }

    /// The next number of this world; two are never the same.
    pub(crate) fn next_number(&mut self) -> u64 {
        self.counter += 1;
        self.counter
    }

    /// A new id of `length` characters out of `alphabet`: looks random, is the same in every run.
    pub(crate) fn new_id(&mut self, alphabet: &[u8], length: usize) -> String {
        id(self.next_number(), alphabet, length)
    }

    /// A new id in lower-case hexadecimal.
    pub(crate) fn new_hex(&mut self, length: usize) -> String {
        self.new_id(HEXADECIMAL, length)
    }

    /// A new id in lower-case letters and digits, as API Gateway's and Cloud Map's.
    pub(crate) fn new_alphanumeric(&mut self, length: usize) -> String {
        self.new_id(b"0123456789abcdefghijklmnopqrstuvwxyz", length)
    }

    /// A new id in the form of a UUID.
    pub(crate) fn new_uuid(&mut self) -> String {
        uuid(self.next_number())
    }

    /// An ARN in this account and region.
    pub(crate) fn arn(&self, service: &str, resource: &str) -> String {
        self.partition().arn(service, &self.region, &self.account, resource)
    }

    /// An ARN in this account and in no region.
    pub(crate) fn global_arn(&self, service: &str, resource: &str) -> String {
        self.partition().arn(service, "", &self.account, resource)
    }

    /// The ARN of the only caller.
    pub(crate) fn caller_arn(&self) -> String {
        self.global_arn("iam", "user/sandbox")
    }

    /// The partition of the region.
    pub(crate) fn partition(&self) -> &'static Partition {
        Partition::of_region(&self.region)
    }

    /// Another region of the same account, with nothing in it but its own VPC.
    pub(crate) fn beside(&self, region: &str) -> Self {
        let mut other = Self::new(&self.account, region, self.now);
        // What two regions make never has one id, so that a role of one is no role of the other.
        other.counter = self.counter + (1 << 32);
        other
    }
}

/// The digits of lower-case hexadecimal ids.
pub(crate) const HEXADECIMAL: &[u8] = b"0123456789abcdef";

/// The id of `length` characters out of `alphabet` that belongs to a number.
pub(crate) fn id(number: u64, alphabet: &[u8], length: usize) -> String {
    // Ids only have to differ and to look like AWS's.
    let mut random = Random::seeded(number.wrapping_mul(0xD134_2543_DE82_EF95));
    (0..length)
        .map(|_| {
            let index =
                usize::try_from(random.next() % alphabet.len() as u64).expect("an index into an alphabet");
            char::from(alphabet[index])
        })
        .collect()
}

/// The id in the form of a UUID that belongs to a number.
pub(crate) fn uuid(number: u64) -> String {
    let hex = id(number, HEXADECIMAL, 32);
    [&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]].join("-")
}

/// JSON maps need string keys; the queue is written as a list.
mod event_list {
    use std::collections::BTreeMap;

    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use super::Event;

    pub(super) fn serialize<S: Serializer>(
        events: &BTreeMap<(u64, u64), Event>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        events.iter().collect::<Vec<_>>().serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<BTreeMap<(u64, u64), Event>, D::Error> {
        Ok(Vec::<((u64, u64), Event)>::deserialize(deserializer)?.into_iter().collect())
    }
}

//! The state of the simulated account, and its events in time.
//!
//! A [`World`] is a value: it can be cloned, compared, saved and loaded, and it knows neither clocks nor
//! callers. Its time moves only when somebody moves it. AWS's later changes are *events* in a queue, ordered
//! by their time and then by the order in which they were scheduled.
//!
//! # Guarantees
//!
//! - The same calls at the same times lead to the same world. Ids follow from a counter and look random.
//! - Events happen in their order, each at its own time. An event that follows from another one happens in
//!   the same advance if it is due.
//!
//! The macro below builds the fields and the events out of the list of services, so a new service changes
//! nothing here. `account` adds a clock, quotas and faults to a world.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use sss_model::Partition;

use crate::{
    delays::Delays,
    random::Random,
    services::{self, services, tagging},
    web,
};

/// The VPC of every new account.
pub(crate) const VPC_ID: &str = "vpc-0a1b2c3d4e5f60718";

/// The private subnets of that VPC, one in each zone.
pub(crate) const PRIVATE_SUBNET_IDS: [&str; 3] =
    ["subnet-0a1b2c3d4e5f60001", "subnet-0a1b2c3d4e5f60002", "subnet-0a1b2c3d4e5f60003"];

/// The default security group of that VPC.
pub(crate) const DEFAULT_SECURITY_GROUP_ID: &str = "sg-0a1b2c3d4e5f60000";

macro_rules! world {
    ($($service:ident { $($(#[$saved:meta])* $state:ident $(, events $event:ident)?)? }),+ $(,)?) => {
        /// One account in one region, with its objects. Time is virtual: milliseconds since the Unix epoch.
        #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
        pub(crate) struct World {
            pub(crate) account: String,
            pub(crate) region: String,
            pub(crate) now: u64,
            #[serde(default)]
            pub(crate) delays: Delays,
            #[serde(default)]
            pub(crate) web: web::State,
            /// The caller of the call that is being carried out. `None` stands for the user.
            #[serde(skip)]
            pub(crate) caller: Option<Caller>,
            counter: u64,
            #[serde(with = "event_list")]
            events: BTreeMap<(u64, u64), Event>,
            $($($(#[$saved])* pub(crate) $service: services::$service::$state,)?)+
        }

        /// A later change that AWS makes by itself. Each service names its own.
        #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
        pub(crate) enum Event {
            $($($($event(services::$service::Event),)?)?)+
        }

        impl World {
            fn empty(account: &str, region: &str, now: u64) -> Self {
                Self {
                    account: account.to_owned(),
                    region: region.to_owned(),
                    now,
                    delays: Delays::default(),
                    web: web::State::default(),
                    caller: None,
                    counter: 0,
                    events: BTreeMap::new(),
                    $($($service: services::$service::$state::default(),)?)+
                }
            }

            fn happen(&mut self, event: Event) {
                match event {
                    $($($(Event::$event(event) => services::$service::happen(self, event),)?)?)+
                }
            }
        }
    };
}
services!(world);

/// A caller that is a session of a role.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Caller {
    /// The ARN of the session.
    pub(crate) arn: String,
    /// The unique id of the role, and the name of the session.
    pub(crate) id: String,
}

impl Event {
    /// Returns the event's name and object, for a report.
    pub(crate) fn name(&self) -> String {
        format!("{self:?}")
    }
}

impl World {
    /// Creates an account with the objects that every new account has, such as a VPC with private subnets.
    ///
    /// `now` is the time in milliseconds since the Unix epoch.
    pub(crate) fn new(account: &str, region: &str, now: u64) -> Self {
        let mut world = Self::empty(account, region, now);
        for furnish in services::ALL.iter().filter_map(|service| service.furnish) {
            furnish(&mut world);
        }
        world
    }

    /// Sets the delays of what is eventually consistent.
    ///
    /// The tagging API learns the account as it is at this moment.
    pub(crate) fn set_delays(&mut self, delays: Delays) {
        self.delays = delays;
        tagging::learn(self);
    }

    /// Schedules an event for `after` milliseconds from now.
    ///
    /// Events at the same time happen in the order in which they were scheduled. No event can be cancelled,
    /// so each examines its object when it happens.
    pub(crate) fn schedule(&mut self, after: u64, event: Event) {
        let number = self.next_number();
        self.events.insert((self.now + after, number), event);
    }

    /// Moves time forward. Due events happen in their order, each at its own time.
    #[cfg(test)]
    pub(crate) fn advance(&mut self, now: u64) {
        while self.step(now).is_some() {}
    }

    /// Carries out the first event that is due by `now` and returns it.
    ///
    /// Without such an event, it moves time to `now` and returns `None`. Time never moves back.
    pub(crate) fn step(&mut self, now: u64) -> Option<Event> {
        let Some(entry) = self.events.first_entry().filter(|entry| entry.key().0 <= now) else {
            self.now = self.now.max(now);
            return None;
        };
        let ((due, _), event) = entry.remove_entry();
        self.now = self.now.max(due);
        self.before_change();
        self.happen(event.clone());
        self.after_change();
        Some(event)
    }

    /// Tells the tagging API that objects may change next. It must run before every change.
    pub(crate) fn before_change(&mut self) {
        tagging::catch_up(self);
    }

    /// Tells the tagging API that objects may have changed.
    pub(crate) fn after_change(&mut self) {
        tagging::change(self);
    }

    /// Returns a number that this world has not returned before. All ids come from it.
    pub(crate) fn next_number(&mut self) -> u64 {
        self.counter += 1;
        self.counter
    }

    /// Returns a new id of `length` characters out of `alphabet`. It looks random and is the same in every
    /// run.
    ///
    /// Two ids of the same alphabet and length can be equal only by chance, as at AWS.
    pub(crate) fn new_id(&mut self, alphabet: &[u8], length: usize) -> String {
        id(self.next_number(), alphabet, length)
    }

    /// Returns a new id in lower-case hexadecimal.
    pub(crate) fn new_hex(&mut self, length: usize) -> String {
        self.new_id(HEXADECIMAL, length)
    }

    /// Returns a new id in lower-case letters and digits.
    pub(crate) fn new_alphanumeric(&mut self, length: usize) -> String {
        self.new_id(b"0123456789abcdefghijklmnopqrstuvwxyz", length)
    }

    /// Returns a new UUID.
    pub(crate) fn new_uuid(&mut self) -> String {
        uuid(self.next_number())
    }

    /// Returns an ARN in this account and region.
    pub(crate) fn arn(&self, service: &str, resource: &str) -> String {
        self.partition().arn(service, &self.region, &self.account, resource)
    }

    /// Returns an ARN in this account and in no region.
    pub(crate) fn global_arn(&self, service: &str, resource: &str) -> String {
        self.partition().arn(service, "", &self.account, resource)
    }

    /// Returns the ARN of the caller: the session of a role, or the user.
    pub(crate) fn caller_arn(&self) -> String {
        let user = || self.global_arn("iam", "user/sandbox");
        self.caller.as_ref().map_or_else(user, |caller| caller.arn.clone())
    }

    /// Returns the unique id of the caller.
    pub(crate) fn caller_id(&self) -> &str {
        self.caller.as_ref().map_or("AIDASANDBOXSANDBOX00", |caller| &caller.id)
    }

    /// Returns the partition of the region.
    pub(crate) fn partition(&self) -> &'static Partition {
        Partition::of_region(&self.region)
    }

    /// Creates another region of the same account, with the objects that a new account has, at the same time.
    pub(crate) fn beside(&self, region: &str) -> Self {
        let mut other = Self::new(&self.account, region, self.now);
        // Both regions share IAM's roles, so their ids must differ.
        other.counter = self.counter + (1 << 32);
        other
    }
}

/// The digits of lower-case hexadecimal ids.
pub(crate) const HEXADECIMAL: &[u8] = b"0123456789abcdef";

/// Returns the id of `length` characters out of `alphabet` that belongs to a number.
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

/// Returns the UUID that belongs to a number.
pub(crate) fn uuid(number: u64) -> String {
    let hex = id(number, HEXADECIMAL, 32);
    [&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]].join("-")
}

/// The queue of events as a list, because keys of JSON objects are strings.
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

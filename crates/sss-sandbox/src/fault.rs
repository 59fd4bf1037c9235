//! Faults of calls, by a script that is the same in every run.
//!
//! A list of [`Rule`]s says which calls over HTTP meet which [`Fault`]. Rules count calls, or draw them by a
//! probability with a seed, so a failure can be repeated from its script and seed. Calls by
//! [`Sandbox::request`](crate::Sandbox::request) never meet a fault.
//!
//! AWS breaks connections and throttles in these ways (aws-sdk-js#1014; tfp#40575, of
//! hashicorp/terraform-provider-aws). Answers that end in the middle are not simulated.

mod script;
#[cfg(test)]
mod tests;

use serde::Deserialize;

use crate::random::Random;

/// A fault of a call over HTTP.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Fault {
    /// The connection breaks before the call takes effect. The client cannot tell this from a lost answer.
    Before,
    /// The call takes effect, and the connection breaks before the answer arrives.
    LostAnswer,
    /// The service throttles the call, which takes no effect. The error code is the service's own.
    Throttle,
    /// The service answers with an internal error, and the call takes no effect.
    ServerError,
    /// The service denies the call, as if the caller's policies did not allow it.
    AccessDenied,
    /// The service refuses the call with this code and message, and the call takes no effect.
    ///
    /// Use it for refusals whose reasons the sandbox does not have, such as a blocked account. Scripts cannot name it.
    #[serde(skip)]
    Refused(Words),
    /// The answer is late.
    Slow {
        /// The additional time, in milliseconds of the client's time.
        ms: u64,
    },
    /// The caller dies: neither this call nor a later one takes effect or gets an answer.
    Crash,
    /// The caller dies, but this call still takes effect.
    CrashAfter,
}

/// The code and the words of a refusal, for [`Fault::refused`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Words {
    pub(crate) code: &'static str,
    pub(crate) message: &'static str,
}

impl Fault {
    /// Returns the fault of a refusal with this code and message.
    ///
    /// ```
    /// use sss_sandbox::{Fault, Faults, Rule};
    ///
    /// let blocked = Fault::refused("BlockedException", "Your account has been blocked.");
    /// let faults = Faults::default().with(Rule::new(blocked).operation("UpdateService"));
    /// ```
    pub fn refused(code: &'static str, message: &'static str) -> Self {
        Self::Refused(Words { code, message })
    }
}

/// A fault, and the calls that meet it.
///
/// A new rule is about every call. Its methods narrow it to a service, an operation, and some of their calls.
///
/// In a script a rule is an object such as
/// `{"service": "ecs", "operation": "CreateService", "nth": 2, "fault": "lost_answer"}`. `every` or
/// `probability` can take the place of `nth`. Only `fault` is required.
///
/// # Examples
///
/// ```
/// use sss_sandbox::{Fault, Rule};
///
/// let script = r#"{"service": "ecs", "nth": 2, "fault": {"slow": {"ms": 500}}}"#;
/// let read: Rule = serde_json::from_str(script).expect("a valid rule");
/// assert_eq!(read, Rule::new(Fault::Slow { ms: 500 }).service("ecs").nth(2));
/// ```
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(try_from = "script::Line")]
pub struct Rule {
    /// The fault of the chosen calls.
    fault: Fault,
    /// The signing name. `None` stands for every service.
    service: Option<String>,
    /// The operation. `None` stands for every operation.
    operation: Option<String>,
    occurrence: Occurrence,
}

/// The calls of a rule that meet the fault.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Occurrence {
    /// Every call.
    Always,
    /// The call of this number, counted from one.
    Nth(u64),
    /// Every call whose number is a multiple of this one.
    Every(u64),
    /// Each call with this probability, from 0 to 1.
    Probability(f64),
}

impl Rule {
    /// Creates a rule that lets every call meet the fault.
    pub fn new(fault: Fault) -> Self {
        Self { fault, service: None, operation: None, occurrence: Occurrence::Always }
    }

    /// Narrows the rule to calls of this service, by its signing name.
    #[must_use]
    pub fn service(self, name: &str) -> Self {
        Self { service: Some(name.to_owned()), ..self }
    }

    /// Narrows the rule to calls of this operation.
    #[must_use]
    pub fn operation(self, name: &str) -> Self {
        Self { operation: Some(name.to_owned()), ..self }
    }

    /// Narrows the rule to one of its calls, by number. The first call has the number 1.
    ///
    /// It replaces an earlier choice of calls, and so do [`Rule::every`] and [`Rule::probability`].
    #[must_use]
    pub fn nth(self, number: u64) -> Self {
        Self { occurrence: Occurrence::Nth(number), ..self }
    }

    /// Narrows the rule to every call whose number is a multiple of `interval`. With 0, no call meets the
    /// fault.
    #[must_use]
    pub fn every(self, interval: u64) -> Self {
        Self { occurrence: Occurrence::Every(interval), ..self }
    }

    /// Narrows the rule to some of its calls, each with a probability from 0 to 1.
    ///
    /// The seed of [`Faults::with_seed`] chooses them.
    #[must_use]
    pub fn probability(self, probability: f64) -> Self {
        Self { occurrence: Occurrence::Probability(probability), ..self }
    }

    /// Returns whether the rule counts a call.
    fn is_about(&self, service: &str, operation: &str) -> bool {
        self.service.as_deref().is_none_or(|name| name == service)
            && self.operation.as_deref().is_none_or(|name| name == operation)
    }
}

/// The faults of a sandbox: a list of rules and a seed.
///
/// A call meets the fault of the first rule that chooses it. Every rule counts every call that it is about.
///
/// A script is a JSON list of rules:
///
/// ```
/// use sss_sandbox::{Fault, Faults, Rule, Sandbox};
///
/// let script = r#"[{ "operation": "CreateVpcLink", "nth": 1, "fault": "lost_answer" }]"#;
/// let read: Faults = serde_json::from_str(script).expect("a valid script");
/// let written = Faults::default().with(Rule::new(Fault::LostAnswer).operation("CreateVpcLink").nth(1));
/// assert_eq!(read, written);
///
/// let sandbox = Sandbox::new().with_faults(read);
/// ```
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(from = "Vec<Rule>")]
pub struct Faults {
    seed: u64,
    rules: Vec<Rule>,
}

impl From<Vec<Rule>> for Faults {
    fn from(rules: Vec<Rule>) -> Self {
        Self { seed: 0, rules }
    }
}

impl Faults {
    /// Sets the seed that chooses the calls of rules with a probability. The default is 0.
    ///
    /// ```
    /// use sss_sandbox::{Fault, Faults, Rule};
    ///
    /// let flaky = |seed| Faults::default().with(Rule::new(Fault::ServerError).probability(0.1)).with_seed(seed);
    /// assert_eq!(flaky(7), flaky(7));
    /// assert_ne!(flaky(7), flaky(8));
    /// ```
    #[must_use]
    pub fn with_seed(self, seed: u64) -> Self {
        Self { seed, ..self }
    }

    /// Adds a rule. If several rules choose a call, the earliest one wins.
    #[must_use]
    pub fn with(mut self, rule: Rule) -> Self {
        self.rules.push(rule);
        self
    }

    /// Returns faults that kill the caller after the answer to its call of this number. No later call takes effect.
    ///
    /// [`Sandbox::crashed`](crate::Sandbox::crashed) tells when the caller makes its next call.
    pub fn crash_after(calls: u64) -> Self {
        Self::default().with(Rule::new(Fault::Crash).nth(calls + 1))
    }

    /// Returns faults that kill the caller during its call of this number. That call still takes effect.
    pub fn crash_within(calls: u64) -> Self {
        Self::default().with(Rule::new(Fault::CrashAfter).nth(calls))
    }
}

/// Rules with their counts, for the calls of one caller.
#[derive(Debug, Default)]
pub(crate) struct Injector(Vec<Watch>);

/// A rule with the number of calls that it has counted, and its own generator.
#[derive(Debug)]
struct Watch {
    rule: Rule,
    seen: u64,
    random: Random,
}

impl Injector {
    /// Creates rules that have counted no call.
    pub(crate) fn new(faults: Faults) -> Self {
        let mut seeds = Random::seeded(faults.seed);
        let watch = |rule| Watch { rule, seen: 0, random: Random::seeded(seeds.next()) };
        Self(faults.rules.into_iter().map(watch).collect())
    }

    /// Returns the fault of the next call. `None` if no rule chooses it.
    pub(crate) fn next(&mut self, service: &str, operation: &str) -> Option<Fault> {
        let about = self.0.iter_mut().filter(|watch| watch.rule.is_about(service, operation));
        // Each rule counts and draws, also for a call that an earlier rule has chosen.
        let faults: Vec<Fault> = about.filter_map(Watch::next).collect();
        faults.first().copied()
    }
}

impl Watch {
    /// Counts a call and returns the fault if the rule chooses it.
    fn next(&mut self) -> Option<Fault> {
        self.seen += 1;
        let happens = match self.rule.occurrence {
            Occurrence::Always => true,
            Occurrence::Nth(number) => self.seen == number,
            Occurrence::Every(interval) => self.seen.is_multiple_of(interval),
            Occurrence::Probability(probability) => self.random.happens(probability),
        };
        happens.then_some(self.rule.fault)
    }
}

//! What goes wrong with calls, by a script that is the same in every run.

mod script;
#[cfg(test)]
mod tests;

use serde::Deserialize;

use crate::random::Random;

/// What happens to a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Fault {
    /// The connection breaks before the call takes effect.
    Before,
    /// The call takes effect, and the connection breaks before the answer is through.
    LostAnswer,
    /// The service refuses the call as one too many.
    Throttle,
    /// The service fails, and the call takes no effect.
    ServerError,
    /// The caller is not allowed to make the call.
    AccessDenied,
    /// The answer comes this much later than others.
    Slow {
        /// In milliseconds of the client's time.
        ms: u64,
    },
    /// The caller is dead: neither this call nor a later one takes effect, and none is ever answered.
    Crash,
    /// The same, but this one call still takes effect.
    CrashAfter,
}

/// Which calls a fault happens to: those of one service or of all, of one operation or of all, every time or at times.
///
/// In a script it is `{"service": "ecs", "operation": "CreateService", "nth": 2, "fault": "lost_answer"}`, with
/// `every` or `probability` in the place of `nth`. Only `fault` has to be there.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(try_from = "script::Line")]
pub struct Rule {
    fault: Fault,
    service: Option<String>,
    operation: Option<String>,
    occurrence: Occurrence,
}

/// Which of the calls that a rule is about meet the fault.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Occurrence {
    Always,
    /// Counted from one.
    Nth(u64),
    Every(u64),
    Probability(f64),
}

impl Rule {
    /// A fault that happens to every call.
    pub fn new(fault: Fault) -> Self {
        Self { fault, service: None, operation: None, occurrence: Occurrence::Always }
    }

    /// Only to calls of this service, by the name that requests to it are signed with.
    #[must_use]
    pub fn service(self, name: &str) -> Self {
        Self { service: Some(name.to_owned()), ..self }
    }

    /// Only to calls of this operation.
    #[must_use]
    pub fn operation(self, name: &str) -> Self {
        Self { operation: Some(name.to_owned()), ..self }
    }

    /// Only to the call of this number among those that the rule is about; the first has the number 1.
    #[must_use]
    pub fn nth(self, number: u64) -> Self {
        Self { occurrence: Occurrence::Nth(number), ..self }
    }

    /// Only to each call of this interval among those that the rule is about.
    #[must_use]
    pub fn every(self, interval: u64) -> Self {
        Self { occurrence: Occurrence::Every(interval), ..self }
    }

    /// Only to some of the calls that the rule is about; to which ones follows from the seed.
    #[must_use]
    pub fn probability(self, probability: f64) -> Self {
        Self { occurrence: Occurrence::Probability(probability), ..self }
    }

    fn is_about(&self, service: &str, operation: &str) -> bool {
        self.service.as_deref().is_none_or(|name| name == service)
            && self.operation.as_deref().is_none_or(|name| name == operation)
    }
}

/// Rules about what goes wrong. To one call happens what the first rule says that meets it; all rules count it.
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
    /// The same rules with another draw of what has a probability.
    #[must_use]
    pub fn with_seed(self, seed: u64) -> Self {
        Self { seed, ..self }
    }

    /// One rule more.
    #[must_use]
    pub fn with(mut self, rule: Rule) -> Self {
        self.rules.push(rule);
        self
    }

    /// The caller dies when so many calls have taken effect and have been answered: none after them takes effect.
    pub fn crash_after(calls: u64) -> Self {
        Self::default().with(Rule::new(Fault::Crash).nth(calls + 1))
    }

    /// The caller dies when so many calls have taken effect, of which the last is not answered any more.
    pub fn crash_within(calls: u64) -> Self {
        Self::default().with(Rule::new(Fault::CrashAfter).nth(calls))
    }
}

/// Rules at work.
#[derive(Debug, Default)]
pub(crate) struct Injector(Vec<Watch>);

#[derive(Debug)]
struct Watch {
    rule: Rule,
    seen: u64,
    random: Random,
}

impl Injector {
    /// Rules that have seen no call yet.
    pub(crate) fn new(faults: Faults) -> Self {
        let mut seeds = Random::seeded(faults.seed);
        let watch = |rule| Watch { rule, seen: 0, random: Random::seeded(seeds.next()) };
        Self(faults.rules.into_iter().map(watch).collect())
    }

    /// What happens to the call that is made now.
    pub(crate) fn next(&mut self, service: &str, operation: &str) -> Option<Fault> {
        let about = self.0.iter_mut().filter(|watch| watch.rule.is_about(service, operation));
        // Each of them counts and draws, whatever the others say.
        let faults: Vec<Fault> = about.filter_map(Watch::next).collect();
        faults.first().copied()
    }
}

impl Watch {
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

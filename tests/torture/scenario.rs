//! The runs that are disturbed: a first apply, a change that replaces much, and a removal, with each backend.
//!
//! Each scenario runs once without a disturbance. Its calls are then the places at which to disturb it, and
//! its result is the expectation for all cases.

use serde_json::Value;
use sss_model::{Backend, BackendKind, Scaling, ScheduledScaling, SecurityGroup, Stack, StackBuilder};
use sss_sandbox::{Call, Sandbox};

use crate::{
    account::{Account, api, base, service},
    torture::{
        in_virtual_time,
        run::{Ended, Goal, run},
        state::state,
    },
};

/// A run from a saved account, and its result without a disturbance.
#[derive(Clone)]
pub(crate) struct Scenario {
    pub(crate) name: String,
    /// The stack of the run.
    pub(crate) stack: Stack,
    pub(crate) goal: Goal,
    /// The saved account at the beginning.
    start: Vec<u8>,
    /// The state of the account after the undisturbed run.
    pub(crate) expected: Value,
    /// The calls of the undisturbed run.
    pub(crate) calls: Vec<Call>,
}

impl Scenario {
    /// Returns the three scenarios of each backend.
    pub(crate) fn all() -> [[Self; 3]; 3] {
        [BackendKind::CloudMap, BackendKind::Alb, BackendKind::Nlb].map(Self::behind)
    }

    /// Returns the three scenarios of a backend. The change begins where the first apply ends, and so does the removal.
    fn behind(kind: BackendKind) -> [Self; 3] {
        let account = Account::new();
        let (before, after) = (before(&account, kind), after(&account, kind));
        let name = |run: &str| format!("{run}, {kind}");
        let start = account.sandbox.save();
        let (first, applied) = Self::of(name("first apply"), before.clone(), Goal::Stack, start);
        let (change, _) = Self::of(name("change"), after, Goal::Stack, applied.clone());
        let (removal, _) = Self::of(name("removal"), before, Goal::Nothing, applied);
        [first, change, removal]
    }

    /// Runs a scenario without a disturbance. Returns it with the account after it.
    fn of(name: String, stack: Stack, goal: Goal, start: Vec<u8>) -> (Self, Vec<u8>) {
        let mut scenario = Self { name, stack, goal, start, expected: Value::Null, calls: Vec::new() };
        let account = scenario.account();
        let (ended, _) = in_virtual_time(0, run(&account, &scenario.stack, goal));
        assert_eq!(ended, Ended::Done, "{}, undisturbed", scenario.name);
        scenario.calls = account.sandbox.calls();
        scenario.expected = state(&account);
        (scenario, account.sandbox.save())
    }

    /// Returns a new copy of the account from which the run starts.
    pub(crate) fn account(&self) -> Account {
        Account::of(Sandbox::load(&self.start).expect("a saved account"))
    }
}

/// Returns the stack of the first apply, which the removal removes.
fn before(account: &Account, kind: BackendKind) -> Stack {
    let mut stack = with(account, kind, &[("app", 80), ("billing", 8081)]);
    scale(&mut stack, "billing");
    stack
}

/// Returns a stack with these services, each with its port, behind a backend.
fn with(account: &Account, kind: BackendKind, services: &[(&str, u16)]) -> Stack {
    let services = services.iter().map(|(name, port)| {
        let mut service = service(name, *port);
        if kind != BackendKind::CloudMap {
            service.backend = Some(Backend::from(kind));
        }
        service
    });
    let stack = services.fold(base(account).api(api()), StackBuilder::service);
    let stack =
        if kind == BackendKind::CloudMap { stack } else { stack.security_group(SecurityGroup::default()) };
    stack.build().expect("a valid stack")
}

/// Gives a service autoscaling with a policy and a scheduled action.
fn scale(stack: &mut Stack, service: &str) {
    let night = ScheduledScaling::builder().name("night").at("cron(0 22 * * ? *)").min(1).max(2).build();
    let scaling = Scaling::builder().min(1).max(3).cpu(60).scheduled(night.expect("a scheduled action"));
    let service = stack.services.get_mut(service).expect("the service");
    service.scaling = Some(scaling.build().expect("valid autoscaling"));
}

/// Returns the changed stack.
///
/// It has another VPC link, another revision and count, another authorizer, one service more and one service
/// less.
fn after(account: &Account, kind: BackendKind) -> Stack {
    let mut stack = with(account, kind, &[("app", 80), ("orders", 8082)]);
    scale(&mut stack, "orders");
    stack.network.private_subnet_ids.pop();
    let app = stack.services.get_mut("app").expect("the service");
    app.desired_count = Some(2);
    app.task.environment.insert("LEVEL".to_owned(), "debug".to_owned());
    let authorizer = stack.api.as_mut().and_then(|api| api.authorizer.as_mut()).expect("the authorizer");
    authorizer.audience.push("another".to_owned());
    stack
}

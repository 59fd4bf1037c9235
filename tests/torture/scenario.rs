//! The runs that are disturbed: a first apply, a change that replaces much, and a removal.

use serde_json::Value;
use sss_model::Stack;
use sss_sandbox::{Call, Sandbox};

use crate::{
    account::{Account, api, base, service},
    torture::{
        in_virtual_time,
        run::{Ended, Goal, run},
        state::state,
    },
};

/// A run from a saved account, and what it comes to when nothing disturbs it.
#[derive(Clone)]
pub(crate) struct Scenario {
    pub(crate) name: &'static str,
    pub(crate) stack: Stack,
    pub(crate) goal: Goal,
    start: Vec<u8>,
    pub(crate) expected: Value,
    /// The calls of the undisturbed run.
    pub(crate) calls: Vec<Call>,
}

impl Scenario {
    /// All of them.
    pub(crate) fn all() -> [Self; 3] {
        let account = Account::new();
        let (before, after) = (before(&account), after(&account));
        let (first, applied) = Self::of("first apply", before.clone(), Goal::Stack, account.sandbox.save());
        let (change, _) = Self::of("change", after, Goal::Stack, applied.clone());
        let (removal, _) = Self::of("removal", before, Goal::Nothing, applied);
        [first, change, removal]
    }

    /// The scenario, and the account after the undisturbed run.
    fn of(name: &'static str, stack: Stack, goal: Goal, start: Vec<u8>) -> (Self, Vec<u8>) {
        let mut scenario = Self { name, stack, goal, start, expected: Value::Null, calls: Vec::new() };
        let account = scenario.account();
        let (ended, _) = in_virtual_time(0, run(&account, &scenario.stack, goal));
        assert_eq!(ended, Ended::Done, "{name}, undisturbed");
        scenario.calls = account.sandbox.calls();
        scenario.expected = state(&account);
        (scenario, account.sandbox.save())
    }

    /// The account that the run starts from.
    pub(crate) fn account(&self) -> Account {
        Account::of(Sandbox::load(&self.start).expect("a saved account"))
    }
}

fn before(account: &Account) -> Stack {
    let stack = base(account).api(api()).service(service("app", 80)).service(service("billing", 8081));
    stack.build().expect("a valid stack")
}

/// Another VPC link, another revision and count, another authorizer, a service more and a service less.
fn after(account: &Account) -> Stack {
    let stack = base(account).api(api()).service(service("app", 80)).service(service("orders", 8082));
    let mut stack = stack.build().expect("a valid stack");
    stack.network.private_subnet_ids.pop();
    let app = stack.services.get_mut("app").expect("the service");
    app.desired_count = 2;
    app.task.environment.insert("LEVEL".to_owned(), "debug".to_owned());
    let authorizer = stack.api.as_mut().and_then(|api| api.authorizer.as_mut()).expect("the authorizer");
    authorizer.audience.push("another".to_owned());
    stack
}

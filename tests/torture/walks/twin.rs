//! A stack of the same name in another region of the account.
//!
//! IAM has no regions, so both stacks see the roles of one another. Neither may change, use or remove a role
//! of the other. A plan that would need one is refused before it writes, and names the other region.

use std::time::Duration;

use fastrand::Rng;
use serde_json::{Value, json};
use sss_model::Stack;
use sss_sandbox::Delays;

use super::edits;
use crate::{
    account::{Account, api, base, service},
    torture::{
        run::{Ended, Goal, run, steps},
        state::{difference, state, without_history},
    },
};

/// The regions of twins, by the region of the walk.
const REGIONS: [(&str, &str); 4] = [
    ("ap-northeast-1", "us-west-2"),
    ("eu-central-1", "eu-west-1"),
    ("cn-north-1", "cn-northwest-1"),
    ("us-gov-west-1", "us-gov-east-1"),
];

/// The stack in the other region.
pub(super) struct Twin {
    account: Account,
    stack: Stack,
    /// The content of the region before the stack.
    beginning: Value,
}

impl Twin {
    /// Returns a stack of the same name in another region. It is not applied yet.
    pub(super) fn beside(first: &Account, delays: Delays) -> Self {
        let region = first.sandbox.region();
        let (_, other) = REGIONS.iter().find(|(one, _)| *one == region).expect("a region of a walk");
        let account = Account::of(first.sandbox.beside(other).with_delays(delays));
        let stack = base(&account).api(api()).service(service("app", 80)).build().expect("a valid stack");
        let beginning = regional(&account);
        Self { account, stack, beginning }
    }

    /// Changes the stack and applies it. The run may neither change the first stack nor leave anything to do.
    pub(super) async fn step(
        &mut self,
        first: &Account,
        stack: &Stack,
        random: &mut Rng,
    ) -> Result<(), String> {
        self.catch_up(first);
        for _ in 0..random.u32(0..3) {
            edits::edit(&mut self.stack, &mut Vec::new(), random);
        }
        if random.u8(0..4) == 0 {
            self.is_refused(stack).await?;
        }

        self.pin();
        match run(&self.account, &self.stack, Goal::Stack).await {
            Ended::Done => {}
            ended => return Err(format!("a run {ended}")),
        }
        self.is_settled().await?;
        unchanged(first, stack).await
    }

    /// Removes the stack. Nothing of it may be left, and the first stack may not change.
    pub(super) async fn remove(&mut self, first: &Account, stack: &Stack) -> Result<(), String> {
        self.catch_up(first);
        match run(&self.account, &self.stack, Goal::Nothing).await {
            Ended::Done => {}
            ended => return Err(format!("the removal {ended}")),
        }
        if let Some(difference) = difference(&self.beginning, &regional(&self.account)) {
            return Err(format!("after the removal: {difference}"));
        }
        unchanged(first, stack).await
    }

    /// Sets the clocks of both regions to the later one. They share IAM, which notes the time of each role.
    fn catch_up(&self, first: &Account) {
        let clocks = [&first.sandbox, &self.account.sandbox];
        let latest = clocks.map(sss_sandbox::Sandbox::now).into_iter().max().unwrap_or(0);
        for clock in clocks {
            clock.advance(Duration::from_millis(latest - clock.now()));
        }
    }

    /// Gives the roles names of their own.
    fn pin(&mut self) {
        self.stack.names.execution_role = Some("execution-theirs".to_owned());
        for (name, service) in &mut self.stack.services {
            service.names.task_role = Some(format!("{name}-theirs"));
        }
    }

    /// Checks that a run with the execution role of the first stack is refused, and writes nothing.
    ///
    /// The name is free if the first stack has replaced the role.
    async fn is_refused(&self, first: &Stack) -> Result<(), String> {
        let name = first.execution_role_name();
        if self.account.sandbox.request("iam", "GetRole", &json!({"RoleName": name})).is_err() {
            return Ok(());
        }
        let mut stack = self.stack.clone();
        stack.names.execution_role = Some(name);
        let before = self.written();
        match run(&self.account, &stack, Goal::Stack).await {
            Ended::Failed(why) if why.contains(&first.region) && self.written() == before => Ok(()),
            ended => Err(format!("a run with a role of {} {ended}", first.region)),
        }
    }

    /// Checks that nothing is left to do.
    async fn is_settled(&self) -> Result<(), String> {
        let left = steps(&self.account, &self.stack, Goal::Stack).await?;
        if left.is_empty() { Ok(()) } else { Err(format!("left to do: {}", left.join(", "))) }
    }

    /// Returns the number of calls that changed the account.
    fn written(&self) -> usize {
        self.account.sandbox.calls().iter().filter(|call| call.writes && call.error.is_none()).count()
    }
}

/// Checks that the plan of the first stack is still empty.
async fn unchanged(first: &Account, stack: &Stack) -> Result<(), String> {
    let left = steps(first, stack, Goal::Stack).await?;
    if left.is_empty() { Ok(()) } else { Err(format!("the first stack has to {}", left.join(", "))) }
}

/// Returns the content of a region, without the roles of the whole account.
fn regional(account: &Account) -> Value {
    let mut state = without_history(state(account));
    if let Some(members) = state.as_object_mut() {
        members.remove("roles");
    }
    state
}

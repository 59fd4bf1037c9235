//! An account after a mutation, and what a person asks about it.

use std::{pin::Pin, time::Duration};

use serde_json::{Value, json};
use sss_aws::{
    Error, FailedDeployment, Mode,
    operate::{
        Target,
        change::Change,
        why::{Why, why},
    },
};
use sss_model::Stack;
use sss_sandbox::{Fault, Faults, Rule};

use crate::account::Account;

/// The name of the service.
pub(super) const SERVICE: &str = "mz-dev-app";
/// The cluster of the stack.
pub(super) const CLUSTER: &str = "mz-dev-ecs-cluster";

/// A mutation under way.
pub(super) type Making = Pin<Box<dyn Future<Output = Mutated>>>;

/// An account in which a mutation has happened.
pub(super) struct Mutated {
    pub(super) account: Account,
    pub(super) target: Target,
    /// The error of the apply or of the intervention, if it failed.
    pub(super) error: Option<Error>,
}

impl Mutated {
    /// Returns an account before its mutation.
    pub(super) fn of(account: Account, stack: &Stack) -> Self {
        Self { target: Target::of(stack), account, error: None }
    }

    /// Returns why the service fails, as a person asks for it afterwards.
    pub(super) async fn why(&self) -> Why {
        let service = self.target.service("app").expect("the service");
        why(&self.account.aws, &self.target, service).await
    }

    /// Returns the report of the failed deployment.
    pub(super) fn report(&self) -> Option<&FailedDeployment> {
        self.error.as_ref().and_then(Error::deployment)
    }

    /// Lets no caller make this call from now on.
    pub(super) fn deny(&self, operation: &str) {
        let denied = Rule::new(Fault::AccessDenied).operation(operation);
        self.account.sandbox.set_faults(Faults::default().with(denied));
    }

    /// Calls ECS without the engine.
    pub(super) fn ecs(&self, operation: &str, input: &Value) -> Value {
        self.account.by_hand("ecs", operation, input)
    }

    /// Lets ECS start a deployment of the same revision.
    pub(super) fn deploy(&self) {
        let forced = json!({ "cluster": CLUSTER, "service": SERVICE, "forceNewDeployment": true });
        self.ecs("UpdateService", &forced);
    }

    /// Restarts the service. That fails.
    pub(super) async fn restart(&mut self) {
        let change = Change::new(&self.account.aws, &self.target, |_| {});
        let service = self.target.service("app").expect("the service");
        self.error = change.restart(service).await.err();
        assert!(self.error.is_some());
    }

    /// Restarts the service, which is in order.
    pub(super) async fn restart_well(&mut self) {
        let change = Change::new(&self.account.aws, &self.target, |_| {});
        change.restart(self.target.service("app").expect("the service")).await.expect("a restart");
    }

    pub(super) fn advance(&self, by: Duration) {
        self.account.sandbox.advance(by);
    }

    /// Applies a stack. The apply fails.
    pub(super) async fn fail(&mut self, stack: &Stack) {
        let outcome = self.account.apply_as(stack, Mode::Converge).await;
        self.error = outcome.failures().next().map(|(_, error)| error.clone());
        assert!(self.error.is_some(), "{outcome:#?}");
    }
}

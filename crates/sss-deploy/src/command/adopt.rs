//! `adopt`: takes over objects that have the stack's names and no owner.

use std::collections::BTreeMap;

use sss_aws::{Mode, Options, plan};

use crate::{
    execution::Execution, exit::Exit, failure::Failure, invocation::Invocation, render::Purpose,
    session::on_account,
};

pub(crate) fn run(invocation: &Invocation) -> Result<Exit, Failure> {
    on_account(invocation, async |session| {
        let world = session.observe().await?;
        let graph = &session.graph;
        let execution = Execution {
            session,
            graph,
            plan: &plan(graph, &world, Mode::Adopt),
            world: &world,
            purpose: Purpose::Adopt,
            options: Options::default(),
        };
        execution.run(async || Ok(BTreeMap::new())).await
    })
}

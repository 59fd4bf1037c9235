//! Observes, plans and applies a service stack on AWS, through the AWS SDK and without a state file.
mod apply;
mod attempt;
mod aws;
mod batch;
mod context;
mod dependent;
mod deployment;
mod diff;
mod error;
mod event;
mod forecast;
mod graph;
mod hash;
mod id;
mod interrupt;
mod kinds;
mod lease;
mod lower;
mod observe;
mod once;
mod order;
mod outputs;
mod pace;
mod plan;
mod resource;
mod schedule;
mod secret;
mod successor;
mod tags;
mod wait;
mod walk;
mod world;

pub use crate::{
    apply::{Ended, Outcome, StepResult, apply},
    attempt::{Attempt, Held},
    aws::Aws,
    context::Options,
    dependent::InUse,
    deployment::{CircuitBreaker, FailedDeployment, Next, StoppedContainer, StoppedTask},
    diff::Change,
    error::{Error, Result},
    event::{Event, Events},
    forecast::{Bound, Forecast, Near, forecast, least_reads},
    graph::Graph,
    id::Id,
    interrupt::{Interrupt, OnInterrupt},
    lease::{Claim, Holder, Lease},
    lower::lower,
    observe::{dependents, observe, verify},
    outputs::outputs,
    pace::{InvalidRate, Rate, Rates, Statistics},
    plan::{Action, LeftAlone, Loss, Mode, Plan, Reason, Refused, Step, plan},
    resource::ServiceTasks,
    secret::concealed,
    tags::Ownership,
    world::{Live, Unseen, World},
};

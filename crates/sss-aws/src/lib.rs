#![doc = include_str!("../README.md")]

pub mod causes;
mod client;
mod deployer;
mod deployment;
mod engine;
mod error;
mod grant;
mod hash;
mod interrupt;
mod lower;
mod moment;
mod observe;
pub mod operate;
mod overview;
pub mod permissions;
mod secret;
mod services;
mod tags;
pub mod verify;

pub use crate::{
    client::{
        aws::Aws,
        lease::{Claim, Holder, Lease},
        pace::{InvalidRate, Rate, Rates, Statistics},
    },
    deployer::{Deployer, EmptyStack, Goal, Lock, Observed, Planned, Reach, SavedPlan},
    deployment::{CircuitBreaker, FailedDeployment, Next, StoppedContainer, StoppedTask},
    engine::{
        apply::apply,
        dependent::{InUse, dependents},
        diff::Change,
        event::{Event, Events},
        forecast::{Bound, Forecast, Near, forecast},
        graph::Graph,
        held::{Attempt, Held},
        id::{Id, Kind},
        kind::Workload,
        outcome::{Ended, Failed, Outcome, StepResult},
        outputs::{Outputs, outputs},
        plan::{
            Action, LeftAlone, Loss, Mode, Phase, Plan, Reason, Refused, Removal, Step, Used,
            adoption::plan_after_adoption, plan,
        },
        run::Options,
        world::{Live, Source, Unseen, World},
    },
    error::{Error, Result},
    interrupt::{Interrupt, OnInterrupt},
    lower::{lower, lower_in, lower_only},
    moment::Moment,
    observe::{least_reads, observe, reread},
    overview::{Area, Areas, Difference, Origin, Rollout, ServiceState, ServiceStatus, Tried},
    secret::concealed,
    services::{
        UnknownKind,
        ec2::networks::{AccountSubnet, AccountVpc, networks},
    },
    tags::Ownership,
};

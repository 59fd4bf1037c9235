#![doc = include_str!("../README.md")]

mod access;
mod account;
mod call;
mod client;
mod clock;
mod counts;
mod delays;
mod entered;
mod fault;
mod gate;
mod input;
mod quota;
mod random;
mod refusal;
mod sandbox;
mod server;
mod service;
mod services;
mod tags;
mod token;
mod watch;
mod web;
mod wire;
mod world;
mod writer;

pub use crate::{
    call::Call,
    counts::{Counts, OperationCounts, QuotaCounts},
    delays::Delays,
    fault::{Fault, Faults, Rule},
    quota::{NoQuota, Quota, quotas},
    sandbox::{Error, Sandbox},
    server::serve,
    services::{
        ec2::{Endpoint, NatGateway, Network, RouteTable, SubnetFacts},
        ecs::{BrokenImage, Talk},
    },
    watch::{Gap, Stopped, Unanswered, Watch, Watched, Why},
    web::{Image, Issuer},
};

//! The walk on the sandbox: the AWS tutorial for a service on Fargate, the objects of the reference stack,
//! and their deletion in order.
//!
//! The AWS CLI validates its arguments and parses all answers by AWS's own service models, so a success means
//! that the sandbox speaks the protocol. The expectations also hold the meaning: answers, states that follow
//! in time, and refusals with their codes.

mod api;
mod cloud_map;
mod load_balancer;
mod log_groups;
mod parameters;
mod removal;
mod roles;
mod security_group;
mod service;
mod tags;
mod tutorial;

use std::{path::Path, process::Command};

use crate::{
    conformance::{
        Tally,
        client::Client,
        endpoint::Endpoint,
        server::Server,
        step::{Step, Walker},
    },
    failure::Failure,
};

/// The speed of the clock: minutes of AWS take seconds, and intermediate states are still visible.
const FACTOR: &str = "60";

/// Each chapter continues with the objects of the chapters before.
const CHAPTERS: &[(&str, &[Step])] = &[
    ("the AWS tutorial for a service on Fargate", tutorial::STEPS),
    ("log groups", log_groups::STEPS),
    ("parameters", parameters::STEPS),
    ("roles", roles::STEPS),
    ("security group", security_group::STEPS),
    ("Cloud Map", cloud_map::STEPS),
    ("a service that Cloud Map knows", service::STEPS),
    ("HTTP API", api::STEPS),
    ("a load balancer, and scaling", load_balancer::STEPS),
    ("tags", tags::STEPS),
    ("removal", removal::STEPS),
];

/// Runs the walk on its own sandbox.
///
/// The values of the sandbox's first line are kept for the steps, with subnets in two spellings: separated by
/// blanks and by commas.
pub(super) fn run(program: &Path, client: &Client, tally: &mut Tally) -> Result<(), Failure> {
    let server = Server::start(Command::new(program).args(["sandbox", "serve", "--factor", FACTOR]))?;

    let [url, region] = ["endpoint", "region"].map(|member| server.value(member).to_owned());
    let mut walker = Walker::new(client, Endpoint { url, region });
    for member in ["account", "region", "vpc_id", "default_security_group_id"] {
        walker.keep(member, server.value(member).to_owned());
    }

    let subnets = server.values("private_subnet_ids");
    walker.keep("subnets", subnets.join(" "));
    walker.keep("subnet_list", subnets.join(","));

    tally.take(CHAPTERS, |step| walker.take(step));
    Ok(())
}

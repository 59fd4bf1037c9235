//! The xtask of another workspace: three lines and the stack give every command of `sss-deploy`.
//!
//! There it runs as `cargo xtask deploy`. Without a command it applies the stack to the account that the environment of the
//! AWS SDK names. On the sandbox: `cargo run --example downstream_xtask -- --sandbox=shop.sandbox.json plan`

use std::process::ExitCode;

use sss_model::{Invalid, Network, Service, Stack};

fn main() -> ExitCode {
    sss_deploy::main_for(stack())
}

fn stack() -> Result<Stack, Invalid> {
    let network = Network::builder()
        .vpc_id("vpc-0a1b2c3d4e5f60718")
        .private_subnet_ids(["subnet-0a1b2c3d4e5f60001", "subnet-0a1b2c3d4e5f60002"])
        .build()?;
    let mailer = Service::builder()
        .name("mailer")
        .image("123456789012.dkr.ecr.eu-central-1.amazonaws.com/mailer:1.4")
        .build()?;
    Stack::builder().name("shop").region("eu-central-1").network(network).service(mailer).build()
}

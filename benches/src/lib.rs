//! The stacks on which the benches of the workspace work.
//!
//! The benches measure pure functions by the number of resources: parsing, validating, lowering and planning.
//! Calls and times of whole jobs are measured by `cargo xtask bench`.

use sss_model::{
    Api, Invalid, JwtAuthorizer, Network, Route, Rule, SecurityGroup, Service, Stack, StackBuilder,
};

const FIRST_PORT: u16 = 8000;

/// The number of services with a route: one API takes no more integrations.
const REACHABLE: u16 = 300;

/// The numbers of services of stacks of about 10, 100, 1 000 and 10 000 resources.
///
/// A stack has resources that all services share, seven of each service with a route, and five of each
/// service without one.
pub const SERVICES: [u16; 4] = [1, 13, 142, 1878];

/// Returns a stack of this number of services, each with its own port.
///
/// The first 300 have a route. More are not behind an API, because one API takes no more integrations.
///
/// # Errors
///
/// There are more services than ports.
pub fn stack_of(services: u16) -> Result<Stack, Invalid> {
    let network = Network::builder()
        .vpc_id("vpc-0a1b2c3d4e5f60718")
        .private_subnet_ids(["subnet-0a1b2c3d4e5f60001", "subnet-0a1b2c3d4e5f60002"])
        .vpc_link_security_group_ids(["sg-0a1b2c3d4e5f60000"])
        .build()?;
    let ports = FIRST_PORT..=FIRST_PORT + services;
    let authorizer = JwtAuthorizer::builder().issuer("https://id.example.com").audience(["bench"]).build()?;
    let stack = Stack::builder()
        .name("bench")
        .region("ap-northeast-1")
        .tags([("Owner", "bench")])
        .network(network)
        .security_group(SecurityGroup::builder().ingress(Rule::tcp_range(ports).from("10.0.0.0/16")).build()?)
        .api(Api::builder().authorizer(authorizer).build()?);
    (0..services)
        .map(service)
        .try_fold(stack, |stack, service| Ok(stack.service(service?)))
        .and_then(StackBuilder::build)
}

fn service(number: u16) -> Result<Service, Invalid> {
    let name = format!("s{number:04}");
    let service = Service::builder()
        .image(format!("123456789012.dkr.ecr.ap-northeast-1.amazonaws.com/{name}:1.4"))
        .port(FIRST_PORT + number)
        .environment([("LOG_LEVEL", "info"), ("SERVICE", name.as_str())]);
    let service = if number < REACHABLE {
        service.route(Route::builder().path(format!("/{name}/{{proxy+}}")).build()?)
    } else {
        service
    };
    service.name(name).build()
}

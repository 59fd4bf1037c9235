//! Stacks out of bytes: random ones out of random bytes, and the plainest one out of none, so that what breaks a
//! property shrinks. Other test packages take this file by its path.

mod draw;
mod parts;
mod service;

pub(crate) use draw::Draw;

use sss_model::Stack;

const NAMES: [&str; 5] = ["shop", "s", "Shop_2", "0-shop", "mz-dev"];
const ODD_NAMES: [&str; 5] = ["", "-shop", "sh op", "shöp", "a.b"];
const REGIONS: [&str; 4] = ["eu-central-1", "us-gov-west-1", "mx-central-1", "us-isof-south-1"];
const ODD_REGIONS: [&str; 5] = ["", "eu-central", "eu--1", "EU-CENTRAL-1", "ca-west-123"];

/// A stack whose values a rule refuses about `odd` times of 256; without odd ones it is almost always valid.
pub(crate) fn stack(bytes: &[u8], odd: u8) -> Stack {
    let draw = &mut Draw::new(bytes, odd);
    let mut stack = Stack::default();
    stack.name = draw.value(&NAMES, &ODD_NAMES);
    stack.region = draw.value(&REGIONS, &ODD_REGIONS);
    stack.network = parts::network(draw);
    stack.api = draw.maybe(parts::api);
    stack.cluster = parts::cluster(draw);
    for index in 0..=usize::from(draw.byte() % 3) {
        let service = service::service(draw, index, &stack);
        stack.services.insert(service.name.clone(), service);
    }
    stack.tags = parts::tags(draw);
    stack.names = parts::names(draw);
    stack.namespace = parts::namespace(draw);
    stack.execution_role = parts::execution_role(draw);
    stack.security_group = parts::security_group(draw);
    stack.log_retention_days = parts::retention(draw);
    stack.silence = parts::silence(draw);
    stack
}

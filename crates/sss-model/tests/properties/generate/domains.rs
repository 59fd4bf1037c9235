//! Custom domain names of an API.

use std::collections::BTreeMap;

use sss_model::{Domain, IpAddressType};

use super::Draw;

/// Up to two domain names.
pub(crate) fn domains(draw: &mut Draw<'_>) -> BTreeMap<String, Domain> {
    let names = ["api.example.com", "*.shop.example.com"];
    let odd = ["", "api", "API.example.com", "a.*.example.com", "-a.example.com", "a..b", "é.example.com"];
    draw.some(2, |draw, index| (draw.value(&[names[index % 2]], &odd), domain(draw))).into_iter().collect()
}

fn domain(draw: &mut Draw<'_>) -> Domain {
    let mut domain = Domain::default();
    domain.certificate = draw.value(
        &[
            "arn:aws:acm:eu-central-1:123456789012:certificate/one",
            "arn:aws:acm:eu-central-1:123456789012:certificate/two",
        ],
        &["", "one", "arn:aws:iam::123456789012:server-certificate/one"],
    );
    domain.path =
        draw.maybe(|draw| draw.value(&["shop", "a/b", "$-_.+!*'()"], &["", "/shop", "a//b", "a b", "é"]));
    if draw.is_odd() {
        domain.path = Some(draw.text(300, 'p'));
    }
    domain.zone = draw.maybe(|draw| draw.value(&["Z0A1B2C3D4E5F60718293"], &["", "example.com", "z1"]));
    domain.ip_address_type = draw.one(&[IpAddressType::Ipv4, IpAddressType::Dualstack]);
    domain
}

//! The values of a permission: protocol, ports, and addresses.

use std::net::IpAddr;

/// Which of the two values of a range breaks a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Bound {
    From,
    To,
    Both,
}

/// What breaks the rule on ports of tcp and udp, if something does. -1 to -1 is every port.
pub(crate) fn ports(from: Option<i64>, to: Option<i64>) -> Option<(Bound, String)> {
    let (from, to) = match (from, to) {
        (Some(-1), Some(-1)) => return None,
        (Some(from), Some(to)) => (from, to),
        (Some(_), None) => return Some((Bound::To, "is required".to_owned())),
        (None, Some(_)) => return Some((Bound::From, "is required".to_owned())),
        (None, None) => return Some((Bound::Both, "is required".to_owned())),
    };
    let is_port = |port| (0..=65535).contains(&port);
    if !is_port(from) {
        Some((Bound::From, format!("is {from}, and not from 0 to 65535")))
    } else if !is_port(to) {
        Some((Bound::To, format!("is {to}, and not from 0 to 65535")))
    } else if from > to {
        Some((Bound::From, format!("is {from}, and the last port is {to}")))
    } else {
        None
    }
}

/// What breaks the rule on type and code of icmp, if something does. -1 is every type, or every code.
pub(crate) fn icmp(kind: Option<i64>, code: Option<i64>) -> Vec<(Bound, String)> {
    let bounds = [(Bound::From, kind), (Bound::To, code)];
    let mut broken: Vec<(Bound, String)> = bounds
        .into_iter()
        .filter_map(|(bound, value)| Some((bound, value.filter(|value| !(-1..=255).contains(value))?)))
        .map(|(bound, value)| (bound, format!("is {value}, and not from -1 to 255")))
        .collect();
    match (kind, code) {
        (None, None) => broken.push((Bound::Both, "is required".to_owned())),
        (Some(_), None) => broken.push((Bound::To, "is required beside the type".to_owned())),
        (None, Some(_)) => broken.push((Bound::From, "is required beside the code".to_owned())),
        (Some(-1), Some(code)) if code != -1 => {
            broken.push((Bound::To, format!("is {code}, and the type is -1 for all")));
        }
        _ => {}
    }
    broken
}

/// An address and the bits of its mask.
pub(crate) fn parse_cidr(cidr: &str) -> Option<(IpAddr, u32)> {
    let (address, bits) = cidr.split_once('/')?;
    let address: IpAddr = address.parse().ok()?;
    let is_number = !bits.is_empty() && bits.bytes().all(|b| b.is_ascii_digit());
    let bits: u32 = is_number.then(|| bits.parse().ok())??;
    (bits <= if address.is_ipv4() { 32 } else { 128 }).then_some((address, bits))
}

/// Whether the addresses are all there are.
pub(crate) fn is_world(cidr: &str) -> bool {
    parse_cidr(cidr).is_some_and(|(_, bits)| bits == 0)
}

/// EC2 clears the bits beyond the mask.
pub(crate) fn canonical(address: IpAddr, bits: u32) -> String {
    let address: IpAddr = match address {
        IpAddr::V4(address) => {
            let mask = u32::MAX.checked_shl(32 - bits).unwrap_or(0);
            std::net::Ipv4Addr::from_bits(address.to_bits() & mask).into()
        }
        IpAddr::V6(address) => {
            let mask = u128::MAX.checked_shl(128 - bits).unwrap_or(0);
            std::net::Ipv6Addr::from_bits(address.to_bits() & mask).into()
        }
    };
    format!("{address}/{bits}")
}

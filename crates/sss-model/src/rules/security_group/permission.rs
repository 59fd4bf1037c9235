//! The values of a permission: protocol, ports, and addresses.
//!
//! The functions take numbers and texts, so that the rules of a stack and the `IpPermissions` of a request share them.
//! A permission has two numbers: first and last port, or type and code of ICMP. -1 stands for all.

use std::net::IpAddr;

use crate::rules::{Broken, SG_010, SG_013, broken, out_of_range};

/// The value of a range that breaks a rule.
///
/// The caller turns it into the name of a field: `from_port` in a stack, `FromPort` in a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Bound {
    /// The first port, or the type of ICMP.
    From,
    /// The last port, or the code of ICMP.
    To,
    /// Both values, because neither is set.
    Both,
}

/// Checks the ports of a rule for tcp or udp. -1 to -1 is every port.
///
/// Returns the first problem only: the others would follow from it.
pub(crate) fn ports(from: Option<i64>, to: Option<i64>) -> Option<(Bound, Broken)> {
    let (from, to) = match (from, to) {
        (Some(-1), Some(-1)) => return None,
        (Some(from), Some(to)) => (from, to),
        (Some(_), None) => return Some((Bound::To, broken!(SG_010, "required"))),
        (None, Some(_)) => return Some((Bound::From, broken!(SG_010, "required"))),
        (None, None) => return Some((Bound::Both, broken!(SG_010, "required"))),
    };

    let every = 0..=65535;
    if !every.contains(&from) {
        Some((Bound::From, out_of_range(&SG_010, from, &every)))
    } else if !every.contains(&to) {
        Some((Bound::To, out_of_range(&SG_010, to, &every)))
    } else if from > to {
        Some((Bound::From, broken!(SG_010, "reversed", from = from, to = to)))
    } else {
        None
    }
}

/// Checks type and code of a rule for ICMP. -1 is every type, or every code.
///
/// Type and code are independent numbers, so both can be wrong. A code needs a type: -1 as the type has only -1 as the
/// code.
pub(crate) fn icmp(kind: Option<i64>, code: Option<i64>) -> Vec<(Bound, Broken)> {
    let every = -1..=255;
    let bounds = [(Bound::From, kind), (Bound::To, code)];
    let mut broken: Vec<(Bound, Broken)> = bounds
        .into_iter()
        .filter_map(|(bound, value)| Some((bound, value.filter(|value| !every.contains(value))?)))
        .map(|(bound, value)| (bound, out_of_range(&SG_013, value, &every)))
        .collect();

    match (kind, code) {
        (None, None) => broken.push((Bound::Both, broken!(SG_013, "required"))),
        (Some(_), None) => broken.push((Bound::To, broken!(SG_013, "required"))),
        (None, Some(_)) => broken.push((Bound::From, broken!(SG_013, "required"))),
        (Some(-1), Some(code)) if code != -1 => {
            broken.push((Bound::To, broken!(SG_013, "code-of-every-type", code = code)));
        }
        _ => {}
    }
    broken
}

/// Returns the address and the bits of the mask of a range such as `10.0.0.0/16`.
///
/// Bits beyond the mask are allowed, because EC2 removes them; [`canonical`] does the same. A mask has digits only.
pub(crate) fn parse_cidr(cidr: &str) -> Option<(IpAddr, u32)> {
    let (address, bits) = cidr.split_once('/')?;
    let address: IpAddr = address.parse().ok()?;
    let is_number = !bits.is_empty() && bits.bytes().all(|b| b.is_ascii_digit());
    let bits: u32 = is_number.then(|| bits.parse().ok())??;
    (bits <= if address.is_ipv4() { 32 } else { 128 }).then_some((address, bits))
}

/// Returns whether a range has all addresses of its family.
pub(crate) fn is_world(cidr: &str) -> bool {
    parse_cidr(cidr).is_some_and(|(_, bits)| bits == 0)
}

/// Returns a range as EC2 keeps it: without bits beyond the mask.
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

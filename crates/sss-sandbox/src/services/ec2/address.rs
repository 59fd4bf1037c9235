//! Address ranges in CIDR notation.
//!
//! EC2 accepts ranges with host bits and keeps them without: `10.0.1.7/24` becomes `10.0.1.0/24`.

use std::net::{Ipv4Addr, Ipv6Addr};

use super::invalid_value;
use crate::refusal::Refusal;

/// Returns an IPv4 range without host bits, as EC2 keeps it.
///
/// # Errors
///
/// Refuses malformed ranges.
pub(super) fn canonical_ipv4(cidr: &str) -> Result<String, Refusal> {
    let (address, bits) = split::<Ipv4Addr>(cidr, 32)?;
    let mask = u32::MAX.checked_shl(32 - bits).unwrap_or(0);
    Ok(format!("{}/{bits}", Ipv4Addr::from_bits(address.to_bits() & mask)))
}

/// Returns an IPv6 range without host bits and in its shortest form, as EC2 keeps it.
///
/// # Errors
///
/// Refuses malformed ranges.
pub(super) fn canonical_ipv6(cidr: &str) -> Result<String, Refusal> {
    let (address, bits) = split::<Ipv6Addr>(cidr, 128)?;
    let mask = u128::MAX.checked_shl(128 - bits).unwrap_or(0);
    Ok(format!("{}/{bits}", Ipv6Addr::from_bits(address.to_bits() & mask)))
}

/// Returns whether an IPv4 range contains an address. A malformed text contains nothing.
pub(super) fn contains(cidr: &str, address: &str) -> bool {
    let (Ok((first, bits)), Ok(address)) = (split::<Ipv4Addr>(cidr, 32), address.parse::<Ipv4Addr>()) else {
        return false;
    };
    let mask = u32::MAX.checked_shl(32 - bits).unwrap_or(0);
    first.to_bits() & mask == address.to_bits() & mask
}

/// Returns the addresses of a subnet for interfaces. AWS reserves the first four and the last.
pub(super) fn usable(cidr: &str) -> Vec<Ipv4Addr> {
    let Ok((address, bits)) = split::<Ipv4Addr>(cidr, 32) else {
        return Vec::new();
    };
    let first = address.to_bits();
    let size = 1_u64.checked_shl(32 - bits).unwrap_or(0);
    let last = u64::from(first) + size.saturating_sub(1);
    (u64::from(first) + 4..last)
        .filter_map(|bits| u32::try_from(bits).ok().map(Ipv4Addr::from_bits))
        .collect()
}

/// Returns the address and the length of a range in CIDR notation.
fn split<T: std::str::FromStr>(cidr: &str, max_bits: u32) -> Result<(T, u32), Refusal> {
    let parts = cidr.split_once('/').and_then(|(address, bits)| {
        let digits = !bits.is_empty() && bits.chars().all(|digit| digit.is_ascii_digit());
        let bits = bits.parse::<u32>().ok().filter(|bits| digits && *bits <= max_bits)?;
        Some((address.parse::<T>().ok()?, bits))
    });
    parts.ok_or_else(|| invalid_value(format!("CIDR block {cidr} is malformed")))
}

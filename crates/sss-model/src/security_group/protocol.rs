//! Protocols of rules, and the ports that EC2 keeps of them.
//!
//! EC2 knows a protocol by its IANA number and prints a name for four of them. A file and a request may have either, in
//! any case. Two spellings of one protocol are the same rule to EC2, so all code compares protocols after `named`.

use std::fmt;
use std::str::FromStr;

/// The protocol of a security-group rule.
///
/// It reads and prints the words of EC2, in which `-1` stands for every protocol:
///
/// ```
/// use sss_model::Protocol;
///
/// assert_eq!("TCP".parse(), Ok(Protocol::Tcp));
/// assert_eq!("58".parse(), Ok(Protocol::Icmpv6));
/// assert_eq!("all".parse(), Ok(Protocol::All));
/// assert_eq!(Protocol::All.to_string(), "-1");
/// assert!("http".parse::<Protocol>().is_err());
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Protocol {
    /// TCP.
    #[default]
    Tcp,
    /// UDP.
    Udp,
    /// ICMP for IPv4: type and code in place of ports.
    Icmp,
    /// ICMP for IPv6: type and code in place of ports.
    Icmpv6,
    /// Every protocol. EC2 ignores the ports of such a rule.
    All,
    /// Another protocol by its number, such as 50 (ESP). EC2 ignores the ports of such a rule.
    Number(u8),
}

impl Protocol {
    /// Returns the protocol of an IANA number. Four of them have names: 1, 6, 17 and 58.
    pub const fn from_number(number: u8) -> Self {
        match number {
            1 => Protocol::Icmp,
            6 => Protocol::Tcp,
            17 => Protocol::Udp,
            58 => Protocol::Icmpv6,
            other => Protocol::Number(other),
        }
    }

    /// Returns the ports of a rule in the form in which EC2 keeps them.
    ///
    /// - tcp and udp: the range; -1 to -1 is every port, 0 to 65535.
    /// - ICMP: type and code; without them every one, -1 and -1.
    /// - every other protocol: `None`, because EC2 ignores them.
    ///
    /// ```
    /// use sss_model::Protocol;
    ///
    /// assert_eq!(Protocol::Tcp.ports(Some(-1), Some(-1)), Some((0, 65535)));
    /// assert_eq!(Protocol::Icmpv6.ports(None, None), Some((-1, -1)));
    /// assert_eq!(Protocol::All.ports(Some(0), Some(0)), None);
    /// ```
    pub fn ports(self, from: Option<i32>, to: Option<i32>) -> Option<(i32, i32)> {
        let ports = (from.unwrap_or(-1), to.unwrap_or(-1));
        match self.named() {
            Protocol::Tcp | Protocol::Udp if ports == (-1, -1) => Some((0, 65535)),
            Protocol::Tcp | Protocol::Udp | Protocol::Icmp | Protocol::Icmpv6 => Some(ports),
            Protocol::All | Protocol::Number(_) => None,
        }
    }

    /// Returns the same protocol by its name, if EC2 has a name for its number.
    pub(crate) const fn named(self) -> Self {
        match self {
            Protocol::Number(number) => Protocol::from_number(number),
            named => named,
        }
    }

    /// Returns whether the protocol has types and codes in place of ports.
    pub(crate) fn is_icmp(self) -> bool {
        matches!(self.named(), Protocol::Icmp | Protocol::Icmpv6)
    }
}

impl fmt::Display for Protocol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.named() {
            Protocol::Tcp => f.write_str("tcp"),
            Protocol::Udp => f.write_str("udp"),
            Protocol::Icmp => f.write_str("icmp"),
            Protocol::Icmpv6 => f.write_str("icmpv6"),
            Protocol::All => f.write_str("-1"),
            Protocol::Number(number) => number.fmt(f),
        }
    }
}

/// The error of a text that is not a protocol. Its message lists the words that are.
///
/// ```
/// let error = "256".parse::<sss_model::Protocol>().unwrap_err();
/// assert!(error.to_string().starts_with("a protocol is tcp, udp, icmp, icmpv6"));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct UnknownProtocol;

impl fmt::Display for UnknownProtocol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a protocol is tcp, udp, icmp, icmpv6, a number from 0 to 255, or -1 for all")
    }
}

impl std::error::Error for UnknownProtocol {}

impl FromStr for Protocol {
    type Err = UnknownProtocol;

    /// Reads a name in any case, a number, or `-1`. EC2 takes `all` for `-1` too, without documentation.
    fn from_str(text: &str) -> Result<Self, UnknownProtocol> {
        match text.to_ascii_lowercase().as_str() {
            "tcp" => Ok(Protocol::Tcp),
            "udp" => Ok(Protocol::Udp),
            "icmp" => Ok(Protocol::Icmp),
            "icmpv6" => Ok(Protocol::Icmpv6),
            "-1" | "all" => Ok(Protocol::All),
            number if number.bytes().all(|b| b.is_ascii_digit()) => {
                number.parse().map(Protocol::from_number).map_err(|_| UnknownProtocol)
            }
            _ => Err(UnknownProtocol),
        }
    }
}

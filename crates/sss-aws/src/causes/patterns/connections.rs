//! Lines of logs about a connection to another host that failed.
//!
//! They show no cause by themselves: it depends on the host. A diagnosis reads whose address it is.

use std::net::SocketAddrV4;

use crate::causes::collapsed;

/// The way in which a connection failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Failure {
    /// The host refused it: nothing listens at the port.
    Refused,
    /// Nobody answered: a security group or the end of the host swallows packets.
    TimedOut,
}

/// A connection that failed, as a line of a log tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Connection {
    pub(crate) failure: Failure,
    /// The address and the port of the other host.
    pub(crate) to: SocketAddrV4,
}

/// The words of runtimes, in lower case, with lines that people quote in threads: of Node.js, Go, Java and Python.
const WORDS: &[(&str, Failure, &str)] = &[
    ("econnrefused", Failure::Refused, "Error: connect ECONNREFUSED 10.0.3.7:80"),
    ("connection refused", Failure::Refused, "dial tcp 10.0.3.7:80: connect: connection refused"),
    (
        "connection refused",
        Failure::Refused,
        "java.net.ConnectException: Connection refused: orders.shop.local/10.0.3.7:80",
    ),
    ("etimedout", Failure::TimedOut, "Error: connect ETIMEDOUT 10.0.3.7:80"),
    ("i/o timeout", Failure::TimedOut, "dial tcp 10.0.3.7:80: i/o timeout"),
    ("timed out", Failure::TimedOut, "java.net.SocketTimeoutException: connect timed out: /10.0.3.7:80"),
];

/// Returns the connection about which a line of a log complains. `None` if it names no address with a port.
pub(crate) fn connection(line: &str) -> Option<Connection> {
    let line = collapsed(line).to_ascii_lowercase();
    let (_, failure, _) = WORDS.iter().find(|(words, ..)| line.contains(words))?;
    let mut pieces = line.split(|one: char| !(one.is_ascii_digit() || ".:".contains(one)));
    let to = pieces.find_map(|piece| piece.trim_end_matches([':', '.']).parse().ok())?;
    Some(Connection { failure: *failure, to })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn examples_name_the_host_and_the_failure() {
        let to = "10.0.3.7:80".parse().expect("an address");
        for (_, failure, line) in WORDS {
            assert_eq!(connection(line), Some(Connection { failure: *failure, to }), "{line}");
        }
    }

    #[test]
    fn line_without_an_address_or_a_failure_tells_none() {
        for line in [
            "connection refused",
            "GET / 10.0.3.7:80",
            "timed out after 10.5 s",
            "[Errno 111] Connection refused",
        ] {
            assert_eq!(connection(line), None, "{line}");
        }
    }
}

//! The reasons why a call got no answer of AWS.
//!
//! The paced client returns this error inside the SDK's own one, so that two decisions see the reason: the
//! SDK repeats only calls that another attempt may help, and this crate decides whether the call may have had
//! an effect. For people, the reason becomes a sentence and a hint.

use std::{error, fmt, io, time::Duration};

use aws_smithy_runtime_api::{client::result::ConnectorError, http::StatusCode};

use crate::error::source::Source;

/// The reason why a call got no answer of AWS, and the host that should have answered.
#[derive(Debug)]
pub(crate) struct Unanswered {
    host: String,
    reason: Reason,
}

#[derive(Debug)]
enum Reason {
    /// No answer began in time.
    Late(Duration),
    /// An answer began and did not end in time.
    Endless(Duration),
    /// An answer has more bytes than AWS ever sends.
    Large(usize),
    /// Something else than AWS answered. The text describes the answer.
    Foreign(String),
    /// No connection was made, or it broke.
    Broken { trouble: Trouble, source: ConnectorError },
}

/// The trouble with a connection, as far as it has a remedy of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Trouble {
    /// The host name has no address.
    Name,
    /// No program listens at the address.
    Refused,
    /// The certificate is not trusted, or the host does not speak TLS.
    Tls,
    /// The proxy does not connect to the host.
    Proxy,
    /// The connection ended in the middle.
    Cut,
    Other,
}

impl Unanswered {
    pub(crate) fn late(host: String, after: Duration) -> Self {
        Self { host, reason: Reason::Late(after) }
    }

    pub(crate) fn endless(host: String, after: Duration) -> Self {
        Self { host, reason: Reason::Endless(after) }
    }

    pub(crate) fn large(host: String, limit: usize) -> Self {
        Self { host, reason: Reason::Large(limit) }
    }

    pub(crate) fn foreign(host: String, description: String) -> Self {
        Self { host, reason: Reason::Foreign(description) }
    }

    pub(crate) fn broken(host: String, source: ConnectorError) -> Self {
        Self { host, reason: Reason::Broken { trouble: Trouble::of(&source), source } }
    }

    /// Returns the reason that an error or one of its sources is.
    pub(crate) fn within<'a>(error: &'a (dyn error::Error + 'static)) -> Option<&'a Self> {
        errors(error).find_map(|error| error.downcast_ref())
    }

    /// Returns whether the request may have reached AWS, so that its effect is in doubt.
    pub(crate) fn was_sent(&self) -> bool {
        match &self.reason {
            Reason::Late(_) | Reason::Endless(_) | Reason::Large(_) | Reason::Foreign(_) => true,
            Reason::Broken { source, .. } => source.is_io() || source.is_timeout(),
        }
    }

    /// Returns the remedy.
    pub(crate) fn hint(&self) -> &'static str {
        match &self.reason {
            Reason::Foreign(_) | Reason::Large(_) => FOREIGN,
            Reason::Late(_) | Reason::Endless(_) => {
                "check the network, the endpoint (AWS_ENDPOINT_URL) and the proxy (HTTPS_PROXY), and run it again"
            }
            Reason::Broken { trouble, .. } => trouble.hint(),
        }
    }

    /// Returns the same error for the HTTP layer of the SDK.
    ///
    /// The SDK repeats a call whose connection broke or whose answer came too late. It does not repeat one
    /// whose answer was too slow, too large or foreign.
    pub(crate) fn into_connector_error(self) -> ConnectorError {
        match &self.reason {
            Reason::Late(_) => ConnectorError::timeout(self.into()),
            // Another attempt would get the same answer.
            Reason::Endless(_) | Reason::Large(_) | Reason::Foreign(_) => {
                ConnectorError::other(self.into(), None)
            }
            Reason::Broken { source, .. } if source.is_timeout() => ConnectorError::timeout(self.into()),
            Reason::Broken { source, .. } if source.is_io() => ConnectorError::io(self.into()),
            Reason::Broken { source, .. } if source.is_user() => ConnectorError::user(self.into()),
            Reason::Broken { source, .. } => {
                let kind = source.as_other();
                ConnectorError::other(self.into(), kind)
            }
        }
    }
}

/// Returns the remedy for an answer without an error code, by its status.
pub(super) fn hint_at(status: StatusCode) -> &'static str {
    if status.is_server_error() { FAILING } else { FOREIGN }
}

/// The remedy for a server that fails.
const FAILING: &str =
    "run it again; if it goes on, check AWS_ENDPOINT_URL and HTTPS_PROXY, since AWS says more when it fails";
/// The remedy where nothing more is known.
pub(super) const OTHER: &str =
    "check the credentials, the region and the endpoint (AWS_PROFILE, AWS_REGION, AWS_ENDPOINT_URL)";
/// The remedy for answers that do not come from AWS.
pub(super) const FOREIGN: &str = "a proxy, a login page or another server answers in the place of AWS; check AWS_ENDPOINT_URL and HTTPS_PROXY";

impl Trouble {
    /// Returns the trouble by the kind of an I/O error, or else by the words of an error without a kind.
    fn of(error: &ConnectorError) -> Self {
        for error in errors(error).filter_map(|error| error.downcast_ref::<io::Error>()) {
            match error.kind() {
                io::ErrorKind::ConnectionRefused => return Self::Refused,
                io::ErrorKind::ConnectionReset
                | io::ErrorKind::ConnectionAborted
                | io::ErrorKind::BrokenPipe
                | io::ErrorKind::UnexpectedEof => return Self::Cut,
                _ => {}
            }
        }
        errors(error).find_map(|error| Self::named(&error.to_string())).unwrap_or(Self::Other)
    }

    /// Returns the trouble that the text of an error names. The errors of name resolution, TLS and proxies
    /// have no kind.
    fn named(text: &str) -> Option<Self> {
        let words = [
            ("dns error", Self::Name),
            ("certificate", Self::Tls),
            ("received corrupt message", Self::Tls),
            ("tunnel", Self::Proxy),
            ("proxy", Self::Proxy),
            ("connection closed", Self::Cut),
        ];
        words.into_iter().find(|(word, _)| text.contains(word)).map(|(_, trouble)| trouble)
    }

    /// Returns the remedy.
    fn hint(self) -> &'static str {
        match self {
            Self::Name => "check the region, the network, AWS_ENDPOINT_URL and HTTPS_PROXY",
            Self::Refused => "start what should listen there, or check AWS_ENDPOINT_URL and HTTPS_PROXY",
            Self::Tls => {
                "if a proxy inspects TLS, set AWS_CA_BUNDLE to a file with its certificates; otherwise check AWS_ENDPOINT_URL"
            }
            Self::Proxy => "check HTTPS_PROXY, and name hosts that need no proxy in NO_PROXY",
            Self::Cut => "check the network and the endpoint (AWS_ENDPOINT_URL), and run it again",
            Self::Other => OTHER,
        }
    }
}

impl fmt::Display for Unanswered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let host = &self.host;
        match &self.reason {
            Reason::Late(after) => write!(f, "{host} sent no answer within {} s", after.as_secs()),
            Reason::Endless(after) => {
                write!(f, "{host} began to answer and did not end within {} s", after.as_secs())
            }
            Reason::Large(limit) => {
                write!(f, "{host} sent an answer of more than {} MiB", limit / (1024 * 1024))
            }
            Reason::Foreign(description) => f.write_str(description),
            Reason::Broken { trouble, source } => match trouble {
                Trouble::Name => write!(f, "the name {host} cannot be resolved"),
                Trouble::Refused => write!(f, "{host} refused the connection"),
                Trouble::Cut => write!(f, "{host} broke the connection off"),
                Trouble::Tls => write!(f, "{host} is not trusted: {}", cause(source)),
                Trouble::Proxy => write!(f, "the proxy does not connect to {host}: {}", cause(source)),
                Trouble::Other => write!(f, "{host}: {}", Source::of(source).line()),
            },
        }
    }
}

/// Returns an error and all its sources.
///
/// The error inside an [`io::Error`] is not its source, so it is added here.
fn errors<'a>(
    error: &'a (dyn error::Error + 'static),
) -> impl Iterator<Item = &'a (dyn error::Error + 'static)> {
    std::iter::successors(Some(error), |error| match error.downcast_ref::<io::Error>() {
        Some(error) => error.get_ref().map(|inner| inner as &(dyn error::Error + 'static)),
        None => error.source(),
    })
}

/// Returns the text of the innermost error.
fn cause(error: &(dyn error::Error + 'static)) -> String {
    errors(error).last().map(ToString::to_string).unwrap_or_default()
}

// `Display` shows the source where it helps. `source` does not return it, so that no report shows it twice.
impl error::Error for Unanswered {}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(source: ConnectorError, says: &str, sent: bool, hint: &str) {
        let error = Unanswered::broken("ecs.example".to_owned(), source).into_connector_error();
        let found = Unanswered::within(&error).expect("it is in there");
        assert_eq!((found.to_string().as_str(), found.was_sent()), (says, sent));
        assert!(found.hint().contains(hint), "{}", found.hint());
    }

    #[test]
    fn broken_connection_names_its_trouble() {
        let io = |kind: io::ErrorKind| ConnectorError::io(io::Error::from(kind).into());
        check(
            io(io::ErrorKind::ConnectionRefused),
            "ecs.example refused the connection",
            true,
            "AWS_ENDPOINT_URL",
        );
        check(
            io(io::ErrorKind::ConnectionReset),
            "ecs.example broke the connection off",
            true,
            "run it again",
        );
        check(
            ConnectorError::io("dns error: no such host".into()),
            "the name ecs.example cannot be resolved",
            true,
            "the region",
        );
        check(
            ConnectorError::io("invalid peer certificate: UnknownIssuer".into()),
            "ecs.example is not trusted: invalid peer certificate: UnknownIssuer",
            true,
            "AWS_CA_BUNDLE",
        );
        check(
            ConnectorError::other("tunnel error: unsuccessful".into(), None),
            "the proxy does not connect to ecs.example: tunnel error: unsuccessful",
            false,
            "NO_PROXY",
        );
        check(ConnectorError::user("bad".into()), "ecs.example: user error: bad", false, "AWS_PROFILE");
    }

    #[test]
    fn other_answers_count_as_sent() {
        let host = || "ecs.example".to_owned();
        for (error, says) in [
            (Unanswered::late(host(), Duration::from_mins(1)), "ecs.example sent no answer within 60 s"),
            (
                Unanswered::endless(host(), Duration::from_mins(1)),
                "ecs.example began to answer and did not end within 60 s",
            ),
            (Unanswered::large(host(), 64 << 20), "ecs.example sent an answer of more than 64 MiB"),
            (
                Unanswered::foreign(host(), "ecs.example answered HTTP 302".to_owned()),
                "ecs.example answered HTTP 302",
            ),
        ] {
            assert!(error.was_sent() && error.to_string() == says, "{error}");
        }
    }
}

//! Lines of containers' logs. They are words of the application, so only texts of runtimes and SDKs are here.

use super::{Pattern, Place, Shows};

/// The lines of logs, narrow ones first.
pub(super) const PATTERNS: &[Pattern] = &[
    line(
        &[&["exec format error"]],
        Shows::Cause("P9"),
        &["exec /usr/local/bin/web: exec format error"],
    )
    .subject("exec ", &[':', ' ']),
    line(
        &[&["exec ", ": no such file or directory"]],
        Shows::Cause("K7"),
        &["exec /entrypoint.sh: no such file or directory"],
    )
    .subject("exec ", &[':', ' ']),
    line(
        &[&["is not authorized to perform:", "on resource:"], &["is not authorized to perform:", "no identity-based"]],
        Shows::Cause("L5"),
        &["AccessDenied: User: arn:aws:sts::123456789012:assumed-role/shop-web/0d17 is not authorized to perform: \
           sqs:SendMessage on resource: arn:aws:sqs:ap-northeast-1:123456789012:jobs because no identity-based \
           policy allows the sqs:SendMessage action"],
    )
    .subject("to perform: ", &[' ']),
    line(
        &[&["read-only file system"]],
        Shows::Cause("K15"),
        &["open /var/cache/web: Read-only file system"],
    ),
    line(
        &[
            &["listening", "//127.0.0.1"],
            &["listening", " 127.0.0.1"],
            &["listening", "localhost:"],
            &["running on http://127.0.0.1"],
            &["running on http://localhost"],
        ],
        Shows::Cause("K12"),
        &["Running on http://127.0.0.1:5000", "server listening on 127.0.0.1:8080", "listening at http://localhost:3000"],
    ),
    line(
        &[&["getaddrinfo enotfound"], &["dial tcp: lookup", "no such host"], &["name or service not known"]],
        Shows::Cause("D1"),
        &["Error: getaddrinfo ENOTFOUND orders.shop.local"],
    )
    .subject("enotfound ", &[' ']),
    line(
        &[&["does not specify a valid host name", "_"]],
        Shows::Cause("D4"),
        &["org.apache.http.client.ClientProtocolException: URI does not specify a valid host name: \
           http://orders.my_shop.local:8080/"],
    )
    .subject("host name: ", &[' ']),
];

/// Returns a pattern for a line that people observed in logs.
const fn line(
    any: &'static [&'static [&'static str]],
    shows: Shows,
    examples: &'static [&'static str],
) -> Pattern {
    Pattern::new(any, shows, examples).at(Place::Log).observed()
}

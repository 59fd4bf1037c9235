//! The remedies for refusals, by error code.
//!
//! A remedy is worth its line where the message of AWS alone does not lead to it: for credentials, clocks,
//! closed regions and missing permissions. The codes differ from service to service for the same cause, so
//! each cause lists them all. Codes about single objects have no advice here; their kinds add it.

/// Codes for credentials that were valid once.
const EXPIRED: [&str; 4] =
    ["ExpiredToken", "ExpiredTokenException", "TokenRefreshRequired", "RequestExpired"];
/// Codes for credentials that AWS does not know.
const UNKNOWN: [&str; 4] =
    ["UnrecognizedClientException", "InvalidClientTokenId", "InvalidAccessKeyId", "AuthFailure"];
/// Codes for requests with a wrong signature.
const UNSIGNED: [&str; 2] = ["SignatureDoesNotMatch", "InvalidSignatureException"];
/// Codes for accounts or regions that are not enabled.
const CLOSED: [&str; 2] = ["OptInRequired", "SubscriptionRequiredException"];

/// Returns whether a refusal says that the credentials have expired.
///
/// A wrong clock gets some of the same codes; new credentials would not help there.
pub(super) fn is_expired(code: &str, message: &str) -> bool {
    EXPIRED.contains(&code) && !is_clock(code, message)
}

/// Returns the remedy for a refusal, where the code says more than the message.
pub(super) fn of(code: &str, message: &str, operation: &str) -> Option<String> {
    let advice = if is_clock(code, message) {
        "set the clock of this machine; AWS refuses requests whose time is more than 5 minutes off"
    } else if EXPIRED.contains(&code) {
        "log in again with `aws sso login`, or renew the credentials"
    } else if UNKNOWN.contains(&code) {
        "check AWS_PROFILE and AWS_ACCESS_KEY_ID: AWS does not know these credentials, or the region is not enabled"
    } else if UNSIGNED.contains(&code) {
        "check AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN: they do not belong to the access key"
    } else if CLOSED.contains(&code) {
        "enable the region and the service for this account"
    } else {
        return is_denied(code).then(|| format!("the caller's IAM policy must allow {operation}"));
    };
    Some(advice.to_owned())
}

/// Returns whether the caller may not make the call. EC2 has a code of its own for it.
pub(super) fn is_denied(code: &str) -> bool {
    code.contains("AccessDenied") || code == "UnauthorizedOperation"
}

/// Returns whether AWS refused the time of the request: the clock of this machine is wrong.
///
/// The codes for a bad signature cover this case, too. Only the message tells it from a wrong key.
fn is_clock(code: &str, message: &str) -> bool {
    let told = ["Signature expired", "not yet current", "is earlier than", "is later than"];
    code == "RequestTimeTooSkewed"
        || UNSIGNED.contains(&code) && told.iter().any(|words| message.contains(words))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(code: &str, message: &str, expected: Option<&str>) {
        let advice = of(code, message, "ecs:CreateService");
        assert!(
            advice.as_deref().zip(expected).is_some_and(|(advice, part)| advice.contains(part))
                || advice.is_none() && expected.is_none(),
            "{code}: {advice:?}"
        );
    }

    #[test]
    fn each_refusal_of_the_caller_has_advice() {
        for code in EXPIRED {
            check(code, "The security token included in the request is expired", Some("aws sso login"));
        }
        for code in UNKNOWN {
            check(code, "The security token included in the request is invalid.", Some("AWS_ACCESS_KEY_ID"));
        }
        check(
            "SignatureDoesNotMatch",
            "The request signature we calculated does not match",
            Some("AWS_SECRET_ACCESS_KEY"),
        );
        check(
            "SignatureDoesNotMatch",
            "Signature expired: 20260101T000000Z is now earlier than …",
            Some("clock"),
        );
        check("InvalidSignatureException", "Signature not yet current: …", Some("clock"));
        check("RequestTimeTooSkewed", "", Some("clock"));
        check("OptInRequired", "", Some("enable"));
        check("AccessDeniedException", "", Some("must allow ecs:CreateService"));
        check("UnauthorizedOperation", "", Some("must allow"));
        check("ClusterNotFoundException", "", None);
    }
}

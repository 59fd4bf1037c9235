//! The principals of trust policies, and the actions that these allow.
//!
//! A stack writes its trust policies itself, so these rules are for requests of `CreateRole` only. A trust policy may
//! allow the actions of STS that assume a role. IAM checks at once that a principal has the right form, and refuses
//! ARNs with wildcards.

use super::condition::Verdict;
use super::is_account;
use crate::rules::reference::is_arn_of;

/// The kinds of principals.
pub(crate) const KINDS: [&str; 4] = ["AWS", "Service", "Federated", "CanonicalUser"];

/// The provider of Amazon Cognito, which vouches for the users of all identity pools, in other accounts too.
pub(crate) const COGNITO: &str = "cognito-identity.amazonaws.com";

/// The ends of the names of services, by partition.
const SERVICE_DOMAINS: [&str; 5] =
    [".amazonaws.com", ".amazonaws.com.cn", ".amazonaws.eu", ".c2s.ic.gov", ".sc2s.sgov.gov"];

/// The actions of STS that assume a role, in lower case: IAM compares actions without regard to case.
const ACTIONS: [&str; 6] = [
    "sts:assumerole",
    "sts:assumerolewithwebidentity",
    "sts:assumerolewithsaml",
    "sts:tagsession",
    "sts:setsourceidentity",
    "sts:setcontext",
];

/// Judges an action of a trust policy. IAM surely refuses a wildcard only if it matches other actions.
///
/// A wildcard such as `sts:Assume*` may be taken; `*` matches actions of other services.
pub(crate) fn action(action: &str) -> Verdict {
    let action = action.to_ascii_lowercase();
    if ACTIONS.contains(&action.as_str()) {
        return Verdict::Taken;
    }
    match action.find(['*', '?']) {
        Some(at) if at > "sts:".len() && ACTIONS.iter().any(|known| known.starts_with(&action[..at])) => {
            Verdict::Unsure
        }
        _ => Verdict::Refused,
    }
}

/// Returns whether a text is the name of a service: `<service>.amazonaws.com`.
///
/// Wildcards are refused. Names of services differ by partition.
pub(crate) fn is_service(name: &str) -> bool {
    let service = SERVICE_DOMAINS.iter().find_map(|domain| name.strip_suffix(domain));
    service.is_some_and(|service| {
        service.split('.').all(|label| {
            !label.is_empty() && label.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b))
        })
    })
}

/// The identity providers that AWS knows by name.
const PROVIDERS: [&str; 4] = [COGNITO, "www.amazon.com", "graph.facebook.com", "accounts.google.com"];

/// Judges a federated principal: a provider that AWS knows by name, or the ARN of one of an account.
pub(crate) fn federated(name: &str) -> Verdict {
    let kinds = ["oidc-provider/", "saml-provider/"];
    if PROVIDERS.contains(&name) || is_arn_of(name, "iam", &kinds) {
        return Verdict::Taken;
    }
    // Cognito has other names in other partitions.
    if name.starts_with("cognito-identity") && is_service(name) { Verdict::Unsure } else { Verdict::Refused }
}

/// Returns whether a text is the canonical id of an account.
pub(crate) fn is_canonical(id: &str) -> bool {
    id.len() == 64 && id.bytes().all(|b| b.is_ascii_hexdigit())
}

/// Judges a principal of AWS: an account, anybody, or the ARN of an account's root, of a user or of a role.
///
/// An account with hyphens is how the console shows it; IAM may take it.
pub(crate) fn aws(principal: &str) -> Verdict {
    if principal == "*" || is_account(principal) {
        return Verdict::Taken;
    }

    let digits = principal.replace('-', "");
    if is_account(&digits) && principal.split('-').all(|part| part.len() == 4) {
        return Verdict::Unsure;
    }

    let parts: Vec<&str> = principal.splitn(6, ':').collect();
    let ["arn", partition, service, "", account, who] = parts.as_slice() else {
        return Verdict::Refused;
    };
    if !partition.starts_with("aws") || !is_account(account) {
        return Verdict::Refused;
    }

    let (kind, name) = who.split_once('/').unwrap_or((who, ""));
    let is_name = !name.is_empty() && name.bytes().all(|b| (b'!'..=b'~').contains(&b) && !b"*?".contains(&b));
    match (*service, kind) {
        ("iam", "root") if *who == "root" => Verdict::Taken,
        ("iam", "user" | "role") if is_name => Verdict::Taken,
        // Documented, and refused by tools.
        ("sts", "assumed-role" | "federated-user") if is_name => Verdict::Unsure,
        _ => Verdict::Refused,
    }
}

//! Trust policies: the principals that may assume a role.
//!
//! A trust policy is a policy document with rules of its own (IAM-TRUST-001 to 009). It belongs to its role, so it has
//! no resources, and its actions are those of STS that assume a role. IAM checks each principal when the role is
//! created: it refuses services, users and roles that do not exist. This check makes no call, so it knows the form of
//! principals, and of services a list of names.
//!
//! A stack writes its trust policies itself. So these rules are for requests only.
//!
//! Where AWS's texts and tools disagree, a value is a warning: account ids with hyphens, ARNs of sessions, wildcards in
//! actions, and services that are not listed.

use super::document::{self, both, one_or_many};
use crate::report::Report;
use crate::request::Node;
use crate::request::shape::wrong_type;
use crate::rules::iam::principal::{self, COGNITO, KINDS};
use crate::rules::iam::services::{self, Known};
use crate::rules::iam::{judge_as, policy};
use crate::rules::{
    IAM_TRUST_001, IAM_TRUST_002, IAM_TRUST_003, IAM_TRUST_004, IAM_TRUST_005, IAM_TRUST_006, IAM_TRUST_007,
    IAM_TRUST_008, IAM_TRUST_009, broken,
};

/// The most characters of a trust policy, without white space: the quota of an account, and the highest to which AWS
/// raises it.
const LONGEST: [usize; 2] = [2048, 4096];

/// Checks a trust policy.
///
/// More than 4096 characters without white space break IAM-TRUST-008. From 2049 on it is a warning, because AWS raises
/// the quota on request.
pub(super) fn policy(document: &Node<'_>, report: &mut Report) {
    document::inspect(document, statement, report);
    let count = document.as_text().map_or(0, policy::length);
    let [quota, most] = LONGEST;
    if count > most {
        report.add(document.at(), broken!(IAM_TRUST_008, "too-long", count = count, most = most));
    } else if count > quota {
        report.warn(document.at(), broken!(IAM_TRUST_008, "above-quota", count = count, quota = quota));
    }
}

/// Checks a statement of a trust policy.
///
/// - `Resource` and `NotResource` are refused (IAM-TRUST-004).
/// - `NotAction` is refused, and each action is one of STS that assumes a role or belongs to that, such as
///   `sts:TagSession` (IAM-TRUST-005). `*` and `sts:*` are refused; `sts:Assume*` is a warning.
fn statement(statement: &Node<'_>, report: &mut Report) {
    for name in ["Resource", "NotResource"] {
        if statement.value().get(name).is_some() {
            report.add(&statement.place(name), broken!(IAM_TRUST_004, "resource"));
        }
    }
    if statement.value().get("NotAction").is_some() {
        report.add(&statement.place("NotAction"), broken!(IAM_TRUST_005, "not-action"));
    }

    for action in one_or_many(statement.get("Action")) {
        if let Some(text) = action.as_text() {
            let broken = || broken!(IAM_TRUST_005, "other-action", action = text);
            judge_as(principal::action(text), action.at(), broken, report);
        }
    }

    principals(statement, report);
    cognito(statement, report);
}

/// Checks that a statement has principals (IAM-TRUST-002).
///
/// It has `Principal` or `NotPrincipal`, not both, and `NotPrincipal` only with the effect `Deny`.
fn principals(statement: &Node<'_>, report: &mut Report) {
    match ["Principal", "NotPrincipal"].map(|name| statement.value().get(name).is_some()) {
        [true, true] => {
            let broken = broken!(IAM_TRUST_002, "both-set", other = "Principal");
            report.add(&statement.place("NotPrincipal"), broken);
        }
        [false, false] => statement.lacks("Principal", &IAM_TRUST_002, report),
        [false, true] if statement.text("Effect") == Some("Allow") => {
            report.add(&statement.place("NotPrincipal"), broken!(IAM_TRUST_002, "not-principal"));
        }
        _ => {}
    }
    for name in ["Principal", "NotPrincipal"] {
        if let Some(value) = statement.value().get(name) {
            kinds(&Node::inside(value, statement.place(name)), report);
        }
    }
}

/// Checks the principals of an element, by kind.
///
/// - `"*"` alone is refused; anybody is `{"AWS": "*"}` (IAM-TRUST-003). Policies of resources, such as those of
///   buckets, may have it.
/// - The kinds are `AWS`, `Service`, `Federated` and `CanonicalUser` (IAM-TRUST-001), each with at least one name
///   (IAM-TRUST-002).
///
/// Names of an unknown kind have no further problem.
fn kinds(principals: &Node<'_>, report: &mut Report) {
    if principals.as_text() == Some("*") {
        report.add(principals.at(), broken!(IAM_TRUST_003, "anybody"));
    } else if !principals.value().is_object() {
        report.add(principals.at(), wrong_type(principals, "an object", &IAM_TRUST_001));
    } else if principals.members().is_empty() {
        report.add(principals.at(), broken!(IAM_TRUST_002, "nothing-named"));
    }

    for (kind, named) in principals.members() {
        if !KINDS.contains(&kind) {
            report.add(named.at(), broken!(IAM_TRUST_001, "unknown-kind", kind = kind));
            continue;
        }
        let all = one_or_many(Some(named.clone()));
        if all.is_empty() {
            report.add(named.at(), broken!(IAM_TRUST_002, "nothing-named"));
        }
        for one in &all {
            principal(kind, one, report);
        }
    }
}

/// Checks one principal of a kind.
///
/// - `AWS`: an account of 12 digits, `*`, or the ARN of its root, a user or a role (IAM-TRUST-003).
/// - `Service`: a name under the domain of a partition, without wildcards (IAM-TRUST-006).
/// - `Federated`: the ARN of an OIDC or SAML provider, or a provider that AWS knows by name (IAM-TRUST-009).
/// - `CanonicalUser`: 64 hexadecimal digits (IAM-TRUST-009).
fn principal(kind: &str, named: &Node<'_>, report: &mut Report) {
    let Some(text) = named.as_text().filter(|text| !text.is_empty()) else {
        return report.add(named.at(), broken!(IAM_TRUST_001, "no-name"));
    };
    match kind {
        "AWS" => {
            let broken = || broken!(IAM_TRUST_003, "unknown-principal", principal = text);
            judge_as(principal::aws(text), named.at(), broken, report);
        }
        "Service" if !principal::is_service(text) => {
            report.add(named.at(), broken!(IAM_TRUST_006, "unknown-service", service = text));
        }
        "Service" => service(text, named, report),
        "Federated" => {
            let broken = || broken!(IAM_TRUST_009, "not-a-provider", provider = text);
            judge_as(principal::federated(text), named.at(), broken, report);
        }
        "CanonicalUser" if !principal::is_canonical(text) => {
            report.add(named.at(), broken!(IAM_TRUST_009, "not-canonical", id = text));
        }
        _ => {}
    }
}

/// Checks that AWS has a service, as far as its services are known (IAM-TRUST-006).
///
/// AWS publishes no list. A name that is almost a listed one is an error, because IAM refuses misspelt services.
/// Another unlisted name is a warning: it may be a new service.
fn service(name: &str, named: &Node<'_>, report: &mut Report) {
    match services::known(name) {
        Known::Listed => {}
        Known::Near(near) => {
            let rest = name.split_once('.').map_or("", |(_, rest)| rest);
            let near = format!("{near}.{rest}");
            report.add(named.at(), broken!(IAM_TRUST_006, "misspelt-service", service = name, near = near));
        }
        Known::Unlisted => {
            report.warn(named.at(), broken!(IAM_TRUST_006, "unlisted-service", service = name));
        }
    }
}

/// Checks that trust in Amazon Cognito has a condition (IAM-TRUST-007).
///
/// The provider `cognito-identity.amazonaws.com` stands for the identity pools of all accounts, so IAM requires a
/// condition. Which condition it is does not matter to this rule.
fn cognito(statement: &Node<'_>, report: &mut Report) {
    let Some(principal) = statement.get("Principal") else { return };
    let provider = both(&principal, ["Federated", "Federated"]);
    let has_condition = statement.get("Condition").is_some_and(|condition| !condition.members().is_empty());
    for one in provider.iter().filter(|one| one.as_text() == Some(COGNITO) && !has_condition) {
        report.add(one.at(), broken!(IAM_TRUST_007, "no-condition"));
    }
}

//! Trust policies: who may take on a role.

use super::document::{self, both, one_or_many};
use crate::report::Report;
use crate::request::Node;
use crate::rules::iam::condition::Verdict;
use crate::rules::iam::principal::{self, COGNITO, KINDS};
use crate::rules::iam::{judge_as, policy};
use crate::rules::worded;
use crate::rules::{
    IAM_TRUST_001, IAM_TRUST_002, IAM_TRUST_003, IAM_TRUST_004, IAM_TRUST_005, IAM_TRUST_006, IAM_TRUST_007,
    IAM_TRUST_008,
};

/// The longest trust policy, without and with a raised quota.
const LONGEST: [usize; 2] = [2048, 4096];

/// Holds a trust policy against the rules.
pub(super) fn policy(document: &Node<'_>, report: &mut Report) {
    document::inspect(document, statement, report);
    let count = document.as_text().map_or(0, policy::length);
    let [usual, raised] = LONGEST;
    if count > raised {
        report.add(
            document.at(),
            worded(&IAM_TRUST_008, format!("has {count} characters without white space")),
        );
    } else if count > usual {
        let message =
            format!("has {count} characters without white space; an account's quota may be {usual}");
        report.warn(document.at(), worded(&IAM_TRUST_008, message));
    }
}

fn statement(statement: &Node<'_>, report: &mut Report) {
    for name in ["Resource", "NotResource"] {
        if statement.value().get(name).is_some() {
            report.add(&statement.place(name), worded(&IAM_TRUST_004, "stands in a trust policy"));
        }
    }
    if statement.value().get("NotAction").is_some() {
        report.add(
            &statement.place("NotAction"),
            worded(&IAM_TRUST_005, "names more actions than those of STS"),
        );
    }
    for action in one_or_many(statement.get("Action")) {
        if let Some(text) = action.as_text() {
            let message = || format!("`{text}` does not take on a role");
            judge_as(principal::action(text), &IAM_TRUST_005, action.at(), message, report);
        }
    }
    principals(statement, report);
}

fn principals(statement: &Node<'_>, report: &mut Report) {
    match ["Principal", "NotPrincipal"].map(|name| statement.value().get(name).is_some()) {
        [true, true] => {
            let fix = "take one of the two out";
            let at = statement.place("NotPrincipal");
            report.add(&at, worded(&IAM_TRUST_002, "stands beside `Principal`").with_fix(fix));
        }
        [false, false] => statement.lacks("Principal", &IAM_TRUST_002, report),
        [false, true] if statement.text("Effect") == Some("Allow") => {
            report.add(&statement.place("NotPrincipal"), worded(&IAM_TRUST_002, "stands beside `Allow`"));
        }
        _ => {}
    }
    for name in ["Principal", "NotPrincipal"] {
        let Some(value) = statement.value().get(name) else { continue };
        let at = statement.place(name);
        if value.as_str() == Some("*") {
            report.add(&at, worded(&IAM_TRUST_003, "is `*`; for a role anybody is `{\"AWS\": \"*\"}`"));
        } else if !value.is_object() {
            report.add(&at, worded(&IAM_TRUST_001, "is not an object of kinds of principals"));
        } else if value.as_object().is_some_and(serde_json::Map::is_empty) {
            report.add(&at, worded(&IAM_TRUST_002, "names nobody"));
        }
        for (kind, who) in statement.entries(name) {
            if !KINDS.contains(&kind) {
                report.add(who.at(), worded(&IAM_TRUST_001, format!("`{kind}` is not a kind of principals")));
                continue;
            }
            let all = one_or_many(Some(who.clone()));
            if all.is_empty() {
                report.add(who.at(), worded(&IAM_TRUST_002, "names nobody"));
            }
            for one in &all {
                principal(kind, one, report);
            }
        }
    }
    cognito(statement, report);
}

fn principal(kind: &str, who: &Node<'_>, report: &mut Report) {
    let Some(text) = who.as_text().filter(|text| !text.is_empty()) else {
        return report.add(who.at(), worded(&IAM_TRUST_001, "is not the name of a principal"));
    };
    match kind {
        "AWS" => {
            let message = || format!("`{text}` is not an account, a user or a role");
            judge_as(principal::aws(text), &IAM_TRUST_003, who.at(), message, report);
        }
        "Service" => {
            let verdict = if principal::is_service(text) { Verdict::Taken } else { Verdict::Refused };
            let message = || format!("`{text}` is not a service");
            judge_as(verdict, &IAM_TRUST_006, who.at(), message, report);
        }
        _ => {}
    }
}

fn cognito(statement: &Node<'_>, report: &mut Report) {
    let Some(principal) = statement.get("Principal") else { return };
    let provider = both(&principal, ["Federated", "Federated"]);
    let has_condition = statement.get("Condition").is_some_and(|condition| !condition.members().is_empty());
    for one in provider.iter().filter(|one| one.as_text() == Some(COGNITO) && !has_condition) {
        report.add(one.at(), worded(&IAM_TRUST_007, "is trusted without a condition"));
    }
}

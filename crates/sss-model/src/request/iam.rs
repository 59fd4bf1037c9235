//! IAM: roles, their trust policies, and the policies that they have.
//!
//! A role has three kinds of policies. The *trust policy* says who may assume it and is part of `CreateRole`. An
//! *inline policy* belongs to the role (`PutRolePolicy`). A *managed policy* exists by itself and is attached by its
//! ARN (`AttachRolePolicy`).
//!
//! Documents are texts in a request. `document` reads one and checks the grammar that all of them share; `trust` and
//! `document::identity` add the rules of their purpose. Problems inside a document have paths that continue the
//! member's, such as `PolicyDocument.Statement`.
//!
//! AWS's texts about IAM contradict each other in places. A value that one of them allows and another one refuses is a
//! warning, and a value that all of them refuse is an error.
//!
//! IAM needs seconds, up to two minutes, until other services see a new role. No rule can check that.

mod document;
mod trust;

use super::bounds::{length, number};
use super::shape::{Kind, Shape, may, must};
use super::tags::{self, TAGS};
use super::{Node, Referred};
use crate::report::Report;
use crate::rules::{
    IAM_POL_000, IAM_POL_011, IAM_POL_012, IAM_ROLE_000, IAM_ROLE_001, IAM_ROLE_002, IAM_ROLE_003,
    IAM_ROLE_004, IAM_ROLE_005, IAM_ROLE_006, IAM_ROLE_010, broken, iam, limits,
};

/// `CreateRole`: the name (IAM-ROLE-000) and the trust policy (IAM-ROLE-010) are required.
///
/// `Path` is `/` by default, and a session lasts 3600 seconds.
pub(crate) const CREATE_ROLE: Shape = Shape(&[
    must("RoleName", Kind::Text, &IAM_ROLE_000),
    must("AssumeRolePolicyDocument", Kind::Text, &IAM_ROLE_010),
    may("Path Description PermissionsBoundary", Kind::Text),
    may("MaxSessionDuration MaxSigninSessionDuration", Kind::Integer),
    may("Tags", TAGS),
]);

/// `PutRolePolicy`: the role (IAM-ROLE-000), the name (IAM-POL-011) and the document (IAM-POL-000) are required.
///
/// It replaces an inline policy of the same name.
pub(crate) const PUT_ROLE_POLICY: Shape = Shape(&[
    must("RoleName", Kind::Text, &IAM_ROLE_000),
    must("PolicyName", Kind::Text, &IAM_POL_011),
    must("PolicyDocument", Kind::Text, &IAM_POL_000),
]);

/// `AttachRolePolicy`: the role (IAM-ROLE-000) and the ARN (IAM-ROLE-006) are required.
pub(crate) const ATTACH_ROLE_POLICY: Shape =
    Shape(&[must("RoleName", Kind::Text, &IAM_ROLE_000), must("PolicyArn", Kind::Text, &IAM_ROLE_006)]);

/// Checks a request for a role.
///
/// - `RoleName`: 1 to 64 letters, digits and `+=,.@_-` (IAM-ROLE-001). IAM compares names without regard to case, which
///   needs the names of the account.
/// - `Path`: `/`, or at most 512 printable characters that begin and end with `/` (IAM-ROLE-002). `/aws-service-role/`
///   belongs to AWS.
/// - `Description`: at most 1000 characters of Latin-1 (IAM-ROLE-003). IAM refuses others, such as Japanese.
/// - `MaxSessionDuration`: 3600 to 43200 seconds. `MaxSigninSessionDuration`: 3600 to 7776000 seconds (both
///   IAM-ROLE-004).
/// - `PermissionsBoundary`: the ARN of a policy with 20 to 2048 characters (IAM-ROLE-005).
/// - `AssumeRolePolicyDocument`: see `trust`.
/// - `Tags`: keys differ in more than upper and lower case (TAG-006).
pub(crate) fn role(request: &Node<'_>, _referred: &Referred, report: &mut Report) {
    role_name(request, report);
    request.check_text("Path", &IAM_ROLE_002, iam::path, report);
    console_name(request, report);
    request.check_text("Description", &IAM_ROLE_003, iam::description, report);

    number(request, "MaxSessionDuration", 3600..=43200, &IAM_ROLE_004, report);
    number(request, "MaxSigninSessionDuration", 3600..=7_776_000, &IAM_ROLE_004, report);
    request.check_text("PermissionsBoundary", &IAM_ROLE_005, iam::boundary, report);
    length(request, "PermissionsBoundary", 20..=2048, &IAM_ROLE_005, report);

    if let Some(document) = request.get("AssumeRolePolicyDocument") {
        trust::policy(&document, report);
    }
    tags::of_list(request, "Tags", ["Key", "Value"], tags::Service::Iam, report);
}

/// Checks a request for an inline policy of a role.
///
/// - `PolicyName`: 1 to 128 letters, digits and `+=,.@_-` (IAM-POL-011). The page of quotas allows more characters, but
///   the service model does not.
/// - `PolicyDocument`: at most 10240 characters without white space (IAM-POL-012). IAM counts all inline policies of
///   the role together; one request shows only its own.
pub(crate) fn role_policy(request: &Node<'_>, _referred: &Referred, report: &mut Report) {
    role_name(request, report);
    if let Some(name) = request.text("PolicyName") {
        iam::policy_name(name, &request.place("PolicyName"), report);
    }

    let Some(document) = request.get("PolicyDocument") else { return };
    document::inspect(&document, document::identity, report);
    let (count, most) = (document.as_text().map_or(0, iam::policy::length), limits::INLINE_POLICIES);
    if count > most {
        report.add(document.at(), broken!(IAM_POL_012, "too-long", count = count, most = most));
    }
}

/// Checks a request that attaches a managed policy to a role.
///
/// `PolicyArn` is the ARN of a policy of an account or of AWS, with 20 to 2048 characters (IAM-ROLE-006). How many
/// policies the role has already is a fact of the account.
pub(crate) fn attachment(request: &Node<'_>, _referred: &Referred, report: &mut Report) {
    role_name(request, report);
    if let Some(arn) = request.text("PolicyArn").filter(|arn| !iam::is_policy_arn(arn)) {
        report.add(&request.place("PolicyArn"), broken!(IAM_ROLE_006, "not-a-policy", arn = arn));
    }
    length(request, "PolicyArn", 20..=2048, &IAM_ROLE_006, report);
}

/// Checks the name of a role, which all requests of this module have (IAM-ROLE-001).
fn role_name(request: &Node<'_>, report: &mut Report) {
    if let Some(name) = request.text("RoleName") {
        iam::role_name(name, &request.place("RoleName"), report);
    }
}

/// Advises against a path and a name with which the console cannot switch to the role.
///
/// IAM accepts them, and other ways to assume the role work. The two together have at most 64 characters for the
/// console (IAM-ROLE-001). A name that is too long by itself has a problem already.
fn console_name(request: &Node<'_>, report: &mut Report) {
    let (path, name) = (request.text("Path").unwrap_or("/"), request.text("RoleName").unwrap_or_default());
    let (count, most) = (path.len() + name.len(), iam::LONGEST_ROLE_NAME);
    if path != "/" && name.len() <= most && count > most {
        let broken = broken!(IAM_ROLE_001, "too-long-to-switch", count = count, most = most);
        report.advise(&request.place("Path"), broken);
    }
}

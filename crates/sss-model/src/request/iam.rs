//! IAM: roles, their trust policies, and the policies that they have.

mod document;
mod trust;

use super::bounds::{length, number};
use super::shape::{Kind, Shape, may, must};
use super::tags::{self, TAGS};
use super::{Node, Referred};
use crate::report::Report;
use crate::rules::{
    IAM_POL_000, IAM_POL_011, IAM_POL_012, IAM_ROLE_000, IAM_ROLE_001, IAM_ROLE_002, IAM_ROLE_003,
    IAM_ROLE_004, IAM_ROLE_005, IAM_ROLE_006, IAM_ROLE_010, broken, iam,
};

pub(crate) const CREATE_ROLE: Shape = Shape(&[
    must("RoleName", Kind::Text, &IAM_ROLE_000),
    must("AssumeRolePolicyDocument", Kind::Text, &IAM_ROLE_010),
    may("Path Description PermissionsBoundary", Kind::Text),
    may("MaxSessionDuration MaxSigninSessionDuration", Kind::Integer),
    may("Tags", TAGS),
]);

pub(crate) const PUT_ROLE_POLICY: Shape = Shape(&[
    must("RoleName", Kind::Text, &IAM_ROLE_000),
    must("PolicyName", Kind::Text, &IAM_POL_011),
    must("PolicyDocument", Kind::Text, &IAM_POL_000),
]);

pub(crate) const ATTACH_ROLE_POLICY: Shape =
    Shape(&[must("RoleName", Kind::Text, &IAM_ROLE_000), must("PolicyArn", Kind::Text, &IAM_ROLE_006)]);

/// Checks a request for a role.
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
pub(crate) fn role_policy(request: &Node<'_>, _referred: &Referred, report: &mut Report) {
    role_name(request, report);
    if let Some(name) = request.text("PolicyName") {
        iam::policy_name(name, &request.place("PolicyName"), report);
    }
    let Some(document) = request.get("PolicyDocument") else { return };
    document::inspect(&document, document::identity, report);
    let (count, most) = (document.as_text().map_or(0, iam::policy::length), iam::policy::LONGEST);
    if count > most {
        report.add(document.at(), broken!(IAM_POL_012, "too-long", count = count, most = most));
    }
}

/// Checks a request that attaches a managed policy to a role.
pub(crate) fn attachment(request: &Node<'_>, _referred: &Referred, report: &mut Report) {
    role_name(request, report);
    if let Some(arn) = request.text("PolicyArn").filter(|arn| !iam::is_policy_arn(arn)) {
        report.add(&request.place("PolicyArn"), broken!(IAM_ROLE_006, "not-a-policy", arn = arn));
    }
    length(request, "PolicyArn", 20..=2048, &IAM_ROLE_006, report);
}

fn role_name(request: &Node<'_>, report: &mut Report) {
    if let Some(name) = request.text("RoleName") {
        iam::role_name(name, &request.place("RoleName"), report);
    }
}

/// Advises against a path and a name with which the console cannot switch to the role.
fn console_name(request: &Node<'_>, report: &mut Report) {
    let (path, name) = (request.text("Path").unwrap_or("/"), request.text("RoleName").unwrap_or_default());
    let (count, most) = (path.len() + name.len(), iam::LONGEST_ROLE_NAME);
    if path != "/" && name.len() <= most && count > most {
        let broken = broken!(IAM_ROLE_001, "too-long-to-switch", count = count, most = most);
        report.advise(&request.place("Path"), broken);
    }
}

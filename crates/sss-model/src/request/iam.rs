//! IAM: roles, their trust policies, and the policies that they have.

mod document;
mod trust;

use super::bounds::{length, number};
use super::shape::{Kind, Shape, may, must};
use super::tags::{self, TAGS};
use super::{Node, Referred};
use crate::report::Report;
use crate::rules::worded;
use crate::rules::{
    IAM_POL_000, IAM_POL_011, IAM_POL_012, IAM_ROLE_000, IAM_ROLE_001, IAM_ROLE_002, IAM_ROLE_003,
    IAM_ROLE_004, IAM_ROLE_005, IAM_ROLE_006, IAM_ROLE_010, iam,
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

pub(crate) fn role(request: &Node<'_>, _referred: &Referred, report: &mut Report) {
    role_name(request, report);
    request.check_text("Path", &IAM_ROLE_002, iam::path, report);
    console_name(request, report);
    request.check_text("Description", &IAM_ROLE_003, iam::description, report);
    number(request, "MaxSessionDuration", 3600..=43200, &IAM_ROLE_004, report);
    number(request, "MaxSigninSessionDuration", 3600..=7_776_000, &IAM_ROLE_004, report);
    if let Some(arn) = request.text("PermissionsBoundary").filter(|arn| !iam::is_policy_arn(arn)) {
        let message = format!("`{arn}` is not the ARN of a policy");
        report.add(&request.place("PermissionsBoundary"), worded(&IAM_ROLE_005, message));
    }
    length(request, "PermissionsBoundary", 20..=2048, &IAM_ROLE_005, report);
    if let Some(document) = request.get("AssumeRolePolicyDocument") {
        trust::policy(&document, report);
    }
    tags::of_list(request, "Tags", ["Key", "Value"], tags::Service::Usual, report);
}

pub(crate) fn role_policy(request: &Node<'_>, _referred: &Referred, report: &mut Report) {
    role_name(request, report);
    if let Some(name) = request.text("PolicyName") {
        iam::policy_name(name, &request.place("PolicyName"), report);
    }
    let Some(document) = request.get("PolicyDocument") else { return };
    document::inspect(&document, document::identity, report);
    let count = document.as_text().map_or(0, iam::policy::length);
    if count > iam::policy::LONGEST {
        report
            .add(document.at(), worded(&IAM_POL_012, format!("has {count} characters without white space")));
    }
}

pub(crate) fn attachment(request: &Node<'_>, _referred: &Referred, report: &mut Report) {
    role_name(request, report);
    if let Some(arn) = request.text("PolicyArn").filter(|arn| !iam::is_policy_arn(arn)) {
        let message = format!("`{arn}` is not the ARN of a managed policy");
        report.add(&request.place("PolicyArn"), worded(&IAM_ROLE_006, message));
    }
    length(request, "PolicyArn", 20..=2048, &IAM_ROLE_006, report);
}

fn role_name(request: &Node<'_>, report: &mut Report) {
    if let Some(name) = request.text("RoleName") {
        iam::role_name(name, &request.place("RoleName"), report);
    }
}

/// The console switches to roles whose path and name have 64 characters at most.
fn console_name(request: &Node<'_>, report: &mut Report) {
    let (path, name) = (request.text("Path").unwrap_or("/"), request.text("RoleName").unwrap_or_default());
    let length = path.len() + name.len();
    if path != "/" && name.len() <= 64 && length > 64 {
        let message = format!("and the name have {length} characters; the console cannot switch to the role");
        report.advise(&request.place("Path"), worded(&IAM_ROLE_001, message));
    }
}

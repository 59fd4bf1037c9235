//! The actions of a listener and of its rules.
//!
//! Actions run in their order. Those before the last one decide whether the request may go on, and the last one answers
//! it: it forwards the request to target groups, redirects the client, or returns a fixed response. A Network Load
//! Balancer only forwards.

use super::arn;
use crate::report::Report;
use crate::request::Node;
use crate::request::bounds::{count, length, number};
use crate::request::shape::{Kind, Shape, TEXT_BY_KEY, TEXTS, choice, list, may, must};
use crate::rules::elb::Balancer;
use crate::rules::{ELB_ACT_001, ELB_ACT_002, ELB_ACT_003, ELB_ACT_004, broken};

/// A list of actions.
pub(super) const ACTIONS: Kind = list(&Kind::Structure(&ACTION));

/// The types of actions that answer a request.
const ANSWERS: [&str; 3] = ["forward", "redirect", "fixed-response"];

/// The types of actions, those that answer first.
const TYPES: [&str; 6] =
    ["forward", "redirect", "fixed-response", "authenticate-oidc", "authenticate-cognito", "jwt-validation"];

/// The member with the configuration of each type. A forward action may have its target group instead.
const CONFIGURATIONS: [(&str, &str); 6] = [
    ("forward", "ForwardConfig"),
    ("redirect", "RedirectConfig"),
    ("fixed-response", "FixedResponseConfig"),
    ("authenticate-oidc", "AuthenticateOidcConfig"),
    ("authenticate-cognito", "AuthenticateCognitoConfig"),
    ("jwt-validation", "JwtValidationConfig"),
];

/// The most target groups of an action.
const MOST_GROUPS: usize = 5;

/// The parts of an address that a redirect can change, with the values by which it keeps them.
const KEPT: [(&str, &str); 5] = [
    ("Protocol", "#{protocol}"),
    ("Port", "#{port}"),
    ("Host", "#{host}"),
    ("Path", "/#{path}"),
    ("Query", "#{query}"),
];

/// An action: its type is required (ELB-ACT-001), and the configuration of its type.
const ACTION: Shape = Shape(&[
    must("Type", Kind::Choice(&ELB_ACT_001, &TYPES), &ELB_ACT_001),
    may("TargetGroupArn", Kind::Text),
    may("Order", Kind::Integer),
    may("ForwardConfig", Kind::Structure(&FORWARD)),
    may("RedirectConfig", Kind::Structure(&REDIRECT)),
    may("FixedResponseConfig", Kind::Structure(&FIXED_RESPONSE)),
    may("AuthenticateOidcConfig", Kind::Structure(&OIDC)),
    may("AuthenticateCognitoConfig", Kind::Structure(&COGNITO)),
    may("JwtValidationConfig", Kind::Structure(&JWT)),
]);
/// Several target groups with weights.
const FORWARD: Shape = Shape(&[
    may("TargetGroups", list(&Kind::Structure(&TARGET_GROUP))),
    may("TargetGroupStickinessConfig", Kind::Structure(&STICKINESS)),
]);
const TARGET_GROUP: Shape =
    Shape(&[must("TargetGroupArn", Kind::Text, &ELB_ACT_002), may("Weight", Kind::Integer)]);
/// Whether a client returns to the same target group, and for how many seconds.
const STICKINESS: Shape = Shape(&[may("Enabled", Kind::Flag), may("DurationSeconds", Kind::Integer)]);
/// The port is a text, because it may be `#{port}`.
const REDIRECT: Shape = Shape(&[
    may("Protocol Port Host Path Query", Kind::Text),
    must("StatusCode", Kind::Choice(&ELB_ACT_004, &["HTTP_301", "HTTP_302"]), &ELB_ACT_004),
]);
const FIXED_RESPONSE: Shape = Shape(&[
    must("StatusCode", Kind::Text, &ELB_ACT_003),
    may("MessageBody", Kind::Text),
    may("ContentType", Kind::Choice(&ELB_ACT_003, &CONTENT_TYPES)),
]);
/// The content types of a fixed response.
const CONTENT_TYPES: [&str; 5] =
    ["text/plain", "text/css", "text/html", "application/javascript", "application/json"];
/// The answers to a client without a login.
const UNAUTHENTICATED: Kind = choice(&["deny", "allow", "authenticate"]);
const OIDC: Shape = Shape(&[
    must("Issuer AuthorizationEndpoint TokenEndpoint UserInfoEndpoint ClientId", Kind::Text, &ELB_ACT_001),
    may("ClientSecret SessionCookieName Scope", Kind::Text),
    may("SessionTimeout", Kind::Long),
    may("AuthenticationRequestExtraParams", TEXT_BY_KEY),
    may("OnUnauthenticatedRequest", UNAUTHENTICATED),
    may("UseExistingClientSecret", Kind::Flag),
]);
const COGNITO: Shape = Shape(&[
    must("UserPoolArn UserPoolClientId UserPoolDomain", Kind::Text, &ELB_ACT_001),
    may("SessionCookieName Scope", Kind::Text),
    may("SessionTimeout", Kind::Long),
    may("AuthenticationRequestExtraParams", TEXT_BY_KEY),
    may("OnUnauthenticatedRequest", UNAUTHENTICATED),
]);
const JWT: Shape = Shape(&[
    must("JwksEndpoint Issuer", Kind::Text, &ELB_ACT_001),
    may("AdditionalClaims", list(&Kind::Structure(&CLAIM))),
]);
/// A claim that a token must have.
const CLAIM: Shape = Shape(&[
    must("Format", choice(&["single-string", "string-array", "space-separated-values"]), &ELB_ACT_001),
    must("Name", Kind::Text, &ELB_ACT_001),
    must("Values", TEXTS, &ELB_ACT_001),
]);

/// Checks a list of actions.
///
/// There is at least one, and exactly the last one answers (ELB-ACT-001). Each has the configuration of its type, and
/// forward actions, redirects and fixed responses have rules of their own (ELB-ACT-002 to ELB-ACT-004).
pub(super) fn inspect(request: &Node<'_>, member: &str, balancer: Option<Balancer>, report: &mut Report) {
    count(request, member, 1..=usize::MAX, &ELB_ACT_001, report);
    let actions = request.items(member);
    let kinds: Vec<Option<&str>> = actions.iter().map(|action| action.text("Type")).collect();
    let answers = |kind: Option<&str>| kind.is_none_or(|kind| ANSWERS.contains(&kind));
    if let Some((last, before)) = kinds.split_last() {
        if !answers(*last) {
            report.add(&request.place(member), broken!(ELB_ACT_001, "no-answer"));
        }
        for (index, kind) in before.iter().enumerate() {
            if let Some(kind) = kind.filter(|kind| ANSWERS.contains(kind)) {
                let at = request.place(member).index(index).key("Type");
                report.add(&at, broken!(ELB_ACT_001, "not-last", kind = kind));
            }
        }
    }

    for action in &actions {
        if let Some(kind) = action.text("Type") {
            each(action, kind, balancer, report);
        }
    }
}

/// Checks one action by its type.
fn each(action: &Node<'_>, kind: &str, balancer: Option<Balancer>, report: &mut Report) {
    if balancer == Some(Balancer::Network) && kind != "forward" {
        report.add(&action.place("Type"), broken!(ELB_ACT_001, "only-forward", kind = kind));
        return;
    }
    let configuration = CONFIGURATIONS.iter().find(|(of, _)| *of == kind).map(|(_, member)| *member);
    let has_one = |member| action.has(member) || (kind == "forward" && action.has("TargetGroupArn"));
    if let Some(member) = configuration.filter(|member| !has_one(member)) {
        let broken = broken!(ELB_ACT_001, "no-configuration", kind = kind, member = member);
        report.add(&action.place(member), broken);
    }

    arn(action, "TargetGroupArn", "targetgroup", report);
    if let Some(forward) = action.get("ForwardConfig") {
        self::forward(action, &forward, report);
    }
    if let Some(redirect) = action.get("RedirectConfig") {
        self::redirect(&redirect, report);
    }
    if let Some(response) = action.get("FixedResponseConfig") {
        self::fixed_response(&response, report);
    }
}

/// Checks the target groups of a forward action.
///
/// Weights are 0 to 999. Several target groups need a weight each, and a single one is the same at both places.
fn forward(action: &Node<'_>, forward: &Node<'_>, report: &mut Report) {
    let groups = forward.items("TargetGroups");
    if groups.is_empty() && !forward.has("TargetGroups") && !action.has("TargetGroupArn") {
        forward.lacks("TargetGroups", &ELB_ACT_002, report);
    }
    count(forward, "TargetGroups", 0..=MOST_GROUPS, &ELB_ACT_002, report);

    let mut seen = Vec::new();
    for group in &groups {
        arn(group, "TargetGroupArn", "targetgroup", report);
        number(group, "Weight", 0..=999, &ELB_ACT_002, report);
        if groups.len() > 1 && !group.has("Weight") {
            report.add(&group.place("Weight"), broken!(ELB_ACT_002, "no-weight"));
        }
        let Some(arn) = group.text("TargetGroupArn") else { continue };
        if seen.contains(&arn) {
            report.add(&group.place("TargetGroupArn"), broken!(ELB_ACT_002, "listed-twice", name = arn));
        }
        seen.push(arn);
    }
    let single = action.text("TargetGroupArn");
    if let Some(single) = single
        && !seen.is_empty()
        && seen != [single]
    {
        report.add(&action.place("TargetGroupArn"), broken!(ELB_ACT_002, "other-group"));
    }
    if let Some(stickiness) = forward.get("TargetGroupStickinessConfig") {
        number(&stickiness, "DurationSeconds", 1..=604_800, &ELB_ACT_002, report);
    }
}

/// Checks a redirect. Parts that it does not have stay as they are, so it must change at least one.
fn redirect(redirect: &Node<'_>, report: &mut Report) {
    length(redirect, "Host", 1..=128, &ELB_ACT_004, report);
    length(redirect, "Path", 1..=128, &ELB_ACT_004, report);
    length(redirect, "Query", 0..=128, &ELB_ACT_004, report);
    if let Some(path) = redirect.text("Path").filter(|path| !path.is_empty() && !path.starts_with('/')) {
        report.add(&redirect.place("Path"), broken!(ELB_ACT_004, "not-a-path", path = path));
    }
    let changes = KEPT.iter().any(|(part, kept)| redirect.has(part) && redirect.text(part) != Some(kept));
    if !changes {
        report.add(redirect.at(), broken!(ELB_ACT_004, "loop"));
    }
}

/// Checks a fixed response: its status code, and the length of its text.
fn fixed_response(response: &Node<'_>, report: &mut Report) {
    length(response, "MessageBody", 0..=1024, &ELB_ACT_003, report);
    if let Some(code) = response.text("StatusCode") {
        let digits = code.len() == 3 && code.bytes().all(|b| b.is_ascii_digit());
        if !digits || !code.starts_with(['2', '4', '5']) {
            report.add(&response.place("StatusCode"), broken!(ELB_ACT_003, "not-a-status", given = code));
        }
    }
}

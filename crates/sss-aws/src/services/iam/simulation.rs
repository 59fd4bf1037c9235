//! Simulations: what policies allow, by IAM's own evaluation. They change nothing.
//!
//! # Facts about AWS
//!
//! - A simulation knows the identity-based policies and the boundary of its principal. Policies of resources,
//!   sessions and endpoints can decide otherwise.
//! - The answer names the keys of conditions that the request does not give.

use aws_sdk_iam::types::{
    ContextEntry, ContextKeyTypeEnum, EvaluationResult, PolicyEvaluationDecisionType as Kind,
};

use crate::{Aws, Result, error::Answer};

/// Actions on resources, with the keys of conditions that the calls would have.
pub(crate) struct Question<'a> {
    pub(crate) actions: &'a [&'a str],
    pub(crate) resources: &'a [String],
    pub(crate) keys: &'a [(&'a str, &'a str)],
}

/// The answer of the policies about one action on one resource.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Verdict {
    pub(crate) action: String,
    pub(crate) resource: String,
    pub(crate) decision: Decision,
}

/// The decision of the policies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Decision {
    /// A statement allows it, and none denies it.
    Allowed,
    /// A statement denies it.
    Denied,
    /// No statement allows it.
    Silent,
    /// It is not allowed so, but the simulation does not have all facts. Contains the missing one.
    Open(String),
}

/// Asks what a user or a role may do.
///
/// # Errors
///
/// The call failed or was denied, or IAM does not know the principal.
pub(crate) async fn of_principal(aws: &Aws, arn: &str, question: &Question<'_>) -> Result<Vec<Verdict>> {
    let request = aws.iam.simulate_principal_policy().policy_source_arn(arn);
    let request = request.set_action_names(Some(question.actions())).set_context_entries(question.keys());
    let request = request.set_resource_arns(Some(question.resources.to_vec()));
    let mut pages = request.into_paginator().send();
    let mut verdicts = Vec::new();
    while let Some(page) = pages.next().await {
        let results = page.of("iam:SimulatePrincipalPolicy")?.evaluation_results.unwrap_or_default();
        verdicts.extend(results.iter().flat_map(verdicts_of));
    }
    Ok(verdicts)
}

/// Asks what a role with these policies could do.
///
/// # Errors
///
/// The call failed or was denied.
pub(crate) async fn of_documents(
    aws: &Aws,
    documents: Vec<String>,
    question: &Question<'_>,
) -> Result<Vec<Verdict>> {
    let request = aws.iam.simulate_custom_policy().set_policy_input_list(Some(documents));
    let request = request.set_action_names(Some(question.actions())).set_context_entries(question.keys());
    let request = request.set_resource_arns(Some(question.resources.to_vec()));
    let mut pages = request.into_paginator().send();
    let mut verdicts = Vec::new();
    while let Some(page) = pages.next().await {
        let results = page.of("iam:SimulateCustomPolicy")?.evaluation_results.unwrap_or_default();
        verdicts.extend(results.iter().flat_map(verdicts_of));
    }
    Ok(verdicts)
}

impl Question<'_> {
    /// Returns the actions for a request.
    fn actions(&self) -> Vec<String> {
        self.actions.iter().map(|action| (*action).to_owned()).collect()
    }

    /// Returns the keys for a request.
    fn keys(&self) -> Option<Vec<ContextEntry>> {
        let entry = |(key, value): &(&str, &str)| {
            let entry = ContextEntry::builder().context_key_name(*key).context_key_values(*value);
            entry.context_key_type(ContextKeyTypeEnum::String).build()
        };
        (!self.keys.is_empty()).then(|| self.keys.iter().map(entry).collect())
    }
}

/// Reads a result. AWS puts the resources of an action into one result, or into several.
fn verdicts_of(result: &EvaluationResult) -> Vec<Verdict> {
    let action = result.eval_action_name();
    let is_denied_above =
        result.organizations_decision_detail().is_some_and(|detail| !detail.allowed_by_organizations);
    let verdict = |resource: &str, kind: &Kind, missing: &[String]| {
        let decision = decision(kind, missing, is_denied_above);
        Verdict { action: action.to_owned(), resource: resource.to_owned(), decision }
    };
    let specific = result.resource_specific_results().iter().map(|one| {
        verdict(&one.eval_resource_name, &one.eval_resource_decision, one.missing_context_values())
    });
    let specific: Vec<Verdict> = specific.collect();
    if specific.is_empty() {
        let resource = result.eval_resource_name().unwrap_or("*");
        return vec![verdict(resource, result.eval_decision(), result.missing_context_values())];
    }
    specific
}

/// Returns the decision behind an answer.
fn decision(kind: &Kind, missing: &[String], is_denied_above: bool) -> Decision {
    match (kind, missing) {
        (Kind::Allowed, _) => Decision::Allowed,
        (_, [key, ..]) => Decision::Open(format!("a condition on {key} decides")),
        _ if is_denied_above => Decision::Open("a policy of the organization decides".to_owned()),
        (Kind::ExplicitDeny, _) => Decision::Denied,
        (Kind::ImplicitDeny, _) => Decision::Silent,
        (other, _) => Decision::Open(format!("IAM answered {}", other.as_str())),
    }
}

#[cfg(test)]
mod tests {
    use aws_sdk_iam::types::ResourceSpecificResult;

    use super::*;

    #[test]
    fn resources_in_one_result_have_a_verdict_each() {
        let one = |resource: &str, kind| {
            let result = ResourceSpecificResult::builder().eval_resource_name(resource);
            result.eval_resource_decision(kind).build().expect("a result")
        };
        let result = EvaluationResult::builder().eval_action_name("s3:GetObject");
        let result = result.eval_resource_name("*").eval_decision(Kind::ImplicitDeny);
        let result = result.resource_specific_results(one("a", Kind::Allowed));
        let result =
            result.resource_specific_results(one("b", Kind::ExplicitDeny)).build().expect("a result");
        let seen: Vec<_> =
            verdicts_of(&result).into_iter().map(|verdict| (verdict.resource, verdict.decision)).collect();
        assert_eq!(seen, [("a".to_owned(), Decision::Allowed), ("b".to_owned(), Decision::Denied)]);
    }

    #[test]
    fn denial_by_a_condition_without_its_key_is_open() {
        let missing = ["aws:SourceVpc".to_owned()];
        let open = Decision::Open("a condition on aws:SourceVpc decides".to_owned());
        assert_eq!(decision(&Kind::ExplicitDeny, &missing, false), open);
        assert_eq!(decision(&Kind::Allowed, &missing, false), Decision::Allowed);
        assert!(matches!(decision(&Kind::ImplicitDeny, &[], true), Decision::Open(_)));
    }
}

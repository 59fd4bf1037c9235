//! The trust policy of one role, as a person asks for it after a failure.

use percent_encoding::percent_decode_str;
use serde_json::Value;

use crate::{
    Aws, Result,
    error::{Absent, Answer},
};

/// The trust of a role in a service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Trust {
    /// A statement allows the service to assume the role.
    Plain,
    /// Statements allow it on conditions only. The first one, as JSON.
    OnCondition(String),
    /// No statement allows it, or the role does not exist.
    None,
}

/// Reads whether a role trusts a service, such as `ecs-tasks.amazonaws.com`.
///
/// # Errors
///
/// The call failed or was denied.
pub(crate) async fn trust(aws: &Aws, role: &str, service: &str) -> Result<Trust> {
    let answer = aws.iam.get_role().role_name(role).send().await.of("iam:GetRole");
    let role = answer.none_if(&["NoSuchEntity"])?.and_then(|answer| answer.role);
    let document = role.and_then(|role| role.assume_role_policy_document).unwrap_or_default();
    let text = percent_decode_str(&document).decode_utf8_lossy();
    Ok(trust_of(&serde_json::from_str(&text).unwrap_or_default(), service))
}

/// Returns the trust in a service that a policy document expresses.
fn trust_of(document: &Value, service: &str) -> Trust {
    let statements = match &document["Statement"] {
        Value::Array(all) => all.iter().collect(),
        one => vec![one],
    };
    let allows = |statement: &&&Value| {
        let services = &statement["Principal"]["Service"];
        let names = |value: &Value| value.as_str() == Some(service);
        statement["Effect"] == "Allow"
            && (names(services) || services.as_array().is_some_and(|all| all.iter().any(names)))
    };
    let allowing: Vec<&&Value> = statements.iter().filter(allows).collect();
    match allowing.first() {
        None => Trust::None,
        Some(_) if allowing.iter().any(|statement| statement["Condition"].is_null()) => Trust::Plain,
        Some(statement) => Trust::OnCondition(statement["Condition"].to_string()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn trust_follows_from_the_statements() {
        let with = |condition: Value| {
            json!({ "Statement": [{ "Effect": "Allow", "Principal": { "Service": ["a.com", "b.com"] },
                                    "Condition": condition }] })
        };
        let condition = json!({ "StringEquals": { "aws:SourceAccount": "1" } });
        assert_eq!(trust_of(&with(condition.clone()), "a.com"), Trust::OnCondition(condition.to_string()));
        assert_eq!(trust_of(&with(Value::Null), "b.com"), Trust::Plain);
        assert_eq!(trust_of(&with(Value::Null), "c.com"), Trust::None);
        assert_eq!(trust_of(&json!({}), "a.com"), Trust::None);
    }
}

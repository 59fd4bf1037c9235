//! Secrets Manager: whether a secret exists. Its value is never read.

use crate::{
    Aws, Moment, Result,
    error::{Absent, Answer},
};

/// The state of a secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Secret {
    /// It can be read.
    There,
    /// It is scheduled for deletion, and cannot be read.
    Deleted,
}

/// Reads the state of a secret by its name or its ARN. `None` if it does not exist.
///
/// # Errors
///
/// The call failed or was denied.
pub(crate) async fn secret(aws: &Aws, id: &str) -> Result<Option<Secret>> {
    let answer = aws.secrets.describe_secret().secret_id(id).send().await;
    let answer = answer.of("secretsmanager:DescribeSecret").none_if(&["ResourceNotFoundException"])?;
    Ok(answer.map(|secret| if secret.deleted_date.is_some() { Secret::Deleted } else { Secret::There }))
}

/// Reads the time of the last value of a secret. `None` if the secret does not exist, or AWS does not tell.
///
/// # Errors
///
/// The call failed or was denied.
pub(crate) async fn changed(aws: &Aws, id: &str) -> Result<Option<Moment>> {
    let answer = aws.secrets.describe_secret().secret_id(id).send().await;
    let answer = answer.of("secretsmanager:DescribeSecret").none_if(&["ResourceNotFoundException"])?;
    Ok(answer.and_then(|secret| secret.last_changed_date.as_ref().map(Moment::from)))
}

/// Reads the policy of a secret, which can allow what the policies of a role do not. `None` without one.
///
/// # Errors
///
/// The call failed or was denied.
pub(crate) async fn policy(aws: &Aws, id: &str) -> Result<Option<String>> {
    let answer = aws.secrets.get_resource_policy().secret_id(id).send().await;
    let answer = answer.of("secretsmanager:GetResourcePolicy").none_if(&["ResourceNotFoundException"])?;
    Ok(answer.and_then(|answer| answer.resource_policy))
}

//! Service Quotas: the quotas that an account has.

use crate::{
    Aws, Result,
    error::{Absent, Answer, Sent},
};

/// Returns the value of a quota in this account and region. `None` if Service Quotas does not list it.
///
/// # Errors
///
/// The call failed or was denied.
pub(crate) async fn quota(aws: &Aws, service: &str, code: &str) -> Result<Option<f64>> {
    const OPERATION: &str = "servicequotas:GetServiceQuota";
    let answer = aws.quotas.get_service_quota().service_code(service).quota_code(code).send().await;
    let Some(answer) = answer.of(OPERATION).none_if(&["NoSuchResourceException"])? else { return Ok(None) };
    answer.quota.and_then(|quota| quota.value).sent(OPERATION, "value").map(Some)
}

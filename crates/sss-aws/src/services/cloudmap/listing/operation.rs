//! Namespaces that are being created, which no listing has yet, or deleted, which the listing still has.
//!
//! `ListOperations` shows the operations of the account by type and status. It does not name the namespace,
//! so this waits for the operations of others as well. They take less than a minute.

use std::time::Duration;

use aws_sdk_servicediscovery::types::{
    FilterCondition, OperationFilter, OperationFilterName, OperationStatus, OperationType,
};
use tokio::time::{Instant, sleep_until};

use crate::{Aws, Result, engine::wait::Looks, error::Answer};

/// The deadline: 5 minutes. A run that creates a namespace waits as long.
///
/// An observation that reaches it goes on with what is listed.
const PATIENCE: Duration = Duration::from_mins(5);

/// Waits until no operation of this type is under way. Returns whether one was.
///
/// It polls at the same distances as the waits of an apply.
pub(super) async fn under_way(aws: &Aws, change: &OperationType) -> Result<bool> {
    let (start, looks) = (Instant::now(), Looks::default());
    let mut waited = false;
    while is_under_way(aws, change).await? && start.elapsed() < PATIENCE {
        waited = true;
        sleep_until(start + looks.after(start.elapsed())).await;
    }
    Ok(waited)
}

/// Returns whether an operation of this type is submitted or pending.
async fn is_under_way(aws: &Aws, change: &OperationType) -> Result<bool> {
    let filter = |name, values: &[&str]| {
        let values = values.iter().map(|value| (*value).to_owned()).collect();
        let filter = OperationFilter::builder().name(name).set_values(Some(values));
        filter.condition(FilterCondition::In).build().expect("a filter with name and values")
    };
    let open = [OperationStatus::Submitted, OperationStatus::Pending];
    let request = aws
        .cloudmap
        .list_operations()
        .filters(filter(OperationFilterName::Type, &[change.as_str()]))
        .filters(filter(OperationFilterName::Status, &open.each_ref().map(OperationStatus::as_str)));
    let answer = request.send().await.of("servicediscovery:ListOperations")?;
    Ok(!answer.operations().is_empty())
}

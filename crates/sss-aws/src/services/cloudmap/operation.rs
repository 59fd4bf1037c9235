//! Operations of Cloud Map: changes that go on after the answer of their call.
//!
//! A call returns the id of an operation, and `GetOperation` tells how it ends.

use std::time::Duration;

use aws_sdk_servicediscovery::types::{OperationStatus, OperationTargetType};

use crate::{
    Error, Id, Result,
    engine::{
        run::Context,
        wait::{Condition, Look, wait},
    },
    error::{Answer, Sent},
};

/// The end of a change of a namespace or of a service in it.
pub(super) const CHANGED: Condition =
    Condition::new("the Cloud Map change", Duration::from_secs(5), Duration::from_mins(5));

/// The end of another operation on an object that is to change.
const FREE: Condition = Condition::new(
    "no other Cloud Map operation on it is under way",
    Duration::from_secs(5),
    Duration::from_mins(5),
);

/// Submits a change of an object and waits for its operation.
///
/// `send` makes the call `call` and returns the id of the operation in its answer.
///
/// Cloud Map refuses a change while another operation on the object is under way: the change of another run,
/// or this one if its answer was lost. The change is then sent again until Cloud Map takes it.
///
/// # Errors
///
/// The call or the operation failed, or the object was not free within 5 minutes.
pub(super) async fn change<F, Fut>(
    cx: &Context,
    id: &Id,
    target: &OperationTargetType,
    call: &'static str,
    send: F,
) -> Result<()>
where
    F: Fn() -> Fut,
    Fut: Future<Output = Result<Option<String>>>,
{
    let operation = match send().await {
        Err(error) if error.has_code("DuplicateRequest") => {
            wait(cx, id, &FREE, || async {
                match send().await {
                    Ok(operation) => Ok(Look::Met(operation)),
                    Err(error) if error.has_code("DuplicateRequest") => {
                        Ok(Look::Refused(error.answer(), error))
                    }
                    Err(error) => Err(error),
                }
            })
            .await
        }
        answered => answered,
    };
    let operation = operation?.sent(call, "OperationId")?;
    finish(cx, id, &CHANGED, &operation, target).await.map(drop)
}

/// Waits for an operation to succeed. Returns the id of the object that it was for.
///
/// # Errors
///
/// The operation failed, with AWS's code and message; or the condition's deadline passed.
pub(super) async fn finish(
    cx: &Context,
    id: &Id,
    condition: &Condition,
    operation: &str,
    target: &OperationTargetType,
) -> Result<String> {
    wait(cx, id, condition, || async {
        let answer = cx.aws.cloudmap.get_operation().operation_id(operation).send().await;
        let state = answer.of("servicediscovery:GetOperation")?.operation;
        let state = state.sent("servicediscovery:GetOperation", "Operation")?;

        match state.status() {
            Some(OperationStatus::Success) => {
                let target = state.targets().and_then(|targets| targets.get(target));
                Ok(Look::Met(target.cloned().sent("servicediscovery:GetOperation", "target")?))
            }
            Some(OperationStatus::Fail) => {
                let code = state.error_code().unwrap_or("no code");
                let message = state.error_message().unwrap_or("AWS gives no reason");
                Err(Error::failed(condition.name, format!("{} failed: {code}: {message}", condition.name)))
            }
            other => Ok(Look::Unmet(other.map_or("no status", |status| status.as_str()).to_owned())),
        }
    })
    .await
}

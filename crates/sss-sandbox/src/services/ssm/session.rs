//! The end of sessions. ECS opens them, and nothing listens behind them, so their end changes nothing.

use serde::Deserialize;
use serde_json::{Value, json};

use crate::refusal::Refusal;

/// The beginning of the ids of sessions that ECS opens.
const OF_ECS: &str = "ecs-execute-command-";

/// The input of `TerminateSession`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Terminated {
    session_id: String,
}

/// Carries out `TerminateSession`.
///
/// # Errors
///
/// Refuses ids that no session can have.
pub(super) fn terminate(asked: &Terminated) -> Result<Value, Refusal> {
    if asked.session_id.starts_with(OF_ECS) {
        return Ok(json!({ "SessionId": asked.session_id }));
    }
    Err(Refusal::new("DoesNotExistException", "The session does not exist."))
}

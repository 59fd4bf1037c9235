//! The text of an error.
//!
//! It is a fragment that fits "failed to …: ", names the operation where there was one, and reads alone in a log.

use std::fmt;

use super::{Cause, Error};

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0.cause {
            Cause::Refused { operation, code, message, request_id, .. } => {
                write!(f, "{operation} was refused: {code}: {message}")?;
                request_id.iter().try_for_each(|id| write!(f, " (request {id})"))
            }
            Cause::Unreachable { operation, message, .. } => {
                write!(f, "{operation} got no answer: {message}")
            }
            Cause::Unmet { message, late: false, .. }
            | Cause::Declined { message }
            | Cause::Unnamed { message } => f.write_str(message),
            Cause::Unmet { condition, message, late: true } => {
                write!(f, "waiting for {condition} took too long: {message}")
            }
            Cause::Locked { holder, ends } => {
                write!(
                    f,
                    "{holder} holds the lock of the stack; it expires at {ends} unless that run renews it"
                )
            }
            Cause::Stale { difference } => f.write_str(difference),
            Cause::Emptied { objects } => {
                write!(f, "the stack has no services, and this plan deletes {objects}")
            }
            Cause::Renamed { former, now } => write!(
                f,
                "the account has a stack `{former}` with the same objects, and no stack `{now}`; this plan would \
                 create all of them a second time"
            ),
            Cause::Invalid(_) => f.write_str("the stack is invalid"),
            Cause::Lost { message } => write!(f, "the lock was lost: {message}"),
            Cause::Interrupted { condition, message } => {
                write!(f, "waiting for {condition} was interrupted: {message}")
            }
            Cause::InUse { by } => write!(f, "other objects use it: {by}"),
            Cause::Unexpected { operation, message } => write!(f, "{operation}: {message}"),
        }
    }
}

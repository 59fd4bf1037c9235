//! STS: the caller of all calls.
//!
//! # Facts about AWS
//!
//! - `GetCallerIdentity` needs no rights, and no policy can deny it.
//! - The ARN of a session has the name of its role and not the path of it: `assumed-role/NAME/SESSION`.

use crate::{
    Aws, Result,
    error::{Answer, Sent},
};

/// The caller, by its ARN.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Caller {
    /// A user of IAM, with its ARN.
    User(String),
    /// A session of a role, with the name of the role.
    Session(String),
    /// Another caller, such as the root user or a federated user, with its ARN.
    Other(String),
}

/// Reads who makes the calls.
///
/// # Errors
///
/// The call failed.
pub(crate) async fn caller(aws: &Aws) -> Result<Caller> {
    const OPERATION: &str = "sts:GetCallerIdentity";
    let answer = aws.sts.get_caller_identity().send().await.of(OPERATION)?;
    Ok(caller_of(answer.arn.sent(OPERATION, "Arn")?))
}

/// Returns the caller that an ARN names.
fn caller_of(arn: String) -> Caller {
    let mut parts = arn.splitn(6, ':').skip(2);
    let (service, resource) = (parts.next(), parts.nth(2).unwrap_or_default());
    match (service, resource.split_once('/')) {
        (Some("iam"), Some(("user", _))) => Caller::User(arn),
        (Some("sts"), Some(("assumed-role", session))) => {
            let role = session.split_once('/').map_or(session, |(role, _)| role);
            Caller::Session(role.to_owned())
        }
        _ => Caller::Other(arn),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn caller_follows_from_its_arn() {
        let session = |role: &str| Caller::Session(role.to_owned());
        let of = |arn: &str| caller_of(arn.to_owned());
        assert_eq!(of("arn:aws:sts::123456789012:assumed-role/deploy/run-17"), session("deploy"));
        let sso = "arn:aws-cn:sts::123456789012:assumed-role/AWSReservedSSO_Admin_0d17/ann@example.com";
        assert_eq!(of(sso), session("AWSReservedSSO_Admin_0d17"));
        for arn in ["arn:aws:iam::123456789012:user/ann", "arn:aws:iam::123456789012:user/team/ann"] {
            assert_eq!(of(arn), Caller::User(arn.to_owned()));
        }
        for arn in ["arn:aws:iam::123456789012:root", "arn:aws:sts::123456789012:federated-user/ann", "ann"] {
            assert_eq!(of(arn), Caller::Other(arn.to_owned()));
        }
    }
}

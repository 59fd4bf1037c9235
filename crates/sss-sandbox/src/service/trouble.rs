//! How each service says that it cannot or will not serve a call, whatever the call is.

use super::Service;
use crate::{refusal::Refusal, world::World};

impl Service {
    /// The service was called too often.
    pub(crate) fn throttled(self) -> Refusal {
        let (status, code, message) = match self {
            Self::ApiGateway => (429, "TooManyRequestsException", "Too Many Requests"),
            Self::Ec2 => (503, "RequestLimitExceeded", "Request limit exceeded."),
            Self::Iam | Self::Sts => (400, "Throttling", "Rate exceeded"),
            Self::Tagging => (400, "ThrottledException", "Rate exceeded"),
            Self::CloudMap | Self::Ecs | Self::Logs | Self::Ssm => {
                (400, "ThrottlingException", "Rate exceeded")
            }
        };
        Refusal::with_status(status, code, message)
    }

    /// The service has failed.
    pub(crate) fn failed(self) -> Refusal {
        let (status, code) = match self {
            Self::ApiGateway => (500, "InternalServerErrorException"),
            Self::CloudMap | Self::Sts => (500, "InternalFailure"),
            Self::Ec2 => (500, "InternalError"),
            Self::Ecs => (500, "ServerException"),
            Self::Iam => (500, "ServiceFailure"),
            Self::Ssm => (500, "InternalServerError"),
            Self::Logs => (503, "ServiceUnavailableException"),
            Self::Tagging => (500, "InternalServiceException"),
        };
        Refusal::with_status(status, code, "The service cannot complete the request. Try again later.")
    }

    /// The caller's policies do not allow the operation.
    pub(crate) fn denied(self, world: &World, operation: &str) -> Refusal {
        let action = format!("{}:{operation}", self.name());
        let caller = world.caller_arn();
        let message = format!(
            "User: {caller} is not authorized to perform: {action} because no identity-based policy allows the \
             {action} action"
        );
        match self {
            Self::Ec2 => Refusal::with_status(
                403,
                "UnauthorizedOperation",
                format!("You are not authorized to perform this operation. {message}"),
            ),
            Self::Iam | Self::Sts => Refusal::with_status(403, "AccessDenied", message),
            Self::ApiGateway => Refusal::with_status(403, "AccessDeniedException", message),
            Self::CloudMap | Self::Ecs | Self::Logs | Self::Ssm | Self::Tagging => {
                Refusal::new("AccessDeniedException", message)
            }
        }
    }
}

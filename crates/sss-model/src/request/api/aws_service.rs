//! Integrations with operations of AWS services.
//!
//! An integration of type `AWS_PROXY` with an `IntegrationSubtype` calls an operation such as `SQS-SendMessage` itself,
//! without a function. Only HTTP APIs have subtypes. API Gateway knows ten of them, and each needs certain
//! `RequestParameters`. The parameters of such an integration are those of the operation, so the grammar of mappings
//! (APIGW-INT-030) does not apply to their keys.

use crate::report::Report;
use crate::request::Node;
use crate::rules::{APIGW_INT_002, APIGW_INT_043, broken};

/// The operations, and the parameters that each of them requires.
///
/// The list is that of AWS's reference of integration subtypes (the page of APIGW-INT-043). Optional parameters are not
/// in it, and no rule refuses unknown ones.
const OPERATIONS: [(&str, &[&str]); 10] = [
    ("EventBridge-PutEvents", &["Detail", "DetailType", "Source"]),
    ("SQS-SendMessage", &["QueueUrl", "MessageBody"]),
    ("SQS-ReceiveMessage", &["QueueUrl"]),
    ("SQS-DeleteMessage", &["ReceiptHandle", "QueueUrl"]),
    ("SQS-PurgeQueue", &["QueueUrl"]),
    ("AppConfig-GetConfiguration", &["Application", "Environment", "Configuration", "ClientId"]),
    ("Kinesis-PutRecord", &["StreamName", "Data", "PartitionKey"]),
    ("StepFunctions-StartExecution", &["StateMachineArn"]),
    ("StepFunctions-StartSyncExecution", &["StateMachineArn"]),
    ("StepFunctions-StopExecution", &["ExecutionArn"]),
];

/// Checks an integration that calls an operation of an AWS service, or does nothing without a subtype.
///
/// - `IntegrationSubtype`: one of the known operations (APIGW-INT-043). An unknown one has no further problem.
/// - `CredentialsArn`: required, because API Gateway assumes the role for the call (APIGW-INT-043).
/// - `PayloadFormatVersion`: 2.0 is refused; operations take 1.0 (APIGW-INT-002).
/// - `RequestParameters`: holds the parameters that the operation requires (APIGW-INT-043). A request with
///   `PassthroughBehavior` is not checked for them.
pub(super) fn inspect(request: &Node<'_>, report: &mut Report) {
    let Some(subtype) = request.text("IntegrationSubtype") else { return };
    let Some((_, required)) = OPERATIONS.iter().find(|(name, _)| *name == subtype) else {
        let broken = broken!(APIGW_INT_043, "unknown-operation", name = subtype);
        report.add(&request.place("IntegrationSubtype"), broken);
        return;
    };

    if !request.has("CredentialsArn") {
        report.add(&request.place("CredentialsArn"), broken!(APIGW_INT_043, "required"));
    }
    if request.text("PayloadFormatVersion") == Some("2.0") {
        report.add(&request.place("PayloadFormatVersion"), broken!(APIGW_INT_002, "of-an-operation"));
    }
    if request.has("PassthroughBehavior") {
        return;
    }

    let parameters = request.get("RequestParameters");
    for name in *required {
        if !parameters.as_ref().is_some_and(|parameters| parameters.has(name)) {
            let broken = broken!(APIGW_INT_043, "no-parameter", name = *name, operation = subtype);
            report.add(&request.place("RequestParameters"), broken);
        }
    }
}

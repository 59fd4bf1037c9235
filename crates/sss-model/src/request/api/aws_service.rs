//! Integrations with operations of AWS services.

use crate::report::Report;
use crate::request::Node;
use crate::rules::worded;
use crate::rules::{APIGW_INT_002, APIGW_INT_043};

/// The operations, and the parameters that each requires.
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

pub(super) fn inspect(request: &Node<'_>, report: &mut Report) {
    let Some(subtype) = request.text("IntegrationSubtype") else { return };
    let Some((_, required)) = OPERATIONS.iter().find(|(name, _)| *name == subtype) else {
        let message = format!("`{subtype}` is not an operation that API Gateway calls");
        report.add(&request.place("IntegrationSubtype"), worded(&APIGW_INT_043, message));
        return;
    };
    if !request.has("CredentialsArn") {
        report.add(
            &request.place("CredentialsArn"),
            worded(&APIGW_INT_043, "is required beside an operation").with_fix("set `CredentialsArn`"),
        );
    }
    if request.text("PayloadFormatVersion") == Some("2.0") {
        let at = request.place("PayloadFormatVersion");
        report.add(&at, worded(&APIGW_INT_002, "is `2.0`, and not 1.0 beside an operation"));
    }
    if request.has("PassthroughBehavior") {
        return;
    }
    let parameters = request.get("RequestParameters");
    for name in *required {
        if !parameters.as_ref().is_some_and(|parameters| parameters.has(name)) {
            let message = format!("have no `{name}`, which `{subtype}` requires");
            report.add(&request.place("RequestParameters"), worded(&APIGW_INT_043, message));
        }
    }
}

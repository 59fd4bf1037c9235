//! References of a service to other objects: its task definition, its cluster, capacity providers, and ARNs.
//!
//! The task definition (ECS-SVC-007), the cluster (ECS-SVC-008) and a capacity provider (ECS-SVC-009) are a name or an
//! ARN; `rules::reference` knows their forms. All other references are ARNs, whose service and kind must be those that
//! the member needs (ECS-SVC-091). The check is of the form alone: whether the object exists is a question for AWS.

use super::Service;
use crate::report::Report;
use crate::request::Node;
use crate::rules::reference::{self, is_arn_of, is_meant_as_arn};
use crate::rules::{Broken, ECS_SVC_091, broken};

/// The kind of object to which a member refers by its ARN.
struct Object {
    /// The service in the ARN, such as `iam`.
    service: &'static str,
    /// The beginnings of the resource in the ARN, such as `role/`. One of them is enough.
    kinds: &'static [&'static str],
    /// A noun for messages.
    noun: &'static str,
    /// An ARN without `arn:aws:` and the service.
    example: &'static str,
}

const ROLE: Object =
    Object { service: "iam", kinds: &["role/"], noun: "a role", example: ":123456789012:role/orders" };
const TARGET_GROUP: Object = Object {
    service: "elasticloadbalancing",
    kinds: &["targetgroup/"],
    noun: "a target group",
    example: "eu-west-1:123456789012:targetgroup/orders/0a1b2c3d4e5f6071",
};
const LISTENER: Object = Object {
    service: "elasticloadbalancing",
    kinds: &["listener-rule/", "listener/"],
    noun: "a listener or a rule of one",
    example: "eu-west-1:123456789012:listener-rule/app/orders/0a1b2c3d4e5f6071/1a2b3c4d5e6f7081/2a3b4c5d6e7f8091",
};
const FUNCTION: Object = Object {
    service: "lambda",
    kinds: &["function:"],
    noun: "a Lambda function",
    example: "eu-west-1:123456789012:function:orders",
};
const AUTHORITY: Object = Object {
    service: "acm-pca",
    kinds: &["certificate-authority/"],
    noun: "a private certificate authority",
    example: "eu-west-1:123456789012:certificate-authority/0a1b2c3d-0000-4000-8000-0a1b2c3d4e5f",
};
const NAMESPACE: Object = Object {
    service: "servicediscovery",
    kinds: &["namespace/"],
    noun: "a Cloud Map namespace",
    example: "eu-west-1:123456789012:namespace/ns-0a1b2c3d4e5f6071",
};
const LATTICE: Object = Object {
    service: "vpc-lattice",
    kinds: &["targetgroup/"],
    noun: "a target group of VPC Lattice",
    example: "eu-west-1:123456789012:targetgroup/tg-0a1b2c3d4e5f60718",
};

/// Checks the references of a service.
///
/// `role` and the namespace of Service Connect may be names, so they are judged only if they begin with `arn:`.
pub(super) fn inspect(service: &Service<'_>, report: &mut Report) {
    let request = &service.request;
    judge(request, "cluster", reference::cluster, report);
    judge(request, "taskDefinition", reference::task_definition, report);
    for item in request.items("capacityProviderStrategy") {
        judge(&item, "capacityProvider", reference::capacity_provider, report);
    }
    // The name of a role is valid too.
    if request.text("role").is_some_and(is_meant_as_arn) {
        arn(request, "role", &ROLE, report);
    }

    for balancer in service.load_balancers() {
        if let Some(advanced) = balancer.get("advancedConfiguration") {
            arn(&advanced, "alternateTargetGroupArn", &TARGET_GROUP, report);
            arn(&advanced, "productionListenerRule", &LISTENER, report);
            arn(&advanced, "testListenerRule", &LISTENER, report);
            arn(&advanced, "roleArn", &ROLE, report);
        }
    }
    for disk in request.items("volumeConfigurations").iter().filter_map(|of| of.get("managedEBSVolume")) {
        arn(&disk, "roleArn", &ROLE, report);
    }
    for lattice in request.items("vpcLatticeConfigurations") {
        arn(&lattice, "roleArn", &ROLE, report);
        arn(&lattice, "targetGroupArn", &LATTICE, report);
    }
    hooks(request, report);
    connect(request, report);
}

/// Checks the ARNs of deployment hooks: the Lambda function that ECS calls, and the role with which it calls it.
fn hooks(request: &Node<'_>, report: &mut Report) {
    let Some(deployment) = request.get("deploymentConfiguration") else { return };
    for hook in deployment.items("lifecycleHooks") {
        arn(&hook, "hookTargetArn", &FUNCTION, report);
        arn(&hook, "roleArn", &ROLE, report);
    }
}

/// Checks the ARNs of Service Connect: its namespace, and the role and the authority of TLS.
fn connect(request: &Node<'_>, report: &mut Report) {
    let Some(connect) = request.get("serviceConnectConfiguration") else { return };
    // The name of a namespace is valid too.
    if connect.text("namespace").is_some_and(is_meant_as_arn) {
        arn(&connect, "namespace", &NAMESPACE, report);
    }
    for tls in connect.items("services").iter().filter_map(|service| service.get("tls")) {
        arn(&tls, "roleArn", &ROLE, report);
        if let Some(issuer) = tls.get("issuerCertificateAuthority") {
            arn(&issuer, "awsPcaAuthorityArn", &AUTHORITY, report);
        }
    }
}

/// Adds the case that a judge of texts returns for a member, if the member is present.
fn judge(node: &Node<'_>, member: &str, judge: impl Fn(&str) -> Option<Broken>, report: &mut Report) {
    if let Some(broken) = node.text(member).and_then(judge) {
        report.add(&node.place(member), broken);
    }
}

/// Checks that a member, if it is present, is the ARN of an object (ECS-SVC-091).
fn arn(node: &Node<'_>, member: &str, of: &Object, report: &mut Report) {
    let Some(given) = node.text(member).filter(|text| !is_arn_of(text, of.service, of.kinds)) else { return };
    let example = format!("arn:aws:{}:{}", of.service, of.example);
    let broken = broken!(ECS_SVC_091, "other-object", given = given, noun = of.noun, example = example);
    report.add(&node.place(member), broken);
}

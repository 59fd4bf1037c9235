use serde_json::{Value, json};

use super::Quotas;
use crate::{
    service::AwsService,
    services::{apigateway, cloudmap, ec2, ecs, iam, logs, ssm, tagging},
};

const NOW: u64 = 1_767_225_600_000;

/// Returns the number of calls that are admitted at once.
fn burst(quotas: &mut Quotas, now: u64, service: &AwsService, operation: &str, input: &Value) -> usize {
    (0..1_000).take_while(|_| quotas.admit(now, service, operation, input)).count()
}

#[test]
fn bucket_empties_and_refills() {
    for (service, operation, input, size, milliseconds, refilled) in [
        (&ecs::SERVICE, "RegisterTaskDefinition", json!({}), 20, 3_000, 3),
        (&ecs::SERVICE, "CreateService", json!({}), 50, 1_000, 5),
        (&ecs::SERVICE, "DescribeServices", json!({}), 100, 50, 1),
        (&apigateway::SERVICE, "GetApis", json!({}), 40, 100, 1),
        (&apigateway::SERVICE, "CreateVpcLink", json!({}), 1, 15_000, 1),
        (&apigateway::SERVICE, "DeleteVpcLink", json!({}), 1, 30_000, 1),
        (&cloudmap::SERVICE, "ListNamespaces", json!({}), 5, 2_000, 1),
        (&cloudmap::SERVICE, "ListServices", json!({}), 10, 1_000, 2),
        (&logs::SERVICE, "PutRetentionPolicy", json!({}), 5, 400, 2),
        (&tagging::SERVICE, "GetResources", json!({}), 15, 134, 2),
        (&ssm::SERVICE, "PutParameter", json!({}), 3, 1_000, 3),
        (&ec2::SERVICE, "DescribeSecurityGroups", json!({}), 50, 100, 1),
        (&ec2::SERVICE, "DescribeSecurityGroups", json!({ "MaxResults": "5" }), 100, 100, 2),
    ] {
        let mut quotas = Quotas::full();
        assert_eq!(burst(&mut quotas, NOW, service, operation, &input), size, "{operation} {input}");
        let later = NOW + milliseconds;
        assert_eq!(
            burst(&mut quotas, later - 1, service, operation, &input),
            refilled - 1,
            "{operation} {input}"
        );
        assert_eq!(burst(&mut quotas, later, service, operation, &input), 1, "{operation} {input}");
        let much_later = NOW + 3_600_000;
        assert_eq!(burst(&mut quotas, much_later, service, operation, &input), size, "{operation} {input}");
    }
}

#[test]
fn only_operations_of_a_quota_share_its_bucket() {
    let mut quotas = Quotas::full();
    let none = json!({});
    assert_eq!(burst(&mut quotas, NOW, &ecs::SERVICE, "RegisterTaskDefinition", &none), 20);
    assert_eq!(burst(&mut quotas, NOW, &ecs::SERVICE, "DeregisterTaskDefinition", &none), 0);
    assert_eq!(burst(&mut quotas, NOW, &ecs::SERVICE, "DescribeTaskDefinition", &none), 50);
    assert_eq!(burst(&mut quotas, NOW, &ecs::SERVICE, "ListServices", &none), 100);
}

#[test]
fn refused_call_takes_no_token() {
    let mut quotas = Quotas::full();
    let none = json!({});
    assert_eq!(burst(&mut quotas, NOW, &apigateway::SERVICE, "CreateVpcLink", &none), 1);
    for _ in 0..100 {
        assert!(!quotas.admit(NOW, &apigateway::SERVICE, "CreateVpcLink", &none));
    }
    assert_eq!(burst(&mut quotas, NOW, &apigateway::SERVICE, "GetApis", &none), 39);
    assert_eq!(
        burst(&mut quotas, NOW, &apigateway::SERVICE, "DeleteVpcLink", &none),
        0,
        "nothing is left for all"
    );
}

#[test]
fn operations_without_a_documented_quota_have_none() {
    let mut quotas = Quotas::full();
    for (service, operation) in [
        (&iam::SERVICE, "GetRole"),
        (&tagging::SERVICE, "TagResources"),
        (&ssm::SERVICE, "DescribeParameters"),
    ] {
        assert_eq!(burst(&mut quotas, NOW, service, operation, &json!({})), 1_000, "{operation}");
    }
}

#[test]
fn changed_quota_bounds_its_operations() {
    let mut quotas = Quotas::full();
    quotas.set("ssm", "GetParameter", 2, 1).expect("the operation draws on a bucket");
    let none = json!({});
    assert_eq!(burst(&mut quotas, NOW, &ssm::SERVICE, "GetParameters", &none), 2);
    assert_eq!(burst(&mut quotas, NOW + 1_000, &ssm::SERVICE, "GetParameter", &none), 1);
    assert_eq!(burst(&mut quotas, NOW, &ssm::SERVICE, "PutParameter", &none), 3);
}

#[test]
fn quota_without_a_bucket_is_refused() {
    let mut quotas = Quotas::full();
    for (service, operation, burst, per_second) in
        [("ssm", "GetEverything", 1, 1), ("nobody", "GetParameter", 1, 1), ("ssm", "GetParameter", 0, 1)]
    {
        assert!(quotas.set(service, operation, burst, per_second).is_err(), "{service}:{operation}={burst}");
    }
}

use serde_json::json;

use crate::Sandbox;

#[test]
fn value_of_the_account_differs_from_the_default() {
    let sandbox = Sandbox::new();
    let asked = json!({ "ServiceCode": "fargate", "QuotaCode": "L-3032A538" });
    let value = |operation: &str| {
        sandbox.request("servicequotas", operation, &asked).expect("a quota")["Quota"]["Value"].clone()
    };
    sandbox.set_service_quota("fargate", "L-3032A538", 12.0);
    assert_eq!((value("GetServiceQuota"), value("GetAWSDefaultServiceQuota")), (json!(12.0), json!(6.0)));
}

#[test]
fn unknown_quota_does_not_exist() {
    let asked = json!({ "ServiceCode": "fargate", "QuotaCode": "L-00000000" });
    let refused = Sandbox::new().request("servicequotas", "GetServiceQuota", &asked);
    assert_eq!(refused.expect_err("no such quota").0, "NoSuchResourceException");
}

use serde_json::{Value, json};

use crate::Sandbox;

fn call(sandbox: &Sandbox, operation: &str, input: &Value) -> Result<Value, (String, String)> {
    sandbox.request("secretsmanager", operation, input)
}

fn id(text: &Value) -> Value {
    json!({ "SecretId": text })
}

#[test]
fn secret_is_found_by_name_arn_and_partial_arn() {
    let sandbox = Sandbox::new();
    let made = call(&sandbox, "CreateSecret", &json!({ "Name": "shop/db" })).expect("a new secret");
    let arn = made["ARN"].as_str().expect("an ARN");
    for asked in ["shop/db", arn, &arn[..arn.len() - 7]] {
        let found = call(&sandbox, "DescribeSecret", &json!({ "SecretId": asked })).expect("the secret");
        assert_eq!(found["ARN"], made["ARN"], "{asked}");
    }
    let (code, _) =
        call(&sandbox, "DescribeSecret", &json!({ "SecretId": "shop" })).expect_err("another name");
    assert_eq!(code, "ResourceNotFoundException");
}

#[test]
fn deleted_secret_is_described_until_it_is_restored() {
    let sandbox = Sandbox::new();
    let made = call(&sandbox, "CreateSecret", &json!({ "Name": "db" })).expect("a new secret");
    call(&sandbox, "DeleteSecret", &id(&made["ARN"])).expect("a deletion");
    let described = call(&sandbox, "DescribeSecret", &id(&made["ARN"])).expect("the deleted secret");
    assert!(described["DeletedDate"].is_number());
    call(&sandbox, "CreateSecret", &json!({ "Name": "db" })).expect_err("the name is taken");
    call(&sandbox, "RestoreSecret", &id(&made["ARN"])).expect("a restoration");
    let described = call(&sandbox, "DescribeSecret", &id(&made["ARN"])).expect("the secret");
    assert!(described["DeletedDate"].is_null());

    let force = json!({ "SecretId": "db", "ForceDeleteWithoutRecovery": true });
    call(&sandbox, "DeleteSecret", &force).expect("a deletion");
    call(&sandbox, "DescribeSecret", &id(&made["ARN"])).expect_err("no secret");
}

#[test]
fn secret_has_a_policy_while_it_is_put() {
    let sandbox = Sandbox::new();
    call(&sandbox, "CreateSecret", &json!({ "Name": "db" })).expect("a new secret");
    let policy = |sandbox: &Sandbox| {
        call(sandbox, "GetResourcePolicy", &json!({ "SecretId": "db" })).expect("a policy")["ResourcePolicy"]
            .clone()
    };
    assert!(policy(&sandbox).is_null());
    let put = json!({ "SecretId": "db", "ResourcePolicy": "{}" });
    call(&sandbox, "PutResourcePolicy", &put).expect("a new policy");
    assert_eq!(policy(&sandbox), "{}");
    call(&sandbox, "DeleteResourcePolicy", &json!({ "SecretId": "db" })).expect("a deletion");
    assert!(policy(&sandbox).is_null());
}

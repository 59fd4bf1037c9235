//! The short form of an authorizer: a user pool of Amazon Cognito.

use super::{HEAD, check};
use crate::stack::Stack;
use crate::{CognitoUserPool, JwtAuthorizer};

fn authorizer(text: &str) -> JwtAuthorizer {
    let text = format!("{HEAD}[api.authorizer]\n{text}");
    let stack = Stack::from_toml(&text).unwrap_or_else(|problems| panic!("{problems:#?}")).stack;
    assert_eq!(Stack::from_toml(&stack.to_toml()).expect("what was written").stack, stack);
    stack.api.and_then(|api| api.authorizer).expect("an authorizer")
}

#[test]
fn user_pool_gives_issuer_and_audience() {
    let issuer = |id: &str| {
        authorizer(&format!("cognito = {{ user_pool_id = \"{id}\", client_ids = [\"a\", \"b\"] }}")).issuer
    };
    assert_eq!(
        issuer("ap-northeast-1_ABcdEFgh1"),
        "https://cognito-idp.ap-northeast-1.amazonaws.com/ap-northeast-1_ABcdEFgh1"
    );
    assert_eq!(
        issuer("us-gov-west-1_a1"),
        "https://cognito-idp.us-gov-west-1.amazonaws.com/us-gov-west-1_a1"
    );
    assert_eq!(issuer("cn-north-1_a1"), "https://cognito-idp.cn-north-1.amazonaws.com.cn/cn-north-1_a1");
    let short = "identity_source = \"$request.header.X\"\n[api.authorizer.cognito]\nuser_pool_id = \"eu-west-1_a\"\n\
                 client_ids = [\"a\", \"b\"]";
    let pool = CognitoUserPool::new("eu-west-1_a", ["a", "b"]).expect("a user pool");
    let built = JwtAuthorizer::builder().cognito(pool).identity_source("$request.header.X").build();
    assert_eq!(authorizer(short), built.expect("an authorizer"));
}

#[test]
fn issuer_beside_a_user_pool_is_refused() {
    let pool = "[api.authorizer]\ncognito = { user_pool_id = \"eu-west-1_a\", client_ids = [\"a\"] }\n";
    let issuer = format!("{pool}issuer = \"https://a.example.com\"");
    check(&issuer, &["APIGW-AUTH-007 api.authorizer.issuer @ \"https://a.example.com\""]);
    check(&format!("{pool}audience = [\"a\"]"), &["APIGW-AUTH-007 api.authorizer.audience @ [\"a\"]"]);
}

#[test]
fn user_pool_is_checked_once() {
    let id = |id: &str| {
        let text = format!("[api.authorizer]\ncognito = {{ user_pool_id = \"{id}\", client_ids = [\"a\"] }}");
        check(&text, &[&format!("APIGW-AUTH-007 api.authorizer.cognito.user_pool_id @ \"{id}\"")]);
    };
    for wrong in ["", "eu-west-1", "eu-west-1_", "eu-west-1_a-b", "my-pool_a", "EU-WEST-1_a", "eu-west-1_a/b"]
    {
        id(wrong);
    }
    check(
        "[api.authorizer]\ncognito = { user_pool_id = \"eu-west-1_a\", client_ids = [] }",
        &["APIGW-AUTH-002 api.authorizer.cognito.client_ids @ []"],
    );
    check(
        "[api.authorizer.cognito]\nuser_pool_id = \"eu-west-1_a\"\nclient_id = [\"a\"]",
        &["FILE-002 api.authorizer.cognito.client_id @ client_id"],
    );
    check(
        "[api.authorizer.cognito]\nclient_ids = [\"a\"]",
        &["STACK-001 api.authorizer.cognito.user_pool_id @ cognito"],
    );
    assert!(CognitoUserPool::new("pool", ["a"]).is_err());
}

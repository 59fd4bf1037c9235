//! Custom domain names of an API.

use crate::fixture::check;
use crate::{Domain, Stack};

const CERTIFICATE: &str = "arn:aws:acm:ap-northeast-1:123456789012:certificate/one";

fn domain() -> Domain {
    Domain::builder().certificate(CERTIFICATE).build().unwrap()
}

fn check_domain(name: &str, change: impl FnOnce(&mut Domain), want: &[&str]) {
    let change = |stack: &mut Stack| {
        let mut domain = domain();
        change(&mut domain);
        stack.api.as_mut().unwrap().domains.insert(name.to_owned(), domain);
    };
    check(change, want);
}

#[test]
fn domain_has_a_name_of_dns() {
    for name in ["api.example.com", "*.example.com"] {
        check_domain(name, |_| {}, &[]);
    }
    for name in ["api", "API.example.com", "a.*.example.com", "https://api.example.com"] {
        let path = crate::Path::root().key("api").key("domains").key(name);
        check_domain(name, |_| {}, &[&format!("APIGW-DOM-001 {path}")]);
    }
}

#[test]
fn certificate_is_of_the_stacks_region() {
    let certificate = |arn: &str, want: &[&str]| {
        check_domain("a.example.com", |domain| arn.clone_into(&mut domain.certificate), want);
    };
    let place = r#"api.domains."a.example.com".certificate"#;
    certificate(&CERTIFICATE.replace("ap-northeast-1", "us-east-1"), &[&format!("APIGW-DOM-002 {place}")]);
    certificate("one", &[&format!("APIGW-DOM-002 {place}")]);
    certificate("", &[&format!("STACK-001 {place}")]);
    let foreign = CERTIFICATE.replace("arn:aws:", "arn:aws-cn:").replace("ap-northeast-1", "cn-north-1");
    certificate(&foreign, &[&format!("ARN-001 {place}")]);
}

#[test]
fn path_of_a_domain_is_a_key_of_a_mapping() {
    let path = |path: &str, want: &[&str]| {
        check_domain("a.example.com", |domain| domain.path = Some(path.to_owned()), want);
    };
    path("shop/v1", &[]);
    for refused in ["", "/shop", "shop/", "a//b", "a b", "{id}"] {
        path(refused, &[r#"APIGW-DOM-003 api.domains."a.example.com".path"#]);
    }
}

#[test]
fn zone_of_a_domain_is_an_id() {
    let zone = |zone: &str, want: &[&str]| {
        check_domain("a.example.com", |domain| domain.zone = Some(zone.to_owned()), want);
    };
    zone("Z0A1B2C3D4E5F60718293", &[]);
    for refused in ["", "Z", "example.com", "/hostedzone/Z1", "z1", &format!("Z{}", "A".repeat(32))] {
        zone(refused, &[r#"APIGW-DOM-005 api.domains."a.example.com".zone"#]);
    }
}

#[test]
fn endpoint_is_off_beside_a_domain() {
    let change = |stack: &mut Stack| {
        let api = stack.api.as_mut().unwrap();
        api.disable_execute_api_endpoint = true;
        api.domains.insert("api.example.com".to_owned(), domain());
    };
    check(change, &[]);
}

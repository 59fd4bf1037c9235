//! Variants that work: none of them has a problem.
//!
//! The comment of a variant names the thread or the reason for which others take it for broken.

use serde_json::{Value, json};
use sss_aws::verify::Outcome;
use sss_model::{CpuArchitecture, Statement};
use sss_sandbox::{Image, Issuer, RouteTable};

use super::{Case, ECR, ISSUER, OF_AWS, SECRET, said};

/// A variant by its name, and the check that cannot be made or warns, if there is one.
type Variant = (&'static str, fn(&mut Case), Option<&'static str>);

const VARIANTS: &[Variant] = &[
    ("private subnets with a NAT gateway", |case| case.network("private+nat", |_| {}), None),
    ("private subnets with endpoints only", |case| case.network("private+endpoints", |_| {}), None),
    ("public subnets with public addresses", public, None),
    ("transit gateway", |case| case.network("transit", |_| {}), Some("way-out")),
    ("regional NAT gateway", regional, None),
    ("NAT gateway of another zone", nat_elsewhere, None),
    ("route table of one subnet", own_table, None),
    ("shared subnets without visible route tables", shared, Some("way-out")),
    ("subnets with IPv6 only", ipv6_only, Some("way-out")),
    ("endpoint with a policy of its own", endpoint_policy, Some("way-out")),
    ("endpoint whose group names the tasks' range", |case| case.network("private+endpoints", |_| {}), None),
    // Fargate's own way to ECR is documented and disputed.
    ("endpoints without those of ECR", without_ecr, Some("way-out")),
    ("tag beside a digest (ecspresso#1054)", tag_and_digest, None),
    ("digest without a tag (ecspresso#908)", digest_only, None),
    ("index with an attestation", |case| publish(case, Image::default().only("linux/amd64")), None),
    ("image alone with a configuration", |case| publish(case, Image::default().single()), None),
    (
        "image that does not name its platform",
        |case| publish(case, Image::default().without_platform()),
        Some("image"),
    ),
    ("image for ARM on ARM", arm, None),
    ("image of another account that only the role reads", cross_account, Some("image")),
    ("image of a pull-through cache", cached, Some("image")),
    ("registry with credentials", private_registry, Some("image")),
    ("registry that limits requests", limited, Some("image")),
    (
        "registry that is not reachable from here",
        |case| case.image("registry.invalid/shop/app:1"),
        Some("image"),
    ),
    ("image of Docker Hub", |case| case.image("httpd:2.4"), None),
    ("image of GHCR", |case| case.image("ghcr.io/example/app:1"), None),
    (
        "issuer that only AWS reaches",
        |case| case.sandbox().set_issuer(ISSUER, Issuer::default().hidden()),
        Some("issuer"),
    ),
    (
        "issuer behind a rule for machines",
        |case| case.sandbox().set_issuer(ISSUER, Issuer::default().answering(403)),
        Some("issuer"),
    ),
    ("issuer whose keys are elsewhere", keys_elsewhere, None),
    ("issuer with keys of other types too", keys_of_types, None),
    ("issuer with a slash, as its tokens have it", auth0, None),
    ("secret with a JSON key and empty parts", |case| case.secret(&format!("{SECRET}:password::")), None),
    ("secret without the characters at its end", |case| case.secret(&SECRET[..SECRET.len() - 7]), None),
    ("secret of another account", foreign_secret, Some("secret")),
    ("parameter by name", parameter, None),
    ("parameter by ARN", parameter_by_arn, None),
    ("execution role of others with a path", role_of_others, None),
    ("execution role of others, by its name", role_by_name, None),
    ("execution role that the policy of a secret names", secret_policy, Some("role")),
    ("execution role that the policy of a repository names", repository_policy, Some("role")),
    ("execution role with a boundary", bounded, Some("role")),
    ("execution role with a policy of the account", own_policy, Some("role")),
    ("execution role with statements alone", statements, None),
    ("session of a role that may do everything", session, None),
    ("session of a role with a path", session_with_path, None),
    ("session of IAM Identity Center", session_of_sso, None),
    ("session of a role that may not read itself", |case| session_without(case, "iam:GetRole"), None),
    (
        "session of a role that may not ask IAM",
        |case| session_without(case, "iam:SimulatePrincipalPolicy"),
        Some("pass-role"),
    ),
    ("session of a role with a condition on its network", session_on_condition, Some("pass-role")),
    ("caller with a condition on its network", conditional, Some("pass-role")),
    ("quotas that the caller may not read", quota_denied, Some("quota")),
    ("more vCPUs than the default, granted", granted, None),
    ("log group of others that is there", foreign_group, None),
    ("log group that ECS creates", created_group, None),
    ("log group in another region", |case| log_to(case, &[("awslogs-region", "eu-west-1")]), None),
    ("ten resource policies, one for the writer", |case| policies(case, "delivery.logs.amazonaws.com"), None),
];

fn public(case: &mut Case) {
    case.network("public", |_| {});
    case.stack.network.assign_public_ip = true;
}

fn regional(case: &mut Case) {
    case.network("private+nat", |network| {
        network.nat_gateways.values_mut().for_each(|gateway| gateway.subnet = None);
    });
}

fn nat_elsewhere(case: &mut Case) {
    let other = case.sandbox().private_subnet_ids()[2].clone();
    case.network("private+nat", |network| {
        network.nat_gateways.values_mut().for_each(|gateway| gateway.subnet = Some(other.clone()));
    });
}

fn own_table(case: &mut Case) {
    let subnets = case.sandbox().private_subnet_ids();
    case.network("private+nothing", |network| {
        network.nat_gateways.insert("nat-0a1b2c3d4e5f60000".to_owned(), sss_sandbox::NatGateway::default());
        network.tables.push(RouteTable::leading_to("nat-0a1b2c3d4e5f60000").of(subnets));
    });
}

fn shared(case: &mut Case) {
    case.network("private+nat", |network| network.tables.clear());
}

fn ipv6_only(case: &mut Case) {
    let ids = case.sandbox().private_subnet_ids();
    case.network("private+nat", |network| {
        for id in ids {
            network.subnets.entry(id).or_default().is_ipv6_only = true;
        }
    });
}

fn endpoint_policy(case: &mut Case) {
    case.network("private+endpoints", |network| {
        let policy = json!({ "Statement": [{ "Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "*" }] });
        network.endpoints.get_mut("s3").expect("an endpoint").policy = Some(policy.to_string());
    });
}

fn without_ecr(case: &mut Case) {
    case.network("private+endpoints", |network| {
        network.endpoints.retain(|service, _| !service.starts_with("ecr"));
    });
}

fn publish(case: &Case, image: Image) {
    case.sandbox().publish(&format!("{ECR}/shop/app:1.4"), image);
}

fn tag_and_digest(case: &mut Case) {
    let digest = "0d17a1b2".repeat(8);
    case.image(&format!("{ECR}/shop/app:1.4@sha256:{digest}"));
}

fn digest_only(case: &mut Case) {
    let digest = "0d17a1b2".repeat(8);
    case.image(&format!("example/app@sha256:{digest}"));
}

fn arm(case: &mut Case) {
    publish(case, Image::default().only("linux/arm64"));
    case.service().task.cpu_architecture = CpuArchitecture::Arm64;
}

fn cross_account(case: &mut Case) {
    let image = "210987654321.dkr.ecr.ap-northeast-1.amazonaws.com/shop/app:1.4";
    case.sandbox().publish(image, Image::default().denied());
    case.image(image);
}

fn cached(case: &mut Case) {
    let rule = json!({ "ecrRepositoryPrefix": "hub", "upstreamRegistryUrl": "registry-1.docker.io" });
    case.account.by_hand("ecr", "CreatePullThroughCacheRule", &rule);
    let image = format!("{ECR}/hub/library/httpd:2.4");
    case.sandbox().publish(&image, Image::default().missing());
    case.image(&image);
}

fn private_registry(case: &mut Case) {
    let image = "registry.example.com/shop/app:1";
    case.sandbox().publish(image, Image::default().denied());
    case.image(image);
    case.service().task.repository_credentials = Some(SECRET.to_owned());
}

fn limited(case: &mut Case) {
    case.sandbox().publish("httpd:2.4", Image::default().limited());
    case.image("httpd:2.4");
}

fn keys_elsewhere(case: &mut Case) {
    let keys = "https://keys.example.com/all.json";
    case.sandbox().set_issuer(ISSUER, Issuer::default().keys_at(keys));
}

fn keys_of_types(case: &mut Case) {
    let keys = [
        json!({ "kty": "EC", "kid": "a", "crv": "P-256" }),
        json!({ "kty": "RSA", "kid": "b", "use": "enc" }),
        json!({ "kty": "RSA", "kid": "c" }),
    ];
    case.sandbox().set_issuer(ISSUER, Issuer::default().keys(keys).algorithms(&["ES256", "RS256"]));
}

fn auth0(case: &mut Case) {
    let authorizer = case.stack.api.as_mut().expect("an API").authorizer.as_mut();
    "https://shop.eu.auth0.com/".clone_into(&mut authorizer.expect("an authorizer").issuer);
}

fn foreign_secret(case: &mut Case) {
    case.secret(&SECRET.replace("123456789012", "210987654321"));
}

fn parameter(case: &mut Case) {
    let parameter = json!({ "Name": "/shop/password", "Type": "String", "Value": "x" });
    case.account.by_hand("ssm", "PutParameter", &parameter);
    case.secret("/shop/password");
}

fn parameter_by_arn(case: &mut Case) {
    let parameter = json!({ "Name": "password", "Type": "String", "Value": "x" });
    case.account.by_hand("ssm", "PutParameter", &parameter);
    case.secret("arn:aws:ssm:ap-northeast-1:123456789012:parameter/password");
}

/// Returns a statement that allows the role to read the secret.
fn reads_secret() -> Value {
    json!({ "Effect": "Allow", "Action": "secretsmanager:GetSecretValue", "Resource": SECRET })
}

fn role_of_others(case: &mut Case) {
    case.execution_role("/team/", &[OF_AWS], Some(reads_secret()));
}

fn role_by_name(case: &mut Case) {
    case.execution_role("/", &[OF_AWS], Some(reads_secret()));
    case.stack.execution_role.existing = Some("runs".to_owned());
}

fn secret_policy(case: &mut Case) {
    case.execution_role("/", &[OF_AWS], None);
    let policy = json!({ "Version": "2012-10-17", "Statement": [{ "Effect": "Allow", "Resource": "*",
        "Principal": { "AWS": "arn:aws:iam::123456789012:role/runs" }, "Action": "secretsmanager:GetSecretValue" }] });
    let policy = json!({ "SecretId": SECRET, "ResourcePolicy": policy.to_string() });
    case.account.by_hand("secretsmanager", "PutResourcePolicy", &policy);
}

fn repository_policy(case: &mut Case) {
    let actions = ["ecr:GetAuthorizationToken", "logs:CreateLogStream", "logs:PutLogEvents"];
    case.execution_role("/", &[], Some(json!({ "Effect": "Allow", "Action": actions, "Resource": "*" })));
    case.service().task.secrets.clear();
}

fn bounded(case: &mut Case) {
    case.stack.execution_role.permissions_boundary =
        Some("arn:aws:iam::123456789012:policy/limits".to_owned());
}

fn own_policy(case: &mut Case) {
    let policies = vec!["arn:aws:iam::123456789012:policy/runs".to_owned()];
    case.stack.execution_role.managed_policies = Some(policies);
}

fn statements(case: &mut Case) {
    let actions = ["ecr:*", "logs:CreateLogStream", "logs:PutLogEvents"];
    case.stack.execution_role.managed_policies = Some(Vec::new());
    case.stack.execution_role.statements = vec![Statement::allow(actions, ["*"])];
}

/// Lets the session of a role of this path make the calls. The role may do everything, and has this statement too.
pub(super) fn session_of(case: &mut Case, path: &str, name: &str, statement: &Value) {
    let trust = json!({ "Version": "2012-10-17", "Statement": [{ "Effect": "Allow", "Action": "sts:AssumeRole",
        "Principal": { "AWS": "arn:aws:iam::123456789012:root" } }] });
    let role = json!({ "RoleName": name, "Path": path, "AssumeRolePolicyDocument": trust.to_string() });
    case.account.by_hand("iam", "CreateRole", &role);
    let all = json!({ "Effect": "Allow", "Action": "*", "Resource": "*" });
    let policy = json!({ "Version": "2012-10-17", "Statement": [all, statement] });
    let session = case.sandbox().as_role(name, &[policy.to_string()]).expect("a policy that IAM takes");
    case.account = crate::account::Account::of(session);
}

/// Returns a statement about nothing that the checks do.
fn nothing() -> Value {
    json!({ "Effect": "Deny", "Action": "s3:*", "Resource": "*" })
}

fn session(case: &mut Case) {
    session_of(case, "/", "pipeline", &nothing());
}

fn session_with_path(case: &mut Case) {
    session_of(case, "/team/ci/", "pipeline", &nothing());
}

fn session_of_sso(case: &mut Case) {
    let path = "/aws-reserved/sso.amazonaws.com/ap-northeast-1/";
    session_of(case, path, "AWSReservedSSO_Deploy_0d17a1b2c3d4e5f6", &nothing());
}

/// Lets the session of a role make the calls that may not do this to itself.
fn session_without(case: &mut Case, action: &str) {
    let service = json!({ "AWSServiceName": "ops.apigateway.amazonaws.com" });
    case.account.by_hand("iam", "CreateServiceLinkedRole", &service);
    let itself = "arn:aws:iam::123456789012:role/pipeline";
    session_of(case, "/", "pipeline", &json!({ "Effect": "Deny", "Action": action, "Resource": itself }));
}

fn session_on_condition(case: &mut Case) {
    let elsewhere = json!({ "StringNotEquals": { "aws:SourceVpc": "vpc-0a1b2c3d4e5f60718" } });
    let deny = json!({ "Effect": "Deny", "Action": "iam:PassRole", "Resource": "*", "Condition": elsewhere });
    session_of(case, "/", "pipeline", &deny);
}

fn conditional(case: &mut Case) {
    let elsewhere = json!({ "StringNotEquals": { "aws:SourceVpc": "vpc-0a1b2c3d4e5f60718" } });
    case.deny_user("iam:PassRole", &elsewhere);
}

fn many_vcpus(case: &mut Case) {
    (case.service().task.cpu, case.service().task.memory) = (4096, 8192);
    case.service().desired_count = Some(4);
}

fn quota_denied(case: &mut Case) {
    many_vcpus(case);
    case.deny(&["GetServiceQuota"]);
}

fn granted(case: &mut Case) {
    many_vcpus(case);
    case.sandbox().set_service_quota("fargate", "L-3032A538", 100.0);
}

/// Lets the container write to the log group `/others/app`.
pub(super) fn log_to(case: &mut Case, options: &[(&str, &str)]) {
    let options = options.iter().copied().chain([("awslogs-group", "/others/app")]);
    let options = options.map(|(option, value)| (option.to_owned(), value.to_owned()));
    case.service().task.log_options.extend(options);
}

fn foreign_group(case: &mut Case) {
    case.account.by_hand("logs", "CreateLogGroup", &json!({ "logGroupName": "/others/app" }));
    log_to(case, &[]);
}

fn created_group(case: &mut Case) {
    log_to(case, &[("awslogs-create-group", "true")]);
}

/// Adds ten resource policies, of which one names a service.
pub(super) fn policies(case: &Case, service: &str) {
    for number in 0..10 {
        let policy = json!({ "policyName": format!("p{number}"), "policyDocument": format!("{{\"a\":\"{service}\"}}") });
        case.account.by_hand("logs", "PutResourcePolicy", &policy);
    }
}

#[tokio::test(start_paused = true)]
async fn healthy_variant_has_no_problem() {
    assert!(VARIANTS.len() >= 30);
    let mut wrong = Vec::new();
    for (name, change, unchecked) in VARIANTS {
        let mut case = Case::new();
        change(&mut case);
        let found = case.verify().await;
        let open: std::collections::BTreeSet<&str> = found
            .checks
            .iter()
            .filter(|check| check.outcome != Outcome::Ok && check.id != "address")
            .map(|check| check.id)
            .collect();
        if !found.is_sound() || open != unchecked.iter().copied().collect() {
            let said = [Outcome::Problem, Outcome::Warning, Outcome::NotChecked]
                .map(|outcome| said(&found, outcome));
            wrong.push(format!("{name}: expected {unchecked:?}, found {said:#?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

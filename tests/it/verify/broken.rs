//! Variants that do not work: each has its problem before the first write.

use std::time::Duration;

use serde_json::{Value, json};
use sss_aws::verify::Outcome;
use sss_model::{CpuArchitecture, Rule};
use sss_sandbox::{Image, Issuer, RouteTable};

use super::{
    Case, ECR, ISSUER, OF_AWS, SECRET,
    healthy::{log_to, policies, session_of},
    said,
};

/// A variant by its name, the check that finds it, and words of its reason.
type Variant = (&'static str, fn(&mut Case), &'static str, &'static str);

const VARIANTS: &[Variant] = &[
    (
        "image that is not there",
        |case| case.image(&format!("{ECR}/shop/app:does-not-exist")),
        "image",
        "has no image does-not-exist",
    ),
    (
        "repository that is not there",
        |case| case.image(&format!("{ECR}/shop/app:ends-repository-missing")),
        "image",
        "has no repository shop/app",
    ),
    (
        "image of GHCR that is not there",
        |case| case.image("ghcr.io/example/app:does-not-exist"),
        "image",
        "has no image example/app",
    ),
    (
        "image of Docker Hub that nobody may pull",
        |case| case.image("example/app:ends-no-credentials"),
        "image",
        "does not let anybody pull",
    ),
    (
        "image for another architecture",
        |case| publish(case, Image::default().only("linux/arm64")),
        "image",
        "run on linux/amd64",
    ),
    (
        "image alone for another architecture",
        |case| publish(case, Image::default().only("linux/arm64").single()),
        "image",
        "is for linux/arm64",
    ),
    ("image for x86 on ARM", x86_on_arm, "image", "run on linux/arm64"),
    (
        "chart in the place of an image",
        |case| publish(case, Image::default().artifact("application/vnd.cncf.helm.config.v1+json")),
        "image",
        "no image of a container",
    ),
    (
        "issuer without a document",
        |case| issuer(case, Issuer::default().answering(404)),
        "issuer",
        "does not exist",
    ),
    (
        "issuer that names another one",
        |case| issuer(case, Issuer::default().naming("https://login.example.com")),
        "issuer",
        "names the issuer",
    ),
    (
        "issuer that names itself with a slash",
        |case| issuer(case, Issuer::default().naming(&format!("{ISSUER}/"))),
        "issuer",
        "slash",
    ),
    (
        "issuer without RSA keys",
        |case| issuer(case, Issuer::default().keys([json!({ "kty": "EC", "kid": "a" })])),
        "issuer",
        "no RSA key",
    ),
    (
        "issuer without a URL of keys",
        |case| issuer(case, Issuer::default().keys_at("keys.json")),
        "issuer",
        "jwks_uri",
    ),
    ("issuer whose keys are too large", large_keys, "issuer", "bytes"),
    (
        "secret that is not there",
        |case| case.secret(&SECRET.replace("db-", "other-")),
        "secret",
        "does not exist",
    ),
    ("secret that was deleted", deleted_secret, "secret", "scheduled for deletion"),
    ("parameter that is not there", |case| case.secret("/shop/password"), "parameter", "does not exist"),
    (
        "subnets without any way out",
        |case| case.network("private+nothing", |_| {}),
        "way-out",
        "neither the internet nor an endpoint",
    ),
    (
        "internet gateway without public addresses",
        |case| case.network("public", |_| {}),
        "way-out",
        "no public address",
    ),
    ("NAT gateway that failed", failed_nat, "way-out", "is failed"),
    ("route to a gateway that is gone", blackhole, "way-out", "is gone"),
    (
        "endpoint without private DNS",
        |case| endpoint(case, |one| one.private_dns = false),
        "way-out",
        "no private DNS",
    ),
    (
        "endpoint that is pending",
        |case| endpoint(case, |one| "pending".clone_into(&mut one.state)),
        "way-out",
        "is pending",
    ),
    ("endpoint whose group admits nobody", closed_group, "way-out", "do not admit"),
    ("gateway of S3 in another table", s3_elsewhere, "way-out", "is not in rtb-"),
    ("image of the internet with endpoints only", internet_image, "way-out", "is on the internet"),
    (
        "network ACL that lets nothing out",
        |case| case.network("private+nat", |network| network.is_closed = true),
        "way-out",
        "denies",
    ),
    ("tasks that may send nothing to port 443", egress, "way-out", "no outbound rule"),
    ("tasks that do not admit the link", |case| ingress(case, "192.168.0.0/16"), "path", "no inbound rule"),
    ("link that may not send to the tasks", closed_link, "path", "no outbound rule"),
    ("subnets without free addresses", no_addresses, "address", "addresses are needed"),
    ("more vCPUs than the account has", vcpus, "quota", "the account has 6"),
    ("more rules than a security group may have", rules, "quota", "needs 61 and the account has 60"),
    ("log group of others that is not there", |case| log_to(case, &[]), "log-group", "does not exist"),
    (
        "execution role that may not log in to ECR",
        |case| {
            case.execution_role("/team/", &[], Some(allowed(&["logs:*", "ecr:Batch*", "secretsmanager:*"])));
        },
        "role",
        "`ecr:GetAuthorizationToken` on *",
    ),
    (
        "execution role that may not write logs",
        |case| case.execution_role("/", &[], Some(allowed(&["ecr:*", "secretsmanager:*"]))),
        "role",
        "`logs:CreateLogStream`",
    ),
    (
        "execution role that may not read the secret",
        |case| case.execution_role("/", &[OF_AWS], None),
        "role",
        "`secretsmanager:GetSecretValue`",
    ),
    ("execution role that is denied a pull", denied_pull, "role", "a policy denies the role to call `ecr:"),
    (
        "execution role of the stack without policies",
        |case| case.stack.execution_role.managed_policies = Some(Vec::new()),
        "role",
        "`logs:CreateLogStream`",
    ),
    (
        "caller who may not pass roles",
        |case| case.deny_user("iam:PassRole", &Value::Null),
        "pass-role",
        "denies the caller `iam:PassRole`",
    ),
    (
        "session of a role that may not pass roles",
        |case| {
            let deny = json!({ "Effect": "Deny", "Action": "iam:PassRole", "Resource": "*" });
            session_of(case, "/team/", "pipeline", &deny);
        },
        "pass-role",
        "denies the caller `iam:PassRole`",
    ),
    (
        "session of a role that may not create the role of API Gateway",
        |case| {
            let deny = json!({ "Effect": "Deny", "Action": "iam:CreateServiceLinkedRole", "Resource": "*" });
            session_of(case, "/", "pipeline", &deny);
        },
        "linked-role",
        "may not call",
    ),
    (
        "caller who may not create the role of API Gateway",
        |case| case.deny_user("iam:CreateServiceLinkedRole", &Value::Null),
        "linked-role",
        "may not call",
    ),
    (
        "ten resource policies without room",
        |case| policies(case, "es.amazonaws.com"),
        "log-policy",
        "10 resource policies",
    ),
    (
        "subnet that is not there",
        |case| "subnet-0123456789abcdef0".clone_into(&mut case.stack.network.private_subnet_ids[0]),
        "subnet",
        "does not exist",
    ),
    ("zone without VPC links", zone, "zone", "no VPC links"),
];

/// Returns a statement that allows actions on everything.
fn allowed(actions: &[&str]) -> Value {
    json!({ "Effect": "Allow", "Action": actions, "Resource": "*" })
}

fn denied_pull(case: &mut Case) {
    let deny = json!({ "Effect": "Deny", "Action": "ecr:BatchGetImage", "Resource": "*" });
    case.execution_role("/", &[OF_AWS], Some(deny));
}

fn publish(case: &Case, image: Image) {
    case.sandbox().publish(&format!("{ECR}/shop/app:1.4"), image);
}

fn issuer(case: &Case, issuer: Issuer) {
    case.sandbox().set_issuer(ISSUER, issuer);
}

fn x86_on_arm(case: &mut Case) {
    publish(case, Image::default().only("linux/amd64"));
    case.service().task.cpu_architecture = CpuArchitecture::Arm64;
}

fn large_keys(case: &mut Case) {
    let key = json!({ "kty": "RSA", "kid": "a", "n": "A".repeat(160_000) });
    issuer(case, Issuer::default().keys([key]));
}

fn deleted_secret(case: &mut Case) {
    case.account.by_hand("secretsmanager", "DeleteSecret", &json!({ "SecretId": SECRET }));
}

fn failed_nat(case: &mut Case) {
    case.network("private+nat", |network| {
        network.nat_gateways.values_mut().for_each(|gateway| "failed".clone_into(&mut gateway.state));
    });
}

fn blackhole(case: &mut Case) {
    case.network("private+nat", |network| {
        network.tables[0].blackholes.insert("0.0.0.0/0".to_owned());
    });
}

fn endpoint(case: &Case, change: impl Fn(&mut sss_sandbox::Endpoint)) {
    case.network("private+endpoints", |network| {
        change(network.endpoints.get_mut("logs").expect("an endpoint"));
    });
}

fn closed_group(case: &mut Case) {
    let group = json!({ "GroupName": "closed", "GroupDescription": "admits nobody", "VpcId": case.sandbox().vpc_id() });
    let group = case.account.by_hand("ec2", "CreateSecurityGroup", &group)["groupId"].clone();
    let group = group.as_str().expect("an id").to_owned();
    endpoint(case, move |one| one.groups = vec![group.clone()]);
}

fn s3_elsewhere(case: &mut Case) {
    let subnets = case.sandbox().private_subnet_ids();
    case.network("private+endpoints", |network| network.tables.push(RouteTable::default().of(subnets)));
}

fn internet_image(case: &mut Case) {
    case.image("httpd:2.4");
    case.network("private+endpoints", |_| {});
}

fn egress(case: &mut Case) {
    case.stack.security_group.egress = vec![Rule::tcp(5432).to("0.0.0.0/0")];
}

fn ingress(case: &mut Case, range: &str) {
    case.stack.security_group.ingress = Some(vec![Rule::tcp(80).from(range)]);
}

fn closed_link(case: &mut Case) {
    let group = case.sandbox().default_security_group_id();
    let all = json!([{ "IpProtocol": "-1", "IpRanges": [{ "CidrIp": "0.0.0.0/0" }] }]);
    let revoke = json!({ "GroupId": group, "IpPermissions": all });
    case.account.by_hand("ec2", "RevokeSecurityGroupEgress", &revoke);
}

fn no_addresses(case: &mut Case) {
    let ids = case.sandbox().private_subnet_ids();
    case.network("private+nat", |network| {
        for id in ids {
            network.subnets.entry(id).or_default().free = Some(0);
        }
    });
}

fn vcpus(case: &mut Case) {
    (case.service().task.cpu, case.service().task.memory) = (4096, 8192);
    case.service().desired_count = Some(4);
    case.sandbox().set_service_quota("fargate", "L-3032A538", 6.0);
}

fn rules(case: &mut Case) {
    let ports = (8000..8060).chain([80]);
    case.stack.security_group.ingress =
        Some(ports.map(|port| sss_model::Rule::tcp(port).from("10.0.0.0/8")).collect());
}

fn zone(case: &mut Case) {
    let id = case.sandbox().private_subnet_ids()[0].clone();
    case.network("private+nat", |network| {
        network.subnets.entry(id).or_default().zone_id = Some("apne1-az3".to_owned());
    });
}

#[tokio::test(start_paused = true)]
async fn broken_variant_has_its_problem() {
    assert!(VARIANTS.len() >= 25);
    let mut wrong = Vec::new();
    for (name, change, id, words) in VARIANTS {
        let mut case = Case::new();
        change(&mut case);
        let found = case.verify().await;
        let is_found = |check: &&sss_aws::verify::Check| {
            check.id == *id
                && check.reason.as_deref().is_some_and(|reason| reason.contains(words))
                && check.fix.is_some()
        };
        if found.with(Outcome::Problem).find(is_found).is_none() {
            let said = [Outcome::Problem, Outcome::Warning, Outcome::NotChecked]
                .map(|outcome| said(&found, outcome));
            wrong.push(format!("{name}: expected {id} with `{words}`, found {said:#?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test(start_paused = true)]
async fn slow_issuer_is_a_warning() {
    let case = Case::new();
    issuer(&case, Issuer::default().late(Duration::from_millis(1600)));
    let found = case.verify().await;
    let warned: Vec<_> = found.with(Outcome::Warning).map(|check| check.id).collect();
    assert_eq!(warned, ["issuer"], "{found:#?}");
}

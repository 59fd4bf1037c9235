//! The parts that services share.

use std::collections::BTreeMap;

use sss_model::{
    AccessLog, Api, CapacityProvider, CapacityStrategy, Cluster, Conditions, ContainerInsights, Cors, Effect,
    ExecuteCommand, ExecuteCommandLogging, ExecutionRole, JwtAuthorizer, LogClass, LogGroup, ManagedStorage,
    Names, Namespace, Network, Protocol, Retention, Rule, SecurityGroup, Statement, Throttling,
};

use super::Draw;

const SUBNETS: [&str; 3] = ["subnet-0a1b2c3d4e5f60001", "subnet-0a1b2c3d", "subnet-00000000"];
const ODD_SUBNETS: [&str; 4] = ["", "subnet-", "subnet-0A1B2C3D", "vpc-0a1b2c3d"];
const GROUPS: [&str; 2] = ["sg-0a1b2c3d4e5f60000", "sg-0a1b2c3d"];
const ODD_GROUPS: [&str; 3] = ["", "sg-0a1b2c3d4", "default"];
const PATHS: [&str; 3] = ["/", "/a/", "/shop/!~/"];
const ODD_PATHS: [&str; 5] = ["", "//", "a/", "/aws-service-role/x/", "/é/"];
const POLICIES: [&str; 2] =
    ["arn:aws:iam::aws:policy/ReadOnlyAccess", "arn:aws-cn:iam::123456789012:policy/a/b"];
const ODD_POLICIES: [&str; 3] = ["", "ReadOnlyAccess", "arn:aws:iam::1234:policy/a"];
const ODD_CIDRS: [&str; 7] = ["", "10.0.0.0", "10.0.0.0/33", "::/129", "10.0.0.256/8", "0.0.0.0/0", "::/0"];

pub(crate) fn network(draw: &mut Draw<'_>) -> Network {
    let mut network = Network::default();
    network.vpc_id =
        draw.value(&["vpc-0a1b2c3d4e5f60718", "vpc-0a1b2c3d"], &["", "vpc-", "vpc-0a1b2c3", "é"]);
    network.private_subnet_ids = draw.values(3, &SUBNETS, &ODD_SUBNETS);
    if !draw.is_odd() {
        network.private_subnet_ids.push(SUBNETS[0].to_owned());
    } else if draw.flag() {
        network.private_subnet_ids = vec![SUBNETS[0].to_owned(); 17];
    }
    let most = if draw.is_odd() { 6 } else { 5 };
    network.vpc_link_security_group_ids = draw.values(most, &GROUPS, &ODD_GROUPS);
    network.assign_public_ip = draw.flag();
    network.vpc_link_zone_ids = draw.values(2, &["apne1-az3", "use1-az3"], &[""]);
    network
}

pub(crate) fn tags(draw: &mut Draw<'_>) -> BTreeMap<String, String> {
    let mut tags = BTreeMap::new();
    for _ in 0..draw.byte() % 4 {
        let key = draw.value(
            &["Owner", "Cost Centre", "a", "日本.:/=+-@"],
            &["", "aws:x", "sss:x", "a\"b\\", "a\tb", "#"],
        );
        let key = if draw.byte() == 1 { draw.text(128, 'k') } else { key };
        tags.insert(key, draw.text(256, 'ü'));
    }
    if draw.is_odd() {
        tags.extend((0..50).map(|index| (format!("key{index}"), String::new())));
    }
    tags
}

pub(crate) fn names(draw: &mut Draw<'_>) -> Names {
    let mut names = Names::default();
    names.cluster = draw.maybe(|draw| draw.text(255, 'c'));
    names.execution_role = draw.maybe(|draw| draw.text(64, 'e'));
    names.execution_policy = draw.maybe(|draw| draw.text(128, 'p'));
    names.secrets_policy = draw.maybe(|draw| draw.text(128, 's'));
    names.security_group =
        draw.maybe(|draw| draw.value(&["tasks", " a._-:/()#,@[]+=&;{}!$*"], &["", "sg-1", "default", "a'b"]));
    names.security_group_tag = draw.maybe(|draw| draw.text(256, 't'));
    let (label, long) = ("a".repeat(64), vec!["a"; 120].join("."));
    names.namespace = draw.maybe(|draw| {
        draw.value(&["n.internal", "a", "a.local"], &["", "arn:a", "1.2.3.4", "a..b", "é", &label, &long])
    });
    names.vpc_link = draw.maybe(|draw| draw.text(128, 'v'));
    names.api = draw.maybe(|draw| draw.text(128, 'a'));
    names.api_log_group = draw.maybe(|draw| draw.text(512, 'l'));
    // The names of further authorizers begin with it, and end with `-one-0`.
    names.authorizer = draw.maybe(|draw| draw.text(122, 'j'));
    names.alb = draw.maybe(|draw| draw.text(32, 'b'));
    names.nlb = draw.maybe(|draw| draw.text(32, 'n'));
    names
}

pub(crate) fn cluster(draw: &mut Draw<'_>) -> Cluster {
    let (regular, spot) = (CapacityProvider::Fargate, CapacityProvider::FargateSpot);
    let mut cluster = Cluster::default();
    cluster.capacity_providers = draw.one(&[vec![regular], vec![regular, spot], vec![spot], vec![]]);
    if draw.is_odd() {
        cluster.capacity_providers.push(spot);
    }
    cluster.default_capacity = capacity(draw, &cluster.capacity_providers);
    let words = [ContainerInsights::Disabled, ContainerInsights::Enabled, ContainerInsights::Enhanced];
    cluster.container_insights = draw.maybe(|draw| draw.one(&words));
    cluster.execute_command = draw.maybe(execute_command);
    cluster.managed_storage = draw.maybe(|draw| {
        let mut storage = ManagedStorage::default();
        storage.fargate_ephemeral_storage_kms_key_id = draw.maybe(kms_key);
        storage.kms_key_id = draw.maybe(kms_key);
        storage
    });
    cluster.tags = tags(draw);
    cluster
}

fn kms_key(draw: &mut Draw<'_>) -> String {
    draw.value(&["arn:aws:kms:eu-central-1:123456789012:key/a"], &["a", ""])
}

fn execute_command(draw: &mut Draw<'_>) -> ExecuteCommand {
    use ExecuteCommandLogging as Logging;
    let mut exec = ExecuteCommand::default();
    exec.logging = draw.one(&[Logging::Default, Logging::None, Logging::Override]);
    exec.kms_key_id = draw.maybe(kms_key);
    if exec.logging == Logging::Override || draw.is_odd() {
        exec.log_group = Some(draw.value(&["/exec"], &["a b", ""]));
        exec.log_group_encrypted = draw.flag();
        exec.bucket = Some(draw.value(&["sessions"], &["A", ""]));
        exec.bucket_prefix = draw.maybe(|draw| draw.value(&["shop"], &[""]));
        exec.bucket_encrypted = draw.flag();
    }
    exec
}

/// Shares of these providers.
pub(crate) fn capacity(draw: &mut Draw<'_>, providers: &[CapacityProvider]) -> Vec<CapacityStrategy> {
    if !draw.flag() {
        return Vec::new();
    }
    let mut based = false;
    let mut share = |draw: &mut Draw<'_>, provider| {
        let builder = CapacityStrategy::builder().provider(provider);
        let mut strategy = builder.build().expect("a provider is all that is required");
        strategy.weight = draw.number(1..=1000);
        if !based || draw.is_odd() {
            strategy.base = draw.number(0..=100_000);
            based = true;
        }
        strategy
    };
    providers.iter().map(|provider| share(draw, *provider)).collect()
}

pub(crate) fn namespace(draw: &mut Draw<'_>) -> Namespace {
    let mut namespace = Namespace::default();
    namespace.description = draw.maybe(|draw| draw.text(1024, 'é'));
    namespace.tags = tags(draw);
    namespace
}

pub(crate) fn retention(draw: &mut Draw<'_>) -> Retention {
    let days = draw.one(&Retention::DAYS);
    if draw.flag() {
        Retention::NEVER
    } else {
        Retention::days(days).expect("one of the days that there are")
    }
}

pub(crate) fn silence(draw: &mut Draw<'_>) -> BTreeMap<String, String> {
    let rules = ["STACK-013", "ECS-TD-113", "IAM-POL-004"];
    let reason = draw.value(&["a test", "日本 \"\\"], &["", " "]);
    draw.some(2, |draw, _| (draw.value(&rules, &["", "X-1", "stack-013"]), reason.clone()))
        .into_iter()
        .collect()
}

pub(crate) fn execution_role(draw: &mut Draw<'_>) -> ExecutionRole {
    let mut role = ExecutionRole::default();
    role.path = draw.value(&PATHS, &ODD_PATHS);
    if draw.flag() {
        role.managed_policies = Some(managed_policies(draw));
    }
    role.permissions_boundary = boundary(draw);
    role.statements = statements(draw);
    role.tags = tags(draw);
    role
}

pub(crate) fn path(draw: &mut Draw<'_>) -> String {
    draw.value(&PATHS, &ODD_PATHS)
}

pub(crate) fn managed_policies(draw: &mut Draw<'_>) -> Vec<String> {
    let mut policies = draw.values(2, &POLICIES, &ODD_POLICIES);
    if !draw.is_odd() {
        policies.dedup();
    } else if draw.flag() {
        policies = (0..26).map(|index| format!("{}{index}", POLICIES[0])).collect();
    }
    policies
}

pub(crate) fn boundary(draw: &mut Draw<'_>) -> Option<String> {
    let policies =
        ["PowerUserAccess", "ReadOnlyAccess"].map(|name| format!("arn:aws:iam::aws:policy/{name}"));
    draw.maybe(|draw| draw.value(&policies.each_ref().map(String::as_str), &ODD_POLICIES))
}

pub(crate) fn statements(draw: &mut Draw<'_>) -> Vec<Statement> {
    draw.some(3, |draw, index| {
        let mut statement = Statement::allow(
            draw.values(2, &["s3:Get*", "*", "ecs-tasks:a?_-"], &["", "s3", "s3:", "a:b:c", "é:a"]),
            draw.values(2, &["*", "arn:aws:s3:::bucket/*"], &["", "bucket", "arn:aws:*", "日本"]),
        );
        if draw.is_odd() {
            statement.resources.push(format!("arn:aws:s3:::{}", "a".repeat(10240)));
        }
        if !draw.is_odd() {
            statement.actions.push("logs:PutLogEvents".to_owned());
            statement.resources.push("*".to_owned());
        }
        statement.effect = draw.one(&[Effect::Allow, Effect::Deny]);
        statement.conditions = conditions(draw);
        let sid = format!("S{index}");
        statement.sid = draw.maybe(|draw| draw.value(&["", &sid], &["a b", "é", "S0"]));
        statement
    })
}

fn conditions(draw: &mut Draw<'_>) -> Conditions {
    let mut conditions = Conditions::new();
    for _ in 0..draw.byte() % 3 {
        let (operator, fine) = draw.one(&[
            ("StringEquals", "é ~"),
            ("ForAnyValue:NumericLessThanIfExists", "-1.5e3"),
            ("DateGreaterThan", "2026-01-01T00:00:00Z"),
            ("IpAddress", "::/0"),
            ("ArnLike", "arn:aws:s3:::a"),
            ("BinaryEquals", "QUI="),
        ]);
        let operator = if draw.is_odd() { draw.one(&["", "stringEquals", "NullIfExists"]) } else { operator };
        let key = draw.value(&["aws:PrincipalTag/x", "a.b"], &["", "日本", "\u{0}\n"]);
        let mut values = draw.values(2, &[fine], &["", "日本", "x"]);
        values.push(fine.to_owned());
        conditions.entry(operator.to_owned()).or_default().insert(key, values);
    }
    if draw.is_odd() {
        conditions.insert("Bool".to_owned(), BTreeMap::new());
    }
    conditions
}

pub(crate) fn security_group(draw: &mut Draw<'_>) -> SecurityGroup {
    let mut group = SecurityGroup::default();
    if draw.flag() {
        group.description = draw.text(255, 'd');
    }
    let ingress = draw.some(4, rule);
    group.ingress = Some(ingress).filter(|rules| !rules.is_empty());
    if draw.flag() {
        group.egress = draw.some(2, rule);
    }
    group.tags = tags(draw);
    group
}

/// A rule whose other side is no other rule's.
fn rule(draw: &mut Draw<'_>, index: usize) -> Rule {
    let mut rule = Rule::tcp(draw.one(&[80, 0, u16::MAX]));
    rule.protocol = draw.one(&[
        Protocol::Tcp,
        Protocol::Udp,
        Protocol::Icmp,
        Protocol::Icmpv6,
        Protocol::All,
        Protocol::Number(50),
        Protocol::Number(58),
        Protocol::Number(0),
    ]);
    if rule.protocol.ports(None, None) == Some((-1, -1)) {
        let types = [(None, None), (Some(-1), Some(-1)), (Some(8), Some(-1)), (Some(0), Some(255))];
        (rule.from_port, rule.to_port) = draw.one(&types);
    } else if draw.flag() {
        let ends = [rule.from_port, Some(65535)];
        (rule.from_port, rule.to_port) = draw.one(&[(ends[0], ends[1]), (Some(-1), Some(-1))]);
    }
    if draw.is_odd() {
        rule.from_port = draw.one(&[None, Some(256), Some(65536), Some(-2), Some(i32::MAX)]);
        rule.to_port = draw.one(&[None, Some(256), Some(0), Some(i32::MIN)]);
    }
    let cidrs =
        [format!("10.{index}.0.1/16"), format!("fd00:{index}::1/128"), format!("255.255.255.{index}/32")];
    rule.cidrs = draw.values(2, &cidrs.each_ref().map(String::as_str), &ODD_CIDRS);
    let groups = [format!("sg-0a1b2c0{index}"), format!("sg-0a1b2c3d4e5f6000{index}")];
    rule.security_groups = draw.values(2, &groups.each_ref().map(String::as_str), &ODD_GROUPS);
    if !draw.is_odd() {
        rule.cidrs.push(cidrs[0].clone());
        rule.cidrs.sort_unstable();
        rule.cidrs.dedup();
        rule.security_groups.dedup();
    }
    rule.description = draw.maybe(|draw| draw.text(255, 'd'));
    rule
}

pub(crate) fn api(draw: &mut Draw<'_>) -> Api {
    let mut api = Api::default();
    api.description = draw.maybe(|draw| draw.text(1024, 'é'));
    api.cors = draw.maybe(cors);
    api.authorizer = draw.maybe(authorizer);
    api.authorizers = draw
        .some(2, |draw, index| {
            let name = format!("one-{index}");
            (draw.value(&[&name], &["", "a b", "é"]), authorizer(draw))
        })
        .into_iter()
        .collect();
    api.throttling = draw.maybe(throttling);
    api.detailed_metrics = draw.maybe(Draw::flag);
    api.stage_variables = stage_variables(draw);
    api.disable_execute_api_endpoint = draw.flag();
    api.access_log = draw.maybe(access_log);
    api.tags = tags(draw);
    api
}

pub(crate) fn throttling(draw: &mut Draw<'_>) -> Throttling {
    let odd = draw.one(&[-1.0, f64::MIN, -0.5]);
    let rate = if draw.is_odd() { odd } else { draw.one(&[0.0, 2.5, 100.0, 1e12]) };
    Throttling::new(rate, draw.number(0..=2_147_483_647))
}

fn stage_variables(draw: &mut Draw<'_>) -> BTreeMap<String, String> {
    let pair = |draw: &mut Draw<'_>, _| {
        (draw.value(&["color", "A_1"], &["", "a-b", "é"]), draw.value(&["blue", "a=b,c"], &["", "a b", "{}"]))
    };
    let mut variables: BTreeMap<String, String> = draw.some(3, pair).into_iter().collect();
    if draw.is_odd() {
        variables.extend((0..101).map(|index| (format!("v{index}"), "1".to_owned())));
    }
    variables
}

fn cors(draw: &mut Draw<'_>) -> Cors {
    const NAMES: [&str; 4] = ["x-total", "GET", "*", "!#$%&'*+-.^_`|~"];
    const ODD_NAMES: [&str; 3] = ["", "x total", "é"];
    let mut cors = Cors::default();
    cors.allow_origins = draw.values(
        2,
        &["https://example.com", "http://localhost:65535", "HTTPS://*", "app://x"],
        &["", "example.com", "https://a/b", "https://a:0", "é"],
    );
    cors.allow_methods = draw.values(2, &NAMES, &ODD_NAMES);
    cors.allow_headers = draw.values(2, &NAMES, &ODD_NAMES);
    cors.expose_headers = draw.values(2, &NAMES, &ODD_NAMES);
    cors.allow_credentials = draw.flag();
    if !draw.is_odd() {
        cors.allow_origins.push("https://example.com".to_owned());
    } else if draw.flag() {
        cors.allow_origins.push("*".to_owned());
    }
    cors.max_age = draw.maybe(|draw| {
        let odd = draw.one(&[-2, 86401, i32::MIN, i32::MAX]);
        if draw.is_odd() { odd } else { draw.one(&[600, -1, 0, 86400]) }
    });
    cors
}

fn authorizer(draw: &mut Draw<'_>) -> JwtAuthorizer {
    let mut authorizer = JwtAuthorizer::default();
    authorizer.issuer = draw.value(
        &["https://example.com/pool", "https://cognito-idp.eu-central-1.amazonaws.com/a", "https://a:443/?#"],
        &["", "http://example.com", "https://", "https://é", "https://a b"],
    );
    authorizer.audience = draw.values(2, &["one", "日本"], &[""]);
    if !draw.is_odd() {
        authorizer.audience.push("1example23456789abcdefghij".to_owned());
    } else if draw.flag() {
        authorizer.audience = vec!["one".to_owned(); 51];
    }
    authorizer.identity_source = draw.value(
        &["$request.header.Authorization", "$request.querystring.token"],
        &["", "$request.header.", "Authorization", "$request.header.a,b"],
    );
    authorizer
}

fn access_log(draw: &mut Draw<'_>) -> AccessLog {
    let mut log = AccessLog::default();
    if draw.flag() {
        log.format = draw.value(
            &["$context.requestId", "{\"a\":\"$context.extendedRequestId\"}", "$context.requestId é\t'\"\\"],
            &["", "$context.path", "requestId"],
        );
    }
    if draw.is_odd() {
        log.format = format!("$context.requestId{}", draw.text(3072, 'x'));
    }
    log.retention_days = draw.maybe(retention);
    log.log_group = log_group(draw);
    log
}

/// The encryption and the class of a log group.
pub(crate) fn log_group(draw: &mut Draw<'_>) -> LogGroup {
    let mut group = LogGroup::default();
    group.class = draw.maybe(|draw| draw.one(&[LogClass::Standard, LogClass::InfrequentAccess]));
    let keys = ["arn:aws:kms:eu-central-1:123456789012:key/a", "a"];
    group.kms_key_id = draw.maybe(|draw| draw.value(&keys[..1], &keys[1..]));
    group
}

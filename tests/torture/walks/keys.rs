//! The keys of the stack file and values for them, so that walks change each of them.
//!
//! A test compares the table with the JSON Schema: a new key of the model is missing here until it has
//! values.

mod balancing;
mod scaling;
mod tasks;

use fastrand::Rng;
use serde_json::{Map, Value};
use sss_model::Stack;

use super::choose;

/// A key of the schema, and a JSON list of its values.
///
/// `null` removes the key. `*` stands for a member of a map and `[]` for an item of a list. `REGION` in a
/// value stands for the stack's region, and ARNs are of the stack's partition.
pub(super) type Key = (&'static str, &'static str);

/// Parts of keys that name or place an object. These keys are changed more often than the others, because
/// such a change replaces or moves objects.
const IDENTITIES: [&str; 8] =
    ["names.", "routes.", "ingress", "capacity", "path", "ignore_changes", "backend", "scaling"];

/// The keys that can change in a live account, but for those of [`balancing`], [`scaling`] and [`tasks`].
pub(super) const KEYS: &[Key] = &[
    ("allow_unlisted_region", "[true, false]"),
    ("api", "[null, {}]"),
    ("api.access_log", r#"[true, false, {"format": "$context.requestId", "retention_days": 30}]"#),
    ("api.access_log.format", r#"["$context.requestId", "$context.requestId $context.status"]"#),
    ("api.access_log.retention_days", r#"[null, 1, 30, "never"]"#),
    ("api.authorizer", r#"[null, {"issuer": "https://one.example.com", "audience": ["a"]}]"#),
    ("api.authorizer.audience", r#"[["a"], ["b", "a"], ["c"]]"#),
    ("api.authorizer.identity_source", r#"["$request.header.Authorization", "$request.querystring.token"]"#),
    ("api.authorizer.issuer", r#"["https://one.example.com", "https://two.example.com"]"#),
    (
        "api.authorizers",
        r#"[{}, {"staff": {"issuer": "https://one.example.com", "audience": ["admin"]}},
            {"staff": {"issuer": "https://two.example.com", "audience": ["admin"]},
             "partners": {"issuer": "https://one.example.com", "audience": ["partner"]}}]"#,
    ),
    ("api.authorizers.*.audience", r#"[["a"], ["b", "a"], ["c"]]"#),
    (
        "api.authorizers.*.identity_source",
        r#"["$request.header.Authorization", "$request.querystring.token"]"#,
    ),
    ("api.authorizers.*.issuer", r#"["https://one.example.com", "https://two.example.com"]"#),
    ("api.cors", r#"[null, {"allow_origins": ["https://example.com"], "allow_methods": ["GET"]}]"#),
    ("api.cors.allow_credentials", "[true, false]"),
    ("api.cors.allow_headers", r#"[[], ["authorization"], ["authorization", "accept"]]"#),
    ("api.cors.allow_methods", r#"[["GET"], ["GET", "POST"], ["DELETE"]]"#),
    (
        "api.cors.allow_origins",
        r#"[["https://example.com"], ["https://one.example.com", "https://example.com"]]"#,
    ),
    ("api.cors.expose_headers", r#"[[], ["date"], ["date", "etag"]]"#),
    ("api.cors.max_age", "[null, 0, 60, 86400]"),
    ("api.description", r#"[null, "one", "two"]"#),
    ("api.detailed_metrics", "[null, true, false]"),
    ("api.disable_execute_api_endpoint", "[true, false]"),
    (
        "api.domains",
        r#"[{}, {"api.example.com": {"certificate": "arn:aws:acm:REGION:123456789012:certificate/one"}},
            {"*.example.com": {"certificate": "arn:aws:acm:REGION:123456789012:certificate/one", "path": "shop"}}]"#,
    ),
    (
        "api.domains.*.certificate",
        r#"["arn:aws:acm:REGION:123456789012:certificate/one", "arn:aws:acm:REGION:123456789012:certificate/two"]"#,
    ),
    ("api.domains.*.ip_address_type", r#"["ipv4", "dualstack"]"#),
    ("api.domains.*.path", r#"[null, "shop", "shop/v1"]"#),
    ("api.domains.*.zone", r#"[null, "Z0A1B2C3D4E5F60718293"]"#),
    ("api.stage_variables", r#"[{}, {"color": "blue"}, {"color": "green", "DB_PASSWORD": "one"}]"#),
    ("api.tags", TAGS),
    ("api.throttling", LIMITS),
    ("api.throttling.burst", "[0, 5, 200]"),
    ("api.throttling.rate", "[0, 2.5, 100]"),
    ("cluster.capacity_providers", r#"[["FARGATE"], ["FARGATE", "FARGATE_SPOT"], ["FARGATE_SPOT"], []]"#),
    ("cluster.container_insights", r#"[null, "disabled", "enabled", "enhanced"]"#),
    (
        "cluster.default_capacity",
        r#"[[], [{"provider": "FARGATE", "weight": 1}], [{"provider": "FARGATE", "weight": 1, "base": 1}]]"#,
    ),
    ("cluster.default_capacity.[].base", "[0, 1, 2]"),
    ("cluster.default_capacity.[].provider", r#"["FARGATE", "FARGATE_SPOT"]"#),
    ("cluster.default_capacity.[].weight", "[1, 2, 3]"),
    (
        "cluster.execute_command",
        r#"[null, {"logging": "NONE"}, {"logging": "OVERRIDE", "log_group": "/exec", "bucket": "sessions"}]"#,
    ),
    ("cluster.execute_command.bucket", r#"[null, "one", "two"]"#),
    ("cluster.execute_command.bucket_encrypted", "[true, false]"),
    ("cluster.execute_command.bucket_prefix", r#"[null, "one", "two"]"#),
    ("cluster.execute_command.kms_key_id", KMS_KEYS),
    ("cluster.execute_command.log_group", r#"[null, "/exec", "/exec/other"]"#),
    ("cluster.execute_command.log_group_encrypted", "[true, false]"),
    ("cluster.execute_command.logging", r#"["DEFAULT", "NONE", "OVERRIDE"]"#),
    ("cluster.managed_storage", "[null, {}]"),
    ("cluster.managed_storage.fargate_ephemeral_storage_kms_key_id", KMS_KEYS),
    ("cluster.managed_storage.kms_key_id", KMS_KEYS),
    ("cluster.tags", TAGS),
    ("execution_role.managed_policies", POLICIES),
    ("execution_role.path", r#"["/", "/services/"]"#),
    ("execution_role.statements", STATEMENTS),
    ("execution_role.statements.[].actions", ACTIONS),
    ("execution_role.statements.[].conditions", CONDITIONS),
    ("execution_role.statements.[].effect", r#"["Allow", "Deny"]"#),
    ("execution_role.statements.[].resources", RESOURCES),
    ("execution_role.statements.[].sid", r#"[null, "One", "Two"]"#),
    ("execution_role.tags", TAGS),
    ("log_retention_days", r#"[1, 7, 30, "never"]"#),
    ("names.api", r#"[null, "other-api", "An other API"]"#),
    ("names.api_log_group", r#"[null, "/other/api"]"#),
    ("names.authorizer", r#"[null, "other-authorizer"]"#),
    ("names.cluster", r#"[null, "other-cluster"]"#),
    ("names.execution_policy", r#"[null, "other-policy"]"#),
    ("names.execution_role", r#"[null, "other-execution"]"#),
    ("names.namespace", r#"[null, "other.internal"]"#),
    ("names.secrets_policy", r#"[null, "other-secrets"]"#),
    ("names.security_group", r#"[null, "other-group"]"#),
    ("names.security_group_tag", r#"[null, "other tag"]"#),
    ("names.vpc_link", r#"[null, "other-link"]"#),
    ("namespace.description", r#"[null, "one", "two"]"#),
    ("namespace.tags", TAGS),
    ("network.assign_public_ip", "[true, false]"),
    (
        "network.private_subnet_ids",
        r#"[["subnet-0a1b2c3d4e5f60001"], ["subnet-0a1b2c3d4e5f60003", "subnet-0a1b2c3d4e5f60001"],
            ["subnet-0a1b2c3d4e5f60001", "subnet-0a1b2c3d4e5f60002", "subnet-0a1b2c3d4e5f60003"]]"#,
    ),
    ("network.vpc_link_zone_ids", r#"[[], ["apne1-az3"]]"#),
    ("network.vpc_link_security_group_ids", r#"[[], ["sg-0a1b2c3d4e5f60000"]]"#),
    ("security_group.description", r#"["tasks", "other tasks"]"#),
    ("security_group.egress", RULES),
    ("security_group.egress.[].cidrs", CIDRS),
    ("security_group.egress.[].description", r#"[null, "one", "two"]"#),
    ("security_group.egress.[].from_port", PORTS),
    ("security_group.egress.[].icmp_code", "[null, 0]"),
    ("security_group.egress.[].icmp_type", "[null, 3, 8]"),
    ("security_group.egress.[].protocol", PROTOCOLS),
    ("security_group.egress.[].security_groups", GROUPS),
    ("security_group.egress.[].to_port", PORTS),
    ("security_group.ingress", RULES),
    ("security_group.ingress.[].cidrs", CIDRS),
    ("security_group.ingress.[].description", r#"[null, "one", "two"]"#),
    ("security_group.ingress.[].from_port", PORTS),
    ("security_group.ingress.[].icmp_code", "[null, 0]"),
    ("security_group.ingress.[].icmp_type", "[null, 3, 8]"),
    ("security_group.ingress.[].protocol", PROTOCOLS),
    ("security_group.ingress.[].security_groups", GROUPS),
    ("security_group.ingress.[].to_port", PORTS),
    ("security_group.tags", TAGS),
    ("services.*.availability_zone_rebalancing", r#"[null, "ENABLED", "DISABLED"]"#),
    (
        "services.*.capacity",
        r#"[[], [{"provider": "FARGATE", "weight": 1}], [{"provider": "FARGATE_SPOT", "weight": 1}],
            [{"provider": "FARGATE", "base": 1}, {"provider": "FARGATE_SPOT", "weight": 4}]]"#,
    ),
    ("services.*.capacity.[].base", "[0, 1, 2]"),
    ("services.*.capacity.[].provider", r#"["FARGATE", "FARGATE_SPOT"]"#),
    ("services.*.capacity.[].weight", "[1, 2, 3]"),
    ("services.*.command", r#"[[], ["serve"], ["serve", "--verbose"]]"#),
    ("services.*.containers", CONTAINERS),
    ("services.*.containers.[].command", r#"[[], ["run"]]"#),
    ("services.*.containers.[].cpu", "[null, 32, 64]"),
    ("services.*.containers.[].depends_on", r#"[{}, {"mz-dev-app": "START"}, {"all-web": "START"}]"#),
    ("services.*.containers.[].entry_point", r#"[[], ["/bin/agent"]]"#),
    ("services.*.containers.[].environment", r#"[{}, {"A": "1"}, {"A": "2", "B": ""}]"#),
    ("services.*.containers.[].essential", "[true, false]"),
    ("services.*.containers.[].health_check", HEALTH),
    ("services.*.containers.[].health_check.command", r#"[["CMD", "true"], ["CMD-SHELL", "true"]]"#),
    ("services.*.containers.[].health_check.interval", "[10, 30]"),
    ("services.*.containers.[].health_check.retries", "[2, 3]"),
    ("services.*.containers.[].health_check.start_period", "[null, 0, 10]"),
    ("services.*.containers.[].health_check.timeout", "[4, 5]"),
    ("services.*.containers.[].image", r#"["public.ecr.aws/docker/library/busybox:1", "busybox:2"]"#),
    ("services.*.containers.[].log_options", LOG_OPTIONS),
    ("services.*.containers.[].memory", "[null, 128, 256]"),
    ("services.*.containers.[].memory_reservation", "[null, 64, 96]"),
    ("services.*.containers.[].name", r#"["agent", "sidecar"]"#),
    ("services.*.containers.[].secrets", SECRETS),
    ("services.*.containers.[].stop_timeout", "[null, 10, 20]"),
    ("services.*.cpu", "[256, 512, 1024]"),
    ("services.*.cpu_architecture", r#"["X86_64", "ARM64"]"#),
    ("services.*.depends_on", r#"[{}, {"agent": "START"}]"#),
    (
        "services.*.deployment.alarms",
        r#"[null, {"names": ["one"]}, {"names": ["two", "one"], "rollback": false}]"#,
    ),
    ("services.*.deployment.alarms.names", r#"[["one"], ["two"]]"#),
    ("services.*.deployment.alarms.rollback", "[true, false]"),
    ("services.*.deployment.bake_time_minutes", "[null, 0, 5]"),
    ("services.*.deployment.circuit_breaker", "[true, false]"),
    (
        "services.*.deployment.failure_threshold",
        r#"[null, {"type": "COUNT", "value": 5}, {"type": "BOUNDED_PERCENT", "value": 50}]"#,
    ),
    ("services.*.deployment.failure_threshold.type", r#"["BOUNDED_PERCENT", "UNBOUNDED_PERCENT", "COUNT"]"#),
    ("services.*.deployment.failure_threshold.value", "[3, 50]"),
    ("services.*.deployment.force_new_deployment", "[true, false]"),
    ("services.*.deployment.maximum_percent", "[100, 150, 200]"),
    ("services.*.deployment.minimum_healthy_percent", "[0, 50, 100]"),
    ("services.*.deployment.reset_on_healthy_task", "[null, true, false]"),
    ("services.*.deployment.rollback", "[true, false]"),
    ("services.*.desired_count", "[0, 1, 2, 3]"),
    ("services.*.enable_ecs_managed_tags", "[null, true, false]"),
    ("services.*.enable_execute_command", "[null, true, false]"),
    ("services.*.entry_point", r#"[[], ["/bin/web"]]"#),
    (
        "services.*.environment",
        r#"[{}, {"LEVEL": "1"}, {"LEVEL": "2", "a.b[0]": "x"}, {"DB_PASSWORD": "one"}]"#,
    ),
    ("services.*.ephemeral_storage", "[null, 30, 40]"),
    ("services.*.health_check", HEALTH),
    ("services.*.health_check.command", r#"[["CMD", "true"], ["CMD-SHELL", "true"]]"#),
    ("services.*.health_check.interval", "[10, 30]"),
    ("services.*.health_check.retries", "[2, 3]"),
    ("services.*.health_check.start_period", "[null, 0, 10]"),
    ("services.*.health_check.timeout", "[4, 5]"),
    ("services.*.health_check_grace_period", "[null, 0, 30]"),
    ("services.*.ignore_changes", r#"[[], ["image"], ["desired_count"], ["desired_count", "image"]]"#),
    ("services.*.image", r#"["public.ecr.aws/docker/library/httpd:2.4", "httpd:2", "httpd:3", "httpd"]"#),
    ("services.*.integration_timeout", "[null, 50, 29000]"),
    ("services.*.log_options", LOG_OPTIONS),
    ("services.*.log_retention_days", r#"[null, 1, 30, "never"]"#),
    ("services.*.memory", "[512, 1024, 2048]"),
    ("services.*.names.cloud_map", r#"[null, "map-a", "map-b"]"#),
    ("services.*.names.container", r#"[null, "container-a", "container-b"]"#),
    ("services.*.names.exec_policy", r#"[null, "exec-a"]"#),
    ("services.*.names.family", r#"[null, "family-a", "family-b"]"#),
    ("services.*.names.log_group", r#"[null, "/log/a", "/log/b"]"#),
    ("services.*.names.service", r#"[null, "service-a", "service-b"]"#),
    ("services.*.names.task_policy", r#"[null, "policy-a"]"#),
    ("services.*.names.task_role", r#"[null, "role-a", "role-b"]"#),
    ("services.*.platform_version", r#"[null, "LATEST", "1.4.0"]"#),
    ("services.*.port", "[80, 8000, 8001]"),
    ("services.*.propagate_tags", r#"[null, "NONE", "SERVICE", "TASK_DEFINITION"]"#),
    ("services.*.routes", r#"[[], [{"path": "/one"}, {"path": "/two/{id}"}]]"#),
    ("services.*.routes.[].authorization", r#"[null, "iam"]"#),
    ("services.*.routes.[].authorizer", r#"[null, false, "staff"]"#),
    ("services.*.routes.[].methods", r#"[["GET"], ["GET", "POST"], ["PUT"], ["ANY"]]"#),
    (
        "services.*.routes.[].path",
        r#"["/{proxy+}", "/{rest+}", "/a/{id}", "/a/{key}", "/a/{id}/b", "/b", "/B", "$default"]"#,
    ),
    ("services.*.routes.[].rewrite", r#"[null, "/", "/v2/a", "/v3"]"#),
    ("services.*.routes.[].strip_prefix", r#"[null, "/a", "/b"]"#),
    ("services.*.routes.[].scopes", r#"[[], ["read"], ["read", "write"]]"#),
    ("services.*.routes.[].throttling", LIMITS),
    ("services.*.routes.[].throttling.burst", "[5, 200]"),
    ("services.*.routes.[].throttling.rate", "[2.5, 100]"),
    ("services.*.secrets", SECRETS),
    ("services.*.security_group_ids", GROUPS),
    ("services.*.stop_timeout", "[null, 30, 60]"),
    ("services.*.tags", TAGS),
    ("services.*.task_role.managed_policies", POLICIES),
    ("services.*.task_role.path", r#"["/", "/services/"]"#),
    ("services.*.task_role.statements", STATEMENTS),
    ("services.*.task_role.statements.[].actions", ACTIONS),
    ("services.*.task_role.statements.[].conditions", CONDITIONS),
    ("services.*.task_role.statements.[].effect", r#"["Allow", "Deny"]"#),
    ("services.*.task_role.statements.[].resources", RESOURCES),
    ("services.*.task_role.statements.[].sid", r#"[null, "One", "Two"]"#),
    ("services.*.task_role.tags", TAGS),
    ("silence", r#"[{}, {"CM-SVC-015": "as before"}]"#),
    ("tags", TAGS),
];

/// Among them keys that differ by case only, from one another and from those of the layer above.
const TAGS: &str = r#"[{}, {"Owner": "one"}, {"Owner": "two", "a.b[0]": "x"}, {"owner": "one"},
    {"OWNER": "two", "Owner": "one"}, {"layer": "x"}, {"a b/c=+@-_:.": "ü", "Layer": ""}]"#;

const LIMITS: &str = r#"[null, {"rate": 100, "burst": 200}, {"rate": 2.5, "burst": 5}]"#;

const KMS_KEYS: &str =
    r#"[null, "arn:aws:kms:REGION:123456789012:key/one", "arn:aws:kms:REGION:123456789012:key/two"]"#;

const POLICIES: &str = r#"[[], ["arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy"],
    ["arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"]]"#;

const STATEMENTS: &str = r#"[[], [{"sid": "One", "actions": ["sqs:SendMessage"], "resources": ["*"]}],
    [{"actions": ["cloudwatch:PutMetricData"], "resources": ["*"]},
     {"sid": "Two", "actions": ["s3:*"], "resources": ["arn:aws:s3:::one"], "effect": "Deny"}]]"#;

const ACTIONS: &str = r#"[["sqs:SendMessage"], ["sqs:SendMessage", "sqs:ReceiveMessage"]]"#;

const CONDITIONS: &str = r#"[{}, {"StringEquals": {"aws:RequestedRegion": ["REGION"]}},
    {"StringLike": {"aws:RequestTag/a.b": ["x", "y"]}}]"#;

const RESOURCES: &str = r#"[["*"], ["arn:aws:s3:::one"], ["arn:aws:s3:::two", "arn:aws:s3:::one"]]"#;

const RULES: &str = r#"[[], [{"protocol": "tcp", "port": 80, "cidrs": ["10.0.0.0/16"]}],
    [{"protocol": "tcp", "ports": "8000-8010", "cidrs": ["10.0.7.9/16", "2001:db8::/32"]},
     {"protocol": "icmp", "icmp_type": 8, "cidrs": ["10.0.0.0/16"]},
     {"protocol": "udp", "port": 53, "security_groups": ["sg-0a1b2c3d4e5f60000"]}],
    [{"protocol": "all", "cidrs": ["0.0.0.0/0"]}]]"#;

const CIDRS: &str = r#"[["10.0.0.0/16"], ["10.1.0.0/16", "10.2.0.0/16"], ["2001:db8::/32"]]"#;

const PORTS: &str = "[null, 80, 443, 8000, 65535]";

const PROTOCOLS: &str = r#"["tcp", "udp", "icmp", "icmpv6", "all"]"#;

const GROUPS: &str = r#"[[], ["sg-0a1b2c3d4e5f60000"]]"#;

const CONTAINERS: &str = r#"[[], [{"name": "agent", "image": "busybox:1", "essential": false}],
    [{"name": "sidecar", "image": "busybox:1", "cpu": 32, "memory": 128, "ports": [4317]},
     {"name": "agent", "image": "busybox:1", "environment": {"A": "1"}}]]"#;

const HEALTH: &str =
    r#"[null, {"command": ["CMD-SHELL", "true"]}, {"command": ["CMD", "true"], "retries": 5}]"#;

const LOG_OPTIONS: &str = r#"[{}, {"mode": "blocking"}, {"mode": "non-blocking", "max-buffer-size": "25m"},
    {"awslogs-stream-prefix": "ecs"}]"#;

const SECRETS: &str = r#"[{}, {"KEY": "arn:aws:ssm:REGION:123456789012:parameter/key"},
    {"KEY": "arn:aws:secretsmanager:REGION:123456789012:secret:db-AbCdEf", "B": "/plain"}]"#;

/// Returns all keys that can change in a live account.
fn all() -> impl Iterator<Item = &'static Key> {
    KEYS.iter().chain(balancing::KEYS).chain(scaling::KEYS).chain(tasks::KEYS)
}

/// Returns a random key, more often one of [`IDENTITIES`].
pub(super) fn any(random: &mut Rng) -> &'static Key {
    let is_identity = |(path, _): &&Key| IDENTITIES.iter().any(|part| path.contains(part));
    let keys: Vec<&Key> = all().filter(|key| random.bool() || is_identity(key)).collect();
    choose(random, &keys).expect("there are keys of identities")
}

/// Returns the stack with another value of a key. `None` if the key has no place in the stack or nothing
/// changes.
pub(super) fn change(stack: &Stack, (path, values): &Key, random: &mut Rng) -> Option<Stack> {
    let values = values.replace("REGION", &stack.region);
    let values = values.replace("arn:aws:", &format!("arn:{}:", stack.partition().name));
    let values: Value = serde_json::from_str(&values).expect("values in JSON");
    let value = choose(random, values.as_array().expect("a list of values"))?;
    let path: Vec<&str> = path.split('.').collect();
    let mut tree = serde_json::to_value(stack).expect("a stack is plain data");
    set(&mut tree, &path, value, random)?;
    serde_json::from_value(tree).ok().filter(|changed| changed != stack)
}

/// Sets a value at a path. Members of maps and items of lists are random.
fn set(tree: &mut Value, path: &[&str], value: &Value, random: &mut Rng) -> Option<()> {
    let (first, rest) = path.split_first()?;
    let next = match (*first, tree) {
        ("[]", Value::Array(items)) if !items.is_empty() => {
            let index = random.usize(0..items.len());
            &mut items[index]
        }
        ("*", Value::Object(members)) => {
            let names: Vec<String> = members.keys().cloned().collect();
            members.get_mut(choose(random, &names)?)?
        }
        ("[]" | "*", _) => return None,
        (name, Value::Object(members)) if rest.is_empty() => {
            match value {
                Value::Null => drop(members.remove(name)),
                value => drop(members.insert(name.to_owned(), value.clone())),
            }
            return Some(());
        }
        (name, Value::Object(members)) => {
            let empty = Value::Object(Map::new());
            // A part with its default values is absent from the tree.
            let is_list = rest.first() == Some(&"[]");
            if is_list { members.get_mut(name)? } else { members.entry(name).or_insert(empty) }
        }
        _ => return None,
    };
    set(next, rest, value, random)
}

#[cfg(test)]
mod tests;

//! Requests of Elastic Load Balancing, accepted and refused.

mod actions;

use serde_json::{Value, json};

use super::table::{Table, each, long};

const BALANCER: &str =
    "arn:aws:elasticloadbalancing:eu-central-1:123456789012:loadbalancer/app/shop/0123456789abcdef";
const NETWORK: &str =
    "arn:aws:elasticloadbalancing:eu-central-1:123456789012:loadbalancer/net/shop/0123456789abcdef";
const GROUP: &str =
    "arn:aws:elasticloadbalancing:eu-central-1:123456789012:targetgroup/orders/0123456789abcdef";
const OTHER: &str =
    "arn:aws:elasticloadbalancing:eu-central-1:123456789012:targetgroup/stock/0123456789abcdef";
const LISTENER: &str = "arn:aws:elasticloadbalancing:eu-central-1:123456789012:listener/app/shop/0123456789abcdef/0123456789abcdef";
const CERTIFICATE: &str = "arn:aws:acm:eu-central-1:123456789012:certificate/a";

fn load_balancer() -> Table {
    let request = json!({ "Name": "shop", "Scheme": "internal", "Type": "application",
        "Subnets": ["subnet-0a1b2c3d", "subnet-0a1b2c3e"], "SecurityGroups": ["sg-0a1b2c3d"] });
    Table::of("elbv2:CreateLoadBalancer", request)
}

fn target_group() -> Table {
    let request = json!({ "Name": "orders", "Protocol": "HTTP", "Port": 8080, "VpcId": "vpc-0a1b2c3d",
        "TargetType": "ip", "HealthCheckPath": "/health" });
    Table::of("elbv2:CreateTargetGroup", request)
}

fn forward() -> Value {
    json!([{ "Type": "forward", "TargetGroupArn": GROUP }])
}

fn listener() -> Table {
    let request =
        json!({ "LoadBalancerArn": BALANCER, "Protocol": "HTTP", "Port": 80, "DefaultActions": forward() });
    Table::of("elbv2:CreateListener", request)
}

fn rule() -> Table {
    let condition = json!({ "Field": "http-header",
        "HttpHeaderConfig": { "HttpHeaderName": "x-service", "Values": ["orders"] } });
    let request =
        json!({ "ListenerArn": LISTENER, "Priority": 1, "Conditions": [condition], "Actions": forward() });
    Table::of("elbv2:CreateRule", request)
}

#[test]
fn load_balancer_has_a_name_and_subnets() {
    let table = load_balancer();
    table.takes("/Name", each(["a", "a-B-9"]));
    table.takes("/Name", long([32]));
    table.breaks("/Name", each(["-a", "a-", "a_b", "a.b", "é"]), &["ELB-LB-001 Name"]);
    table.names("/Name", json!("a".repeat(33)), "ELB-LB-001/too-long");
    table.names("/Name", json!(""), "ELB-LB-001/required");
    table.lacks("/Name", &["ELB-LB-001 Name"]);
    table.names("/Name", json!("internal-shop"), "ELB-LB-002/reserved-prefix");
    table.lacks("/Subnets", &["ELB-LB-005 Subnets"]);
    table.names("/Subnets", json!(["subnet-0a1b2c3d"]), "ELB-LB-005/too-few");
    let twice = json!(["subnet-0a1b2c3d", "subnet-0a1b2c3d"]);
    table.breaks("/Subnets", [twice], &["ELB-LB-005 Subnets[1]"]);
    table.breaks("/Subnets", [json!(["subnet-0a1b2c3d", "a"])], &["EC2-ID-001 Subnets[1]"]);
    let mapped = json!([{ "SubnetId": "subnet-0a1b2c3d" }]);
    table.names("/SubnetMappings", mapped, "ELB-LB-005/beside");
    table.breaks(
        "/SubnetMappings",
        [json!([{}])],
        &["ELB-LB-005 SubnetMappings[0].SubnetId", "ELB-LB-005 SubnetMappings"],
    );
}

#[test]
fn load_balancer_has_groups_and_a_scheme() {
    let table = load_balancer();
    table.takes("/SecurityGroups", [json!([])]);
    table.breaks("/SecurityGroups", [json!(["subnet-0a1b2c3d"])], &["EC2-ID-001 SecurityGroups[0]"]);
    let groups: Value = (0..6).map(|number| json!(format!("sg-0000000{number}"))).collect();
    table.breaks("/SecurityGroups", [groups], &["warning ELB-LB-006 SecurityGroups"]);
    table.breaks("/Scheme", each(["public", ""]), &["ELB-LB-003 Scheme"]);
    table.lacks("/Scheme", &["warning ELB-LB-008 Scheme"]);
    table.breaks("/Type", each(["classic", "app"]), &["ELB-LB-004 Type"]);
    table.breaks("/IpAddressType", each(["ipv6"]), &["PARAM-004 IpAddressType"]);

    let network = json!({ "Name": "shop", "Scheme": "internal", "Type": "network",
        "Subnets": ["subnet-0a1b2c3d"], "SecurityGroups": ["sg-0a1b2c3d"] });
    let network = Table::of("elbv2:CreateLoadBalancer", network);
    network.lacks("/SecurityGroups", &["warning ELB-LB-007 SecurityGroups"]);
    network.names("/Tags", json!([{ "Key": "aws:a", "Value": "" }]), "TAG-003/reserved");
}

#[test]
fn attributes_are_known_and_set_once() {
    let idle = json!([{ "Key": "idle_timeout.timeout_seconds", "Value": "60" }]);
    let request = json!({ "LoadBalancerArn": BALANCER, "Attributes": idle });
    let table = Table::of("elbv2:ModifyLoadBalancerAttributes", request);
    table.takes("/Attributes/0/Value", each(["1", "4000"]));
    table.breaks("/Attributes/0/Value", each(["0", "4001"]), &["ELB-ATTR-002 Attributes[0].Value"]);
    table.names("/Attributes/0/Value", json!("a"), "ELB-ATTR-001/not-a-number");
    table.takes("/Attributes/0/Value", each([""]));
    table.names("/Attributes/0/Key", json!("idle.timeout"), "ELB-ATTR-001/unknown");
    table.lacks("/Attributes/0/Key", &["ELB-ATTR-001 Attributes[0].Key"]);
    let one = |key: &str, value: &str| json!([{ "Key": key, "Value": value }]);
    table
        .takes("/Attributes", [one("deletion_protection.enabled", "true"), one("access_logs.s3.prefix", "")]);
    table.names("/Attributes", one("deletion_protection.enabled", "yes"), "ELB-ATTR-001/not-a-flag");
    table.names("/Attributes", one("deletion_protection.enabled", ""), "ELB-ATTR-001/not-a-flag");
    table.names(
        "/Attributes",
        one("routing.http.desync_mitigation_mode", "off"),
        "ELB-ATTR-001/unknown-choice",
    );
    table.names(
        "/Attributes",
        one("secondary_ips.auto_assigned.per_subnet", "8"),
        "ELB-ATTR-001/out-of-range",
    );
    let twice = json!([{ "Key": "routing.http2.enabled", "Value": "true" },
        { "Key": "routing.http2.enabled", "Value": "false" }]);
    table.names("/Attributes", twice, "ELB-ATTR-001/used-twice");
    let many: Value = (0..21).map(|_| json!({ "Key": "waf.fail_open.enabled", "Value": "true" })).collect();
    let problems = super::check(
        crate::request::Operation::ElbModifyLoadBalancerAttributes,
        &json!({ "LoadBalancerArn": BALANCER, "Attributes": many }),
        &super::Referred::default(),
    );
    assert_eq!((problems[0].rule, problems[0].case), ("ELB-ATTR-001", "too-many"));
    table.names("/LoadBalancerArn", json!(GROUP), "ELB-LSN-003/not-an-arn");
    table.lacks("/LoadBalancerArn", &["ELB-LSN-003 LoadBalancerArn"]);
}

#[test]
fn attributes_of_groups_have_ranges() {
    let request = json!({ "TargetGroupArn": GROUP,
        "Attributes": [{ "Key": "deregistration_delay.timeout_seconds", "Value": "30" }] });
    let table = Table::of("elbv2:ModifyTargetGroupAttributes", request);
    let at = "Attributes[0].Value";
    table.takes("/Attributes/0/Value", each(["0", "3600"]));
    table.breaks("/Attributes/0/Value", each(["-1", "3601"]), &[&format!("ELB-TG-020 {at}")]);
    table.names("/Attributes/0/Value", json!(""), "ELB-ATTR-001/empty");
    table.names("/Attributes/0/Key", json!("deregistration_delay"), "ELB-ATTR-001/unknown-of-group");
    let one = |key: &str, value: &str| json!([{ "Key": key, "Value": value }]);
    let slow = |value| one("slow_start.duration_seconds", value);
    table.takes("/Attributes", [slow("0"), slow("30"), slow("900")]);
    table.breaks("/Attributes", [slow("29"), slow("901"), slow("-1")], &[&format!("ELB-TG-021 {at}")]);
    table.takes("/Attributes", [one("stickiness.type", "lb_cookie"), one("stickiness.type", "source_ip")]);
    table.names("/Attributes", one("stickiness.type", "cookie"), "ELB-TG-022/unknown-choice");
    table.names(
        "/Attributes",
        one("stickiness.lb_cookie.duration_seconds", "604801"),
        "ELB-TG-022/out-of-range",
    );
    let share = "target_group_health.dns_failover.minimum_healthy_targets.percentage";
    table.takes("/Attributes", [one(share, "off"), one(share, "50")]);
    table.names("/Attributes", one(share, "on"), "ELB-ATTR-001/not-a-number");
}

#[test]
fn target_group_has_protocol_port_and_vpc() {
    let table = target_group();
    table.takes("/Name", long([1, 32]));
    table.breaks("/Name", each(["a_b", "-a"]), &["ELB-TG-001 Name"]);
    table.names("/Name", json!("a".repeat(33)), "ELB-TG-001/too-long");
    table.names("/Name", json!(""), "ELB-TG-001/required");
    table.takes("/Name", each(["internal-orders"]));
    table.lacks("/Protocol", &["ELB-TG-002 Protocol"]);
    table.breaks("/Protocol", each(["http", "SCTP"]), &["ELB-TG-002 Protocol"]);
    table.lacks("/Port", &["ELB-TG-003 Port"]);
    table.takes("/Port", [json!(1), json!(65535)]);
    table.breaks("/Port", [json!(0), json!(65536)], &["ELB-TG-003 Port"]);
    table.lacks("/VpcId", &["ELB-TG-004 VpcId"]);
    table.lacks("/TargetType", &["warning ELB-TG-005 TargetType"]);
    table.breaks("/TargetType", each(["task"]), &["ELB-TG-005 TargetType"]);
    table.takes("/ProtocolVersion", each(["HTTP1", "HTTP2", "GRPC"]));
    table.breaks("/ProtocolVersion", each(["http2"]), &["ELB-TG-006 ProtocolVersion"]);
    let lambda = json!({ "Name": "orders", "TargetType": "lambda" });
    let lambda = Table::of("elbv2:CreateTargetGroup", lambda);
    lambda.names("/Port", json!(80), "ELB-TG-002/not-for-lambda");
}

#[test]
fn health_check_has_bounds() {
    let table = target_group();
    table.takes("/HealthCheckPath", each(["/", "/a?b=c"]));
    table.names("/HealthCheckPath", json!("health"), "ELB-TG-010/not-a-path");
    table.names("/HealthCheckPath", json!(format!("/{}", "a".repeat(1024))), "ELB-TG-010/too-long");
    table.takes("/HealthCheckIntervalSeconds", [json!(6), json!(300)]);
    table.breaks(
        "/HealthCheckIntervalSeconds",
        [json!(4), json!(301)],
        &["ELB-TG-011 HealthCheckIntervalSeconds"],
    );
    table.takes("/HealthCheckTimeoutSeconds", [json!(2), json!(29)]);
    let at = "ELB-TG-012 HealthCheckTimeoutSeconds";
    table.breaks("/HealthCheckTimeoutSeconds", [json!(1), json!(30), json!(121)], &[at]);
    table.names("/HealthCheckTimeoutSeconds", json!(30), "ELB-TG-012/not-below-interval");
    table.takes("/HealthyThresholdCount", [json!(2), json!(10)]);
    table.breaks("/HealthyThresholdCount", [json!(1), json!(11)], &["ELB-TG-013 HealthyThresholdCount"]);
    table.takes("/HealthCheckPort", each(["traffic-port", "1", "65535"]));
    table.breaks("/HealthCheckPort", each(["", "0", "65536", "http"]), &["ELB-TG-015 HealthCheckPort"]);
    table.names("/HealthCheckEnabled", json!(false), "ELB-TG-016/always-on");
    table.names("/HealthCheckProtocol", json!("TCP"), "ELB-TG-016/not-for-protocol");
    table.breaks("/HealthCheckProtocol", each(["ICMP"]), &["ELB-TG-016 HealthCheckProtocol"]);
}

#[test]
fn matcher_has_codes_of_the_protocol() {
    let table = target_group();
    let http = |codes: &str| json!({ "HttpCode": codes });
    table.takes("/Matcher", [http("200"), http("200-499"), http("200,404,301-302")]);
    for codes in ["", "199", "500", "200-", "300-200", "200, 201", "2xx"] {
        table.names("/Matcher", http(codes), "ELB-TG-014/not-codes");
    }
    table.names("/Matcher", json!({}), "ELB-TG-014/required");
    table.names("/Matcher", json!({ "HttpCode": "200", "GrpcCode": "0" }), "ELB-TG-014/beside");
    table.takes("/Matcher", [json!({ "GrpcCode": "0-99" })]);
    table.names("/Matcher", json!({ "GrpcCode": "100" }), "ELB-TG-014/not-codes");

    let tcp = json!({ "Name": "orders", "Protocol": "TCP", "Port": 80, "VpcId": "vpc-0a1b2c3d", "TargetType": "ip" });
    let tcp = Table::of("elbv2:CreateTargetGroup", tcp);
    tcp.names("/Matcher", http("200"), "ELB-TG-014/not-for-protocol");
    tcp.names("/HealthCheckPath", json!("/"), "ELB-TG-010/not-for-protocol");
    tcp.names("/ProtocolVersion", json!("HTTP1"), "ELB-TG-006/not-http");
    tcp.names("/HealthCheckProtocol", json!("UDP"), "ELB-TG-016/not-for-protocol");
    let mut http_check = tcp.request().clone();
    http_check["HealthCheckProtocol"] = json!("HTTP");
    let http_check = Table::of("elbv2:CreateTargetGroup", http_check);
    http_check.takes("/Matcher", [http("200-599")]);
}

#[test]
fn listener_has_the_protocols_of_its_load_balancer() {
    let table = listener();
    table.lacks("/Port", &["ELB-LSN-001 Port"]);
    table.lacks("/Protocol", &["ELB-LSN-001 Protocol"]);
    table.breaks("/Protocol", each(["TCP", "http"]), &["ELB-LSN-001 Protocol"]);
    table.breaks("/Port", [json!(0)], &["ELB-TG-003 Port"]);
    table.names("/SslPolicy", json!("a"), "ELB-LSN-002/policy-without-tls");
    table.names(
        "/Certificates",
        json!([{ "CertificateArn": CERTIFICATE }]),
        "ELB-LSN-002/certificate-without-tls",
    );
    table.breaks("/LoadBalancerArn", each([GROUP, "shop"]), &["ELB-LSN-003 LoadBalancerArn"]);

    let network =
        json!({ "LoadBalancerArn": NETWORK, "Protocol": "TCP", "Port": 80, "DefaultActions": forward() });
    let network = Table::of("elbv2:CreateListener", network);
    network.takes("/Protocol", each(["UDP", "TCP_UDP", "QUIC"]));
    network.breaks("/Protocol", each(["HTTP"]), &["ELB-LSN-001 Protocol"]);
    let fixed = json!([{ "Type": "fixed-response", "FixedResponseConfig": { "StatusCode": "404" } }]);
    network.names("/DefaultActions", fixed, "ELB-ACT-001/only-forward");
}

#[test]
fn listener_with_tls_has_one_certificate() {
    let mut request = listener().request().clone();
    request["Protocol"] = json!("HTTPS");
    request["Certificates"] = json!([{ "CertificateArn": CERTIFICATE }]);
    let table = Table::of("elbv2:CreateListener", request);
    table.takes("/SslPolicy", each(["ELBSecurityPolicy-2016-08"]));
    table.lacks("/Certificates", &["ELB-LSN-002 Certificates"]);
    let one = |arn: &str| json!({ "CertificateArn": arn });
    table.names("/Certificates", json!([one(CERTIFICATE), one(CERTIFICATE)]), "ELB-LSN-002/too-many");
    table.names("/Certificates", json!([one("arn:aws:s3:::a")]), "ELB-LSN-002/not-an-arn");
    let other = "arn:aws:acm:us-east-1:123456789012:certificate/a";
    table.names("/Certificates", json!([one(other)]), "ELB-LSN-002/other-region");
    table.takes("/Certificates", [json!([one("arn:aws:iam::123456789012:server-certificate/a")])]);
}

#[test]
fn refused_value_of_a_rule_is_one_problem() {
    let mut request = rule().request().clone();
    request["Tags"] = json!([{ "Key": "a", "Value": "b" }]);
    super::one_problem::check_few(crate::request::Operation::ElbCreateRule, &request);
    super::one_problem::check_few(crate::request::Operation::ElbCreateListener, listener().request());
    super::one_problem::check_few(crate::request::Operation::ElbCreateTargetGroup, target_group().request());
    super::one_problem::check_few(
        crate::request::Operation::ElbCreateLoadBalancer,
        load_balancer().request(),
    );
}

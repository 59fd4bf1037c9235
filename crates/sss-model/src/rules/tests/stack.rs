use crate::fixture::{broken, check, check_app};
use crate::problem::Invalid;
use crate::{Cluster, Network, Partition, Retention, Service, Stack, Task};

#[test]
fn reference_stack_breaks_nothing() {
    check(|_| {}, &[]);
}

#[test]
fn derived_names_are_judged_at_the_stacks_name() {
    let renamed = |name: &str, want: &[&str]| check(|stack| stack.name = name.to_owned(), want);
    renamed("mz-dev_2", &["CM-NS-007 name"]);
    renamed("", &["STACK-001 name"]);
    let long = Network::builder().vpc_id("vpc-0a1b2c3d").build().unwrap();
    let long = Stack::builder().name("a".repeat(257)).region("eu-west-1").network(long).build();
    assert_eq!(long.unwrap_err().problems[0].case, "too-long");
    renamed("-a", &["STACK-002 name"]);
    renamed("sg-a", &["SG-003 name"]);
    renamed(&"a".repeat(43), &[]);
    renamed(&"a".repeat(44), &["CM-NS-006 name"]);
    renamed(&"a".repeat(45), &["CM-NS-006 name"]);
    renamed(&"a".repeat(46), &["IAM-ROLE-001 name", "CM-NS-006 name"]);
}

#[test]
fn overridden_names_are_judged_at_their_key() {
    check(|stack| stack.names.cluster = Some("a b".into()), &["ECS-CL-001 names.cluster"]);
    check(|stack| stack.names.cluster = Some("a".repeat(255)), &[]);
    check(|stack| stack.names.cluster = Some("a".repeat(256)), &["ECS-CL-001 names.cluster"]);
    check(|stack| stack.names.execution_role = Some("a".repeat(64)), &[]);
    check(|stack| stack.names.execution_role = Some("a/b".into()), &["IAM-ROLE-001 names.execution_role"]);
    check(|stack| stack.names.execution_policy = Some("a".repeat(128)), &[]);
    check(
        |stack| stack.names.execution_policy = Some("a".repeat(129)),
        &["IAM-POL-011 names.execution_policy"],
    );
    check(|stack| stack.names.security_group = Some("Default".into()), &["SG-003 names.security_group"]);
    check(|stack| stack.names.security_group = Some("a'b".into()), &["SG-002 names.security_group"]);
    check(
        |stack| stack.names.security_group_tag = Some("a".repeat(257)),
        &["TAG-002 names.security_group_tag"],
    );
    check(|stack| stack.names.vpc_link = Some("a".repeat(128)), &[]);
    check(|stack| stack.names.vpc_link = Some("a".repeat(129)), &["APIGW-VL-003 names.vpc_link"]);
    check(|stack| stack.names.api = Some(String::new()), &["APIGW-API-001 names.api"]);
    check(|stack| stack.names.authorizer = Some("a".repeat(129)), &["APIGW-AUTH-004 names.authorizer"]);
    check(|stack| stack.names.api_log_group = Some("a".repeat(512)), &[]);
    check(|stack| stack.names.api_log_group = Some("a b".into()), &["LOG-001 names.api_log_group"]);
    check(|stack| stack.names.api_log_group = Some("aws/a".into()), &["LOG-002 names.api_log_group"]);
}

#[test]
fn namespaces_are_host_names() {
    let named =
        |name: &str, want: &[&str]| check(|stack| stack.names.namespace = Some(name.to_owned()), want);
    named("a.b-c.internal", &[]);
    named("mz_dev.internal", &["CM-NS-007 names.namespace"]);
    named("-a.internal", &["CM-NS-007 names.namespace"]);
    named("a..internal", &["CM-NS-006 names.namespace"]);
    named("a.internal.", &["CM-NS-007 names.namespace"]);
    named("app.1nternal", &["CM-NS-007 names.namespace"]);
    named("a b", &["CM-NS-001 names.namespace"]);
    named("arn:x", &["CM-NS-001 names.namespace"]);
    named(&"a".repeat(63), &[]);
    named(&"a".repeat(64), &["CM-NS-006 names.namespace"]);
    let labels = |last: usize| format!("{0}.{0}.{0}.{1}", "a".repeat(60), "a".repeat(last));
    // 34 characters of the instance, 10 of `mz-dev-app`
    named(&labels(26), &[]);
    named(&labels(27), &["CM-SVC-004 services.app"]);
}

#[test]
fn regions_are_listed_or_allowed() {
    let region = |region: &str, want: &[&str]| check(|stack| stack.region = region.to_owned(), want);
    for known in Partition::all().iter().flat_map(|partition| partition.regions) {
        let problems = broken(|stack| stack.region = (*known).to_owned());
        assert!(problems.iter().all(|problem| problem.starts_with("ARN-")), "{known}: {problems:?}");
    }
    for unknown in ["ca-west-123", "Eu-west-1", "eu-1", "eu-west", "europe-west-1", "e-west-1", "eu--west-1"]
    {
        region(unknown, &["STACK-003 region"]);
    }
    region("", &["STACK-001 region"]);
}

#[test]
fn network_ids_have_their_form_and_number() {
    let ids = |count: usize| (0..count).map(|number| format!("subnet-{number:017x}")).collect::<Vec<_>>();
    check(|stack| stack.network.vpc_id = "vpc-0a1b2c3d".into(), &[]);
    check(|stack| stack.network.vpc_id = "vpc-0a1b2c3".into(), &["EC2-ID-001 network.vpc_id"]);
    check(|stack| stack.network.vpc_id = "vpc-0A1B2C3D".into(), &["EC2-ID-001 network.vpc_id"]);
    check(|stack| stack.network.private_subnet_ids = ids(10), &[]);
    check(|stack| stack.network.private_subnet_ids = ids(11), &["APIGW-VL-001 network.private_subnet_ids"]);
    check(|stack| stack.network.private_subnet_ids = ids(0), &["APIGW-VL-001 network.private_subnet_ids"]);
    let without_api = |count: usize, want: &[&str]| {
        let change = |stack: &mut Stack| {
            stack.api = None;
            stack.services.values_mut().for_each(|service| service.routes.clear());
            stack.network.private_subnet_ids = ids(count);
        };
        check(change, want);
    };
    without_api(0, &["ECS-SVC-021 network.private_subnet_ids"]);
    without_api(1, &["STACK-013 network.private_subnet_ids"]);
    without_api(2, &[]);
    check(|stack| stack.network.private_subnet_ids = ids(1), &["STACK-013 network.private_subnet_ids"]);
    check(|stack| stack.network.private_subnet_ids = ids(2), &[]);
    without_api(16, &[]);
    without_api(17, &["ECS-SVC-021 network.private_subnet_ids"]);
    let ungrouped = |stack: &mut Stack| stack.network.vpc_link_security_group_ids.clear();
    check(ungrouped, &["APIGW-VL-004 network.vpc_link_security_group_ids"]);
    let groups = |count: usize| vec!["sg-0a1b2c3d".to_owned(); count];
    check(|stack| stack.network.vpc_link_security_group_ids = groups(5), &[]);
    check(
        |stack| stack.network.vpc_link_security_group_ids = groups(6),
        &["APIGW-VL-002 network.vpc_link_security_group_ids"],
    );
    check(
        |stack| stack.network.vpc_link_security_group_ids = vec!["vpc-0a1b2c3d".into()],
        &["EC2-ID-001 network.vpc_link_security_group_ids[0]"],
    );
}

#[test]
fn tags_have_their_form_and_number() {
    let tag = |key: &str, value: &str, want: &[&str]| {
        check(|stack| drop(stack.tags.insert(key.to_owned(), value.to_owned())), want);
    };
    tag("Größe 1_.:/=+-@", "日本 語", &[]);
    tag(&"a".repeat(128), &"b".repeat(256), &[]);
    tag("k", "", &[]);
    tag("", "b", &["TAG-002 tags.\"\""]);
    tag(&"a".repeat(129), "b", &[&format!("TAG-002 tags.{}", "a".repeat(129))]);
    tag("a", &"b".repeat(257), &["TAG-002 tags.a"]);
    tag("a", "b!", &["TAG-002 tags.a"]);
    tag("AWS:a", "b", &["TAG-003 tags.\"AWS:a\""]);
    tag("sss:stack", "b", &["STACK-007 tags.\"sss:stack\""]);
    let tags = |count: usize| (0..count).map(|number| (number.to_string(), String::new())).collect();
    check(|stack| stack.tags = tags(45), &[]);
    let of_four = ["execution_role", "security_group", "services.app", "services.app.task_role"];
    let of_four = of_four.map(|part| format!("TAG-001 {part}.tags"));
    check(|stack| stack.tags = tags(46), &of_four.each_ref().map(String::as_str));
    check(|stack| stack.tags = tags(5000), &["TAG-001 tags"]);
    check(|stack| stack.cluster.tags = tags(43), &[]);
    check(|stack| stack.cluster.tags = tags(44), &["TAG-001 cluster.tags"]);
    let in_a_shared_cluster = |stack: &mut Stack, count: usize| {
        stack.cluster.existing = Some("shared".to_owned());
        stack.security_group.tags = tags(count);
    };
    check(|stack| in_a_shared_cluster(stack, 37), &[]);
    check(|stack| in_a_shared_cluster(stack, 38), &["TAG-001 security_group.tags"]);
    let with_a_long_key = |length: usize| {
        move |stack: &mut Stack| {
            stack.cluster.tags = (1..43).map(|number| (number.to_string(), String::new())).collect();
            stack.cluster.tags.insert("a".repeat(length), String::new());
        }
    };
    // 29 characters of the stack's keys and 117 of the others, with spaces between; more than 256 make another tag.
    check(with_a_long_key(110), &[]);
    check(with_a_long_key(111), &["TAG-001 cluster.tags"]);
}

#[test]
fn objects_of_a_kind_have_different_names() {
    let another = |name: &str, want: &[&str]| {
        let change = |stack: &mut Stack| {
            let task = Task { image: "a:1".into(), ..Task::default() };
            let service = Service { name: name.to_owned(), task, ..Service::default() };
            stack.services.insert(name.to_owned(), service);
        };
        check(change, want);
    };
    another("web", &[]);
    another("App", &["STACK-006 services.app"]);
    another("site", &["STACK-006 services.site"]);
    let in_cloud_map = |name: &str, want: &[&str]| {
        let change = |stack: &mut Stack| {
            let mut service =
                Service::builder().name("web").image("a:1").port(81).stop_timeout(60).build().unwrap();
            service.names.cloud_map = Some(name.to_owned());
            stack.services.insert("web".to_owned(), service);
        };
        check(change, want);
    };
    in_cloud_map("mz-dev-app2", &[]);
    in_cloud_map("mz-dev-app", &["STACK-006 services.web.names.cloud_map"]);
    in_cloud_map("MZ-dev-app", &["CM-SVC-003 services.web.names.cloud_map"]);
    check(
        |stack| stack.names.secrets_policy = Some("mz-dev-cloud-watch-policy".into()),
        &["STACK-006 names.secrets_policy"],
    );
    check(|stack| stack.names.execution_role = Some("MZ-DEV-APP-ROLE".into()), &["STACK-006 services.app"]);
    check(
        |stack| stack.names.api_log_group = Some("/aws/ecs/fargate/mz-dev-app".into()),
        &["STACK-006 services.app"],
    );
}

#[test]
fn taken_name_is_reported_with_its_holder() {
    let taken = |change: fn(&mut Stack, &mut Service), noun: &str| {
        let mut stack = crate::fixture::reference();
        let mut web = Service::builder().name("web").image("a").port(81).build().unwrap();
        change(&mut stack, &mut web);
        stack.services.insert("web".to_owned(), web);
        let problems = stack.problems();
        let problem = problems.iter().find(|problem| problem.rule == "STACK-006").unwrap();
        assert!(problem.message.starts_with(&format!("the {noun} `")), "{problem:?}");
    };
    taken(|_, web| web.names.task_role = Some("mz-dev-app-role".into()), "role");
    taken(|stack, _| stack.names.secrets_policy = Some("mz-dev-cloud-watch-policy".into()), "policy");
    taken(|_, web| web.names.cloud_map = Some("mz-dev-app".into()), "Cloud Map service");
    taken(|_, web| web.names.log_group = Some("/aws/ecs/fargate/mz-dev-app".into()), "log group");
    taken(|_, web| web.names.family = Some("mz-dev-site".into()), "family");
    taken(|_, web| web.names.service = Some("mz-dev-app".into()), "service");
}

/// Returns the problems of a builder: rules and paths.
fn refused<T: std::fmt::Debug>(built: Result<T, Invalid>) -> Vec<String> {
    let problems = built.unwrap_err().problems;
    problems.iter().map(|problem| format!("{} {}", problem.rule, problem.path)).collect()
}

#[test]
fn builders_report_everything_at_once() {
    let bare = Stack::builder().build();
    assert_eq!(refused(bare), ["STACK-001 name", "STACK-001 region", "STACK-001 network.vpc_id"]);
    assert_eq!(refused(Service::builder().build()), ["STACK-001 name", "STACK-001 image"]);
    assert_eq!(refused(Network::builder().build()), ["STACK-001 vpc_id"]);
    assert_eq!(refused(crate::CapacityStrategy::builder().build()), ["STACK-001 provider"]);
    let service = || Service::builder().name("a").image("a:1").build().unwrap();
    let twice = Stack::builder().service(service()).service(service()).cluster(Cluster::default()).build();
    let want = [
        "STACK-005 services.a",
        "STACK-001 name",
        "STACK-001 region",
        "STACK-001 network.vpc_id",
        "ECS-SVC-021 network.private_subnet_ids",
    ];
    assert_eq!(refused(twice), want);
}

#[test]
fn changed_stack_can_be_checked_again() {
    let mut stack = crate::fixture::reference();
    assert_eq!(stack.check(), Ok(()));
    stack.names.namespace = Some("mz_dev".into());
    assert_eq!(stack.check(), Ok(()), "a warning does not refuse");
    stack.region.clear();
    assert_eq!(refused(stack.check()), ["STACK-001 region"]);
}

#[test]
fn refusal_lists_problems_and_hints() {
    let text = Network::builder().vpc_id("x").build().unwrap_err().to_string();
    assert_eq!(
        text,
        "1 problem\nerror[EC2-ID-001]: vpc_id: `x` is not the id of a VPC\n  hint: copy the id from the account, such as `vpc-0a1b2c3d4e5f60718`"
    );
}

#[test]
fn events_that_never_expire_are_a_warning() {
    let never = Retention::NEVER;
    check(|stack| stack.log_retention_days = never, &["LOG-006 log_retention_days"]);
    let of_api = |stack: &mut Stack| {
        let log = stack.api.as_mut().and_then(|api| api.access_log.as_mut());
        log.unwrap().retention_days = Some(never);
    };
    check(of_api, &["LOG-006 api.access_log.retention_days"]);
    check_app(|app| app.task.log_retention_days = Some(never), &["LOG-006 log_retention_days"]);
    check_app(|app| app.task.log_retention_days = Some(Retention::default()), &[]);
}

#[test]
fn silenced_rules_are_not_reported() {
    let silence = |id: &str, reason: &str, want: &[&str]| {
        let change = |stack: &mut Stack| {
            stack.network.private_subnet_ids.truncate(1);
            stack.silence.insert(id.to_owned(), reason.to_owned());
        };
        check(change, want);
    };
    let heard = "STACK-013 network.private_subnet_ids";
    silence("STACK-013", "one zone is enough for tests", &[]);
    silence("STACK-013", " ", &["STACK-011 silence.STACK-013"]);
    silence("STACK-13", "a typing error", &[heard, "STACK-011 silence.STACK-13"]);
    silence("SG-022", "nothing is open here", &[heard, "STACK-012 silence.SG-022"]);
}

#[test]
fn errors_are_never_silenced() {
    let change = |stack: &mut Stack| {
        stack.region = "nowhere".into();
        stack.silence.insert("STACK-003".into(), "we know better".into());
    };
    check(change, &["STACK-003 region", "STACK-012 silence.STACK-003"]);
}

/// The stack with so many bytes of containers as JSON.
fn of_bytes(bytes: usize) -> Stack {
    let mut stack = crate::fixture::reference();
    let size = |stack: &Stack| super::super::task_document::bytes(stack, &stack.services["app"]);
    let app = |stack: &mut Stack, length: usize| {
        let app = stack.services.get_mut("app").expect("the service");
        app.task.environment.insert("TEXT".into(), "x".repeat(length));
    };
    app(&mut stack, 0);
    let around = size(&stack);
    app(&mut stack, bytes - around);
    assert_eq!(size(&stack), bytes);
    stack
}

#[test]
fn containers_have_a_size_as_json() {
    let check = |bytes: usize, want: Option<&str>| {
        let problems = of_bytes(bytes).problems();
        let found = problems.iter().find(|problem| problem.rule == "ECS-TD-114");
        let found = found.map(|problem| format!("{} {}", problem.severity, problem.path));
        assert_eq!(found.as_deref(), want, "{bytes}");
    };
    check(64000, None);
    check(65536, Some("warning services.app"));
    check(65537, Some("error services.app"));
    let mut stack = of_bytes(65536);
    let app = stack.services.get_mut("app").expect("the service");
    // Characters beyond ASCII count in bytes, and a quote with its escape.
    app.task.environment.insert("TEXT".into(), app.task.environment["TEXT"].replacen('x', "\"", 1));
    assert!(stack.check().is_err());
    let app = stack.services.get_mut("app").expect("the service");
    app.task.environment.insert("TEXT".into(), "é".repeat(33000));
    assert!(stack.check().is_err());
}

#[test]
fn inline_policies_of_a_role_count_together() {
    let secrets = |count: usize| {
        move |stack: &mut Stack| {
            let statement =
                crate::Statement::allow(["s3:GetObject"], ["arn:aws:s3:::".to_owned() + &"a".repeat(5000)]);
            stack.execution_role.statements = vec![statement];
            let arn = |n: usize| format!("arn:aws:ssm:ap-northeast-1:123456789012:parameter/{n:04}");
            let app = stack.services.get_mut("app").expect("the service");
            app.task.secrets = (0..count).map(|n| (format!("S{n}"), arn(n))).collect();
        }
    };
    check(secrets(80), &[]);
    check(secrets(120), &["IAM-POL-012 execution_role"]);
}

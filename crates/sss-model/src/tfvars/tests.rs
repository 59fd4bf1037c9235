use super::{Inputs, read};
use crate::fixture;
use crate::stack::Stack;

const COMPLETE: &str = r#"
vpc_id                     = "vpc-0a1b2c3d4e5f60718"
default_security_group_id  = "sg-0a1b2c3d4e5f60000"
allow_origins              = ["https://example.com"]
cognito_user_pool_endpoint = "cognito-idp.ap-northeast-1.amazonaws.com/ap-northeast-1_example01"
user_pool_client_ids       = ["1example23456789abcdefghij"]
private_subnet_ids = [
  "subnet-0a1b2c3d4e5f60001", # three zones
  "subnet-0a1b2c3d4e5f60002",
  "subnet-0a1b2c3d4e5f60003",
]
"#;

/// Returns the problems of inputs: rule, path, and the text that the span points at.
fn check(text: &str, want: &[&str]) {
    let problems = read(text).err().unwrap_or_default();
    let shown = problems.iter().map(|located| {
        let place = located.span.clone().map_or("-", |span| &text[span]);
        format!("{} {} @ {place}", located.problem.rule, located.problem.path)
    });
    assert_eq!(shown.collect::<Vec<_>>(), want, "{text}\n{problems:#?}");
}

fn complete(rest: &str) -> String {
    format!("{COMPLETE}{rest}")
}

fn inputs(rest: &str) -> Inputs {
    read(&complete(rest)).unwrap()
}

#[test]
fn inputs_give_the_reference_stack() {
    let inputs = inputs("ecs_task = {}\necs_service = {}");
    let parsed = Stack::from_toml(&inputs.to_stack_file()).unwrap();
    assert_eq!(parsed.stack, fixture::reference());
    let rules: Vec<&str> = parsed.warnings.iter().map(|warning| warning.problem.rule).collect();
    let traps_of_the_article = ["CM-SVC-016", "ECS-TD-113", "CM-SVC-015", "APIGW-ROUTE-011"];
    assert_eq!(rules, traps_of_the_article);
}

#[test]
fn example_gives_the_reference_stack() {
    let example = include_str!("../../../../examples/terraform.tfvars");
    let stack = Stack::from_toml(&read(example).unwrap().to_stack_file()).unwrap().stack;
    assert_eq!(stack, fixture::reference());
}

#[test]
fn every_input_arrives() {
    let rest = r#"
        cors_max_age = -1
        log_retention_in_days = 0
        ecs_task = { memory = 2048, "cpu" = 512 }
        ecs_service = { desired_count = 3, http_methods = ["POST", "GET", "POST"] }
    "#;
    let stack = Stack::from_toml(&inputs(rest).to_stack_file()).unwrap().stack;
    let app = &stack.services["app"];
    assert_eq!(stack.log_retention_days.in_days(), None);
    assert_eq!(stack.api.as_ref().unwrap().cors.as_ref().unwrap().max_age, Some(-1));
    assert_eq!((app.task.cpu, app.task.memory, app.desired_count), (512, 2048, Some(3)));
    assert_eq!(app.routes[0].keys(), ["GET /{proxy+}", "POST /{proxy+}"]);
}

#[test]
fn null_is_the_default() {
    let rest = "cors_max_age = null\necs_task = { cpu = null }\necs_service = {}";
    assert_eq!(inputs(rest), inputs("ecs_task = {}\necs_service = {}"));
}

#[test]
fn missing_inputs_are_reported_at_once() {
    let required = [
        "vpc_id",
        "default_security_group_id",
        "allow_origins",
        "cognito_user_pool_endpoint",
        "user_pool_client_ids",
        "ecs_task",
        "ecs_service",
        "private_subnet_ids",
    ];
    let want: Vec<String> = required.iter().map(|name| format!("STACK-001 {name} @ -")).collect();
    let want: Vec<&str> = want.iter().map(String::as_str).collect();
    check("", &want);
    check("# nothing\nvpc_id = null", &want);
    check(COMPLETE, &["STACK-001 ecs_task @ -", "STACK-001 ecs_service @ -"]);
}

#[test]
fn unknown_inputs_are_reported_at_their_place() {
    let service = "\necs_service = {}";
    check(&complete(&format!("ecs_task = {{}}{service}\nregion = \"eu\"")), &["FILE-002 region @ region"]);
    check(&complete(&format!("ecs_task = {{ cpus = 2 }}{service}")), &["FILE-002 ecs_task.cpus @ cpus"]);
    check(&complete(&format!("ecs_task = 3{service}")), &["FILE-003 ecs_task @ 3"]);
    check(
        &complete(&format!("ecs_task {{}}{service}")),
        &["STACK-001 ecs_task @ -", "FILE-002 ecs_task @ ecs_task"],
    );
    check(
        &complete(&format!("ecs_task = {{ cpu = \"1\", memory = -1 }}{service}")),
        &["FILE-003 ecs_task.cpu @ \"1\"", "FILE-003 ecs_task.memory @ -1"],
    );
    check(
        &complete(&format!("ecs_task = {{}}{service}\ncors_max_age = 1.5")),
        &["FILE-003 cors_max_age @ 1.5"],
    );
    check(
        "vpc_id = var.x\nallow_origins = [\"a\", 3]\ndefault_security_group_id = \"${x}\"\nprivate_subnet_ids = \"a\"\n\
         cognito_user_pool_endpoint = true\nuser_pool_client_ids = []\necs_task = {}\necs_service = {}",
        &[
            "FILE-003 vpc_id @ var.x",
            "FILE-003 allow_origins[1] @ 3",
            "FILE-003 default_security_group_id @ \"${x}\"",
            "FILE-003 private_subnet_ids @ \"a\"",
            "FILE-003 cognito_user_pool_endpoint @ true",
        ],
    );
}

#[test]
fn problems_of_the_form_read_alone() {
    let said = |rest: &str, want: &str| {
        let text = complete(&format!("ecs_task = {{}}\necs_service = {{}}\n{rest}"));
        let problems = read(&text).unwrap_err();
        let said = problems.iter().map(|located| &located.problem);
        let said: Vec<String> =
            said.map(|problem| format!("{} / {}", problem.message, problem.fix)).collect();
        assert_eq!(said, [want], "{rest}");
    };
    said(
        "log_retention_in_day = 7",
        "unknown key `log_retention_in_day` / did you mean `log_retention_in_days`?",
    );
    said("cors = 7", "unknown key `cors` / did you mean `cors_max_age`?");
    said(
        "cors_max_age = \"60\"",
        "`cors_max_age` must be a whole number, not a string / write `cors_max_age = 60`",
    );
    said(
        "cors_max_age = var.age",
        "`cors_max_age` must be a whole number, not an expression: only values are read here / replace the \
         expression by its value",
    );
    said(
        "tags {}",
        "`tags` must be an input with a value, not a block / write `=` between `tags` and the brace",
    );
    let of = |name: &str, value: &str| complete("ecs_task = {}\necs_service = {}").replace(name, value);
    let problems = read(&of("ecs_task = {}", "ecs_task = 3\nvpc = \"a\"")).unwrap_err();
    let fixes: Vec<&str> = problems.iter().map(|located| located.problem.fix.as_str()).collect();
    assert_eq!(fixes, ["write `ecs_task = {}`", "did you mean `vpc_id`?"]);
    let problems = read(&of("[\"https://example.com\"]", "\"https://example.com\"")).unwrap_err();
    assert_eq!(problems[0].problem.fix, "write the value of `allow_origins` in square brackets");
}

#[test]
fn rules_of_the_stack_are_reported_at_the_input() {
    check(
        "vpc_id = \"vpc-1\"\ndefault_security_group_id = \"default\"\nallow_origins = [\"https://a.b\", \"*\"]\n\
         cors_max_age = 86401\nlog_retention_in_days = 8\ncognito_user_pool_endpoint = \"https://a.b\"\n\
         user_pool_client_ids = []\nprivate_subnet_ids = [\"subnet-0a1b2c3d\", \"x\"]\n\
         ecs_task = { cpu = 1024 }\necs_service = { http_methods = [\"Get\"] }",
        &[
            "EC2-ID-001 vpc_id @ \"vpc-1\"",
            "EC2-ID-001 default_security_group_id @ \"default\"",
            "APIGW-CORS-001 allow_origins[1] @ \"*\"",
            "APIGW-CORS-004 cors_max_age @ 86401",
            "LOG-003 log_retention_in_days @ 8",
            "APIGW-AUTH-001 cognito_user_pool_endpoint @ \"https://a.b\"",
            "APIGW-AUTH-002 user_pool_client_ids @ []",
            "EC2-ID-001 private_subnet_ids[1] @ \"x\"",
            "ECS-TD-010 ecs_task.memory @ { cpu = 1024 }",
            "FILE-004 ecs_service.http_methods[0] @ \"Get\"",
        ],
    );
}

#[test]
fn syntax_error_has_a_place() {
    let problems = read("vpc_id = \"a\nb = 1").unwrap_err();
    assert_eq!(problems.len(), 1);
    assert_eq!(problems[0].problem.rule, "FILE-001");
    assert!(problems[0].span.is_some());
    let text = "vpc_id = €";
    let span = read(text).unwrap_err()[0].span.clone().unwrap();
    assert_eq!(&text[span], "€");
    assert_eq!(read("vpc_id = ").unwrap_err()[0].problem.rule, "FILE-001");
}

/// The parser would read each level twice as often as the one around it.
#[test]
fn deep_nesting_is_refused_soon() {
    let text = format!("a = {}{{", "{a+a+".repeat(60));
    let problems = read(&text).unwrap_err();
    let problem = &problems[0].problem;
    assert_eq!((problem.rule, problem.case, problems.len()), ("FILE-001", "too-deep", 1));
    assert_eq!(problem.message, "the text has more than 10 levels of values inside each other");
}

#[test]
fn values_are_not_taken_for_placeholders_or_toml() {
    let text = complete("ecs_task = {}\necs_service = {}")
        .replace("1example23456789abcdefghij", "@vpc_id@ \\\"]\\n'");
    let stack = Stack::from_toml(&read(&text).unwrap().to_stack_file()).unwrap().stack;
    assert_eq!(stack.api.unwrap().authorizer.unwrap().audience, ["@vpc_id@ \"]\n'"]);
}

#[test]
fn generated_files_keep_the_schema() {
    let validator = jsonschema::validator_for(&crate::schema()).unwrap();
    for text in [super::starter(), inputs("ecs_task = {}\necs_service = {}").to_stack_file()] {
        let parsed = Stack::from_toml(&text).unwrap();
        for text in [text, parsed.stack.to_toml()] {
            let value: serde_json::Value = toml::from_str(&text).unwrap();
            let errors: Vec<String> = validator.iter_errors(&value).map(|error| error.to_string()).collect();
            assert!(errors.is_empty(), "{errors:?}");
        }
    }
}

#[test]
fn starter_breaks_nothing() {
    assert_eq!(Stack::from_toml(&super::starter()).unwrap().warnings, []);
}

const COMPLETE_IN_JSON: &str = r#"{
  "vpc_id": "vpc-0a1b2c3d4e5f60718",
  "default_security_group_id": "sg-0a1b2c3d4e5f60000",
  "allow_origins": ["https:\/\/example.com"],
  "cognito_user_pool_endpoint": "cognito-idp.ap-northeast-1.amazonaws.com/ap-northeast-1_example01",
  "user_pool_client_ids": ["1example23456789abcdefghij"],
  "private_subnet_ids": ["subnet-0a1b2c3d4e5f60001", "subnet-0a1b2c3d4e5f60002", "subnet-0a1b2c3d4e5f60003"],
  "cors_max_age": -1,
  "log_retention_in_days": null,
  "ecs_task": { "memory": 2048, "cpu": 512 },
  "ecs_service": { "http_methods": ["POST"] }
}"#;

#[test]
fn json_inputs_equal_hcl_inputs() {
    let rest = "cors_max_age = -1\necs_task = { memory = 2048, cpu = 512 }\necs_service = { http_methods = [\"POST\"] }";
    assert_eq!(read(COMPLETE_IN_JSON).unwrap(), inputs(rest));
    assert_eq!(read(&format!("\u{feff}\r\n{COMPLETE_IN_JSON}")).unwrap(), inputs(rest));
}

#[test]
fn json_inputs_keep_the_same_rules() {
    let changed = |from: &str, to: &str| COMPLETE_IN_JSON.replace(from, to);
    check(&changed("\"vpc-0a1b2c3d4e5f60718\"", "7"), &["FILE-003 vpc_id @ -"]);
    check(&changed("\"vpc_id\"", "\"vpc\""), &["FILE-002 vpc @ -", "STACK-001 vpc_id @ -"]);
    check(&changed("-1,", "1.5,"), &["FILE-003 cors_max_age @ -"]);
    check(&changed("2048", "700"), &["ECS-TD-010 ecs_task.memory @ -"]);
    check(&changed("-1,", "-1;"), &["FILE-001  @ ;"]);
    check(&"{\"a\":".repeat(5000), &["FILE-001  @ {"]);
}

#[test]
fn hcl_inputs_may_have_a_mark_and_crlf() {
    let rest = "ecs_task = {}\necs_service = {}\n";
    let text = format!("\u{feff}{}", complete(rest).replace('\n', "\r\n"));
    assert_eq!(read(&text).unwrap(), inputs(rest));
    let problems = read(&text.replace("\"vpc-0a1b2c3d4e5f60718\"", "7")).unwrap_err();
    assert_eq!(
        problems[0].span.clone().map(|span| text.replace("\"vpc-0a1b2c3d4e5f60718\"", "7")[span].to_owned()),
        Some("7".to_owned())
    );
}

//! The program never prints, logs or writes a secret value, even at the highest verbosity.

mod program;

use std::fs;

use program::{MARK, Program, served};
use serde_json::{Value, json};
use sss_sandbox::Sandbox;

/// A stack with plain values that should be references. Tests fill in `{image}` and `{password}`.
const STACK: &str = r#"
name = "shop"
region = "ap-northeast-1"

[network]
vpc_id = "vpc-0a1b2c3d4e5f60718"
private_subnet_ids = ["subnet-0a1b2c3d4e5f60001"]

[services.web]
image = "{image}"

[services.web.environment]
LOG_LEVEL = "info"
DB_PASSWORD = "{password}"
"api.token" = "{password}-of-the-api"
TOKEN_environment = "{password}-of-the-environment"

[services.web.secrets]
KEY = "arn:aws:ssm:ap-northeast-1:123456789012:parameter/key"
"#;

const WORKS: &str = "public.ecr.aws/docker/library/httpd:2.4";
const FAILS: &str = "public.ecr.aws/docker/library/httpd:fail";

fn stack(image: &str, password: &str) -> String {
    STACK.replace("{image}", image).replace("{password}", password)
}

/// The stack behind an API.
fn with_api(stack: &str) -> String {
    let link = "vpc_link_security_group_ids = [\"sg-0a1b2c3d4e5f60000\"]\n\n[services.web]\nport = 80";
    let api = "\n[api]\n\n[[services.web.routes]]\nmethods = [\"GET\"]\npath = \"/{proxy+}\"\n";
    stack.replace("[services.web]", link) + api
}

fn plain() -> String {
    format!("{MARK}-plain")
}

/// A revision that another pipeline registers.
fn revision_by_hand() -> Value {
    json!({
        "family": "shop-web",
        "networkMode": "awsvpc",
        "requiresCompatibilities": ["FARGATE"],
        "cpu": "256",
        "memory": "512",
        "containerDefinitions": [{
            "name": "shop-web",
            "image": WORKS,
            "portMappings": [{"containerPort": 80}],
            "environment": [
                {"name": "DB_PASSWORD", "value": format!("{MARK}-by-hand")},
                {"name": "SMTP_PASSPHRASE", "value": format!("{MARK}-by-hand-too")},
            ],
            "dockerLabels": {"license-token": format!("{MARK}-label"), "team": "web"},
            "logConfiguration": {
                "logDriver": "splunk",
                "options": {"splunk-url": "https://splunk.example.com", "splunk-token": format!("{MARK}-option")},
            },
        }],
    })
}

/// Calls the account in the program's file directly, which then contains the planted values.
fn by_hand(program: &Program, service: &str, operation: &str, input: &Value) -> Value {
    let file = program.path("sss.sandbox.json");
    let sandbox = match fs::read(&file) {
        Ok(json) => Sandbox::load(&json).expect("a sandbox"),
        Err(_) => Sandbox::new(),
    };
    let answer = sandbox.request(service, operation, input).expect("a valid request");
    program.plant("sss.sandbox.json", &String::from_utf8_lossy(&sandbox.save()));
    answer
}

#[test]
fn secrets_of_a_changing_stack_stay_hidden() {
    let program = Program::new();
    program.plant("sss.toml", &stack(WORKS, &plain()));
    for arguments in ["validate", "plan", "plan --out plan.json", "unlock", "status"] {
        program.run(arguments, 0);
    }
    program.run("apply plan.json --yes", 0);
    // The digests in the file compare like their values.
    for arguments in ["plan --detailed-exitcode", "apply --yes", "status", "outputs", "adopt --yes"] {
        program.run(arguments, 0);
    }
    program.plant("sss.toml", &stack(WORKS, &format!("{MARK}-another")));
    assert!(program.run("plan --detailed-exitcode", 2).contains("environment.DB_PASSWORD"));
    program.run("apply --yes", 0);
    program.run("plan --detailed-exitcode", 0);
    program.run("destroy --yes", 0);
}

#[test]
fn secrets_of_others_on_the_account_stay_hidden() {
    let program = Program::new();
    program.plant("sss.toml", &with_api(&stack(WORKS, &plain())));
    program.run("apply --yes", 0);
    let made = by_hand(&program, "ecs", "RegisterTaskDefinition", &revision_by_hand());
    let revision = &made["taskDefinition"]["taskDefinitionArn"];
    let update = json!({"cluster": "shop-ecs-cluster", "service": "shop-web", "taskDefinition": revision});
    by_hand(&program, "ecs", "UpdateService", &update);
    let api = by_hand(&program, "apigateway", "GetApis", &json!({}))["items"][0]["apiId"].clone();
    let integrations = by_hand(&program, "apigateway", "GetIntegrations", &json!({"apiId": api}));
    let integration = &integrations["items"][0]["integrationId"];
    let header = json!({"append:header.x-api-key": format!("{MARK}-header")});
    let change = json!({"apiId": api, "integrationId": integration, "requestParameters": header});
    by_hand(&program, "apigateway", "UpdateIntegration", &change);
    let header = json!({"500": {"append:header.access-token": format!("{MARK}-cookie")}});
    let change = json!({"apiId": api, "integrationId": integration, "responseParameters": header});
    by_hand(&program, "apigateway", "UpdateIntegration", &change);
    let variables = json!({"apiToken": format!("{MARK}-variable")});
    let change = json!({"apiId": api, "stageName": "$default", "stageVariables": variables});
    by_hand(&program, "apigateway", "UpdateStage", &change);
    let parameter = json!({"Name": "/shop/token", "Value": format!("{MARK}-parameter"), "Type": "String"});
    by_hand(&program, "ssm", "PutParameter", &parameter);
    for arguments in ["status", "plan --out plan.json", "adopt --yes"] {
        program.run(arguments, 0);
    }
    let told = program.run("plan", 0);
    for path in ["SMTP_PASSPHRASE", "splunk-token", "docker_labels", "x-api-key", "access-token", "apiToken"]
    {
        assert!(told.contains(path), "{path}: {told}");
    }
    program.run("apply --yes", 0);
    program.run("destroy --yes", 0);
}

#[test]
fn failed_deployment_hides_secrets() {
    let program = Program::new();
    program.plant("sss.toml", &stack(WORKS, &plain()));
    program.run("apply --yes", 0);
    program.plant("sss.toml", &stack(FAILS, &format!("{MARK}-another")));
    assert!(program.run("apply --yes", 1).contains("exit"));
    assert!(program.run("plan", 0).contains("rolled back"));
    program.run("status", 0);
    program.run("apply --yes --retry", 1);
}

#[test]
fn inputs_that_are_wrong() {
    let program = Program::new();
    let check = |from: &str, to: &str| {
        let text = stack(WORKS, &plain());
        assert!(text.contains(from), "{from}");
        program.plant("sss.toml", &text.replacen(from, to, 1));
        for arguments in ["validate", "plan", "apply --yes"] {
            program.run(arguments, 3);
        }
    };
    let list = format!("DB_PASSWORD = [\n  \"{MARK}-1\",\n  \"{MARK}-2\",\n]\nOTHER = ");
    check("DB_PASSWORD = ", &list);
    check("DB_PASSWORD = \"", &format!("PASSWORD = \"\"\"{MARK}\n{MARK}\nDB_PASSWORD = \""));
    check("DB_PASSWORD = \"", "DB_PASSWORD = ");
    check("DB_PASSWORD = ", "DB_PASSWORD ");
    check("DB_PASSWORD = ", "DB_PASSWORD = \"\"\nDB_PASSWORD = ");
    check("KEY = \"arn:aws:ssm", &format!("KEY = \"{MARK}"));
    check("[services.web.secrets]\nKEY = ", &format!("[services.web]\nsecrets = {{ A = 1, B = \"{MARK}\", "));
    check("[services.web.environment]", &format!("environment = {{ PASSWORD = \"{MARK}\", A = 1 }}"));
    check("name = \"shop\"", &format!("name = \"shop\"\ndb_password = \"{MARK}\""));
    check("image = ", &format!("imagee = {{ password = \"{MARK}\" }}\nimage = "));
    check("image = ", &format!("cpu = 1 # DB_PASSWORD={MARK}\nimage = "));
    check("[services.web.environment]", &format!("environment.DB_TOKEN = {MARK}\n[x]"));
}

#[test]
fn variables_of_the_environment_stay_hidden() {
    let program = Program::new();
    let place = |text: &str| program.plant("sss.toml", &stack(WORKS, text));
    let placed = program.with_variable("PLANTED", format!("{MARK}-variable"));
    place("${env:PLANTED}");
    for arguments in ["validate", "plan", "apply --yes", "plan --out plan.json", "status", "apply --yes"] {
        placed.run(arguments, 0);
    }
    place(&format!("${{env:NONE:-{MARK}-default}}"));
    placed.run("plan", 0);
    place(&format!("${{env:NONE}} {MARK}-beside"));
    placed.run("plan", 3);
    place(&format!("${{env:NONE-{MARK}}}"));
    placed.run("plan", 3);
    program.plant("sss.toml", &stack(WORKS, "").replace("arn:aws:ssm", "${env:PLANTED}"));
    placed.run("plan", 3);
    let broken = "DB_TOKEN = \"${env:PLANTED}\"\nA = []\nLOG_LEVEL =";
    program.plant("sss.toml", &stack(WORKS, "").replace("LOG_LEVEL =", broken));
    placed.run("plan", 3);
}

#[test]
fn secrets_among_terraform_variables_stay_hidden() {
    let inputs = "private_subnet_ids = []\necs_task = {}\n";
    let program = Program::new();
    for secret in [
        format!("db_password = \"{MARK}\""),
        format!("db_password = <<EOT\n{MARK}\nEOT"),
        format!("db_passwords = [\n  \"{MARK}\",\n]"),
        format!("ecs_service = {{ db_password = \"{MARK}\" }}"),
        format!("db_password = \"{MARK}"),
        format!("db_password \"{MARK}\""),
    ] {
        program.plant("terraform.tfvars", &format!("{inputs}{secret}\n"));
        program.run("init --from-tfvars terraform.tfvars", 3);
    }
}

#[test]
fn secrets_in_requests_of_aws_stay_hidden() {
    let program = Program::new();
    let mut request = revision_by_hand();
    program.plant("request.json", &request.to_string());
    program.run("validate --as ecs:RegisterTaskDefinition request.json", 0);
    let container = &mut request["containerDefinitions"][0];
    container["environment"][0]["value"] = json!([format!("{MARK}-list")]);
    container["environment"][1]["type"] = json!(format!("{MARK}-type"));
    container["secrets"] = json!([{"name": "A", "valueFrom": format!("{MARK} is no reference")}]);
    container["repositoryCredentials"] = json!({"credentialsParameter": format!("{MARK} is no reference")});
    program.plant("request.json", &request.to_string());
    program.run("validate --as ecs:RegisterTaskDefinition request.json", 3);
    program.plant("request.json", &request.to_string().replacen(':', " ", 12));
    program.run("validate --as ecs:RegisterTaskDefinition request.json", 3);
    let parameter =
        json!({"Name": "/shop/token", "Value": {"a": format!("{MARK}-value")}, "Type": "SecureString"});
    program.plant("request.json", &parameter.to_string());
    program.run("validate --as ecs:RegisterTaskDefinition request.json", 3);
    program.plant("taskdef.json", &revision_by_hand().to_string());
    program.plant(
        "sss.toml",
        &stack(WORKS, &plain())
            .replace("[services.web.env", "task_definition = \"taskdef.json\"\n[services.web.env"),
    );
    program.run("validate", 0);
}

#[test]
fn files_that_are_something_else() {
    let program = Program::new();
    program.plant("sss.toml", &stack(WORKS, &plain()));
    for text in [json!(MARK), json!({"format": MARK}), json!({"reach": MARK})] {
        program.plant("other.json", &text.to_string());
        program.run("apply other.json --yes", 1);
        program.run("validate --as ecs:RegisterTaskDefinition --with other.json other.json", 1);
        program.run("plan --sandbox=other.json", 1);
    }
}

/// Runs over a connection, where the SDK signs and logs real requests.
#[test]
fn failed_calls_hide_credentials() {
    let program = Program::new();
    program.plant("sss.toml", &stack(WORKS, &plain()));
    let faults = json!([
        {"operation": "RegisterTaskDefinition", "nth": 1, "fault": "throttle"},
        {"operation": "RegisterTaskDefinition", "nth": 2, "fault": "access_denied"},
        {"operation": "CreateLogGroup", "nth": 1, "fault": "lost_answer"},
        {"operation": "GetResources", "nth": 1, "fault": "server_error"},
    ]);
    let server = served(&program, &faults);
    let program = program.at(server.endpoint());
    let told = program.run("plan", 0);
    assert!(told.contains("aws_smithy_runtime"), "the SDK tells what it does: {told}");
    assert!(program.run("apply --yes --no-verify", 1).contains("ecs:RegisterTaskDefinition"));
    program.run("status", 0);
    program.run("destroy --yes", 0);
    drop(server);
    program.run("plan", 1);
}

#[test]
fn credentials_that_cannot_be_read() {
    let program = Program::new();
    program.plant("sss.toml", &stack(WORKS, &plain()));
    let script = format!("#!/bin/sh\necho '{{\"SecretAccessKey\": \"{MARK}-process\", '");
    program.plant("process", &script);
    let config = format!("[default]\ncredential_process = sh {}\n", program.path("process").display());
    program.plant("config", &config);
    program.with_config(&program.path("config")).run("plan", 1);
    let profile =
        format!("[default]\naws_access_key_id = AKIASANDBOXSANDBOX00\naws_secret_access_key {MARK}-file\n");
    program.plant("config", &profile);
    program.with_config(&program.path("config")).run("plan", 1);
}

/// The checks of this file find a planted secret.
#[test]
#[should_panic(expected = "found.json holds hunter2-plain")]
fn planted_secret_is_found() {
    let program = Program::new();
    fs::write(program.path("found.json"), plain()).expect("a file");
    program.run("init", 0);
}

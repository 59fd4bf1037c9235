//! Everything that a person sees, compared as a whole: `CONTRIBUTING.md` says how to accept a change of words.

use insta::assert_snapshot;

use super::{Folder, Streams, Written, remark, run};

/// The columns and the colours of a screen.
const FORMS: [(usize, &str); 4] = [(80, "never"), (120, "never"), (80, "always"), (120, "always")];

impl Folder {
    /// Runs a command and returns everything that it prints, with its exit code.
    pub(super) fn seen(&self, arguments: &str) -> String {
        let (exit, out, err) = self.run(arguments);
        let seen = format!("$ sss-deploy {arguments}\n{out}--- stderr\n{err}--- exit code {}\n", exit.code());
        seen.replace(&self.0.path().display().to_string(), "FOLDER").replace('\u{1b}', "␛")
    }

    /// Lets others work on the sandbox between two commands.
    pub(super) fn meanwhile(&self, work: impl FnOnce(&sss_sandbox::Sandbox)) {
        let path = self.0.path().join("sss.sandbox.json");
        let saved = std::fs::read(&path).expect("the sandbox");
        let sandbox = sss_sandbox::Sandbox::load(&saved).expect("an account");
        work(&sandbox);
        std::fs::write(&path, sandbox.save()).expect("the sandbox");
    }

    /// Runs a command that only reads at 80 and 120 columns, without and with colours.
    fn screens(&self, arguments: &str) -> String {
        let seen = FORMS.map(|(width, color)| {
            let seen = self.seen(&format!("{arguments} --width {width} --color {color}"));
            let is_long = |line: &&str| color == "never" && line.chars().count() > width;
            let long: Vec<_> = seen.lines().filter(is_long).filter(|line| !line.starts_with("$ ")).collect();
            assert!(long.is_empty(), "{}", long.join("\n"));
            seen
        });
        seen.join("\n")
    }
}

#[test]
fn first_plan() {
    let folder = Folder::new();
    let (_, out, _) = folder.run("plan --sandbox --width 80");
    assert!(out.lines().count() <= 25, "{out}");
    assert_snapshot!(folder.screens("plan --sandbox"));
}

#[test]
fn first_plan_with_every_value() {
    assert_snapshot!(Folder::new().seen("plan --sandbox --full"));
}

#[test]
fn plan_of_a_new_image() {
    let folder = Folder::new();
    folder.run("apply --sandbox --yes");
    folder.edit("httpd:2.4", "httpd:2.5");
    assert_snapshot!(folder.screens("plan --sandbox"));
}

#[test]
fn plan_of_a_replacement_with_downtime() {
    let folder = Folder::new();
    folder.run("apply --sandbox --yes");
    folder.edit("[services.app]\n", "[services.app]\nnames.cloud_map = \"mz-dev-app-2\"\n");
    assert_snapshot!(folder.screens("plan --sandbox"));
}

#[test]
fn plan_of_another_vpc_link() {
    let folder = Folder::new();
    folder.run("apply --sandbox --yes");
    folder.edit("subnet-0a1b2c3d4e5f60002", "subnet-0a1b2c3d4e5f60003");
    assert_snapshot!(folder.screens("plan --sandbox"));
}

#[test]
fn plan_of_changed_values() {
    let folder = Folder::new();
    folder.run("apply --sandbox --yes");
    folder.edit("Amazon ECS Sample App</title>", "Sample App of the shop</title>");
    folder.edit("\"cloudwatch:PutMetricData\"", "\"cloudwatch:GetMetricData\"");
    folder.edit("cpu = 256", "cpu = 512");
    folder.edit("memory = 512", "memory = 1024");
    assert_snapshot!(folder.screens("plan --sandbox") + &folder.seen("plan --sandbox --full"));
}

#[test]
fn apply_of_one_service() {
    let folder = Folder::new();
    folder.run("apply --sandbox --yes");
    folder.edit("httpd:2.4", "httpd:2.5");
    let plan = folder.screens("plan --sandbox --only app");
    let apply = folder.seen("apply --sandbox --yes --only app --no-wait");
    let unknown = folder.seen("apply --sandbox --yes --only ap");
    folder.edit("[services.app]\n", "[services.app]\nnames.service = \"new\"\n");
    let refused = folder.seen("apply --sandbox --yes --only app");
    assert_snapshot!(plan + &apply + &unknown + &refused);
}

#[test]
fn plan_as_a_comment() {
    let folder = Folder::new();
    let first = folder.seen("plan --sandbox --markdown");
    folder.run("apply --sandbox --yes");
    folder.edit("subnet-0a1b2c3d4e5f60002", "subnet-0a1b2c3d4e5f60003");
    folder.edit("httpd:2.4", "httpd:2.5");
    assert_snapshot!(first + &folder.seen("plan --sandbox --markdown"));
}

#[test]
fn plan_that_uses_objects_of_others() {
    let folder = Folder::new();
    folder.run("apply --sandbox --yes");
    let mut link = String::new();
    folder.meanwhile(|sandbox| {
        let links = sandbox.request("apigateway", "GetVpcLinks", &serde_json::json!({})).expect("links");
        links["items"][0]["vpcLinkId"].as_str().expect("a link").clone_into(&mut link);
        let group = serde_json::json!({"logGroupName": "/all/teams"});
        sandbox.request("logs", "CreateLogGroup", &group).expect("a group");
    });

    folder.edit("name = \"mz-dev\"", "name = \"store\"");
    let groups = "vpc_link_security_group_ids = [\"sg-0a1b2c3d4e5f60000\"]";
    folder.edit(groups, &format!("existing_vpc_link = \"{link}\""));
    let cluster = "arn:aws:ecs:ap-northeast-1:123456789012:cluster/mz-dev-ecs-cluster";
    folder.edit("capacity_providers = [\"FARGATE\"]", &format!("existing = \"{cluster}\""));
    folder.edit("[services.app]\n", "[services.app]\nlog_group.existing = \"/all/teams\"\n");
    assert_snapshot!(folder.screens("plan --sandbox") + &folder.seen("plan --sandbox --markdown"));
}

#[test]
fn plan_of_objects_without_an_owner() {
    let folder = Folder::new();
    folder.run("apply --sandbox --yes");
    remark(&folder, "\"sss:stack\"", "\"somebody:stack\"");
    assert_snapshot!(folder.seen("plan --sandbox"));
}

#[test]
fn adoption_with_its_preview() {
    let folder = Folder::new();
    folder.run("apply --sandbox --yes");
    let released = folder.seen("release --sandbox --yes");
    folder.edit("desired_count = 1", "desired_count = 3");
    folder.edit("httpd:2.4", "httpd:2.5");
    let full = folder.seen("adopt --sandbox --dry-run --full");
    assert_snapshot!(released + &folder.screens("adopt --sandbox --dry-run") + &full);
}

#[test]
fn plan_of_a_renamed_stack() {
    let folder = Folder::new();
    folder.run("apply --sandbox --yes");
    folder.edit("name = \"mz-dev\"", "name = \"store\"");
    let warned = folder.run("plan --sandbox").2;
    let refused = folder.run("apply --sandbox --yes -q").2;
    assert_snapshot!((warned + &refused).replace(&folder.0.path().display().to_string(), "FOLDER"));
}

#[test]
fn plan_and_apply_without_changes() {
    let folder = Folder::new();
    folder.run("apply --sandbox --yes");
    assert_snapshot!(folder.seen("plan --sandbox") + &folder.seen("apply --sandbox --stats"));
}

#[test]
fn apply_in_a_pipe() {
    assert_snapshot!(Folder::new().seen("apply --sandbox --yes"));
}

#[test]
fn apply_that_nobody_confirms() {
    let folder = Folder::new();
    folder.run("apply --sandbox --yes");
    folder.edit("httpd:2.4", "httpd:2.5");
    assert_snapshot!(folder.seen("apply --sandbox"));
}

#[test]
fn destroy_in_a_pipe() {
    let folder = Folder::new();
    folder.run("apply --sandbox --yes");
    assert_snapshot!(folder.seen("destroy --sandbox --yes"));
}

#[test]
fn failed_deployment() {
    let folder = Folder::new();
    folder.run("apply --sandbox --yes");
    folder.edit("httpd:2.4", "httpd:does-not-exist");
    assert_snapshot!(folder.seen("apply --sandbox --yes --no-verify") + &folder.seen("plan --sandbox"));
}

#[test]
fn failed_deployment_on_screens() {
    let seen = FORMS.map(|(width, color)| {
        let folder = Folder::new();
        folder.run("apply --sandbox --yes");
        folder.edit("httpd:2.4", "httpd:does-not-exist");
        folder.seen(&format!("apply --sandbox --yes --no-verify --width {width} --color {color}"))
    });
    assert_snapshot!(seen.join("\n"));
}

#[test]
fn validate_with_several_problems() {
    let folder = Folder::new();
    folder.edit("cpu = 256", "cpu = 257\ncolour = 1");
    folder.edit("desired_count = 1", "desired_count = \"3\"");
    assert_snapshot!(folder.seen("validate") + &folder.seen("apply --sandbox --yes"));
}

#[test]
fn problems_on_screens() {
    let folder = Folder::new();
    folder.edit("cpu = 256", "cpu = 257\ncolour = 1");
    folder.edit("httpd:2.4", "httpd:2.4\\n\\u001B[2J");
    folder.edit("port = 80\n", "port = 8080\n");
    assert_snapshot!(folder.screens("validate"));
}

#[test]
fn status_of_a_steady_stack() {
    let folder = Folder::new();
    let before = folder.seen("status --sandbox --exit-code");
    folder.run("apply --sandbox --yes");
    assert_snapshot!(
        before + &folder.screens("status --sandbox --exit-code") + &folder.seen("status --sandbox --all")
    );
}

#[test]
fn status_after_a_rollback() {
    let folder = Folder::new();
    folder.run("apply --sandbox --yes");
    folder.edit("\"mamezou\"", "\"somebody\"");
    folder.edit("httpd:2.4", "httpd:does-not-exist");
    folder.run("apply --sandbox --yes --no-verify");
    folder.edit("\"somebody\"", "\"somebody else\"");
    assert_snapshot!(folder.screens("status --sandbox") + &folder.seen("status --sandbox --all"));
}

#[test]
fn status_during_a_deployment_of_a_locked_stack() {
    let folder = Folder::new();
    folder.run("apply --sandbox --yes");
    folder.meanwhile(|sandbox| {
        let service = serde_json::json!({
            "cluster": "mz-dev-ecs-cluster", "service": "mz-dev-app", "forceNewDeployment": true
        });
        sandbox.request("ecs", "UpdateService", &service).expect("an answer");
        let value = r#"{"holder":"alice@ci","run":"1","seconds":60}"#;
        let lease = serde_json::json!({"Name": "/sss/mz-dev/lease", "Value": value, "Type": "String"});
        sandbox.request("ssm", "PutParameter", &lease).expect("an answer");
    });
    assert_snapshot!(folder.screens("status --sandbox"));
}

#[test]
fn status_with_missing_and_changed_objects() {
    let folder = Folder::new();
    folder.run("apply --sandbox --yes");
    folder.meanwhile(|sandbox| {
        let delete = serde_json::json!({"logGroupName": "/aws/ecs/fargate/mz-dev-app"});
        sandbox.request("logs", "DeleteLogGroup", &delete).expect("an answer");
        let scaled = serde_json::json!({
            "cluster": "mz-dev-ecs-cluster", "service": "mz-dev-app", "desiredCount": 0
        });
        sandbox.request("ecs", "UpdateService", &scaled).expect("an answer");
    });
    folder.edit("httpd:2.4", "httpd:2.5");
    assert_snapshot!(folder.screens("status --sandbox --exit-code"));
}

#[test]
fn help_of_every_command_fits_80_columns() {
    let program = crate::arguments::program_of_file();
    let of = |command: &clap::Command, before: &str| format!("{before}{} ", command.get_name());
    let mut commands = vec![String::new()];
    for command in program.get_subcommands() {
        let name = of(command, "");
        commands.extend(command.get_subcommands().map(|inner| of(inner, &name)));
        commands.push(name);
    }
    commands.sort();
    let help = commands.iter().map(|command| {
        let out = Written::default();
        let line = format!("sss-deploy {command}--help");
        run(line.split(' '), Streams::new(out.clone(), std::io::sink()));
        format!("$ {line}\n{}", out.text())
    });
    let help = help.collect::<Vec<_>>().join("\n");
    let long: Vec<_> = help.lines().filter(|line| line.chars().count() > 80).collect();
    assert!(long.is_empty(), "{}", long.join("\n"));
    assert_snapshot!(help);
}

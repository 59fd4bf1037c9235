//! What a pipeline passes in: images, several stack files, and variables of the environment.

use super::{Exit, Folder, Stack, Streams, Written, fs, io, run_for, tfvars};

const IMAGE: &str = "app=public.ecr.aws/docker/library/httpd:2.9";

impl Folder {
    /// Writes a file beside the stack file and returns its path.
    pub(super) fn beside(&self, name: &str, text: &str) -> String {
        let path = self.0.path().join(name);
        fs::write(&path, text).expect("a file");
        path.display().to_string()
    }
}

#[test]
fn image_is_shown_in_the_plan_and_applied() {
    let folder = Folder::new();
    folder.run("apply --sandbox --yes");
    let (exit, out, err) = folder.run(&format!("plan --sandbox --image {IMAGE}"));
    assert_eq!(exit, Exit::Done, "{err}");
    assert!(out.contains(&format!("\n  --image {IMAGE}\n")), "{out}");
    assert!(out.contains("~ app: image 2.4 → 2.9 (new revision, rolling)\n"), "{out}");
    let (_, documents) = folder.json(&format!("plan --sandbox --json --image {IMAGE}"));
    assert_eq!(documents[0]["images"][0], IMAGE);
    let (_, out, _) = folder.run(&format!("status --sandbox --image {IMAGE}"));
    assert!(out.contains("not applied yet: app (2 objects)\n"), "{out}");

    let (exit, lines) = folder.json(&format!("apply --sandbox --yes --json --image {IMAGE}"));
    assert_eq!((exit, &lines[0]["plan"]["images"][0]), (Exit::Done, &IMAGE.into()));
    let (exit, out, _) = folder.run(&format!("plan --sandbox --detailed-exitcode --image {IMAGE}"));
    assert_eq!(exit, Exit::Done, "{out}");
    assert_eq!(folder.run("plan --sandbox --detailed-exitcode").0, Exit::Pending);
}

#[test]
fn saved_plan_keeps_its_images() {
    let folder = Folder::new();
    folder.run("apply --sandbox --yes");
    let plan = folder.0.path().join("plan.json").display().to_string();
    folder.run(&format!("plan --sandbox --out {plan} --image {IMAGE}"));
    let (exit, _, err) = folder.run(&format!("apply --sandbox {plan}"));
    assert_eq!(exit, Exit::Done, "{err}");
    assert!(err.contains(&format!("  --image {IMAGE}\n")), "{err}");
    assert_eq!(folder.run(&format!("plan --sandbox --detailed-exitcode --image {IMAGE}")).0, Exit::Done);
    assert_eq!(folder.run(&format!("apply --sandbox {plan} --image {IMAGE}")).0, Exit::Usage);
}

#[test]
fn image_with_a_problem_is_shown_at_the_argument() {
    let folder = Folder::new();
    let (exit, out, _) = folder.run("validate --image ap=httpd:2.9");
    assert_eq!(exit, Exit::Invalid);
    assert!(out.contains("error[STACK-020]: the stack has no service `ap`\n"), "{out}");
    assert!(out.contains("--> --image:1:1\n") && out.contains("1 | ap=httpd:2.9\n"), "{out}");
    assert!(out.contains("help: did you mean `app`?\n"), "{out}");
    let (exit, _, err) = folder.run("plan --sandbox --image app=httpd:2.9 --image app/proxy=HTTPD");
    assert_eq!(exit, Exit::Invalid);
    assert!(err.contains("help: use one of `mz-dev-app`\n"), "{err}");
    let (exit, documents) = folder.json("validate --json --image app=HTTPD:2");
    let problems = documents[0]["problems"].as_array().into_iter().flatten();
    let files: Vec<_> =
        problems.filter(|problem| problem["rule"] == "ECS-TD-110").map(|problem| &problem["file"]).collect();
    assert_eq!((exit, files), (Exit::Invalid, vec![&"--image".into()]));
    assert_eq!(folder.run("validate --image httpd:2.9").0, Exit::Usage);
}

#[test]
fn image_of_a_stack_in_code_is_set() {
    let stack = Stack::from_toml(&tfvars::starter()).expect("the starter file").stack;
    let folder = Folder::new();
    let sandbox = format!("--sandbox={}", folder.0.path().join("world.json").display());
    let run = |arguments: &[&str]| {
        let (out, words) = (Written::default(), [&["shop", &sandbox], arguments].concat());
        let exit = run_for(
            stack.clone(),
            words.into_iter().map(str::to_owned),
            Streams::new(out.clone(), io::sink()),
        );
        (exit, out.text())
    };
    assert_eq!(run(&["apply", "--yes", "--image", "web=httpd:2.9"]).0, Exit::Done);
    assert_eq!(run(&["plan", "--detailed-exitcode", "--image", "web=httpd:2.9"]).0, Exit::Done);
    assert_eq!(run(&["plan", "--detailed-exitcode"]).0, Exit::Pending);
    let (exit, out) = run(&["validate", "--image", "wbe=httpd:2.9"]);
    assert_eq!(exit, Exit::Invalid);
    assert!(out.contains("services: the stack has no service `wbe`"), "{out}");
}

#[test]
fn stack_of_several_files_is_applied() {
    let folder = Folder::new();
    let upper = folder.beside(
        "prod.toml",
        "name = \"prod\"\nremove = [\"tags.Environment\"]\n[services.app]\ndesired_count = 2\n",
    );
    let (exit, _, err) = folder.run(&format!("apply --sandbox --yes -f {upper}"));
    assert_eq!(exit, Exit::Done, "{err}");
    let (_, out, _) = folder.run(&format!("status --sandbox -f {upper}"));
    assert!(out.starts_with("prod → account ") && out.contains("\napp      httpd:2.4  1    2/2 "), "{out}");
    let (_, out, _) = folder.run("plan --sandbox");
    assert!(out.contains("\n16 to create"), "another name is another stack: {out}");
}

#[test]
fn problem_of_several_files_names_file_and_line() {
    let folder = Folder::new();
    let upper = folder.beside("prod.toml", "\n[services.app]\ncpu = 257\n");
    let (exit, out, _) = folder.run(&format!("validate -f {upper}"));
    assert_eq!(exit, Exit::Invalid);
    assert!(out.contains(&format!("--> {upper}:3:7\n")), "{out}");
    assert!(out.contains(&format!("{} + {upper}: 1 error", folder.file())), "{out}");
    let (_, documents) = folder.json(&format!("validate --json -f {upper}"));
    let problems = documents[0]["problems"].as_array().expect("a list");
    let problem = problems.last().expect("a problem");
    assert_eq!((&problem["file"], &problem["line"]), (&upper.as_str().into(), &3.into()), "{problem}");
    let (exit, _, err) = folder.run("validate -f none.toml");
    assert_eq!(exit, Exit::Failed);
    assert!(err.contains("failed to read none.toml: "), "{err}");
    assert_eq!(folder.run("init -f other.toml").0, Exit::Refused);
}

#[test]
fn task_definition_is_beside_the_file_that_names_it() {
    let folder = Folder::new();
    fs::create_dir(folder.0.path().join("prod")).expect("a folder");
    let definition = r#"{ "family": "f", "cpu": "256", "memory": "512", "networkMode": "awsvpc",
        "containerDefinitions": [{ "name": "worker", "image": "worker:1" }] }"#;
    folder.beside("prod/worker.json", definition);
    let upper = folder.beside("prod/prod.toml", "services.worker.task_definition = \"worker.json\"\n");
    let (exit, out, _) = folder.run(&format!("validate -f {upper}"));
    assert_eq!(exit, Exit::Done, "{out}");
}

#[test]
fn variable_of_the_environment_is_read() {
    let folder = Folder::new();
    // Cargo sets the first variable for every test.
    let name = "${env:CARGO_PKG_NAME}-${env:SSS_NO_SUCH_VARIABLE:-x}";
    folder.edit("name = \"mz-dev\"", &format!("name = \"{name}\""));
    let (exit, out, err) = folder.run("plan --sandbox");
    assert_eq!(exit, Exit::Done, "{err}");
    assert!(out.starts_with("sss-deploy-x → account "), "{out}");
    folder.edit(":-x}", "}");
    let (exit, out, _) = folder.run("validate");
    assert_eq!(exit, Exit::Invalid);
    assert!(out.contains("the variable `SSS_NO_SUCH_VARIABLE` of the environment is not set"), "{out}");
    assert!(out.contains("sss.toml:6:8\n"), "{out}");
}

/// Returns the stack file of the reference stack with many services in the place of its own.
fn of_many(services: usize, tag: &str, port: impl Fn(usize) -> usize) -> String {
    let network = "name = \"shop\"\nregion = \"ap-northeast-1\"\n\n[network]\n\
        vpc_id = \"vpc-0a1b2c3d4e5f60718\"\n\
        private_subnet_ids = [\"subnet-0a1b2c3d4e5f60001\", \"subnet-0a1b2c3d4e5f60002\"]\n\
        vpc_link_security_group_ids = [\"sg-0a1b2c3d4e5f60000\"]\n\n[api]\n";
    let service = |number: usize| {
        let port = port(number);
        format!(
            "\n[services.svc-{number:03}]\nimage = \"public.ecr.aws/docker/library/httpd:{tag}\"\n\
             port = {port}\nstop_timeout = 60\nroutes = [{{ path = \"/svc-{number:03}/{{proxy+}}\" }}]\n"
        )
    };
    (0..services).fold(network.to_owned(), |text, number| text + &service(number))
}

/// Applies a stack of a hundred services, and checks its log.
fn check_log(folder: &Folder, text: &str, exit: Exit, most_lines: usize) {
    folder.write(text);
    let (ended, _, err) = folder.run("apply --sandbox --yes --no-verify");
    assert_eq!(ended, exit, "{err}");
    assert!(err.lines().count() <= most_lines, "{err}");
    assert!(err.lines().all(|line| line.chars().count() <= 260), "{err}");
    assert!(err.contains(" services (svc-000, svc-001, "), "{err}");
}

#[test]
fn log_of_a_hundred_services_is_short() {
    let folder = Folder::new();
    check_log(&folder, &of_many(100, "2.4", |number| 8000 + number % 50), Exit::Done, 35);
    check_log(&folder, &of_many(100, "2.5", |number| 8000 + number % 50), Exit::Done, 25);
}

#[test]
fn more_ports_than_rules_are_refused_before_a_write() {
    let folder = Folder::new();
    folder.write(&of_many(61, "2.4", |number| 8000 + number));
    let (exit, _, err) = folder.run("apply --sandbox --yes");
    assert_eq!(exit, Exit::Refused, "{err}");
    assert!(err.contains("the stack needs 61 and the account has 60"), "{err}");
    assert!(err.contains("use the same port for several services"), "{err}");
    let (_, out, _) = folder.run("validate");
    assert!(
        out.contains("warning[SG-030]: security_group.ingress: requests come to services on 61 ports"),
        "{out}"
    );
}

#[test]
fn log_of_skipped_services_is_short() {
    // AWS refuses a security group of so many rules, and every service needs it.
    check_log(&Folder::new(), &of_many(100, "2.4", |number| 8000 + number), Exit::Failed, 25);
}

//! Files with other content, files in use by another run, and files of other editors.

use std::{
    fs,
    path::Path,
    process::{Child, Command, Stdio},
};

use super::{STARTER, folder_with_stack, run};

const MARK: &str = "\u{feff}";

fn marked(path: &Path) {
    let text = fs::read_to_string(path).expect("a file");
    fs::write(path, format!("{MARK}{text}")).expect("a file");
}

/// Runs a command over a file with other content. It must be refused, and the file stays.
fn check_kept(name: &str, text: &str, arguments: &[&str]) {
    let folder = folder_with_stack();
    let path = folder.path().join(name);
    if name != STARTER {
        fs::write(&path, text).expect("a file");
    }
    let before = fs::read(&path).expect("the file");
    let answer = run(folder.path(), &[], arguments);
    let told = String::from_utf8_lossy(&answer.stderr);
    assert!(matches!(answer.status.code(), Some(1 | 4)), "{arguments:?}: {told}");
    assert!(told.contains(name) && told.contains("hint: "), "{arguments:?}: {told}");
    assert_eq!(fs::read(&path).expect("the file"), before, "{arguments:?}");
}

#[test]
fn file_of_another_kind_is_never_overwritten() {
    let world = r#"{"account": "123456789012", "region": "ap-northeast-1"}"#;
    let inputs = "vpc_id = \"vpc-0a1b2c3d4e5f60718\"\n";
    for (name, text) in [(STARTER, ""), ("w.json", world), ("terraform.tfvars", inputs), ("plan.txt", "mine")]
    {
        check_kept(name, text, &["plan", "--sandbox", "--out", name]);
        if name != "w.json" {
            check_kept(name, text, &["apply", "--yes", &format!("--sandbox={name}")]);
            check_kept(name, text, &["sandbox", "serve", "--world", name]);
        }
        if name != STARTER {
            check_kept(name, text, &["init", "--force", "--file", name]);
        }
    }
}

#[test]
fn plan_overwrites_only_plans_and_empty_files() {
    let folder = folder_with_stack();
    fs::write(folder.path().join("plan.json"), "").expect("a file");
    for _ in 0..2 {
        let answer = run(folder.path(), &[], &["plan", "--sandbox", "--out", "plan.json"]);
        assert_eq!(answer.status.code(), Some(0), "{answer:?}");
    }
    let answer = run(folder.path(), &[], &["apply", "--sandbox", "plan.json"]);
    assert_eq!(answer.status.code(), Some(0), "{answer:?}");
    let answer = run(folder.path(), &[], &["init", "--force"]);
    assert_eq!(answer.status.code(), Some(0), "a stack file may be made anew: {answer:?}");
}

#[test]
fn byte_order_mark_is_skipped_in_every_file() {
    let folder = folder_with_stack();
    let path = |name: &str| folder.path().join(name);
    fs::write(path("rates.toml"), "share = 0.5\n").expect("a file");
    marked(&path("rates.toml"));
    marked(&path(STARTER));
    let with = |arguments: &[&str]| {
        let arguments = [arguments, &["--sandbox", "--rates", "rates.toml"]].concat();
        let answer = run(folder.path(), &[], &arguments);
        assert_eq!(answer.status.code(), Some(0), "{arguments:?}: {answer:?}");
    };
    with(&["plan", "--out", "plan.json"]);
    marked(&path("plan.json"));
    with(&["apply", "plan.json"]);
    marked(&path("sss.sandbox.json"));
    with(&["plan", "--detailed-exitcode"]);
    fs::write(path("request.json"), format!("{MARK}{{\"logGroupName\": \"/ecs/orders\"}}")).expect("a file");
    with(&["validate", "--as", "logs:CreateLogGroup", "request.json"]);
    let inputs = fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/terraform.tfvars"))
        .expect("the example");
    fs::write(path("bom.tfvars"), [MARK.as_bytes(), &inputs].concat()).expect("a file");
    with(&["init", "--file", "other.toml", "--from-tfvars", "bom.tfvars"]);
}

#[test]
fn another_encoding_is_named() {
    let folder = folder_with_stack();
    let wide: Vec<u8> = "name = \"mz\"".encode_utf16().flat_map(u16::to_le_bytes).collect();
    fs::write(folder.path().join(STARTER), [&[0xff, 0xfe], wide.as_slice()].concat()).expect("a file");
    for arguments in
        [&["validate"][..], &["plan", "--sandbox"], &["init", "--file", "a.toml", "--from-tfvars", STARTER]]
    {
        let answer = run(folder.path(), &[], arguments);
        let told = String::from_utf8_lossy(&answer.stderr);
        assert_eq!(answer.status.code(), Some(1), "{told}");
        assert!(told.contains("it is UTF-16; save it as UTF-8"), "{told}");
    }
}

#[test]
fn reading_commands_leave_the_sandbox_alone() {
    let folder = folder_with_stack();
    let names = || {
        let entries = fs::read_dir(folder.path()).expect("the folder").flatten();
        let mut names: Vec<_> = entries.map(|entry| entry.file_name()).collect();
        names.sort();
        names
    };
    assert_eq!(run(folder.path(), &[], &["plan", "--sandbox"]).status.code(), Some(0));
    assert_eq!(names(), [STARTER], "nothing was made");
    assert_eq!(run(folder.path(), &[], &["apply", "--sandbox", "--yes"]).status.code(), Some(0));
    let file = folder.path().join("sss.sandbox.json");
    let before = fs::read(&file).expect("the sandbox");
    for command in ["plan", "status", "outputs"] {
        assert_eq!(run(folder.path(), &[], &[command, "--sandbox"]).status.code(), Some(0), "{command}");
        assert_eq!(fs::read(&file).expect("the sandbox"), before, "{command}");
    }
    assert_eq!(names(), ["sss.sandbox.json", STARTER]);
}

/// Starts an apply of a stack with this name on a shared sandbox.
fn apply(folder: &Path, name: &str) -> Child {
    let starter = fs::read_to_string(folder.join(STARTER)).expect("the stack file");
    let text = starter.replacen("name = \"my-stack\"", &format!("name = \"{name}\""), 1);
    assert!(text.contains(name), "{text}");
    fs::write(folder.join(format!("{name}.toml")), text).expect("a stack file");
    let arguments =
        ["--file", &format!("{name}.toml"), "apply", "--yes", "--new-stack", "--sandbox=shared.json"];
    let child = Command::new(env!("CARGO_BIN_EXE_sss-deploy"))
        .args(arguments)
        .current_dir(folder)
        .env_clear()
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn();
    child.expect("the program starts")
}

#[test]
fn runs_on_one_sandbox_lose_nothing() {
    let folder = folder_with_stack();
    let names = ["aa-dev", "bb-dev", "cc-dev"];
    let runs: Vec<Child> = names.iter().map(|name| apply(folder.path(), name)).collect();
    for mut run in runs {
        assert_eq!(run.wait().expect("it ends").code(), Some(0));
    }
    for name in names {
        let file = format!("{name}.toml");
        let arguments = ["--file", &file, "plan", "--detailed-exitcode", "--sandbox=shared.json"];
        let answer = run(folder.path(), &[], &arguments);
        assert_eq!(answer.status.code(), Some(0), "{name}: {answer:?}");
    }
}

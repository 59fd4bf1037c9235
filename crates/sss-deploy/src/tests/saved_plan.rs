//! Plans that are saved, passed on and applied.

use super::{Exit, Folder, fs, remark};

impl Folder {
    /// Adds the file of the plan to the arguments.
    fn with_plan(&self, arguments: &str) -> String {
        format!("{arguments} {}", self.0.path().join("plan.json").display())
    }

    fn plan(&self) -> String {
        fs::read_to_string(self.0.path().join("plan.json")).expect("the plan")
    }
}

#[test]
fn saved_plan_is_applied_once() {
    let folder = Folder::new();
    let (exit, out, err) = folder.run(&folder.with_plan("plan --sandbox --out"));
    assert_eq!(exit, Exit::Done, "{err}");
    assert!(out.contains("\n16 to create") && err.contains("` applies it\n"), "{out}{err}");
    // The program does not ask: the person who passed the plan on has read it.
    let (exit, _, err) = folder.run(&folder.with_plan("apply --sandbox"));
    assert_eq!(exit, Exit::Done, "{err}");
    let (exit, _, err) = folder.run(&folder.with_plan("apply --sandbox --yes"));
    assert_eq!(exit, Exit::Refused, "it was carried out before");
    assert!(err.contains("error: failed to apply the saved plan: the account has changed since"), "{err}");
    folder.run(&folder.with_plan("plan --sandbox --out"));
    assert_eq!(folder.run(&folder.with_plan("apply --sandbox")).0, Exit::Done, "nothing to do is done");
}

#[test]
fn plan_of_another_account_or_stack_is_refused() {
    let folder = Folder::new();
    folder.run("apply --sandbox --yes");
    folder.edit("\"mamezou\"", "\"somebody\"");
    folder.run(&folder.with_plan("plan --sandbox --out"));
    remark(&folder, "\"Environment\": \"mz-dev-site\"", "\"Environment\": \"other\"");
    let (exit, _, err) = folder.run(&folder.with_plan("apply --sandbox"));
    assert_eq!(exit, Exit::Refused);
    assert!(
        err.contains("the account has changed since the plan was made: apigatewayv2/")
            || err.contains("iam/role"),
        "{err}"
    );
    assert!(
        err.contains("more\nhint: `sss-deploy --sandbox plan --out FILE` saves a current plan\n"),
        "{err}"
    );
    folder.edit("\"somebody\"", "\"somebody else\"");
    let (exit, lines) = folder.json(&folder.with_plan("apply --sandbox --json"));
    assert_eq!(exit, Exit::Refused);
    assert_eq!(
        lines[0]["error"],
        "failed to apply the saved plan: the stack has changed since the plan was made"
    );
    let world = folder.0.path().join("sss.sandbox.json");
    fs::remove_file(world).expect("the sandbox");
    assert_eq!(folder.run(&folder.with_plan("apply --sandbox")).0, Exit::Refused);
}

#[test]
fn hidden_values_are_in_no_file() {
    let folder = Folder::new();
    let text = fs::read_to_string(folder.file()).expect("the stack file");
    folder.write(
        &text.replace("[services.app]\n", "[services.app]\nenvironment = { DB_PASSWORD = \"tr0ub4dor\" }\n"),
    );
    let (exit, _, err) = folder.run(&folder.with_plan("plan --sandbox --out"));
    assert_eq!(exit, Exit::Done, "{err}");
    assert!(
        folder.plan().contains("DB_PASSWORD") && !folder.plan().contains("tr0ub4dor"),
        "{}",
        folder.plan()
    );
    folder.edit("tr0ub4dor", "another");
    assert_eq!(
        folder.run(&folder.with_plan("apply --sandbox")).0,
        Exit::Refused,
        "another value is another plan"
    );
    folder.edit("another", "tr0ub4dor");
    assert_eq!(folder.run(&folder.with_plan("apply --sandbox")).0, Exit::Done);
    let world = fs::read_to_string(folder.0.path().join("sss.sandbox.json")).expect("the sandbox");
    assert!(world.contains("DB_PASSWORD") && !world.contains("tr0ub4dor"), "{world}");
}

#[test]
fn file_that_is_no_plan_is_reported() {
    let folder = Folder::new();
    let (exit, _, err) = folder.run(&folder.with_plan("apply --sandbox"));
    assert_eq!(exit, Exit::Failed);
    assert!(err.contains("failed to read the plan"), "{err}");
    let (exit, _, err) = folder.run(&format!("apply --sandbox {}", folder.file()));
    assert_eq!(exit, Exit::Failed);
    assert!(err.contains("`-f FILE` names a stack file"), "{err}");
    assert_eq!(folder.run(&folder.with_plan("apply --sandbox --retry")).0, Exit::Usage);
}

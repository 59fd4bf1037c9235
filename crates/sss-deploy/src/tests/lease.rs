//! Commands that write, and the stack's lock: one of them works at a time, and the lock of a dead run is taken over.

use serde_json::json;
use sss_sandbox::Sandbox;

use super::{Exit, Folder, fs};
use crate::stored;

const NAME: &str = "/sss/mz-dev/lease";

impl Folder {
    fn sandbox(&self) -> Sandbox {
        stored::load(&self.0.path().join("sss.sandbox.json"), "ap-northeast-1").expect("the sandbox")
    }

    /// Leaves the lock of a run that died.
    fn leave_a_lease(&self) {
        let sandbox = self.sandbox();
        let value = json!({"holder": "alice@ci", "run": "1", "seconds": 60}).to_string();
        let input = json!({"Name": NAME, "Value": value, "Type": "String"});
        sandbox.request("ssm", "PutParameter", &input).expect("a lease");
        fs::write(self.0.path().join("sss.sandbox.json"), sandbox.save()).expect("the sandbox");
    }

    fn is_leased(&self) -> bool {
        self.sandbox().request("ssm", "GetParameter", &json!({"Name": NAME})).is_ok()
    }
}

#[test]
fn every_command_gives_the_lease_back() {
    let folder = Folder::new();
    for (arguments, exit) in [
        ("apply --sandbox", Exit::Refused),
        ("apply --sandbox --yes", Exit::Done),
        ("adopt --sandbox --yes", Exit::Done),
        ("destroy --sandbox --yes", Exit::Done),
    ] {
        let (ended, _, err) = folder.run(arguments);
        assert_eq!(ended, exit, "{arguments}: {err}");
        assert!(!folder.is_leased(), "{arguments}");
    }
    folder.edit("httpd:2.4", "httpd:does-not-exist");
    let (exit, _, err) = folder.run("apply --sandbox --yes --no-verify");
    assert_eq!(exit, Exit::Failed, "{err}");
    assert!(!folder.is_leased(), "after a failure, too");
}

#[test]
fn lock_of_a_dead_run_is_waited_out() {
    let folder = Folder::new();
    folder.run("plan --sandbox");
    folder.leave_a_lease();
    let (exit, _, err) = folder.run("apply --sandbox --yes");
    assert_eq!(exit, Exit::Done, "{err}");
    assert!(
        err.contains(
            "note: the stack mz-dev is locked by alice@ci, renewed at 2026-01-01T00:00:00Z\n\
             note: waiting at most 80 s to see whether that run still works\n"
        ),
        "{err}"
    );
    assert!(!folder.is_leased());
    folder.leave_a_lease();
    let (exit, lines) = folder.json("apply --sandbox --yes --json");
    assert_eq!(
        (exit, &lines[0]["event"], &lines[0]["holder"]),
        (Exit::Done, &"locked".into(), &"alice@ci".into())
    );
}

#[test]
fn apply_without_lock_leaves_the_lock_of_others() {
    let folder = Folder::new();
    folder.run("plan --sandbox");
    folder.leave_a_lease();
    let (exit, _, err) = folder.run("apply --sandbox --yes --no-lock");
    assert_eq!(exit, Exit::Done, "{err}");
    assert!(!err.contains("alice") && folder.is_leased(), "{err}");
}

#[test]
fn stuck_lock_is_released_by_hand() {
    let folder = Folder::new();
    folder.run("plan --sandbox");
    folder.leave_a_lease();
    let (exit, _, err) = folder.run("unlock --sandbox");
    assert_eq!(exit, Exit::Refused);
    assert!(err.contains("the stack mz-dev is locked by alice@ci") && folder.is_leased(), "{err}");
    let (exit, out, _) = folder.run("unlock --sandbox --yes");
    assert_eq!((exit, out.as_str()), (Exit::Done, "released the lock of alice@ci\n"));
    assert!(!folder.is_leased());
    let (exit, out, _) = folder.run("unlock --sandbox");
    assert_eq!((exit, out.as_str()), (Exit::Done, "the stack mz-dev is not locked\n"));
    folder.leave_a_lease();
    let (exit, documents) = folder.json("unlock --sandbox --yes --json");
    assert_eq!(exit, Exit::Done);
    assert_eq!((&documents[0]["unlocked"], &documents[0]["holder"]), (&true.into(), &"alice@ci".into()));
}

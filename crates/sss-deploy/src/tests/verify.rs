//! `verify`, and the same checks before the first write of `apply`.

use insta::assert_snapshot;

use super::Folder;
use crate::Exit;

#[test]
fn stack_in_order_and_one_with_problems() {
    let folder = Folder::new();
    let sound = folder.seen("verify --sandbox");
    folder.edit("httpd:2.4", "httpd:does-not-exist");
    let broken = folder.seen("verify --sandbox --only image,zone");
    let offline = folder.seen("verify --sandbox --offline --skip way-out,path,quota --strict");
    assert_snapshot!([sound, broken, offline].join("\n"));
}

#[test]
fn problem_refuses_an_apply_before_its_first_write() {
    let folder = Folder::new();
    folder.edit("httpd:2.4", "httpd:does-not-exist");
    let refused = folder.seen("apply --sandbox --yes");
    let (_, status, _) = folder.run("plan --sandbox");
    assert!(status.contains("16 to create"), "nothing was written: {status}");
    assert_snapshot!(refused);
}

#[test]
fn apply_without_checks_is_for_the_user_to_choose() {
    let folder = Folder::new();
    folder.edit("httpd:2.4", "httpd:does-not-exist");
    let (exit, _, err) = folder.run("apply --sandbox --yes --no-verify");
    assert_eq!(exit, Exit::Failed);
    assert!(err.contains("cause: "), "the deployment failed: {err}");
}

#[test]
fn issuer_that_is_not_there_is_not_checked_in_an_apply() {
    let folder = Folder::new();
    folder.edit("cognito-idp.ap-northeast-1.amazonaws.com/ap-northeast-1_example01", "login.example.invalid");
    let (exit, _, err) = folder.run("apply --sandbox --yes");
    assert_eq!(exit, Exit::Failed, "API Gateway refuses the authorizer");
    assert!(err.contains("note: 1 check was not made; `sss-deploy --sandbox verify` says why\n"), "{err}");
    assert!(err.contains("Issuer must have a valid discovery endpoint"), "{err}");
}

#[test]
fn checks_of_json_have_ids_and_outcomes() {
    let folder = Folder::new();
    folder.edit("httpd:2.4", "httpd:does-not-exist");
    let (exit, found) = folder.json("verify --sandbox --json --only image");
    assert_eq!((exit, &found[0]["sound"]), (Exit::Failed, &false.into()));
    let check = &found[0]["checks"][0];
    assert_eq!((&check["id"], &check["outcome"]), (&"image".into(), &"problem".into()));
    assert!(check["concerns"][0]["kind"].is_string() && check["fix"].is_string(), "{check}");

    let (exit, lines) = folder.json("apply --sandbox --yes --json");
    assert_eq!(exit, Exit::Refused);
    assert_eq!(lines[0]["verification"]["checks"][0]["id"], "subnet", "{}", lines[0]);
    assert_eq!(lines.last().expect("a line")["steps"][0]["result"], "refused");
}

#[test]
fn unknown_check_is_a_wrong_argument() {
    let (exit, _, err) = Folder::new().run("verify --sandbox --only colour");
    assert_eq!(exit, Exit::Usage);
    assert!(err.contains("way-out"), "the error lists the checks: {err}");
}

impl Folder {
    /// Publishes an image in the registries of the folder's sandbox.
    fn publish(&self, image: &str, how: sss_sandbox::Image) {
        let path = self.0.path().join("sss.sandbox.json");
        let sandbox =
            sss_sandbox::Sandbox::load(&std::fs::read(&path).expect("the account")).expect("an account");
        sandbox.publish(image, how);
        std::fs::write(path, sandbox.save()).expect("the account is saved");
    }
}

const IMAGE: &str = "public.ecr.aws/docker/library/httpd:2.4";

#[test]
fn images_that_run_moved_and_are_gone() {
    let folder = Folder::new();
    let before = folder.seen("images --sandbox --check");
    folder.run("apply --sandbox --yes");
    let same = folder.seen("images --sandbox") + &folder.seen("images app --sandbox --check");
    folder.publish(IMAGE, sss_sandbox::Image::default().content("another"));
    let moved = folder.seen("images --sandbox --check");
    folder.publish(IMAGE, sss_sandbox::Image::default().only("linux/arm64"));
    let other = folder.seen("images --sandbox --check");
    folder.publish(IMAGE, sss_sandbox::Image::default().missing());
    let gone = folder.seen("images --sandbox --check");
    assert_snapshot!([before, same, moved, other, gone].join("\n"));
}

#[test]
fn pin_changes_the_image_and_nothing_else() {
    let folder = Folder::new();
    folder.run("apply --sandbox --yes");
    let text = std::fs::read_to_string(folder.file()).expect("the file");
    let (exit, pinned) = folder.json("pin --sandbox --json");
    let after = pinned[0]["changed"][0]["after"].as_str().expect("a reference").to_owned();
    assert_eq!(
        (exit, after.starts_with("public.ecr.aws/docker/library/httpd:2.4@sha256:")),
        (Exit::Done, true)
    );
    let changed = std::fs::read_to_string(folder.file()).expect("the file");
    assert_eq!(changed, text.replace(IMAGE, &after));

    let (exit, _, err) = folder.run("pin --sandbox --running");
    assert_eq!(exit, Exit::Done, "{err}");
    assert!(err.contains("nothing to change"), "the tasks run the same image: {err}");
    let (exit, _, err) = folder.run("apply --sandbox --yes");
    assert_eq!(exit, Exit::Done, "{err}");
    folder.publish(IMAGE, sss_sandbox::Image::default().content("another"));
    assert_eq!(folder.run("images --sandbox --check").0, Exit::Pending, "the tag has moved away");
    folder.run("pin --sandbox --undo");
    assert_eq!(std::fs::read_to_string(folder.file()).expect("the file"), text);
}

#[test]
fn pin_prints_each_change() {
    let folder = Folder::new();
    folder.run("apply --sandbox --yes");
    let lock = folder.0.path().join("images.lock").display().to_string();
    let seen = [
        format!("pin --sandbox --lock {lock}"),
        "pin --sandbox".to_owned(),
        "pin --sandbox".to_owned(),
        "pin app --sandbox --undo".to_owned(),
        "pin other --sandbox".to_owned(),
    ];
    let seen = seen.map(|line| folder.seen(&line)).join("\n");
    assert_snapshot!(seen.replace(&folder.0.path().display().to_string(), "FOLDER"));
}

/// Adds a second container to the stack.
const PROXY: &str =
    "[[services.app.containers]]\nname = \"proxy\"\nimage = \"public.ecr.aws/shop/proxy:1\"\n";

#[test]
fn lock_file_pins_the_images_of_a_run() {
    let folder = Folder::new();
    let text = std::fs::read_to_string(folder.file()).expect("the file") + PROXY;
    folder.write(&text);
    let lock = folder.0.path().join("images.lock");
    let name = lock.display().to_string();
    let (exit, pinned) = folder.json(&format!("pin --sandbox --json --latest --lock {name}"));
    assert_eq!((exit, pinned[0]["changed"].as_array().map(Vec::len)), (Exit::Done, Some(2)), "{pinned:?}");
    assert_eq!(std::fs::read_to_string(folder.file()).expect("the file"), text, "the stack file stays");
    let written = std::fs::read_to_string(&lock).expect("the lock file");
    let lines: Vec<&str> = written.lines().collect();
    let [main, proxy] = lines.as_slice() else { panic!("two lines: {written}") };
    assert!(main.starts_with("app=public.ecr.aws/docker/library/httpd:2.4@sha256:"), "{written}");
    assert!(proxy.starts_with("app/proxy=public.ecr.aws/shop/proxy:1@sha256:"), "{written}");
    let (_, again) = folder.json(&format!("pin --sandbox --json --lock {name}"));
    assert_eq!(again[0]["changed"].as_array().map(Vec::len), Some(0), "{again:?}");

    let (exit, _, err) = folder.run(&format!("apply --sandbox --yes --images {name}"));
    assert_eq!(exit, Exit::Done, "{err}");
    assert!(err.contains("httpd:2.4@sha256:"), "the plan names the images: {err}");
    let plan = format!("plan --sandbox --detailed-exitcode --images {name}");
    assert_eq!(folder.run(&plan).0, Exit::Done, "nothing is left to do");
    assert_eq!(folder.run("plan --sandbox --detailed-exitcode").0, Exit::Pending, "the file has the tags");
    let (exit, out, err) = folder.run(&format!("{plan} --image app=public.ecr.aws/docker/library/httpd:2.5"));
    assert!(exit == Exit::Pending && out.contains("httpd:2.5"), "a flag goes before the file: {out}{err}");

    folder.edit("httpd:2.4", "httpd:2.5");
    let (exit, _, err) = folder.run(&plan);
    assert_eq!(exit, Exit::Refused, "{err}");
    assert!(err.contains("the image of app is public.ecr.aws/docker/library/httpd:2.5 by now"), "{err}");
    assert!(err.contains(&format!("pin --lock {name}` writes the file anew")), "{err}");
    std::fs::write(&lock, "app\n").expect("the lock file");
    let (exit, _, err) = folder.run(&plan);
    assert!(exit == Exit::Failed && err.contains("images.lock at line 1: write SERVICE=REF"), "{err}");
    std::fs::remove_file(&lock).expect("the lock file");
    assert_eq!(folder.run(&plan).0, Exit::Failed, "a file that is not there");
}

#[test]
fn image_without_a_digest_is_not_pinned() {
    let folder = Folder::new();
    folder.edit("httpd:2.4", "httpd:does-not-exist");
    let text = std::fs::read_to_string(folder.file()).expect("the file");
    let (exit, _, err) = folder.run("pin --sandbox");
    assert_eq!(exit, Exit::Failed);
    assert!(err.contains("mz-dev-app of app: public.ecr.aws has no image"), "{err}");
    assert_eq!(folder.run("pin --sandbox --running").0, Exit::Failed);
    assert_eq!(std::fs::read_to_string(folder.file()).expect("the file"), text);
}

#[test]
fn answers_about_images_fit_their_schemas() {
    let folder = Folder::new();
    folder.run("apply --sandbox --yes");
    for (subject, line) in [
        (crate::Subject::Verify, "verify"),
        (crate::Subject::Images, "images --check"),
        (crate::Subject::Pin, "pin"),
    ] {
        folder.answer(subject, line);
    }
}

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
    assert!(err.contains("note: 1 check was not made; `sss-deploy verify` says why\n"), "{err}");
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

use serde_json::json;
use sss_sandbox::Sandbox;

use super::*;

#[test]
fn destroy_names_who_uses_what_it_would_remove() {
    let folder = Folder::new();
    folder.run("apply --sandbox --yes");
    let path = folder.0.path().join("sss.sandbox.json");
    let sandbox = Sandbox::load(&fs::read(&path).expect("the sandbox")).expect("an account");
    let call = |operation: &str, input: Value| {
        sandbox.request("servicediscovery", operation, &input).expect("an answer")
    };
    let namespace = call("ListNamespaces", json!({}))["Namespaces"][0]["Id"].clone();
    let dns = json!({"DnsRecords": [{"Type": "A", "TTL": 10}]});
    call("CreateService", json!({"Name": "theirs", "NamespaceId": namespace, "DnsConfig": dns}));
    fs::write(&path, sandbox.save()).expect("the sandbox");

    let (exit, _, err) = folder.run("destroy --sandbox --yes");
    assert_eq!(exit, Exit::Refused);
    let object = "servicediscovery/namespace mz-dev-application-service.internal";
    assert!(
        err.contains(
            "refused: namespace mz-dev-application-service.internal cannot be deleted: others use it\n"
        ),
        "{err}"
    );
    assert!(err.contains("    used by: Cloud Map service theirs\n"), "{err}");
    assert!(err.contains(&format!("error: Cloud Map service theirs uses {object}\n")), "{err}");
    assert!(
        err.ends_with("delete those users or change them, then run `sss-deploy --sandbox destroy`\n"),
        "{err}"
    );

    let (exit, lines) = folder.json("destroy --sandbox --yes --json");
    let used = lines.iter().map(|line| &line["plan"]["in_use"][0]).find(|used| used.is_object());
    let used = used.expect("the plan");
    assert_eq!((exit, &used["by"]), (Exit::Refused, &"Cloud Map service theirs".into()));
    let (exit, _, err) = folder.run("plan --sandbox");
    assert_eq!(exit, Exit::Done, "{err}");
}

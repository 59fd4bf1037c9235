//! Custom domain names in plans, outputs, pictures and URLs.

use super::Folder;
use crate::Exit;

/// Gives the API a domain name with a path, and turns its own endpoint off.
fn with_domain() -> Folder {
    let folder = Folder::new();
    folder.edit(
        "[services.app]",
        "[api.domains.\"api.example.com\"]\n\
         certificate = \"arn:aws:acm:ap-northeast-1:123456789012:certificate/one\"\n\
         path = \"shop\"\n\n[services.app]",
    );
    folder
}

#[test]
fn domain_is_shown_by_plan_and_graph() {
    let folder = with_domain();
    let (_, plan, _) = folder.run("plan --sandbox");
    assert!(plan.contains("domain api.example.com/shop"), "{plan}");
    let (_, drawn, _) = folder.run("graph --plan --format mermaid --sandbox");
    assert!(drawn.contains("Domain name<br/>api.example.com/shop<br/><i>new</i>"), "{drawn}");
}

#[test]
fn domain_is_the_url_of_an_api_without_endpoint() {
    let folder = with_domain();
    assert_eq!(folder.run("apply --sandbox --yes").0, Exit::Done);
    let (_, outputs, _) = folder.run("outputs --sandbox");
    for name in ["target_domain_name = d-", "hosted_zone_id = Z"] {
        assert!(outputs.contains(&format!("api.example.com.{name}")), "{outputs}");
    }
    let (_, url, _) = folder.run("open /orders --print --sandbox");
    assert!(url.contains("execute-api"), "{url}");

    folder.edit("path = \"shop\"\n\n", "path = \"shop\"\n\n[api]\ndisable_execute_api_endpoint = true\n\n");
    assert_eq!(folder.run("apply --sandbox --yes").0, Exit::Done);
    let (_, url, _) = folder.run("open /orders --print --sandbox");
    assert_eq!(url, "https://api.example.com/shop/orders\n");
    let (_, status, _) = folder.run("status --sandbox");
    assert!(status.contains("https://api.example.com/shop"), "{status}");
}

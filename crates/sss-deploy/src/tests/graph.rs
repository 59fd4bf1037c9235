//! The picture of a stack.

use super::Folder;
use crate::Exit;

#[test]
fn graph_of_a_stack_needs_no_account() {
    let folder = Folder::new();
    for (arguments, beginning) in [
        ("graph", "<svg "),
        ("graph --format mermaid", "flowchart LR\n"),
        ("graph --format dot", "digraph stack {\n"),
    ] {
        let (exit, out, err) = folder.run(arguments);
        assert_eq!((exit, err.as_str()), (Exit::Done, ""));
        assert!(out.starts_with(beginning) && out.contains("httpd:2.4"), "{arguments}: {out}");
    }
}

#[test]
fn graph_of_a_plan_marks_what_changes() {
    let folder = Folder::new();
    let drawn = |folder: &Folder| folder.run("graph --plan --format mermaid --sandbox").1;
    assert!(drawn(&folder).contains("VPC link<br/>mz-dev-vpc-link<br/><i>new</i>"), "{}", drawn(&folder));

    folder.run("apply --sandbox --yes");
    assert!(!drawn(&folder).contains("<i>"), "{}", drawn(&folder));

    folder.edit("httpd:2.4", "httpd:2.5");
    assert_eq!(drawn(&folder).matches("<i>changes</i>").count(), 1, "{}", drawn(&folder));

    folder.edit("services.app", "services.site");
    assert!(drawn(&folder).contains("<i>removed</i>"), "{}", drawn(&folder));
}

use super::{PolicyDocument, Statement};

/// Checks whether two documents are equal in normal form.
fn check(left: &str, right: &str, want: bool) {
    let read = |text| PolicyDocument::from_json(text).unwrap();
    assert_eq!(read(left) == read(right), want, "{left} {right}");
    assert_eq!(read(left).to_json() == read(right).to_json(), want);
}

#[test]
fn documents_that_mean_the_same_are_equal() {
    let plain =
        r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["a:B"],"Resource":["*"]}]}"#;
    check(
        plain,
        r#"{"Version":"2012-10-17","Statement":{"Resource":"*","Action":"a:B","Effect":"Allow","Sid":""}}"#,
        true,
    );
    check(plain, r#"{"Statement":[{"Effect":"Allow","Action":["a:B"],"Resource":["*"]}]}"#, false);
    check(
        plain,
        r#"{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":["a:B"],"Resource":["*"]}]}"#,
        false,
    );
    let order = |actions: &str, value: &str| {
        format!(
            r#"{{"Statement":{{"Effect":"Allow","NotAction":{actions},"NotResource":"*",
            "Condition":{{"Bool":{{"k":{value}}}}}}}}}"#
        )
    };
    check(&order(r#"["a:B","a:A"]"#, "true"), &order(r#"["a:A","a:B","a:B"]"#, r#"["true"]"#), true);
    check(&order(r#""a:A""#, "5"), &order(r#""a:A""#, r#""6""#), false);
}

#[test]
fn principals_are_lists_by_kind() {
    let trust = PolicyDocument::trust("ecs-tasks.amazonaws.com");
    let live = r#"{"Version":"2012-10-17","Statement":[{"Sid":"","Effect":"Allow",
        "Principal":{"Service":"ecs-tasks.amazonaws.com"},"Action":"sts:AssumeRole"}]}"#;
    assert_eq!(PolicyDocument::from_json(live).unwrap(), trust);
    assert_eq!(
        trust.to_json(),
        r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":["ecs-tasks.amazonaws.com"]},"Action":["sts:AssumeRole"]}]}"#
    );
    check(
        r#"{"Statement":{"Effect":"Allow","Principal":"*","Action":"a:B"}}"#,
        r#"{"Statement":{"Effect":"Allow","Principal":{"AWS":"*"},"Action":"a:B"}}"#,
        false,
    );
}

#[test]
fn a_document_reads_what_it_writes() {
    let conditions = [("Bool".to_owned(), [("aws:x".to_owned(), vec!["true".to_owned()])].into())].into();
    let statement =
        Statement { sid: Some("One".into()), conditions, ..Statement::allow(["b:C", "a:B"], ["*"]) };
    let document = PolicyDocument::new(&[statement]);
    assert_eq!(PolicyDocument::from_json(&document.to_json()).unwrap(), document);
}

#[test]
fn other_text_is_refused() {
    for text in ["", "{}", "[]", r#"{"Statement":[{"Effect":"Perhaps"}]}"#, r#"{"Statement":[],"X":1}"#] {
        assert!(PolicyDocument::from_json(text).is_err(), "{text}");
    }
}

#[test]
fn a_document_without_statements_has_none() {
    let empty = PolicyDocument::new(&[]);
    assert_eq!(PolicyDocument::from_json(&empty.to_json()).unwrap(), empty);
}

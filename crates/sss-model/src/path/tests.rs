use serde_json::json;

use super::{Path, Segment};

fn path(text: &str) -> Path {
    text.parse().unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn path_has_one_spelling() {
    for text in ["", "a", "a-b_9.c", "a[0]", "[3].a", "a[0][12].b", r#"env."A B".c"#, r#"e."""#, r#"e."é""#]
    {
        assert_eq!(path(text).as_str(), text);
    }
    for (other, one) in [
        (r#""a".b"#, "a.b"),
        (r#"e."\u00e9""#, r#"e."é""#),
        (r#"e."\U0001F600""#, r#"e."😀""#),
        (r#"e."\u007f\u200B""#, r#"e."\u007F\u200B""#),
        (r#"e."a\"\\\n\t'""#, r#"e."a\"\\\n\t'""#),
    ] {
        assert_eq!(path(other).as_str(), one);
        assert_eq!(path(one), path(other));
    }
}

#[test]
fn text_that_is_not_a_path_is_refused() {
    for text in [
        ".", "a.", ".a", "a..b", "a b", "a[", "a[]", "a[-1]", "a[01]", "a[0]b", "é", r#"a.""#, r#""\x""#,
        r#""a"b"#,
    ] {
        assert!(text.parse::<Path>().is_err(), "{text}");
    }
    let error = "a b".parse::<Path>().map_err(|error| error.to_string());
    assert_eq!(error, Err("`a b` is not a path: keys have one `.` between them".to_owned()));
}

#[test]
fn keys_come_back_as_they_were() {
    for key in ["", "a", "a.b", "a\"b", "\\", "\u{0}\u{1f}", "é\u{200b}", "[0]", "x y", "'"] {
        let made = Path::root().key("e").key(key).index(1);
        assert_eq!(made, path(made.as_str()), "{key:?}");
        let segments: Vec<Segment<'_>> = made.segments().collect();
        assert_eq!(segments, [Segment::Key("e".into()), Segment::Key(key.into()), Segment::Index(1)]);
    }
}

#[test]
fn paths_lead_through_one_another() {
    for (below, above, rest) in [
        ("a.b", "a", "b"),
        ("a[0].b", "a", "[0].b"),
        ("a[0].b", "a[0]", "b"),
        ("a.b", "", "a.b"),
        (r#"a."b.c".d"#, "a", r#""b.c".d"#),
    ] {
        assert!(path(below).is_below(&path(above)), "{below} {above}");
        assert_eq!(path(below).behind(&path(above)), Some(path(rest)));
        assert_eq!(path(above).join(&path(rest)), path(below));
    }
    for (one, other) in [("a", "a.b"), ("ab", "a"), ("a[10]", "a[1]"), ("", "a"), (r#"a."b.c""#, "a.b")] {
        assert!(!path(one).starts_with(&path(other)), "{one} {other}");
    }
    assert!(path("a").starts_with(&path("a")) && !path("a").is_below(&path("a")));
    let ancestors: Vec<Path> = path("a[0].b").ancestors().collect();
    assert_eq!(ancestors, [path("a[0].b"), path("a[0]"), path("a"), path("")]);
}

#[test]
fn names_are_the_last_key_with_its_indices() {
    for (text, name) in
        [("a.b", "b"), ("a.b[0][1]", "b[0][1]"), ("", ""), ("[0]", "[0]"), (r#"a."b.c""#, r#""b.c""#)]
    {
        assert_eq!(path(text).name(), name);
    }
    assert_eq!(path("a[2]").last(), Some(Segment::Index(2)));
}

#[test]
fn paths_are_in_the_order_of_their_segments() {
    let mut paths = ["a[10]", "a-b", "a.c", "a[2]", "a", ""].map(path);
    paths.sort();
    assert_eq!(paths.each_ref().map(Path::as_str), ["", "a", "a.c", "a[2]", "a[10]", "a-b"]);
}

#[test]
fn paths_lead_to_their_values() {
    let mut tree = json!({ "a": [{ "b.c": 1 }], "": 2, "3": 4 });
    for (text, value) in
        [(r#"a[0]."b.c""#, json!(1)), (r#""""#, json!(2)), ("3", json!(4)), ("", tree.clone())]
    {
        assert_eq!(path(text).value_in(&tree), Some(&value), "{text}");
    }
    for text in ["a[1]", "a.b", "[3]", "b", "3.a"] {
        assert_eq!(path(text).value_in(&tree), None, "{text}");
        assert_eq!(path(text).value_in_mut(&mut tree), None, "{text}");
    }
    *path("a[0]").value_in_mut(&mut tree).expect("a value") = json!(5);
    assert_eq!(tree, json!({ "a": [5], "": 2, "3": 4 }));
}

#[test]
fn literal_is_the_one_spelling_of_its_path() {
    for text in ["a", "a-b_9.c", r#"tags."sss:vpc""#, r#""A B".c"#, r#"a."b.c"."[0]""#] {
        assert_eq!(Path::literal(text), path(text));
        assert_eq!(Path::literal(text).to_string(), text);
    }
    for text in
        ["", ".", "a.", ".a", "a..b", "a b", "a[0]", r#""a""#, r#"a."""#, r#"a."b:"#, r#"a."\n""#, r#"a."é""#]
    {
        assert!(!super::read::is_literal(text), "{text}");
    }
}

#[test]
fn path_is_a_string_in_json() {
    let made = path("a[0].b");
    assert_eq!(serde_json::to_value(&made).ok(), Some(json!("a[0].b")));
    assert_eq!(serde_json::from_value::<Path>(json!("a[0].b")).ok(), Some(made));
    assert!(serde_json::from_value::<Path>(json!("a b")).is_err());
}

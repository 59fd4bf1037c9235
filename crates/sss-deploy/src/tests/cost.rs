//! The cost of a stack.

use std::fs;

use insta::assert_snapshot;
use serde_json::json;

use super::Folder;
use crate::Exit;

#[test]
fn cost_of_a_stack() {
    let folder = Folder::new();
    let seen = ["cost --width 80", "cost --requests 400000000 --log-gb 20 --hours 100"];
    assert_snapshot!(seen.map(|arguments| folder.seen(arguments)).join("\n"));
}

#[test]
fn own_prices_replace_the_table() {
    let folder = Folder::new();
    let prices = folder.beside("prices.json", include_str!("../../../sss-model/src/cost/prices.json"));
    let (_, documents) = folder.json("cost --json");
    assert_eq!(folder.json(&format!("cost --json --prices {prices}")).1, documents);

    let mut own: serde_json::Value =
        serde_json::from_str(&fs::read_to_string(&prices).expect("the table")).expect("JSON");
    own["regions"]["ap-northeast-1"]["http_api_million"] = json!(100.0);
    fs::write(&prices, own.to_string()).expect("the table");
    let (_, dearer) = folder.json(&format!("cost --json --prices {prices}"));
    let difference =
        dearer[0]["total"].as_f64().zip(documents[0]["total"].as_f64()).map(|(new, old)| new - old);
    assert!(difference.is_some_and(|difference| (difference - 98.71).abs() < 0.001), "{difference:?}");
}

#[test]
fn prices_that_do_not_fit_are_refused() {
    let folder = Folder::new();
    let wrong = folder.beside("prices.json", "{\"as_of\": \"today\"}");
    let (exit, _, err) = folder.run(&format!("cost --prices {wrong}"));
    assert_eq!(exit, Exit::Refused, "{err}");
    assert!(err.contains("is no table of prices: missing field `regions`"), "{err}");

    folder.edit("region = \"ap-northeast-1\"", "region = \"eu-west-1\"");
    let (exit, _, err) = folder.run("cost");
    assert_ne!(exit, Exit::Done);
    assert!(err.contains("no prices of `eu-west-1`") && err.contains("--prices FILE"), "{err}");
    assert_eq!(folder.run("cost --hours -1").0, Exit::Usage);
}

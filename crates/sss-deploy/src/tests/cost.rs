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

#[test]
fn comparison_at_three_widths_and_in_markdown() {
    let folder = Folder::new();
    let seen = ["compare --width 80", "compare --width 60", "compare --markdown"];
    assert_snapshot!(seen.map(|arguments| folder.seen(arguments)).join("\n"));
    let wide = folder.seen("compare --width 120 --requests 300000000 --traffic-gb 3000 --region us-east-1");
    assert_snapshot!("comparison_at_120_columns", wide);
    for line in wide.lines() {
        assert!(line.chars().count() <= 120, "{line}");
    }
}

#[test]
fn comparison_as_json_has_each_backend() {
    let folder = Folder::new();
    let (exit, documents) = folder.json("compare --json --requests 2000000");
    assert_eq!(exit, Exit::Done);
    let document = &documents[0];
    assert_eq!(document["format"], "sss/1");
    assert_eq!(document["usage"]["requests"], 2_000_000.0);
    let backends: Vec<_> =
        document["candidates"].as_array().into_iter().flatten().map(|one| &one["backend"]).collect();
    assert_eq!(backends, ["cloud_map", "alb", "nlb"]);
    assert_eq!(document["candidates"][1]["article"]["total"], 11);
}

#[test]
fn region_of_the_prices_is_an_option() {
    let folder = Folder::new();
    let total = |arguments: &str| folder.json(arguments).1[0]["total"].as_f64().expect("a sum");
    assert!(total("cost --json --region us-east-1") < total("cost --json"));
    for command in ["cost", "compare"] {
        let (exit, out, err) = folder.run(&format!("{command} --region mars-1"));
        assert_eq!((exit, out.as_str()), (Exit::Failed, ""), "{err}");
        assert!(err.contains("no prices of `mars-1`, only of ap-northeast-1, us-east-1"), "{err}");
    }
}

#[test]
fn comparison_needs_the_prices_of_balancers() {
    let folder = Folder::new();
    let table = include_str!("../../../sss-model/src/cost/prices.json");
    let prices = folder.beside("prices.json", &table.replace("\"alb_hour\": 0.0243,", ""));
    assert_eq!(folder.run(&format!("cost --prices {prices}")).0, Exit::Done);
    let (exit, _, err) = folder.run(&format!("compare --prices {prices}"));
    assert_eq!(exit, Exit::Failed, "{err}");
    assert!(err.contains("no `alb_hour` of `ap-northeast-1`"), "{err}");

    let broken = folder.beside("broken.json", "{\"as_of\": ");
    let (exit, _, err) = folder.run(&format!("compare --prices {broken}"));
    assert_eq!(exit, Exit::Refused, "{err}");
    assert!(err.contains("broken.json is no table of prices"), "{err}");
}

#[test]
fn plan_says_what_it_changes_in_the_cost() {
    let folder = Folder::new();
    let difference =
        |folder: &Folder| folder.json("plan --json --sandbox").1[0]["cost"]["difference"].clone();
    let line = |folder: &Folder, command: &str| {
        let (_, out, err) = folder.run(command);
        out.lines().chain(err.lines()).find(|line| line.contains("USD a month")).map(str::to_owned)
    };
    // 730 hours of 0.25 vCPU and 0.5 GB, and the private zone of the namespace.
    assert_eq!(difference(&folder), json!(11.75));
    folder.run("apply --sandbox --yes");
    assert_eq!(line(&folder, "plan --sandbox"), None);
    assert_eq!(difference(&folder), json!(null));

    folder.edit("httpd:2.4", "httpd:2.5");
    assert_eq!(line(&folder, "plan --sandbox"), None, "an image costs nothing");
    folder.edit("cpu = 256", "cpu = 512");
    folder.edit("memory = 512", "memory = 1024");
    assert_eq!(difference(&folder), json!(11.25));
    folder.edit("desired_count = 1", "desired_count = 3");
    let told = "+56.23 USD a month (730 hours, without requests and logs; prices of 2026-08-27)";
    assert_eq!(line(&folder, "plan --sandbox").as_deref(), Some(told));
    assert_eq!(line(&folder, "plan --sandbox --markdown").as_deref().map(str::trim_end), Some(told));
    assert_eq!(line(&folder, "destroy --sandbox").expect("a line")[..10], *"-11.75 USD");

    let (_, documents) = folder.json("plan --json --sandbox");
    let cost = &documents[0]["cost"];
    let sum = |member: &str| cost[member].as_f64().expect("a sum");
    assert!((sum("after") - sum("before") - 56.23).abs() < 0.005, "{cost}");
    assert!(cost["assumptions"][0].as_str().is_some_and(|text| text.contains("730 hours")), "{cost}");
}

#[test]
fn plan_of_a_region_without_prices_has_no_cost() {
    let folder = Folder::new();
    folder.edit("region = \"ap-northeast-1\"", "region = \"eu-west-1\"");
    let (_, out, err) = folder.run("plan --sandbox");
    assert!(out.contains("to create") && !out.contains("USD"), "{out}{err}");
}

#[test]
fn service_that_stays_behind_changes_no_cost() {
    let folder = Folder::new();
    folder.run("apply --sandbox --yes");
    folder.edit("httpd:2.4", "httpd:does-not-exist");
    folder.edit("cpu = 256", "cpu = 512");
    folder.edit("memory = 512", "memory = 1024");
    folder.run("apply --sandbox --yes --no-verify");
    let (_, documents) = folder.json("plan --json --sandbox");
    assert_eq!(documents[0]["held"].as_array().map(Vec::len), Some(1), "{}", documents[0]);
    assert_eq!(documents[0]["cost"], json!(null));
    let (_, retried) = folder.json("plan --json --sandbox --retry");
    assert_eq!(retried[0]["cost"]["difference"], json!(11.25));
}

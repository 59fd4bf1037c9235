use serde_json::{Value, json};

use crate::{Image, Sandbox};

/// The registry of the account.
const REGISTRY: &str = "123456789012.dkr.ecr.ap-northeast-1.amazonaws.com";

fn get(sandbox: &Sandbox, tag: &str) -> Result<Value, (String, String)> {
    let input = json!({ "repositoryName": "shop", "imageIds": [{ "imageTag": tag }] });
    sandbox.request("ecr", "BatchGetImage", &input)
}

#[test]
fn image_has_a_manifest_and_a_digest() {
    let sandbox = Sandbox::new();
    let answer = get(&sandbox, "1.4").expect("an answer");
    let image = &answer["images"][0];
    let manifest: Value =
        serde_json::from_str(image["imageManifest"].as_str().expect("a text")).expect("a manifest");
    assert_eq!(manifest["manifests"][1]["platform"]["architecture"], "arm64");

    let digest =
        json!({ "repositoryName": "shop", "imageIds": [{ "imageDigest": image["imageId"]["imageDigest"] }] });
    let same = sandbox.request("ecr", "BatchGetImage", &digest).expect("an answer");
    assert_eq!(same["images"][0]["imageId"]["imageDigest"], image["imageId"]["imageDigest"]);
}

#[test]
fn image_that_ecs_cannot_pull_is_missing() {
    let sandbox = Sandbox::new();
    let failures = |tag: &str| get(&sandbox, tag).expect("an answer")["failures"][0]["failureCode"].clone();
    assert_eq!(failures("does-not-exist"), "ImageNotFound");
    let (code, _) = get(&sandbox, "ends-repository-missing").expect_err("no repository");
    assert_eq!(code, "RepositoryNotFoundException");

    let input = json!({ "repositoryName": "shop", "imageIds": [{ "imageTag": "does-not-exist" }] });
    let (code, _) = sandbox.request("ecr", "DescribeImages", &input).expect_err("no image");
    assert_eq!(code, "ImageNotFoundException");
}

#[test]
fn scripted_image_replaces_the_other_one() {
    let sandbox = Sandbox::new();
    let before = get(&sandbox, "1.4").expect("an answer")["images"][0]["imageId"]["imageDigest"].clone();
    sandbox.publish(&format!("{REGISTRY}/shop:1.4"), Image::default().single().content("another"));
    let answer = get(&sandbox, "1.4").expect("an answer");
    let manifest: Value =
        serde_json::from_str(answer["images"][0]["imageManifest"].as_str().expect("a text"))
            .expect("a manifest");
    assert_ne!(answer["images"][0]["imageId"]["imageDigest"], before);

    let layer = json!({ "layerDigest": manifest["config"]["digest"], "repositoryName": "shop" });
    let url = sandbox.request("ecr", "GetDownloadUrlForLayer", &layer).expect("a URL");
    assert!(url["downloadUrl"].as_str().expect("a text").contains("starport"));
    sandbox.publish(&format!("{REGISTRY}/shop:1.4"), Image::default().denied());
    assert_eq!(get(&sandbox, "1.4").expect_err("a denial").0, "AccessDeniedException");
}

#[test]
fn prefix_has_one_rule_of_a_cache() {
    let sandbox = Sandbox::new();
    let rule = json!({ "ecrRepositoryPrefix": "hub", "upstreamRegistryUrl": "registry-1.docker.io" });
    sandbox.request("ecr", "CreatePullThroughCacheRule", &rule).expect("a new prefix");
    sandbox.request("ecr", "CreatePullThroughCacheRule", &rule).expect_err("a known prefix");
    let rules = sandbox.request("ecr", "DescribePullThroughCacheRules", &json!({})).expect("rules");
    assert_eq!(rules["pullThroughCacheRules"][0]["ecrRepositoryPrefix"], "hub");
}

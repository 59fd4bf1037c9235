use serde_json::json;

use super::{ACCOUNT, REGION, account, done, refused, service, with};
use crate::world::World;

#[test]
fn repeated_creation_returns_the_cluster() {
    let mut world = World::new(ACCOUNT, REGION, 0);
    let wanted = json!({
        "clusterName": "shop",
        "capacityProviders": ["FARGATE"],
        "defaultCapacityProviderStrategy": [{ "capacityProvider": "FARGATE", "weight": 1 }],
        "tags": [{ "key": "Owner", "value": "mamezou" }],
    });
    let first = done(&mut world, "CreateCluster", &wanted);
    assert_eq!(first["cluster"]["clusterArn"], "arn:aws:ecs:ap-northeast-1:123456789012:cluster/shop");
    assert_eq!(done(&mut world, "CreateCluster", &wanted), first);
    for other in [
        json!({ "capacityProviders": ["FARGATE", "FARGATE_SPOT"] }),
        json!({ "defaultCapacityProviderStrategy": [{ "capacityProvider": "FARGATE", "weight": 2 }] }),
    ] {
        let other = with(wanted.clone(), &other);
        refused(&mut world, "CreateCluster", &other, "InvalidParameterException", "idempotent");
    }

    let named = json!({ "clusters": ["shop", "none"], "include": ["TAGS"] });
    let found = done(&mut world, "DescribeClusters", &named);
    assert_eq!(found["clusters"][0]["tags"], json!([{ "key": "Owner", "value": "mamezou" }]));
    assert_eq!(found["clusters"][0]["settings"], json!([]), "settings were not asked for");
    assert_eq!(found["failures"][0]["reason"], "MISSING");
}

#[test]
fn cluster_in_use_cannot_be_deleted() {
    let mut world = account();
    done(&mut world, "CreateService", &service());
    let named = json!({ "cluster": "shop" });
    refused(&mut world, "DeleteCluster", &named, "ClusterContainsServicesException", "Services are active");
    done(&mut world, "DeleteService", &json!({ "cluster": "shop", "service": "app", "force": true }));
    refused(&mut world, "DeleteCluster", &named, "ClusterContainsServicesException", "Services are active");
    world.advance(60_000);
    let deleted = done(&mut world, "DeleteCluster", &named);
    assert_eq!(deleted["cluster"]["status"], "INACTIVE");
    assert_eq!(done(&mut world, "ListClusters", &json!({}))["clusterArns"], json!([]));
    refused(&mut world, "DeleteCluster", &named, "ClusterNotFoundException", "");
    world.advance(60_000 + 3_600_000);
    let found = done(&mut world, "DescribeClusters", &json!({ "clusters": ["shop"] }));
    assert_eq!(found["clusters"], json!([]));
}

#[test]
fn capacity_providers_are_set_after_creation() {
    let mut world = account();
    let strategy = json!([{ "capacityProvider": "FARGATE_SPOT", "weight": 1 }]);
    let wanted = |providers: &[&str]| {
        json!({
            "cluster": "shop",
            "capacityProviders": providers,
            "defaultCapacityProviderStrategy": strategy,
        })
    };
    let put = "PutClusterCapacityProviders";
    refused(&mut world, put, &wanted(&["FARGATE"]), "InvalidParameterException", "not associated");
    refused(&mut world, put, &wanted(&["EC2"]), "InvalidParameterException", "not found");
    let answer = done(&mut world, put, &wanted(&["FARGATE", "FARGATE_SPOT"]));
    assert_eq!(answer["cluster"]["capacityProviders"], json!(["FARGATE", "FARGATE_SPOT"]));
}

#[test]
fn sessions_are_logged_where_the_cluster_says() {
    let mut world = World::new(ACCOUNT, REGION, 0);
    let exec = |exec: serde_json::Value| json!({ "executeCommandConfiguration": exec });
    let logs = json!({ "cloudWatchLogGroupName": "/exec" });
    let create = |exec: serde_json::Value| json!({ "clusterName": "logged", "configuration": exec });
    let alone = create(exec(json!({ "logging": "OVERRIDE" })));
    refused(&mut world, "CreateCluster", &alone, "InvalidParameterException", "supply a log configuration");
    let elsewhere = create(exec(json!({ "logging": "NONE", "logConfiguration": logs })));
    refused(
        &mut world,
        "CreateCluster",
        &elsewhere,
        "InvalidParameterException",
        "set logging to 'OVERRIDE'",
    );

    let wanted = exec(json!({ "logging": "OVERRIDE", "logConfiguration": logs }));
    done(&mut world, "CreateCluster", &create(wanted.clone()));
    let described = |world: &mut World, include: &[&str]| {
        let input = json!({ "clusters": ["logged"], "include": include });
        done(world, "DescribeClusters", &input)["clusters"][0]["configuration"].clone()
    };
    assert_eq!(described(&mut world, &["CONFIGURATIONS"]), wanted);
    assert_eq!(described(&mut world, &["TAGS"]), json!(null), "it was not asked for");
    let other = exec(json!({ "logging": "NONE" }));
    done(&mut world, "UpdateCluster", &json!({ "cluster": "logged", "configuration": other }));
    done(&mut world, "UpdateCluster", &json!({ "cluster": "logged" }));
    assert_eq!(described(&mut world, &["CONFIGURATIONS"]), other);
}

#[test]
fn tags_are_added_and_removed() {
    let mut world = account();
    let arn = "arn:aws:ecs:ap-northeast-1:123456789012:cluster/shop";
    let tags =
        json!({ "resourceArn": arn, "tags": [{ "key": "a", "value": "1" }, { "key": "b", "value": "2" }] });
    done(&mut world, "TagResource", &tags);
    done(&mut world, "UntagResource", &json!({ "resourceArn": arn, "tagKeys": ["a"] }));
    let listed = done(&mut world, "ListTagsForResource", &json!({ "resourceArn": arn }));
    assert_eq!(listed["tags"], json!([{ "key": "b", "value": "2" }]));
    let reserved = json!({ "resourceArn": arn, "tags": [{ "key": "AWS:x", "value": "1" }] });
    refused(&mut world, "TagResource", &reserved, "InvalidParameterException", "aws:");
    let other = json!({ "resourceArn": arn.replace("shop", "none"), "tags": [] });
    refused(&mut world, "TagResource", &other, "ClusterNotFoundException", "");
}

#[test]
fn cluster_has_no_container_instances() {
    let mut world = account();
    let listed =
        done(&mut world, "ListContainerInstances", &json!({ "cluster": "shop", "status": "ACTIVE" }));
    assert_eq!(listed, json!({ "containerInstanceArns": [] }));
    let gone = json!({ "cluster": "gone" });
    refused(&mut world, "ListContainerInstances", &gone, "ClusterNotFoundException", "");
    for input in
        [json!({ "cluster": "shop", "status": "GONE" }), json!({ "cluster": "shop", "maxResults": 101 })]
    {
        refused(&mut world, "ListContainerInstances", &input, "InvalidParameterException", "");
    }
}

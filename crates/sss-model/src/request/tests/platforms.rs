use serde_json::{Value, json};

use super::check_cases;
use super::task::{check, check_on_instances, fine};
use crate::request::Operation::EcsRegisterTaskDefinition;

#[test]
fn platforms() {
    let system = |name: &str| json!({ "operatingSystemFamily": name });
    check(&[
        ("/runtimePlatform", json!({}), &[]),
        ("/runtimePlatform", json!({ "cpuArchitecture": "ARM64", "operatingSystemFamily": "LINUX" }), &[]),
        (
            "/runtimePlatform",
            json!({ "cpuArchitecture": "arm64" }),
            &["ECS-TD-105 runtimePlatform.cpuArchitecture"],
        ),
        ("/runtimePlatform", system("linux"), &["ECS-TD-105 runtimePlatform.operatingSystemFamily"]),
        ("/runtimePlatform", system("WINDOWS_SERVER_2022_CORE"), &["ECS-TD-106 cpu"]),
        (
            "/runtimePlatform",
            system("WINDOWS_SERVER_2016_FULL"),
            &["ECS-TD-105 runtimePlatform.operatingSystemFamily", "ECS-TD-106 cpu"],
        ),
        ("/ephemeralStorage", json!({ "sizeInGiB": 20 }), &["ECS-TD-103 ephemeralStorage.sizeInGiB"]),
        ("/ephemeralStorage", json!({ "sizeInGiB": 21 }), &[]),
        ("/ephemeralStorage", json!({ "sizeInGiB": 200 }), &[]),
        ("/ephemeralStorage", json!({ "sizeInGiB": 201 }), &["ECS-TD-103 ephemeralStorage.sizeInGiB"]),
        ("/ephemeralStorage", json!({}), &["ECS-TD-103 ephemeralStorage.sizeInGiB"]),
    ]);
}

#[test]
fn windows() {
    let mut windows = fine();
    windows["runtimePlatform"] = json!({ "operatingSystemFamily": "WINDOWS_SERVER_2025_FULL" });
    (windows["cpu"], windows["memory"]) = (json!("1 vCPU"), json!("2 GB"));
    check_cases(
        EcsRegisterTaskDefinition,
        &windows,
        &json!({}),
        &[
            ("/cpu", json!("1024"), &[]),
            ("/memory", json!("1024"), &["ECS-TD-010 memory"]),
            ("/cpu", json!("512"), &["ECS-TD-106 cpu"]),
            ("/runtimePlatform/cpuArchitecture", json!("X86_64"), &[]),
            (
                "/runtimePlatform/cpuArchitecture",
                json!("ARM64"),
                &["ECS-TD-105 runtimePlatform.cpuArchitecture"],
            ),
            ("/pidMode", json!("task"), &["ECS-TD-106 pidMode"]),
            ("/ephemeralStorage", json!({ "sizeInGiB": 30 }), &["ECS-TD-106 ephemeralStorage"]),
            (
                "/volumes",
                json!([{ "name": "a", "efsVolumeConfiguration": { "fileSystemId": "fs-1" } }]),
                &["ECS-TD-106 volumes[0].efsVolumeConfiguration"],
            ),
            (
                "/containerDefinitions/0/ulimits",
                json!([{ "name": "nofile", "softLimit": 1, "hardLimit": 2 }]),
                &["ECS-TD-087 containerDefinitions[0].ulimits"],
            ),
            (
                "/containerDefinitions/0/systemControls",
                json!([{ "namespace": "a", "value": "b" }]),
                &["ECS-TD-043 containerDefinitions[0].systemControls"],
            ),
            (
                "/containerDefinitions/0/portMappings",
                json!([{ "containerPort": 3150 }]),
                &["ECS-TD-106 containerDefinitions[0].portMappings[0].containerPort"],
            ),
            ("/containerDefinitions/0/portMappings", json!([{ "containerPort": 3151 }]), &[]),
            (
                "/containerDefinitions/0/firelensConfiguration",
                json!({ "type": "fluentbit" }),
                &["ECS-TD-106 containerDefinitions[0].firelensConfiguration"],
            ),
        ],
    );
}

#[test]
fn proxies() {
    let proxy = |names: &[&str]| {
        let properties: Vec<Value> = names.iter().map(|name| json!({ "name": name, "value": "1" })).collect();
        json!({ "type": "APPMESH", "containerName": "app", "properties": properties })
    };
    let all = ["ProxyIngressPort", "ProxyEgressPort", "AppPorts", "EgressIgnoredIPs", "IgnoredUID"];
    let mut stray = proxy(&all);
    stray["containerName"] = json!("envoy");
    check(&[
        ("/proxyConfiguration", proxy(&all), &["warning ECS-TD-107 proxyConfiguration"]),
        (
            "/proxyConfiguration",
            proxy(&["ProxyIngressPort", "ProxyEgressPort", "AppPorts", "EgressIgnoredIPs", "IgnoredGID"]),
            &["warning ECS-TD-107 proxyConfiguration"],
        ),
        (
            "/proxyConfiguration",
            proxy(&all[..4]),
            &["warning ECS-TD-107 proxyConfiguration", "ECS-TD-107 proxyConfiguration.properties"],
        ),
        (
            "/proxyConfiguration",
            proxy(&all[1..]),
            &["warning ECS-TD-107 proxyConfiguration", "ECS-TD-107 proxyConfiguration.properties"],
        ),
        (
            "/proxyConfiguration",
            proxy(&["ProxyIngressPort", "ProxyEgressPort", "AppPorts", "IgnoredUID"]),
            &["warning ECS-TD-107 proxyConfiguration", "warning ECS-TD-107 proxyConfiguration.properties"],
        ),
        (
            "/proxyConfiguration",
            stray,
            &["warning ECS-TD-107 proxyConfiguration", "ECS-TD-107 proxyConfiguration.containerName"],
        ),
    ]);
    check_on_instances(&[(
        "/proxyConfiguration",
        proxy(&all),
        &["warning ECS-TD-107 proxyConfiguration", "ECS-TD-107 proxyConfiguration"],
    )]);
}

//! The parts of a task beyond its programs: what containers have around them, and the storage of the task.

use serde_json::{Value, json};
use sss_aws::Action::Update;

use super::{
    Hand::Calls,
    Row,
    tasks::{agent, listed, revise, row, web},
};
use crate::account::Account;

/// Lets the service create other volumes of EBS.
fn launch(account: &Account, member: &str, value: Value) {
    let named = json!({"cluster": "all-ecs-cluster", "services": ["all-worker"]});
    let described = account.by_hand("ecs", "DescribeServices", &named);
    let mut volumes = described["services"][0]["deployments"][0]["volumeConfigurations"].clone();
    volumes[0]["managedEBSVolume"][member] = value;
    let update =
        json!({"cluster": "all-ecs-cluster", "service": "all-worker", "volumeConfigurations": volumes});
    account.by_hand("ecs", "UpdateService", &update);
}

const fn disk(field: &'static str, hand: fn(&Account), paths: &'static [&'static str]) -> Row {
    Row { kind: "ecs/service", name: "all-worker", field, hand: Calls(hand), action: Update, paths }
}

pub(super) const ROWS: &[Row] = &[
    row(
        "containers.*.port_names",
        |a| web(a, |c| c["portMappings"][0]["appProtocol"] = json!("grpc")),
        &["containers.all-web.port_names.8080.app_protocol"],
    ),
    row(
        "containers.*.port_names",
        |a| web(a, |c| c["portMappings"][0]["name"] = json!("site")),
        &["containers.all-web.port_names.8080.name"],
    ),
    row(
        "containers.*.ports",
        |a| web(a, |c| c["portMappings"][1]["containerPortRange"] = json!("9000-9011")),
        &["containers.all-web.ports.9000-9010", "containers.all-web.ports.9000-9011"],
    ),
    row(
        "containers.*.start_timeout",
        |a| web(a, |c| c["startTimeout"] = json!(61)),
        &["containers.all-web.start_timeout"],
    ),
    row(
        "containers.*.restart_policy",
        |a| web(a, |c| c["restartPolicy"]["restartAttemptPeriod"] = json!(61)),
        &["containers.all-web.restart_policy.restart_attempt_period"],
    ),
    row(
        "containers.*.restart_policy",
        |a| web(a, |c| c["restartPolicy"]["ignoredExitCodes"] = json!([0, 1])),
        &["containers.all-web.restart_policy.ignored_exit_codes"],
    ),
    row(
        "containers.*.restart_policy",
        |a| web(a, |c| c["restartPolicy"] = json!({"enabled": false})),
        &[
            "containers.all-web.restart_policy.ignored_exit_codes",
            "containers.all-web.restart_policy.restart_attempt_period",
        ],
    ),
    row(
        "containers.*.mounts",
        |a| web(a, |c| c["mountPoints"][0]["readOnly"] = json!(false)),
        &[r#"containers.all-web.mounts."/content".read_only"#],
    ),
    row(
        "containers.*.mounts",
        |a| web(a, |c| c["mountPoints"][0]["sourceVolume"] = json!("scratch")),
        &[r#"containers.all-web.mounts."/content".volume"#],
    ),
    row(
        "containers.*.volumes_from",
        |a| web(a, |c| c["volumesFrom"][0]["readOnly"] = json!(false)),
        &["containers.all-web.volumes_from.agent.read_only"],
    ),
    row(
        "containers.*.environment_files",
        |a| web(a, |c| c["environmentFiles"][0]["value"] = json!("arn:aws:s3:::settings/other.env")),
        &["containers.all-web.environment_files"],
    ),
    row(
        "containers.*.repository_credentials",
        |a| web(a, |c| c["repositoryCredentials"]["credentialsParameter"] = json!("other")),
        &["containers.all-web.repository_credentials"],
    ),
    row("containers.*.user", |a| web(a, |c| c["user"] = json!("root")), &["containers.all-web.user"]),
    row(
        "containers.*.working_directory",
        |a| web(a, |c| c["workingDirectory"] = json!("/")),
        &["containers.all-web.working_directory"],
    ),
    row(
        "containers.*.readonly_root_filesystem",
        |a| web(a, |c| c["readonlyRootFilesystem"] = json!(false)),
        &["containers.all-web.readonly_root_filesystem"],
    ),
    row(
        "containers.*.interactive",
        |a| web(a, |c| c["interactive"] = json!(false)),
        &["containers.all-web.interactive"],
    ),
    row(
        "containers.*.pseudo_terminal",
        |a| web(a, |c| c["pseudoTerminal"] = json!(false)),
        &["containers.all-web.pseudo_terminal"],
    ),
    row(
        "containers.*.docker_labels",
        |a| web(a, |c| c["dockerLabels"]["com.example.team"] = json!("other")),
        &[r#"containers.all-web.docker_labels."com.example.team""#],
    ),
    row(
        "containers.*.ulimits",
        |a| web(a, |c| c["ulimits"][0]["softLimit"] = json!(2048)),
        &["containers.all-web.ulimits.nofile.soft_limit"],
    ),
    row(
        "containers.*.ulimits",
        |a| web(a, |c| c["ulimits"][0]["hardLimit"] = json!(-1)),
        &["containers.all-web.ulimits.nofile.hard_limit"],
    ),
    row(
        "containers.*.system_controls",
        |a| web(a, |c| c["systemControls"][0]["value"] = json!("2048")),
        &[r#"containers.all-web.system_controls."net.core.somaxconn""#],
    ),
    row(
        "containers.*.linux.init_process_enabled",
        |a| web(a, |c| c["linuxParameters"]["initProcessEnabled"] = json!(false)),
        &["containers.all-web.linux.init_process_enabled"],
    ),
    row(
        "containers.*.linux.capabilities",
        |a| web(a, |c| c["linuxParameters"]["capabilities"]["add"] = json!([])),
        &["containers.all-web.linux.capabilities.add"],
    ),
    row(
        "containers.*.linux.capabilities",
        |a| web(a, |c| c["linuxParameters"]["capabilities"]["drop"] = json!(["ALL"])),
        &["containers.all-web.linux.capabilities.drop"],
    ),
    row(
        "containers.*.linux.tmpfs",
        |a| web(a, |c| c["linuxParameters"]["tmpfs"][0]["size"] = json!(32)),
        &[r#"containers.all-web.linux.tmpfs."/run".size"#],
    ),
    row(
        "containers.*.linux.tmpfs",
        |a| web(a, |c| c["linuxParameters"]["tmpfs"][0]["mountOptions"] = json!(["noexec"])),
        &[r#"containers.all-web.linux.tmpfs."/run".mount_options"#],
    ),
    row(
        "containers.*.version_consistency",
        |a| web(a, |c| c["versionConsistency"] = json!("enabled")),
        &["containers.all-web.version_consistency"],
    ),
    row(
        "containers.*.log_secret_options",
        |a| agent(a, |c| c["logConfiguration"]["secretOptions"][0]["valueFrom"] = json!("/other")),
        &["containers.agent.log_secret_options.splunk-token"],
    ),
    row(
        "containers.*.firelens",
        |a| agent(a, |c| c["firelensConfiguration"]["type"] = json!("fluentd")),
        &["containers.agent.firelens.type"],
    ),
    row(
        "containers.*.firelens",
        |a| agent(a, |c| c["firelensConfiguration"]["options"]["enable-ecs-log-metadata"] = json!("true")),
        &["containers.agent.firelens.options.enable-ecs-log-metadata"],
    ),
    row(
        "pid_mode",
        |a| revise(a, |d| drop(d.as_object_mut().expect("a revision").remove("pidMode"))),
        &["pid_mode"],
    ),
    row(
        "enable_fault_injection",
        |a| revise(a, |d| d["enableFaultInjection"] = json!(false)),
        &["enable_fault_injection"],
    ),
    row(
        "proxy_configuration",
        |a| revise(a, |d| d["proxyConfiguration"]["containerName"] = json!("all-web")),
        &["proxy_configuration.container_name"],
    ),
    row(
        "proxy_configuration",
        |a| {
            revise(a, |d| {
                listed(&mut d["proxyConfiguration"]["properties"])
                    .push(json!({"name": "IgnoredGID", "value": "7"}));
            });
        },
        &["proxy_configuration.properties.IgnoredGID"],
    ),
    row(
        "volumes",
        |a| revise(a, |d| listed(&mut d["volumes"]).push(json!({"name": "more"}))),
        &["volumes.more"],
    ),
    row(
        "volumes",
        |a| revise(a, |d| d["volumes"][0]["efsVolumeConfiguration"]["fileSystemId"] = json!("fs-0a1b2c3d")),
        &["volumes.content.efs.file_system_id"],
    ),
    row(
        "volumes",
        |a| {
            revise(a, |d| {
                d["volumes"][0]["efsVolumeConfiguration"]["authorizationConfig"]["accessPointId"] =
                    json!("fsap-0a1b2c3d");
            });
        },
        &["volumes.content.efs.access_point_id"],
    ),
    row(
        "volumes",
        |a| {
            revise(a, |d| {
                d["volumes"][0]["efsVolumeConfiguration"]["authorizationConfig"]["iam"] = json!("DISABLED");
            });
        },
        &["volumes.content.efs.iam"],
    ),
    row(
        "volumes",
        |a| revise(a, |d| d["volumes"][0]["efsVolumeConfiguration"]["transitEncryptionPort"] = json!(2998)),
        &["volumes.content.efs.transit_encryption_port"],
    ),
    disk(
        "volumes.*.role_arn",
        |a| launch(a, "roleArn", json!("arn:aws:iam::123456789012:role/other")),
        &["volumes.disk.role_arn"],
    ),
    disk("volumes.*.size_in_gib", |a| launch(a, "sizeInGiB", json!(30)), &["volumes.disk.size_in_gib"]),
    disk("volumes.*.volume_type", |a| launch(a, "volumeType", json!("io1")), &["volumes.disk.volume_type"]),
    disk("volumes.*.iops", |a| launch(a, "iops", json!(4000)), &["volumes.disk.iops"]),
    disk("volumes.*.encrypted", |a| launch(a, "encrypted", json!(false)), &["volumes.disk.encrypted"]),
    disk(
        "volumes.*.kms_key_id",
        |a| launch(a, "kmsKeyId", json!("alias/other")),
        &["volumes.disk.kms_key_id"],
    ),
    disk(
        "volumes.*.snapshot_id",
        |a| launch(a, "snapshotId", json!("snap-1")),
        &["volumes.disk.snapshot_id"],
    ),
    disk(
        "volumes.*.filesystem_type",
        |a| launch(a, "filesystemType", json!("xfs")),
        &["volumes.disk.filesystem_type"],
    ),
];

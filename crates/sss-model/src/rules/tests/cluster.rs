//! The settings of the cluster.

use crate::fixture::{check, reference};
use crate::{
    CapacityProvider, CapacityStrategy, ExecuteCommand, ExecuteCommandLogging, ManagedStorage, Service,
};

#[test]
fn cluster_settings_fit_together() {
    let text = |text: &str| Some(text.to_owned());
    let share = |provider, weight| CapacityStrategy { provider, weight, base: 0 };
    let shares = |shares: &[CapacityStrategy], want: &[&str]| {
        check(|stack| stack.cluster.default_capacity = shares.to_vec(), want);
    };
    let (regular, spot) = (CapacityProvider::Fargate, CapacityProvider::FargateSpot);
    shares(&[share(regular, 1)], &[]);
    shares(&[share(spot, 1)], &["ECS-SVC-003 cluster.default_capacity[0].provider"]);
    shares(&[share(regular, 1), share(regular, 2)], &["ECS-SVC-004 cluster.default_capacity[1].provider"]);

    let exec = |change: fn(&mut ExecuteCommand), want: &[&str]| {
        let mut exec = ExecuteCommand::default();
        change(&mut exec);
        check(|stack| stack.cluster.execute_command = Some(exec), want);
    };
    exec(|_| {}, &[]);
    exec(
        |exec| exec.kms_key_id = Some("a1b2".to_owned()),
        &["ECS-CL-003 cluster.execute_command.kms_key_id"],
    );
    exec(
        |exec| exec.logging = ExecuteCommandLogging::Override,
        &["ECS-CL-002 cluster.execute_command.logging"],
    );
    exec(|exec| exec.log_group = Some("/exec".to_owned()), &["ECS-CL-002 cluster.execute_command.log_group"]);
    let overridden = |exec: &mut ExecuteCommand| {
        exec.logging = ExecuteCommandLogging::Override;
        exec.log_group = Some("a b".to_owned());
        exec.bucket = Some("AB".to_owned());
    };
    exec(
        overridden,
        &["ECS-CL-002 cluster.execute_command.bucket", "ECS-CL-002 cluster.execute_command.log_group"],
    );
    let alone = |exec: &mut ExecuteCommand| {
        (exec.log_group_encrypted, exec.bucket_encrypted) = (true, true);
        exec.bucket_prefix = Some("shop".to_owned());
    };
    exec(
        alone,
        &[
            "ECS-CL-002 cluster.execute_command.log_group_encrypted",
            "ECS-CL-002 cluster.execute_command.bucket_encrypted",
            "ECS-CL-002 cluster.execute_command.bucket_prefix",
        ],
    );

    let storage = ManagedStorage { kms_key_id: text("a"), ..ManagedStorage::default() };
    check(
        |stack| stack.cluster.managed_storage = Some(storage),
        &["ECS-CL-003 cluster.managed_storage.kms_key_id"],
    );
}

#[test]
fn sessions_have_their_permissions() {
    let mut stack = reference();
    let exec = ExecuteCommand::builder()
        .logging(ExecuteCommandLogging::Override)
        .kms_key_id("arn:aws:kms:ap-northeast-1:123456789012:key/a1b2")
        .log_group("/exec")
        .bucket("sessions");
    stack.cluster.execute_command = Some(exec.build().expect("sessions"));
    assert_eq!(stack.exec_statements("app"), [], "no session is possible");

    let exec = |service: &mut Service| service.enable_execute_command = Some(true);
    exec(stack.services.get_mut("app").expect("the service"));
    let statements = stack.exec_statements("app");
    let allowed = statements[1..].iter();
    let allowed = allowed.map(|one| format!("{} {}", one.actions.join(","), one.resources.join(",")));
    assert_eq!(
        allowed.collect::<Vec<_>>(),
        [
            "kms:Decrypt arn:aws:kms:ap-northeast-1:123456789012:key/a1b2",
            "logs:DescribeLogGroups *",
            "logs:CreateLogStream,logs:DescribeLogStreams,logs:PutLogEvents \
             arn:aws:logs:ap-northeast-1:*:log-group:/exec:*",
            "s3:GetBucketLocation *",
            "s3:PutObject arn:aws:s3:::sessions/*",
            "s3:GetEncryptionConfiguration arn:aws:s3:::sessions",
        ]
    );
}

//! A partition accepts no object of another.

use serde_json::{Value, json};
use sss_model::Partition;

use super::{call, check, refused, trust, trust_of};
use crate::world::World;

/// Returns an account with a role in each partition, and another partition.
fn worlds() -> impl Iterator<Item = (World, &'static Partition, &'static Partition)> {
    let all = Partition::all();
    all.iter().zip(all.iter().cycle().skip(1)).map(|(own, other)| {
        let mut world = World::new("123456789012", own.regions[0], 0);
        let role = json!({ "RoleName": "a", "AssumeRolePolicyDocument": trust() });
        check(&mut world, "CreateRole", role);
        (world, own, other)
    })
}

#[test]
fn role_arn_names_the_partition() {
    for (mut world, own, _) in worlds() {
        let role = check(&mut world, "GetRole", json!({ "RoleName": "a" }));
        assert_eq!(role["Role"]["Arn"], own.arn("iam", "", "123456789012", "role/a"));
        let roles = check(&mut world, "ListRoles", json!({})).to_string();
        assert_eq!(roles.matches(&format!("arn:{}:", own.name)).count(), 2, "{roles}");
    }
}

#[test]
fn managed_policy_of_another_partition_is_refused() {
    for (mut world, own, other) in worlds() {
        let input = |partition: &Partition, member: &str| {
            let mut input = json!({ "RoleName": "a" });
            input[member] = partition.managed_policy("ReadOnlyAccess").into();
            input
        };
        let calls = [
            ("AttachRolePolicy", "PolicyArn"),
            ("DetachRolePolicy", "PolicyArn"),
            ("PutRolePermissionsBoundary", "PermissionsBoundary"),
        ];
        for (operation, member) in calls {
            check(&mut world, operation, input(own, member));
            let refusal = refused(&mut world, operation, input(other, member));
            assert_eq!(
                (refusal.code, refusal.message.as_str()),
                ("ValidationError", "Invalid ARN partition")
            );
        }
    }
}

#[test]
fn policy_on_another_partition_is_refused() {
    for (mut world, own, other) in worlds() {
        let put = |world: &mut World, resource: &Value| {
            let document = json!({
                "Version": "2012-10-17",
                "Statement": [{ "Effect": "Allow", "Action": "s3:Get*", "Resource": resource }],
            });
            let input = json!({ "RoleName": "a", "PolicyName": "p", "PolicyDocument": document.to_string() });
            call(world, "PutRolePolicy", &input)
        };
        let bucket = |partition: &str| format!("arn:{partition}:s3:::bucket");
        for taken in [json!("*"), json!(bucket("*")), json!([bucket(own.name)])] {
            put(&mut world, &taken).expect("a policy of the partition");
        }
        let refusal = put(&mut world, &json!(["*", bucket(other.name)])).expect_err("another partition");
        let message =
            format!("Partition \"{0}\" is not valid for resource \"arn:{0}:s3:::bucket\".", other.name);
        assert_eq!((refusal.code, refusal.message), ("MalformedPolicyDocument", message));
    }
}

#[test]
fn principal_of_another_partition_is_refused() {
    for (mut world, own, other) in worlds() {
        let update = |world: &mut World, partition: &Partition| {
            let principal = json!({ "AWS": partition.arn("iam", "", "210987654321", "root") });
            call(
                world,
                "UpdateAssumeRolePolicy",
                &json!({ "RoleName": "a", "PolicyDocument": trust_of(&principal) }),
            )
        };
        update(&mut world, own).expect("a principal of the partition");
        assert_eq!(update(&mut world, other).expect_err("another partition").code, "MalformedPolicyDocument");
    }
}

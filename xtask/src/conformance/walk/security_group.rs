//! The security group of the reference stack, in the existing VPC.

use crate::conformance::step::{Step, answers, done, keeps, refused};

pub(super) const STEPS: &[Step] = &[
    answers("ec2 describe-vpcs --vpc-ids <vpc_id>", "Vpcs[].[VpcId, State]", "<vpc_id> available"),
    answers(
        "ec2 describe-subnets --filters Name=vpc-id,Values=<vpc_id>",
        "sort(Subnets[].SubnetId)",
        "<subnets>",
    ),
    keeps(
        "ec2 create-security-group --group-name mz-dev-ecs-sg --description 'tasks of mz-dev' --vpc-id <vpc_id> \
            --tag-specifications 'ResourceType=security-group,Tags=[{Key=Name,Value=mz-dev-ecs-security-group}]'",
        "GroupId",
        "security_group",
    ),
    refused(
        "ec2 create-security-group --group-name mz-dev-ecs-sg --description again --vpc-id <vpc_id>",
        "InvalidGroup.Duplicate",
        "",
    ),
    answers(
        "ec2 authorize-security-group-ingress --group-id <security_group> --protocol tcp --port 80 \
            --cidr 10.0.0.0/16",
        "SecurityGroupRules[].[IsEgress, IpProtocol, FromPort, ToPort, CidrIpv4]",
        "False tcp 80 80 10.0.0.0/16",
    ),
    refused(
        "ec2 authorize-security-group-ingress --group-id <security_group> --protocol tcp --port 80 \
            --cidr 10.0.0.0/16",
        "InvalidPermission.Duplicate",
        "",
    ),
    refused(
        "ec2 revoke-security-group-ingress --group-id <security_group> --protocol tcp --port 81 --cidr 10.0.0.0/16",
        "InvalidPermission.NotFound",
        "",
    ),
    answers(
        "ec2 describe-security-groups --filters Name=group-name,Values=mz-dev-ecs-sg Name=vpc-id,Values=<vpc_id>",
        "SecurityGroups[].[GroupId, IpPermissions[0].FromPort, IpPermissionsEgress[0].IpRanges[0].CidrIp, \
            Tags[0].Value]",
        "<security_group> 80 0.0.0.0/0 mz-dev-ecs-security-group",
    ),
    answers(
        "ec2 describe-security-group-rules --filters Name=group-id,Values=<security_group>",
        "sort(SecurityGroupRules[].CidrIpv4)",
        "0.0.0.0/0 10.0.0.0/16",
    ),
    done("ec2 create-tags --resources <security_group> --tags Key=Owner,Value=mamezou"),
    refused("ec2 describe-security-groups --group-ids sg-0123456789abcdef0", "InvalidGroup.NotFound", ""),
    refused("ec2 describe-security-groups --group-ids sg-nonsense", "InvalidGroupId.Malformed", ""),
];

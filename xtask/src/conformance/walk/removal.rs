//! Deletes everything again. AWS refuses to delete an object that is still in use.

use crate::conformance::step::{Step, answers, becomes, done, keeps, refused};

/// Deletes the objects in the only order that AWS accepts, and tries the wrong order first.
pub(super) const STEPS: &[Step] = &[
    refused(
        "apigatewayv2 delete-integration --api-id <api> --integration-id <integration>",
        "ConflictException",
        "<route>",
    ),
    refused(
        "apigatewayv2 delete-authorizer --api-id <api> --authorizer-id <authorizer>",
        "ConflictException",
        "",
    ),
    refused("apigatewayv2 delete-vpc-link --vpc-link-id <link>", "BadRequestException", ""),
    done("apigatewayv2 delete-route --api-id <api> --route-id <route>"),
    done("apigatewayv2 delete-integration --api-id <api> --integration-id <integration>"),
    done("apigatewayv2 delete-authorizer --api-id <api> --authorizer-id <authorizer>"),
    done("apigatewayv2 delete-access-log-settings --api-id <api> --stage-name $default"),
    done("apigatewayv2 delete-stage --api-id <api> --stage-name $default"),
    done("apigatewayv2 delete-vpc-link --vpc-link-id <link>"),
    becomes("apigatewayv2 get-vpc-links", "length(Items)", "0"),
    done("apigatewayv2 delete-api --api-id <api>"),
    refused("apigatewayv2 get-api --api-id <api>", "NotFoundException", ""),
    answers(
        "ecs update-service --cluster mz-dev-ecs-cluster --service mz-dev-app --desired-count 0",
        "service.desiredCount",
        "0",
    ),
    answers(
        "ecs delete-service --cluster mz-dev-ecs-cluster --service mz-dev-app --force",
        "service.status",
        "DRAINING",
    ),
    becomes(
        "ecs describe-services --cluster mz-dev-ecs-cluster --services mz-dev-app",
        "services[0].status",
        "INACTIVE",
    ),
    answers(
        "ecs deregister-task-definition --task-definition <revision>",
        "taskDefinition.status",
        "INACTIVE",
    ),
    answers("ecs delete-cluster --cluster mz-dev-ecs-cluster", "cluster.status", "INACTIVE"),
    becomes("servicediscovery list-instances --service-id <discovery>", "length(Instances)", "0"),
    done("servicediscovery delete-service --id <discovery>"),
    keeps("servicediscovery delete-namespace --id <namespace>", "OperationId", "operation"),
    becomes("servicediscovery get-operation --operation-id <operation>", "Operation.Status", "SUCCESS"),
    answers("servicediscovery list-namespaces", "length(Namespaces)", "0"),
    becomes(
        "ec2 describe-network-interfaces --filters Name=group-id,Values=<security_group>",
        "length(NetworkInterfaces)",
        "0",
    ),
    done("ec2 delete-security-group --group-id <security_group>"),
    answers(
        "ec2 describe-security-groups --filters Name=vpc-id,Values=<vpc_id>",
        "SecurityGroups[].GroupId",
        "<default_security_group_id>",
    ),
    done(
        "iam detach-role-policy --role-name mz-dev-ecs-task-exec-role \
            --policy-arn arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy",
    ),
    refused("iam delete-role --role-name mz-dev-ecs-task-exec-role", "DeleteConflict", "delete policies"),
    done(
        "iam delete-role-policy --role-name mz-dev-ecs-task-exec-role --policy-name mz-dev-cloud-watch-policy",
    ),
    done("iam delete-role --role-name mz-dev-ecs-task-exec-role"),
    refused("iam get-role --role-name mz-dev-ecs-task-exec-role", "NoSuchEntity", ""),
    done("logs delete-log-group --log-group-name /aws/ecs/fargate/mz-dev-app"),
    done("logs delete-log-group --log-group-name /aws/api-gateway/mz-dev"),
    refused(
        "logs delete-log-group --log-group-name /aws/api-gateway/mz-dev",
        "ResourceNotFoundException",
        "",
    ),
    answers("logs describe-log-groups", "length(logGroups)", "0"),
    answers("resourcegroupstaggingapi get-resources", "length(ResourceTagMappingList)", "0"),
];

//! The cluster, the task definition and the ECS service of the reference stack.

use crate::conformance::step::{Step, answers, becomes, keeps, refused};

pub(super) const STEPS: &[Step] = &[
    answers(
        "ecs create-cluster --cluster-name mz-dev-ecs-cluster --capacity-providers FARGATE \
            --tags key=Owner,value=mamezou",
        "cluster.[status, capacityProviders[0]]",
        "ACTIVE FARGATE",
    ),
    answers(
        "ecs list-container-instances --cluster mz-dev-ecs-cluster --status ACTIVE",
        "length(containerInstanceArns)",
        "0",
    ),
    refused("ecs list-clusters --no-paginate --next-token mz", "InvalidParameterException", "Invalid token."),
    keeps(
        "ecs register-task-definition --family mz-dev-site --network-mode awsvpc --requires-compatibilities FARGATE \
            --cpu 256 --memory 512 --execution-role-arn <execution_role> --task-role-arn <execution_role> \
            --container-definitions file://xtask/src/conformance/reference-task.json",
        "taskDefinition.taskDefinitionArn",
        "revision",
    ),
    refused(
        "ecs create-service --cluster mz-dev-ecs-cluster --service-name mz-dev-app --task-definition mz-dev-site \
            --desired-count 1 --launch-type FARGATE",
        "InvalidParameterException",
        "",
    ),
    answers(
        "ecs create-service --cluster mz-dev-ecs-cluster --service-name mz-dev-app --task-definition mz-dev-site \
            --desired-count 1 --launch-type FARGATE \
            --deployment-configuration 'deploymentCircuitBreaker={enable=true,rollback=true}' \
            --service-registries 'registryArn=<discovery_arn>,containerName=mz-dev-app,containerPort=80' \
            --network-configuration 'awsvpcConfiguration={subnets=[<subnet_list>],securityGroups=[<security_group>]}'",
        "service.[status, serviceRegistries[0].containerPort, \
            deploymentConfiguration.deploymentCircuitBreaker.rollback]",
        "ACTIVE 80 True",
    ),
    becomes(
        "ecs describe-services --cluster mz-dev-ecs-cluster --services mz-dev-app",
        "services[0].[runningCount, deployments[0].rolloutState, taskDefinition]",
        "1 COMPLETED <revision>",
    ),
    becomes(
        "servicediscovery list-instances --service-id <discovery>",
        "Instances[].Attributes.AWS_INSTANCE_PORT",
        "80",
    ),
    keeps("servicediscovery list-instances --service-id <discovery>", "Instances[0].Id", "instance"),
    answers(
        "servicediscovery get-instances-health-status --service-id <discovery>",
        "Status.\"<instance>\"",
        "HEALTHY",
    ),
    refused("servicediscovery delete-service --id <discovery>", "ResourceInUse", ""),
    refused("ec2 delete-security-group --group-id <security_group>", "DependencyViolation", ""),
    answers(
        "ecs list-service-deployments --cluster mz-dev-ecs-cluster --service mz-dev-app",
        "serviceDeployments[].status",
        "SUCCESSFUL",
    ),
    refused(
        "ecs describe-services --cluster elsewhere --services mz-dev-app",
        "ClusterNotFoundException",
        "",
    ),
];

//! "Creating an Amazon ECS Linux task for the Fargate launch type with the AWS CLI", step by step.

use crate::conformance::step::{Step, answers, becomes, done, keeps, refused};

pub(super) const STEPS: &[Step] = &[
    answers("sts get-caller-identity", "Account", "<account>"),
    answers(
        "ecs create-cluster --cluster-name fargate-cluster",
        "cluster.[clusterName, status, clusterArn]",
        "fargate-cluster ACTIVE arn:aws:ecs:<region>:<account>:cluster/fargate-cluster",
    ),
    answers("ecs list-clusters", "clusterArns[0]", "arn:aws:ecs:<region>:<account>:cluster/fargate-cluster"),
    keeps(
        "ecs register-task-definition --cli-input-json file://xtask/src/conformance/fargate-task.json",
        "taskDefinition.taskDefinitionArn",
        "task_definition",
    ),
    refused(
        "ecs register-task-definition --cli-input-json file://xtask/src/conformance/fargate-task.json \
            --cpu 256 --memory 4096",
        "ClientException",
        "No Fargate configuration exists for given values",
    ),
    answers(
        "ecs list-task-definitions",
        "taskDefinitionArns",
        "arn:aws:ecs:<region>:<account>:task-definition/sample-fargate:1",
    ),
    answers(
        "ecs describe-task-definition --task-definition sample-fargate",
        "taskDefinition.[family, revision, status, networkMode, cpu, memory, requiresCompatibilities[0], \
            containerDefinitions[0].name]",
        "sample-fargate 1 ACTIVE awsvpc 256 512 FARGATE fargate-app",
    ),
    answers(
        "ecs create-service --cluster fargate-cluster --service-name fargate-service \
            --task-definition sample-fargate:1 --desired-count 1 --launch-type FARGATE --network-configuration \
            'awsvpcConfiguration={subnets=[<subnet_list>],securityGroups=[<default_security_group_id>]}'",
        "service.[serviceName, status, desiredCount, runningCount, launchType]",
        "fargate-service ACTIVE 1 0 FARGATE",
    ),
    answers(
        "ecs list-services --cluster fargate-cluster",
        "serviceArns",
        "arn:aws:ecs:<region>:<account>:service/fargate-cluster/fargate-service",
    ),
    becomes(
        "ecs describe-services --cluster fargate-cluster --services fargate-service",
        "services[0].[runningCount, deployments[0].rolloutState]",
        "1 COMPLETED",
    ),
    done("ecs wait services-stable --cluster fargate-cluster --services fargate-service"),
    answers(
        "ecs describe-services --cluster fargate-cluster --services fargate-service",
        "contains(services[0].events[0].message, 'has reached a steady state')",
        "True",
    ),
    keeps("ecs list-tasks --cluster fargate-cluster --service-name fargate-service", "taskArns[0]", "task"),
    answers(
        "ecs describe-tasks --cluster fargate-cluster --tasks <task>",
        "tasks[0].[lastStatus, desiredStatus, group, launchType, taskDefinitionArn]",
        "RUNNING RUNNING service:fargate-service FARGATE <task_definition>",
    ),
    keeps(
        "ecs describe-tasks --cluster fargate-cluster --tasks <task>",
        "tasks[0].attachments[0].details[?name=='networkInterfaceId'].value | [0]",
        "interface",
    ),
    answers(
        "ec2 describe-network-interfaces --network-interface-ids <interface>",
        "NetworkInterfaces[0].[Groups[0].GroupId, Status]",
        "<default_security_group_id> in-use",
    ),
    answers(
        "ecs update-service --cluster fargate-cluster --service fargate-service --desired-count 2",
        "service.desiredCount",
        "2",
    ),
    becomes(
        "ecs describe-services --cluster fargate-cluster --services fargate-service",
        "services[0].runningCount",
        "2",
    ),
    refused(
        "ecs create-service --cluster fargate-cluster --service-name fargate-service \
            --task-definition sample-fargate:1 --desired-count 3 --launch-type FARGATE --network-configuration \
            'awsvpcConfiguration={subnets=[<subnet_list>],securityGroups=[<default_security_group_id>]}'",
        "InvalidParameterException",
        "Creation of service was not idempotent",
    ),
    refused(
        "ecs delete-service --cluster fargate-cluster --service fargate-service",
        "InvalidParameterException",
        "",
    ),
    refused("ecs delete-cluster --cluster fargate-cluster", "ClusterContainsServicesException", ""),
    answers(
        "ecs delete-service --cluster fargate-cluster --service fargate-service --force",
        "service.status",
        "DRAINING",
    ),
    becomes(
        "ecs describe-services --cluster fargate-cluster --services fargate-service",
        "services[0].status",
        "INACTIVE",
    ),
    done("ecs wait services-inactive --cluster fargate-cluster --services fargate-service"),
    answers(
        "ecs deregister-task-definition --task-definition sample-fargate:1",
        "taskDefinition.status",
        "INACTIVE",
    ),
    answers("ecs list-task-definitions --family-prefix sample-fargate", "length(taskDefinitionArns)", "0"),
    answers("ecs delete-cluster --cluster fargate-cluster", "cluster.status", "INACTIVE"),
    answers("ecs list-clusters", "length(clusterArns)", "0"),
];

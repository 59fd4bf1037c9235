//! Tags across services.

use crate::conformance::step::{Step, answers, done};

pub(super) const STEPS: &[Step] = &[
    answers(
        "resourcegroupstaggingapi get-resources --tag-filters Key=Owner,Values=mamezou",
        "sort(ResourceTagMappingList[].ResourceARN)",
        "arn:aws:apigateway:<region>::/apis/<api> \
         arn:aws:ec2:<region>:<account>:security-group/<security_group> \
         arn:aws:ecs:<region>:<account>:cluster/mz-dev-ecs-cluster \
         arn:aws:logs:<region>:<account>:log-group:/aws/ecs/fargate/mz-dev-app \
         arn:aws:servicediscovery:<region>:<account>:namespace/<namespace>",
    ),
    answers(
        "resourcegroupstaggingapi get-resources --resource-type-filters ecs:cluster \
            --tag-filters Key=Owner,Values=mamezou",
        "ResourceTagMappingList[].Tags[].[Key, Value]",
        "Owner mamezou",
    ),
    done(
        "resourcegroupstaggingapi tag-resources --tags Owner=somebody \
            --resource-arn-list arn:aws:apigateway:<region>::/apis/<api>",
    ),
    answers(
        "apigatewayv2 get-tags --resource-arn arn:aws:apigateway:<region>::/apis/<api>",
        "Tags.Owner",
        "somebody",
    ),
    done(
        "ecs untag-resource --resource-arn arn:aws:ecs:<region>:<account>:cluster/mz-dev-ecs-cluster --tag-keys Owner",
    ),
    answers(
        "ecs list-tags-for-resource --resource-arn arn:aws:ecs:<region>:<account>:cluster/mz-dev-ecs-cluster",
        "length(tags)",
        "0",
    ),
];

//! A load balancer in front of the service of the reference stack, and the scaling of that service.

use crate::conformance::step::{Step, answers, becomes, done, keeps, refused};

/// Puts the service behind an Application Load Balancer, leads the API to it, and takes everything back.
pub(super) const STEPS: &[Step] = &[
    keeps(
        "elbv2 create-load-balancer --name mz-dev --scheme internal --subnets <subnets> \
            --security-groups <security_group> --tags Key=Owner,Value=mamezou",
        "LoadBalancers[0].LoadBalancerArn",
        "balancer",
    ),
    refused(
        "elbv2 create-load-balancer --name mz-dev --type network --scheme internal --subnets <subnets>",
        "DuplicateLoadBalancerName",
        "A load balancer with the same name 'mz-dev' exists, but with different settings",
    ),
    answers(
        "elbv2 modify-load-balancer-attributes --load-balancer-arn <balancer> \
            --attributes Key=idle_timeout.timeout_seconds,Value=90",
        "Attributes[?Key=='idle_timeout.timeout_seconds'].Value",
        "90",
    ),
    keeps(
        "elbv2 create-target-group --name mz-dev-app --protocol HTTP --port 80 --vpc-id <vpc_id> --target-type ip \
            --health-check-interval-seconds 10 --health-check-timeout-seconds 5",
        "TargetGroups[0].TargetGroupArn",
        "group",
    ),
    answers(
        "elbv2 modify-target-group-attributes --target-group-arn <group> \
            --attributes Key=deregistration_delay.timeout_seconds,Value=30",
        "Attributes[?Key=='deregistration_delay.timeout_seconds'].Value",
        "30",
    ),
    refused(
        "elbv2 modify-target-group --target-group-arn <group> --health-check-timeout-seconds 10",
        "ValidationError",
        "Health check interval must be greater than the timeout.",
    ),
    refused(
        "ecs update-service --cluster mz-dev-ecs-cluster --service mz-dev-app \
            --load-balancers targetGroupArn=<group>,containerName=mz-dev-app,containerPort=80",
        "InvalidParameterException",
        "does not have an associated load balancer",
    ),
    keeps(
        "elbv2 create-listener --load-balancer-arn <balancer> --protocol HTTP --port 80 \
            --default-actions 'Type=fixed-response,FixedResponseConfig={StatusCode=404,ContentType=text/plain}'",
        "Listeners[0].ListenerArn",
        "listener",
    ),
    keeps(
        "elbv2 create-rule --listener-arn <listener> --priority 1 \
            --conditions 'Field=http-header,HttpHeaderConfig={HttpHeaderName=x-service,Values=[app]}' \
            --actions Type=forward,TargetGroupArn=<group>",
        "Rules[0].RuleArn",
        "rule",
    ),
    refused(
        "elbv2 create-rule --listener-arn <listener> --priority 1 --conditions Field=path-pattern,Values=/orders \
            --actions Type=forward,TargetGroupArn=<group>",
        "PriorityInUse",
        "Priority '1' is currently in use",
    ),
    answers(
        "elbv2 modify-rule --rule-arn <rule> --conditions Field=path-pattern,Values=/*",
        "Rules[0].Conditions[].[Field, Values[0], PathPatternConfig.Values[0]]",
        "path-pattern /* /*",
    ),
    done("elbv2 set-rule-priorities --rule-priorities RuleArn=<rule>,Priority=5"),
    answers("elbv2 describe-rules --listener-arn <listener>", "Rules[].Priority", "5 default"),
    answers(
        "elbv2 describe-listeners --load-balancer-arn <balancer>",
        "Listeners[].[Protocol, Port, DefaultActions[0].FixedResponseConfig.StatusCode]",
        "HTTP 80 404",
    ),
    becomes(
        "elbv2 describe-load-balancers --load-balancer-arns <balancer>",
        "LoadBalancers[].[State.Code, length(AvailabilityZones)]",
        "active 3",
    ),
    answers(
        "ecs update-service --cluster mz-dev-ecs-cluster --service mz-dev-app \
            --load-balancers targetGroupArn=<group>,containerName=mz-dev-app,containerPort=80",
        "service.loadBalancers[].containerPort",
        "80",
    ),
    becomes(
        "elbv2 describe-target-health --target-group-arn <group>",
        "TargetHealthDescriptions[].[Target.Port, TargetHealth.State]",
        "80 healthy",
    ),
    refused(
        "elbv2 delete-target-group --target-group-arn <group>",
        "ResourceInUse",
        "is currently in use by a listener or a rule",
    ),
    answers(
        "apigatewayv2 update-integration --api-id <api> --integration-id <integration> --integration-uri <listener>",
        "IntegrationUri",
        "<listener>",
    ),
    done("elbv2 add-tags --resource-arns <group> <rule> --tags Key=Name,Value=mz-dev"),
    answers(
        "elbv2 describe-tags --resource-arns <balancer> <group>",
        "TagDescriptions[].Tags[0].Value",
        "mamezou mz-dev",
    ),
    done("elbv2 remove-tags --resource-arns <group> --tag-keys Name"),
    answers(
        "elbv2 describe-account-limits",
        "Limits[?Name=='target-groups-per-application-load-balancer'].Max",
        "100",
    ),
    keeps(
        "application-autoscaling register-scalable-target --service-namespace ecs \
            --scalable-dimension ecs:service:DesiredCount --resource-id service/mz-dev-ecs-cluster/mz-dev-app \
            --min-capacity 1 --max-capacity 4 --tags Owner=mamezou",
        "ScalableTargetARN",
        "scalable_target",
    ),
    answers(
        "application-autoscaling put-scaling-policy --service-namespace ecs --policy-name cpu \
            --scalable-dimension ecs:service:DesiredCount --resource-id service/mz-dev-ecs-cluster/mz-dev-app \
            --policy-type TargetTrackingScaling --target-tracking-scaling-policy-configuration \
            'TargetValue=60,PredefinedMetricSpecification={PredefinedMetricType=ECSServiceAverageCPUUtilization}'",
        "length(Alarms)",
        "2",
    ),
    refused(
        "application-autoscaling put-scaling-policy --service-namespace ecs --policy-name again \
            --scalable-dimension ecs:service:DesiredCount --resource-id service/mz-dev-ecs-cluster/mz-dev-app \
            --policy-type TargetTrackingScaling --target-tracking-scaling-policy-configuration \
            'TargetValue=60,PredefinedMetricSpecification={PredefinedMetricType=ECSServiceAverageCPUUtilization}'",
        "ValidationException",
        "Only one TargetTrackingScaling policy for a given metric specification is allowed.",
    ),
    done(
        "application-autoscaling put-scheduled-action --service-namespace ecs --scheduled-action-name morning \
            --scalable-dimension ecs:service:DesiredCount --resource-id service/mz-dev-ecs-cluster/mz-dev-app \
            --schedule 'cron(0 8 * * ? *)' --timezone Asia/Tokyo --scalable-target-action MinCapacity=2",
    ),
    answers(
        "application-autoscaling describe-scheduled-actions --service-namespace ecs",
        "ScheduledActions[].[ScheduledActionName, Timezone, ScalableTargetAction.MinCapacity]",
        "morning Asia/Tokyo 2",
    ),
    answers(
        "application-autoscaling describe-scalable-targets --service-namespace ecs",
        "ScalableTargets[].[ResourceId, MinCapacity, MaxCapacity]",
        "service/mz-dev-ecs-cluster/mz-dev-app 1 4",
    ),
    answers(
        "application-autoscaling describe-scaling-policies --service-namespace ecs",
        "ScalingPolicies[].[PolicyName, TargetTrackingScalingPolicyConfiguration.TargetValue]",
        "cpu 60.0",
    ),
    answers(
        "application-autoscaling list-tags-for-resource --resource-arn <scalable_target>",
        "Tags.Owner",
        "mamezou",
    ),
    done(
        "application-autoscaling deregister-scalable-target --service-namespace ecs \
            --scalable-dimension ecs:service:DesiredCount --resource-id service/mz-dev-ecs-cluster/mz-dev-app",
    ),
    answers(
        "ecs update-service --cluster mz-dev-ecs-cluster --service mz-dev-app --load-balancers []",
        "length(service.loadBalancers)",
        "0",
    ),
    becomes(
        "elbv2 describe-target-health --target-group-arn <group>",
        "length(TargetHealthDescriptions)",
        "0",
    ),
    done("elbv2 delete-rule --rule-arn <rule>"),
    done("elbv2 delete-listener --listener-arn <listener>"),
    done("elbv2 delete-load-balancer --load-balancer-arn <balancer>"),
    refused(
        "elbv2 describe-load-balancers --names mz-dev",
        "LoadBalancerNotFound",
        "Load balancers '[mz-dev]' not found",
    ),
    done("elbv2 delete-target-group --target-group-arn <group>"),
];

//! Rules of Application Auto Scaling.
//!
//! The groups are `AAS-TGT` for scalable targets, `AAS-POL` for policies and `AAS-ACT` for scheduled actions. The checks
//! are in `rules/scaling.rs` and `request/scaling.rs`.

use super::{BOTH_SET, OUT_OF_RANGE, REQUIRED, TOO_FEW, TOO_LONG, TOO_MANY, TOO_SHORT, UNKNOWN_CHOICE, book};
use crate::rules::case::case;

const TARGET: &str =
    "https://docs.aws.amazon.com/autoscaling/application/APIReference/API_RegisterScalableTarget.html";
const TRACKING: &str = "https://docs.aws.amazon.com/autoscaling/application/APIReference/API_TargetTrackingScalingPolicyConfiguration.html";
const METRIC: &str =
    "https://docs.aws.amazon.com/autoscaling/application/APIReference/API_PredefinedMetricSpecification.html";
const POLICY: &str =
    "https://docs.aws.amazon.com/autoscaling/application/APIReference/API_PutScalingPolicy.html";
const STEP: &str = "https://docs.aws.amazon.com/autoscaling/application/APIReference/API_StepScalingPolicyConfiguration.html";
const ADJUSTMENT: &str =
    "https://docs.aws.amazon.com/autoscaling/application/APIReference/API_StepAdjustment.html";
const ACTION: &str =
    "https://docs.aws.amazon.com/autoscaling/application/APIReference/API_PutScheduledAction.html";
const CRON: &str = "https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html";
const ECS: &str = "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-auto-scaling.html";
const QUOTAS: &str =
    "https://docs.aws.amazon.com/autoscaling/application/userguide/application-auto-scaling-limits.html";

book! {
    AAS_TGT_001 = "AAS-TGT-001" Error "A service scales between a minimum and a maximum from 0 to 2147483647, in this order.", TARGET, [
        OUT_OF_RANGE,
        case("min-above-max", "`{key}` is {min}, above the maximum of {max}", "lower `{key}` to {max}, or raise the maximum"),
        case("only-for-change", "`{key}` is not set, which AWS takes only for a target that is registered", "set `{key}`"),
    ];
    AAS_TGT_002 = "AAS-TGT-002" Warning "Autoscaling sets the number of tasks of a service that exists.", ECS, [
        case("only-at-creation", "`{key}` is {count}, which counts only when the service is created: autoscaling sets the number afterwards",
            "remove `{key}`; a new service begins with `min`"),
        case("outside", "`{key}` is {count}, outside of {min} to {max}: a new service begins with it, and autoscaling changes it at once",
            "remove `{key}`, or set it to a number from {min} to {max}"),
    ];
    AAS_TGT_003 = "AAS-TGT-003" Warning "The bounds leave a policy room to change the number of tasks.", ECS, [
        case("fixed", "`min` and `max` are both {count}, so no policy changes the number of tasks", "raise `max`, or remove the policies"),
        case("from-zero", "`{key}` is 0: a service without tasks has no metric, so tracking never starts a task again",
            "set `{key}` to 1, or add a scheduled action that sets it"),
    ];
    AAS_TGT_004 = "AAS-TGT-004" Error "A scalable target has the namespace of its AWS service, the id of its resource, and a dimension of that namespace.", TARGET, [
        REQUIRED,
        TOO_LONG,
        TOO_SHORT,
        UNKNOWN_CHOICE,
        case("not-a-service", "`{given}` is not the id of a service of ECS", "write `service/CLUSTER/SERVICE` with the names of both"),
        case("other-dimension", "the namespace `{namespace}` has no dimension `{given}`",
            "set `{key}` to a dimension that begins with `{namespace}:`"),
    ];
    AAS_POL_001 = "AAS-POL-001" Error "A policy has a name of 1 to 256 printable characters, unique in its service.", POLICY, [
        REQUIRED,
        TOO_LONG,
        case("invalid-characters", "`{key}` has characters that cannot be printed", "remove line breaks and other control characters"),
        case("used-twice", "the policy name `{name}` is used twice", "rename one of the two; tracking has the names `cpu`, `memory` and `requests`"),
    ];
    AAS_POL_002 = "AAS-POL-002" Error "Tracking keeps a metric at a value above 0, and a utilization at 100 per cent at most.", TRACKING, [
        REQUIRED,
        OUT_OF_RANGE,
        case("too-large", "`{key}` is {given}, and AWS takes numbers from -2^360 to 2^360", "lower `{key}`"),
        case("not-above-zero", "`{key}` is {given}, which no metric of a service stays below: the service only scales out",
            "raise `{key}` above 0"),
        case("never-reached", "`{key}` is {given} per cent, which tasks of Fargate never exceed: the service does not scale out",
            "lower `{key}` to 100 or less"),
    ];
    AAS_POL_003 = "AAS-POL-003" Error "Only an Application Load Balancer counts the requests to a task.", METRIC, [
        case("no-alb", "`{key}` needs the requests that an Application Load Balancer counts, and the service is behind none",
            "remove `{key}`, or set `backend = \"alb\"`"),
        case("no-label", "`ALBRequestCountPerTarget` needs the load balancer and the target group, and `{key}` is not set",
            "set `{key}` to the ends of both ARNs, as in `app/shop/0123456789abcdef/targetgroup/orders/0123456789abcdef`"),
        case("not-a-label", "`{given}` does not name an Application Load Balancer and its target group",
            "write the ends of both ARNs, as in `app/shop/0123456789abcdef/targetgroup/orders/0123456789abcdef`"),
    ];
    AAS_POL_004 = "AAS-POL-004" Error "A cooldown is 0 to 2147483647 seconds.", TRACKING, [OUT_OF_RANGE];
    AAS_POL_005 = "AAS-POL-005" Error "The ranges of a step policy are 1 to 20, follow one another, and are open at both ends.", ADJUSTMENT, [
        REQUIRED,
        TOO_FEW,
        TOO_MANY,
        OUT_OF_RANGE,
        case("unbounded", "the range has neither a lower nor an upper bound", "set `{key}`, for example to 0"),
        case("empty-range", "the range ends before it begins", "raise `{key}` above the lower bound"),
        case("overlap", "the range begins before the one below it ends", "raise `{key}` to the upper bound of the range below"),
        case("gap", "the range begins above the end of the one below it", "lower `{key}` to the upper bound of the range below"),
        case("closed-below", "the lowest range begins below 0 and has a lower bound", "remove `{key}`"),
        case("closed-above", "the highest range ends above 0 and has an upper bound", "remove `{key}`"),
        case("negative-count", "`{key}` is below 0, and a service cannot have fewer tasks than 0", "set `{key}` to the new number of tasks"),
    ];
    AAS_POL_006 = "AAS-POL-006" Error "Only a change by per cent has a fewest number of tasks, 1 to 2147483647.", STEP, [
        OUT_OF_RANGE,
        case("not-percent", "`{key}` is only for changes by per cent", "remove `{key}`"),
    ];
    AAS_POL_007 = "AAS-POL-007" Error "A service has at most 50 policies.", QUOTAS, [
        case("too-many-policies", "the service has {count} policies; at most {most} are allowed", "remove policies"),
    ];
    AAS_POL_008 = "AAS-POL-008" Error "Tracking has one metric: one that AWS knows for the service, or one of CloudWatch.", METRIC, [
        REQUIRED,
        BOTH_SET,
        UNKNOWN_CHOICE,
    ];
    AAS_POL_009 = "AAS-POL-009" Error "A policy has a type, and the configuration of that type.", POLICY, [
        REQUIRED,
        UNKNOWN_CHOICE,
        case("only-for-change", "`{key}` is not set, which AWS takes only for a policy that exists", "set `{key}`"),
    ];
    AAS_POL_010 = "AAS-POL-010" Error "A step policy names the meaning of its changes.", STEP, [REQUIRED, UNKNOWN_CHOICE];
    AAS_ACT_001 = "AAS-ACT-001" Error "A scheduled action has a name of 1 to 256 characters without `:`, `/` and `|`, unique in its service.", ACTION, [
        REQUIRED,
        TOO_LONG,
        case("invalid-name", "`{name}` cannot be the name of a scheduled action",
            "remove `:`, `/`, `|`, control characters, and spaces at both ends"),
        case("used-twice", "the name `{name}` of a scheduled action is used twice", "rename one of the two"),
    ];
    AAS_ACT_002 = "AAS-ACT-002" Error "A schedule is `cron` with six fields, `rate` with a number and a unit, or `at` with a time.", CRON, [
        case("not-a-schedule", "`{given}` is not a schedule", "write `cron(0 7 ? * MON-FRI *)`, `rate(2 hours)` or `at(2026-12-24T18:00:00)`"),
        case("not-six-fields", "`{given}` has {count} fields; a cron expression of AWS has 6",
            "write minutes, hours, day of the month, month, day of the week and year, such as `cron(0 7 ? * MON-FRI *)`"),
        case("not-a-field", "`{given}` is not valid for the {field} of a cron expression",
            "use numbers or names in their range, with `,`, `-`, `/` or `*`"),
        case("two-days", "`{given}` needs `?` for exactly one of its days", "write `?` for the day of the month or for the day of the week"),
        case("not-a-rate", "`{given}` is not a rate", "write a number and `minutes`, `hours` or `days`, such as `rate(2 hours)`"),
        case("not-a-time", "`{given}` is not a time", "write a time without a zone, such as `at(2026-12-24T18:00:00)`, and set the zone beside it"),
        case("only-for-change", "`{key}` is not set, which AWS takes only for an action that exists", "set `{key}`"),
        REQUIRED,
    ];
    AAS_ACT_003 = "AAS-ACT-003" Error "A time zone has a name of IANA.", ACTION, [
        case("unknown-zone", "`{name}` is not a time zone of IANA", "write a name such as `Europe/Berlin` or `Etc/GMT+9`"),
        case("near-zone", "`{name}` is not a time zone of IANA", "did you mean `{near}`?"),
    ];
    AAS_ACT_004 = "AAS-ACT-004" Error "A scheduled action sets a minimum, a maximum, or both in this order, from 0 to 2147483647.", ACTION, [
        OUT_OF_RANGE,
        case("no-bounds", "the scheduled action sets neither a minimum nor a maximum", "set `{key}`, or the maximum"),
        case("min-above-max", "`{key}` is {min}, above the maximum of {max} of the scheduled action", "lower `{key}` to {max}, or raise the maximum"),
        case("above-max", "`{key}` is {given}, above the maximum of {max} that stays: AWS refuses the action at its time",
            "set the maximum of the action too"),
        case("below-min", "`{key}` is {given}, below the minimum of {min} that stays: AWS refuses the action at its time",
            "set the minimum of the action too"),
        case("only-for-change", "`{key}` is not set, which AWS takes only for an action that exists", "set `{key}`"),
    ];
    AAS_ACT_005 = "AAS-ACT-005" Error "A service has at most 200 scheduled actions.", QUOTAS, [TOO_MANY];
    AAS_ACT_006 = "AAS-ACT-006" Error "A scheduled action ends after it starts.", ACTION, [
        case("not-after-start", "`{key}` is not after the start of the action", "set `{key}` to a later time"),
    ];
}

//! Rules of CloudWatch Logs, and of tags.
//!
//! The sources are the reference of CloudWatch Logs (`CreateLogGroup`, `PutRetentionPolicy`), AWS's practices for tags,
//! and IAM's page on the tags of roles, whose keys differ without regard to case.
//!
//! The groups are `LOG` for log groups and `TAG` for tags of all AWS services. The checks are in `rules/logs.rs`,
//! `rules/tags.rs`, `request/logs.rs` and `request/tags.rs`.

use super::{NEAR_CHOICE, REQUIRED, TOO_MANY, UNKNOWN_CHOICE, book};
use crate::rules::case::case;

const LOG_GROUP: &str =
    "https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogGroup.html";
const RETENTION: &str =
    "https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html";
const TAGS: &str = "https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html";
const ROLE_TAGS: &str = "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html";

book! {
    LOG_001 = "LOG-001" Error "A log group's name has 1 to 512 characters of letters, digits and `.-_/#`.", LOG_GROUP, [
        REQUIRED,
        case("invalid-name", "`{name}` cannot be the name of a log group",
            "set `log_group` or `api_log_group` under `names` to 1 to 512 letters, digits and `.-_/#`")
            .in_request("use 1 to 512 letters, digits and `.-_/#`"),
    ];
    LOG_002 = "LOG-002" Error "A log group's name does not begin with `aws/`, which AWS keeps for itself.", LOG_GROUP, [
        case("reserved-prefix", "the name of the log group `{name}` begins with `aws/`, which AWS keeps for itself",
            "write `/{name}`"),
    ];
    LOG_003 = "LOG-003" Error "A log group keeps events for 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288 or 3653 days, or for ever.", RETENTION, [
        REQUIRED,
        case("unknown-retention", "CloudWatch Logs has no retention of {days} days",
            "write one of {near}, or `\"never\"` for events that never expire")
            .in_request("write one of {near}; without a retention policy events never expire"),
        NEAR_CHOICE.with_message("`{key}` must be a retention of CloudWatch Logs, not `{given}`"),
        UNKNOWN_CHOICE.with_message("`{key}` must be a retention of CloudWatch Logs, not `{given}`"),
    ];
    LOG_004 = "LOG-004" Error "A log group's class is STANDARD, INFREQUENT_ACCESS or DELIVERY.", LOG_GROUP, [
        UNKNOWN_CHOICE,
        case("undocumented", "the class `{class}` of log groups is not in all documents of AWS",
            "use `STANDARD`, `INFREQUENT_ACCESS` or `DELIVERY`"),
    ];
    LOG_005 = "LOG-005" Error "A log group's key is the ARN of a key of KMS, of at most 256 characters.", LOG_GROUP, [
        case("not-a-key", "`{key}` must be the ARN of a KMS key with at most 256 characters",
            "write an ARN such as `arn:aws:kms:eu-west-1:123456789012:key/<id>`"),
    ];
    LOG_006 = "LOG-006" Warning "A log group drops its events after some time; events that never expire are paid for every month.", RETENTION, [
        case("never-expires", "the log group keeps its events for ever, and AWS bills all of them every month",
            "write a number of days, as in `{key} = 30`"),
    ];
    TAG_001 = "TAG-001" Error "An object has at most 50 tags; two of them say to which stack it belongs.", TAGS, [
        TOO_MANY.with_message("the object would have {count} tags; AWS takes at most {most}")
            .with_fix("remove tags until the object has at most {most}"),
    ];
    TAG_002 = "TAG-002" Error "A tag's key has 1 to 128 characters, its value at most 256: letters, digits, spaces and `_.:/=+-@`.", TAGS, [
        REQUIRED,
        case("key-length", "the key of the tag has {count} characters; AWS takes 1 to {most}",
            "use a key of 1 to {most} characters"),
        case("key-characters", "the key of the tag has characters that AWS refuses",
            "use letters, digits, spaces and `_.:/=+-@` only"),
        case("value-length", "the value of the tag has {count} characters; AWS takes at most {most}",
            "shorten the value to {most} characters"),
        case("value-characters", "the value of the tag has characters that AWS refuses",
            "use letters, digits, spaces and `_.:/=+-@` only"),
        case("value-may-be-too-long", "the value of the tag has {count} characters; API Gateway may take only {most}",
            "shorten the value to {most} characters"),
        case("name-length", "the tag `Name` of the security group has {count} characters; AWS takes 1 to {most}",
            "set `names.security_group_tag` to 1 to {most} characters"),
    ];
    TAG_003 = "TAG-003" Error "A tag's key does not begin with `aws:`.", TAGS, [
        case("reserved", "the key of a tag cannot begin with `aws:`, which AWS keeps for itself", "choose another key"),
    ];
    TAG_004 = "TAG-004" Error "An object has each tag's key once.", TAGS, [
        case("used-twice", "two tags have the key `{tag}`", "remove one of the two"),
    ];
    TAG_005 = "TAG-005" Error "A request to Cloud Map has at most 200 tags.", TAGS, [
        TOO_MANY.with_message("the request has {count} tags; Cloud Map takes at most {most}")
            .with_fix("remove tags until the request has at most {most}"),
    ];
    TAG_006 = "TAG-006" Error "The keys of a role's tags differ in more than upper and lower case.", ROLE_TAGS, [
        case("differs-by-case", "IAM takes the key `{tag}` for the key `{first}` at {place}",
            "write `{first}` in both places, or choose another key"),
    ];
}

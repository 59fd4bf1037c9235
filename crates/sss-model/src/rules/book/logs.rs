//! Rules of CloudWatch Logs, and of tags.

use super::{REQUIRED, UNKNOWN_CHOICE, book};

const LOG_GROUP: &str =
    "https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogGroup.html";
const RETENTION: &str =
    "https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html";
const TAGS: &str = "https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html";
const ROLE_TAGS: &str = "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html";

book! {
    LOG_001 = "LOG-001" Error "A log group's name has 1 to 512 characters of letters, digits and `.-_/#`.",
        "shorten the name, or give the log group another one under `names`", LOG_GROUP, [REQUIRED];
    LOG_002 = "LOG-002" Error "A log group's name does not begin with `aws/`, which AWS keeps for itself.", "write `/aws/`", LOG_GROUP;
    LOG_003 = "LOG-003" Error "A log group keeps events for 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288 or 3653 days, or for ever.",
        "write one of these numbers, or `\"never\"` for events that never expire", RETENTION, [REQUIRED];
    LOG_004 = "LOG-004" Error "A log group's class is STANDARD, INFREQUENT_ACCESS or DELIVERY.", "write one of them", LOG_GROUP, [UNKNOWN_CHOICE];
    LOG_005 = "LOG-005" Error "A log group's key is the ARN of a key of KMS, of at most 256 characters.", "write the ARN", LOG_GROUP;
    LOG_006 = "LOG-006" Warning "A log group drops its events after some time; events that never expire are paid for every month.",
        "write a number of days", RETENTION;
    TAG_001 = "TAG-001" Error "An object has at most 50 tags; two of them say to which stack it belongs.", "take some out", TAGS;
    TAG_002 = "TAG-002" Error "A tag's key has 1 to 128 characters, its value at most 256: letters, digits, spaces and `_.:/=+-@`.",
        "correct the tag", TAGS, [REQUIRED];
    TAG_003 = "TAG-003" Error "A tag's key does not begin with `aws:`.", "choose another key", TAGS;
    TAG_004 = "TAG-004" Error "An object has each tag's key once.", "take one of them out", TAGS;
    TAG_005 = "TAG-005" Error "A request to Cloud Map has at most 200 tags.", "take some out", TAGS;
    TAG_006 = "TAG-006" Error "The keys of a role's tags differ in more than upper and lower case.",
        "write one key, in one way, everywhere", ROLE_TAGS;
}

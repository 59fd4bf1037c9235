//! Rules on the form of stack files and requests.

use super::{OUT_OF_RANGE, REQUIRED, UNKNOWN_CHOICE, WRONG_TYPE, book};
use crate::rules::case::case;

const TASK_DEFINITION: &str =
    "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RegisterTaskDefinition.html";
const TOML: &str = "https://toml.io/en/v1.0.0";
const SCHEMA: &str = "the JSON Schema of the stack file";
const CLI: &str = "https://docs.aws.amazon.com/cli/latest/userguide/cli-usage-skeleton.html";
const MODEL: &str = "the model of a stack";

book! {
    FILE_001 = "FILE-001" Error "The text can be read.", "correct the syntax", TOML;
    FILE_002 = "FILE-002" Error "Every key is known.", "take the key out", SCHEMA;
    FILE_003 = "FILE-003" Error "Every value is of its key's type.", "write a value of that type", SCHEMA, [OUT_OF_RANGE];
    FILE_004 = "FILE-004" Error "A value with choices is one of them.", "write one of the choices", SCHEMA;
    FILE_005 = "FILE-005" Error "A file that a stack file names can be read.",
        "correct the path: it begins at the folder of the stack file", MODEL;
    FILE_006 = "FILE-006" Error "All that a task definition says has a place in a stack.",
        "take it out, or keep this task definition out of the stack", TASK_DEFINITION;
    FILE_007 = "FILE-007" Warning "What a stack sees to by itself is not taken over from a task definition.",
        "take it out, and say what it is for in the stack's own words", TASK_DEFINITION;
    PARAM_001 = "PARAM-001" Error "AWS has every parameter of a request.", "take the parameter out", CLI, [
        case("unknown", "AWS has no parameter `{name}` here", "remove `{name}`"),
        case("wrong-case", "AWS has no parameter `{name}` here, but `{known}`", "write `{known}`"),
    ];
    PARAM_002 = "PARAM-002" Error "Every parameter is of the type that AWS gives it.", "write a value of that type", CLI, [
        case("not-an-object", "a request must be an object, not {given}", "write the request as an object of JSON"),
        WRONG_TYPE,
        case("null", "`{key}` is null, which the AWS CLI does not take", "remove `{key}`"),
    ];
    PARAM_003 = "PARAM-003" Error "What AWS requires is there, and not empty.", "set it", CLI, [REQUIRED];
    PARAM_004 = "PARAM-004" Error "A parameter with choices is one of them, in upper and lower case as AWS writes it.",
        "write one of the choices", CLI, [UNKNOWN_CHOICE];
}

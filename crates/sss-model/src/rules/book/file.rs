//! Rules on the form of stack files and requests.
//!
//! The sources are TOML 1.0, the JSON Schema of the stack file, the model of a stack, ECS's `RegisterTaskDefinition`
//! for task definitions that a stack file names, and the AWS CLI's page on skeletons for requests.
//!
//! The groups are `FILE` for stack files, inputs of Terraform and task definitions in files, and `PARAM` for the
//! members of a request. The checks are in `file`, `tfvars`, `task_definition` and `request/shape.rs`.

use super::{NEAR_CHOICE, OUT_OF_RANGE, REQUIRED, UNKNOWN_CHOICE, WRONG_TYPE, book};
use crate::rules::case::case;

const TASK_DEFINITION: &str =
    "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RegisterTaskDefinition.html";
const TOML: &str = "https://toml.io/en/v1.0.0";
const SCHEMA: &str = "the JSON Schema of the stack file";
const CLI: &str = "https://docs.aws.amazon.com/cli/latest/userguide/cli-usage-skeleton.html";
const MODEL: &str = "the model of a stack";

book! {
    FILE_001 = "FILE-001" Error "The text can be read.", TOML, [
        case("not-toml", "the text is not TOML: {error}",
            "write `key = value` in each line, under headers such as `[api]`"),
        case("not-hcl", "the text is not HCL: {error}", "write `input = value` for each input"),
        case("not-json", "the text is not JSON: {error}", "write valid JSON"),
        case("too-deep", "the text has more than {levels} levels of values inside each other",
            "remove levels until {levels} are left"),
    ];
    FILE_002 = "FILE-002" Error "Every key is known.", SCHEMA, [
        case("misspelled", "unknown key `{key}`", "did you mean `{near}`?"),
        case("unknown", "unknown key `{key}`", "remove `{key}`, or use one of {known}"),
        case("unknown-of-many", "unknown key `{key}`",
            "remove `{key}`, or look for another key in the JSON Schema of the stack file"),
        case("left-out", "a stack has no key `{key}`: {reason}", "remove `{key}`, and {way}"),
        case("block", "`{key}` must be an input with a value, not a block",
            "write `=` between `{key}` and the brace"),
    ];
    FILE_003 = "FILE-003" Error "Every value has the type of its key.", SCHEMA, [
        OUT_OF_RANGE,
        case("not-a-string", WRONG_TYPE.message, "write the value of `{key}` in double quotes"),
        case("not-a-list", WRONG_TYPE.message, "write the value of `{key}` in square brackets"),
        case("not-a-table", WRONG_TYPE.message, "write the keys of `{key}` under the header `{header}`"),
        case("wrong-type", WRONG_TYPE.message, "write `{line}`"),
        case("expression", "`{key}` must be {wanted}, not an expression: only values are read here",
            "replace the expression by its value"),
        case("not-a-service", "the task definition has a value that a service cannot have: {error}",
            "replace the value by one that AWS takes"),
        case("misfit", "the file does not fit the form of a stack",
            "look for the value that does not fit the JSON Schema of the stack file"),
    ];
    FILE_004 = "FILE-004" Error "A value with choices is one of them.", SCHEMA, [NEAR_CHOICE, UNKNOWN_CHOICE];
    FILE_005 = "FILE-005" Error "A file that a stack file names can be read.", MODEL, [
        case("unreadable", "the file `{file}` cannot be read: {cause}",
            "write the path of the file from the folder of the stack file"),
    ];
    FILE_006 = "FILE-006" Error "Every parameter of a task definition has a place in a stack.", TASK_DEFINITION, [
        case("no-place", "a stack has no place for `{key}`",
            "remove `{key}`, or keep this task definition out of the stack"),
        case("left-out", "a stack has no place for `{key}`: {reason}", "remove `{key}`, and {way}"),
        case("other-value", "`{key}` must be {wanted} in a stack, not `{given}`",
            "set `{key}` to {wanted}, or keep this task definition out of the stack"),
        case("main-not-essential", "`{key}` cannot be `false` for the main container of a stack",
            "set `{key}` to `true`, or keep this task definition out of the stack"),
        case("listed-twice", "`{list}` has `{name}` more than once, but a stack has it once",
            "remove all entries of `{name}` but one"),
    ];
    FILE_007 = "FILE-007" Warning "A parameter of a task definition that the stack decides by itself is left out.", TASK_DEFINITION, [
        case("role", "`{key}` is left out: the stack creates a role of its own",
            "remove `{key}`, and write what the role may do under `{table}`, or name the role of others as `{table}.existing`"),
        case("main-size", "`{key}` is left out: the main container shares the resources of the task",
            "remove `{key}`, or set the size of the task"),
        case("other-compatibility", "`{given}` is left out: the tasks of a stack run on Fargate",
            "remove `{given}`"),
        case("earlier-value", "`{list}` has `{name}` more than once: the last value is taken",
            "remove all entries of `{name}` but the last"),
    ];
    FILE_008 = "FILE-008" Warning "A parameter of a task definition has the type that AWS gives it.", TASK_DEFINITION, [
        case("other-type", "`{key}` is {given}, which the AWS CLI refuses; the stack takes it as {wanted}",
            "write `{key}` as {wanted}"),
    ];
    FILE_010 = "FILE-010" Error "A variable of the environment that a stack file names is set, and fits its key.", MODEL, [
        case("unset", "the variable `{name}` of the environment is not set",
            "set `{name}`, or write `${{env:{name}:-default}}` with a default"),
        case("not-unicode", "the variable `{name}` of the environment is not UTF-8", "set `{name}` to a text in UTF-8"),
        case("not-a-name", "`{key}` has a `${{env:…}}` without the name of a variable",
            "write `${{env:NAME}}`, `${{env:NAME:-default}}`, or `$${{env:` for the text itself"),
        case("no-end", "`{key}` has a `${{env:` without `}}` at its end",
            "add `}}` behind the name, or write `$${{env:` for the text itself"),
        case("other-type", "`{key}` must be {wanted}, and the text with {variables} is not",
            "set {variables} so that the text is {wanted}"),
    ];
    FILE_011 = "FILE-011" Error "A stack file removes only values of the files below it.", MODEL, [
        case("first-file", "`{key}` removes values of the files below, and no file is below this one",
            "remove `{key}`, or name the file below with a `-f` before this one"),
        case("not-a-path", "`{given}` is not a path: {cause}", "write a path such as `services.app.environment.DEBUG`"),
        case("misspelled", "no file below has `{given}`", "did you mean `{near}`?"),
        case("absent-beside", "no file below has `{given}`", "remove this path, or use one of {known}"),
        case("absent", "no file below has `{given}`", "remove this path, or write the path of a value of the files below"),
    ];
    PARAM_001 = "PARAM-001" Error "AWS has every parameter of a request.", CLI, [
        case("unknown", "AWS has no parameter `{name}` here", "remove `{name}`"),
        case("wrong-case", "AWS has no parameter `{name}` here, but `{known}`", "write `{known}`"),
    ];
    PARAM_002 = "PARAM-002" Error "Every parameter has the type that AWS gives it.", CLI, [
        case("not-an-object", "a request must be an object, not {given}", "write the request as an object of JSON"),
        WRONG_TYPE,
        case("null", "`{key}` is null, which the AWS CLI does not take", "remove `{key}`"),
        case("other-resource", "`{key}` is `{given}`, but the operation creates a `{kind}`", "write `{kind}` for `{key}`"),
    ];
    PARAM_003 = "PARAM-003" Error "A parameter that AWS requires is there, and not empty.", CLI, [
        REQUIRED,
        case("no-group", "`GroupId` or `GroupName` is required", "set `GroupId`"),
    ];
    PARAM_004 = "PARAM-004" Error "A parameter with choices is one of them, in upper and lower case as AWS writes it.", CLI, [UNKNOWN_CHOICE];
}

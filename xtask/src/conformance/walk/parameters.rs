//! Parameters of Parameter Store, as Terraform's provider looks for them.

use crate::conformance::step::{Step, answers, done, keeps, refused};

pub(super) const STEPS: &[Step] = &[
    done("ssm put-parameter --name /mz-dev/a --type String --value one --tags Key=Team,Value=web"),
    done("ssm put-parameter --name /mz-dev/b/c --type StringList --value one,two"),
    answers(
        "ssm describe-parameters --parameter-filters Key=Name,Option=Equals,Values=/mz-dev/a",
        "Parameters[].[Name, Type, Tier, Version, DataType]",
        "/mz-dev/a String Standard 1 text",
    ),
    answers(
        "ssm describe-parameters --parameter-filters Key=Path,Option=Recursive,Values=/mz-dev \
            Key=Type,Values=StringList",
        "Parameters[].Name",
        "/mz-dev/b/c",
    ),
    answers(
        "ssm describe-parameters --parameter-filters Key=tag:Team,Values=web",
        "Parameters[].Name",
        "/mz-dev/a",
    ),
    refused(
        "ssm describe-parameters --parameter-filters Key=Label,Values=prod",
        "InvalidFilterKey",
        "The following filter key is not valid: Label",
    ),
    keeps("ssm describe-parameters --no-paginate --max-results 1", "NextToken", "parameters_token"),
    answers(
        "ssm describe-parameters --no-paginate --next-token <parameters_token>",
        "Parameters[].Name",
        "/mz-dev/b/c",
    ),
    refused(
        "ssm describe-parameters --no-paginate --next-token <parameters_token> \
            --parameter-filters Key=Type,Values=String",
        "InvalidNextToken",
        "The specified token isn't valid.",
    ),
    done("ssm delete-parameter --name /mz-dev/a"),
    done("ssm delete-parameter --name /mz-dev/b/c"),
];

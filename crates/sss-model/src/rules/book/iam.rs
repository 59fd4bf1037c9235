//! Rules of IAM.
//!
//! The sources are the reference of IAM (`CreateRole`) and its guide: the grammar of policies, principals, trust
//! policies and quotas.
//!
//! The groups are `IAM-ROLE` for roles, `IAM-POL` for documents of policies and their statements, and `IAM-TRUST` for
//! trust policies, which only requests have. The checks are in `rules/iam.rs` and `request/iam.rs`.

use super::{
    BOTH_SET, INVALID_CHARACTERS, OUT_OF_RANGE, REQUIRED, TOO_LONG, TOO_MANY, TOO_SHORT, WRONG_TYPE, book,
};
use crate::rules::Case;
use crate::rules::case::case;

const ROLE: &str = "https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html";
const POLICY: &str = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html";
const IAM_QUOTAS: &str = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html";
const PRINCIPAL: &str =
    "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html";
const TRUST: &str = "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_update-role-trust-policy.html";

/// A list of a policy names nothing.
pub(crate) const NOTHING_NAMED: Case = case("nothing-named", "`{key}` is empty", "add an element to `{key}`");

book! {
    IAM_POL_000 = "IAM-POL-000" Error "An inline policy has a document.", POLICY, [REQUIRED];
    IAM_POL_001 = "IAM-POL-001" Error "A policy's version is `2012-10-17` or `2008-10-17`.", POLICY, [
        case("unknown-version", "`{key}` must be `2012-10-17` or `2008-10-17`", "write `\"{key}\": \"2012-10-17\"`"),
    ];
    IAM_POL_002 = "IAM-POL-002" Error "A policy has a statement.", POLICY, [
        WRONG_TYPE,
        case("no-statement", "the policy has no statement", "add a statement to `{key}`"),
    ];
    IAM_POL_003 = "IAM-POL-003" Error "A statement's `sid` holds letters and digits, and is unique in the policy.", POLICY, [
        WRONG_TYPE,
        case("invalid-sid", "`{sid}` cannot be the id of a statement", "use letters and digits only, or remove `{key}`"),
        case("used-twice", "another statement of the policy has the id `{sid}`", "choose another id, or remove `{key}`"),
    ];
    IAM_POL_004 = "IAM-POL-004" Error "An action is `*` or `service:name`, with wildcards only in the name.", POLICY, [
        REQUIRED,
        WRONG_TYPE,
        BOTH_SET,
        NOTHING_NAMED.with_fix("add an action such as `s3:GetObject` to `{key}`"),
        case("not-an-action", "an action must be `*` or `service:name`, not `{action}`",
            "write an action such as `s3:GetObject`"),
    ];
    IAM_POL_005 = "IAM-POL-005" Error "A statement's effect is `Allow` or `Deny`.", POLICY, [
        case("unknown-effect", "`{key}` must be `Allow` or `Deny`", "write `\"{key}\": \"Allow\"` or `\"{key}\": \"Deny\"`"),
    ];
    IAM_POL_006 = "IAM-POL-006" Error "A resource is `*` or an ARN.", POLICY, [
        REQUIRED,
        WRONG_TYPE,
        BOTH_SET,
        NOTHING_NAMED.with_fix("add `*` or an ARN to `{key}`"),
        case("not-an-arn", "a resource must be `*` or an ARN of six parts, not `{resource}`",
            "write `*`, or an ARN such as `arn:aws:s3:::bucket/*`"),
    ];
    IAM_POL_007 = "IAM-POL-007" Error "A condition is an operator that IAM knows, with keys and values.", POLICY, [
        WRONG_TYPE,
        case("unknown-operator", "IAM's documentation has no condition operator `{operator}`",
            "write an operator such as `StringEquals`"),
        case("no-key", "the condition operator `{operator}` has no key",
            "add a key such as `aws:SourceArn` and its values to `{operator}`"),
        case("empty-key", "the condition operator `{operator}` has an empty key", "write a key such as `aws:SourceArn`"),
        case("invalid-value", "the condition operator `{operator}` compares {wanted}, not `{given}`",
            "write {wanted}, or use an operator for other values"),
    ];
    IAM_POL_008 = "IAM-POL-008" Error "A policy of a role names no principal: it is about its role.", POLICY, [
        case("principal", "`{key}` is for trust policies; a policy of a role is always about its role", "remove `{key}`"),
    ];
    IAM_POL_009 = "IAM-POL-009" Error "A policy has only the elements that IAM knows.", POLICY, [
        case("unknown", "IAM knows no element `{name}` here", "remove `{name}`"),
    ];
    IAM_POL_010 = "IAM-POL-010" Error "A policy holds no characters beyond Latin-1.", POLICY, [
        WRONG_TYPE.with_message("the policy in `{key}` must be {wanted}, not {given}")
            .with_fix("write the policy as {wanted}"),
        INVALID_CHARACTERS.with_message("`{key}` has characters beyond Latin-1, which IAM refuses")
            .with_fix("use characters up to `ÿ` (U+00FF) only"),
        case("not-json", "the policy in `{key}` is not JSON: {error}",
            "write the policy as JSON, such as `{{\"Version\": \"2012-10-17\", \"Statement\": []}}` with its statements"),
    ];
    IAM_POL_011 = "IAM-POL-011" Error "A policy's name holds 1 to 128 letters, digits and `+=,.@_-`.", ROLE, [
        REQUIRED,
        case("invalid-name", "`{name}` ({count} characters) cannot be the name of a policy",
            "set `execution_policy`, `secrets_policy` or `task_policy` under `names` to 1 to 128 letters, digits and `+=,.@_-`")
            .in_request("use 1 to 128 letters, digits and `+=,.@_-`"),
    ];
    IAM_POL_012 = "IAM-POL-012" Error "All inline policies of a role together have at most 10240 characters without white space.", IAM_QUOTAS, [
        TOO_LONG.with_message("the policy has {count} characters without white space; IAM takes at most {most}")
            .with_fix("shorten the policy to {most} characters with wildcards, or move statements into a managed policy"),
        case("with-secrets", "the role has inline policies of {count} characters, {secrets} of them for the secrets of the services; IAM allows {most}",
            "join secrets: one secret of Secrets Manager holds many values by JSON key"),
        case("with-exec", "the role has inline policies of {count} characters, {exec} of them for ECS Exec; IAM allows {most}",
            "shorten `statements`, or move statements into a managed policy"),
    ];
    IAM_ROLE_000 = "IAM-ROLE-000" Error "A role has a name.", ROLE, [REQUIRED];
    IAM_ROLE_001 = "IAM-ROLE-001" Error "A role's name holds 1 to 64 letters, digits and `+=,.@_-`, and is unique without regard to case.", ROLE, [
        case("invalid-name", "`{name}` ({count} characters) cannot be the name of a role",
            "set `execution_role` or `task_role` under `names` to 1 to 64 letters, digits and `+=,.@_-`")
            .in_request("use 1 to 64 letters, digits and `+=,.@_-`"),
        case("too-long-to-switch", "the path and the name of the role have {count} characters; the console switches to roles with at most {most}",
            "shorten the path and the name to {most} characters together"),
    ];
    IAM_ROLE_002 = "IAM-ROLE-002" Error "A role's path is `/`, or begins and ends with `/` and has at most 512 printable characters.", ROLE, [
        case("invalid-path", "`{path}` cannot be the path of a role", "write `/`, or a path such as `/services/`"),
    ];
    IAM_ROLE_003 = "IAM-ROLE-003" Error "A role's description has at most 1000 characters of Latin-1.", ROLE, [
        TOO_LONG,
        INVALID_CHARACTERS.with_message("`{key}` has characters beyond Latin-1, which IAM refuses")
            .with_fix("use printable characters up to `ÿ` (U+00FF) only"),
    ];
    IAM_ROLE_004 = "IAM-ROLE-004" Error "A role's sessions last 3600 to 43200 seconds.", ROLE, [OUT_OF_RANGE];
    IAM_ROLE_005 = "IAM-ROLE-005" Error "A permissions boundary is the ARN of a policy.", ROLE, [
        TOO_SHORT,
        TOO_LONG,
        case("not-a-policy", "`{arn}` is not the ARN of a policy",
            "write an ARN such as `arn:aws:iam::123456789012:policy/boundary`"),
    ];
    IAM_ROLE_006 = "IAM-ROLE-006" Error "A role has at most 25 managed policies, each named once by its ARN.", IAM_QUOTAS, [
        REQUIRED,
        TOO_SHORT,
        TOO_LONG,
        TOO_MANY.with_message("the role has {count} managed policies; IAM takes at most {most}")
            .with_fix("keep at most {most} managed policies, and move the statements of the others into `statements`"),
        case("above-quota", "the role has {count} managed policies; the quota of an account may be {quota}",
            "keep at most {quota} managed policies, or ask AWS for a higher quota"),
        case("not-a-policy", "`{arn}` is not the ARN of a managed policy",
            "write an ARN such as `arn:aws:iam::aws:policy/ReadOnlyAccess`"),
        case("named-twice", "the role names the managed policy `{arn}` more than once", "remove one of the two"),
    ];
    IAM_ROLE_010 = "IAM-ROLE-010" Error "A role has a trust policy.", ROLE, [REQUIRED];
    IAM_TRUST_001 = "IAM-TRUST-001" Error "A principal is of the kind `AWS`, `Service`, `Federated` or `CanonicalUser`.", PRINCIPAL, [
        WRONG_TYPE.with_fix("write {wanted} for `{key}`, such as `{{\"Service\": \"ecs-tasks.amazonaws.com\"}}`"),
        case("unknown-kind", "`{kind}` is not a kind of principals", "use `AWS`, `Service`, `Federated` or `CanonicalUser`"),
        case("no-name", "`{key}` must name a principal with a string that is not empty",
            "write a string such as `\"ecs-tasks.amazonaws.com\"` for `{key}`"),
    ];
    IAM_TRUST_002 = "IAM-TRUST-002" Error "A trust policy names principals; `NotPrincipal` is for `Deny`.", PRINCIPAL, [
        REQUIRED,
        BOTH_SET,
        NOTHING_NAMED.with_message("`{key}` names no principal").with_fix("add a principal to `{key}`"),
        case("not-principal", "a statement with the effect `Allow` cannot have `{key}`", "use `Principal`"),
    ];
    IAM_TRUST_003 = "IAM-TRUST-003" Error "A principal of AWS is an account, or the ARN of its root, a user or a role; anybody is `{\"AWS\": \"*\"}`.", PRINCIPAL, [
        case("anybody", "`{key}` is `*`, which IAM refuses in a trust policy", "write `{{\"AWS\": \"*\"}}` to trust anybody"),
        case("unknown-principal", "a principal of AWS must be an account, or the ARN of its root, a user or a role, not `{principal}`",
            "write the id of an account, or an ARN such as `arn:aws:iam::123456789012:role/orders`"),
    ];
    IAM_TRUST_004 = "IAM-TRUST-004" Error "A trust policy has no resources: it belongs to its role.", TRUST, [
        case("resource", "a trust policy cannot have `{key}`, because it belongs to its role", "remove `{key}`"),
    ];
    IAM_TRUST_005 = "IAM-TRUST-005" Error "A trust policy is about the actions of STS that take on a role.", TRUST, [
        case("not-action", "`{key}` names more actions than those of STS", "replace `{key}` by `\"Action\": \"sts:AssumeRole\"`"),
        case("other-action", "a trust policy must name an action such as `sts:AssumeRole`, not `{action}`",
            "write `sts:AssumeRole`"),
    ];
    IAM_TRUST_006 = "IAM-TRUST-006" Error "A service is called like `ecs-tasks.amazonaws.com`, without wildcards.", PRINCIPAL, [
        case("unknown-service", "a service must have a name such as `ecs-tasks.amazonaws.com`, not `{service}`",
            "write a name such as `ecs-tasks.amazonaws.com`"),
        case("misspelt-service", "AWS has no service `{service}`", "did you mean `{near}`?"),
        case("unlisted-service", "`{service}` may not be a service of AWS, which refuses principals that do not exist",
            "look up the name of the service in its documentation"),
    ];
    IAM_TRUST_007 = "IAM-TRUST-007" Error "Trust in Amazon Cognito identities has a condition.", TRUST, [
        case("no-condition", "the policy trusts the identities of Amazon Cognito without a condition",
            "add a condition on `cognito-identity.amazonaws.com:aud` with the id of the identity pool"),
    ];
    IAM_TRUST_008 = "IAM-TRUST-008" Error "A trust policy has at most 4096 characters, and 2048 unless AWS raised the quota.", IAM_QUOTAS, [
        TOO_LONG.with_message("the trust policy has {count} characters without white space; IAM takes at most {most}")
            .with_fix("shorten the trust policy to {most} characters"),
        case("above-quota", "the trust policy has {count} characters without white space; the quota of an account may be {quota}",
            "shorten the trust policy to {quota} characters, or ask AWS for a higher quota"),
    ];
    IAM_TRUST_009 = "IAM-TRUST-009" Error "A federated principal is an OIDC or SAML provider of an account, or a provider that AWS knows by name; a canonical user is 64 hexadecimal digits.", PRINCIPAL, [
        case("not-a-provider", "a federated principal must be an identity provider, not `{provider}`",
            "write an ARN such as `arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com`"),
        case("not-canonical", "a canonical user must be an id of 64 hexadecimal digits, not `{id}`",
            "write the id of an account under `AWS` instead"),
    ];
}

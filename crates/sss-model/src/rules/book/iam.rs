//! Rules of IAM.

use super::{OUT_OF_RANGE, REQUIRED, TOO_LONG, TOO_SHORT, book};

const ROLE: &str = "https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html";
const POLICY: &str = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html";
const IAM_QUOTAS: &str = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html";
const PRINCIPAL: &str =
    "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html";
const TRUST: &str = "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_update-role-trust-policy.html";

book! {
    IAM_POL_000 = "IAM-POL-000" Error "An inline policy has a document.", "write it", POLICY, [REQUIRED];
    IAM_POL_001 = "IAM-POL-001" Error "A policy's version is `2012-10-17` or `2008-10-17`.", "write `2012-10-17`", POLICY;
    IAM_POL_002 = "IAM-POL-002" Error "A policy has a statement.", "add one", POLICY;
    IAM_POL_003 = "IAM-POL-003" Error "A statement's `sid` holds letters and digits, and is unique in the policy.",
        "choose another `sid`, or leave it out", POLICY;
    IAM_POL_004 = "IAM-POL-004" Error "An action is `*` or `service:name`, with wildcards only in the name.",
        "write an action such as `s3:GetObject`", POLICY, [REQUIRED];
    IAM_POL_005 = "IAM-POL-005" Error "A statement's effect is `Allow` or `Deny`.", "write one of the two", POLICY;
    IAM_POL_006 = "IAM-POL-006" Error "A resource is `*` or an ARN.",
        "write `*`, or an ARN such as `arn:aws:s3:::bucket/*`", POLICY, [REQUIRED];
    IAM_POL_007 = "IAM-POL-007" Error "A condition is an operator that IAM knows, with keys and values.",
        "write an operator such as `StringEquals`, and values that it compares", POLICY;
    IAM_POL_008 = "IAM-POL-008" Error "A policy of a role names no principal: it is about its role.", "take it out", POLICY;
    IAM_POL_009 = "IAM-POL-009" Error "A policy has only the elements that IAM knows.", "take the element out", POLICY;
    IAM_POL_010 = "IAM-POL-010" Error "A policy holds no characters beyond Latin-1.", "write an object of JSON, in Latin letters", POLICY;
    IAM_POL_011 = "IAM-POL-011" Error "A policy's name holds 1 to 128 letters, digits and `+=,.@_-`.",
        "shorten the name, or give the policy another one under `names`", ROLE, [REQUIRED];
    IAM_POL_012 = "IAM-POL-012" Error "All inline policies of a role together have at most 10240 characters without white space.",
        "shorten it with wildcards, or use a managed policy", IAM_QUOTAS;
    IAM_ROLE_000 = "IAM-ROLE-000" Error "A role has a name.", "set it", ROLE, [REQUIRED];
    IAM_ROLE_001 = "IAM-ROLE-001" Error "A role's name holds 1 to 64 letters, digits and `+=,.@_-`, and is unique without regard to case.",
        "shorten the name, or give the role another one under `names`", ROLE;
    IAM_ROLE_002 = "IAM-ROLE-002" Error "A role's path is `/`, or begins and ends with `/` and has at most 512 printable characters.",
        "write `/`, or a path such as `/services/`", ROLE;
    IAM_ROLE_003 = "IAM-ROLE-003" Error "A role's description has at most 1000 characters of Latin-1.",
        "write it in Latin letters, and shorter", ROLE;
    IAM_ROLE_004 = "IAM-ROLE-004" Error "A role's sessions last 3600 to 43200 seconds.", "choose a value in that range", ROLE, [OUT_OF_RANGE];
    IAM_ROLE_005 = "IAM-ROLE-005" Error "A permissions boundary is the ARN of a policy.", "write the ARN", ROLE, [TOO_SHORT, TOO_LONG];
    IAM_ROLE_006 = "IAM-ROLE-006" Error "A role has at most 25 managed policies, each named once by its ARN.",
        "put statements into the inline policy", IAM_QUOTAS, [REQUIRED, TOO_SHORT, TOO_LONG];
    IAM_ROLE_010 = "IAM-ROLE-010" Error "A role has a trust policy.", "say who may take on the role", ROLE, [REQUIRED];
    IAM_TRUST_001 = "IAM-TRUST-001" Error "A principal is of the kind `AWS`, `Service`, `Federated` or `CanonicalUser`.",
        "write for instance `{\"Service\": \"ecs-tasks.amazonaws.com\"}`", PRINCIPAL;
    IAM_TRUST_002 = "IAM-TRUST-002" Error "A trust policy names principals; `NotPrincipal` is for `Deny`.",
        "add a `Principal`", PRINCIPAL, [REQUIRED];
    IAM_TRUST_003 = "IAM-TRUST-003" Error "A principal of AWS is an account, or the ARN of its root, a user or a role; anybody is `{\"AWS\": \"*\"}`.",
        "write the account's id or the ARN", PRINCIPAL;
    IAM_TRUST_004 = "IAM-TRUST-004" Error "A trust policy has no resources: it belongs to its role.", "take it out", TRUST;
    IAM_TRUST_005 = "IAM-TRUST-005" Error "A trust policy is about the actions of STS that take on a role.",
        "write `sts:AssumeRole`", TRUST;
    IAM_TRUST_006 = "IAM-TRUST-006" Error "A service is called like `ecs-tasks.amazonaws.com`, without wildcards.",
        "write the service's principal", PRINCIPAL;
    IAM_TRUST_007 = "IAM-TRUST-007" Error "Trust in Amazon Cognito identities has a condition.",
        "ask for the identity pool with `cognito-identity.amazonaws.com:aud`", TRUST;
    IAM_TRUST_008 = "IAM-TRUST-008" Error "A trust policy has at most 4096 characters, and 2048 unless AWS raised the quota.",
        "shorten it", IAM_QUOTAS;
}

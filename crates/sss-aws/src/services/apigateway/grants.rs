//! The rights that calls to API Gateway need. Its actions are the methods of HTTP.
//!
//! Ids are random, so tags narrow the statements. API Gateway passes the tags of a REST API on to its parts; whether it
//! does so for an HTTP API is not documented. The statement about parts therefore also holds without tags.

use crate::grant::{Grant, MARKS, MARKS_NO_OTHER, OURS, OURS_OR_UNMARKED, When};

/// The rights of all stacks.
pub(super) const ALL: &[Grant] = &[Grant::read(
    "ReadApis",
    &[
        "apigateway:GetApis",
        "apigateway:GetStages",
        "apigateway:GetAuthorizers",
        "apigateway:GetIntegrations",
        "apigateway:GetRoutes",
        "apigateway:GetVpcLinks",
        "apigateway:GetVpcLink",
    ],
    &[
        "apigateway:{region}::/apis",
        "apigateway:{region}::/apis/*",
        "apigateway:{region}::/vpclinks",
        "apigateway:{region}::/vpclinks/*",
    ],
    "Reads the API with its parts, and the VPC link",
)
.with_actions(&["apigateway:GET"])];

/// The rights of stacks with an API.
pub(super) const API: &[Grant] = &[
    Grant::deploy(
        "CreateApi",
        &["apigateway:CreateApi"],
        &["apigateway:{region}::/apis"],
        "Creates the API with the mark of the stack",
    )
    .with_actions(&["apigateway:POST"])
    .when(&[MARKS]),
    Grant::deploy(
        "Apis",
        &["apigateway:UpdateApi", "apigateway:DeleteApi"],
        &["apigateway:{region}::/apis/*"],
        "Changes and deletes the API of the stack",
    )
    .with_actions(&["apigateway:PATCH", "apigateway:DELETE"])
    .when(&[OURS]),
    Grant::deploy(
        "ApiParts",
        &[
            "apigateway:CreateStage",
            "apigateway:UpdateStage",
            "apigateway:DeleteStage",
            "apigateway:CreateAuthorizer",
            "apigateway:UpdateAuthorizer",
            "apigateway:DeleteAuthorizer",
            "apigateway:CreateIntegration",
            "apigateway:UpdateIntegration",
            "apigateway:DeleteIntegration",
            "apigateway:CreateRoute",
            "apigateway:UpdateRoute",
            "apigateway:DeleteRoute",
            "apigateway:DeleteCorsConfiguration",
            "apigateway:DeleteAccessLogSettings",
            "apigateway:DeleteRouteSettings",
        ],
        &["apigateway:{region}::/apis/*/*"],
        "Creates, changes and deletes the stage, authorizers, integrations and routes of the API",
    )
    .with_actions(&["apigateway:POST", "apigateway:PATCH", "apigateway:DELETE"])
    .when(&[OURS_OR_UNMARKED]),
    Grant::deploy(
        "TagPaths",
        &[
            "apigateway:TagResource",
            "apigateway:UntagResource",
            "apigateway:CreateApi",
            "apigateway:CreateStage",
            "apigateway:CreateVpcLink",
            "apigateway:CreateDomainName",
        ],
        &["apigateway:{region}::/tags/*"],
        "Sets and removes the tags of the API, its stage, its domain names and the VPC link, at their creation and later",
    )
    .with_actions(&["apigateway:POST", "apigateway:DELETE"])
    .when(&[MARKS_NO_OTHER]),
    Grant::deploy(
        "TagApis",
        &["apigateway:TagResource", "apigateway:UntagResource"],
        &[
            "apigateway:{region}::/apis",
            "apigateway:{region}::/apis/*",
            "apigateway:{region}::/vpclinks",
            "apigateway:{region}::/vpclinks/*",
        ],
        "API Gateway also asks for these actions where it sets and removes tags",
    )
    .when(&[MARKS_NO_OTHER, OURS_OR_UNMARKED]),
];

/// The rights of stacks with a stage.
pub(super) const STAGE: &[Grant] = &[Grant::deploy(
    "AccessLogs",
    &["apigateway:CreateStage", "apigateway:UpdateStage"],
    &["*"],
    "Lets API Gateway deliver the access log to its log group. These actions take no resources",
)
.given("{apigatewayv2/stage.access_log.destination}")
.with_actions(&[
    "logs:CreateLogDelivery",
    "logs:GetLogDelivery",
    "logs:UpdateLogDelivery",
    "logs:DeleteLogDelivery",
    "logs:ListLogDeliveries",
    "logs:PutResourcePolicy",
    "logs:DescribeResourcePolicies",
])];

/// The rights of stacks with custom domain names.
pub(super) const DOMAIN_NAME: &[Grant] = &[
    Grant::read(
        "ReadDomainNames",
        &["apigateway:GetDomainName", "apigateway:GetApiMappings"],
        &["apigateway:{region}::/domainnames/*"],
        "Reads the custom domain names with their mappings",
    )
    .with_actions(&["apigateway:GET"]),
    Grant::deploy(
        "CreateDomainName",
        &["apigateway:CreateDomainName"],
        &["apigateway:{region}::/domainnames"],
        "Creates custom domain names with the mark of the stack",
    )
    .with_actions(&["apigateway:POST"])
    .when(&[MARKS]),
    Grant::deploy(
        "DomainNames",
        &["apigateway:UpdateDomainName", "apigateway:DeleteDomainName"],
        &["apigateway:{region}::/domainnames/*"],
        "Changes and deletes the custom domain names of the stack",
    )
    .with_actions(&["apigateway:PATCH", "apigateway:DELETE"])
    .when(&[OURS]),
    Grant::deploy(
        "TagDomainNames",
        &["apigateway:TagResource", "apigateway:UntagResource", "apigateway:CreateDomainName"],
        &["apigateway:{region}::/domainnames", "apigateway:{region}::/domainnames/*"],
        "API Gateway also asks for these actions where it sets and removes tags",
    )
    .with_actions(&["apigateway:TagResource", "apigateway:UntagResource"])
    .when(&[MARKS_NO_OTHER, OURS_OR_UNMARKED]),
];

/// The rights of stacks with mappings of domain names.
pub(super) const API_MAPPING: &[Grant] = &[Grant::deploy(
    "ApiMappings",
    &["apigateway:CreateApiMapping", "apigateway:UpdateApiMapping", "apigateway:DeleteApiMapping"],
    &["apigateway:{region}::/domainnames/*/apimappings", "apigateway:{region}::/domainnames/*/apimappings/*"],
    "Creates, changes and deletes the mappings of the domain names to the API",
)
.with_actions(&["apigateway:POST", "apigateway:PATCH", "apigateway:DELETE"])
.when(&[OURS_OR_UNMARKED])];

/// The rights of stacks with a VPC link.
pub(super) const VPC_LINK: &[Grant] = &[
    Grant::deploy(
        "CreateVpcLink",
        &["apigateway:CreateVpcLink"],
        &["apigateway:{region}::/vpclinks"],
        "Creates the VPC link with the mark of the stack",
    )
    .with_actions(&["apigateway:POST"])
    .when(&[MARKS]),
    Grant::deploy(
        "VpcLinks",
        &["apigateway:UpdateVpcLink", "apigateway:DeleteVpcLink"],
        &["apigateway:{region}::/vpclinks/*"],
        "Changes and deletes the VPC link of the stack",
    )
    .with_actions(&["apigateway:PATCH", "apigateway:DELETE"])
    .when(&[OURS]),
    Grant::deploy(
        "RoleOfApiGateway",
        &["apigateway:CreateVpcLink"],
        &["iam::{account}:role/aws-service-role/ops.apigateway.amazonaws.com/AWSServiceRoleForAPIGateway"],
        "API Gateway creates its service-linked role with the first VPC link of the account",
    )
    .with_actions(&["iam:CreateServiceLinkedRole"])
    .when(&[When::new("StringEquals", "iam:AWSServiceName", &["ops.apigateway.amazonaws.com"])]),
];

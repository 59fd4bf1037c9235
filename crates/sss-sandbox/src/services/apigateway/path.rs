//! The paths of API Gateway v2, and their operations.
//!
//! An operation is a method and a path below `/v2/`, with the status of its success. The list also has
//! operations that the sandbox refuses as unknown, so that their refusals name them. Source: AWS's
//! service model.

use crate::wire::Path;

/// The paths below `/v2/`. `{name}` is a segment, and `{name+}` is the rest of the path.
pub(super) const PATHS: &[Path] = &[
    Path {
        template: "apis",
        operations: &[("POST", "CreateApi", 201), ("GET", "GetApis", 200), ("PUT", "ImportApi", 201)],
    },
    Path {
        template: "apis/{apiId}",
        operations: &[
            ("GET", "GetApi", 200),
            ("PATCH", "UpdateApi", 200),
            ("DELETE", "DeleteApi", 204),
            ("PUT", "ReimportApi", 201),
        ],
    },
    Path { template: "apis/{apiId}/cors", operations: &[("DELETE", "DeleteCorsConfiguration", 204)] },
    Path { template: "apis/{apiId}/exports/{specification}", operations: &[("GET", "ExportApi", 200)] },
    Path {
        template: "apis/{apiId}/authorizers",
        operations: &[("POST", "CreateAuthorizer", 201), ("GET", "GetAuthorizers", 200)],
    },
    Path {
        template: "apis/{apiId}/authorizers/{authorizerId}",
        operations: &[
            ("GET", "GetAuthorizer", 200),
            ("PATCH", "UpdateAuthorizer", 200),
            ("DELETE", "DeleteAuthorizer", 204),
        ],
    },
    Path {
        template: "apis/{apiId}/deployments",
        operations: &[("POST", "CreateDeployment", 201), ("GET", "GetDeployments", 200)],
    },
    Path {
        template: "apis/{apiId}/deployments/{deploymentId}",
        operations: &[
            ("GET", "GetDeployment", 200),
            ("PATCH", "UpdateDeployment", 200),
            ("DELETE", "DeleteDeployment", 204),
        ],
    },
    Path {
        template: "apis/{apiId}/integrations",
        operations: &[("POST", "CreateIntegration", 201), ("GET", "GetIntegrations", 200)],
    },
    Path {
        template: "apis/{apiId}/integrations/{integrationId}",
        operations: &[
            ("GET", "GetIntegration", 200),
            ("PATCH", "UpdateIntegration", 200),
            ("DELETE", "DeleteIntegration", 204),
        ],
    },
    Path {
        template: "apis/{apiId}/routes",
        operations: &[("POST", "CreateRoute", 201), ("GET", "GetRoutes", 200)],
    },
    Path {
        template: "apis/{apiId}/routes/{routeId}",
        operations: &[
            ("GET", "GetRoute", 200),
            ("PATCH", "UpdateRoute", 200),
            ("DELETE", "DeleteRoute", 204),
        ],
    },
    Path {
        template: "apis/{apiId}/routes/{routeId}/requestparameters/{requestParameterKey}",
        operations: &[("DELETE", "DeleteRouteRequestParameter", 204)],
    },
    Path {
        template: "apis/{apiId}/stages",
        operations: &[("POST", "CreateStage", 201), ("GET", "GetStages", 200)],
    },
    Path {
        template: "apis/{apiId}/stages/{stageName}",
        operations: &[
            ("GET", "GetStage", 200),
            ("PATCH", "UpdateStage", 200),
            ("DELETE", "DeleteStage", 204),
        ],
    },
    Path {
        template: "apis/{apiId}/stages/{stageName}/accesslogsettings",
        operations: &[("DELETE", "DeleteAccessLogSettings", 204)],
    },
    Path {
        template: "apis/{apiId}/stages/{stageName}/routesettings/{routeKey}",
        operations: &[("DELETE", "DeleteRouteSettings", 204)],
    },
    Path {
        template: "apis/{apiId}/stages/{stageName}/cache/authorizers",
        operations: &[("DELETE", "ResetAuthorizersCache", 204)],
    },
    Path {
        template: "domainnames",
        operations: &[("POST", "CreateDomainName", 201), ("GET", "GetDomainNames", 200)],
    },
    Path {
        template: "domainnames/{domainName}",
        operations: &[
            ("GET", "GetDomainName", 200),
            ("PATCH", "UpdateDomainName", 200),
            ("DELETE", "DeleteDomainName", 204),
        ],
    },
    Path {
        template: "domainnames/{domainName}/apimappings",
        operations: &[("POST", "CreateApiMapping", 201), ("GET", "GetApiMappings", 200)],
    },
    Path {
        template: "domainnames/{domainName}/apimappings/{apiMappingId}",
        operations: &[
            ("GET", "GetApiMapping", 200),
            ("PATCH", "UpdateApiMapping", 200),
            ("DELETE", "DeleteApiMapping", 204),
        ],
    },
    Path { template: "vpclinks", operations: &[("POST", "CreateVpcLink", 201), ("GET", "GetVpcLinks", 200)] },
    Path {
        template: "vpclinks/{vpcLinkId}",
        operations: &[
            ("GET", "GetVpcLink", 200),
            ("PATCH", "UpdateVpcLink", 200),
            ("DELETE", "DeleteVpcLink", 202),
        ],
    },
    Path {
        template: "tags/{resourceArn+}",
        operations: &[
            ("GET", "GetTags", 200),
            ("POST", "TagResource", 201),
            ("DELETE", "UntagResource", 204),
        ],
    },
];

//! API Gateway v2's paths and what stands behind them.

use http::Method;
use percent_encoding::percent_decode_str;

/// The operations of one path, each with its method.
struct Path {
    template: &'static str,
    operations: &'static [(&'static str, &'static str)],
}

/// A last segment in braces with a `+` takes the rest of the path.
const PATHS: [Path; 19] = [
    Path { template: "apis", operations: &[("POST", "CreateApi"), ("GET", "GetApis"), ("PUT", "ImportApi")] },
    Path {
        template: "apis/{apiId}",
        operations: &[
            ("GET", "GetApi"),
            ("PATCH", "UpdateApi"),
            ("DELETE", "DeleteApi"),
            ("PUT", "ReimportApi"),
        ],
    },
    Path { template: "apis/{apiId}/cors", operations: &[("DELETE", "DeleteCorsConfiguration")] },
    Path { template: "apis/{apiId}/exports/{specification}", operations: &[("GET", "ExportApi")] },
    Path {
        template: "apis/{apiId}/authorizers",
        operations: &[("POST", "CreateAuthorizer"), ("GET", "GetAuthorizers")],
    },
    Path {
        template: "apis/{apiId}/authorizers/{authorizerId}",
        operations: &[
            ("GET", "GetAuthorizer"),
            ("PATCH", "UpdateAuthorizer"),
            ("DELETE", "DeleteAuthorizer"),
        ],
    },
    Path {
        template: "apis/{apiId}/integrations",
        operations: &[("POST", "CreateIntegration"), ("GET", "GetIntegrations")],
    },
    Path {
        template: "apis/{apiId}/integrations/{integrationId}",
        operations: &[
            ("GET", "GetIntegration"),
            ("PATCH", "UpdateIntegration"),
            ("DELETE", "DeleteIntegration"),
        ],
    },
    Path { template: "apis/{apiId}/routes", operations: &[("POST", "CreateRoute"), ("GET", "GetRoutes")] },
    Path {
        template: "apis/{apiId}/routes/{routeId}",
        operations: &[("GET", "GetRoute"), ("PATCH", "UpdateRoute"), ("DELETE", "DeleteRoute")],
    },
    Path {
        template: "apis/{apiId}/routes/{routeId}/requestparameters/{requestParameterKey}",
        operations: &[("DELETE", "DeleteRouteRequestParameter")],
    },
    Path { template: "apis/{apiId}/stages", operations: &[("POST", "CreateStage"), ("GET", "GetStages")] },
    Path {
        template: "apis/{apiId}/stages/{stageName}",
        operations: &[("GET", "GetStage"), ("PATCH", "UpdateStage"), ("DELETE", "DeleteStage")],
    },
    Path {
        template: "apis/{apiId}/stages/{stageName}/accesslogsettings",
        operations: &[("DELETE", "DeleteAccessLogSettings")],
    },
    Path {
        template: "apis/{apiId}/stages/{stageName}/routesettings/{routeKey}",
        operations: &[("DELETE", "DeleteRouteSettings")],
    },
    Path {
        template: "apis/{apiId}/stages/{stageName}/cache/authorizers",
        operations: &[("DELETE", "ResetAuthorizersCache")],
    },
    Path { template: "vpclinks", operations: &[("POST", "CreateVpcLink"), ("GET", "GetVpcLinks")] },
    Path {
        template: "vpclinks/{vpcLinkId}",
        operations: &[("GET", "GetVpcLink"), ("PATCH", "UpdateVpcLink"), ("DELETE", "DeleteVpcLink")],
    },
    Path {
        template: "tags/{resourceArn+}",
        operations: &[("GET", "GetTags"), ("POST", "TagResource"), ("DELETE", "UntagResource")],
    },
];

/// The operation at a path, and the path's parameters.
pub(super) fn find(method: &Method, path: &str) -> Option<(&'static str, Vec<(String, String)>)> {
    let path = path.strip_prefix("/v2/")?;
    PATHS.iter().find_map(|entry| {
        let parameters = matched(entry.template, path)?;
        let (_, operation) = entry.operations.iter().find(|(of, _)| *of == method.as_str())?;
        Some((*operation, parameters))
    })
}

/// The parameters of a path that has the template's form.
fn matched(template: &str, path: &str) -> Option<Vec<(String, String)>> {
    let mut parameters = Vec::new();
    let mut rest = Some(path);
    for expected in template.split('/') {
        let remaining = rest?;
        let Some(name) = expected.strip_prefix('{').and_then(|name| name.strip_suffix('}')) else {
            let (segment, next) = first_segment(remaining);
            rest = next;
            if segment != expected {
                return None;
            }
            continue;
        };
        let (name, (value, next)) = match name.strip_suffix('+') {
            Some(name) => (name, (remaining, None)),
            None => (name, first_segment(remaining)),
        };
        rest = next;
        parameters.push((name.to_owned(), percent_decode_str(value).decode_utf8_lossy().into_owned()));
    }
    rest.is_none().then_some(parameters)
}

fn first_segment(path: &str) -> (&str, Option<&str>) {
    path.split_once('/').map_or((path, None), |(segment, rest)| (segment, Some(rest)))
}

//! The HTTP API of the reference stack.

use crate::conformance::step::{Step, answers, becomes, keeps, refused};

/// Creates the API with its VPC link, authorizer, integration, route and stage, and tries the combinations
/// that API Gateway refuses.
pub(super) const STEPS: &[Step] = &[
    refused(
        "apigatewayv2 create-api --name mz-dev-api-gateway --protocol-type HTTP \
            --cors-configuration 'AllowOrigins=*,AllowCredentials=true'",
        "BadRequestException",
        "allow-credentials is not supported",
    ),
    keeps(
        "apigatewayv2 create-api --name mz-dev-api-gateway --protocol-type HTTP --tags Owner=mamezou \
            --cors-configuration AllowOrigins=https://example.com,AllowMethods=GET,POST,AllowCredentials=true,MaxAge=80000",
        "ApiId",
        "api",
    ),
    answers(
        "apigatewayv2 get-api --api-id <api>",
        "[Name, ProtocolType, ApiEndpoint, CorsConfiguration.MaxAge, CorsConfiguration.AllowCredentials]",
        "mz-dev-api-gateway HTTP https://<api>.execute-api.<region>.amazonaws.com 80000 True",
    ),
    answers("apigatewayv2 get-apis", "Items[].ApiId", "<api>"),
    answers(
        "apigatewayv2 create-vpc-link --name mz-dev-vpc-link --subnet-ids <subnets> \
            --security-group-ids <default_security_group_id>",
        "VpcLinkStatus",
        "PENDING",
    ),
    keeps("apigatewayv2 get-vpc-links", "Items[].VpcLinkId", "link"),
    keeps(
        "apigatewayv2 create-authorizer --api-id <api> --name mz-dev-jwt-authorizer --authorizer-type JWT \
            --identity-source $request.header.Authorization --jwt-configuration \
            Audience=1example23456789abcdefghij,Issuer=https://cognito-idp.<region>.amazonaws.com/<region>_example01",
        "AuthorizerId",
        "authorizer",
    ),
    answers(
        "apigatewayv2 get-authorizers --api-id <api>",
        "Items[].[Name, AuthorizerType, IdentitySource[0], JwtConfiguration.Audience[0]]",
        "mz-dev-jwt-authorizer JWT $request.header.Authorization 1example23456789abcdefghij",
    ),
    becomes("apigatewayv2 get-vpc-link --vpc-link-id <link>", "VpcLinkStatus", "AVAILABLE"),
    refused(
        "apigatewayv2 create-integration --api-id <api> --integration-type HTTP_PROXY --integration-method ANY \
            --connection-type VPC_LINK --connection-id <link> --payload-format-version 1.0 \
            --integration-uri http://mz-dev-app.mz-dev-application-service.internal",
        "BadRequestException",
        "",
    ),
    keeps(
        "apigatewayv2 create-integration --api-id <api> --integration-type HTTP_PROXY --integration-method ANY \
            --connection-type VPC_LINK --connection-id <link> --payload-format-version 1.0 \
            --integration-uri <discovery_arn>",
        "IntegrationId",
        "integration",
    ),
    answers(
        "apigatewayv2 get-integrations --api-id <api>",
        "Items[].[IntegrationType, ConnectionType, ConnectionId, IntegrationUri, TimeoutInMillis]",
        "HTTP_PROXY VPC_LINK <link> <discovery_arn> 30000",
    ),
    refused(
        "apigatewayv2 create-route --api-id <api> --route-key 'GET /{proxy+}' --target integrations/<integration> \
            --authorization-type JWT --authorizer-id nobody",
        "BadRequestException",
        "Invalid authorizer ID specified",
    ),
    keeps(
        "apigatewayv2 create-route --api-id <api> --route-key 'GET /{proxy+}' --target integrations/<integration> \
            --authorization-type JWT --authorizer-id <authorizer>",
        "RouteId",
        "route",
    ),
    refused(
        "apigatewayv2 create-route --api-id <api> --route-key 'GET /{proxy+}' --target integrations/<integration>",
        "ConflictException",
        "",
    ),
    answers(
        "apigatewayv2 get-routes --api-id <api>",
        "Items[].[RouteKey, Target, AuthorizationType, AuthorizerId]",
        "GET /{proxy+} integrations/<integration> JWT <authorizer>",
    ),
    answers(
        r#"apigatewayv2 create-stage --api-id <api> --stage-name $default --auto-deploy --access-log-settings
            '{"DestinationArn": "arn:aws:logs:<region>:<account>:log-group:/aws/api-gateway/mz-dev",
            "Format": "{\"requestId\": \"$context.requestId\"}"}'"#,
        "[StageName, AutoDeploy]",
        "$default True",
    ),
    refused(
        "apigatewayv2 create-stage --api-id <api> --stage-name $default --auto-deploy",
        "ConflictException",
        "",
    ),
    answers(
        "apigatewayv2 get-stage --api-id <api> --stage-name $default",
        "[AutoDeploy, AccessLogSettings.Format]",
        r#"True {"requestId": "$context.requestId"}"#,
    ),
    answers("apigatewayv2 get-stages --api-id <api>", "Items[].StageName", "$default"),
    keeps("apigatewayv2 get-stage --api-id <api> --stage-name $default", "DeploymentId", "deployment"),
    answers(
        "apigatewayv2 get-deployments --api-id <api>",
        "Items[].[DeploymentId, DeploymentStatus, AutoDeployed]",
        "<deployment> DEPLOYED True",
    ),
    answers(
        "apigatewayv2 get-deployment --api-id <api> --deployment-id <deployment>",
        "Description",
        "Automatic deployment triggered by changes to the Api configuration",
    ),
    refused(
        "apigatewayv2 get-routes --api-id <api> --next-token mz --no-paginate",
        "BadRequestException",
        "token",
    ),
    answers(
        "apigatewayv2 update-route --api-id <api> --route-id <route> --authorization-type NONE",
        "[AuthorizationType, AuthorizerId]",
        "NONE None",
    ),
    answers(
        "apigatewayv2 update-route --api-id <api> --route-id <route> --authorization-type JWT \
            --authorizer-id <authorizer>",
        "AuthorizerId",
        "<authorizer>",
    ),
];

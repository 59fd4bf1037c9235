use serde_json::{Value, json};

use super::{accepted, check_refused, private_integration, refused, routed, with, with_api};

#[test]
fn new_integration_has_its_members_and_defaults() {
    let mut routed = routed();
    let id = json!({ "apiId": routed.api, "integrationId": routed.integration });
    let expected = with(
        private_integration(&routed.api, &routed.link),
        json!({ "integrationId": routed.integration, "timeoutInMillis": 30000 }),
    );
    let mut expected = expected;
    expected.as_object_mut().unwrap().remove("apiId");
    assert_eq!(accepted(&mut routed.world, "GetIntegration", id), expected);
    let listed = accepted(&mut routed.world, "GetIntegrations", json!({ "apiId": routed.api }));
    assert_eq!(listed["items"], json!([expected]));
}

#[test]
fn private_integration_needs_a_link_and_a_target() {
    let mut routed = routed();
    let valid = private_integration(&routed.api, &routed.link);
    let but = |members: Value| with(valid.clone(), members);
    let account = "arn:aws:servicediscovery:ap-northeast-1:123456789012";
    let balancer = "arn:aws:elasticloadbalancing:ap-northeast-1:123456789012";
    let inputs = [
        but(json!({ "integrationUri": "http://web.shop.internal" })),
        but(json!({ "integrationUri": format!("{account}:namespace/ns-0123456789abcdef") })),
        but(json!({ "integrationUri": format!("{balancer}:loadbalancer/net/a/b") })),
        but(json!({ "integrationUri": null })),
        but(json!({ "connectionId": null })),
        but(json!({ "connectionId": "nolink" })),
        but(json!({ "connectionType": "TUNNEL" })),
        but(json!({ "integrationMethod": null })),
        but(json!({ "integrationType": null })),
        but(json!({ "integrationType": "MOCK" })),
        but(json!({ "payloadFormatVersion": "2.0" })),
        but(json!({ "timeoutInMillis": 49 })),
        but(json!({ "timeoutInMillis": 30001 })),
        but(json!({ "requestParameters": { "append:path": "/x" } })),
        but(json!({ "requestParameters": { "overwrite:header.Authorization": "x" } })),
        but(json!({ "responseParameters": { "199": { "append:header.x": "y" } } })),
        but(json!({ "connectionType": "INTERNET" })),
    ];

    check_refused(&mut routed.world, "CreateIntegration", 400, &inputs);
    let (_, message) = refused(&mut routed.world, "CreateIntegration", inputs[0].clone());
    assert_eq!(
        message,
        "For VpcLink VPC_LINK, integration uri should be a valid ELB listener ARN or a valid Cloud Map service ARN."
    );
    for uri in [
        format!("{account}:service/srv-0123456789abcdef?stage=one"),
        format!("{balancer}:listener/app/a/b/c"),
    ] {
        accepted(&mut routed.world, "CreateIntegration", but(json!({ "integrationUri": uri })));
    }
    let mapped = json!({ "requestParameters": { "overwrite:path": "$request.path", "remove:header.x": "" } });
    let made = accepted(&mut routed.world, "CreateIntegration", but(mapped.clone()));
    assert_eq!(made["requestParameters"], mapped["requestParameters"]);
}

#[test]
fn public_integration_needs_an_address() {
    let (mut world, api) = with_api();
    let input = json!({ "apiId": api, "integrationType": "HTTP_PROXY", "integrationMethod": "GET" });
    let to = |uri: &str| with(input.clone(), json!({ "integrationUri": uri }));
    let made = accepted(&mut world, "CreateIntegration", to("https://example.com"));
    assert_eq!((&made["connectionType"], &made["payloadFormatVersion"]), (&json!("INTERNET"), &json!("1.0")));
    check_refused(&mut world, "CreateIntegration", 400, &[to("example.com"), input]);
}

#[test]
fn update_keeps_members_that_it_does_not_name() {
    let mut routed = routed();
    let id = json!({ "apiId": routed.api, "integrationId": routed.integration });
    let change = json!({ "timeoutInMillis": 1000, "requestParameters": { "overwrite:path": "/a", "append:header.b": "c" } });
    accepted(&mut routed.world, "UpdateIntegration", with(id.clone(), change));
    let change = json!({ "requestParameters": { "overwrite:path": "" } });
    let made = accepted(&mut routed.world, "UpdateIntegration", with(id.clone(), change));
    assert_eq!(made["timeoutInMillis"], 1000);
    assert_eq!(made["requestParameters"], json!({ "append:header.b": "c" }));
    assert_eq!(made["connectionId"], routed.link.as_str());
    check_refused(
        &mut routed.world,
        "UpdateIntegration",
        400,
        &[with(id, json!({ "connectionId": "nolink" }))],
    );
}

#[test]
fn integration_with_routes_cannot_be_deleted() {
    let mut routed = routed();
    let id = json!({ "apiId": routed.api, "integrationId": routed.integration });
    let (status, message) = refused(&mut routed.world, "DeleteIntegration", id.clone());
    let route = &routed.route;
    let expected = format!(
        "Cannot delete Integration because it is referenced by the following Routes with Ids: [{route}]"
    );
    assert_eq!((status, message), (409, expected));
    accepted(&mut routed.world, "DeleteRoute", json!({ "apiId": routed.api, "routeId": route }));
    accepted(&mut routed.world, "DeleteIntegration", id.clone());
    check_refused(&mut routed.world, "DeleteIntegration", 404, &[id]);
}

use serde_json::{Value, json};

use super::{
    GROUP, SUBNET, accepted, account, check_refused, link, pass, private_integration, refused, routed, text,
    with,
};
use crate::{Delays, services::ec2, world::World};

fn status(world: &mut World, link: &str) -> Value {
    accepted(world, "GetVpcLink", json!({ "vpcLinkId": link }))["vpcLinkStatus"].clone()
}

#[test]
fn vpc_link_takes_time_to_appear_and_to_disappear() {
    let mut world = account();
    let id = link(&mut world);
    let made = accepted(&mut world, "GetVpcLink", json!({ "vpcLinkId": id }));

    assert_eq!(id.len(), 6);
    assert_eq!(made["vpcLinkVersion"], "V2");
    assert_eq!(made["subnetIds"], json!([SUBNET]));
    assert_eq!(made["securityGroupIds"], json!([GROUP]));
    pass(&mut world, 149_999);
    assert_eq!(status(&mut world, &id), "PENDING");
    pass(&mut world, 1);
    assert_eq!(status(&mut world, &id), "AVAILABLE");
    accepted(&mut world, "DeleteVpcLink", json!({ "vpcLinkId": id }));
    pass(&mut world, 119_999);
    assert_eq!(status(&mut world, &id), "DELETING");
    assert_eq!(accepted(&mut world, "GetVpcLinks", json!({}))["items"].as_array().unwrap().len(), 1);
    pass(&mut world, 1);
    check_refused(&mut world, "GetVpcLink", 404, &[json!({ "vpcLinkId": id })]);
}

#[test]
fn vpc_link_deleted_while_pending_stays_deleted() {
    let mut world = account();
    let id = link(&mut world);
    pass(&mut world, 100_000);
    accepted(&mut world, "DeleteVpcLink", json!({ "vpcLinkId": id }));
    pass(&mut world, 60_000);
    assert_eq!(status(&mut world, &id), "DELETING");
}

#[test]
fn vpc_link_without_traffic_becomes_inactive() {
    let mut world = account();
    let id = link(&mut world);
    pass(&mut world, 150_000 + 60 * 24 * 60 * 60 * 1_000);
    assert_eq!(status(&mut world, &id), "INACTIVE");
    accepted(&mut world, "DeleteVpcLink", json!({ "vpcLinkId": id }));
}

#[test]
fn integration_accepts_a_pending_vpc_link() {
    let mut routed = routed();
    let world = &mut routed.world;
    assert_eq!(status(world, &routed.link), "PENDING");
    let (code, message) = refused(world, "DeleteVpcLink", json!({ "vpcLinkId": routed.link }));
    let expected = format!(
        "Cannot delete vpc link. Vpc link '{}', is referenced in [ANY:{}] in format of [Method:Resource].",
        routed.link, routed.route
    );
    assert_eq!((code, message), (400, expected));

    let second = link(world);
    let change = json!({ "apiId": routed.api, "integrationId": routed.integration, "connectionId": second });
    accepted(world, "UpdateIntegration", change);
    accepted(world, "DeleteVpcLink", json!({ "vpcLinkId": routed.link }));
    let late = private_integration(&routed.api, &routed.link);
    check_refused(world, "CreateIntegration", 400, &[late]);
}

#[test]
fn vpc_link_holds_its_security_group() {
    let mut world = account();
    let group = json!({ "GroupName": "links", "GroupDescription": "x", "VpcId": "vpc-0a1b2c3d4e5f60718" });
    let group = text(&ec2::call(&mut world, "CreateSecurityGroup", &group).unwrap(), "groupId");
    let input = json!({ "name": "link", "subnetIds": [SUBNET], "securityGroupIds": [group] });
    let id = text(&accepted(&mut world, "CreateVpcLink", input), "vpcLinkId");
    let delete = |world: &mut World| ec2::call(world, "DeleteSecurityGroup", &json!({ "GroupId": group }));
    assert_eq!(delete(&mut world).unwrap_err().code, "DependencyViolation");
    accepted(&mut world, "DeleteVpcLink", json!({ "vpcLinkId": id }));
    pass(&mut world, 120_000 + 59_999);
    assert_eq!(delete(&mut world).unwrap_err().code, "DependencyViolation");
    pass(&mut world, 1);
    delete(&mut world).unwrap();
}

#[test]
fn long_delay_holds_the_security_group() {
    let mut world = account();
    world.set_delays(Delays::long());
    let group = json!({ "GroupName": "links", "GroupDescription": "x", "VpcId": "vpc-0a1b2c3d4e5f60718" });
    let group = text(&ec2::call(&mut world, "CreateSecurityGroup", &group).unwrap(), "groupId");
    let input = json!({ "name": "link", "subnetIds": [SUBNET], "securityGroupIds": [group] });
    let id = text(&accepted(&mut world, "CreateVpcLink", input), "vpcLinkId");
    accepted(&mut world, "DeleteVpcLink", json!({ "vpcLinkId": id }));
    let delete = |world: &mut World| ec2::call(world, "DeleteSecurityGroup", &json!({ "GroupId": group }));
    pass(&mut world, 120_000 + 20 * 60_000 - 1);
    assert_eq!(delete(&mut world).unwrap_err().code, "DependencyViolation");
    pass(&mut world, 1);
    delete(&mut world).unwrap();
}

#[test]
fn vpc_link_request_against_the_rules_is_refused() {
    let mut world = account();
    let valid = json!({ "name": "link", "subnetIds": [SUBNET] });
    let inputs = [
        json!({ "subnetIds": [SUBNET] }),
        with(valid.clone(), json!({ "subnetIds": [] })),
        with(valid.clone(), json!({ "subnetIds": ["subnet-00000000000000000"] })),
        with(valid.clone(), json!({ "securityGroupIds": ["sg-00000000000000000"] })),
        with(valid.clone(), json!({ "name": "x".repeat(129) })),
    ];
    check_refused(&mut world, "CreateVpcLink", 400, &inputs);
    for _ in 0..10 {
        accepted(&mut world, "CreateVpcLink", valid.clone());
    }
    check_refused(&mut world, "CreateVpcLink", 429, &[valid]);
}

#[test]
fn only_the_name_of_a_vpc_link_changes() {
    let mut world = account();
    let id = link(&mut world);
    let change = json!({ "vpcLinkId": id, "name": "new", "subnetIds": ["subnet-0a1b2c3d4e5f60002"] });
    let updated = accepted(&mut world, "UpdateVpcLink", change);
    assert_eq!(updated["name"], "new");
    assert_eq!(updated["subnetIds"], json!([SUBNET]));
}

#[test]
fn next_vpc_link_fails_on_request() {
    let mut world = account();
    super::super::fail_next(&mut world, "no addresses are left");
    let (failing, next) = (link(&mut world), link(&mut world));

    assert_eq!(status(&mut world, &failing), "PENDING");
    pass(&mut world, 150_000);
    let failed = accepted(&mut world, "GetVpcLink", json!({ "vpcLinkId": failing }));
    assert_eq!(
        (text(&failed, "vpcLinkStatus"), text(&failed, "vpcLinkStatusMessage")),
        ("FAILED".to_owned(), "no addresses are left".to_owned(),)
    );
    assert_eq!(status(&mut world, &next), "AVAILABLE", "only the next one fails");
    pass(&mut world, 60 * 24 * 60 * 60 * 1_000);
    assert_eq!(status(&mut world, &failing), "FAILED");
    accepted(&mut world, "DeleteVpcLink", json!({ "vpcLinkId": failing }));
    pass(&mut world, 120_000);
    check_refused(&mut world, "GetVpcLink", 404, &[json!({ "vpcLinkId": failing })]);
}

#[test]
fn zone_without_vpc_links_is_refused() {
    let mut world = account();
    let zone = ec2::zone_id(&world, SUBNET).unwrap().to_owned();
    super::super::allow_no_links_in(&mut world, &zone);
    let others = ["subnet-0a1b2c3d4e5f60002", "subnet-0a1b2c3d4e5f60003"];
    let (code, message) =
        refused(&mut world, "CreateVpcLink", json!({ "name": "link", "subnetIds": [others[0], SUBNET] }));
    let expected =
        format!("Subnet '{SUBNET}' is in Availability Zone '{zone}' where service is not available");
    assert_eq!((code, message), (400, expected));
    let made = accepted(&mut world, "CreateVpcLink", json!({ "name": "link", "subnetIds": others }));
    assert_eq!(made["subnetIds"], json!([others[1], others[0]]), "in an order of AWS's own");
}

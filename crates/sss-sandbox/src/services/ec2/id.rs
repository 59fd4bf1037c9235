//! The ids of EC2's objects: their form, and the refusals of unknown ids.
//!
//! An id is a prefix and 8 or 17 hexadecimal digits. EC2 checks the form before it looks for the object, and
//! has a code for either refusal. The codes differ in the case of `Id`, as AWS's list of error codes has
//! them.

use std::collections::BTreeMap;

use crate::refusal::Refusal;

/// A kind of object, by the prefix of its ids.
pub(super) struct Kind {
    /// The beginning of the ids, with its hyphen.
    pub(super) prefix: &'static str,
    /// The type of the object in ARNs.
    pub(super) resource_type: &'static str,
    /// The name of the kind in messages.
    noun: &'static str,
    /// The code for an id of another form.
    malformed: &'static str,
    /// The code for an id of no object.
    not_found: &'static str,
}

/// Security groups.
pub(super) const GROUP: Kind = Kind {
    prefix: "sg-",
    resource_type: "security-group",
    noun: "security group",
    malformed: "InvalidGroupId.Malformed",
    not_found: "InvalidGroup.NotFound",
};
/// Rules of security groups.
pub(super) const RULE: Kind = Kind {
    prefix: "sgr-",
    resource_type: "security-group-rule",
    noun: "security group rule ID",
    malformed: "InvalidSecurityGroupRuleId.Malformed",
    not_found: "InvalidSecurityGroupRuleId.NotFound",
};
/// VPCs.
pub(super) const VPC: Kind = Kind {
    prefix: "vpc-",
    resource_type: "vpc",
    noun: "vpc ID",
    malformed: "InvalidVpcID.Malformed",
    not_found: "InvalidVpcID.NotFound",
};
/// Subnets.
pub(super) const SUBNET: Kind = Kind {
    prefix: "subnet-",
    resource_type: "subnet",
    noun: "subnet ID",
    malformed: "InvalidSubnetID.Malformed",
    not_found: "InvalidSubnetID.NotFound",
};
/// Route tables.
pub(super) const ROUTE_TABLE: Kind = Kind {
    prefix: "rtb-",
    resource_type: "route-table",
    noun: "routeTable ID",
    malformed: "InvalidRouteTableId.Malformed",
    not_found: "InvalidRouteTableID.NotFound",
};
/// NAT gateways.
pub(super) const NAT_GATEWAY: Kind = Kind {
    prefix: "nat-",
    resource_type: "natgateway",
    noun: "Nat Gateway",
    malformed: "NatGatewayMalformed",
    not_found: "NatGatewayNotFound",
};
/// VPC endpoints.
pub(super) const ENDPOINT: Kind = Kind {
    prefix: "vpce-",
    resource_type: "vpc-endpoint",
    noun: "Vpc Endpoint Id",
    malformed: "InvalidVpcEndpointId.Malformed",
    not_found: "InvalidVpcEndpointId.NotFound",
};
/// Network ACLs.
pub(super) const ACL: Kind = Kind {
    prefix: "acl-",
    resource_type: "network-acl",
    noun: "networkAcl ID",
    malformed: "InvalidNetworkAclId.Malformed",
    not_found: "InvalidNetworkAclID.NotFound",
};
/// Network interfaces.
pub(super) const INTERFACE: Kind = Kind {
    prefix: "eni-",
    resource_type: "network-interface",
    noun: "networkInterface ID",
    malformed: "InvalidNetworkInterfaceId.Malformed",
    not_found: "InvalidNetworkInterfaceID.NotFound",
};

impl Kind {
    /// Returns whether a text has the form of such an id.
    pub(super) fn is_id(&self, id: &str) -> bool {
        id.strip_prefix(self.prefix).is_some_and(|digits| {
            matches!(digits.len(), 8 | 17)
                && digits.chars().all(|digit| matches!(digit, '0'..='9' | 'a'..='f'))
        })
    }

    /// Returns the refusal of an id without an object.
    pub(super) fn not_found(&self, id: &str) -> Refusal {
        Refusal::new(self.not_found, format!("The {} '{id}' does not exist", self.noun))
    }

    /// Refuses a text that is no such id.
    pub(super) fn check_form(&self, id: &str) -> Result<(), Refusal> {
        if self.is_id(id) {
            return Ok(());
        }
        let message = format!("Invalid id: \"{id}\" (expecting \"{}...\")", self.prefix);
        Err(Refusal::new(self.malformed, message))
    }

    /// Refuses malformed ids first, then ids without an object.
    pub(super) fn check_all<T>(&self, ids: &[String], objects: &BTreeMap<String, T>) -> Result<(), Refusal> {
        ids.iter().try_for_each(|id| self.check_form(id))?;
        ids.iter().find(|id| !objects.contains_key(*id)).map_or(Ok(()), |id| Err(self.not_found(id)))
    }

    /// Refuses a malformed id, or one without an object.
    pub(super) fn check<T>(&self, id: &str, objects: &BTreeMap<String, T>) -> Result<(), Refusal> {
        self.check_form(id)?;
        if objects.contains_key(id) { Ok(()) } else { Err(self.not_found(id)) }
    }
}

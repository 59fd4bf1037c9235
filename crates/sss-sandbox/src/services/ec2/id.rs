//! The ids of EC2's objects: their form, and the refusals of unknown ids.

use std::collections::BTreeMap;

use crate::refusal::Refusal;

/// A kind of object, by the prefix of its ids.
pub(super) struct Kind {
    pub(super) prefix: &'static str,
    pub(super) resource_type: &'static str,
    noun: &'static str,
    malformed: &'static str,
    not_found: &'static str,
}

pub(super) const GROUP: Kind = Kind {
    prefix: "sg-",
    resource_type: "security-group",
    noun: "security group",
    malformed: "InvalidGroupId.Malformed",
    not_found: "InvalidGroup.NotFound",
};
pub(super) const RULE: Kind = Kind {
    prefix: "sgr-",
    resource_type: "security-group-rule",
    noun: "security group rule ID",
    malformed: "InvalidSecurityGroupRuleId.Malformed",
    not_found: "InvalidSecurityGroupRuleId.NotFound",
};
pub(super) const VPC: Kind = Kind {
    prefix: "vpc-",
    resource_type: "vpc",
    noun: "vpc ID",
    malformed: "InvalidVpcID.Malformed",
    not_found: "InvalidVpcID.NotFound",
};
pub(super) const SUBNET: Kind = Kind {
    prefix: "subnet-",
    resource_type: "subnet",
    noun: "subnet ID",
    malformed: "InvalidSubnetID.Malformed",
    not_found: "InvalidSubnetID.NotFound",
};
pub(super) const INTERFACE: Kind = Kind {
    prefix: "eni-",
    resource_type: "network-interface",
    noun: "networkInterface ID",
    malformed: "InvalidNetworkInterfaceId.Malformed",
    not_found: "InvalidNetworkInterfaceID.NotFound",
};

impl Kind {
    pub(super) fn is_id(&self, id: &str) -> bool {
        id.strip_prefix(self.prefix).is_some_and(|digits| {
            matches!(digits.len(), 8 | 17)
                && digits.chars().all(|digit| matches!(digit, '0'..='9' | 'a'..='f'))
        })
    }

    pub(super) fn not_found(&self, id: &str) -> Refusal {
        Refusal::new(self.not_found, format!("The {} '{id}' does not exist", self.noun))
    }

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

    pub(super) fn check<T>(&self, id: &str, objects: &BTreeMap<String, T>) -> Result<(), Refusal> {
        self.check_form(id)?;
        if objects.contains_key(id) { Ok(()) } else { Err(self.not_found(id)) }
    }
}

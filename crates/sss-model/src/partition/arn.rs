//! ARNs by their parts: `arn:<partition>:<service>:<region>:<account>:<resource>`.
//!
//! The resource is the rest of the text, colons included. Region and account may be empty. The parts are texts of the
//! ARN itself; whether they make sense is up to the rules of each kind of resource.

/// The parts of an ARN.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Arn<'a> {
    pub(crate) partition: &'a str,
    pub(crate) service: &'a str,
    pub(crate) region: &'a str,
    account: &'a str,
    pub(crate) resource: &'a str,
}

impl<'a> Arn<'a> {
    /// Returns the parts of an ARN, or `None` if the text has fewer than six or does not begin with `arn:`.
    pub(crate) fn of(text: &'a str) -> Option<Self> {
        let parts: Vec<&str> = text.splitn(6, ':').collect();
        let ["arn", partition, service, region, account, resource] = parts.as_slice() else { return None };
        Some(Self { partition, service, region, account, resource })
    }

    /// Returns the same ARN in another partition: the fix for an ARN that was copied from there.
    pub(crate) fn in_partition(&self, partition: &str) -> String {
        let Self { service, region, account, resource, .. } = self;
        format!("arn:{partition}:{service}:{region}:{account}:{resource}")
    }
}

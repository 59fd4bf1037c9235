//! ARNs, taken apart.

/// The parts of an ARN.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Arn<'a> {
    pub(crate) partition: &'a str,
    pub(crate) service: &'a str,
    pub(crate) region: &'a str,
    account: &'a str,
    resource: &'a str,
}

impl<'a> Arn<'a> {
    /// The parts, where the text has all of them.
    pub(crate) fn of(text: &'a str) -> Option<Self> {
        let parts: Vec<&str> = text.splitn(6, ':').collect();
        let ["arn", partition, service, region, account, resource] = parts.as_slice() else { return None };
        Some(Self { partition, service, region, account, resource })
    }

    /// The same ARN in another partition.
    pub(crate) fn in_partition(&self, partition: &str) -> String {
        let Self { service, region, account, resource, .. } = self;
        format!("arn:{partition}:{service}:{region}:{account}:{resource}")
    }
}

//! The network for a new stack file: what the account has, or placeholders.
//!
//! A stack file names a VPC, private subnets and security groups. With credentials, `init` reads these from the account;
//! with `--sandbox` they are those of the sandbox. Otherwise the file has the sandbox's ids as placeholders, and the
//! command says why: a file to start from is more useful than an error.

use std::collections::BTreeSet;

use sss_aws::{AccountSubnet, AccountVpc, Aws, networks};
use sss_model::{Network, is_without_vpc_links, tfvars};

use crate::{
    account::{Access, Account},
    failure::Failure,
    invocation::Invocation,
    stored,
};

/// The region of the example, which a new sandbox has too.
const REGION: &str = "ap-northeast-1";
/// The most subnets of a VPC link.
const MOST_SUBNETS: usize = 10;
/// The most objects that a remark lists.
const FEW: usize = 8;

/// A stack file to start from.
pub(super) struct Start {
    /// The text of the file.
    pub(super) text: String,
    /// The VPC of the account in the file. `None` if the ids are placeholders.
    pub(super) vpc: Option<String>,
    /// Why the ids are placeholders.
    pub(super) reason: Option<String>,
}

impl Start {
    /// Returns a file with placeholders, in a region if one is known.
    fn with_placeholders(region: Option<&str>, reason: String) -> Self {
        let text = region.map_or_else(tfvars::starter, |region| tfvars::starter_in(region, None, &[]));
        Self { text, vpc: None, reason: Some(reason) }
    }
}

/// Returns a stack file for the account of the invocation.
///
/// # Errors
///
/// The file of the sandbox is unusable. A real account that cannot be asked is no error.
pub(super) fn start(invocation: &Invocation) -> Result<Start, Failure> {
    let region = match invocation.sandbox_file() {
        Some(path) => Some(stored::region(&path)?.unwrap_or_else(|| REGION.to_owned())),
        None => None,
    };
    let account = Account::open(invocation, region.as_deref().unwrap_or(REGION), Access::Read)?;
    let found = account.runtime()?.block_on(ask(&account, region.as_deref(), invocation));
    Ok(match found {
        Ok((region, vpcs)) => of_account(&region, &vpcs),
        Err(Failure::Failed { message, .. }) => {
            Start::with_placeholders(None, format!("could not {message}"))
        }
        Err(failure) => return Err(failure),
    })
}

/// Reads the region and the VPCs of the account.
async fn ask(
    account: &Account,
    region: Option<&str>,
    invocation: &Invocation,
) -> Result<(String, Vec<AccountVpc>), Failure> {
    let config = account.config_in(region, &invocation.output).await?;
    let region = config.region().map(ToString::to_string).unwrap_or_default();
    let found = networks(&Aws::new(&config)).await;
    let found = found.map_err(|error| Failure::engine("read the VPCs of the account", &error))?;
    Ok((region, found))
}

/// Returns a stack file with the best VPC of an account.
fn of_account(region: &str, vpcs: &[AccountVpc]) -> Start {
    let Some(vpc) = best(vpcs) else {
        return Start::with_placeholders(Some(region), format!("found no VPC with subnets in {region}"));
    };
    let (subnets, is_public) = subnets(vpc);
    let group = vpc.security_groups.iter().find(|(_, name)| *name == "default").map(|(id, _)| id);
    let network = Network::builder()
        .vpc_id(vpc.id.as_str())
        .private_subnet_ids(subnets.iter().map(|subnet| subnet.id.as_str()))
        .vpc_link_security_group_ids(group)
        .assign_public_ip(is_public)
        .build();
    match network {
        Ok(network) => {
            let remarks = remarks(vpc, vpcs, group, is_public);
            let text = tfvars::starter_in(region, Some(&network), &remarks);
            Start { text, vpc: Some(vpc.id.clone()), reason: None }
        }
        Err(_) => Start::with_placeholders(Some(region), format!("found no usable network in {region}")),
    }
}

/// Returns the VPC with private subnets in the most zones. A VPC that somebody made wins over the default one.
fn best(vpcs: &[AccountVpc]) -> Option<&AccountVpc> {
    let zones = |vpc: &AccountVpc| {
        let private = vpc.subnets.iter().filter(|subnet| subnet.is_private && has_links(subnet));
        private.map(|subnet| subnet.zone_id.as_str()).collect::<BTreeSet<_>>().len()
    };
    let usable = vpcs.iter().filter(|vpc| vpc.subnets.iter().any(has_links));
    // Of equals the last one is the maximum, and the VPCs are in the order of their ids.
    usable.rev().max_by_key(|vpc| (zones(vpc), !vpc.is_default))
}

/// Returns the subnets for tasks and VPC link: private ones, or public ones if there are no others.
fn subnets(vpc: &AccountVpc) -> (Vec<&AccountSubnet>, bool) {
    let of = |is_private: bool| {
        let usable = vpc.subnets.iter().filter(|subnet| subnet.is_private == is_private && has_links(subnet));
        usable.take(MOST_SUBNETS).collect::<Vec<_>>()
    };
    match of(true) {
        private if private.is_empty() => (of(false), true),
        private => (private, false),
    }
}

/// Returns whether API Gateway has VPC links in the zone of a subnet.
fn has_links(subnet: &AccountSubnet) -> bool {
    !is_without_vpc_links(&subnet.zone_id)
}

/// Returns what a person may want to change in the network of the file.
fn remarks(vpc: &AccountVpc, vpcs: &[AccountVpc], group: Option<&String>, is_public: bool) -> Vec<String> {
    let mut remarks = Vec::new();
    if is_public {
        let text = "These subnets have a route to an internet gateway: tasks need public addresses there.";
        remarks.push(text.to_owned());
    }
    let others = vpcs.iter().filter(|other| other.id != vpc.id);
    let others = others.map(|other| described(&other.id, other.name.as_deref()));
    remarks.extend(listed("Other VPCs of the account", &others.collect::<Vec<_>>()));
    let groups = vpc.security_groups.iter().filter(|(id, _)| Some(*id) != group);
    let groups = groups.map(|(id, name)| described(id, Some(name)));
    remarks.extend(listed("Other security groups of the VPC", &groups.collect::<Vec<_>>()));
    remarks
}

/// Returns an id with the name of its object. Names are texts of others, so they are kept to one short line.
fn described(id: &str, name: Option<&str>) -> String {
    let name: String = name.unwrap_or_default().chars().filter(|c| !c.is_control()).take(40).collect();
    if name.is_empty() { id.to_owned() } else { format!("{id} ({name})") }
}

/// Returns a line that lists a few objects, or `None` if there are none.
fn listed(title: &str, objects: &[String]) -> Option<String> {
    let more = objects.len().saturating_sub(FEW);
    let few = objects.iter().take(FEW).cloned().collect::<Vec<_>>().join(", ");
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    (!objects.is_empty()).then(|| format!("{title}: {few}{more}"))
}

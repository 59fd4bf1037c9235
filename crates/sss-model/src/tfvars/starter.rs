//! Stack files to begin with, and the templates that give them.

use super::{list, quoted};
use crate::network::Network;
use crate::partition::Partition;

/// The region of the example.
const REGION: &str = "ap-northeast-1";

/// Returns a commented stack file with one service, to be filled in.
///
/// The file is valid as it is; its ids are those of the sandbox's account.
///
/// ```
/// let parsed = sss_model::Stack::from_toml(&sss_model::tfvars::starter()).expect("the starter file is valid");
/// assert_eq!(parsed.stack.services.len(), 1);
/// ```
pub fn starter() -> String {
    starter_in(REGION, None, &[])
}

/// Returns the same file for a region and a network.
///
/// `None` are the ids of the sandbox as placeholders. The remarks become lines of comment above the network; each is one
/// line.
///
/// ```
/// use sss_model::{Network, Stack, tfvars};
///
/// let network = Network::builder()
///     .vpc_id("vpc-0123456789abcdef0")
///     .private_subnet_ids(["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"])
///     .build()?;
/// let text = tfvars::starter_in("eu-central-1", Some(&network), &["The VPC of the account.".to_owned()]);
/// let stack = Stack::from_toml(&text).expect("a valid file").stack;
/// assert_eq!((stack.region.as_str(), &stack.network), ("eu-central-1", &network));
/// # Ok::<(), sss_model::Invalid>(())
/// ```
pub fn starter_in(region: &str, network: Option<&Network>, remarks: &[String]) -> String {
    let placeholders = placeholders();
    let ids = if network.is_some() {
        "The ids under `[network]` are those of the account."
    } else {
        "Replace the ids: these are those of the sandbox (`--sandbox`)."
    };
    let network = network.unwrap_or(&placeholders);
    let remarks: Vec<String> =
        remarks.iter().map(|remark| format!("# {}\n", remark.replace(['\n', '\r'], " "))).collect();
    let public = if network.assign_public_ip { "assign_public_ip = true\n" } else { "" };
    filled(
        include_str!("starter.toml"),
        &[
            ("ids", ids.to_owned()),
            ("region", quoted(region)),
            ("remarks", remarks.concat()),
            ("vpc_id", quoted(&network.vpc_id)),
            ("private_subnet_ids", list(&network.private_subnet_ids)),
            ("vpc_link_security_group_ids", list(&network.vpc_link_security_group_ids)),
            ("public", public.to_owned()),
            ("region_code", region.to_owned()),
            ("partition", Partition::of_region(region).name.to_owned()),
        ],
    )
}

/// Returns the network of the sandbox.
fn placeholders() -> Network {
    Network {
        vpc_id: "vpc-0a1b2c3d4e5f60718".to_owned(),
        private_subnet_ids: (1..=3).map(|number| format!("subnet-0a1b2c3d4e5f6000{number}")).collect(),
        vpc_link_security_group_ids: vec!["sg-0a1b2c3d4e5f60000".to_owned()],
        ..Network::default()
    }
}

/// Returns the template with `@name@` replaced by the values.
///
/// Such names in the values stay, because the template is split before they are inserted.
pub(super) fn filled(template: &str, values: &[(&str, String)]) -> String {
    let mut text = String::new();
    for (position, piece) in template.split('@').enumerate() {
        match values.iter().find(|(name, _)| position % 2 == 1 && *name == piece) {
            Some((_, value)) => text.push_str(value),
            None => text.push_str(piece),
        }
    }
    text
}

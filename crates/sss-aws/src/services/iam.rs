//! IAM: roles and their policies.
//!
//! A stack has one execution role, with which ECS pulls images and reads secrets, and for each service a task
//! role, with which its containers call AWS.
//!
//! # Facts about AWS
//!
//! - IAM is global. A role belongs to no region, so the tag `sss:region` tells to which region's stack it
//!   belongs.
//! - The tagging API does not know roles. `GetAccountAuthorizationDetails` has all of them with tags and
//!   policies, one call for a thousand roles in place of four calls per role. It lacks description and
//!   session length.
//! - IAM is eventually consistent. A new role may be missing in reads for seconds, and ECS may not assume it
//!   for up to half a minute, at worst two.
//! - IAM answers policy documents URL-encoded.

pub(crate) mod caller;
pub(crate) mod execution;
mod grants;
mod listing;
pub(crate) mod role;
pub(crate) mod simulation;
pub(crate) mod trust;

use aws_sdk_iam::types::{RoleDetail, Tag};

use self::role::Role;
use crate::{
    Graph, Result, World,
    client::pace::{Quota, Rate},
    engine::{kind::Resource, world::Unseen},
    grant::Grant,
    services::{
        aws_service::{AwsService, Reading},
        retag::sdk_tags,
    },
    tags::Tags,
};

/// IAM, as far as roles go.
///
/// It reads all roles of the account. A caller that is denied this reads the roles of the stack by name, and
/// the plan says that other roles of the stack would not be seen.
pub(crate) struct Iam;

/// The roles of the account, and the reason why only some of them could be read.
pub(crate) struct Found {
    /// The roles with their policies, also where they were read one by one.
    roles: Vec<RoleDetail>,
    /// The denied listing. `None` if all roles were read.
    unseen: Option<Unseen>,
}

impl AwsService for Iam {
    const NAME: &'static str = "iam";
    /// Source: none; AWS documents no quota. Clients of IAM found that this works.
    ///
    /// Another tool uses 15 calls per second for reads (`steampipe-plugin-aws`). All calls share this one
    /// bucket here.
    const QUOTAS: &'static [Quota] = &[Quota::on_all("IAM", Rate::new(15, 15.0))];
    const THROTTLED: &'static [&'static str] = &["Throttling"];
    const GRANTS: &'static [Grant] = grants::ALL;
    type Found = Found;

    /// Lists all roles of the account, because the tagging API does not know roles and no other listing has
    /// tags and policies. If AWS denies that, it reads the roles that have a name of the stack.
    ///
    /// # Errors
    ///
    /// A call failed, or both ways are denied.
    async fn first_round(cx: &Reading<'_>) -> Result<Found> {
        match listing::roles(cx.aws).await {
            Err(error) if error.is_denied() => {
                let unseen = Unseen { kind: Role::KIND, because: error.to_string() };
                Ok(Found { roles: listing::named(cx).await?, unseen: Some(unseen) })
            }
            roles => Ok(Found { roles: roles?, unseen: None }),
        }
    }

    /// Adds the roles that concern the stack in this region to the world, and notes the denied listing.
    async fn third_round(cx: &Reading<'_>, found: Found, world: &mut World) -> Result<()> {
        world.note_unseen(found.unseen);
        for detail in &found.roles {
            let (id, live) = role::decode(cx.graph, cx.aws.region(), detail)?;
            world.note_neighbour(&id, &live, []);
            if cx.graph.concerns(&id, &live) {
                world.insert(id, live);
            }
        }
        Ok(())
    }

    /// One call. An account with more than a thousand roles takes more.
    fn least_reads(_graph: &Graph, _world: &World) -> usize {
        1
    }
}

fn tags_for_sdk(tags: &Tags) -> Vec<Tag> {
    sdk_tags(tags, |key, value| {
        Tag::builder().key(key).value(value).build().expect("a tag with key and value")
    })
}

//! IAM: roles and their policies.

mod listing;
pub(crate) mod role;

use aws_sdk_iam::types::{RoleDetail, Tag};

use self::role::Role;
use crate::{
    Graph, Result, World,
    client::pace::{Quota, Rate},
    engine::{kind::Resource, world::Unseen},
    services::{
        aws_service::{AwsService, Reading},
        retag::sdk_tags,
    },
    tags::Tags,
};

/// IAM.
pub(crate) struct Iam;

/// The roles of the account, and the reason why only some of them could be read.
pub(crate) struct Found {
    roles: Vec<RoleDetail>,
    unseen: Option<Unseen>,
}

impl AwsService for Iam {
    const NAME: &'static str = "iam";
    /// Source: none; AWS documents no quota. Clients of IAM found that this works.
    const QUOTAS: &'static [Quota] = &[Quota::on_all("IAM", Rate::new(15, 15.0))];
    const THROTTLED: &'static [&'static str] = &["Throttling"];
    type Found = Found;

    /// Lists all roles of the account, because the tagging API does not know roles and no other listing has tags and policies.
    /// If AWS denies that, it reads the roles that have a name of the stack.
    async fn first_round(cx: &Reading<'_>) -> Result<Found> {
        match listing::roles(cx.aws).await {
            Err(error) if error.is_denied() => {
                let unseen = Unseen { kind: Role::KIND, because: error.to_string() };
                Ok(Found { roles: listing::named(cx).await?, unseen: Some(unseen) })
            }
            roles => Ok(Found { roles: roles?, unseen: None }),
        }
    }

    async fn third_round(cx: &Reading<'_>, found: Found, world: &mut World) -> Result<()> {
        world.note_unseen(found.unseen);
        for detail in &found.roles {
            let (id, live) = role::decode(cx.graph, cx.aws.region(), detail)?;
            if cx.graph.concerns(&id, &live) {
                world.insert(id, live);
            }
        }
        Ok(())
    }

    fn least_reads(_graph: &Graph, _world: &World) -> usize {
        1
    }
}

fn tags_for_sdk(tags: &Tags) -> Vec<Tag> {
    sdk_tags(tags, |key, value| {
        Tag::builder().key(key).value(value).build().expect("a tag with key and value")
    })
}

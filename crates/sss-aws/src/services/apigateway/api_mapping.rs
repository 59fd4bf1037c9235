//! Mappings: the paths of custom domain names that lead to the API.
//!
//! # Facts about AWS
//!
//! - A key is unique in a domain name. `UpdateApiMapping` changes the API, the stage and the key, but does not remove a
//!   key (`aws-cdk#32401`). So a mapping with another key is another mapping: it is created before the former one goes.
//! - API Gateway refuses to delete an API with mappings, and a stage of a mapping exists before.
//! - Mappings take no tags. One of a key of the stack, or that leads to the API of the stack, belongs to the stack if the
//!   domain name does. Those of others stay, and hold the domain name.

use aws_sdk_apigatewayv2::types::ApiMapping as SdkMapping;
use serde::{Deserialize, Serialize};

use crate::{
    Graph, Id, Result,
    engine::{
        graph::{Handle, Refs},
        kind::{Found, Object, Resource, Share, Way},
        once::{once, send_once},
        run::Context,
        world::Live,
    },
    error::{Absent, Answer, Sent},
    grant::Grant,
    services::{
        apigateway::{
            api::Api,
            domain_name::DomainName,
            listing,
            stage::Stage,
            turns::{Turns, turn},
        },
        whole::{Change, Whole},
    },
    tags::Ownership,
};

/// A mapping of a domain name to the stage of the API.
pub(crate) struct ApiMapping {
    pub(crate) domain: Handle<DomainName>,
    /// The path of the domain name. Empty for the whole domain name.
    pub(crate) key: String,
    pub(crate) api: Handle<Api>,
    pub(crate) stage: Handle<Stage>,
}

/// The managed part of a mapping.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct State {
    /// The domain name.
    pub(crate) domain: String,
    /// The path of the domain name. Empty for the whole domain name.
    pub(crate) key: String,
    /// The id of the API.
    pub(crate) api: String,
    /// The name of the stage.
    pub(crate) stage: String,
    /// The regional name of the domain name, by which records of DNS refer to the mapping.
    pub(crate) target: String,
}

/// The id that API Gateway gives a mapping, and the name by which requests come to it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Output {
    /// The id, unique in the domain name.
    pub(crate) id: String,
    /// The regional name of the domain name. The mapping goes after the records that lead there.
    pub(crate) target: String,
}

/// Returns the name of a mapping: the domain name, and the path behind it.
pub(crate) fn name(domain: &str, key: &str) -> String {
    if key.is_empty() { domain.to_owned() } else { format!("{domain}/{key}") }
}

impl Resource for ApiMapping {
    const NAME: &'static str = "apigatewayv2/api-mapping";
    const SHARED: Option<Share> = Some(Turns::share);
    const CREATE: &'static str = "apigateway:CreateApiMapping";
    const GRANTS: &'static [Grant] = super::grants::API_MAPPING;
    type State = State;
    type Output = Output;
    type Write<'a> = Change<'a, Self>;

    fn name(&self) -> String {
        name(&self.domain.id().name, &self.key)
    }

    fn pending(id: &Id) -> Output {
        Output { id: format!("(id of {id})"), target: format!("(regional name of {id})") }
    }

    /// Clients of one mapping of the API move to any other one, so a new one is there before a former one goes.
    fn overlap(_one: &str, _other: &str) -> bool {
        true
    }

    fn desired(&self, refs: &Refs<'_>) -> State {
        refs.get(&self.stage);
        let domain = refs.get(&self.domain);
        State {
            domain: domain.name,
            key: self.key.clone(),
            api: refs.get(&self.api).id,
            stage: self.stage.id().name.clone(),
            target: domain.target,
        }
    }

    /// Creates the mapping when the API's turn has come.
    ///
    /// If the answer is lost, the mapping of this key to this API is the one, because keys are unique.
    async fn create(cx: &Context, id: &Id, _name: &str, want: &State) -> Result<Output> {
        let _turn = turn(cx, &want.api).await;
        let request = cx.aws.apigateway.create_api_mapping().domain_name(&want.domain);
        let request = request.api_id(&want.api).stage(&want.stage).api_mapping_key(&want.key);
        let with_id = |id: String| Output { id, target: want.target.clone() };
        let make = || async {
            let answer = send_once!(aws_sdk_apigatewayv2, request.clone()).await.of(Self::CREATE)?;
            Ok(with_id(answer.api_mapping_id.sent(Self::CREATE, "apiMappingId")?))
        };
        let look = || async {
            let all = listing::mappings(&cx.aws, &want.domain).await?;
            let found = all.into_iter().find(|found| {
                found.api_mapping_key().unwrap_or_default() == want.key && found.api_id() == Some(&want.api)
            });
            Ok(found.and_then(|found| found.api_mapping_id).map(with_id))
        };
        once(cx, id, make, look).await
    }

    fn writes<'a>(way: &Way<'a, State>) -> Vec<Change<'a, Self>> {
        Change::of(way)
    }

    /// Carries out one write when the API's turn has come. A mapping that no longer exists counts as deleted.
    async fn write<'a>(cx: &Context, on: &'a Object<'_, Self>, write: Change<'a, Self>) -> Result<()> {
        let id = &on.output.id;
        match write {
            Change::Update { want, .. } => {
                let _turn = turn(cx, &want.api).await;
                let request = cx.aws.apigateway.update_api_mapping().domain_name(&want.domain);
                let request = request.api_mapping_id(id).api_id(&want.api).stage(&want.stage);
                request.send().await.of(Self::UPDATE).map(drop)
            }
            Change::Delete(live) => {
                let _turn = turn(cx, &live.api).await;
                let request = cx.aws.apigateway.delete_api_mapping().domain_name(&live.domain);
                let gone = request.api_mapping_id(id).send().await.of(Self::DELETE);
                gone.none_if(&["NotFoundException"]).map(drop)
            }
        }
    }
}

impl Whole for ApiMapping {
    const UPDATE: &'static str = "apigateway:UpdateApiMapping";
    const DELETE: &'static str = "apigateway:DeleteApiMapping";
}

/// Decodes a mapping of a domain name with this regional name. `owner` tells its owner by the state.
pub(super) fn decode(
    (domain, target): (&str, &str),
    found: &SdkMapping,
    owner: impl FnOnce(&Id, &State) -> Ownership,
) -> (Id, Live) {
    let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
    let state = State {
        domain: domain.to_owned(),
        key: text(found.api_mapping_key()),
        api: text(found.api_id()),
        stage: text(found.stage()),
        target: target.to_owned(),
    };
    let name = name(domain, &state.key);
    let id = Id::new(ApiMapping::KIND, name.clone());
    let ownership = owner(&id, &state);
    let physical = text(found.api_mapping_id());
    let output = Output { id: physical.clone(), target: target.to_owned() };
    (id, Found::<ApiMapping> { physical, name, state, output }.into_live(ownership))
}

/// Returns the owner of a mapping: that of the domain name, unless a domain name of ours leads to others by it.
///
/// `apis` are the ids of the APIs of the stack, and `left_alone` those of mappings that an adoption left to others.
pub(super) fn owner(
    graph: &Graph,
    of_domain: &Ownership,
    apis: &[&str],
    is_left_alone: bool,
    (id, state): (&Id, &State),
) -> Ownership {
    let leads_to_ours = apis.contains(&state.api.as_str()) && !is_left_alone;
    match of_domain {
        Ownership::Ours if graph.node(id).is_none() && !leads_to_ours => Ownership::Unmarked,
        owner => owner.clone(),
    }
}

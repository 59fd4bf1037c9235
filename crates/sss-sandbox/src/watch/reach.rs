//! The requests that reach a serving task through integration, VPC link, and registry or load balancer.
//!
//! A request passes the route with the best fit, its private integration, the VPC link (AVAILABLE), and the
//! Cloud Map service (a healthy instance that is a serving task) or the listener, the rule and the target groups of
//! a load balancer (a healthy target that is a serving task). `way` follows it. It also passes the security groups, if they
//! allow it when the watch begins and when it ends. Each request is therefore tracked twice: with security
//! groups, and without them.
//!
//! Only requests that have an answer at the beginning are tracked. A gap is a time in which no service
//! answers that answers at the beginning or at the end. An API that replaces another one has another address,
//! so its requests have a gap to the end of the watch.

use std::{collections::BTreeSet, fmt, time::Duration};

use super::{Clock, request::Request, way::answer};
use crate::{
    services::{apigateway, ecs},
    world::World,
};

/// A time without an answer for a request that has one before and after.
///
/// Only answers of the services that answer at the beginning or at the end of the watch count.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Gap {
    /// The name of the API at the beginning of the watch.
    pub api: String,
    /// The key of the route at the beginning of the watch.
    pub route: String,
    /// The begin of the gap.
    pub from: Duration,
    /// The end of the gap.
    pub to: Duration,
    /// The reason why the request reached no task.
    pub because: String,
    /// The call or the event that began the gap.
    pub began: String,
    /// The call or the event that ended the gap.
    pub ended: String,
    /// The names of the objects that the request passes at the beginning and at the end of the watch: API, route, VPC
    /// link, registry and namespace or load balancer and target groups, and the services of the tasks.
    pub through: BTreeSet<String>,
}

impl fmt::Display for Gap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { api, route, because, began, ended, .. } = self;
        let [from, to] = [self.from, self.to].map(|at| at.as_secs_f64());
        write!(f, "{route} of {api} reached no task from {from} s ({began}) to {to} s ({ended}): {because}")
    }
}

/// A route whose requests reach no task at the end of a watch.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Unanswered {
    /// The name of the API.
    pub api: String,
    /// The key of the route.
    pub route: String,
    /// The reason why its requests reach no task.
    pub because: String,
}

/// The answer to a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Answer {
    /// Tasks of these services answer. The request passes objects of these names.
    By { services: BTreeSet<String>, past: BTreeSet<String> },
    /// No task answers, for this reason.
    Nobody(String),
}

/// An answer that differs from the one before, with its time and the change that brought it.
#[derive(Debug)]
struct Moment {
    at: u64,
    answer: Answer,
    after: String,
}

/// The part of a request's way that is examined.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Depth {
    /// All objects except security groups.
    Objects,
    /// Security groups too. Some tests have services whose ports no group opens.
    Network,
}

/// A request that has an answer when the watch begins, with its later answers.
#[derive(Debug)]
struct Track {
    depth: Depth,
    api_id: String,
    api: String,
    route: String,
    request: Request,
    moments: Vec<Moment>,
}

/// The requests that have an answer when the watch begins.
#[derive(Debug)]
pub(super) struct Reach {
    tracks: Vec<Track>,
    /// The APIs at the beginning.
    apis: BTreeSet<String>,
}

impl Reach {
    /// Returns the requests that have an answer now.
    pub(super) fn of(world: &World) -> Self {
        let serving = ecs::serving(world);
        let mut tracks = Vec::new();
        for (api_id, api, route) in apigateway::routes(world) {
            for (request, depth) in Request::of_route(&route).into_iter().flat_map(at_all_depths) {
                let answer = answer(world, &serving, &api_id, &request, depth);
                if matches!(answer, Answer::By { .. }) {
                    let moments = vec![Moment { at: world.now, answer, after: String::new() }];
                    let (api_id, api, route) = (api_id.clone(), api.clone(), route.clone());
                    tracks.push(Track { depth, api_id, api, route, request, moments });
                }
            }
        }
        Self { tracks, apis: apigateway::api_ids(world) }
    }

    /// Examines the answers after a change.
    pub(super) fn look(&mut self, world: &World, what: &dyn Fn() -> String) {
        let serving = ecs::serving(world);
        for track in &mut self.tracks {
            let answer = answer(world, &serving, &track.api_id, &track.request, track.depth);
            if track.last().answer != answer {
                track.moments.push(Moment { at: world.now, answer, after: what() });
            }
        }
    }

    /// Returns the gaps, each once for a route and a time, and the routes that lead nowhere.
    pub(super) fn report(self, world: &World, clock: Clock<'_>) -> (Vec<Gap>, Vec<Unanswered>) {
        let mut gaps: Vec<Gap> = Vec::new();
        for track in &self.tracks {
            let found = match &track.last().answer {
                Answer::By { .. } => track.gaps(clock),
                Answer::Nobody(_) => self.moved(world, track, clock).into_iter().collect(),
            };
            let is_new = |gap: &Gap| {
                !gaps
                    .iter()
                    .any(|known| (&known.route, known.from, known.to) == (&gap.route, gap.from, gap.to))
            };
            let found: Vec<Gap> = found.into_iter().filter(is_new).collect();
            gaps.extend(found);
        }
        (gaps, unanswered(world))
    }

    /// Returns the gap of a request that only an API with another address answers at the end.
    fn moved(&self, world: &World, track: &Track, clock: Clock<'_>) -> Option<Gap> {
        let serving = ecs::serving(world);
        let new = apigateway::api_ids(world).into_iter().filter(|id| !self.apis.contains(id));
        let mut answers = new.map(|id| answer(world, &serving, &id, &track.request, track.depth));
        let end = answers.find(|answer| matches!(answer, Answer::By { .. }))?;
        let lost = track.moments.iter().rev().take_while(|moment| moment.answer.is_nobody()).last()?;
        Some(Gap {
            api: track.api.clone(),
            route: track.route.clone(),
            from: clock(lost.at),
            to: clock(world.now),
            because: "an API with another address answers it now".to_owned(),
            began: lost.after.clone(),
            ended: "the end of the watch".to_owned(),
            through: track.first().answer.past().union(&end.past()).cloned().collect(),
        })
    }
}

impl Track {
    /// Returns the answer at the beginning of the watch.
    fn first(&self) -> &Moment {
        self.moments.first().expect("a track begins with a moment")
    }

    /// Returns the present answer.
    fn last(&self) -> &Moment {
        self.moments.last().expect("a track begins with a moment")
    }

    /// Returns the times in which no service of the beginning or the end answered.
    fn gaps(&self, clock: Clock<'_>) -> Vec<Gap> {
        let (first, last) = (self.first(), self.last());
        let right: BTreeSet<&String> = first.answer.services().chain(last.answer.services()).collect();
        let through: BTreeSet<String> = first.answer.past().union(&last.answer.past()).cloned().collect();
        let is_wrong = |moment: &Moment| !moment.answer.services().any(|service| right.contains(service));
        let mut gaps = Vec::new();
        let mut began: Option<&Moment> = None;

        for moment in &self.moments {
            if is_wrong(moment) {
                began.get_or_insert(moment);
            } else if let Some(began) = began.take().filter(|began| began.at < moment.at) {
                gaps.push(Gap {
                    api: self.api.clone(),
                    route: self.route.clone(),
                    from: clock(began.at),
                    to: clock(moment.at),
                    because: began.answer.to_string(),
                    began: began.after.clone(),
                    ended: moment.after.clone(),
                    through: through.clone(),
                });
            }
        }
        gaps
    }
}

impl Answer {
    /// Returns whether no task answers.
    fn is_nobody(&self) -> bool {
        matches!(self, Self::Nobody(_))
    }

    /// Returns the services whose tasks answer.
    fn services(&self) -> impl Iterator<Item = &String> {
        let services = match self {
            Self::By { services, .. } => Some(services),
            Self::Nobody(_) => None,
        };
        services.into_iter().flatten()
    }

    /// Returns the names of all objects that the request passes, with the services.
    fn past(&self) -> BTreeSet<String> {
        match self {
            Self::By { services, past } => services.union(past).cloned().collect(),
            Self::Nobody(_) => BTreeSet::new(),
        }
    }
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::By { services, .. } => write!(f, "tasks of {services:?} answer"),
            Self::Nobody(because) => f.write_str(because),
        }
    }
}

/// Returns a request with each of the depths at which it is examined.
fn at_all_depths(request: Request) -> [(Request, Depth); 2] {
    [(request.clone(), Depth::Objects), (request, Depth::Network)]
}

/// Returns the routes whose requests reach no task now.
fn unanswered(world: &World) -> Vec<Unanswered> {
    let serving = ecs::serving(world);
    let routes = apigateway::routes(world).into_iter();
    let nowhere = routes.filter_map(|(api_id, api, route)| {
        let request = Request::of_route(&route).into_iter().next()?;
        match answer(world, &serving, &api_id, &request, Depth::Objects) {
            Answer::Nobody(because) => Some(Unanswered { api, route, because }),
            Answer::By { .. } => None,
        }
    });
    nowhere.collect()
}

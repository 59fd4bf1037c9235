//! What a created object is, in a few words, from the stack.
//!
//! A first plan creates everything, so its paths and values are the stack file in other words. People read instead what
//! runs where: images, sizes, ports and routes. Tags and defaults of AWS are not worth a word.

use sss_aws::{Area, Step};
use sss_model::{Access, Retention, Service, Stack};

use crate::render::{noun, screen::listed};

/// The longest part of a digest that is shown.
const DIGEST: usize = 12;

/// The columns for the ports that a security group opens to one peer.
const PORTS: usize = 36;

/// The kinds that all services share, in the order in which people ask for them.
const ORDER: [&str; 11] = [
    "apigatewayv2/vpc-link",
    "elasticloadbalancing/load-balancer",
    "servicediscovery/namespace",
    "ec2/security-group",
    "ecs/cluster",
    "iam/role",
    "apigatewayv2/api",
    "apigatewayv2/authorizer",
    "apigatewayv2/domain-name",
    "route53/record-set",
    "logs/log-group",
];

/// Returns the words for the created objects of an area, in the order in which people ask for them.
pub(super) fn created(area: &Area, steps: &[&Step], stack: &Stack) -> Vec<String> {
    let words: Vec<String> = match area {
        Area::Service(key) => of_service(key, steps, stack),
        area => {
            let mut steps = steps.to_vec();
            steps.sort_by_key(|step| ORDER.iter().position(|kind| step.id.kind == *kind));
            steps.iter().filter_map(|step| shared(area, step, stack)).collect()
        }
    };
    if words.is_empty() { nouns(steps) } else { words }
}

/// Returns the routes of a service that are created, a line for each path: `GET, POST /orders  (token)`.
pub(super) fn routes(area: &Area, steps: &[&Step], stack: &Stack) -> Vec<String> {
    let Area::Service(key) = area else { return Vec::new() };
    let Some(service) = stack.services.get(key) else { return Vec::new() };
    let Some(api) = &stack.api else { return Vec::new() };
    let all = stack.services.values().flat_map(|service| &service.routes);
    let is_protected =
        api.authorizer.is_some() || all.into_iter().any(|route| route.access(api) != Access::Open);
    let is_created = |route: &str| steps.iter().any(|step| kind(step) == "route" && step.id.name == route);

    let line = |route: &sss_model::Route| {
        let keys: Vec<String> = route.keys().into_iter().filter(|key| is_created(key)).collect();
        let proof = match route.access(api) {
            Access::Token { name: Some(name), .. } => format!("  (token of {name})"),
            Access::Token { name: None, .. } => "  (token)".to_owned(),
            Access::Iam => "  (IAM)".to_owned(),
            _ if is_protected => "  (open)".to_owned(),
            _ => String::new(),
        };
        joined(&keys).map(|keys| format!("{keys}{proof}"))
    };
    service.routes.iter().filter_map(line).collect()
}

/// Returns route keys of one path as one text: `GET, POST /orders`.
pub(crate) fn joined(keys: &[String]) -> Option<String> {
    let last = keys.last()?;
    let Some((_, path)) = last.split_once(' ') else { return Some(last.clone()) };
    let methods: Vec<&str> = keys.iter().map(|key| key.split(' ').next().unwrap_or(key)).collect();
    Some(format!("{} {path}", methods.join(", ")))
}

/// Returns what steps create or delete by nouns, with the number of each: `role, 2 routes`.
pub(super) fn nouns(steps: &[&Step]) -> Vec<String> {
    let mut counted: Vec<(String, usize)> = Vec::new();
    for step in steps {
        let noun = noun::of(step.id.kind);
        match counted.iter_mut().find(|(known, _)| *known == noun) {
            Some((_, number)) => *number += 1,
            None => counted.push((noun, 1)),
        }
    }
    counted.iter().map(|(noun, number)| noun::counted(*number, noun)).collect()
}

/// Returns the words for a created object that all services share. `None` if it goes without saying.
fn shared(area: &Area, step: &Step, stack: &Stack) -> Option<String> {
    let name = &step.id.name;
    Some(match (area, kind(step)) {
        (Area::Network, "namespace") => format!("namespace {name}"),
        (Area::Network, "load-balancer") => format!("load balancer {name}"),
        (Area::Network, "security-group") => {
            let rules = opened(step);
            if rules.is_empty() { "security group".to_owned() } else { format!("security group ({rules})") }
        }
        (Area::Tasks, "cluster") => format!("cluster {name}"),
        (Area::Tasks, "role") => "execution role".to_owned(),
        (Area::Api, "api") => {
            let origins = stack.api.as_ref()?.cors.as_ref().map(|cors| cors.allow_origins.join(" "));
            origins.map_or_else(|| "HTTP API".to_owned(), |origins| format!("HTTP API, CORS for {origins}"))
        }
        (Area::Api, "authorizer") => {
            let api = stack.api.as_ref()?;
            let mut named = api.authorizers.iter();
            let named = named.find(|(key, _)| stack.named_authorizer_name(key) == *name);
            let issuer = &named.map(|(_, one)| one).or(api.authorizer.as_ref())?.issuer;
            format!("JWT of {}", issuer.rsplit('/').find(|part| !part.is_empty())?)
        }
        (Area::Api, "log-group") => {
            let log = stack.api.as_ref()?.access_log.as_ref()?;
            format!("access log {}", kept(log.retention_days.unwrap_or(stack.log_retention_days)))
        }
        (Area::Api, "domain-name") => {
            let path = stack.api.as_ref()?.domains.get(name)?.path.as_ref();
            let path = path.map(|path| format!("/{path}")).unwrap_or_default();
            format!("domain {name}{path}")
        }
        (Area::Api, "stage" | "api-mapping") | (Area::Network, "listener") => return None,
        _ => noun::of(step.id.kind),
    })
}

/// Returns the words for the created objects of a service: what runs, then what it needs.
fn of_service(key: &str, steps: &[&Step], stack: &Stack) -> Vec<String> {
    let has = |kind: &str| steps.iter().any(|step| step.id.kind == *kind);
    let Some(service) = stack.services.get(key) else { return Vec::new() };
    let mut words = Vec::new();
    if has("ecs/task-definition") {
        words.extend(runs(service));
    } else if has("ecs/service") {
        words.push("service".to_owned());
    }
    if has("ecs/service") {
        words.extend(service.task.port.map(|port| format!("port {port}")));
    }
    if has("elasticloadbalancing/target-group") {
        words.push("target group".to_owned());
    }
    if has("iam/role") {
        words.push("role".to_owned());
    }
    if has("logs/log-group") {
        let retention = service.task.log_retention_days.unwrap_or(stack.log_retention_days);
        words.push(format!("log group {}", kept(retention)));
    }
    words
}

/// Returns the images of a service, and the number and size of its tasks.
fn runs(service: &Service) -> Vec<String> {
    let task = &service.task;
    let containers = task.all_containers("").into_iter();
    let mut words: Vec<String> = containers
        .map(|container| {
            let image = short_image(&container.image);
            if container.name.is_empty() { image } else { format!("{} {image}", container.name) }
        })
        .collect();
    words.push(format!("{} × {}", range(service), size(service)));
    words
}

/// Returns the numbers of tasks that a service runs: one number, or the bounds of its autoscaling as `2 to 10`.
pub(crate) fn range(service: &Service) -> String {
    match &service.scaling {
        Some(scaling) => format!("{} to {}", scaling.min, scaling.max),
        None => tasks(service).to_string(),
    }
}

/// Returns the number of tasks that a new service begins with. A count that is left to others begins with one, and
/// autoscaling with its lower bound.
pub(super) fn tasks(service: &Service) -> u32 {
    service.first_count()
}

/// Returns the size of one task: `0.25 vCPU / 0.5 GiB`.
pub(super) fn size(service: &Service) -> String {
    let [cpu, memory] = [service.task.cpu, service.task.memory].map(|number| f64::from(number) / 1024.0);
    format!("{cpu} vCPU / {memory} GiB")
}

/// Returns how long a log group keeps its events.
fn kept(retention: Retention) -> String {
    match retention.in_days() {
        Some(1) => "1 day".to_owned(),
        Some(days) => format!("{days} days"),
        None => "for ever".to_owned(),
    }
}

/// Returns an image without its registry and folders, and with the beginning of its digest.
pub(crate) fn short_image(image: &str) -> String {
    let last = image.rsplit('/').next().unwrap_or(image);
    match last.split_once("@sha256:") {
        Some((name, digest)) => format!("{name}@{}", digest.get(..DIGEST).unwrap_or(digest)),
        None => last.to_owned(),
    }
}

/// Returns what the inbound rules of a created security group open: `tcp 80, 443 from 10.0.0.0/16`.
fn opened(step: &Step) -> String {
    let paths = step.changes.iter().map(|change| change.path.to_string());
    let keys = paths.filter_map(|path| Some(path.strip_prefix("ingress")?.split('"').nth(1)?.to_owned()));
    rules(keys)
}

/// Returns rules as people say them, from their keys `tcp 80-80 10.0.0.0/16`. The ports of one peer are put together.
fn rules(keys: impl Iterator<Item = String>) -> String {
    let mut of_peers: Vec<(String, String, Vec<String>)> = Vec::new();
    for key in keys {
        let (protocol, ports, peer) = rule(&key);
        let index = of_peers.iter().position(|known| known.0 == protocol && known.1 == peer);
        let index = index.unwrap_or_else(|| {
            of_peers.push((protocol, peer, Vec::new()));
            of_peers.len() - 1
        });
        let known = &mut of_peers[index].2;
        known.extend(ports.filter(|ports| !known.contains(ports)));
    }

    let words = of_peers.into_iter().map(|(protocol, peer, ports)| {
        let gap = if ports.is_empty() { "" } else { " " };
        format!("{protocol}{gap}{} from {peer}", listed(&ports, Some(PORTS)))
    });
    words.collect::<Vec<_>>().join(", ")
}

/// Divides the key of a rule into its protocol, its ports and its peer.
fn rule(key: &str) -> (String, Option<String>, String) {
    let mut words = key.split(' ');
    let (protocol, peer) = (words.next().unwrap_or_default(), words.next_back().unwrap_or_default());
    let ports = words.next().map(|ports| match ports.split_once('-') {
        Some((from, to)) if from == to => from.to_owned(),
        _ => ports.to_owned(),
    });
    (protocol.to_owned(), ports, peer.to_owned())
}

/// Returns the last part of the kind of a step.
fn kind(step: &Step) -> &'static str {
    let name = step.id.kind.name();
    name.rsplit('/').next().unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn images_are_shown_without_their_registry() {
        assert_eq!(short_image("123456789012.dkr.ecr.eu-west-1.amazonaws.com/team/orders:1.0"), "orders:1.0");
        let digest = format!("public.ecr.aws/shop@sha256:{}", "0123456789abcdef".repeat(4));
        assert_eq!(short_image(&digest), "shop@0123456789ab");
    }

    #[test]
    fn rules_are_said_as_people_say_them() {
        let said = |keys: &[&str]| rules(keys.iter().map(|key| (*key).to_owned()));
        assert_eq!(said(&["tcp 80-80 10.0.0.0/16"]), "tcp 80 from 10.0.0.0/16");
        assert_eq!(
            said(&["tcp 80-90 sg-0a1b", "udp 53-53 sg-0a1b"]),
            "tcp 80-90 from sg-0a1b, udp 53 from sg-0a1b"
        );
        assert_eq!(said(&["all 0.0.0.0/0"]), "all from 0.0.0.0/0");
    }

    #[test]
    fn many_ports_of_one_peer_are_counted() {
        let keys = (8000..8100).map(|port| format!("tcp {port}-{port} sg-0a1b"));
        assert_eq!(rules(keys), "tcp 8000, 8001, 8002, 8003 and 96 more from sg-0a1b");
    }

    #[test]
    fn routes_of_one_path_are_one_text() {
        let keys = ["GET /orders", "POST /orders"].map(str::to_owned);
        assert_eq!(joined(&keys).as_deref(), Some("GET, POST /orders"));
        assert_eq!(joined(&["$default".to_owned()]).as_deref(), Some("$default"));
        assert_eq!(joined(&[]), None);
    }
}

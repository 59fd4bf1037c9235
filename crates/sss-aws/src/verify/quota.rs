//! Quotas that AWS raises on request, where the stack alone passes their defaults.
//!
//! A stack below a default needs no call. Above it, Service Quotas tells what the account has been granted.

use futures_util::future::join_all;

use super::{Check, subject::Subject};
use crate::{
    Aws, Graph, Id,
    services::{
        apigateway::{integration::Integration, listing::vpc_links, route::Route},
        ec2::security_group::{MOST_RULES, SecurityGroup},
        servicequotas,
    },
};

/// A quota and what the stack needs of it.
struct Need<'a> {
    name: &'static str,
    /// The code of the service, and of the quota. `None` if nobody raises it.
    code: Option<(&'static str, &'static str)>,
    default: f64,
    needed: f64,
    concerns: Vec<&'a Id>,
    /// The change of the stack that needs less of it, if there is one beside fewer objects.
    instead: Option<&'static str>,
}

/// Checks the quotas that the stack may pass.
pub(super) async fn check(aws: &Aws, graph: &Graph, subject: &Subject<'_>) -> Vec<Check> {
    let mut needs = of_stack(graph, subject);
    let mut checks = Vec::new();
    match links(aws, subject).await {
        Ok(need) => needs.extend(need),
        Err(check) => checks.push(check),
    }
    checks.extend(join_all(needs.into_iter().map(|need| one(aws, need))).await);
    checks
}

/// Returns the quotas that the graph alone decides.
fn of_stack<'a>(graph: &'a Graph, subject: &Subject<'a>) -> Vec<Need<'a>> {
    let routes: Vec<_> = graph.resources::<Route>().map(|(id, _)| id).collect();
    let integrations: Vec<_> = graph.resources::<Integration>().map(|(id, _)| id).collect();
    let vcpus = |provider: &str| -> f64 {
        let of = subject.services.iter().filter(|need| {
            let mut capacity = need.service.settings.capacity.keys();
            capacity.all(|name| name == provider)
        });
        let each = |need: &super::subject::Need<'_>| {
            need.content.cpu.parse::<f64>().unwrap_or_default() / 1024.0
                * f64::from(need.service.settings.desired_count)
        };
        of.map(each).sum()
    };
    let services: Vec<_> = subject.services.iter().map(|need| need.id).collect();
    let need =
        |name, code, default, needed, concerns| Need { name, code, default, needed, concerns, instead: None };
    vec![
        need("routes of an API", Some(("apigateway", "L-65B5C802")), 300.0, number(routes.len()), routes),
        need("integrations of an API", None, 300.0, number(integrations.len()), integrations),
        need(
            "vCPUs of Fargate On-Demand",
            Some(("fargate", "L-3032A538")),
            6.0,
            vcpus("FARGATE"),
            services.clone(),
        ),
        need("vCPUs of Fargate Spot", Some(("fargate", "L-36FBB829")), 6.0, vcpus("FARGATE_SPOT"), services),
        rules(graph),
    ]
    .into_iter()
    .filter(|need| need.needed > 0.0)
    .collect()
}

/// Returns the need for rules of the fullest security group.
fn rules(graph: &Graph) -> Need<'_> {
    let groups = graph.resources::<SecurityGroup>();
    let fullest = groups.map(|(id, group)| (group.most_rules(), id)).max();
    let (most, id) = fullest.unzip();
    Need {
        name: "rules of a security group",
        code: Some(("vpc", "L-0EA8095F")),
        default: f64::from(MOST_RULES),
        needed: number(most.unwrap_or_default()),
        concerns: id.into_iter().collect(),
        instead: Some(
            "use the same port for several services, as each task has its own address, or open ranges of ports under `[[security_group.ingress]]`",
        ),
    }
}

/// Returns the need for VPC links: those of the region, and one more if the stack has none yet.
async fn links<'a>(aws: &Aws, subject: &Subject<'a>) -> Result<Option<Need<'a>>, Check> {
    const NAME: &str = "VPC links of a region";
    let Some((id, link)) = subject.link else { return Ok(None) };
    let found = vpc_links(aws).await.map_err(|error| Check::unread("quota", NAME, &error).about([id]))?;
    let is_there = found.iter().any(|found| found.name() == Some(&link.state.name));
    let needed = number(found.len() + usize::from(!is_there));
    let code = Some(("apigateway", "L-608BDCD4"));
    Ok(Some(Need { name: NAME, code, default: 10.0, needed, concerns: vec![id], instead: None }))
}

/// Checks one quota. It makes a call only if the stack passes the default.
async fn one(aws: &Aws, need: Need<'_>) -> Check {
    let Need { name, code, default, needed, concerns, instead } = need;
    let check = if needed <= default {
        Check::ok("quota", name)
    } else if let Some((service, code)) = code {
        let evidence = format!("servicequotas:GetServiceQuota {service} {code}");
        let check = match servicequotas::quota(aws, service, code).await {
            Ok(Some(granted)) if needed <= granted => Check::ok("quota", name),
            Ok(Some(granted)) => {
                let instead = instead.map(|instead| format!("{instead}; or ")).unwrap_or_default();
                let fix = format!(
                    "{instead}raise the quota {code} with `aws service-quotas request-service-quota-increase --service-code {service} --quota-code {code} --desired-value {needed}`"
                );
                Check::problem(
                    "quota",
                    name,
                    format!("the stack needs {needed} and the account has {granted}"),
                    fix,
                )
            }
            Ok(None) => Check::not_checked("quota", name, "not known: Service Quotas does not list it"),
            Err(error) => Check::unread("quota", name, &error),
        };
        check.seen(evidence)
    } else {
        let reason = format!("the stack needs {needed}, and AWS allows {default} and raises it for nobody");
        Check::problem("quota", name, reason, "split the stack into two")
    };
    check.about(concerns)
}

/// Returns a number of objects.
fn number(count: usize) -> f64 {
    u32::try_from(count).map_or(f64::INFINITY, f64::from)
}

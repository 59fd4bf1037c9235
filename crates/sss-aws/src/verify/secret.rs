//! Secrets and parameters that tasks read: whether they exist. Their values are never read.

use futures_util::future::join_all;

use super::{Check, Outcome, subject::Subject};
use crate::{
    Aws, Id,
    services::{
        secretsmanager::{self, Secret},
        ssm,
    },
};

/// A value of a task definition that names a secret or a parameter.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Source {
    /// A secret, by its ARN without JSON key and version, or by its name.
    Secret(String),
    /// A parameter, by its name.
    Parameter(String),
    /// Something in another region, of this name.
    Elsewhere(String),
}

impl Source {
    /// Reads a value of `secrets`. A value that is no ARN is the name of a parameter.
    fn of(value: &str, region: &str) -> Self {
        let parts: Vec<&str> = value.split(':').collect();
        match parts[..] {
            ["arn", _, _, other, ..] if other != region => Self::Elsewhere(other.to_owned()),
            ["arn", _, "secretsmanager", _, _, _, _, ..] => Self::Secret(parts[..7].join(":")),
            ["arn", _, "ssm", _, _, resource, ..] => {
                Self::Parameter(resource.strip_prefix("parameter/").unwrap_or(resource).to_owned())
            }
            [name, ..] => Self::Parameter(name.to_owned()),
            [] => Self::Parameter(String::new()),
        }
    }
}

/// Checks the secrets and parameters of all containers.
pub(super) async fn check(aws: &Aws, subject: &Subject<'_>) -> Vec<Check> {
    let used = subject.users(|_, _, container| {
        let secrets = container.secrets.values().chain(container.log_secret_options.values());
        secrets.cloned().collect()
    });
    let credentials =
        subject.users(|_, _, container| container.repository_credentials.iter().cloned().collect());

    let mut secrets: Vec<(String, Vec<&Id>)> = Vec::new();
    let (mut parameters, mut elsewhere): (Vec<(String, Vec<&Id>)>, Vec<Check>) = (Vec::new(), Vec::new());
    let sources = used.into_iter().map(|(value, users)| (Source::of(&value, subject.region), value, users));
    let credentials = credentials.into_iter().map(|(value, users)| {
        let is_arn = value.starts_with("arn:");
        let source = if is_arn { Source::of(&value, subject.region) } else { Source::Secret(value.clone()) };
        (source, value, users)
    });
    for (source, value, users) in sources.chain(credentials) {
        match source {
            Source::Secret(id) => add(&mut secrets, id, users),
            Source::Parameter(name) => add(&mut parameters, name, users),
            Source::Elsewhere(region) => {
                let reason = format!("it is in {region}, and this check reads {} only", subject.region);
                elsewhere.push(Check::not_checked("secret", value, reason).about(users));
            }
        }
    }

    let checked = secrets.iter().map(|(id, users)| secret(aws, id, users));
    let (mut checks, parameters) = tokio::join!(join_all(checked), check_parameters(aws, &parameters));
    checks.extend(parameters);
    checks.extend(elsewhere);
    checks
}

/// Adds the users of a value.
fn add<'a>(all: &mut Vec<(String, Vec<&'a Id>)>, value: String, users: Vec<&'a Id>) {
    match all.iter_mut().find(|(known, _)| *known == value) {
        Some((_, known)) => known.extend(users),
        None => all.push((value, users)),
    }
}

/// Checks one secret.
async fn secret(aws: &Aws, id: &str, users: &[&Id]) -> Check {
    let check = match secretsmanager::secret(aws, id).await {
        Ok(Some(Secret::There)) => Check::ok("secret", id),
        Ok(Some(Secret::Deleted)) => {
            let reason = "the secret is scheduled for deletion, and nobody can read it";
            let fix = format!(
                "restore it with `aws secretsmanager restore-secret --secret-id {id}`, or name another one"
            );
            Check::problem("secret", id, reason, fix)
        }
        Ok(None) => {
            let reason = "the secret does not exist in this region";
            let fix = "create it, or correct its ARN under `secrets`";
            Check::problem("secret", id, reason, fix)
        }
        Err(error) => Check::unread("secret", id, &error),
    };
    check.seen(format!("secretsmanager:DescribeSecret {id}")).about(users.iter().copied())
}

/// Checks the parameters, with and without a slash at the beginning: an ARN does not tell.
async fn check_parameters(aws: &Aws, parameters: &[(String, Vec<&Id>)]) -> Vec<Check> {
    if parameters.is_empty() {
        return Vec::new();
    }
    let spellings = |name: &str| [name.to_owned(), format!("/{}", name.trim_start_matches('/'))];
    let names: Vec<String> = parameters.iter().flat_map(|(name, _)| spellings(name)).collect();
    let found = ssm::existing(aws, &names).await;
    let check = |(name, users): &(String, Vec<&Id>)| {
        let check = match &found {
            Ok(found) if spellings(name).iter().any(|name| found.contains(name)) => {
                Check::ok("parameter", name)
            }
            Ok(_) => {
                let fix = format!(
                    "create it with `aws ssm put-parameter --name {name}`, or correct its name under `secrets`"
                );
                Check::problem("parameter", name, "the parameter does not exist in this region", fix)
            }
            Err(error) => Check::unread("parameter", name, error),
        };
        check.seen("ssm:DescribeParameters").about(users.iter().copied())
    };
    parameters.iter().map(check).collect()
}

/// Turns problems of secrets of other accounts into checks that could not be made: only their owner knows them.
pub(super) fn of_others(checks: Vec<Check>, account: Option<&str>) -> Vec<Check> {
    let is_of_another = |owner: &&str| account.is_some_and(|account| account != *owner);
    let known = |check: Check| {
        let owner = check.subject.split(':').nth(4).filter(is_of_another);
        match owner.filter(|_| check.id == "secret" && check.outcome == Outcome::Problem) {
            Some(owner) => {
                let reason = format!("the secret belongs to the account {owner}, which does not show it");
                Check::not_checked("secret", check.subject.clone(), reason).about(&check.concerns)
            }
            None => check,
        }
    };
    checks.into_iter().map(known).collect()
}

//! ARNs and host names, which have to be of the partition of the stack's region. One that has no valid form breaks another rule.

use super::iam::condition::Verdict;
use super::{APIGW_AUTH_006, ARN_001, ARN_002, container, iam};
use crate::partition::{Arn, Partition};
use crate::path::Path;
use crate::policy::Statement;
use crate::report::Report;
use crate::rules::worded;
use crate::stack::Stack;

/// The rules on everything in a stack that names a partition or a region.
pub(crate) fn inspect(stack: &Stack, at: &Path, report: &mut Report) {
    let judge = Judge { region: &stack.region, partition: stack.partition() };
    let place = at.key("execution_role");
    let role = &stack.execution_role;
    let policies = role.managed_policies.as_deref().unwrap_or_default();
    judge.role(policies, role.permissions_boundary.as_deref(), &role.statements, &place, report);
    if let Some(authorizer) = stack.api.as_ref().and_then(|api| api.authorizer.as_ref()) {
        issuer(&authorizer.issuer, &at.key("api").key("authorizer").key("issuer"), report);
    }
    for (key, service) in &stack.services {
        let place = at.key("services").key(key);
        let role = &service.task.task_role;
        let boundary = role.permissions_boundary.as_deref();
        judge.role(&role.managed_policies, boundary, &role.statements, &place.key("task_role"), report);
        judge.image(&service.task.image, &place, report);
        judge.secrets(service.task.secrets.iter(), &place, report);
        for (index, container) in service.task.containers.iter().enumerate() {
            let place = place.key("containers").index(index);
            judge.image(&container.image, &place, report);
            judge.secrets(container.secrets.iter(), &place, report);
        }
    }
}

/// The region of a stack and its partition.
struct Judge<'a> {
    region: &'a str,
    partition: &'static Partition,
}

impl Judge<'_> {
    fn role(
        &self,
        policies: &[String],
        boundary: Option<&str>,
        statements: &[Statement],
        at: &Path,
        report: &mut Report,
    ) {
        for (index, arn) in policies.iter().enumerate().filter(|(_, arn)| iam::is_policy_arn(arn)) {
            self.arn(arn, &at.key("managed_policies").index(index), report);
        }
        if let Some(arn) = boundary.filter(|arn| iam::is_policy_arn(arn)) {
            self.arn(arn, &at.key("permissions_boundary"), report);
        }
        for (index, statement) in statements.iter().enumerate() {
            let at = at.key("statements").index(index);
            let taken = |arn: &String| iam::policy::resource(arn) == Verdict::Taken;
            for (index, arn) in statement.resources.iter().enumerate().filter(|(_, arn)| taken(arn)) {
                self.arn(arn, &at.key("resources").index(index), report);
            }
            self.conditions(statement, &at.key("conditions"), report);
        }
    }

    /// IAM takes a value of another partition, which nothing ever has.
    fn conditions(&self, statement: &Statement, at: &Path, report: &mut Report) {
        for (operator, keys) in &statement.conditions {
            for (key, values) in keys {
                let mut arns = values.iter().filter_map(|value| Arn::of(value));
                if let Some(arn) = arns.find(|arn| self.is_foreign(arn)) {
                    let message = format!("{}; the condition never holds", self.says(&arn));
                    report.warn(&at.key(operator).key(key), worded(&ARN_001, message));
                }
            }
        }
    }

    /// The rule on an ARN, unless a wildcard stands for its partition.
    fn arn(&self, text: &str, at: &Path, report: &mut Report) -> bool {
        let Some(arn) = Arn::of(text).filter(|arn| self.is_foreign(arn)) else { return false };
        let fix = match Partition::of_region(arn.region) {
            of_region if !arn.region.is_empty() && of_region != self.partition => {
                format!("name one of the partition `{}`", self.partition.name)
            }
            _ => format!("write `{}`", arn.in_partition(self.partition.name)),
        };
        report.add(at, worded(&ARN_001, self.says(&arn)).with_fix(fix));
        true
    }

    fn is_foreign(&self, arn: &Arn<'_>) -> bool {
        let is_exact = |text: &str| !text.is_empty() && !text.contains(['*', '?', '$']);
        let of_region = is_exact(arn.region).then(|| Partition::of_region(arn.region));
        (is_exact(arn.partition) && arn.partition != self.partition.name)
            || of_region.is_some_and(|partition| partition != self.partition)
    }

    fn says(&self, arn: &Arn<'_>) -> String {
        let named = if arn.partition == self.partition.name {
            format!(
                "the ARN is of {}, a region of the partition `{}`",
                arn.region,
                Partition::of_region(arn.region).name
            )
        } else {
            format!("the ARN is of the partition `{}`", arn.partition)
        };
        format!("{named}, and {} is of `{}`", self.region, self.partition.name)
    }

    fn secrets<'a>(
        &self,
        secrets: impl Iterator<Item = (&'a String, &'a String)>,
        at: &Path,
        report: &mut Report,
    ) {
        for (variable, source) in secrets.filter(|(_, source)| container::is_secret_source(source)) {
            let place = at.key("secrets").key(variable);
            if self.arn(source, &place, report) {
                continue;
            }
            let region = Arn::of(source).map_or("", |arn| arn.region);
            if !region.is_empty() && region != self.region {
                let message = format!("is in {region}, and the tasks are in {}", self.region);
                report.add(&place, worded(&ARN_002, message));
            }
        }
    }

    /// No credentials of one partition are good for a registry of another.
    fn image(&self, image: &str, at: &Path, report: &mut Report) {
        let Some((region, suffix)) = container::region_of_ecr(image) else { return };
        let partition = Partition::of_region(region);
        let place = at.key("image");
        if partition != self.partition {
            let message = format!(
                "the image is in {region}, a region of the partition `{}`, and {} is of `{}`",
                partition.name, self.region, self.partition.name
            );
            report.warn(&place, worded(&ARN_001, message));
        } else if suffix != partition.dns_suffix && !suffix.starts_with("on.") {
            let message = format!(
                "the registry's name ends with `{suffix}`, and in {region} with `{}`",
                partition.dns_suffix
            );
            report.warn(&place, worded(&ARN_001, message));
        }
    }
}

/// The rule on the issuer of a user pool: its host name follows from the pool's region, with which the pool's id begins.
fn issuer(issuer: &str, at: &Path, report: &mut Report) {
    let Some((host, pool)) =
        issuer.strip_prefix("https://cognito-idp.").and_then(|rest| rest.split_once('/'))
    else {
        return;
    };
    let Some((region, _)) = host.split_once('.') else { return };
    let expected = Partition::of_region(region).endpoint("cognito-idp", region);
    let of_pool = pool.split_once('_').map_or("", |(region, _)| region);
    if format!("cognito-idp.{host}") != expected {
        let fix = format!("write `https://{expected}/{pool}`");
        let message = format!("the host name of Amazon Cognito in {region} is `{expected}`");
        report.add(at, worded(&APIGW_AUTH_006, message).with_fix(fix));
    } else if !of_pool.is_empty() && of_pool != region {
        report.add(
            at,
            worded(
                &APIGW_AUTH_006,
                format!("the user pool is in {of_pool}, and the host name is of {region}"),
            ),
        );
    }
}

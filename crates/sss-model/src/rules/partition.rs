//! ARNs and host names, which have to be of the partition of the stack's region.
//!
//! IAM refuses an ARN of another partition in a policy, a role cannot have a policy of another partition, and ECS
//! cannot read secrets there: these are errors (ARN-001). IAM accepts a condition on a foreign ARN, which then never
//! holds, and an image of a foreign registry fails only when a task starts: these are warnings. A secret in another
//! region of the same partition works, and the service then depends on two regions (ARN-002).
//!
//! A wildcard or a variable in the place of the partition or the region fits all of them. Rules on the form of an ARN
//! are in other modules; a text that is not an ARN is skipped here, because it has been reported.
//!
//! AWS has several partitions, such as `aws`, `aws-cn` and `aws-us-gov`, and an ARN begins with the name of its own.
//! People copy ARNs from examples of the partition `aws`; the fix is then the same ARN in the partition of the stack.
//! The table of partitions and regions is in `crate::partition`.

use super::iam::condition::Verdict;
use super::{APIGW_AUTH_006, APIGW_DOM_002, ARN_001, ARN_002, broken, container, domain, iam};
use crate::container::Container;
use crate::partition::{Arn, Partition};
use crate::path::Path;
use crate::policy::Statement;
use crate::report::Report;
use crate::stack::Stack;

/// Checks all values of a stack that name a partition or a region.
///
/// These are the ARNs of both kinds of roles, the sources of secrets and of files of variables, the registries of images,
/// the certificates of domain names, and the issuer of a user pool.
pub(crate) fn inspect(stack: &Stack, at: &Path, report: &mut Report) {
    let judge = Judge { region: &stack.region, partition: stack.partition() };

    let place = at.key("execution_role");
    let role = &stack.execution_role;
    let policies = role.managed_policies.as_deref().unwrap_or_default();
    judge.role(policies, role.permissions_boundary.as_deref(), &role.statements, &place, report);

    judge.existing(stack, at, report);
    for (authorizer, place) in stack.api.iter().flat_map(|api| api.all_authorizers(&at.key("api"))) {
        issuer(&authorizer.issuer, &place.key("issuer"), report);
    }

    judge.certificates(stack, &at.key("api").key("domains"), report);
    for (key, service) in &stack.services {
        let place = at.key("services").key(key);
        let role = &service.task.task_role;
        let boundary = role.permissions_boundary.as_deref();
        judge.role(&role.managed_policies, boundary, &role.statements, &place.key("task_role"), report);
        let places = (0..).map(|index| place.key("containers").index(index));
        let places = std::iter::once(place.clone()).chain(places);
        for (container, place) in service.task.all_containers(key.as_str()).iter().zip(places) {
            judge.image(&container.image, &place, report);
            judge.sources(container, &place, report);
        }
    }
}

/// Checks values against the region of a stack and its partition.
struct Judge<'a> {
    /// The region of the stack.
    region: &'a str,
    /// The partition of that region.
    partition: &'static Partition,
}

impl Judge<'_> {
    /// Checks the ARNs of objects of others.
    fn existing(&self, stack: &Stack, at: &Path, report: &mut Report) {
        let log = stack.api.as_ref().and_then(|api| api.access_log.as_ref());
        let shared = [
            (&stack.cluster.existing, at.key("cluster")),
            (&stack.namespace.existing, at.key("namespace")),
            (&stack.execution_role.existing, at.key("execution_role")),
        ];
        let logged =
            log.map(|log| (&log.log_group.existing, at.key("api").key("access_log").key("log_group")));
        let of_services = stack.services.iter().flat_map(|(key, service)| {
            let place = at.key("services").key(key);
            [
                (&service.task.task_role.existing, place.key("task_role")),
                (&service.log_group.existing, place.key("log_group")),
            ]
        });
        for (text, place) in shared.into_iter().chain(logged).chain(of_services) {
            if let Some(text) = text {
                self.arn(text, &place.key("existing"), report);
            }
        }
    }

    /// Checks the certificates of domain names, which are in the region of the stack.
    fn certificates(&self, stack: &Stack, at: &Path, report: &mut Report) {
        for (name, domain) in stack.api.iter().flat_map(|api| &api.domains) {
            let place = at.key(name).key("certificate");
            let arn = &domain.certificate;
            if !domain::is_certificate(arn) || self.arn(arn, &place, report) {
                continue;
            }
            let region = Arn::of(arn).map_or(self.region, |arn| arn.region);
            if region != self.region {
                let broken = broken!(APIGW_DOM_002, "other-region", region = region, wanted = self.region);
                report.add(&place, broken);
            }
        }
    }

    /// Checks the ARNs of a role: managed policies, boundary, resources and conditions of statements.
    ///
    /// ARNs of a wrong form are skipped, because `rules::iam` reports them.
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

    /// Warns of conditions on ARNs of another partition: IAM accepts them, and they never hold.
    ///
    /// Each key gets one warning at most, for its first foreign ARN.
    fn conditions(&self, statement: &Statement, at: &Path, report: &mut Report) {
        for (operator, keys) in &statement.conditions {
            for (key, values) in keys {
                let mut arns = values.iter().filter_map(|value| Arn::of(value));
                if let Some(arn) = arns.find(|arn| self.is_foreign(arn)) {
                    let partition =
                        self.partition_of_region(&arn).map_or(arn.partition, |foreign| foreign.name);

                    let (region, wanted) = (self.region, self.partition.name);
                    let broken = broken!(
                        ARN_001,
                        "condition",
                        partition = partition,
                        region = region,
                        wanted = wanted
                    );
                    report.warn(&at.key(operator).key(key), broken);
                }
            }
        }
    }

    /// Checks an ARN and returns whether it was reported. A wildcard fits any partition.
    ///
    /// If the ARN's region is foreign, that is the problem: another partition would not help. Otherwise the fix is the
    /// same ARN in the partition of the stack.
    fn arn(&self, text: &str, at: &Path, report: &mut Report) -> bool {
        let Some(arn) = Arn::of(text).filter(|arn| self.is_foreign(arn)) else { return false };
        let (region, wanted) = (self.region, self.partition.name);
        let broken = if let Some(foreign) = self.partition_of_region(&arn) {
            let (other, partition) = (arn.region, foreign.name);
            broken!(
                ARN_001,
                "other-region",
                other = other,
                partition = partition,
                region = region,
                wanted = wanted
            )
        } else {
            let (partition, arn) = (arn.partition, arn.in_partition(wanted));
            broken!(
                ARN_001,
                "other-partition",
                partition = partition,
                region = region,
                wanted = wanted,
                arn = arn
            )
        };

        report.add(at, broken);
        true
    }

    /// Returns whether an ARN names another partition, by itself or by its region.
    ///
    /// The region counts too: an ARN of `aws` with a region of China contradicts itself.
    fn is_foreign(&self, arn: &Arn<'_>) -> bool {
        (is_exact(arn.partition) && arn.partition != self.partition.name)
            || self.partition_of_region(arn).is_some()
    }

    /// Returns the partition of an ARN's region, if it is another one than that of the stack.
    ///
    /// An ARN without a region, or with a wildcard there, has no such partition.
    fn partition_of_region(&self, arn: &Arn<'_>) -> Option<&'static Partition> {
        is_exact(arn.region)
            .then(|| Partition::of_region(arn.region))
            .filter(|partition| *partition != self.partition)
    }

    /// Checks the sources of secrets and of files of variables. A name without an ARN is in the region of the task.
    ///
    /// A source in another region of the same partition is the warning ARN-002.
    fn sources(&self, container: &Container, at: &Path, report: &mut Report) {
        let maps = [("secrets", &container.secrets), ("log_secret_options", &container.log_secret_options)];
        let named = maps
            .into_iter()
            .flat_map(|(key, map)| map.iter().map(move |(name, source)| (at.key(key).key(name), source)));
        let named = named.filter(|(_, source)| container::is_secret_source(source));
        let credentials = container.repository_credentials.iter();
        let credentials = credentials.map(|source| (at.key("repository_credentials"), source));
        let files = container.environment_files.iter().enumerate();
        let files = files.map(|(index, file)| (at.key("environment_files").index(index), file));
        for (place, source) in named.chain(credentials).chain(files) {
            if self.arn(source, &place, report) {
                continue;
            }
            let region = Arn::of(source).map_or("", |arn| arn.region);
            if !region.is_empty() && region != self.region {
                report.add(&place, broken!(ARN_002, "other-region", other = region, region = self.region));
            }
        }
    }

    /// Warns of an image in another partition: the credentials of one are not valid in a registry of another.
    ///
    /// A registry of ECR has its region in the host name. Host names of dual-stack endpoints end differently, with
    /// `on.` and a domain.
    fn image(&self, image: &str, at: &Path, report: &mut Report) {
        let Some((region, suffix)) = container::region_of_ecr(image) else { return };

        let partition = Partition::of_region(region);
        let place = at.key("image");
        if partition != self.partition {
            let broken = broken!(
                ARN_001,
                "image",
                other = region,
                partition = partition.name,
                region = self.region,
                wanted = self.partition.name,
            );
            report.warn(&place, broken);
        } else if suffix != partition.dns_suffix && !suffix.starts_with("on.") {
            let wanted = partition.dns_suffix;
            report
                .warn(&place, broken!(ARN_001, "registry", suffix = suffix, other = region, wanted = wanted));
        }
    }
}

/// Returns whether a part of an ARN has no wildcard and no variable.
///
/// An empty part, such as the region in an ARN of IAM, is not exact either.
fn is_exact(text: &str) -> bool {
    !text.is_empty() && !text.contains(['*', '?', '$'])
}

/// Checks the issuer of a user pool: the host name follows from the pool's region, with which the pool's id begins.
///
/// A foreign host name gives an issuer that no token has, so this is the warning of APIGW-AUTH-006.
///
/// The host name is `cognito-idp.<region>.<domain of the partition>`, and the id of a pool is `<region>_<letters>`.
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
        let broken = broken!(APIGW_AUTH_006, "wrong-host", region = region, host = expected, pool = pool);
        report.add(at, broken);
    } else if !of_pool.is_empty() && of_pool != region {
        report.add(at, broken!(APIGW_AUTH_006, "other-region", other = of_pool, region = region));
    }
}

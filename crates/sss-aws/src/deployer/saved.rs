//! Plans that are stored, passed on, and applied by another run.
//!
//! A saved plan holds only the values that the plan shows, not all the values that an apply needs. The run
//! that applies it reads the account and plans again, and continues only if it gets the same plan. So no
//! hidden value is ever stored.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Observed, Reach};
use crate::{Error, Plan, Result};

/// The version of the stored form.
const FORMAT: u32 = 3;
/// The number of changed objects that an error names.
const NAMED: usize = 3;
/// Members that saved plans of every version have.
const MEMBERS: [&str; 4] = ["format", "version", "stack", "plan"];

/// A plan as it was shown, with the stack and the account that it was made from.
///
/// [`Planned::save`](super::Planned::save) makes it, and [`Deployer::restore`](super::Deployer::restore)
/// takes it. Store it as JSON, for example between the review of a plan and its apply.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SavedPlan {
    /// The version of the stored form. A plan of another version is stale.
    format: u32,
    /// The version of this library that saved the plan.
    version: String,
    stack: String,
    /// The region of the stack.
    region: String,
    /// The id of the account. `None` if nothing in the account showed it.
    account: Option<String>,
    /// The hash of the whole desired state.
    desired: String,
    reach: Reach,
    /// The plan as it was shown, without the sizes of logs.
    plan: Value,
}

impl SavedPlan {
    /// Returns the stored form of a plan.
    pub(super) fn new(observed: &Observed, reach: &Reach, plan: &Plan) -> Self {
        Self {
            format: FORMAT,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            stack: observed.stack.name.clone(),
            region: observed.stack.region.clone(),
            account: observed.world.account().map(str::to_owned),
            desired: observed.graph.fingerprint(),
            reach: reach.clone(),
            plan: shown(plan),
        }
    }

    /// Returns the purpose and the options with which the plan was made.
    pub fn reach(&self) -> &Reach {
        &self.reach
    }

    /// Returns whether a JSON text is a plan that this version or any other version saved.
    ///
    /// ```
    /// # use sss_aws::SavedPlan;
    /// assert!(!SavedPlan::is_in(r#"{"name": "shop"}"#));
    /// ```
    pub fn is_in(text: &str) -> bool {
        serde_json::from_str::<Value>(text)
            .is_ok_and(|saved| MEMBERS.iter().all(|member| saved.get(member).is_some()))
    }

    /// Returns an error unless the plan that was made now is still this one.
    pub(super) fn check(&self, now: &Self) -> Result<()> {
        self.difference(now).map_or(Ok(()), |difference| Err(Error::stale(difference)))
    }

    /// Returns how the plan that was made now differs, or `None` if it is the same.
    fn difference(&self, now: &Self) -> Option<String> {
        if (self.format, &self.version) != (now.format, &now.version) {
            let Self { format, version, .. } = self;
            return Some(format!(
                "version {version} saved the plan in format {format}; this is version {} with format {}",
                now.version, now.format
            ));
        }
        if self.place() != now.place() {
            return Some(format!("the plan is for {}, not for {}", self.place(), now.place()));
        }
        if self.desired != now.desired {
            return Some("the stack has changed since the plan was made".to_owned());
        }
        if self.plan == now.plan {
            return None;
        }

        let changed = changed(&self.plan, &now.plan);
        let named = changed[..changed.len().min(NAMED)].join(", ");
        let more = changed.len().saturating_sub(NAMED);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        Some(format!("the account has changed since the plan was made: {named}{more}"))
    }

    /// Returns the stack, the region and the account of the plan, for messages.
    fn place(&self) -> String {
        let account = self.account.as_deref().unwrap_or("an unknown account");
        format!("the stack {} in {}, {account}", self.stack, self.region)
    }
}

/// Returns the plan as JSON, without the sizes of logs: they grow all the time by themselves.
fn shown(plan: &Plan) -> Value {
    let mut shown = serde_json::to_value(plan).expect("a plan is plain data");
    for step in shown["steps"].as_array_mut().into_iter().flatten() {
        if let Some(loss) = step.get_mut("loses").and_then(Value::as_object_mut) {
            loss.remove("stored_bytes");
        }
    }
    shown
}

/// Returns the objects or kinds whose entries differ between two plans, whichever list of the plan they are
/// in.
fn changed(before: &Value, now: &Value) -> Vec<String> {
    let lists = |plan: &Value| -> Vec<(String, Value)> {
        let members = plan.as_object().into_iter().flatten();
        let lists = members.filter_map(|(member, list)| Some((member, list.as_array()?)));
        lists.flat_map(|(member, list)| list.iter().map(|entry| (member.clone(), entry.clone()))).collect()
    };
    let (before, now) = (lists(before), lists(now));
    let gone = before.iter().filter(|entry| !now.contains(entry));
    let new = now.iter().filter(|entry| !before.contains(entry));
    let name = |(_, entry): &(String, Value)| {
        // An entry about an object has its id, an entry about a kind has the kind.
        let id = entry.get("id").unwrap_or(entry);
        let text = |member: &str| id[member].as_str().unwrap_or_default();
        format!("{} {}", text("kind"), text("name")).trim().to_owned()
    };

    let mut named = BTreeSet::new();
    let changed: Vec<_> = gone.chain(new).map(name).filter(|name| named.insert(name.clone())).collect();
    // The same entries in another order.
    if changed.is_empty() { vec!["the order of the steps".to_owned()] } else { changed }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn saved() -> SavedPlan {
        SavedPlan {
            format: FORMAT,
            version: "0.1.0".to_owned(),
            stack: "mz-dev".to_owned(),
            region: "eu-central-1".to_owned(),
            account: Some("123456789012".to_owned()),
            desired: "a1b2".to_owned(),
            reach: Reach::default(),
            plan: json!({"stack": "mz-dev", "steps": [step("a", "update"), step("z", "delete")]}),
        }
    }

    fn step(name: &str, action: &str) -> Value {
        json!({"id": {"kind": "ecs/service", "name": name}, "action": action})
    }

    fn check(change: impl FnOnce(&mut SavedPlan), expected: Option<&str>) {
        let mut now = saved();
        change(&mut now);
        assert_eq!(saved().difference(&now).as_deref(), expected);
    }

    fn check_account(change: impl FnOnce(&mut Value), changed: &str) {
        let expected = format!("the account has changed since the plan was made: {changed}");
        check(|now| change(&mut now.plan), Some(&expected));
    }

    #[test]
    fn stale_plan_says_where_it_belongs() {
        check(|_| (), None);
        check(
            |now| now.version = "0.2.0".to_owned(),
            Some("version 0.1.0 saved the plan in format 3; this is version 0.2.0 with format 3"),
        );
        check(
            |now| now.account = None,
            Some(
                "the plan is for the stack mz-dev in eu-central-1, 123456789012, not for the stack mz-dev in \
                 eu-central-1, an unknown account",
            ),
        );
        check(|now| now.desired.clear(), Some("the stack has changed since the plan was made"));
    }

    #[test]
    fn stale_plan_names_objects_that_changed() {
        check_account(|plan| plan["steps"][0] = step("a", "replace"), "ecs/service a");
        check_account(
            |plan| plan["kept"] = json!([{"kind": "logs/log-group", "name": "/a"}]),
            "logs/log-group /a",
        );
        let steps: Vec<_> = ["b", "c", "d", "e"].map(|name| step(name, "create")).into();
        check_account(
            |plan| plan["steps"] = json!(steps),
            "ecs/service a, ecs/service z, ecs/service b and 3 more",
        );
        check_account(
            |plan| plan["steps"].as_array_mut().expect("the steps").reverse(),
            "the order of the steps",
        );
    }

    #[test]
    fn plan_that_differs_in_unseen_kinds_names_them() {
        for list in ["unseen", "unchecked"] {
            let entry = json!({"kind": "iam/role", "because": "iam:ListRoles was refused"});
            check_account(|plan| plan[list] = json!([entry]), "iam/role");
        }
    }
}

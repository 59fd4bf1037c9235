//! Plans in files. A file holds what the plan showed, not what is needed to carry it out: whoever carries it out observes
//! and plans again, and what comes out has to be the same. So no value that a plan hides is ever in a file.

use std::{fs, path::Path};

use serde::{Deserialize, Serialize};
use serde_json::Value;
use sss_aws::{Plan, World};

use crate::{
    command::plan::Reach, failure::Failure, file, invocation::Invocation, render::plan::Document,
    session::Session,
};

/// The form of the file.
const FORMAT: u32 = 1;
/// So many differences are named.
const NAMED: usize = 3;

/// A plan as it was shown, and what it was made from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Saved {
    format: u32,
    version: String,
    stack: String,
    region: String,
    account: Option<String>,
    /// The hash of all that the stack wants.
    wanted: String,
    /// How far it goes.
    pub(crate) reach: Reach,
    plan: Value,
}

impl Saved {
    /// The plan of a session.
    pub(crate) fn of(session: &Session<'_>, world: &World, plan: &Plan, reach: Reach) -> Self {
        Self {
            format: FORMAT,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            stack: session.stack.name.clone(),
            region: session.stack.region.clone(),
            account: world.account().map(str::to_owned),
            wanted: session.graph.fingerprint(),
            reach,
            plan: shown(plan),
        }
    }

    /// Refuses a file that holds something else than a plan, before anything is done.
    pub(crate) fn may_replace(path: &Path) -> Result<(), Failure> {
        let is_free = fs::metadata(path).map_or(true, |there| !there.is_file() || there.len() == 0);
        if is_free || file::read(path).is_ok_and(|text| is_plan(&text)) {
            return Ok(());
        }
        Err(Failure::refused(format!("save the plan in {}: the file holds something else", path.display()))
            .hint("name another file; `plan --out` only overwrites plans"))
    }

    /// Puts the plan in a file.
    pub(crate) fn write(&self, path: &Path) -> Result<(), Failure> {
        let text = format!("{:#}\n", serde_json::to_value(self).expect("a plan is plain data"));
        file::replace(path, text.as_bytes()).map_err(|error| Failure::file("save the plan", path, &error))
    }

    /// The plan in a file.
    pub(crate) fn read(path: &Path) -> Result<Self, Failure> {
        let text = file::read(path).map_err(|error| Failure::file("read the plan", path, &error))?;
        serde_json::from_str(&text).map_err(|error| {
            Failure::json("read the plan", path, &error)
                .hint("`plan --out FILE` saves plans; a stack file is named with `-f FILE`")
        })
    }

    /// Whether this is still the plan, now that another one was made.
    pub(crate) fn check(&self, now: &Self, invocation: &Invocation) -> Result<(), Failure> {
        let Some(stale) = self.difference(now) else {
            return Ok(());
        };
        let hint = format!("`{} plan --out FILE` makes a plan of how things are now", invocation.program);
        Err(Failure::refused(format!("apply the plan: {stale}")).hint(hint))
    }

    /// Why another plan was made.
    fn difference(&self, now: &Self) -> Option<String> {
        let maker = |plan: &Self| (plan.format, plan.version.clone());
        let place = |plan: &Self| {
            let account = plan.account.as_deref().unwrap_or("an unknown account");
            format!("the stack {} in {}, {account}", plan.stack, plan.region)
        };
        if maker(self) != maker(now) {
            return Some(format!("version {} made it, and this is {}", self.version, now.version));
        }
        if place(self) != place(now) {
            return Some(format!("it is for {}, and this is {}", place(self), place(now)));
        }
        if self.wanted != now.wanted {
            return Some("the stack has changed since the plan was made".to_owned());
        }
        if self.plan == now.plan {
            return None;
        }
        let objects = moved(&self.plan, &now.plan);
        let named = objects[..objects.len().min(NAMED)].join(", ");
        let more = objects.len().saturating_sub(NAMED);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        Some(format!("the account has changed since the plan was made: {named}{more}"))
    }
}

/// Whether a text is a plan that this version or another one saved.
fn is_plan(text: &str) -> bool {
    let members = ["format", "version", "stack", "plan"];
    serde_json::from_str::<Value>(text)
        .is_ok_and(|saved| members.iter().all(|member| saved.get(member).is_some()))
}

/// The plan as it is shown, without what changes all the time by itself.
fn shown(plan: &Plan) -> Value {
    let mut shown = serde_json::to_value(Document::of(plan)).expect("a plan is plain data");
    for step in shown["steps"].as_array_mut().into_iter().flatten() {
        if let Some(loss) = step.get_mut("loses").and_then(Value::as_object_mut) {
            loss.remove("stored_bytes");
        }
    }
    shown
}

/// The objects that only one of two plans is about, or that they are about in different ways.
fn moved(before: &Value, now: &Value) -> Vec<String> {
    let entries = |plan: &Value| -> Vec<Value> {
        let lists = ["steps", "refusals", "in_use", "left_alone", "held"].into_iter();
        lists.filter_map(|list| plan[list].as_array()).flatten().cloned().collect()
    };
    let (before, now) = (entries(before), entries(now));
    let gone = before.iter().filter(|entry| !now.contains(entry));
    let new = now.iter().filter(|entry| !before.contains(entry));
    let name = |entry: &Value| {
        let text = |member: &str| entry[member].as_str().unwrap_or_default().to_owned();
        format!("{} {}", text("kind"), text("name"))
    };
    let mut objects: Vec<String> = Vec::new();
    for object in gone.chain(new).map(name) {
        if !objects.contains(&object) {
            objects.push(object);
        }
    }
    objects
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn saved() -> Saved {
        Saved {
            format: FORMAT,
            version: "0.1.0".to_owned(),
            stack: "mz-dev".to_owned(),
            region: "eu-central-1".to_owned(),
            account: Some("123456789012".to_owned()),
            wanted: "a1b2".to_owned(),
            reach: Reach::default(),
            plan: json!({"steps": [{"kind": "ecs/service", "name": "a", "action": "update"}]}),
        }
    }

    fn check(change: impl FnOnce(&mut Saved), expected: Option<&str>) {
        let mut now = saved();
        change(&mut now);
        assert_eq!(saved().difference(&now).as_deref(), expected);
    }

    #[test]
    fn a_stale_plan_says_what_moved() {
        check(|_| (), None);
        check(|now| now.version = "0.2.0".to_owned(), Some("version 0.1.0 made it, and this is 0.2.0"));
        check(
            |now| now.account = None,
            Some(
                "it is for the stack mz-dev in eu-central-1, 123456789012, and this is the stack mz-dev in \
                 eu-central-1, an unknown account",
            ),
        );
        check(|now| now.wanted.clear(), Some("the stack has changed since the plan was made"));
        let step = |name: &str, action: &str| json!({"kind": "ecs/service", "name": name, "action": action});
        check(
            |now| now.plan = json!({"steps": [step("a", "replace")]}),
            Some("the account has changed since the plan was made: ecs/service a"),
        );
        let steps: Vec<_> = ["b", "c", "d", "e"].map(|name| step(name, "create")).into();
        check(
            |now| now.plan = json!({"steps": steps}),
            Some(
                "the account has changed since the plan was made: ecs/service a, ecs/service b, ecs/service c \
                 and 2 more",
            ),
        );
    }
}

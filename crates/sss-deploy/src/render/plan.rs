//! Plans.
//!
//! A plan is the text that somebody reads before they agree to it. It begins with its summary, and shows what people
//! decide by: what happens to each area of the stack, downtime, new ids, lost data, and each deletion with its reason.
//!
//! | module | contains |
//! |---|---|
//! | `view`, `phrase`, `changed` | the plan as data, by area: the default |
//! | `grouped`, `markdown` | a view as text, and as a comment of a pull request |
//! | `full` | every step with every path, for `--full` |
//! | `notes` | objects that stay, objects that refuse the plan, and how to continue |
//! | `loss` | data that is deleted or kept |
//! | `values`, `value` | changed and added values |
//!
//! Values that look secret are digests when they come here. The renderer hides nothing by itself.

mod changed;
mod full;
mod grouped;
mod loss;
pub(crate) mod markdown;
mod monthly;
mod notes;
mod phrase;
mod value;
mod values;
mod view;

use std::io::{self, Write};

use schemars::JsonSchema;
use serde::Serialize;
use sss_aws::{Action, Areas, Forecast, Id, Plan, Removal};
use sss_model::{ImageOverride, Stack};

use self::view::View;
pub(crate) use self::{
    monthly::Monthly,
    notes::refused_hint,
    phrase::{joined, range, short_image},
};
use super::{
    Place, Purpose, count,
    palette::STRONG,
    report::{self, Report},
    screen::{Line, Screen},
};

/// A plan as JSON.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Document<'a> {
    #[serde(flatten)]
    plan: &'a Plan,
    /// The number of steps by action.
    summary: Summary,
    /// Whether there is something to do: steps, an object that refuses the plan, or a service whose failed
    /// deployment the plan does not retry.
    changes: bool,
    /// The objects that a stack without services would delete, unless `--allow-empty` allows it.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    emptied: &'a [&'a Id],
    /// The former name of the stack, if the account has all its objects under that name only.
    #[serde(skip_serializing_if = "Option::is_none")]
    former_name: Option<&'a str>,
    /// The images of `--image`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    images: Vec<String>,
    /// The least calls and the times of an apply. `None` where nobody asked for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    forecast: Option<&'a Forecast>,
    /// What the plan changes in the monthly cost. `None` if it changes nothing, or the prices of the region are unknown.
    #[serde(skip_serializing_if = "Option::is_none")]
    cost: Option<Monthly>,
    /// The calls and the time that planning took.
    #[serde(skip_serializing_if = "Option::is_none")]
    report: Option<&'a Report>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct Summary {
    create: usize,
    update: usize,
    replace: usize,
    delete: usize,
    adopt: usize,
    release: usize,
}

impl<'a> Document<'a> {
    pub(crate) fn of(plan: &'a Plan) -> Self {
        let summary = Summary::of(plan);
        Self {
            plan,
            summary,
            changes: !plan.is_empty() || plan.is_refused() || plan.is_held(),
            emptied: &[],
            former_name: None,
            images: Vec::new(),
            forecast: None,
            cost: None,
            report: None,
        }
    }

    /// Adds the objects that a stack without services would delete.
    pub(crate) fn with_emptied(self, emptied: &'a [&'a Id]) -> Self {
        Self { emptied, ..self }
    }

    /// Adds the former name of the stack.
    pub(crate) fn with_former_name(self, former_name: Option<&'a str>) -> Self {
        Self { former_name, ..self }
    }

    /// Adds the images of `--image`.
    pub(crate) fn with_images(self, images: &[ImageOverride]) -> Self {
        Self { images: images.iter().map(ToString::to_string).collect(), ..self }
    }

    /// Adds the forecast of the apply.
    pub(crate) fn with_forecast(self, forecast: &'a Forecast) -> Self {
        Self { forecast: Some(forecast), ..self }
    }

    /// Adds what the plan changes in the monthly cost.
    pub(crate) fn with_cost(self, cost: Option<Monthly>) -> Self {
        Self { cost, ..self }
    }

    /// Adds the calls and the time that planning took.
    pub(crate) fn with_report(self, report: &'a Report) -> Self {
        Self { report: Some(report), ..self }
    }
}

impl Summary {
    fn of(plan: &Plan) -> Self {
        Self {
            create: plan.count(Action::Create),
            update: plan.count(Action::Update) + plan.count(Action::Revise),
            replace: plan.count(Action::Replace),
            delete: plan.count(Action::Delete),
            adopt: plan.count(Action::Adopt),
            release: plan.count(Action::Release),
        }
    }
}

/// A plan with everything that its text needs.
#[derive(Debug)]
pub(crate) struct Shown<'a> {
    /// The stack and the account.
    pub(crate) place: Place,
    /// The plan.
    pub(crate) plan: &'a Plan,
    /// The stack, which has the words for what is created.
    pub(crate) stack: &'a Stack,
    /// The areas of the objects.
    pub(crate) areas: Areas,
    /// The command, which decides about the words.
    pub(crate) purpose: Purpose,
    /// The time that the plan usually takes. `None` if nobody will apply it.
    pub(crate) forecast: Option<&'a Forecast>,
    /// What it changes in the monthly cost.
    pub(crate) monthly: Option<Monthly>,
    /// The name of the stack's file, or `the stack`.
    pub(crate) source: String,
}

/// The columns in front of a continued line.
const INDENT: usize = 4;

/// The amount of a plan that is shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Amount {
    /// What people decide by, by area.
    #[default]
    Grouped,
    /// Every step with every path.
    Full,
}

/// Prints a plan as text, with its summary first.
pub(crate) fn show(w: &mut dyn Write, screen: Screen, shown: &Shown<'_>, amount: Amount) -> io::Result<()> {
    let Shown { place, plan, purpose, .. } = shown;
    place.show(w, screen)?;
    Line::hanging(0).with(STRONG, summary(shown)).write(w, screen)?;
    if let Some(monthly) = &shown.monthly {
        Line::hanging(INDENT).text(monthly.to_string()).write(w, screen)?;
    }
    if !plan.is_empty() {
        writeln!(w)?;
    }
    show_changes(w, screen, shown, amount)?;
    notes::show(w, screen, plan, *purpose)
}

/// Prints what a plan changes, and the data that is lost. Prints nothing for an empty plan.
pub(super) fn show_changes(
    w: &mut dyn Write,
    screen: Screen,
    shown: &Shown<'_>,
    amount: Amount,
) -> io::Result<()> {
    let plan = shown.plan;
    match amount {
        Amount::Full => {
            plan.steps.iter().try_for_each(|step| full::show(w, screen, step, shown.source()))?;
        }
        Amount::Grouped if plan.is_empty() => {}
        Amount::Grouped => {
            let view = View::of(plan, shown.stack, &shown.areas);
            grouped::show(w, screen, &view, shown.source())?;
        }
    }
    loss::show(w, screen, plan)
}

impl<'a> Shown<'a> {
    /// Returns the plan that follows an adoption, at the same place.
    pub(crate) fn followed_by(&self, next: &'a Plan) -> Self {
        Self {
            place: self.place.clone(),
            plan: next,
            stack: self.stack,
            areas: self.areas.clone(),
            purpose: Purpose::Converge,
            forecast: None,
            monthly: None,
            source: self.source.clone(),
        }
    }

    /// Returns where the reasons of deletions lead to.
    fn source(&self) -> Source<'_> {
        Source { name: &self.source, is_removal: self.purpose == Purpose::Destroy }
    }
}

/// The place where the stack is written, for the reasons of deletions.
#[derive(Debug, Clone, Copy)]
struct Source<'a> {
    name: &'a str,
    /// Whether everything is deleted, so that no deletion needs this reason.
    is_removal: bool,
}

impl Source<'_> {
    /// Returns the reason for a deletion in words. `None` if it goes without saying.
    fn reason(self, because: Removal) -> Option<String> {
        let name = self.name;
        match because {
            Removal::NotInStack if self.is_removal => None,
            Removal::NotInStack => Some(format!("not in {name}")),
            Removal::MadeByOthers => Some(format!("made by hand in an API of this stack, not in {name}")),
            Removal::Surplus => {
                Some("a second object of this name, left by an interrupted replacement".to_owned())
            }
            _ => None,
        }
    }
}

/// Returns the summary: the numbers of steps, and the usual time. An empty plan gets the words that fit its purpose.
pub(super) fn summary(shown: &Shown<'_>) -> String {
    let Shown { plan, purpose, .. } = shown;
    let refused = plan.refusals.len() + plan.in_use.len();
    if plan.is_empty() {
        let nothing = match purpose {
            _ if refused > 0 => {
                return format!("the plan is refused: {} (see below)", count(refused, "object"));
            }
            Purpose::Converge if plan.is_held() => {
                return format!("{}; retry with `--retry`, or change it", behind(plan.held.len()));
            }
            Purpose::Converge if !plan.only.is_empty() => {
                let (verb, named) =
                    (if plan.only.len() == 1 { "matches" } else { "match" }, notes::only(plan));
                return format!("no changes: {} {verb} the stack", named.unwrap_or_default());
            }
            Purpose::Converge => "the account matches the stack",
            Purpose::Adopt => "the stack manages all objects with its names",
            Purpose::Destroy => "the stack has no objects in the account",
            Purpose::Release => "no object has a mark of the stack",
        };
        return format!("no changes: {nothing}");
    }

    let Summary { create, update, replace, delete, adopt, release } = Summary::of(plan);
    let counts = [
        (create, "to create"),
        (update, "to update"),
        (replace, "to replace"),
        (delete, "to delete"),
        (adopt, "to adopt"),
        (release, "to release"),
    ];
    let counts = counts.iter().filter(|(number, _)| *number > 0);
    let counts = counts.map(|(number, verb)| format!("{number} {verb}"));
    let time = shown.forecast.filter(|_| refused == 0);
    let time = time.map(|forecast| report::about_time(forecast, &shown.areas));
    let refused = (refused > 0).then(|| format!("{refused} refused"));
    let all: Vec<_> = counts.chain(refused).chain(time).collect();
    all.join(", ")
}

/// Returns the words for a number of services that do not run the desired revision.
pub(super) fn behind(services: usize) -> String {
    if services == 1 {
        return "1 service is behind the stack: its last deployment failed".to_owned();
    }
    format!("{services} services are behind the stack: their last deployments failed")
}

#[cfg(test)]
mod tests;

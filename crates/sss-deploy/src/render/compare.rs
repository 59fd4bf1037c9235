//! The screen of `compare`: a row for each criterion, a column for each backend, and the assumptions below.

use std::io::{self, Write};

use schemars::JsonSchema;
use serde::Serialize;
use sss_model::compare::{Candidate, Comparison, Points, Quota};

use super::{
    palette::{HINT, STRONG},
    screen::{Line, Screen},
};

/// The answer of `compare` as JSON.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Document<'a> {
    /// The name of the stack.
    pub(crate) stack: &'a str,
    /// The comparison.
    #[serde(flatten)]
    pub(crate) comparison: &'a Comparison,
}

/// The columns of a pipe, whose lines have no width of their own.
const PIPE: usize = 120;
/// The columns of the criteria, with the gap behind them.
const CRITERIA: usize = 15;
/// The columns between two cells.
const GAP: usize = 2;
/// The columns below which each backend has a line of its own.
const NARROW: usize = 70;

/// A criterion: its name, and how a candidate meets it.
type Row = (&'static str, fn(&Candidate) -> String);

/// The criteria in the order of the screen.
const ROWS: [Row; 10] = [
    ("a month", cost),
    ("first apply", first_apply),
    ("quotas", |one| quotas(&one.quotas)),
    ("deployments", |one| one.deployments.clone()),
    ("features", |one| one.features.to_owned()),
    ("inter-service", |one| one.service_to_service.to_owned()),
    ("integration", |one| one.integration.to_owned()),
    ("knowledge", |one| one.knowledge.to_owned()),
    ("article", |one| article(one.article)),
    ("since then", |one| one.since.to_owned()),
];

/// Prints the comparison.
pub(crate) fn show(w: &mut dyn Write, screen: Screen, document: &Document<'_>) -> io::Result<()> {
    let comparison = document.comparison;
    Line::hanging(0).with(STRONG, title(document)).write(w, screen)?;
    writeln!(w)?;

    let width = screen.width.unwrap_or(PIPE);
    if width < NARROW {
        listed(w, screen, comparison)?;
    } else {
        tabled(w, width, comparison)?;
    }

    let note = |w: &mut dyn Write, name: &str, text: &str| {
        Line::hanging(2).with(HINT, format!("{name}:")).text(format!(" {text}")).write(w, screen)
    };
    for quota in comparison.quotas.iter().filter(|quota| quota.binds) {
        note(w, "quota of each backend", &words(quota))?;
    }
    note(w, "prices", &format!("list prices as of {}, in USD without tax", comparison.as_of))?;
    note(w, "use", &super::cost::usage(&comparison.usage))?;
    for (number, assumptions) in assumptions(comparison) {
        note(w, number, &assumptions)?;
    }
    note(w, "not included", &comparison.candidates[0].cost.not_included.join(", "))
}

/// Prints the comparison as a table of Markdown.
pub(crate) fn markdown(w: &mut dyn Write, document: &Document<'_>) -> io::Result<()> {
    let comparison = document.comparison;
    let names: Vec<&str> = comparison.candidates.iter().map(|one| one.backend.as_str()).collect();
    writeln!(w, "### {}\n", title(document))?;
    writeln!(w, "| | `{}` |", names.join("` | `"))?;
    writeln!(w, "|---{}|", "|---".repeat(names.len()))?;
    for (name, of) in ROWS {
        let cells: Vec<String> =
            comparison.candidates.iter().map(|one| of(one).replace('|', "\\|")).collect();
        writeln!(w, "| {name} | {} |", cells.join(" | "))?;
    }
    writeln!(w)?;
    for quota in comparison.quotas.iter().filter(|quota| quota.binds) {
        writeln!(w, "- quota of each backend: {}", words(quota))?;
    }
    writeln!(w, "- prices: list prices as of {}, in USD without tax", comparison.as_of)?;
    writeln!(w, "- use: {}", super::cost::usage(&comparison.usage))?;
    for (number, assumptions) in assumptions(comparison) {
        writeln!(w, "- {number}: {assumptions}")?;
    }
    writeln!(w, "- not included: {}", comparison.candidates[0].cost.not_included.join(", "))
}

/// Returns the first line.
fn title(document: &Document<'_>) -> String {
    let Document { stack, comparison } = document;
    let services = super::count(comparison.services, "service");
    format!("{stack} in {}: {services} behind each backend", comparison.region)
}

/// Prints a table whose cells are wrapped to the width.
fn tabled(w: &mut dyn Write, width: usize, comparison: &Comparison) -> io::Result<()> {
    let columns = (width - CRITERIA) / comparison.candidates.len() - GAP;
    let line = |w: &mut dyn Write, name: &str, cells: Vec<&str>| {
        let cells: Vec<String> =
            cells.into_iter().map(|cell| format!("{cell:columns$}{:GAP$}", "")).collect();
        writeln!(w, "{}", format!("{name:CRITERIA$}{}", cells.concat()).trim_end())
    };

    let names = comparison.candidates.iter().map(|one| one.backend.as_str());
    line(w, "", names.collect())?;
    for (name, of) in ROWS {
        let cells: Vec<Vec<String>> =
            comparison.candidates.iter().map(|one| wrapped(&of(one), columns)).collect();
        let height = cells.iter().map(Vec::len).max().unwrap_or(0);
        for row in 0..height {
            let name = if row == 0 { name } else { "" };
            line(w, name, cells.iter().map(|cell| cell.get(row).map_or("", String::as_str)).collect())?;
        }
        writeln!(w)?;
    }
    Ok(())
}

/// Prints a block for each criterion, with a line for each backend.
fn listed(w: &mut dyn Write, screen: Screen, comparison: &Comparison) -> io::Result<()> {
    for (name, of) in ROWS {
        Line::hanging(0).with(STRONG, name).write(w, screen)?;
        for one in &comparison.candidates {
            Line::hanging(4).text(format!("  {}: {}", one.backend, of(one))).write(w, screen)?;
        }
    }
    writeln!(w)
}

/// Divides a text into lines of at most so many columns. A longer word has a line of its own.
fn wrapped(text: &str, columns: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split(' ') {
        let length = word.chars().count();
        match lines.last_mut().filter(|line| line.chars().count() + 1 + length <= columns) {
            Some(line) => line.extend([" ", word]),
            None => lines.push(word.to_owned()),
        }
    }
    lines
}

/// Returns the monthly cost, with the part of the backend.
fn cost(candidate: &Candidate) -> String {
    let items: Vec<String> =
        candidate.backend_items.iter().map(|item| format!("{} {:.2}", item.item, item.monthly)).collect();
    let backend = if items.is_empty() { String::new() } else { format!(", of which {}", items.join(", ")) };
    format!("{:.2} USD{backend}", candidate.cost.total)
}

/// Returns the floor of the first apply and its reason.
fn first_apply(candidate: &Candidate) -> String {
    match candidate.first_apply.stages.first() {
        Some(stage) => format!("at least {:.0} s: {}", candidate.first_apply.seconds, stage.stage),
        None => "nothing to wait for".to_owned(),
    }
}

/// Returns the quotas that bind, or the one that is nearest to its limit.
fn quotas(quotas: &[Quota]) -> String {
    let bound: Vec<String> = quotas.iter().filter(|quota| quota.binds).map(words).collect();
    match quotas.first() {
        Some(nearest) if bound.is_empty() => format!("none binds; {}", words(nearest)),
        _ => bound.join("; "),
    }
}

/// Returns a quota in words.
fn words(quota: &Quota) -> String {
    let Quota { quota: name, limit, needed, effect, .. } = quota;
    let effect = effect.as_ref().map(|effect| format!(": {effect}")).unwrap_or_default();
    format!("{needed} of {limit} {name}{effect}")
}

/// Returns the points of the article with its signs.
fn article(points: Points) -> String {
    let Points { cost, knowledge, features, service_to_service, integration, total, .. } = points;
    let sign = Points::sign;
    format!(
        "{total} points: cost {}, knowledge {}, features {}, inter-service {}, integration {}",
        sign(cost),
        sign(knowledge),
        sign(features),
        sign(service_to_service),
        sign(integration)
    )
}

/// Returns the assumptions by the criterion whose number depends on them.
fn assumptions(comparison: &Comparison) -> Vec<(&'static str, String)> {
    let mut all: Vec<(&'static str, String)> = Vec::new();
    for one in &comparison.assumptions {
        let name = match one.number {
            "cost" => "a month",
            "first_apply" => "first apply",
            other => other,
        };
        match all.last_mut().filter(|(last, _)| *last == name) {
            Some((_, text)) => text.extend(["; ", &one.assumption]),
            None => all.push((name, one.assumption.clone())),
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cell_is_wrapped_between_words() {
        assert_eq!(wrapped("one two three", 8), ["one two", "three"]);
        assert_eq!(wrapped("a incomprehensibilities b", 8), ["a", "incomprehensibilities", "b"]);
    }
}

//! Problems of a stack, shown at their place in the stack files.
//!
//! A problem looks like an error of the Rust compiler: the severity and the rule, the lines of the file with
//! a mark below the value, and the fix. A problem without a place shows its path instead. The library
//! annotate-snippets draws the picture; it gets the covered text of [`Findings`] only, so it cannot show a
//! secret.

mod repeated;

use std::{
    io::{self, Write},
    ops::Range,
};

use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet, renderer::DecorStyle};
use schemars::JsonSchema;
use serde::Serialize;
use sss_model::Severity;

use self::repeated::Repeated;
use super::{
    WIDTH, count,
    palette::{HINT, STRONG},
    screen::{Screen, in_lines, listed},
};
use crate::finding::{Finding, Findings, Position, Positions, Record};

/// Problems as JSON.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Document<'a> {
    /// The stack files, or `the stack` for a stack in code.
    file: String,
    /// The problems with their places. Empty for a stack without problems.
    problems: Vec<Record<'a>>,
}

impl<'a> Document<'a> {
    /// Returns the document of these problems.
    pub(crate) fn of(findings: &'a Findings) -> Self {
        Self { file: findings.origin(), problems: findings.records() }
    }
}

/// Prints the problems, and their number.
pub(crate) fn show(w: &mut dyn Write, screen: Screen, findings: &Findings) -> io::Result<()> {
    list(w, screen, findings)?;
    writeln!(w, "{STRONG}{}: {}{STRONG:#}", findings.origin(), summary(findings))
}

/// Prints the problems: all of them, unless a text has very many.
pub(super) fn list(w: &mut dyn Write, screen: Screen, findings: &Findings) -> io::Result<()> {
    let width = screen.width.unwrap_or(WIDTH);
    let renderer = Renderer::styled().decor_style(DecorStyle::Ascii).term_width(width);
    let mut positions = findings.positions();
    let repeated = Repeated::of(findings);
    let distinct = findings.list.iter().enumerate().filter(|(index, _)| !repeated.is_left_out(*index));
    let shown = most_severe(distinct.map(|(index, finding)| (index, finding.problem.severity)));
    for index in shown.list {
        let finding = &findings.list[index];
        let positions = &mut positions[finding.file];
        let window = finding.span.clone().map(|span| Window::of(positions, span));
        let picture = picture(findings, finding, window, screen.width);
        writeln!(w, "{}", renderer.render(&picture))?;
        let others = repeated.others(index);
        if !others.is_empty() {
            let services = listed(others, Some(NAMES));
            writeln!(w, "  = the same in {}: {services}", count(others.len(), "other service"))?;
        }
        writeln!(w)?;
    }
    show_others(w, shown.others)
}

/// The problems that are shown.
pub(crate) struct Shown {
    /// Their numbers, in ascending order.
    pub(crate) list: Vec<usize>,
    /// The number of the problems that are not shown.
    pub(crate) others: usize,
}

/// Chooses the problems that are shown: all, or the first 100 of the highest severity.
///
/// A generated or a foreign file can have a problem in each line. Nobody reads them all, and to draw them takes minutes.
pub(crate) fn most_severe(problems: impl Iterator<Item = (usize, Severity)>) -> Shown {
    let mut list: Vec<_> = problems.collect();
    let others = list.len().saturating_sub(MOST);
    if others > 0 {
        list.sort_by_key(|(_, severity)| *severity);
        list.truncate(MOST);
        list.sort_unstable_by_key(|(index, _)| *index);
    }
    Shown { list: list.into_iter().map(|(index, _)| index).collect(), others }
}

/// Prints the number of the problems that are not shown.
pub(crate) fn show_others(w: &mut dyn Write, others: usize) -> io::Result<()> {
    if others == 0 {
        return Ok(());
    }
    let (others, verb) = (count(others, "more problem"), if others == 1 { "is" } else { "are" });
    writeln!(w, "{HINT}note:{HINT:#} {others} {verb} not shown; `--json` has them all\n")
}

/// Returns the message that a stack is invalid, for the line below its problems.
pub(super) fn conclusion(findings: &Findings) -> String {
    format!("{} has {} (see above)", findings.origin(), count(findings.count(Severity::Error), "error"))
}

/// The most problems that are shown as text.
const MOST: usize = 100;

/// The columns of the names of services that have a problem in common.
const NAMES: usize = 50;

/// The longest line that is shown, in bytes. The text around a problem in a longer line would not fit the
/// terminal.
const LONGEST_LINE: usize = 1000;

/// The least columns of a message beside its head.
const LEAST: usize = 20;

/// The lines that a problem is in. The renderer reads all text that it is given, so it only gets these.
struct Window {
    /// The bytes from the beginning of the first line to the end of the last one.
    lines: Range<usize>,
    /// The place of the problem's first byte.
    position: Position,
    /// The bytes of the problem.
    span: Range<usize>,
}

impl Window {
    /// Returns the lines around a span.
    fn of(positions: &mut Positions<'_>, span: Range<usize>) -> Self {
        let position = positions.of(span.start);
        let end = positions.line_end(span.end.max(span.start));
        Self { lines: position.start..end, position, span }
    }

    /// Returns whether one of the lines is too long to show.
    fn is_wide(&self, text: &str) -> bool {
        let lines = text.get(self.lines.clone()).unwrap_or_default();
        lines.len() > LONGEST_LINE && lines.lines().any(|line| line.len() > LONGEST_LINE)
    }

    /// Returns whether a label fits the terminal behind the mark below the problem.
    fn has_room_for(&self, label: &str, text: &str, width: usize) -> bool {
        let marked = text.get(self.span.clone()).and_then(|text| text.lines().next()).unwrap_or_default();
        let margin = self.position.line.to_string().len() + " | ".len();
        margin + self.position.column + marked.chars().count() + label.chars().count() <= width
    }

    /// Returns the span within the lines.
    fn within(&self) -> Range<usize> {
        self.span.start - self.lines.start..self.span.end.max(self.span.start) - self.lines.start
    }
}

/// Returns the parts of one problem: its title with the excerpt, and its fix. Both texts are divided into lines of the
/// terminal; the renderer aligns these.
fn picture<'a>(
    findings: &'a Findings,
    finding: &'a Finding,
    window: Option<Window>,
    width: Option<usize>,
) -> Vec<Group<'a>> {
    let problem = &finding.problem;
    let level = match problem.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        _ => Level::NOTE.with_name("advice"),
    };

    let file = findings.file(finding);
    let (text, path) = (file.text.as_str(), problem.path.as_str());
    let is_labelled = |window: &Window| {
        !window.is_wide(text) && width.is_none_or(|width| window.has_room_for(path, text, width))
    };
    // Without a label at the lines, the message names the place.
    let message = match &window {
        Some(window) if is_labelled(window) => problem.message.clone(),
        _ if problem.path.is_root() => problem.message.clone(),
        _ => format!("{}: {}", problem.path, problem.message),
    };

    let beside = |head: usize| width.map(|width| width.saturating_sub(head).max(LEAST));
    let head = format!("{}[{}]: ", problem.severity, problem.rule).len();
    let title = level.primary_title(in_lines(&message, beside(head))).id(problem.rule);
    let main = match window {
        Some(window) if window.is_wide(text) => {
            let origin = Origin::path(file.name.as_str()).line(window.position.line);
            Group::with_title(title).element(origin.char_column(window.position.column))
        }
        Some(window) => {
            let mark = AnnotationKind::Primary.span(window.within());
            let annotation = if is_labelled(&window) { mark.label(path) } else { mark };
            let lines = text.get(window.lines.clone()).unwrap_or_default();
            let source = Snippet::source(lines).line_start(window.position.line);
            title.element(source.path(file.name.as_str()).annotation(annotation))
        }
        None => Group::with_title(title),
    };

    if problem.fix.is_empty() {
        return vec![main];
    }
    let fix = in_lines(&problem.fix, beside("help: ".len()));
    vec![main, Group::with_title(Level::HELP.secondary_title(fix))]
}

/// Returns the number of problems by severity. A stack without errors is `valid`.
fn summary(findings: &Findings) -> String {
    let severities = [(Severity::Error, "error"), (Severity::Warning, "warning")];
    let mut counts: Vec<String> = severities
        .into_iter()
        .filter(|(severity, _)| findings.count(*severity) > 0)
        .map(|(severity, name)| count(findings.count(severity), name))
        .collect();
    if findings.count(Severity::Advice) > 0 {
        counts.push(format!("{} of advice", count(findings.count(Severity::Advice), "piece")));
    }
    if findings.count(Severity::Error) == 0 {
        counts.insert(0, "valid".to_owned());
    }
    counts.join(", ")
}

/// Notes that there are warnings.
pub(crate) fn mention(w: &mut dyn Write, origin: &str, warnings: usize, program: &str) -> io::Result<()> {
    writeln!(w, "note: {origin} has {}; see `{program} validate`", count(warnings, "warning"))
}

#[cfg(test)]
mod tests {
    use sss_model::{Path, Stack};

    use super::*;
    use crate::render::written;

    const TEXT: &str = "name = \"market\"\nregion = \"eu-central-1\"\n\n[network]\nvpc_id = \"vpc-0a1b2c3d4e5f60718\"\n\
        private_subnet_ids = [\"subnet-0a1b2c3d4e5f60001\", \"subnet-0a1b2c3d4e5f60002\"]\n\n[services.mailer]\nimagee = \"mailer:1.4\"\n";

    fn findings(text: &str) -> Findings {
        let located = Stack::from_toml(text).expect_err("an invalid stack");
        Findings::in_text("sss.toml", text, located)
    }

    #[test]
    fn same_warning_of_many_services_is_shown_once() {
        let problem = |name: &str, severity| {
            let path = Path::root().key("services").key(name).key("image");
            let rule = sss_model::rules::find("ECS-TD-113").expect("a rule");
            let mut problem = findings(TEXT).list.remove(0).problem;
            (problem.path, problem.rule, problem.severity) = (path, rule.id, severity);
            problem.message = format!("the image of {name} has no tag");
            problem
        };
        let all = |severity| (0..100).map(|number| problem(&format!("svc-{number:02}"), severity)).collect();
        let warnings = written(|w| list(w, Screen::default(), &Findings::in_code(all(Severity::Warning))));
        assert_eq!(warnings.matches("has no tag").count(), 1, "{warnings}");
        assert!(warnings.contains("  = the same in 99 other services: svc-01, svc-02"), "{warnings}");
        let errors = written(|w| list(w, Screen::default(), &Findings::in_code(all(Severity::Error))));
        assert_eq!(errors.matches("has no tag").count(), 100, "errors are never left out");
    }

    #[test]
    fn problem_is_shown_at_its_place() {
        let findings = findings(TEXT);
        let text = written(|w| show(w, Screen::default(), &findings));
        let rule = findings.list[0].problem.rule;
        assert!(text.starts_with(&format!("error[{rule}]: ")), "{text}");
        assert!(text.contains("--> sss.toml:9:1"), "{text}");
        assert!(text.contains("9 | imagee = \"mailer:1.4\""), "{text}");
        assert!(text.contains("help: did you mean `image`?"), "{text}");
    }

    #[test]
    fn very_many_problems_are_counted() {
        let keys = (0..150).map(|n| format!("k{n} = 1\n")).collect::<Vec<_>>().concat();
        let findings = findings(&format!("{TEXT}{keys}"));
        let text = written(|w| show(w, Screen::default(), &findings));
        assert_eq!(text.matches("error[").count(), MOST, "{text}");
        assert!(text.contains("note: 51 more problems are not shown; `--json` has them all"), "{text}");
        assert!(text.ends_with("sss.toml: 151 errors\n"), "{text}");

        let severity = |index| if index < 150 { Severity::Warning } else { Severity::Error };
        let shown = most_severe((0..200).map(|index| (index, severity(index))));
        let expected: Vec<usize> = (0..50).chain(150..200).collect();
        assert_eq!((shown.list, shown.others), (expected, 100), "errors come first");
    }

    #[test]
    fn message_and_fix_fit_the_terminal() {
        let findings = findings(TEXT);
        let text = written(|w| show(w, Screen { width: Some(40), styled: false }, &findings));
        let text = anstream::adapter::strip_str(&text).to_string();
        let long: Vec<&str> = text.lines().filter(|line| line.chars().count() > 40).collect();
        assert!(long.is_empty(), "{text}");
    }

    #[test]
    fn long_line_is_named_and_not_shown() {
        let keys: String = (0..400).map(|n| format!("k{n} = 1, ")).collect::<Vec<_>>().concat();
        let findings = findings(&TEXT.replace("imagee = ", &format!("labels = {{ {keys} }}\nimagee = ")));
        let text = written(|w| show(w, Screen::default(), &findings));
        assert!(text.contains("error[FILE-002]: services.mailer.labels: "), "{text}");
        assert!(text.contains("--> sss.toml:9:1") && text.contains("10 | imagee"), "{text}");
        assert!(!text.contains("k7 = 1"), "{text}");
    }

    #[test]
    fn value_that_looks_secret_is_not_shown() {
        let findings = findings(&TEXT.replace("imagee = ", "environment.DB_PASSWORD = [271828]\nimage = "));
        let text = written(|w| show(w, Screen::default(), &findings));
        assert!(text.contains("environment.DB_PASSWORD = ********") && !text.contains("271828"), "{text}");
    }

    #[test]
    fn document_has_line_and_column() {
        let findings = findings(TEXT);
        let document = serde_json::to_value(Document::of(&findings)).expect("JSON");
        let problem = &document["problems"][0];
        assert_eq!((&problem["line"], &problem["column"]), (&9.into(), &1.into()), "{problem}");
        let span = (problem["span"]["start"].as_u64(), problem["span"]["end"].as_u64());
        let start = TEXT.find("imagee").map(|start| start as u64);
        assert_eq!(span, (start, start.map(|start| start + 6)));
    }

    #[test]
    fn problems_of_a_stack_in_code_have_paths() {
        let findings = Findings::in_code(Stack::default().problems());
        let text = written(|w| show(w, Screen::default(), &findings));
        assert!(text.contains("network.vpc_id: `vpc_id` is required"), "{text}");
        assert!(text.trim_end().ends_with("errors"), "{text}");
    }
}

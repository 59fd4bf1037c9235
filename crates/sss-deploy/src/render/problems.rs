//! Problems of a stack, pictured at their place.

use std::io::{self, Write};

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet, renderer::DecorStyle};
use serde::Serialize;
use sss_model::Severity;

use super::{WIDTH, count, palette::STRONG};
use crate::finding::{Finding, Findings, Record};

/// Problems as JSON.
#[derive(Debug, Serialize)]
pub(crate) struct Document<'a> {
    file: &'a str,
    problems: Vec<Record<'a>>,
}

impl<'a> Document<'a> {
    pub(crate) fn of(findings: &'a Findings) -> Self {
        Self { file: &findings.origin, problems: findings.records() }
    }
}

/// Every problem, and how many there are.
pub(crate) fn show(w: &mut dyn Write, findings: &Findings) -> io::Result<()> {
    let renderer = Renderer::styled().decor_style(DecorStyle::Ascii).term_width(WIDTH);
    for finding in &findings.list {
        writeln!(w, "{}\n", renderer.render(&picture(findings, finding)))?;
    }
    writeln!(w, "{STRONG}{}: {}{STRONG:#}", findings.origin, summary(findings))
}

fn picture<'a>(findings: &'a Findings, finding: &'a Finding) -> Vec<Group<'a>> {
    let problem = &finding.problem;
    let level = match problem.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        _ => Level::NOTE.with_name("advice"),
    };
    let place = finding.span.clone().zip(findings.text.as_deref());
    // Without a picture the message has to say where.
    let message = match &place {
        None if !problem.path.is_empty() => format!("`{}` {}", problem.path, problem.message),
        _ => problem.message.clone(),
    };
    let title = level.primary_title(message).id(problem.rule);
    let main = match place {
        Some((span, text)) => {
            let annotation = AnnotationKind::Primary.span(span).label(problem.path.as_str());
            title.element(Snippet::source(text).path(findings.origin.as_str()).annotation(annotation))
        }
        None => Group::with_title(title),
    };
    if problem.fix.is_empty() {
        return vec![main];
    }
    vec![main, Group::with_title(Level::HELP.secondary_title(problem.fix.as_str()))]
}

fn summary(findings: &Findings) -> String {
    let severities = [(Severity::Error, "error"), (Severity::Warning, "warning")];
    let mut counts: Vec<String> = severities
        .into_iter()
        .filter(|(severity, _)| findings.count(*severity) > 0)
        .map(|(severity, name)| count(findings.count(severity), name))
        .collect();
    if findings.count(Severity::Advice) > 0 {
        counts.push(format!("advice {}", findings.count(Severity::Advice)));
    }
    if findings.count(Severity::Error) == 0 {
        counts.insert(0, "valid".to_owned());
    }
    counts.join(", ")
}

/// That there are warnings, where they are not the point.
pub(crate) fn mention(w: &mut dyn Write, origin: &str, warnings: usize, program: &str) -> io::Result<()> {
    writeln!(w, "note: {origin} has {}; `{program} validate` shows them", count(warnings, "warning"))
}

#[cfg(test)]
mod tests {
    use sss_model::Stack;

    use super::*;
    use crate::render::written;

    const TEXT: &str = "name = \"market\"\nregion = \"eu-central-1\"\n\n[network]\nvpc_id = \"vpc-0a1b2c3d4e5f60718\"\n\
        private_subnet_ids = [\"subnet-0a1b2c3d4e5f60001\", \"subnet-0a1b2c3d4e5f60002\"]\n\n[services.mailer]\nimagee = \"mailer:1.4\"\n";

    fn findings(text: &str) -> Findings {
        let located = Stack::from_toml(text).expect_err("an invalid stack");
        Findings::in_text("sss.toml", text, located)
    }

    #[test]
    fn a_problem_is_pictured_at_its_place() {
        let findings = findings(TEXT);
        let text = written(|w| show(w, &findings));
        let rule = findings.list[0].problem.rule;
        assert!(text.starts_with(&format!("error[{rule}]: ")), "{text}");
        assert!(text.contains("--> sss.toml:9:1"), "{text}");
        assert!(text.contains("9 | imagee = \"mailer:1.4\""), "{text}");
        assert!(text.contains("help: did you mean `image`?"), "{text}");
    }

    #[test]
    fn a_value_that_looks_secret_is_not_pictured() {
        let findings = findings(&TEXT.replace("imagee = ", "environment.DB_PASSWORD = 271828\nimage = "));
        let text = written(|w| show(w, &findings));
        assert!(text.contains("environment.DB_PASSWORD = ******") && !text.contains("271828"), "{text}");
    }

    #[test]
    fn the_document_has_line_and_column() {
        let findings = findings(TEXT);
        let document = serde_json::to_value(Document::of(&findings)).expect("JSON");
        let problem = &document["problems"][0];
        assert_eq!((&problem["line"], &problem["column"]), (&9.into(), &1.into()), "{problem}");
        let span = (problem["span"]["start"].as_u64(), problem["span"]["end"].as_u64());
        let start = TEXT.find("imagee").map(|start| start as u64);
        assert_eq!(span, (start, start.map(|start| start + 6)));
    }

    #[test]
    fn a_stack_in_code_has_paths_instead_of_places() {
        let findings = Findings::in_code(Stack::default().problems());
        let text = written(|w| show(w, &findings));
        assert!(text.contains("`network.vpc_id` is required"), "{text}");
        assert!(text.trim_end().ends_with("errors"), "{text}");
    }
}

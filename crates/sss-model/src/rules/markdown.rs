//! The book of rules as a page.
//!
//! `docs/rules.md` is the output of [`markdown`], and a test compares the two. The page groups rules by AWS service;
//! the order of rules within a chapter is that of the book.

use super::case::shown;
use super::{Case, RULES, Rule};

/// The chapters of the page, and how the ids of their rules begin.
const CHAPTERS: [(&str, &[&str]); 12] = [
    ("Stack files", &["FILE-"]),
    ("Stacks", &["STACK-", "ARN-"]),
    ("Parameters of requests", &["PARAM-"]),
    ("ECS: task definitions", &["ECS-TD-"]),
    ("ECS: clusters and services", &["ECS-CL-", "ECS-SVC-"]),
    ("Cloud Map", &["CM-"]),
    ("Elastic Load Balancing", &["ELB-"]),
    ("Application Auto Scaling", &["AAS-"]),
    ("API Gateway", &["APIGW-"]),
    ("IAM", &["IAM-"]),
    ("EC2", &["SG-", "EC2-"]),
    ("CloudWatch Logs and tags", &["LOG-", "TAG-"]),
];

const OPENING: &str = "\
# Rules

AWS refuses an *error*. AWS accepts a *warning*, and it fails or hurts at run time. For an *advice* there is a better way. Where
the sources of a rule disagree, breaking it is a warning even if its severity is error.

Each rule has cases, one for each way to break it, with the message and the fix. `{key}` stands for the key with the problem, and the
other names in braces for the arguments of the problem.
";

/// Returns the page `docs/rules.md`: every rule with its severity, its cases with their fixes, and its source.
///
/// ```
/// let page = sss_model::rules::markdown();
/// assert!(page.starts_with("# Rules\n"));
/// assert!(page.contains("### ECS-TD-010 (error)"));
/// ```
pub fn markdown() -> String {
    let chapters = CHAPTERS.iter().map(|(title, beginnings)| {
        let rules = RULES.iter().filter(|rule| beginnings.iter().any(|start| rule.id.starts_with(start)));
        format!("\n## {title}\n{}", rules.map(entry).collect::<String>())
    });
    format!("{OPENING}{}", chapters.collect::<String>())
}

fn entry(rule: &Rule) -> String {
    let Rule { id, severity, sentence, cases, source } = rule;
    let source = if source.starts_with("https://") { format!("<{source}>") } else { (*source).to_owned() };
    let fixes: String = cases.iter().map(case).collect();
    format!("\n### {id} ({severity})\n\n{sentence}\n\n{fixes}- Source: {source}\n")
}

/// Returns a case as its message and its fix, with the names of its arguments in braces and single braces for double
/// ones.
///
/// A fix that asks ends with its own sign.
fn case(case: &Case) -> String {
    let Case { name, message, fix, fix_in_request } = case;
    let in_request = fix_in_request.map(|fix| format!(" In a request: {fix}.")).unwrap_or_default();
    let line = format!("- **{name}**: {message}. Fix: {fix}.{in_request}\n");
    shown(&line).replace("?.", "?")
}

#[cfg(test)]
mod tests {
    use super::{CHAPTERS, RULES, markdown};

    #[test]
    fn each_rule_is_in_one_chapter() {
        let page = markdown();
        for rule in RULES {
            let chapters = CHAPTERS.iter().flat_map(|(_, beginnings)| beginnings.iter());
            assert_eq!(chapters.filter(|start| rule.id.starts_with(**start)).count(), 1, "{}", rule.id);
            assert_eq!(page.matches(&format!("### {} (", rule.id)).count(), 1, "{}", rule.id);
        }
    }
}

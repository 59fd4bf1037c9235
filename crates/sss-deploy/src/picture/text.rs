//! The picture in the languages of Mermaid and Graphviz.

use std::fmt::Write;

use super::{Mark, Picture};

impl Picture {
    /// Returns the picture as a flow chart of Mermaid, which GitHub and GitLab draw in Markdown.
    pub(crate) fn to_mermaid(&self) -> String {
        let mut text = "flowchart LR\n".to_owned();
        for (index, node) in self.nodes.iter().enumerate() {
            // Mermaid takes entities of HTML, and gives quotes a meaning of its own.
            let lines: Vec<String> = node.lines.iter().map(|line| escaped(line)).collect();
            let mark = node.mark.map(|mark| format!("<br/><i>{}</i>", mark.word())).unwrap_or_default();
            writeln!(text, "  n{index}[\"{}{mark}\"]", lines.join("<br/>")).expect("writing to memory");
        }
        for (from, to) in &self.arrows {
            writeln!(text, "  n{from} --> n{to}").expect("writing to memory");
        }
        for (index, mark) in self.marks() {
            writeln!(text, "  style n{index} stroke:{},stroke-width:3px", mark.colour())
                .expect("writing to memory");
        }
        text
    }

    /// Returns the picture in the DOT language of Graphviz.
    pub(crate) fn to_dot(&self) -> String {
        let mut text = "digraph stack {\n  rankdir=LR;\n  node [shape=box, style=rounded];\n".to_owned();
        for (index, node) in self.nodes.iter().enumerate() {
            let mut lines: Vec<String> = node.lines.iter().map(|line| quoted(line)).collect();
            lines.extend(node.mark.map(|mark| format!("({})", mark.word())));
            let colour = node.mark.map(|mark| format!(", color=\"{}\", penwidth=3", mark.colour()));
            let colour = colour.unwrap_or_default();
            writeln!(text, "  n{index} [label=\"{}\"{colour}];", lines.join("\\n"))
                .expect("writing to memory");
        }
        for (from, to) in &self.arrows {
            writeln!(text, "  n{from} -> n{to};").expect("writing to memory");
        }
        text + "}\n"
    }

    /// Returns the marked nodes.
    fn marks(&self) -> impl Iterator<Item = (usize, Mark)> {
        self.nodes.iter().enumerate().filter_map(|(index, node)| Some((index, node.mark?)))
    }
}

/// Returns a text with entities in the place of the characters that mean something in HTML and XML.
pub(super) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// Returns a text for a quoted string of DOT.
fn quoted(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"")
}

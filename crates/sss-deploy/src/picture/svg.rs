//! The picture as an SVG: columns from left to right, a row for each service.
//!
//! Colours and sizes are fixed, because the picture must look the same in a README, a wiki and a browser in dark mode:
//! it has a background of its own.

use std::{collections::BTreeSet, fmt::Write};

use super::{Mark, Node, Picture, text::escaped};

/// The width of a letter, in pixels. The font is monospaced, so that widths are known without it.
const LETTER: usize = 7;
/// The height of a line, in pixels.
const LINE: usize = 18;
/// The space between text and border, in pixels.
const PADDING: usize = 10;
/// The space between columns, in pixels.
const GAP: usize = 48;
/// The space between rows, and around the picture, in pixels.
const MARGIN: usize = 20;
/// The width of a box in the legend, in pixels.
const SAMPLE: usize = 18;
/// The most letters of a line. A longer one has `…` in its middle.
const LETTERS: usize = 40;

/// The place of a node, in pixels.
#[derive(Debug, Clone, Copy)]
pub(super) struct Frame {
    pub(super) x: usize,
    pub(super) y: usize,
    pub(super) width: usize,
    pub(super) height: usize,
}

impl Picture {
    /// Returns the picture as an SVG document.
    pub(crate) fn to_svg(&self) -> String {
        let frames = self.frames();
        let end = |of: fn(&Frame) -> usize| frames.iter().map(of).max().unwrap_or(0) + MARGIN;
        let (width, bottom) = (end(|frame| frame.x + frame.width), end(|frame| frame.y + frame.height));
        let marks = self.used_marks();
        let height = if marks.is_empty() { bottom } else { bottom + LINE + MARGIN };

        let mut svg = String::new();
        let mut write = |line: String| writeln!(svg, "{line}").expect("writing to memory");
        write(format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} \
             {height}\" font-family=\"ui-monospace, Menlo, Consolas, monospace\" font-size=\"12\">"
        ));
        write("<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>".to_owned());
        for (from, to) in &self.arrows {
            write(arrow(frames[*from], frames[*to]));
        }
        for (node, frame) in self.nodes.iter().zip(&frames) {
            write(boxed(node, *frame));
        }
        if !marks.is_empty() {
            write(legend(&marks, bottom));
        }
        svg + "</svg>\n"
    }

    /// Returns the place of each node: as wide as its column, and in the middle of its row.
    pub(super) fn frames(&self) -> Vec<Frame> {
        let largest = |count: usize, of: &dyn Fn(&Node) -> (usize, usize)| {
            let mut all = vec![0; count];
            for node in &self.nodes {
                let (place, size) = of(node);
                all[place] = all[place].max(size);
            }
            all
        };
        let count = |of: fn(&Node) -> usize| self.nodes.iter().map(of).max().map_or(0, |last| last + 1);
        let widths = largest(count(|node| node.column), &|node| (node.column, width(node)));
        let heights = largest(count(|node| node.row), &|node| (node.row, height(node)));

        let mut frames = Vec::new();
        for node in &self.nodes {
            let before: usize =
                widths[..node.column].iter().filter(|width| **width > 0).map(|width| width + GAP).sum();
            let above: usize = heights[..node.row].iter().map(|height| height + MARGIN).sum();
            let height = height(node);
            frames.push(Frame {
                x: MARGIN + before,
                y: MARGIN + above + (heights[node.row] - height) / 2,
                width: widths[node.column],
                height,
            });
        }
        frames
    }
}

/// Returns the width of a node, in pixels.
fn width(node: &Node) -> usize {
    let letters = node.lines.iter().map(|line| line.chars().count().min(LETTERS)).max().unwrap_or(0);
    letters * LETTER + LETTER + 2 * PADDING
}

/// Returns the height of a node, in pixels.
fn height(node: &Node) -> usize {
    node.lines.len() * LINE + 2 * PADDING
}

/// Returns the box of a node with its lines, of which the first is bold.
fn boxed(node: &Node, frame: Frame) -> String {
    let Frame { x, y, width, height } = frame;
    let border = border(node.mark);
    let mut text = format!(
        "<rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" rx=\"6\" fill=\"#f5f8fb\" {border}/>"
    );
    for (index, line) in node.lines.iter().enumerate() {
        let (left, base) = (x + PADDING, y + PADDING + index * LINE + 13);
        let weight = if index == 0 { " font-weight=\"bold\"" } else { "" };
        let line = escaped(&shortened(line));
        write!(text, "<text x=\"{left}\" y=\"{base}\"{weight} fill=\"#1f2933\">{line}</text>")
            .expect("writing to memory");
    }
    text
}

/// Returns an arrow between two nodes: from side to side, or straight up within a column.
fn arrow(from: Frame, to: Frame) -> String {
    let middle = |frame: Frame| frame.y + frame.height / 2;
    if from.x == to.x {
        let (x, start, end) = (from.x + from.width / 2, from.y, to.y + to.height);
        let (left, right, base) = (x - 4, x + 4, end + 8);
        return format!(
            "<path d=\"M{x} {start} V{base}\" stroke=\"#5b6b7b\" fill=\"none\"/>\
             <path d=\"M{x} {end} L{left} {base} L{right} {base} Z\" fill=\"#5b6b7b\"/>"
        );
    }

    let (start, end) = (from.x + from.width, to.x);
    let (from, to) = (middle(from), middle(to));
    let (bend, base) = (end - GAP / 2, end - 8);
    let (above, below) = (to - 4, to + 4);
    format!(
        "<path d=\"M{start} {from} H{bend} V{to} H{base}\" stroke=\"#5b6b7b\" fill=\"none\"/>\
         <path d=\"M{end} {to} L{base} {above} L{base} {below} Z\" fill=\"#5b6b7b\"/>"
    )
}

/// Returns the line that explains the borders, each with a small box.
fn legend(marks: &BTreeSet<Mark>, top: usize) -> String {
    let mut x = MARGIN + 1;
    let mut text = String::new();
    for mark in marks {
        let (word, border, y, base) = (mark.word(), border(Some(*mark)), top + 3, top + 13);
        let left = x + SAMPLE + LETTER;
        write!(
            text,
            "<rect x=\"{x}\" y=\"{y}\" width=\"{SAMPLE}\" height=\"12\" rx=\"3\" fill=\"#f5f8fb\" {border}/>\
             <text x=\"{left}\" y=\"{base}\" fill=\"#1f2933\">{word}</text>"
        )
        .expect("writing to memory");
        x = left + (word.len() + 3) * LETTER;
    }
    text
}

/// Returns the attributes of a border.
fn border(mark: Option<Mark>) -> String {
    let (stroke, thickness) = mark.map_or(("#5b6b7b", 1), |mark| (mark.colour(), 3));
    let dash = if mark == Some(Mark::Delete) { " stroke-dasharray=\"6 4\"" } else { "" };
    format!("stroke=\"{stroke}\" stroke-width=\"{thickness}\"{dash}")
}

/// Returns a line that fits its box. A longer one keeps its beginning and, because names end with what tells them apart,
/// most of its end.
fn shortened(line: &str) -> String {
    let letters: Vec<char> = line.chars().collect();
    if letters.len() <= LETTERS {
        return line.to_owned();
    }
    let (first, last) = (LETTERS / 3, LETTERS - LETTERS / 3 - 1);
    let end = &letters[letters.len() - last..];
    letters[..first].iter().chain(['…'].iter()).chain(end).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_line_keeps_both_ends() {
        assert_eq!(shortened("short"), "short");
        let issuer = "https://cognito-idp.ap-northeast-1.amazonaws.com/ap-northeast-1_example01";
        let line = shortened(issuer);
        assert_eq!(line.chars().count(), LETTERS);
        assert!(line.starts_with("https://") && line.ends_with("ap-northeast-1_example01"), "{line}");
    }
}

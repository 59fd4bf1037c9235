//! Shapes in SVG. The colours are readable on light and dark backgrounds, and the shapes differ without them.
//!
//! A [`Svg`] is text that grows shape by shape. The classes of its style sheet are the only place for colours
//! and strokes.

use std::fmt::Write;

/// The style sheet. A dark scheme only changes the text; the other colours fit both.
const STYLE: &str = "\
  text { font: 13px system-ui, sans-serif; fill: #24292f }
  .heading { font-size: 15px; font-weight: 600 }
  .small { font-size: 11px }
  .axis { stroke: #8b949e; stroke-width: 1; fill: none }
  .grid { stroke: #8b949e; stroke-width: .5; stroke-opacity: .35 }
  .ours { stroke: #2f81f7; stroke-width: 2.5; fill: none }
  .least { stroke: #8b949e; stroke-width: 2.5; fill: none; stroke-dasharray: 2 4; stroke-linecap: round }
  .terraform { stroke: #d2782d; stroke-width: 2.5; fill: none; stroke-dasharray: 9 5 }
  .dot-ours, .bar-ours { fill: #2f81f7 }
  .dot-least, .bar-least { fill: #8b949e }
  .dot-terraform { fill: #d2782d }
  @media (prefers-color-scheme: dark) { text { fill: #e6edf3 } }
";

/// The owner of the numbers of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Line {
    Terraform,
    Ours,
    Least,
}

impl Line {
    pub(super) const ALL: [Self; 3] = [Self::Terraform, Self::Ours, Self::Least];

    /// Returns the class in the style sheet.
    fn class(self) -> &'static str {
        match self {
            Self::Terraform => "terraform",
            Self::Ours => "ours",
            Self::Least => "least",
        }
    }

    /// Returns the name in the key of the picture.
    fn name(self) -> &'static str {
        match self {
            Self::Terraform => "Terraform",
            Self::Ours => "sss-deploy",
            Self::Least => "the least",
        }
    }
}

/// A place in the picture. `y` grows downwards.
#[derive(Debug, Clone, Copy)]
pub(super) struct Point {
    pub(super) x: f64,
    pub(super) y: f64,
}

/// A panel of the picture, with logarithmic scales.
#[derive(Debug)]
pub(super) struct Panel {
    /// The upper left corner.
    corner: Point,
    /// Width and height.
    size: (f64, f64),
    /// The least and the most number on the horizontal scale.
    across: (f64, f64),
    /// The least and the most number on the vertical scale.
    up: (f64, f64),
}

impl Panel {
    pub(super) fn new(corner: Point, size: (f64, f64), across: (f64, f64), up: (f64, f64)) -> Self {
        Self { corner, size, across, up }
    }

    /// Returns the place of a pair of numbers.
    fn at(&self, x: f64, y: f64) -> Point {
        Point {
            x: self.corner.x + self.size.0 * share(self.across, x),
            y: self.corner.y + self.size.1 * (1.0 - share(self.up, y)),
        }
    }
}

/// Returns the place of a number between two others, by its logarithm. 0 is at `least`, 1 at `most`.
fn share((least, most): (f64, f64), number: f64) -> f64 {
    if most <= least {
        return 0.5;
    }
    ((number / least).ln() / (most / least).ln()).clamp(0.0, 1.0)
}

/// A picture.
#[derive(Debug)]
pub(super) struct Svg {
    text: String,
}

impl Svg {
    pub(super) fn new(width: u32, height: f64) -> Self {
        let mut svg = Self { text: String::new() };
        svg.put(&format!(
            r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height:.0}" width="{width}" height="{height:.0}">"#
        ));
        svg.put(&format!("<style>\n{STYLE}</style>"));
        svg
    }

    fn put(&mut self, line: &str) {
        writeln!(self.text, "{line}").expect("a string takes all that is written");
    }

    /// Returns the whole picture.
    pub(super) fn finish(mut self) -> String {
        self.put("</svg>");
        self.text
    }

    /// Adds a text. `anchor` is the part of the text at the place: `start`, `middle` or `end`.
    fn words(&mut self, class: &str, anchor: &str, at: Point, words: &str) {
        let Point { x, y } = at;
        self.put(&format!(
            r#"<text class="{class}" text-anchor="{anchor}" x="{x:.1}" y="{y:.1}">{words}</text>"#
        ));
    }

    pub(super) fn heading(&mut self, x: f64, y: f64, words: &str) {
        self.words("heading", "start", Point { x, y }, words);
    }

    pub(super) fn label(&mut self, x: f64, y: f64, words: &str) {
        self.words("label", "start", Point { x, y }, words);
    }

    /// Adds an entry of the key: a piece of the line, and its name.
    pub(super) fn key(&mut self, x: f64, y: f64, line: Line) {
        let class = line.class();
        let height = y - 4.0;
        self.put(&format!(r#"<path class="{class}" d="M{x:.1} {height:.1}h34"/>"#));
        self.label(x + 42.0, y, line.name());
    }

    /// Draws the frame of a panel, with a line for each power of ten and a mark for each number of services.
    pub(super) fn axes(&mut self, panel: &Panel, name: &str, services: &[u16]) {
        let Panel { corner, size, .. } = panel;
        self.words("label", "start", Point { x: corner.x, y: corner.y - 8.0 }, name);
        for power in [10.0, 100.0, 1_000.0, 10_000.0] {
            let Point { x, y } = panel.at(panel.across.0, power);
            self.put(&format!(r#"<path class="grid" d="M{:.1} {y:.1}h{:.1}"/>"#, corner.x, size.0));
            self.words("small", "end", Point { x: x.min(corner.x) - 6.0, y: y + 4.0 }, &format!("{power}"));
        }

        let base = corner.y + size.1;
        self.put(&format!(r#"<path class="axis" d="M{:.1} {base:.1}h{:.1}"/>"#, corner.x, size.0));
        for number in services {
            let x = panel.at((*number).into(), panel.up.0).x;
            self.words("small", "middle", Point { x, y: base + 16.0 }, &number.to_string());
        }
    }

    /// Draws a line through points.
    pub(super) fn line(&mut self, panel: &Panel, line: Line, points: &[(f64, usize)]) {
        let class = line.class();
        let placed: Vec<Point> = points.iter().map(|(x, y)| panel.at(*x, as_number(*y))).collect();
        let path: Vec<String> = placed.iter().map(|Point { x, y }| format!("{x:.1} {y:.1}")).collect();
        self.put(&format!(r#"<path class="{class}" d="M{}"/>"#, path.join("L")));
        for Point { x, y } in &placed {
            self.put(&format!(r#"<circle class="dot-{class}" cx="{x:.1}" cy="{y:.1}" r="3"/>"#));
        }
    }

    /// Draws the numbers at the ends of lines, far enough apart to be readable.
    pub(super) fn ends(&mut self, panel: &Panel, mut ends: Vec<(f64, usize)>) {
        ends.sort_by_key(|(_, number)| std::cmp::Reverse(*number));
        let mut free = f64::MIN;
        for (x, number) in ends {
            let Point { x, y } = panel.at(x, as_number(number));
            let y = (y + 4.0).max(free);
            free = y + 12.0;
            self.words("small", "start", Point { x: x + 8.0, y }, &number.to_string());
        }
    }

    /// Adds a horizontal bar.
    pub(super) fn bar(&mut self, at: Point, width: f64, line: Line) {
        let (Point { x, y }, class) = (at, line.class());
        self.put(&format!(
            r#"<rect class="bar-{class}" x="{x:.1}" y="{y:.1}" width="{width:.1}" height="8"/>"#
        ));
    }
}

/// Returns a number of calls as a number of the scale.
fn as_number(count: usize) -> f64 {
    u32::try_from(count).map_or(f64::MAX, f64::from)
}

#[cfg(test)]
mod tests {
    use super::share;

    #[test]
    fn powers_of_ten_are_equally_far_apart() {
        let of = |number| share((1.0, 100.0), number);
        assert!(
            [1.0, 10.0, 100.0]
                .map(of)
                .into_iter()
                .zip([0.0, 0.5, 1.0])
                .all(|(is, want)| (is - want).abs() < 1e-9)
        );
    }
}

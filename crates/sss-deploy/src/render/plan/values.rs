//! Changed values as text: within a line where they are short, otherwise old and new lines below one another.

use std::io::{self, Write};

use anstyle::Style;
use serde_json::Value;

use super::value;
use crate::render::{
    difference::{self, Row},
    palette,
    screen::{Line, Screen},
};

/// The columns between a value and the lines of its difference.
const INDENT: usize = 2;

/// The least width of a text whose differing parts are underlined. Shorter ones are read at a glance.
const UNDERLINED: usize = 20;

/// Prints a value that changes, with its path or label, behind `indent` columns.
///
/// A value that is added is shortened to a terminal. A changed one never is: somebody decides by it.
pub(super) fn show(
    w: &mut dyn Write,
    screen: Screen,
    indent: usize,
    label: &str,
    (before, after): (Option<&Value>, Option<&Value>),
) -> io::Result<()> {
    let (sign, style) = match (before, after) {
        (None, _) => ("+", palette::GOOD),
        (Some(_), None) => ("-", palette::BAD),
        (Some(_), Some(_)) => ("~", palette::CHANGED),
    };
    let line = Line::hanging(indent + 2 * INDENT).text(" ".repeat(indent)).with(style, sign);

    match (before, after) {
        (None, Some(only)) | (Some(only), None) => {
            let used = indent + 2 + label.chars().count() + 2;
            let left = screen.width.map(|width| width.saturating_sub(used).max(value::LEAST));
            let text = left.map_or_else(|| difference::shown(only), |left| value::one(only, left));
            line.text(format!(" {label}: {}", text.replace('\n', "\\n"))).write(w, screen)
        }
        (Some(before), Some(after)) => {
            if let Some(words) = difference::within_a_line(before, after) {
                return line.text(format!(" {label}: {words}")).write(w, screen);
            }
            line.text(format!(" {label}:")).write(w, screen)?;
            let all = difference::rows(Some(before), Some(after));
            all.iter().try_for_each(|one| row(w, screen, indent + INDENT, one))
        }
        (None, None) => Ok(()),
    }
}

/// Prints one line of a difference, whole: it continues on further lines of the terminal.
fn row(w: &mut dyn Write, screen: Screen, indent: usize, row: &Row) -> io::Result<()> {
    let indent = indent + row.depth * INDENT;
    let style = match row.sign {
        '+' => palette::GOOD,
        '-' => palette::BAD,
        _ => Style::new(),
    };
    write!(w, "{:indent$}{style}{}{style:#} ", "", row.sign)?;

    let letters: Vec<(bool, char)> =
        row.parts.iter().flat_map(|(marked, text)| text.chars().map(|letter| (*marked, letter))).collect();
    let width = screen.width.map_or(usize::MAX, |width| width.saturating_sub(indent + 2).max(value::LEAST));
    let is_underlined =
        !screen.styled && letters.len() >= UNDERLINED && letters.iter().any(|(marked, _)| !marked);

    for (index, line) in letters.chunks(width).enumerate() {
        if index > 0 {
            write!(w, "{:indent$}  ", "")?;
        }
        for part in line.chunk_by(|one, other| one.0 == other.0) {
            let text: String = part.iter().map(|(_, letter)| printable(*letter)).collect();
            let style =
                if part[0].0 { style | anstyle::Effects::BOLD | anstyle::Effects::UNDERLINE } else { style };
            write!(w, "{style}{text}{style:#}")?;
        }
        writeln!(w)?;
        if is_underlined && line.iter().any(|(marked, _)| *marked) {
            let marks: String = line.iter().map(|(marked, _)| if *marked { '^' } else { ' ' }).collect();
            writeln!(w, "{:indent$}  {}", "", marks.trim_end())?;
        }
    }
    if letters.is_empty() { writeln!(w) } else { Ok(()) }
}

/// Returns a letter, or a sign in the place of one that would move the cursor or change a colour.
fn printable(letter: char) -> char {
    if letter.is_control() { '\u{fffd}' } else { letter }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::render::written;

    fn check(values: &[Option<Value>; 2], expected: &str) {
        let [before, after] = values;
        let text = written(|w| show(w, Screen::default(), 4, "path", (before.as_ref(), after.as_ref())));
        assert_eq!(text, expected);
    }

    #[test]
    fn short_values_stand_in_one_line() {
        check(&[None, Some(json!(256))], "    + path: 256\n");
        check(&[Some(json!("a")), None], "    - path: a\n");
        check(&[Some(json!(256)), Some(json!(512))], "    ~ path: 256 → 512\n");
    }

    #[test]
    fn long_values_stand_below_one_another_and_differ_visibly() {
        check(
            &[Some(json!("echo one && httpd-foreground")), Some(json!("echo two && httpd-foreground"))],
            "    ~ path:\n      - echo one && httpd-foreground\n             ^^^\n      \
             + echo two && httpd-foreground\n             ^^^\n",
        );
    }

    #[test]
    fn changed_value_is_wrapped_and_never_shortened() {
        let (before, after) = ("a".repeat(60), "a".repeat(59) + "-b");
        let screen = Screen { width: Some(40), styled: true };
        let text = written(|w| show(w, screen, 4, "path", (Some(&json!(before)), Some(&json!(after)))));
        let shown: String = text.lines().skip(1).map(str::trim).collect();
        assert!(shown.contains(&after) && shown.contains(&before), "{text}");
        assert!(text.lines().all(|line| line.chars().count() <= 40), "{text}");
    }

    #[test]
    fn added_value_is_shortened_on_a_terminal_only() {
        let long = json!("x".repeat(200));
        let on_terminal =
            written(|w| show(w, Screen { width: Some(80), styled: false }, 4, "p", (None, Some(&long))));
        assert_eq!(on_terminal.trim_end().chars().count(), 80);
        let in_pipe = written(|w| show(w, Screen::default(), 4, "p", (None, Some(&long))));
        assert!(in_pipe.contains(&"x".repeat(200)));
    }
}

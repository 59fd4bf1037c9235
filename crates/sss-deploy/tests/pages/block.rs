//! The fenced blocks of a page.

/// A block that does something.
pub(crate) enum Block {
    /// A file that the reader writes.
    File { name: String, text: String },
    /// Commands with their output.
    Console(Vec<Shown>),
}

/// A command and the lines of output that the page shows.
pub(crate) struct Shown {
    pub(crate) command: String,
    pub(crate) output: Vec<String>,
}

/// Returns the blocks of a page that are run or written, in their order.
pub(crate) fn of(page: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut lines = page.lines();
    while let Some(line) = lines.next() {
        let Some(information) = line.strip_prefix("```") else { continue };
        let inside: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
        match information.split_once(' ') {
            Some((_, name)) => {
                blocks.push(Block::File { name: name.to_owned(), text: inside.join("\n") + "\n" });
            }
            None if information == "console" => blocks.push(Block::Console(shown(&inside))),
            None => {}
        }
    }
    blocks
}

/// Returns the commands of a block. A command goes on over lines that begin with `> `.
fn shown(lines: &[&str]) -> Vec<Shown> {
    let mut all: Vec<Shown> = Vec::new();
    for line in lines {
        if let Some(command) = line.strip_prefix("$ ") {
            all.push(Shown { command: command.to_owned(), output: Vec::new() });
            continue;
        }
        let last = all.last_mut().expect("a block begins with a command");
        let more = if *line == ">" { Some("") } else { line.strip_prefix("> ") };
        match more {
            Some(more) if last.output.is_empty() => last.command.extend(["\n", more]),
            _ => last.output.push((*line).to_owned()),
        }
    }
    all
}

/// Checks that the output has the expected lines in their order.
///
/// Without a line `…` the lines must be all of the output, unless no line is expected.
pub(crate) fn compare(expected: &[String], output: &str) -> Result<(), String> {
    if expected.is_empty() {
        return Ok(());
    }
    let mut lines = output.lines().map(str::trim_end).peekable();
    let mut skips = false;
    for wanted in expected {
        if wanted == "…" {
            skips = true;
            continue;
        }
        let found = if skips {
            lines.any(|line| fits(wanted, line))
        } else {
            lines.next().is_some_and(|line| fits(wanted, line))
        };
        if !found {
            return Err(wanted.clone());
        }
        skips = false;
    }
    if skips || lines.peek().is_none() { Ok(()) } else { Err("the end of the output".to_owned()) }
}

/// Returns whether a line is as shown, where `…` stands for any text.
fn fits(wanted: &str, line: &str) -> bool {
    let mut parts = wanted.trim_end().split('…');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = line.strip_prefix(first) else { return false };
    let parts: Vec<&str> = parts.collect();
    let Some((last, middle)) = parts.split_last() else { return rest.is_empty() };
    for part in middle {
        let Some(at) = rest.find(part) else { return false };
        rest = &rest[at + part.len()..];
    }
    rest.ends_with(last)
}

#[test]
fn output_is_compared_line_by_line() {
    let check = |expected: &[&str], output: &str| {
        let expected: Vec<String> = expected.iter().map(|line| (*line).to_owned()).collect();
        compare(&expected, output).is_ok()
    };
    assert!(
        check(&[], "anything") && check(&["a", "b"], "a\nb\n") && check(&["a", "…", "d"], "a\nb\nc\nd\n")
    );
    assert!(check(&["…", "b…d e…"], "a\nb c d e f\n") && check(&["a", "…"], "a\nb\n"));
    assert!(!check(&["a"], "a\nb\n") && !check(&["b", "a"], "a\nb\n") && !check(&["a…c"], "a b\n"));
}

//! Tables in Markdown that are also readable as text.

use std::time::Duration;

use super::job::{Job, Row};

/// The alignment of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    Left,
    Right,
}

/// A table of cells, under its columns.
#[derive(Debug)]
pub(super) struct Table {
    sides: Vec<Side>,
    rows: Vec<Vec<String>>,
}

impl Table {
    /// Returns a table with these columns and no rows.
    pub(super) fn new<const N: usize>(columns: [(&str, Side); N]) -> Self {
        let names = columns.iter().map(|(name, _)| (*name).to_owned()).collect();
        Self { sides: columns.map(|(_, side)| side).to_vec(), rows: vec![names] }
    }

    /// Adds a row. It must have a cell for each column.
    pub(super) fn row(&mut self, cells: Vec<String>) {
        self.rows.push(cells);
    }

    /// Returns the table as Markdown, with columns as wide as their widest cells.
    pub(super) fn text(&self) -> String {
        let width =
            |column: usize| self.rows.iter().map(|row| row[column].chars().count()).max().unwrap_or_default();
        let widths: Vec<usize> = (0..self.sides.len()).map(width).collect();
        let mut lines: Vec<String> = self.rows.iter().map(|row| self.line(row, &widths)).collect();
        let rule = self.sides.iter().zip(&widths).map(|(side, width)| match side {
            Side::Left => format!("{:-<1$}", "", width + 2),
            Side::Right => format!("{:-<1$}:", "", width + 1),
        });
        lines.insert(1, format!("|{}|", rule.collect::<Vec<_>>().join("|")));
        lines.iter().flat_map(|line| [line.as_str(), "\n"]).collect()
    }

    fn line(&self, row: &[String], widths: &[usize]) -> String {
        let cells = row.iter().zip(&self.sides).zip(widths).map(|((cell, side), width)| match side {
            Side::Left => format!(" {cell:<width$} "),
            Side::Right => format!(" {cell:>width$} "),
        });
        format!("|{}|", cells.collect::<Vec<_>>().join("|"))
    }
}

/// Formats a time in seconds with one decimal.
pub(super) fn seconds(duration: Duration) -> String {
    format!("{:.1} s", duration.as_secs_f64())
}

/// Formats the table of the effort of jobs, job by job.
pub(super) fn of_calls(rows: &[Row]) -> Table {
    let mut table = Table::new([
        ("job", Side::Left),
        ("services", Side::Right),
        ("calls", Side::Right),
        ("least", Side::Right),
        ("polls", Side::Right),
        ("throttled", Side::Right),
        ("round trips", Side::Right),
        ("time", Side::Right),
        ("floor", Side::Right),
        ("time / floor", Side::Right),
    ]);

    for job in Job::ALL {
        for row in rows.iter().filter(|row| row.job == job) {
            table.row(vec![
                job.name().to_owned(),
                row.shape.services.to_string(),
                row.calls.to_string(),
                row.least.to_string(),
                row.polls.to_string(),
                row.throttled.to_string(),
                row.round_trips().map_or_else(String::new, |trips| trips.to_string()),
                seconds(row.time),
                seconds(row.floor),
                format!("{:.2}", row.time_over_floor()),
            ]);
        }
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_as_wide_as_their_widest_cell() {
        let mut table = Table::new([("job", Side::Left), ("calls", Side::Right)]);
        table.row(vec!["plan".to_owned(), "7".to_owned()]);
        assert_eq!(table.text(), "| job  | calls |\n|------|------:|\n| plan |     7 |\n");
    }
}

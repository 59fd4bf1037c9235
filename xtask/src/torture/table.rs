//! The results of cases, in rows and columns.
//!
//! A cell has the number of correct cases. `~` marks cells in which a second run was needed, and `2/3!` means
//! that two of three cases ended well.

use std::collections::BTreeMap;

use sss_tests::torture::{Case, End, Report};

/// The results of the cases of one row and column.
#[derive(Default)]
struct Cell {
    /// The cases that ended well.
    right: usize,
    /// The cases that showed a fault of the engine.
    wrong: usize,
    /// Whether any of them needed a second run.
    mended: bool,
}

impl Cell {
    fn add(&mut self, case: &Case) {
        match case.end {
            Ok(end) => {
                self.right += 1;
                self.mended |= end == End::Mended;
            }
            Err(_) => self.wrong += 1,
        }
    }

    /// Returns the text of the cell. Digits of cells without a mark stay aligned with the others.
    fn text(&self) -> String {
        match (self.right, self.wrong) {
            (0, 0) => String::new(),
            (right, 0) => format!("{right}{}", if self.mended { "~" } else { " " }),
            (right, wrong) => format!("{right}/{}!", right + wrong),
        }
    }
}

/// Formats the table of a report: the number of correct cases.
///
/// Columns are in the order in which they first occur, rows in the order of the alphabet.
pub(super) fn of(report: &Report) -> String {
    let (mut rows, mut columns): (Vec<&str>, Vec<&str>) = (Vec::new(), Vec::new());
    let mut cells: BTreeMap<(&str, &str), Cell> = BTreeMap::new();
    for case in report.values() {
        for (names, name) in [(&mut rows, case.row.as_str()), (&mut columns, case.column.as_str())] {
            if !names.contains(&name) {
                names.push(name);
            }
        }
        cells.entry((&case.row, &case.column)).or_default().add(case);
    }

    rows.sort_unstable();
    let first = rows.iter().map(|row| row.len()).max().unwrap_or_default();

    let mut lines =
        vec![columns.iter().fold(format!("  {:first$}", ""), |line, name| format!("{line}  {name}"))];
    for row in rows {
        lines.push(columns.iter().fold(format!("  {row:first$}"), |line, column| {
            let text = cells.get(&(row, *column)).map(Cell::text).unwrap_or_default();
            let width = column.len();
            format!("{line}  {text:>width$}")
        }));
    }
    lines.iter().flat_map(|line| [line.trim_end(), "\n"]).collect()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_table_has_a_cell_for_each_row_and_column() {
        let case = |row: &str, column: &str, end| Case {
            row: row.to_owned(),
            column: column.to_owned(),
            end,
            lasted: Duration::ZERO,
            calls: 0,
        };
        let report = Report::from([
            (1, case("b", "slow", Ok(End::Converged))),
            (2, case("a", "slow", Ok(End::Converged))),
            (3, case("a", "slow", Ok(End::Mended))),
            (4, case("a", "denied", Err("a reason".to_owned()))),
        ]);
        assert_eq!(of(&report), "     slow  denied\n  a    2~    0/1!\n  b    1\n");
    }
}

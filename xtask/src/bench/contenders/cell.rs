//! The cells of the comparison, and their places in the page.
//!
//! A [`Cell`] is one number of services, one speed of AWS, an account with or without quotas, and a number of new
//! images. All cells together take many hours, so the page has them one by one, each with its date: a new
//! measurement takes the place of the earlier one of its cell and leaves the others. A table above them shows which
//! cells of the whole comparison were measured.

use std::fmt;

use crate::bench::table::{Side, Table};

/// The beginning of the heading of a cell in the page.
const HEADING: &str = "#### ";

/// The words before the date of a cell.
pub(super) const MEASURED: &str = "Measured on ";

/// The speeds of AWS in the whole comparison: slower than assumed, as assumed, and faster.
const FACTORS: [f64; 5] = [0.5, 1.0, 2.0, 3.0, 10.0];
/// The numbers of services in the whole comparison.
const SERVICES: [u16; 3] = [1, 10, 100];
/// The numbers of new images in the whole comparison.
const IMAGES: [u16; 2] = [1, 3];

/// Whether an account has AWS's quotas on calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::bench) enum Quotas {
    On,
    Off,
}

impl Quotas {
    const ALL: [Self; 2] = [Self::On, Self::Off];

    /// Returns the quotas of this name.
    pub(in crate::bench) fn of(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|quotas| quotas.to_string() == name)
    }
}

impl fmt::Display for Quotas {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::On => "on",
            Self::Off => "off",
        })
    }
}

/// One setting in which all tools do the same tasks.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub(super) struct Cell {
    pub(super) quotas: Quotas,
    /// The number of new images before the stack is destroyed.
    pub(super) images: u16,
    /// The speed of AWS, as a multiple of its usual speed.
    pub(super) factor: f64,
    pub(super) services: u16,
}

impl fmt::Display for Cell {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { quotas, images, factor, services } = self;
        write!(formatter, "services: {services}, factor: {factor}, quotas: {quotas}, new images: {images}")
    }
}

impl Cell {
    /// Returns the cell of a heading in the page.
    fn of(heading: &str) -> Option<Self> {
        let mut values = heading.split(", ").filter_map(|part| Some(part.split_once(": ")?.1.trim()));
        Some(Self {
            services: values.next()?.parse().ok()?,
            factor: values.next()?.parse().ok()?,
            quotas: Quotas::of(values.next()?)?,
            images: values.next()?.parse().ok()?,
        })
    }

    /// Returns the text of the cell in the page.
    pub(super) fn section(self, content: &str) -> String {
        format!("{HEADING}{self}\n\n{content}")
    }
}

/// Returns what the page has of the comparison after a measurement: the table of cells, and the cells.
pub(super) fn merge(old: &str, new: &str) -> String {
    let mut cells = sections(new);
    let earlier: Vec<_> = sections(old).into_iter().filter(|(cell, _)| !has(&cells, *cell)).collect();
    cells.extend(earlier);
    cells.sort_by(|(one, _), (other, _)| one.partial_cmp(other).expect("factors are numbers"));

    let texts = cells.iter().map(|(cell, text)| format!("\n{}\n", cell.section(text.trim_end())));
    overview(&cells) + &texts.collect::<String>()
}

/// Returns whether a cell is among these.
fn has(cells: &[(Cell, &str)], cell: Cell) -> bool {
    cells.iter().any(|(other, _)| *other == cell)
}

/// Returns the cells of a text with their contents.
fn sections(text: &str) -> Vec<(Cell, &str)> {
    let parts = format!("\n{HEADING}");
    let begins = text.match_indices(HEADING).filter(|(at, _)| *at == 0 || text[..*at].ends_with('\n'));
    begins
        .filter_map(|(at, _)| {
            let rest = &text[at + HEADING.len()..];
            let section = rest.find(&parts).map_or(rest, |end| &rest[..end]);
            let (heading, content) = section.split_once('\n')?;
            Some((Cell::of(heading)?, content.trim_start()))
        })
        .collect()
}

/// Returns the table of all cells with the dates of those that were measured.
fn overview(cells: &[(Cell, &str)]) -> String {
    let mut table = Table::new([
        ("services", Side::Right),
        ("quotas", Side::Left),
        ("new images", Side::Right),
        ("factor 0.5", Side::Right),
        ("1", Side::Right),
        ("2", Side::Right),
        ("3", Side::Right),
        ("10", Side::Right),
    ]);
    for quotas in Quotas::ALL {
        for images in IMAGES {
            for services in SERVICES {
                let dates = FACTORS.map(|factor| {
                    let cell = Cell { quotas, images, factor, services };
                    let found = cells.iter().find(|(other, _)| *other == cell);
                    found.and_then(|(_, text)| date(text)).unwrap_or("–").to_owned()
                });
                let names = [services.to_string(), quotas.to_string(), images.to_string()];
                table.row(names.into_iter().chain(dates).collect());
            }
        }
    }
    table.text()
}

/// Returns the date of a cell.
fn date(text: &str) -> Option<&str> {
    text.split_once(MEASURED)?.1.split([':', ' ', ',']).next()
}

#[cfg(test)]
mod tests {
    use super::*;

    const CELL: Cell = Cell { quotas: Quotas::On, images: 1, factor: 10.0, services: 1 };

    #[test]
    fn heading_names_its_cell() {
        let cells = [CELL, Cell { quotas: Quotas::Off, images: 3, factor: 0.5, services: 100 }];
        for cell in cells {
            assert_eq!(Cell::of(&cell.to_string()), Some(cell));
        }
        assert_eq!(Cell::of("Other speeds"), None);
    }

    #[test]
    fn new_cell_leaves_the_others_in_order() {
        let later = Cell { services: 10, ..CELL };
        let old = merge("", &later.section("Measured on 2026-11-26: a.\n\n| x |\n"));
        let both = merge(&old, &CELL.section("Measured on 2026-12-01: b.\n"));
        let cells = sections(&both);
        assert_eq!(cells.iter().map(|(cell, _)| *cell).collect::<Vec<_>>(), [CELL, later]);
        assert!(cells[1].1.contains("| x |"), "{both}");

        let again = merge(&both, &later.section("Measured on 2026-12-02: c.\n"));
        assert!(!again.contains("| x |") && again.contains("2026-12-01: b"), "{again}");
        let row = again.lines().find(|line| line.starts_with("|       10 | on     |          1 |"));
        assert!(row.is_some_and(|row| row.ends_with("| 2026-12-02 |")), "{again}");
    }
}

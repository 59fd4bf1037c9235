//! The picture of the results: calls over services on logarithmic scales, and time next to its floor.
//!
//! Four panels show the calls of a job by the number of services: the engine's, the least possible, and
//! Terraform's. Bars below them show the time of the largest stack next to the least time. All lengths are
//! pixels of the picture.
//!
//! Equal results give the same file, so `bench --check` can compare it.

mod svg;

use svg::{Line, Panel, Point, Svg};

use super::{
    job::{Job, Row},
    least, table,
};

/// The jobs whose calls are drawn, each in its own panel.
const DRAWN: [Job; 4] = [Job::Plan, Job::FirstApply, Job::NewImage, Job::Destroy];

/// The width of the picture.
const WIDTH: u32 = 840;
/// The size of a panel.
const PANEL: (f64, f64) = (320.0, 190.0);
/// The left margin.
const LEFT: f64 = 48.0;
/// The place of the first panels, below the heading and the key.
const TOP: f64 = 92.0;
/// The gaps between panels.
const GAP: (f64, f64) = (92.0, 62.0);
/// The length of the longest bar, and the distance of two jobs.
const BAR: (f64, f64) = (522.0, 46.0);

/// Draws the rows.
pub(super) fn of(rows: &[Row]) -> String {
    let most = rows.iter().map(|row| row.shape.services).max().unwrap_or_default();
    let timed: Vec<&Row> =
        rows.iter().filter(|row| row.shape.services == most && row.job != Job::Plan).collect();
    let bars = TOP + 2.0 * (PANEL.1 + GAP.1) + 30.0;
    let height = bars + BAR.1 * f64::from(u16::try_from(timed.len()).unwrap_or_default());
    let mut svg = Svg::new(WIDTH, height);

    svg.heading(LEFT, 28.0, "Calls by the number of services");
    for (number, line) in Line::ALL.into_iter().enumerate() {
        svg.key(LEFT + 150.0 * number_of(number), 56.0, line);
    }

    for (number, job) in DRAWN.into_iter().enumerate() {
        let (column, row) = (number_of(number % 2), number_of(number / 2));
        let corner = Point { x: LEFT + column * (PANEL.0 + GAP.0), y: TOP + row * (PANEL.1 + GAP.1) };
        draw_calls(&mut svg, corner, job, rows);
    }

    svg.heading(LEFT, bars - 14.0, &format!("Time of {most} services, and the least that it can take"));
    let longest = timed.iter().map(|row| row.time.max(row.floor).as_secs_f64()).fold(1.0, f64::max);
    for (number, row) in timed.into_iter().enumerate() {
        draw_time(&mut svg, bars + BAR.1 * number_of(number), row, longest);
    }
    svg.finish()
}

/// Draws the panel of one job. A job without results has none.
fn draw_calls(svg: &mut Svg, corner: Point, job: Job, rows: &[Row]) {
    let rows: Vec<&Row> = rows.iter().filter(|row| row.job == job).collect();
    let (Some(first), Some(last)) = (rows.first(), rows.last()) else {
        return;
    };
    let panel = Panel::new(
        corner,
        PANEL,
        (first.shape.services.into(), last.shape.services.into()),
        (10.0, 20_000.0),
    );
    svg.axes(&panel, job.name(), &rows.iter().map(|row| row.shape.services).collect::<Vec<_>>());

    let calls = |line: Line, row: &Row| match line {
        Line::Ours => Some(row.calls),
        Line::Least => Some(row.least),
        Line::Terraform => least::of_terraform(job, row.shape.services),
    };
    let lines = Line::ALL.map(|line| {
        let points = rows.iter().filter_map(|row| Some((row.shape.services.into(), calls(line, row)?)));
        (line, points.collect::<Vec<(f64, usize)>>())
    });

    for (line, points) in &lines {
        svg.line(&panel, *line, points);
    }
    svg.ends(&panel, lines.iter().filter_map(|(_, points)| points.last().copied()).collect());
}

/// Draws the bars of one job, and their ratio.
fn draw_time(svg: &mut Svg, y: f64, row: &Row, longest: f64) {
    let width = |time: std::time::Duration| BAR.0 * time.as_secs_f64() / longest;
    let label = format!(
        "{} of {} · {:.2}",
        table::seconds(row.time),
        table::seconds(row.floor),
        row.time_over_floor()
    );
    svg.label(LEFT, y + 12.0, row.job.name());
    svg.bar(Point { x: LEFT, y: y + 18.0 }, width(row.time), Line::Ours);
    svg.bar(Point { x: LEFT, y: y + 28.0 }, width(row.floor), Line::Least);
    svg.label(LEFT + width(row.time.max(row.floor)) + 8.0, y + 31.0, &label);
}

/// Returns a place in a short row.
fn number_of(place: usize) -> f64 {
    u16::try_from(place).map_or(0.0, f64::from)
}

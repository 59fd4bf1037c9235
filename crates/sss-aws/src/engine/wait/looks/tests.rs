use std::{fmt::Write as _, fs};

use crate::engine::wait::looks::*;

const fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// All looks of a wait until after a quarter of an hour.
fn times(looks: &Looks) -> Vec<Duration> {
    let mut times = vec![looks.after(Duration::ZERO)];
    while times[times.len() - 1] <= seconds(900) {
        times.push(looks.after(times[times.len() - 1]));
    }
    times
}

/// Returns the number of looks until a wait sees the end of something that takes this long, and the delay of
/// the last look.
fn check(times: &[Duration], takes: Duration) -> (usize, Duration) {
    let before = times.partition_point(|at| *at < takes);
    (before + 1, times[before].saturating_sub(takes))
}

fn allowed(takes: Duration) -> Duration {
    seconds(2).max(takes / 20)
}

/// From 2 s to 15 min, and a little after each of them.
fn all_times() -> impl Iterator<Item = Duration> {
    (20..=9000).step_by(5).flat_map(|tenths| [tenths * 100, tenths * 100 + 1]).map(Duration::from_millis)
}

fn assumptions() -> Vec<Looks> {
    let seen = |unmet, met| Seen { unmet: seconds(unmet), met: seconds(met) }.marks();
    vec![
        Looks::default(),
        Looks::with_marks([seconds(50)]),
        Looks::with_marks([seconds(150)]),
        Looks::with_marks(seen(66, 69).into_iter().chain([seconds(70)])),
        Looks::with_marks(seen(0, 2).into_iter().chain([seconds(5)])),
    ]
}

#[test]
fn end_is_seen_in_time_whatever_is_usual() {
    for looks in assumptions() {
        let times = times(&looks);
        for takes in all_times() {
            let (_, late) = check(&times, takes);
            assert!(late <= allowed(takes), "{takes:?} is seen {late:?} late, {looks:?}");
        }
    }
}

#[test]
fn look_count_grows_with_logarithm_of_time() {
    let times = times(&Looks::default());
    let most = |until: u64| {
        let ends = all_times().filter(|takes| *takes <= seconds(until));
        ends.map(|takes| check(&times, takes).0).max()
    };
    assert_eq!([40, 93, 150, 300, 900].map(most), [20, 40, 52, 71, 94].map(Some));
}

#[test]
fn marks_add_looks_and_take_none_away() {
    let regular = times(&Looks::default());
    for looks in assumptions() {
        let times = times(&looks);
        for takes in all_times() {
            let (plain, marked) = (check(&regular, takes), check(&times, takes));
            assert!(marked.1 <= plain.1 && marked.0 <= plain.0 + 3, "{takes:?}, {looks:?}");
        }
    }
}

#[test]
fn poller_of_ten_seconds_is_not_ahead() {
    let times = times(&Looks::default());
    for takes in all_times().filter(|takes| *takes <= seconds(200)) {
        let polls = u32::try_from(takes.as_millis().div_ceil(10_000)).expect("few polls");
        assert!(takes + check(&times, takes).1 <= polls * seconds(10), "{takes:?}");
    }
}

#[test]
fn usual_end_is_seen_at_once() {
    for usual in [45, 70, 120, 150, 400] {
        let times = times(&Looks::with_marks([seconds(usual)]));
        assert_eq!(check(&times, seconds(usual)).1, Duration::ZERO);
    }
}

#[test]
fn each_wait_halves_the_unknown_span() {
    let takes = Duration::from_millis(151_600);
    let mut seen = Seen { unmet: Duration::ZERO, met: Duration::ZERO };
    let late = [(); 5].map(|()| {
        let looks = Looks::with_marks(seen.marks());
        let (mut unmet, mut met) = (Duration::ZERO, Duration::ZERO);
        while met < takes {
            (unmet, met) = (met, looks.after(met));
        }
        seen = Seen { unmet, met };
        met.saturating_sub(takes).as_millis()
    });
    assert!(late.is_sorted_by(|before, after| before >= after), "{late:?}");
    assert!(late[0] > 3000 && late[4] <= 500, "{late:?}");
}

/// The table of waits, as `docs/performance.md` has it.
fn table() -> String {
    let mut table =
        "| AWS takes | seen late at most | polls | polls of a 10-s poller |\n|---:|---:|---:|---:|\n"
            .to_owned();
    let times = times(&Looks::default());
    for takes in [2, 5, 10, 20, 40, 60, 80, 93, 120, 150, 200, 300, 450, 600, 900] {
        let (count, _) = check(&times, seconds(takes));
        // The worst moment to end is the one right after a look.
        let late = times[count - 1].saturating_sub(if count > 1 { times[count - 2] } else { Duration::ZERO });
        let tenths = late.as_millis() / 100;
        writeln!(
            table,
            "| {takes} s | {}.{} s | {count} | {} |",
            tenths / 10,
            tenths % 10,
            takes.div_ceil(10)
        )
        .expect("text takes text");
    }
    table
}

#[test]
fn page_has_the_table_of_waits() {
    let page = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/performance.md");
    let page = fs::read_to_string(page).expect("the page");
    assert!(page.contains(&table()), "docs/performance.md should hold:\n{}", table());
}

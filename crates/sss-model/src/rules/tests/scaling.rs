//! Autoscaling of a service.

use crate::fixture::{check_app, reference};
use crate::{
    Adjustment, Backend, BackendKind, Scaling, ScheduledScaling, Service, Stack, StepAdjustment, StepPolicy,
};

fn scaling() -> Scaling {
    Scaling::builder().min(1).max(4).cpu(60).build().unwrap()
}

/// Checks what a change of autoscaling breaks, with a service that has no count of its own.
#[track_caller]
fn check(change: impl FnOnce(&mut Scaling), want: &[&str]) {
    check_beside(|_| (), change, want);
}

#[track_caller]
fn check_beside(beside: impl FnOnce(&mut Service), change: impl FnOnce(&mut Scaling), want: &[&str]) {
    let changed = |app: &mut Service| {
        app.desired_count = None;
        beside(app);
        let mut scaling = scaling();
        change(&mut scaling);
        app.scaling = Some(scaling);
    };
    check_app(changed, want);
}

#[test]
fn bounds_of_autoscaling_are_in_order() {
    check(|_| (), &[]);
    check(|scaling| (scaling.min, scaling.max) = (5, 4), &["AAS-TGT-001 scaling.min"]);
    check(|scaling| scaling.max = 2_147_483_648, &["AAS-TGT-001 scaling.max", "ECS-SVC-014 scaling.max"]);
    check(|scaling| scaling.max = 1001, &["ECS-SVC-014 scaling.max"]);
    let behind = |app: &mut Service| app.backend = Some(Backend::from(BackendKind::Alb));
    check_beside(behind, |scaling| scaling.max = 1001, &[]);
}

#[test]
fn count_beside_autoscaling_is_a_warning() {
    let count = |count| move |app: &mut Service| app.desired_count = Some(count);
    check_beside(count(2), |_| (), &["AAS-TGT-002 desired_count"]);
    check_beside(count(5), |_| (), &["AAS-TGT-002 desired_count"]);
    let cases = |wanted| {
        let mut stack = reference();
        let app = stack.services.get_mut("app").unwrap();
        (app.scaling, app.desired_count) = (Some(scaling()), Some(wanted));
        let problems = stack.problems().into_iter();
        problems
            .filter(|problem| problem.rule == "AAS-TGT-002")
            .map(|problem| problem.case)
            .collect::<Vec<_>>()
    };
    assert_eq!((cases(2), cases(0)), (vec!["only-at-creation"], vec!["outside"]));
}

#[test]
fn policies_have_room_to_change_the_count() {
    check(|scaling| scaling.max = 1, &["AAS-TGT-003 scaling.max"]);
    check(|scaling| scaling.min = 0, &["AAS-TGT-003 scaling.min"]);
    check(|scaling| (scaling.min, scaling.cpu) = (0, None), &[]);
    check(|scaling| (scaling.max, scaling.cpu) = (1, None), &[]);
    check(|scaling| (scaling.min, scaling.schedule) = (0, vec![action(|_| ())]), &[]);
}

#[test]
fn targets_of_tracking_have_their_ranges() {
    check(|scaling| scaling.cpu = Some(0), &["AAS-POL-002 scaling.cpu"]);
    check(|scaling| scaling.memory = Some(101), &["AAS-POL-002 scaling.memory"]);
    check(|scaling| scaling.memory = Some(100), &[]);
    check(|scaling| scaling.scale_in_cooldown = 2_147_483_648, &["AAS-POL-004 scaling.scale_in_cooldown"]);
    check(|scaling| scaling.scale_out_cooldown = 0, &[]);
}

#[test]
fn requests_need_an_application_load_balancer() {
    let behind = |kind| move |app: &mut Service| app.backend = Some(Backend::from(kind));
    let requests = |scaling: &mut Scaling| scaling.requests = Some(1000);
    check_beside(behind(BackendKind::Alb), requests, &[]);
    check_beside(behind(BackendKind::Nlb), requests, &["AAS-POL-003 scaling.requests"]);
    check(requests, &["AAS-POL-003 scaling.requests"]);
}

fn range(from: Option<i32>, to: Option<i32>) -> StepAdjustment {
    let mut range = StepAdjustment::builder().change(1).build().unwrap();
    (range.from, range.to) = (from, to);
    range
}

fn steps(ranges: Vec<StepAdjustment>) -> StepPolicy {
    let usual = range(Some(0), None);
    let steps = StepPolicy::builder().name("busy").adjustment(Adjustment::Change).range(usual);
    StepPolicy { ranges, ..steps.build().unwrap() }
}

#[track_caller]
fn check_steps(change: impl FnOnce(&mut StepPolicy), want: &[&str]) {
    let mut policy = steps(vec![range(Some(0), None)]);
    change(&mut policy);
    check(|scaling| scaling.steps = vec![policy], want);
}

#[test]
fn ranges_of_steps_follow_one_another() {
    let check =
        |ranges: Vec<StepAdjustment>, want: &[&str]| check_steps(|policy| policy.ranges = ranges, want);
    check(vec![range(Some(0), Some(10)), range(Some(10), None)], &[]);
    check(vec![range(None, Some(-10)), range(Some(-10), Some(0))], &[]);
    check(vec![range(Some(10), None), range(Some(0), Some(10)), range(None, Some(0))], &[]);
    check(vec![], &["AAS-POL-005 scaling.steps[0].ranges"]);
    check(vec![range(None, None)], &["AAS-POL-005 scaling.steps[0].ranges[0].from"]);
    check(vec![range(Some(1), Some(1))], &["AAS-POL-005 scaling.steps[0].ranges[0].to"]);
    let second = "AAS-POL-005 scaling.steps[0].ranges[1].from";
    check(vec![range(Some(0), Some(10)), range(Some(9), None)], &[second]);
    check(vec![range(Some(0), Some(10)), range(Some(11), None)], &[second]);
    check(vec![range(Some(-5), Some(0))], &["AAS-POL-005 scaling.steps[0].ranges[0].from"]);
    check(vec![range(Some(0), Some(5))], &["AAS-POL-005 scaling.steps[0].ranges[0].to"]);
    let many = (0..21).map(|index| range(Some(index), Some(index + 1)).clone());
    let mut many: Vec<StepAdjustment> = many.collect();
    many[20].to = None;
    check(many, &["AAS-POL-005 scaling.steps[0].ranges"]);
}

#[test]
fn changes_of_steps_fit_their_meaning() {
    check_steps(|policy| policy.at_least = Some(2), &["AAS-POL-006 scaling.steps[0].at_least"]);
    check_steps(|policy| (policy.at_least, policy.adjustment) = (Some(2), Adjustment::Percent), &[]);
    check_steps(
        |policy| (policy.at_least, policy.adjustment) = (Some(0), Adjustment::Percent),
        &["AAS-POL-006 scaling.steps[0].at_least"],
    );
    let exact = |change| {
        move |policy: &mut StepPolicy| {
            (policy.adjustment, policy.ranges[0].change) = (Adjustment::Exact, change);
        }
    };
    check_steps(exact(-1), &["AAS-POL-005 scaling.steps[0].ranges[0].change"]);
    check_steps(exact(0), &[]);
}

#[test]
fn numbers_of_steps_have_their_width() {
    let file = toml::to_string(&reference()).unwrap();
    let steps = "[[services.app.scaling.steps]]\nname = \"a\"\nadjustment = \"change\"\nranges = [{ from = 3000000000, change = 1 }]\n";
    let text = format!("{file}\n[services.app.scaling]\nmin = 1\nmax = 2\n{steps}");
    let problems = Stack::from_toml(&text).unwrap_err();
    let of_steps: Vec<_> = problems
        .iter()
        .filter(|located| located.problem.rule.starts_with("AAS-POL"))
        .map(|one| one.problem.case)
        .collect();
    assert_eq!(of_steps, ["out-of-range"], "{problems:#?}");
}

#[test]
fn names_of_policies_are_unique() {
    let named = |name: &str| StepPolicy { name: name.to_owned(), ..steps(vec![range(Some(0), None)]) };
    let at = ["AAS-POL-001 scaling.steps[0].name"];
    for name in ["cpu", "a\nb", &"a".repeat(257)] {
        check(|scaling| scaling.steps = vec![named(name)], &at);
    }
    check(|scaling| scaling.steps = vec![named("memory"), named("a/b: \u{e9}")], &[]);
    check(|scaling| scaling.steps = vec![named("")], &["STACK-001 scaling.steps[0].name"]);
    let twice = ["AAS-POL-001 scaling.steps[1].name"];
    check(|scaling| scaling.steps = vec![named("busy"), named("busy")], &twice);
    let many = |scaling: &mut Scaling| scaling.steps = (0..50).map(|one| named(&format!("s{one}"))).collect();
    check(many, &["AAS-POL-007 scaling.steps"]);
}

fn action(change: impl FnOnce(&mut ScheduledScaling)) -> ScheduledScaling {
    let mut action = ScheduledScaling::builder().name("night").at("rate(1 day)").min(1).build().unwrap();
    change(&mut action);
    action
}

#[track_caller]
fn check_action(change: impl FnOnce(&mut ScheduledScaling), want: &[&str]) {
    let action = action(change);
    check(|scaling| scaling.schedule = vec![action], want);
}

#[test]
fn times_of_actions_are_those_of_aws() {
    let fine = [
        "cron(0 7 ? * MON-FRI *)",
        "cron(*/15 8-18 1,15 JAN-mar ? 2026-2030)",
        "cron(0 12 L * ? *)",
        "cron(0 12 15W * ? *)",
        "cron(0 12 ? * 6#3 *)",
        "cron(0 12 ? * 6L *)",
        "cron(0/10 * * * ? *)",
        "rate(1 minute)",
        "rate(2 hours)",
        "at(2028-02-29T23:59:59)",
    ];
    for at in fine {
        check_action(|action| action.at = at.into(), &[]);
    }
    let broken = [
        "daily",
        "cron(0 7 * * *)",
        "cron(60 7 ? * MON *)",
        "cron(0 7 * * MON *)",
        "cron(0 7 ? * ? *)",
        "cron(0 7 ? FOO MON *)",
        "cron(0 7 ? * 6#6 *)",
        "cron(? 7 ? * MON *)",
        "cron(0/0 7 ? * MON *)",
        "cron(+1 7 ? * MON *)",
        "rate(0 days)",
        "rate(1 week)",
        "rate(+1 days)",
        "rate(2hours)",
        "at(2026-12-24)",
        "at(2026-12-24T18:00:00Z)",
        "at(2026-02-29T00:00:00)",
        "at(2026-13-01T00:00:00)",
    ];
    for at in broken {
        check_action(|action| action.at = at.into(), &["AAS-ACT-002 scaling.schedule[0].at"]);
    }
    check_action(|action| action.at = String::new(), &["STACK-001 scaling.schedule[0].at"]);
}

#[test]
fn time_zone_has_a_name_of_iana() {
    let zone = |name: &str| {
        let name = name.to_owned();
        move |action: &mut ScheduledScaling| action.time_zone = Some(name)
    };
    for name in ["Europe/Berlin", "Etc/GMT+9", "Pacific/Tahiti", "UTC"] {
        check_action(zone(name), &[]);
    }
    for name in ["", "CEST", "Europe/Belrin", "europe/berlin", "+01:00"] {
        check_action(zone(name), &["AAS-ACT-003 scaling.schedule[0].time_zone"]);
    }
}

#[test]
fn actions_set_bounds_in_order() {
    check_action(|action| action.min = None, &["AAS-ACT-004 scaling.schedule[0].min"]);
    check_action(
        |action| (action.min, action.max) = (Some(3), Some(2)),
        &["AAS-ACT-004 scaling.schedule[0].min"],
    );
    check_action(|action| action.min = Some(5), &["AAS-ACT-004 scaling.schedule[0].min"]);
    check_action(
        |action| (action.min, action.max) = (None, Some(0)),
        &["AAS-ACT-004 scaling.schedule[0].max"],
    );
    check_action(|action| (action.min, action.max) = (Some(5), Some(8)), &[]);
    let large = |action: &mut ScheduledScaling| (action.min, action.max) = (None, Some(2_147_483_648));
    check_action(large, &["AAS-ACT-004 scaling.schedule[0].max"]);
}

#[test]
fn names_of_actions_are_unique() {
    let named = |name: &str| action(|action| action.name = name.to_owned());
    for name in ["a:b", "a/b", "a|b", " a", "a\tb", &"a".repeat(257)] {
        check(|scaling| scaling.schedule = vec![named(name)], &["AAS-ACT-001 scaling.schedule[0].name"]);
    }
    let twice = ["AAS-ACT-001 scaling.schedule[1].name"];
    check(|scaling| scaling.schedule = vec![named("a"), named("a")], &twice);
    let many =
        |scaling: &mut Scaling| scaling.schedule = (0..201).map(|one| named(&format!("s{one}"))).collect();
    check(many, &["AAS-ACT-005 scaling.schedule"]);
}

//! The builders and the stack file take the same stacks, and refuse the same.

use proptest::collection::vec;
use proptest::prelude::*;
use sss_model::{Invalid, Located, Problem, Retention, Severity, Stack, TaskSize};

use crate::built::Built;
use crate::generate::stack;

/// The errors among problems, by rule and path.
fn errors<'a>(problems: impl IntoIterator<Item = &'a Problem>) -> Vec<(&'a str, &'a str)> {
    let errors = problems.into_iter().filter(|problem| problem.severity == Severity::Error);
    let mut errors: Vec<_> = errors.map(|problem| (problem.rule, problem.path.as_str())).collect();
    errors.sort_unstable();
    errors
}

fn read(text: &str) -> Result<Stack, Vec<Problem>> {
    let problems = |located: Vec<Located>| located.into_iter().map(|located| located.problem).collect();
    Stack::from_toml(text).map(|parsed| parsed.stack).map_err(problems)
}

/// What the builders take, the file takes for an equal value; what they refuse, it refuses by the same rules at the
/// same places. Whether it is taken.
fn is_taken_by_both(stack: &Stack) -> bool {
    let mut builders = Built::default();
    let built = builders.stack(stack);
    let text = stack.to_toml();
    match (built, read(&text)) {
        (Ok(built), Ok(parsed)) => {
            assert_eq!(parsed, built, "{text}");
            let written = built.to_toml();
            assert_eq!(read(&written).as_ref(), Ok(&built), "{written}");
            assert_eq!(parsed.to_toml(), written);
            true
        }
        (Err(invalid), Err(problems)) => {
            let found = errors(&problems);
            assert_eq!(found, errors(&invalid.problems), "{text}");
            for part in &builders.refused {
                assert!(found.iter().any(|(rule, _)| *rule == part.rule), "{part}, of a part\n{text}");
            }
            false
        }
        (built, parsed) => panic!("the builders: {built:#?}\nthe file: {parsed:#?}\n{text}"),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn file_takes_stacks_that_builders_take(bytes in vec(any::<u8>(), 0..2000)) {
        assert!(is_taken_by_both(&stack(&bytes, 0)), "{:#?}", stack(&bytes, 0).check());
    }

    #[test]
    fn file_refuses_stacks_that_builders_refuse(bytes in vec(any::<u8>(), 0..2000), odd in 1..16_u8) {
        is_taken_by_both(&stack(&bytes, odd));
    }

    /// Numbers that the types of the model do not hold.
    #[test]
    fn sizes_are_the_same_in_a_file(cpu in near(&TaskSize::CPU), memory in near(&MEMORY)) {
        let text = format!("{HEAD}cpu = {cpu}\nmemory = {memory}\n");
        same(TaskSize::new(cpu, memory).map(drop), &text);
    }

    #[test]
    fn retentions_are_the_same_in_a_file(days in near(&Retention::DAYS)) {
        same(Retention::days(days).map(drop), &format!("{HEAD}log_retention_days = {days}\n"));
    }
}

/// A service, to which keys can be added.
const HEAD: &str = r#"name = "shop"
region = "eu-central-1"
[network]
vpc_id = "vpc-0a1b2c3d"
private_subnet_ids = ["subnet-0a1b2c3d"]
[services.app]
image = "app"
"#;

const MEMORY: [u32; 8] = [512, 1024, 4096, 30720, 61440, 122_880, 249_856, u32::MAX];

/// One of the numbers, or one beside it.
fn near(numbers: &'static [u32]) -> impl Strategy<Value = u32> {
    let beside = |number: u32| [number.saturating_sub(1), number, number.saturating_add(1)];
    proptest::sample::select(numbers)
        .prop_flat_map(move |number| proptest::sample::select(beside(number).to_vec()))
}

/// A file is refused by the rules by which its value is.
fn same(value: Result<(), Invalid>, text: &str) {
    let refused = value.err().map_or_else(Vec::new, |invalid| invalid.problems);
    let problems = read(text).err().unwrap_or_default();
    let rules = |problems: &[Problem]| {
        errors(problems).iter().map(|(rule, _)| (*rule).to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(rules(&problems), rules(&refused), "{text}");
}

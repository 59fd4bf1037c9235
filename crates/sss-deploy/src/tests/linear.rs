//! Every command works in linear time: twice the services take twice the allocations.
//!
//! Allocations stand for time, because they are the same in every run. What a step repeats for each other step,
//! it hardly does without an allocation.

use std::fmt::Write as _;

use allocation_counter::AllocationInfo;

use super::Folder;
use crate::Exit;

/// The largest exponent. Sorting has more than 1.
const LARGEST: f64 = 1.1;

/// The numbers of services of commands that read a stack and an empty account.
const OF_A_FILE: [u16; 5] = [250, 500, 1_000, 2_000, 4_000];

/// The numbers of services of commands on an account with the stack. The sandbox is built for small ones.
const OF_AN_ACCOUNT: [u16; 4] = [25, 50, 100, 200];

/// The most services with a route: an API takes no more integrations.
const REACHABLE: u16 = 300;

/// The head of a stack file, with an API.
const HEAD: &str = r#"
name = "many"
region = "ap-northeast-1"

[network]
vpc_id = "vpc-0a1b2c3d4e5f60718"
private_subnet_ids = ["subnet-0a1b2c3d4e5f60001", "subnet-0a1b2c3d4e5f60002"]
vpc_link_security_group_ids = ["sg-0a1b2c3d4e5f60000"]

[api]
"#;

/// Returns a stack file with this number of services. Each has a warning, because its image is no certain one.
pub(super) fn stack_file(services: u16) -> String {
    let mut text = HEAD.to_owned();
    for number in 0..services {
        let port = 8_000 + number % 50;
        let route = if number < REACHABLE {
            format!("routes = [{{ path = \"/s{number}\" }}]\n")
        } else {
            String::new()
        };
        writeln!(text, "[services.s{number}]\nimage = \"example.com/s:latest\"\nport = {port}\n{route}")
            .expect("a text takes everything");
    }
    text
}

/// Checks the exponents of allocations and of their bytes from each number of services to the next, which is twice as
/// large.
fn check(command: &str, measured: &[AllocationInfo]) {
    #[expect(clippy::cast_precision_loss, reason = "the first digits decide")]
    let exponent = |before: u64, after: u64| (after as f64 / before as f64).log2();
    let of = |number: fn(&AllocationInfo) -> u64| -> Vec<f64> {
        measured.windows(2).map(|pair| exponent(number(&pair[0]), number(&pair[1]))).collect()
    };
    for exponents in [of(|info| info.count_total), of(|info| info.bytes_total)] {
        assert!(exponents.iter().all(|exponent| *exponent < LARGEST), "{command}: {exponents:?}");
    }
}

/// Runs a command and counts its allocations.
fn measured(folder: &Folder, command: &str) -> AllocationInfo {
    allocation_counter::measure(|| {
        let (exit, _, err) = folder.run(command);
        assert!(matches!(exit, Exit::Done | Exit::Pending), "{command}: {err}");
    })
}

#[test]
fn commands_on_a_stack_file_are_linear() {
    let folders = OF_A_FILE.map(|services| {
        let folder = Folder::new();
        folder.write(&stack_file(services));
        folder
    });
    for command in ["validate", "plan --sandbox", "cost", "permissions", "graph --format svg"] {
        check(command, &folders.each_ref().map(|folder| measured(folder, command)));
    }
}

#[test]
fn commands_on_an_account_are_linear() {
    const COMMANDS: [&str; 4] =
        ["apply --sandbox --yes", "plan --sandbox", "status --sandbox", "destroy --sandbox --yes"];
    let by_size = OF_AN_ACCOUNT.map(|services| {
        let folder = Folder::new();
        folder.write(&stack_file(services));
        COMMANDS.map(|command| measured(&folder, command))
    });
    for (number, command) in COMMANDS.into_iter().enumerate() {
        check(command, &by_size.each_ref().map(|counts| counts[number]));
    }
}

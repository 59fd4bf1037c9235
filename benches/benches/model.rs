//! The model: from the text of a stack file to a validated stack, and from there to a graph, by the number of
//! resources.

use std::time::Duration;

use criterion::{
    AxisScale, BenchmarkId, Criterion, PlotConfiguration, Throughput, criterion_group, criterion_main,
};
use sss_benches::{SERVICES, stack_of};
use sss_model::Stack;

/// Measures work on a stack, for each of the usual sizes. `prepare` is not measured.
fn by_size<T>(criterion: &mut Criterion, name: &str, prepare: fn(Stack) -> T, work: fn(&T)) {
    let mut group = criterion.benchmark_group(name);
    group.plot_config(PlotConfiguration::default().summary_scale(AxisScale::Logarithmic));
    for services in SERVICES {
        let stack = stack_of(services).expect("a valid stack");
        let resources = sss_aws::lower(&stack).expect("a valid stack").ids().count();
        let input = prepare(stack);
        group.throughput(Throughput::Elements(resources as u64));
        group.bench_with_input(BenchmarkId::from_parameter(resources), &input, |bencher, input| {
            bencher.iter(|| work(input));
        });
    }
}

fn parse(criterion: &mut Criterion) {
    by_size(
        criterion,
        "parse and validate",
        |stack| stack.to_toml(),
        |text: &String| {
            drop(Stack::from_toml(text).expect("a valid stack file"));
        },
    );
}

fn validate(criterion: &mut Criterion) {
    by_size(criterion, "validate", |stack| stack, |stack| drop(stack.problems()));
}

fn lower(criterion: &mut Criterion) {
    by_size(criterion, "lower", |stack| stack, |stack| drop(sss_aws::lower(stack).expect("a valid stack")));
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(20).measurement_time(Duration::from_secs(3));
    targets = parse, validate, lower
}
criterion_main!(benches);

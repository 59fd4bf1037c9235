//! From the text of a stack file to a validated stack, and from there to a graph.

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use sss_benches::stack_of;
use sss_model::Stack;

const SERVICES: [u16; 3] = [1, 100, 300];

fn parse(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("parse");
    for services in SERVICES {
        let text = stack_of(services).expect("a valid stack").to_toml();
        group.throughput(Throughput::Elements(services.into()));
        group.bench_with_input(BenchmarkId::from_parameter(services), &text, |bencher, text| {
            bencher.iter(|| Stack::from_toml(text).expect("a valid stack file"));
        });
    }
}

fn validate(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("validate");
    for services in SERVICES {
        let stack = stack_of(services).expect("a valid stack");
        group.throughput(Throughput::Elements(services.into()));
        group.bench_with_input(BenchmarkId::from_parameter(services), &stack, |bencher, stack| {
            bencher.iter(|| stack.problems());
        });
    }
}

fn lower(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("lower");
    for services in SERVICES {
        let stack = stack_of(services).expect("a valid stack");
        group.throughput(Throughput::Elements(services.into()));
        group.bench_with_input(BenchmarkId::from_parameter(services), &stack, |bencher, stack| {
            bencher.iter(|| sss_aws::lower(stack).expect("a valid stack"));
        });
    }
}

criterion_group!(benches, parse, validate, lower);
criterion_main!(benches);

//! The comparison of a graph with a world, by the number of resources.

use std::{sync::Arc, time::Duration};

use criterion::{
    AxisScale, BenchmarkId, Criterion, PlotConfiguration, Throughput, criterion_group, criterion_main,
};
use sss_aws::{Aws, Graph, Mode, Options, World, apply, lower, observe, plan};
use sss_benches::{SERVICES, stack_of};
use sss_sandbox::Sandbox;

fn deployed(services: u16) -> (Graph, World) {
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = runtime.enable_time().start_paused(true).build().expect("a runtime without a network");
    runtime.block_on(async {
        // The time of this apply is not measured, so quotas would only delay the bench.
        let aws = Aws::new(&Sandbox::new().without_quotas().sdk_config());
        let graph = lower(&stack_of(services).expect("a valid stack")).expect("a valid stack");
        let world = observe(&aws, &graph).await.expect("the account can be read");
        let first = plan(&graph, &world, Mode::Converge);
        let outcome = apply(&aws, &graph, &world, &first, Options::default(), Arc::new(|_| {})).await;
        assert!(outcome.is_success(), "{outcome:#?}");
        let world = observe(&aws, &graph).await.expect("the account can be read");
        assert!(plan(&graph, &world, Mode::Converge).is_empty(), "nothing is left to do");
        (graph, world)
    })
}

fn plans(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("plan");
    group.plot_config(PlotConfiguration::default().summary_scale(AxisScale::Logarithmic));
    for services in SERVICES {
        let (graph, world) = deployed(services);
        let nothing = World::default();
        let resources = graph.ids().count();
        group.throughput(Throughput::Elements(resources as u64));
        for (name, world) in [("unchanged", &world), ("from nothing", &nothing)] {
            group.bench_with_input(BenchmarkId::new(name, resources), world, |bencher, world| {
                bencher.iter(|| plan(&graph, world, Mode::Converge));
            });
        }
        // Everything that a command does for a plan after it has read the account.
        let stack = stack_of(services).expect("a valid stack");
        group.bench_with_input(BenchmarkId::new("lower, unchanged", resources), &stack, |bencher, stack| {
            bencher.iter(|| plan(&lower(stack).expect("a valid stack"), &world, Mode::Converge));
        });
    }
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(20).measurement_time(Duration::from_secs(3));
    targets = plans
}
criterion_main!(benches);

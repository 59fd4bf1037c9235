//! The comparison of a graph with a world, by the number of resources.

use std::sync::Arc;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use sss_aws::{Aws, Graph, Mode, Options, World, apply, lower, observe, plan};
use sss_benches::stack_of;
use sss_sandbox::Sandbox;

/// About 10, 100 and 1000 resources: what services share, and seven of each service's own.
const SERVICES: [u16; 3] = [1, 13, 142];

fn deployed(services: u16) -> (Graph, World) {
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = runtime.enable_time().start_paused(true).build().expect("a runtime without a network");
    runtime.block_on(async {
        // A first apply of a hundred services is more than AWS takes at once.
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
    }
}

criterion_group!(benches, plans);
criterion_main!(benches);

//! The backends of services, and the load balancers behind them.

use sss_model::{
    AlbBackend, Backend, CloudMapBackend, LoadBalancer, LoadBalancers, NlbBackend, TargetHealthCheck,
};

use super::Built;

impl Built {
    pub(super) fn backend(&mut self, backend: &Backend) -> Backend {
        match backend {
            Backend::CloudMap(backend) => {
                Backend::CloudMap(self.part(backend, CloudMapBackend::builder().ttl(backend.ttl).build()))
            }
            Backend::Alb(backend) => {
                let mut builder = AlbBackend::builder()
                    .health_check(self.target_health_check(&backend.health_check))
                    .deregistration_delay(backend.deregistration_delay)
                    .slow_start(backend.slow_start);
                set!(builder from backend: stickiness);
                Backend::Alb(self.part(backend, builder.build()))
            }
            Backend::Nlb(backend) => {
                let builder = NlbBackend::builder()
                    .health_check(self.target_health_check(&backend.health_check))
                    .deregistration_delay(backend.deregistration_delay);
                Backend::Nlb(self.part(backend, builder.build()))
            }
            other => other.clone(),
        }
    }

    pub(super) fn load_balancers(&mut self, balancers: &LoadBalancers) -> LoadBalancers {
        let builder = LoadBalancers::builder()
            .alb(self.load_balancer(&balancers.alb))
            .nlb(self.load_balancer(&balancers.nlb));
        self.part(balancers, builder.build())
    }

    fn load_balancer(&mut self, balancer: &LoadBalancer) -> LoadBalancer {
        let mut builder = LoadBalancer::builder()
            .deletion_protection(balancer.deletion_protection)
            .security_group_ids(&balancer.security_group_ids)
            .tags(&balancer.tags);
        set!(builder from balancer: certificate, server_name, ssl_policy, arn, listener);
        self.part(balancer, builder.build())
    }

    fn target_health_check(&mut self, check: &TargetHealthCheck) -> TargetHealthCheck {
        let mut builder = TargetHealthCheck::builder()
            .interval(check.interval)
            .timeout(check.timeout)
            .healthy_threshold(check.healthy_threshold)
            .unhealthy_threshold(check.unhealthy_threshold);
        set!(builder from check: path, matcher);
        self.part(check, builder.build())
    }
}

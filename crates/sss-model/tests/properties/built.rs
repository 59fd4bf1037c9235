//! The same stack by way of every builder.

use sss_model::{
    CapacityStrategy, Cluster, Container, Deployment, DeploymentAlarms, ExecuteCommand, ExecutionRole,
    FailureThreshold, HealthCheck, Invalid, LogGroup, ManagedStorage, Names, Namespace, Network, Problem,
    Rule, Scaling, ScheduledScaling, SecurityGroup, Service, ServiceNames, Stack, Statement, StepAdjustment,
    StepPolicy, TaskRole,
};

/// Builds part after part. With a part that is refused it goes on as it is, so that the last builder sees everything.
#[derive(Default)]
pub(crate) struct Built {
    /// What builders of parts refused.
    pub(crate) refused: Vec<Problem>,
}

/// Sets the fields that are there.
macro_rules! set {
    ($builder:ident from $part:ident: $($field:ident),+) => {
        $(if let Some(value) = $part.$field.clone() {
            $builder = $builder.$field(value);
        })+
    };
}

/// Sets the fields that every container has beyond its program, its variables and its health check.
macro_rules! surround {
    ($builder:ident from $part:expr) => {{
        let part = $part;
        let mut builder = $builder
            .ports(part.ports.clone())
            .log_driver(part.log_driver)
            .log_secret_options(&part.log_secret_options)
            .mounts(part.mounts.clone())
            .volumes_from(part.volumes_from.clone())
            .environment_files(&part.environment_files)
            .readonly_root_filesystem(part.readonly_root_filesystem)
            .interactive(part.interactive)
            .pseudo_terminal(part.pseudo_terminal)
            .docker_labels(&part.docker_labels)
            .ulimits(part.ulimits.clone())
            .system_controls(&part.system_controls)
            .linux(part.linux.clone())
            .version_consistency(part.version_consistency);
        set!(builder from part: firelens, start_timeout, restart_policy, repository_credentials, user);
        set!(builder from part: working_directory);
        builder
    }};
}

mod api;
mod backend;

impl Built {
    fn part<T: Clone>(&mut self, wanted: &T, built: Result<T, Invalid>) -> T {
        match built {
            Ok(part) => part,
            Err(invalid) => {
                self.refused.extend(invalid.problems);
                wanted.clone()
            }
        }
    }

    pub(crate) fn stack(&mut self, stack: &Stack) -> Result<Stack, Invalid> {
        let mut builder = Stack::builder()
            .name(&stack.name)
            .region(&stack.region)
            .allow_unlisted_region(stack.allow_unlisted_region)
            .tags(&stack.tags)
            .names(self.names(&stack.names))
            .network(self.network(&stack.network))
            .cluster(self.cluster(&stack.cluster))
            .namespace(self.namespace(&stack.namespace))
            .execution_role(self.execution_role(&stack.execution_role))
            .security_group(self.security_group(&stack.security_group))
            .log_retention_days(stack.log_retention_days)
            .log_group(self.log_group(&stack.log_group))
            .backend(stack.backend)
            .load_balancers(self.load_balancers(&stack.load_balancers))
            .silence(&stack.silence);
        if let Some(api) = &stack.api {
            builder = builder.api(self.api(api));
        }
        for service in stack.services.values() {
            builder = builder.service(self.service(service));
        }
        builder.build()
    }

    fn names(&mut self, names: &Names) -> Names {
        let mut builder = Names::builder();
        set!(builder from names: cluster, execution_role, execution_policy, secrets_policy, security_group);
        set!(builder from names: security_group_tag, namespace, vpc_link, api, api_log_group, authorizer);
        set!(builder from names: alb, nlb);
        self.part(names, builder.build())
    }

    fn network(&mut self, network: &Network) -> Network {
        let builder = Network::builder()
            .vpc_id(&network.vpc_id)
            .private_subnet_ids(&network.private_subnet_ids)
            .vpc_link_security_group_ids(&network.vpc_link_security_group_ids)
            .vpc_link_zone_ids(&network.vpc_link_zone_ids)
            .assign_public_ip(network.assign_public_ip);
        self.part(network, builder.build())
    }

    fn cluster(&mut self, cluster: &Cluster) -> Cluster {
        let mut builder = Cluster::builder()
            .capacity_providers(cluster.capacity_providers.clone())
            .default_capacity(self.capacity(&cluster.default_capacity))
            .tags(&cluster.tags);
        set!(builder from cluster: existing, container_insights);
        if let Some(exec) = &cluster.execute_command {
            let mut parts = ExecuteCommand::builder()
                .logging(exec.logging)
                .log_group_encrypted(exec.log_group_encrypted)
                .bucket_encrypted(exec.bucket_encrypted);
            set!(parts from exec: kms_key_id, log_group, bucket, bucket_prefix);
            builder = builder.execute_command(self.part(exec, parts.build()));
        }
        if let Some(storage) = &cluster.managed_storage {
            let mut parts = ManagedStorage::builder();
            set!(parts from storage: fargate_ephemeral_storage_kms_key_id, kms_key_id);
            builder = builder.managed_storage(self.part(storage, parts.build()));
        }
        self.part(cluster, builder.build())
    }

    fn namespace(&mut self, namespace: &Namespace) -> Namespace {
        let mut builder = Namespace::builder().tags(&namespace.tags);
        set!(builder from namespace: description);
        self.part(namespace, builder.build())
    }

    fn execution_role(&mut self, role: &ExecutionRole) -> ExecutionRole {
        let mut builder = ExecutionRole::builder()
            .path(&role.path)
            .statements(self.statements(&role.statements))
            .tags(&role.tags);
        set!(builder from role: managed_policies, permissions_boundary);
        self.part(role, builder.build())
    }

    fn task_role(&mut self, role: &TaskRole) -> TaskRole {
        let mut builder = TaskRole::builder()
            .path(&role.path)
            .managed_policies(&role.managed_policies)
            .statements(self.statements(&role.statements))
            .tags(&role.tags);
        set!(builder from role: permissions_boundary);
        self.part(role, builder.build())
    }

    fn statements(&mut self, statements: &[Statement]) -> Vec<Statement> {
        let mut built = Vec::new();
        for statement in statements {
            let mut builder = Statement::builder()
                .effect(statement.effect)
                .actions(&statement.actions)
                .resources(&statement.resources)
                .conditions(statement.conditions.clone());
            set!(builder from statement: sid);
            built.push(self.part(statement, builder.build()));
        }
        built
    }

    fn security_group(&mut self, group: &SecurityGroup) -> SecurityGroup {
        let mut builder =
            SecurityGroup::builder().description(&group.description).tags(&group.tags).without_egress();
        if group.ingress.as_ref().is_some_and(Vec::is_empty) {
            builder = builder.without_ingress();
        }
        for rule in group.ingress.iter().flatten() {
            builder = builder.ingress(self.rule(rule));
        }
        for rule in &group.egress {
            builder = builder.egress(self.rule(rule));
        }
        self.part(group, builder.build())
    }

    fn rule(&mut self, rule: &Rule) -> Rule {
        let mut builder =
            Rule::builder().protocol(rule.protocol).cidrs(&rule.cidrs).security_groups(&rule.security_groups);
        set!(builder from rule: from_port, to_port, description);
        self.part(rule, builder.build())
    }

    fn service(&mut self, service: &Service) -> Service {
        let mut builder = Service::builder()
            .name(&service.name)
            .image(&service.task.image)
            .cpu(service.task.cpu)
            .memory(service.task.memory)
            .cpu_architecture(service.task.cpu_architecture)
            .command(&service.task.command)
            .entry_point(&service.task.entry_point)
            .environment(&service.task.environment)
            .secrets(&service.task.secrets)
            .log_options(&service.task.log_options)
            .depends_on(service.task.depends_on.clone())
            .security_group_ids(&service.security_group_ids)
            .log_group(self.log_group(&service.log_group))
            .ignore_changes(service.ignore_changes.clone())
            .capacity(self.capacity(&service.capacity))
            .deployment(self.deployment(&service.deployment))
            .task_role(self.task_role(&service.task.task_role))
            .names(self.service_names(&service.names))
            .tags(&service.tags);
        let task = &service.task;
        builder = surround!(builder from task)
            .volumes(task.volumes.clone())
            .operating_system_family(task.operating_system_family)
            .enable_fault_injection(task.enable_fault_injection);
        set!(builder from task: port, ephemeral_storage, stop_timeout, log_retention_days, pid_mode);
        set!(builder from task: proxy_configuration);
        set!(builder from service: desired_count, health_check_grace_period, enable_execute_command);
        set!(builder from service: enable_ecs_managed_tags, propagate_tags, platform_version);
        set!(builder from service: availability_zone_rebalancing, integration_timeout);
        if let Some(check) = &service.task.health_check {
            builder = builder.health_check(self.health_check(check));
        }
        if let Some(backend) = &service.backend {
            builder = builder.backend(self.backend(backend));
        }
        if let Some(scaling) = &service.scaling {
            builder = builder.scaling(self.scaling(scaling));
        }
        for container in &service.task.containers {
            builder = builder.container(self.container(container));
        }
        for route in &service.routes {
            builder = builder.route(self.route(route));
        }
        self.part(service, builder.build())
    }

    fn scaling(&mut self, scaling: &Scaling) -> Scaling {
        let mut builder = Scaling::builder()
            .min(scaling.min)
            .max(scaling.max)
            .scale_in_cooldown(scaling.scale_in_cooldown)
            .scale_out_cooldown(scaling.scale_out_cooldown)
            .scale_in(scaling.scale_in)
            .suspended(scaling.suspended.clone());
        set!(builder from scaling: cpu, memory, requests);
        for policy in &scaling.steps {
            builder = builder.step(self.step_policy(policy));
        }
        for action in &scaling.schedule {
            let mut parts = ScheduledScaling::builder().name(&action.name).at(&action.at);
            set!(parts from action: time_zone, min, max);
            builder = builder.scheduled(self.part(action, parts.build()));
        }
        self.part(scaling, builder.build())
    }

    fn step_policy(&mut self, policy: &StepPolicy) -> StepPolicy {
        let mut builder = StepPolicy::builder()
            .name(&policy.name)
            .adjustment(policy.adjustment)
            .cooldown(policy.cooldown)
            .aggregation(policy.aggregation);
        set!(builder from policy: at_least);
        for range in &policy.ranges {
            let mut parts = StepAdjustment::builder().change(range.change);
            set!(parts from range: from, to);
            builder = builder.range(self.part(range, parts.build()));
        }
        self.part(policy, builder.build())
    }

    fn log_group(&mut self, group: &LogGroup) -> LogGroup {
        let mut builder = LogGroup::builder();
        set!(builder from group: existing, kms_key_id, class);
        self.part(group, builder.build())
    }

    fn container(&mut self, container: &Container) -> Container {
        let mut builder = Container::builder()
            .name(&container.name)
            .image(&container.image)
            .essential(container.essential)
            .command(&container.command)
            .entry_point(&container.entry_point)
            .environment(&container.environment)
            .secrets(&container.secrets)
            .log_options(&container.log_options);
        builder = surround!(builder from container);
        set!(builder from container: cpu, memory, memory_reservation, stop_timeout);
        if let Some(check) = &container.health_check {
            builder = builder.health_check(self.health_check(check));
        }
        for (name, condition) in &container.depends_on {
            builder = builder.after(name, *condition);
        }
        self.part(container, builder.build())
    }

    fn health_check(&mut self, check: &HealthCheck) -> HealthCheck {
        let mut builder = HealthCheck::builder()
            .command(&check.command)
            .interval(check.interval)
            .timeout(check.timeout)
            .retries(check.retries);
        set!(builder from check: start_period);
        self.part(check, builder.build())
    }

    fn capacity(&mut self, strategies: &[CapacityStrategy]) -> Vec<CapacityStrategy> {
        let mut built = Vec::new();
        for strategy in strategies {
            let builder = CapacityStrategy::builder()
                .provider(strategy.provider)
                .weight(strategy.weight)
                .base(strategy.base);
            built.push(self.part(strategy, builder.build()));
        }
        built
    }

    fn deployment(&mut self, deployment: &Deployment) -> Deployment {
        let mut builder = Deployment::builder()
            .strategy(deployment.strategy)
            .circuit_breaker(deployment.circuit_breaker)
            .rollback(deployment.rollback)
            .minimum_healthy_percent(deployment.minimum_healthy_percent)
            .maximum_percent(deployment.maximum_percent)
            .force_new_deployment(deployment.force_new_deployment);
        set!(builder from deployment: reset_on_healthy_task, bake_time_minutes);
        if let Some(wanted) = &deployment.failure_threshold {
            let threshold = FailureThreshold::builder().kind(wanted.kind).value(wanted.value);
            builder = builder.failure_threshold(self.part(wanted, threshold.build()));
        }
        if let Some(wanted) = &deployment.alarms {
            let alarms = DeploymentAlarms::builder().names(&wanted.names).rollback(wanted.rollback);
            builder = builder.alarms(self.part(wanted, alarms.build()));
        }
        self.part(deployment, builder.build())
    }

    fn service_names(&mut self, names: &ServiceNames) -> ServiceNames {
        let mut builder = ServiceNames::builder();
        set!(builder from names: service, task_role, task_policy, exec_policy, log_group, family);
        set!(builder from names: container, cloud_map, target_group);
        self.part(names, builder.build())
    }
}

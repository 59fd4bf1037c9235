//! Everything that a sandbox account has at one moment, from its own listings.

use serde_json::{Value, json};

use crate::account::Account;

impl Account {
    /// Returns the settings of clusters, by what they are called. Counts of services and tasks are not among them.
    fn cluster_settings(&self, clusters: &Value) -> Vec<Value> {
        const MEMBERS: [&str; 5] = [
            "clusterName",
            "capacityProviders",
            "defaultCapacityProviderStrategy",
            "settings",
            "configuration",
        ];
        let input = json!({"clusters": clusters, "include": ["SETTINGS", "CONFIGURATIONS"]});
        let described = self.by_hand("ecs", "DescribeClusters", &input);
        let mut found = described["clusters"].as_array().cloned().unwrap_or_default();
        for cluster in found.iter_mut().filter_map(Value::as_object_mut) {
            cluster.retain(|member, _| MEMBERS.contains(&member.as_str()));
        }
        found
    }

    /// Returns everything that the account has now, from its own listings.
    ///
    /// Objects that AWS only remembers (inactive services and revisions, past operations) are not in it.
    pub fn inventory(&self) -> Value {
        let list = |service: &str, operation: &str, input: Value, member: &str| {
            self.by_hand(service, operation, &input).get(member).cloned().unwrap_or_default()
        };
        let clusters = list("ecs", "ListClusters", json!({}), "clusterArns");
        let services: Vec<Value> = texts(&clusters)
            .flat_map(|cluster| {
                let arns = list(
                    "ecs",
                    "ListServices",
                    json!({"cluster": cluster, "maxResults": 100}),
                    "serviceArns",
                );
                texts(&arns).map(|arn| self.service(cluster, arn)).collect::<Vec<_>>()
            })
            .collect();
        let apis = list("apigateway", "GetApis", json!({}), "items");
        let parts: Vec<Value> = apis
            .as_array()
            .into_iter()
            .flatten()
            .map(|api| {
                let part = |operation| list("apigateway", operation, json!({"apiId": api["apiId"]}), "items");
                let mut stages = part("GetStages");
                for stage in stages.as_array_mut().into_iter().flatten() {
                    // Every change of the API is deployed anew by itself.
                    let stage = stage.as_object_mut().expect("a stage");
                    stage.retain(|member, _| !member.contains("eployment") && member != "lastUpdatedDate");
                }
                json!([part("GetAuthorizers"), part("GetIntegrations"), part("GetRoutes"), stages])
            })
            .collect();
        json!({
            "clusters": clusters,
            "cluster_settings": self.cluster_settings(&clusters),
            "services": services,
            "revisions": list("ecs", "ListTaskDefinitions", json!({}), "taskDefinitionArns"),
            "tasks": texts(&clusters)
                .map(|cluster| list("ecs", "ListTasks", json!({"cluster": cluster}), "taskArns"))
                .collect::<Vec<_>>(),
            "namespaces": list("servicediscovery", "ListNamespaces", json!({}), "Namespaces"),
            "registries": list("servicediscovery", "ListServices", json!({}), "Services"),
            "apis": apis,
            "parts": parts,
            "domain_names": self.domain_names(),
            "records": self.records(),
            "vpc_links": list("apigateway", "GetVpcLinks", json!({}), "items"),
            "roles": list("iam", "GetAccountAuthorizationDetails", json!({"MaxItems": "1000"}), "RoleDetailList"),
            "security_groups": list("ec2", "DescribeSecurityGroups", json!({}), "securityGroupInfo"),
            "load_balancers": self.load_balancers(),
            "target_groups": self.target_groups(),
            "scalable_targets": self.scalable_targets(),
            "log_groups": list("logs", "DescribeLogGroups", json!({}), "logGroups"),
            "tags": list("tagging", "GetResources", json!({"ResourcesPerPage": 100}), "ResourceTagMappingList"),
        })
    }

    /// Returns the records of all hosted zones.
    fn records(&self) -> Value {
        let zones = self.by_hand("route53", "ListHostedZones", &json!({}));
        let records = |zone: &Value| {
            let input = json!({"Id": zone["Id"]});
            self.by_hand("route53", "ListResourceRecordSets", &input)["ResourceRecordSets"].take()
        };
        let zones = zones["HostedZones"].as_array().into_iter().flatten();
        zones.filter_map(|zone| records(zone).as_array().cloned()).flatten().collect()
    }

    /// Returns the custom domain names with their mappings.
    fn domain_names(&self) -> Value {
        let mut names = self.by_hand("apigateway", "GetDomainNames", &json!({}))["items"].take();
        for domain in names.as_array_mut().into_iter().flatten() {
            let input = json!({"domainName": domain["domainName"]});
            domain["Mappings"] = self.by_hand("apigateway", "GetApiMappings", &input)["items"].take();
        }
        names
    }

    /// Returns the load balancers with their attributes, listeners and rules.
    fn load_balancers(&self) -> Value {
        let call = |operation: &str, input: Value| self.by_hand("elasticloadbalancing", operation, &input);
        let mut balancers = call("DescribeLoadBalancers", json!({"PageSize": 400}))["LoadBalancers"].take();
        for balancer in balancers.as_array_mut().into_iter().flatten() {
            let of_balancer = json!({"LoadBalancerArn": balancer["LoadBalancerArn"]});
            let mut listeners = call("DescribeListeners", of_balancer.clone())["Listeners"].take();
            for listener in listeners.as_array_mut().into_iter().flatten() {
                let rules = call("DescribeRules", json!({"ListenerArn": listener["ListenerArn"]}));
                listener["Rules"] = rules["Rules"].clone();
            }
            balancer["Listeners"] = listeners;
            balancer["Attributes"] = call("DescribeLoadBalancerAttributes", of_balancer)["Attributes"].take();
        }
        balancers
    }

    /// Returns the scalable targets with their policies and scheduled actions, without times and ids.
    fn scalable_targets(&self) -> Value {
        let call = |operation: &str, member: &str, id: Option<&Value>| -> Vec<Value> {
            let mut input = json!({"ServiceNamespace": "ecs"});
            if let Some(id) = id {
                input["ResourceId"] = id.clone();
            }
            let found = self.by_hand("application-autoscaling", operation, &input)[member].take();
            let mut found = found.as_array().cloned().unwrap_or_default();
            for object in found.iter_mut().filter_map(Value::as_object_mut) {
                object.retain(|member, _| {
                    !["PolicyARN", "ScheduledActionARN", "RoleARN"].contains(&member.as_str())
                        && member != "CreationTime"
                        && member != "Alarms"
                });
            }
            found
        };
        let mut targets = call("DescribeScalableTargets", "ScalableTargets", None);
        for target in &mut targets {
            let id = target["ResourceId"].clone();
            target["Policies"] = call("DescribeScalingPolicies", "ScalingPolicies", Some(&id)).into();
            target["Actions"] = call("DescribeScheduledActions", "ScheduledActions", Some(&id)).into();
        }
        targets.into()
    }

    /// Returns the target groups with their attributes.
    fn target_groups(&self) -> Value {
        let call = |operation: &str, input: Value| self.by_hand("elasticloadbalancing", operation, &input);
        let mut groups = call("DescribeTargetGroups", json!({"PageSize": 400}))["TargetGroups"].take();
        for group in groups.as_array_mut().into_iter().flatten() {
            let of_group = json!({"TargetGroupArn": group["TargetGroupArn"]});
            group["Attributes"] = call("DescribeTargetGroupAttributes", of_group)["Attributes"].take();
        }
        groups
    }
}

fn texts(list: &Value) -> impl Iterator<Item = &str> {
    list.as_array().into_iter().flatten().filter_map(Value::as_str)
}

//! The account in which the random requests of an operation make sense.

use serde_json::{Value, json};
use sss_model::request::Referred;

use super::super::requests::{Case, all};
use crate::{gate::name, refusal::Refusal, service::AwsService, world::World};

/// An account with the objects that the valid request of an operation names, and the requests of these.
pub(super) struct Place {
    world: World,
    pub(super) referred: Referred,
    /// The texts of valid requests that stand for ids of the account.
    ids: Vec<(String, String)>,
}

/// Returns the case of an operation, which the name of its service distinguishes.
fn case(operation: &str) -> Case {
    all().into_iter().find(|case| name(case.service, case.operation) == operation).expect("a case")
}

/// The milliseconds until everything that an account begins is done.
const LATER: u64 = 3_600_000;

impl Place {
    pub(super) fn of(operation: &str) -> Self {
        let world = World::new("123456789012", "eu-central-1", 0);
        let mut place = Self { world, referred: Referred::default(), ids: Vec::new() };
        match operation {
            "ecs:RegisterTaskDefinition" => place.with_role(),
            "ecs:CreateService" => {
                place.with_role();
                let task = place.with("ecs:RegisterTaskDefinition");
                place.call("ecs:CreateService", "CreateCluster", &json!({}));
                place.refer("ecs:RegisterTaskDefinition", &task);
            }
            "servicediscovery:CreateService" => {
                let namespace = place.with("servicediscovery:CreatePrivateDnsNamespace");
                let listed = place.call(operation, "ListNamespaces", &json!({}));
                place.name("ns-0123456789abcdef", &listed["Namespaces"][0]["Id"]);
                place.refer("servicediscovery:CreatePrivateDnsNamespace", &namespace);
            }
            "application-autoscaling:RegisterScalableTarget" => place.with_service(),
            "application-autoscaling:PutScalingPolicy" | "application-autoscaling:PutScheduledAction" => {
                place.with_service();
                place.with("application-autoscaling:RegisterScalableTarget");
            }
            "iam:PutRolePolicy" | "iam:AttachRolePolicy" => drop(place.with("iam:CreateRole")),
            "logs:PutRetentionPolicy" => drop(place.with("logs:CreateLogGroup")),
            "apigatewayv2:CreateStage"
            | "apigatewayv2:CreateAuthorizer"
            | "apigatewayv2:CreateIntegration"
            | "apigatewayv2:CreateApiMapping"
            | "apigatewayv2:CreateRoute" => place.with_api(operation),
            "elbv2:ModifyLoadBalancerAttributes"
            | "elbv2:ModifyTargetGroupAttributes"
            | "elbv2:CreateListener"
            | "elbv2:CreateRule" => place.with_load_balancer(operation),
            _ => {}
        }
        place
    }

    /// Makes the object of the valid request of an operation, and returns the request.
    fn with(&mut self, operation: &str) -> Value {
        let Case { operation: wire, fine, .. } = case(operation);
        self.call(operation, wire, &fine);
        fine
    }

    /// Makes the role that tasks name.
    fn with_role(&mut self) {
        let mut role = case("iam:CreateRole").fine;
        role["RoleName"] = json!("execution");
        self.call("iam:CreateRole", "CreateRole", &role);
    }

    /// Makes the service that scales.
    fn with_service(&mut self) {
        self.with_role();
        self.with("ecs:RegisterTaskDefinition");
        self.call("ecs:CreateService", "CreateCluster", &json!({}));
        self.with("ecs:CreateService");
    }

    /// Makes an API, and the parts of it that a request names.
    fn with_api(&mut self, operation: &str) {
        let api = case("apigatewayv2:CreateApi");
        let made = self.call(operation, "CreateApi", &api.fine);
        self.name("shop", &made["apiId"]);
        self.refer("apigatewayv2:CreateApi", &api.service.form.of_the_cli(&api.fine));
        let link = self.call(operation, "CreateVpcLink", &case("apigatewayv2:CreateVpcLink").fine);
        self.name("abc123", &link["vpcLinkId"]);
        if operation == "apigatewayv2:CreateRoute" || operation == "apigatewayv2:CreateStage" {
            let integration = self.with_ids(&case("apigatewayv2:CreateIntegration").fine);
            let integration = self.call(operation, "CreateIntegration", &integration);
            self.name("abc123", &integration["integrationId"]);
        }
        if operation == "apigatewayv2:CreateApiMapping" {
            let stage =
                self.with_ids(&json!({ "apiId": "shop", "stageName": "$default", "autoDeploy": true }));
            self.call(operation, "CreateStage", &stage);
            self.call(operation, "CreateDomainName", &case("apigatewayv2:CreateDomainName").fine);
        }
        if operation == "apigatewayv2:CreateStage" {
            let route =
                json!({ "apiId": "shop", "routeKey": "GET /orders", "target": "integrations/abc123" });
            let route = self.with_ids(&route);
            self.call(operation, "CreateRoute", &route);
        }
    }

    /// Makes a load balancer with a target group, and for a rule a listener.
    fn with_load_balancer(&mut self, operation: &str) {
        let Case { fine, .. } = case("elbv2:CreateLoadBalancer");
        let made = self.call(operation, "CreateLoadBalancer", &fine);
        let balancer = case("elbv2:ModifyLoadBalancerAttributes").fine["LoadBalancerArn"].take();
        self.name(text(&balancer), &made["LoadBalancers"][0]["LoadBalancerArn"]);

        let Case { mut fine, .. } = case("elbv2:CreateTargetGroup");
        fine["Protocol"] = json!("HTTP");
        let made = self.call(operation, "CreateTargetGroup", &fine);
        let group = case("elbv2:ModifyTargetGroupAttributes").fine["TargetGroupArn"].take();
        self.name(text(&group), &made["TargetGroups"][0]["TargetGroupArn"]);

        if operation == "elbv2:CreateRule" {
            let listener = self.with_ids(&case("elbv2:CreateListener").fine);
            let made = self.call(operation, "CreateListener", &listener);
            let listener = case(operation).fine["ListenerArn"].take();
            self.name(text(&listener), &made["Listeners"][0]["ListenerArn"]);
        }
    }

    /// Calls an operation of the service of another one. Whatever the call begins is done afterwards.
    fn call(&mut self, service_of: &str, operation: &str, input: &Value) -> Value {
        let service: &AwsService = case(service_of).service;
        let answer = service.call(&mut self.world, operation, input);
        let answer = answer.unwrap_or_else(|refusal| panic!("{operation}: {refusal:?}"));
        self.world.advance(self.world.now + LATER);
        answer
    }

    /// Lets a text of valid requests stand for an id.
    fn name(&mut self, known: &str, id: &Value) {
        self.ids.retain(|(other, _)| *other != known);
        self.ids.push((known.to_owned(), text(id).to_owned()));
    }

    /// Lets requests refer to the request of another operation.
    fn refer(&mut self, operation: &str, request: &Value) {
        self.referred = Referred::from_value(json!({ operation: request })).expect("a request");
    }

    /// Returns a request with the ids of this account in the place of those of valid requests.
    fn with_ids(&self, request: &Value) -> Value {
        match request {
            Value::Object(members) => {
                let member = |(key, member): (&String, &Value)| {
                    // A name is not an id, although it may be the same text.
                    let member = if key == "name" { member.clone() } else { self.with_ids(member) };
                    (key.clone(), member)
                };
                members.iter().map(member).collect()
            }
            Value::Array(elements) => elements.iter().map(|element| self.with_ids(element)).collect(),
            Value::String(text) => {
                let stands = |part: &str| self.ids.iter().find(|(known, _)| known == part).map(|(_, id)| id);
                let before = text.rfind('/').map_or(0, |slash| slash + 1);
                let whole = stands(text).cloned();
                let last = || stands(&text[before..]).map(|id| format!("{}{id}", &text[..before]));
                whole.or_else(last).map_or_else(|| request.clone(), Value::String)
            }
            _ => request.clone(),
        }
    }

    /// Sends a request to a copy of the account.
    pub(super) fn send(&self, case: &Case, request: &Value) -> Result<(), Refusal> {
        case.service.call(&mut self.world.clone(), case.operation, &self.with_ids(request)).map(drop)
    }
}

fn text(value: &Value) -> &str {
    value.as_str().expect("a text")
}

//! Two services on different ports that call each other through the stack's namespace.
//!
//! Each finds the other's URL in its environment. `cargo run --example two_services`

use std::error::Error;

use serde_json::{Value, json};
use sss_aws::{Deployer, Options};
use sss_model::{Api, Invalid, Network, Route, Rule, SecurityGroup, Service, Stack};
use sss_sandbox::Sandbox;

#[tokio::main(flavor = "current_thread", start_paused = true)]
async fn main() -> Result<(), Box<dyn Error>> {
    let sandbox = Sandbox::in_region("eu-central-1");
    let stack = stack()?;
    for service in stack.services.values() {
        for (variable, url) in &service.task.environment {
            println!("{} has {variable}={url}", service.name);
        }
    }

    let planned = Deployer::new(&sandbox.sdk_config()).plan(&stack).await?;
    planned.apply(Options::default()).await?.into_result()?;

    for name in stack.services.keys() {
        for address in addresses(&sandbox, &stack.cloud_map_name(name))? {
            println!("{} leads to {address}", url(&stack, name));
        }
    }
    Ok(())
}

fn stack() -> Result<Stack, Invalid> {
    let network = Network::builder()
        .vpc_id("vpc-0a1b2c3d4e5f60718")
        .private_subnet_ids(["subnet-0a1b2c3d4e5f60001", "subnet-0a1b2c3d4e5f60002"])
        .vpc_link_security_group_ids(["sg-0a1b2c3d4e5f60000"])
        .build()?;
    let within_vpc = SecurityGroup::builder()
        .ingress(Rule::tcp(80).from("10.0.0.0/16").described("storefront"))
        .ingress(Rule::tcp(8080).from("10.0.0.0/16").described("orders"))
        .build()?;
    let mut stack = Stack::builder()
        .name("shop")
        .region("eu-central-1")
        .network(network)
        .security_group(within_vpc)
        .api(Api::default())
        .service(service("storefront", 80, "/{proxy+}")?)
        .service(service("orders", 8080, "/orders/{proxy+}")?)
        .build()?;
    for (caller, called) in [("storefront", "orders"), ("orders", "storefront")] {
        let variable = format!("{}_URL", called.to_uppercase());
        let url = url(&stack, called);
        let caller = stack.services.get_mut(caller).expect("both services stand in the stack");
        caller.task.environment.insert(variable, url);
    }
    // Names follow from the stack, so the URLs are known after it is built. Check the stack again after a change by hand.
    stack.check()?;
    Ok(stack)
}

fn service(name: &str, port: u16, path: &str) -> Result<Service, Invalid> {
    Service::builder()
        .name(name)
        .image(format!("123456789012.dkr.ecr.eu-central-1.amazonaws.com/{name}:1.4"))
        .port(port)
        .stop_timeout(60)
        .route(Route::builder().path(path).build()?)
        .build()
}

/// Returns a URL without a port: the name has SRV records with the address and the port of each task.
fn url(stack: &Stack, service: &str) -> String {
    format!("http://{}.{}", stack.cloud_map_name(service), stack.namespace_name())
}

/// Returns the addresses behind the SRV records of a Cloud Map service.
fn addresses(sandbox: &Sandbox, name: &str) -> Result<Vec<String>, Box<dyn Error>> {
    let call = |operation: &str, input: &Value| {
        let answer = sandbox.request("servicediscovery", operation, input);
        answer.map_err(|(code, message)| format!("failed to call {operation}: {code}: {message}"))
    };
    let services = call("ListServices", &json!({}))?;
    let mut services = services["Services"].as_array().into_iter().flatten();
    let service = services.find(|service| service["Name"] == name).ok_or("the service is not registered")?;
    let instances = call("ListInstances", &json!({"ServiceId": service["Id"]}))?;
    let text = |instance: &Value, attribute: &str| {
        instance["Attributes"][attribute].as_str().unwrap_or_default().to_owned()
    };
    let instances = instances["Instances"].as_array().into_iter().flatten();
    let address =
        |instance| format!("{}:{}", text(instance, "AWS_INSTANCE_IPV4"), text(instance, "AWS_INSTANCE_PORT"));
    Ok(instances.map(address).collect())
}

//! Removal: all objects of the stack go, and no object of others does.

use serde_json::json;
use sss_aws::{Mode, Options};

use crate::account::{Account, api, base, reference, service};

#[tokio::test(start_paused = true)]
async fn destroy_leaves_nothing() {
    let account = Account::new();
    let before = account.inventory();
    let two = base(&account).api(api()).service(service("app", 80)).service(service("orders", 8080));
    let stack = two.build().expect("a valid stack");
    account.apply(&stack).await;
    account.destroy(&stack).await;
    assert_eq!(account.inventory(), before);
    account.destroy(&stack).await;
}

#[tokio::test(start_paused = true)]
async fn destroy_leaves_revisions_when_asked() {
    let account = Account::new();
    let stack = reference(&account);
    account.apply(&stack).await;
    let outcome = account.destroy_with(&stack, Options::default().keep_revisions(true)).await;
    assert!(outcome.is_success(), "{outcome:#?}");
    assert_eq!(account.inventory()["revisions"].as_array().map(Vec::len), Some(1));
}

#[tokio::test(start_paused = true)]
async fn destroy_deregisters_every_revision() {
    let account = Account::new();
    let mut stack = reference(&account);
    for image in ["httpd:2.2", "httpd:2.3", "httpd:2.4"] {
        let app = stack.services.get_mut("app").expect("the service");
        app.task.image = format!("public.ecr.aws/docker/library/{image}");
        account.apply(&stack).await;
    }
    let foreign = json!({
        "family": "mz-dev-site-other", "networkMode": "awsvpc", "requiresCompatibilities": ["FARGATE"],
        "cpu": "256", "memory": "512", "containerDefinitions": [{"name": "a", "image": "a"}],
    });
    account.by_hand("ecs", "RegisterTaskDefinition", &foreign);
    assert_eq!(account.inventory()["revisions"].as_array().map(Vec::len), Some(4));
    account.destroy(&stack).await;
    let left = account.inventory()["revisions"].to_string();
    assert!(left.contains("mz-dev-site-other:1") && !left.contains("mz-dev-site:"), "{left}");
}

#[tokio::test(start_paused = true)]
async fn removal_of_one_stack_leaves_the_other() {
    let account = Account::new();
    let other =
        base(&account).name("mz-dev2").api(api()).service(service("app", 80)).build().expect("a valid stack");
    account.apply(&other).await;
    let before = account.inventory();
    let stack = reference(&account);
    account.apply(&stack).await;
    account.destroy(&stack).await;
    assert_eq!(account.inventory(), before);
    assert!(account.plan(&other).await.is_empty());
}

#[tokio::test(start_paused = true)]
async fn security_group_that_refers_to_itself_goes() {
    let account = Account::new();
    let before = account.inventory();
    let stack = reference(&account);
    account.apply(&stack).await;
    let groups = account.inventory()["security_groups"].clone();
    let group = groups.as_array().into_iter().flatten().find(|group| group["groupName"] == "mz-dev-ecs-sg");
    let group = &group.expect("the group")["groupId"];
    let permission = json!({"IpProtocol": "-1", "Groups": [{"GroupId": group}]});
    let input = json!({"GroupId": group, "IpPermissions": [permission]});
    account.by_hand("ec2", "AuthorizeSecurityGroupIngress", &input);
    account.destroy(&stack).await;
    assert_eq!(account.inventory(), before);
}

#[tokio::test(start_paused = true)]
async fn destroy_continues_where_another_ended() {
    let account = Account::new();
    let stack = reference(&account);
    account.apply(&stack).await;
    let before = account.inventory();
    let (graph, world) = account.observe(&stack).await;
    let nothing = graph.emptied();
    let plan = sss_aws::plan(&nothing, &world, Mode::Converge);
    let world = sss_aws::dependents(&account.aws, world, &plan).await.expect("the account can be read");
    // From then on somebody uses the security group for a while. The destroy ends without deleting it.
    let group = before["security_groups"].as_array().into_iter().flatten();
    let group = group
        .filter(|group| group["groupName"] == "mz-dev-ecs-sg")
        .find_map(|group| group["groupId"].as_str());
    let input =
        json!({"GroupName": "holder", "GroupDescription": "refers to it", "VpcId": account.sandbox.vpc_id()});
    let holder = account.by_hand("ec2", "CreateSecurityGroup", &input)["groupId"].clone();
    let permission = json!({"IpProtocol": "-1", "Groups": [{"GroupId": group}]});
    let input = json!({"GroupId": holder, "IpPermissions": [permission]});
    account.by_hand("ec2", "AuthorizeSecurityGroupIngress", &input);
    let outcome = account.carry_out(&nothing, &world, &plan).await;
    let failed: Vec<_> =
        outcome.failures().map(|(id, error)| (id.to_string(), error.code().map(str::to_owned))).collect();
    assert_eq!(
        failed,
        [("ec2/security-group mz-dev-ecs-sg".to_owned(), Some("DependencyViolation".to_owned()))]
    );
    account.by_hand("ec2", "DeleteSecurityGroup", &json!({"GroupId": holder}));
    account.destroy(&stack).await;
    assert!(!account.inventory().to_string().contains("mz-dev"));
}

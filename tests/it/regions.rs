//! Stacks of one name in several regions of an account, partitions, and zones without VPC links.

use serde_json::json;
use sss_aws::{Mode, Plan};
use sss_model::Stack;
use sss_sandbox::Sandbox;

use crate::account::{Account, reference, steps, writes};

const TOKYO: &str = "ap-northeast-1";
const VIRGINIA: &str = "us-east-1";

/// Returns the reference stack in another region.
fn in_region(account: &Account, region: &str) -> Stack {
    let mut stack = reference(account);
    region.clone_into(&mut stack.region);
    stack
}

/// Returns the reference stack in Tokyo, applied, and the same account in Virginia without objects of a
/// region.
async fn two_regions() -> (Account, Account) {
    let tokyo = Account::new();
    tokyo.apply(&reference(&tokyo)).await;
    let virginia = Account::of(tokyo.sandbox.beside(VIRGINIA));
    (tokyo, virginia)
}

fn refused(plan: &Plan) -> Vec<String> {
    plan.refusals.iter().map(|refused| refused.id.to_string()).collect()
}

#[tokio::test(start_paused = true)]
async fn roles_of_another_region_are_refused() {
    let (tokyo, virginia) = two_regions().await;
    let before = tokyo.inventory();
    let stack = in_region(&virginia, VIRGINIA);
    for mode in [Mode::Converge, Mode::Adopt] {
        let (graph, world) = virginia.observe(&stack).await;
        let plan = sss_aws::plan(&graph, &world, mode);
        assert_eq!(refused(&plan), ["iam/role mz-dev-ecs-task-exec-role", "iam/role mz-dev-app-role"]);
        let keys = ["names.execution_role", "services.app.names.task_role"];
        for (refused, key) in plan.refusals.iter().zip(keys) {
            let because = refused.because.as_deref().unwrap_or_default();
            assert!(because.contains("mz-dev") && because.contains(TOKYO), "{because}");
            let hint = refused.hint.as_deref().unwrap_or_default();
            assert!(hint.contains(&format!("write `{key} = \"{}-{VIRGINIA}\"`", refused.id.name)), "{hint}");
        }
        let (_, calls, _) = virginia.counted(virginia.carry_out(&graph, &world, &plan)).await;
        assert_eq!(calls.len(), 0);
    }
    virginia.destroy(&stack).await;
    assert_eq!(tokyo.inventory(), before);
    assert!(tokyo.plan(&reference(&tokyo)).await.is_empty());
}

#[tokio::test(start_paused = true)]
async fn two_regions_live_beside_each_other() {
    let (tokyo, virginia) = two_regions().await;
    let mut stack = in_region(&virginia, VIRGINIA);
    stack.names.execution_role = Some(format!("mz-dev-ecs-task-exec-role-{VIRGINIA}"));
    let app = stack.services.get_mut("app").expect("the service");
    app.names.task_role = Some(format!("mz-dev-app-role-{VIRGINIA}"));
    virginia.apply(&stack).await;
    let first = reference(&tokyo);
    assert!(tokyo.plan(&first).await.is_empty());
    virginia.destroy(&stack).await;
    assert!(tokyo.plan(&first).await.is_empty());
    tokyo.destroy(&first).await;
    assert!(!tokyo.inventory().to_string().contains("mz-dev"));
}

#[tokio::test(start_paused = true)]
async fn role_without_a_region_gets_the_mark() {
    let (tokyo, virginia) = two_regions().await;
    let (role, stack) = ("mz-dev-app-role", reference(&tokyo));
    tokyo.by_hand("iam", "UntagRole", &json!({"RoleName": role, "TagKeys": ["sss:region"]}));
    let plan = tokyo.plan(&stack).await;
    assert_eq!(steps(&plan).into_iter().collect::<Vec<_>>(), ["update iam/role mz-dev-app-role"]);
    let ((), calls, _) = tokyo.counted(tokyo.apply(&stack)).await;
    assert_eq!(writes(&calls), ["TagRole"]);
    let plan = virginia.plan(&in_region(&virginia, VIRGINIA)).await;
    assert_eq!(plan.refusals.len(), 2);
}

#[tokio::test(start_paused = true)]
async fn stack_converges_in_each_partition() {
    for region in ["cn-north-1", "us-gov-west-1", "eusc-de-east-1", "us-iso-east-1", "us-isof-south-1"] {
        let account = Account::of(Sandbox::in_region(region));
        let stack = in_region(&account, region);
        account.apply(&stack).await;
        let held = account.inventory().to_string();
        let of_partition = format!("arn:{}:", stack.partition().name);
        assert_eq!(held.matches("arn:").count(), held.matches(&of_partition).count(), "{region}: {held}");
        account.destroy(&stack).await;
        assert!(!account.inventory().to_string().contains("mz-dev"), "{region}");
    }
}

#[tokio::test(start_paused = true)]
async fn zone_without_vpc_links_is_refused_first() {
    const REGION: &str = "ca-central-1";
    let account = Account::of(Sandbox::in_region(REGION));
    let mut stack = in_region(&account, REGION);
    let subnets = account.sandbox.private_subnet_ids();
    let ((graph, world), calls, _) = account.counted(account.observe(&stack)).await;
    assert_eq!(calls.iter().filter(|call| call.operation == "DescribeSubnets").count(), 1);
    let plan = sss_aws::plan(&graph, &world, Mode::Converge);
    assert_eq!(refused(&plan), ["apigatewayv2/vpc-link mz-dev-vpc-link"]);
    let because = plan.refusals[0].because.as_deref().unwrap_or_default();
    assert!(because.contains(&subnets[0]) && because.contains("cac1-az4"), "{because}");
    let hint = plan.refusals[0].hint.as_deref().unwrap_or_default();
    assert!(
        hint.contains(&format!("private_subnet_ids = [\"{}\", \"{}\"]", subnets[1], subnets[2])),
        "{hint}"
    );
    assert!(hint.contains("vpc_link_zone_ids = [\"cac1-az4\"]"), "{hint}");
    let (_, calls, _) = account.counted(account.carry_out(&graph, &world, &plan)).await;
    assert_eq!(calls.len(), 0);
    stack.network.vpc_link_zone_ids = vec!["cac1-az4".to_owned()];
    assert!(!account.plan(&stack).await.is_refused(), "the stack says that AWS has links there by now");
    stack.network.vpc_link_zone_ids.clear();
    stack.network.private_subnet_ids.remove(0);
    account.apply(&stack).await;
    let (_, calls, _) = account.counted(account.plan(&stack)).await;
    assert!(calls.iter().all(|call| call.operation != "DescribeSubnets"), "the link is there");
    stack.network.private_subnet_ids.push(subnets[0].clone());
    assert!(account.plan(&stack).await.is_refused(), "a link that replaces another is created, too");
}

use crate::fixture::{broken, check, check_app, reference};
use crate::{ExecutionRole, Partition, Stack, Statement};

const SECRET: &str = "secretsmanager:ap-northeast-1:123456789012:secret:a-AbCdEf";

/// Compares the problems of a change, with the message and the fix.
fn told(change: impl FnOnce(&mut Stack)) -> Vec<String> {
    let mut stack = reference();
    let before = stack.problems();
    change(&mut stack);
    let problems = stack.problems().into_iter().filter(|problem| !before.contains(problem));
    problems.map(|problem| format!("{problem} / {}", problem.fix)).collect()
}

#[test]
fn default_policy_is_of_the_partition() {
    for partition in Partition::all() {
        for region in partition.regions {
            let mut stack = reference();
            stack.region = (*region).to_owned();
            let expected = format!(
                "arn:{}:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy",
                partition.name
            );
            assert_eq!(stack.execution_policies(), [expected]);
            assert_eq!(broken(|stack| stack.region = (*region).to_owned()), Vec::<String>::new(), "{region}");
        }
    }
}

#[test]
fn every_arn_is_of_the_partition() {
    let policy = || "arn:aws-cn:iam::aws:policy/ReadOnlyAccess".to_owned();
    check(
        |stack| stack.execution_role.managed_policies = Some(vec![policy()]),
        &["ARN-001 execution_role.managed_policies[0]"],
    );
    check(
        |stack| stack.execution_role.permissions_boundary = Some(policy()),
        &["ARN-001 execution_role.permissions_boundary"],
    );
    check_app(
        |app| app.task.task_role.managed_policies = vec![policy()],
        &["ARN-001 task_role.managed_policies[0]"],
    );
    check_app(
        |app| app.task.task_role.permissions_boundary = Some(policy()),
        &["ARN-001 task_role.permissions_boundary"],
    );
    check_app(
        |app| {
            app.task
                .task_role
                .statements
                .push(Statement::allow(["s3:Get*"], ["arn:aws-us-gov:s3:::bucket/*"]));
        },
        &["ARN-001 task_role.statements[1].resources[0]"],
    );
    let secret =
        |arn: String, want: &[&str]| check_app(|app| drop(app.task.secrets.insert("A".into(), arn)), want);
    secret(format!("arn:aws:{SECRET}"), &[]);
    secret(format!("arn:aws-cn:{SECRET}"), &["ARN-001 secrets.A"]);
    secret(format!("arn:aws:{}", SECRET.replace("ap-northeast-1", "us-gov-west-1")), &["ARN-001 secrets.A"]);
    secret(format!("arn:aws:{}", SECRET.replace("ap-northeast-1", "eu-west-1")), &["ARN-002 secrets.A"]);
}

#[test]
fn wildcard_partition_is_taken() {
    for arn in ["arn:*:s3:::bucket/*", "arn:aws:s3:::bucket/*", "arn:aws:sqs:*:123456789012:a", "*"] {
        let statement = Statement::allow(["s3:Get*"], [arn]);
        check(|stack| stack.execution_role.statements.push(statement), &[]);
    }
}

#[test]
fn foreign_arn_is_reported_with_its_fix() {
    let role = |arn: &str| ExecutionRole::builder().managed_policies([arn]).build().expect("a valid role");
    let got = told(|stack| {
        stack.region = "cn-north-1".into();
        stack.execution_role = role("arn:aws:iam::aws:policy/ReadOnlyAccess");
    });
    let want = "error[ARN-001]: execution_role.managed_policies[0]: the ARN is of the partition `aws`, but cn-north-1 is of \
                `aws-cn` / write `arn:aws-cn:iam::aws:policy/ReadOnlyAccess`";
    assert_eq!(got, [want]);
}

#[test]
fn condition_of_another_partition_is_a_warning() {
    let mut statement = Statement::allow(["s3:Get*"], ["*"]);
    let values = [("aws:SourceArn".to_owned(), vec!["arn:aws-cn:s3:::bucket".to_owned()])];
    statement.conditions.insert("ArnLike".to_owned(), values.into());
    let got = told(|stack| stack.execution_role.statements.push(statement));
    assert!(got.len() == 1 && got[0].starts_with("warning[ARN-001]"), "{got:?}");
}

#[test]
fn image_of_another_partition_is_a_warning() {
    let image = |image: &str, want: &[&str]| check_app(|app| app.task.image = image.to_owned(), want);
    image("123456789012.dkr.ecr.eu-west-1.amazonaws.com/a:1", &[]);
    image("123456789012.dkr-ecr.eu-west-1.on.aws/a:1", &[]);
    image("123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn/a:1", &["ARN-001 image"]);
    image("123456789012.dkr.ecr.eu-west-1.amazonaws.com.cn/a:1", &["ARN-001 image"]);
}

#[test]
fn issuer_has_the_host_of_its_region() {
    let issuer = |issuer: &str, want: &[&str]| {
        let change = |stack: &mut Stack| {
            let api = stack.api.as_mut().expect("an API");
            api.authorizer.as_mut().expect("an authorizer").issuer = issuer.to_owned();
        };
        check(change, want);
    };
    issuer("https://cognito-idp.us-gov-west-1.amazonaws.com/us-gov-west-1_a", &[]);
    issuer("https://cognito-idp.eusc-de-east-1.amazonaws.eu/eusc-de-east-1_a", &[]);
    for wrong in [
        "https://cognito-idp.eusc-de-east-1.amazonaws.com/eusc-de-east-1_a",
        "https://cognito-idp.cn-north-1.amazonaws.com/cn-north-1_a",
        "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-2_a",
    ] {
        issuer(wrong, &["APIGW-AUTH-006 api.authorizer.issuer"]);
    }
}

#[test]
fn unlisted_region_is_refused_with_a_suggestion() {
    let region = |region: &str, subject: &str, fix: &str| {
        let got = told(|stack| stack.region = region.to_owned());
        let want = format!("error[STACK-003]: region: {subject} no region `{region}` / {fix}");
        assert_eq!(got, [want]);
    };
    let newer = "set `allow_unlisted_region = true` if AWS has opened it since";
    region("ap-norteast-1", "this version knows", &format!("write `ap-northeast-1`, or {newer}"));
    region("us-esat-1", "this version knows", &format!("write `us-east-1`, or {newer}"));
    region("xx-somewhere-9", "this version knows", &format!("write another region, or {newer}"));
    region("Eu-west-1", "AWS has", "did you mean `eu-west-1`?");
    region("antarctica-south-1", "AWS has", "write the code of a region, such as `eu-central-1`");
}

#[test]
fn newer_region_is_taken_if_the_stack_allows_it() {
    for region in ["eu-west-9", "cn-south-1"] {
        let newer = |stack: &mut Stack| {
            stack.region = region.to_owned();
            stack.allow_unlisted_region = true;
        };
        check(newer, &[]);
    }
    let misspelt = |stack: &mut Stack| {
        stack.region = "Eu-west-1".to_owned();
        stack.allow_unlisted_region = true;
    };
    check(misspelt, &["STACK-003 region"]);
}

#[test]
fn keys_of_a_roles_tags_differ_without_case() {
    let tag = |key: &str| (key.to_owned(), "a".to_owned());
    check(|stack| stack.tags.extend([tag("owner")]), &["TAG-006 tags.owner"]);
    check(|stack| stack.tags.extend([tag("Größe"), tag("GRÖSSE")]), &[]);
    check(|stack| stack.tags.extend([tag("É"), tag("é")]), &["TAG-006 tags.\"é\""]);
    check(|stack| stack.execution_role.tags.extend([tag("OWNER")]), &["TAG-006 execution_role.tags.OWNER"]);
    check_app(|app| app.tags.extend([tag("OWNER")]), &["TAG-006 tags.OWNER"]);
    check_app(|app| app.task.task_role.tags.extend([tag("OWNER")]), &["TAG-006 task_role.tags.OWNER"]);
    check_app(
        |app| app.task.task_role.tags.extend([tag("Owner"), tag("x"), tag("X")]),
        &["TAG-006 task_role.tags.x"],
    );
    check(|stack| stack.security_group.tags.extend([tag("OWNER")]), &[]);
    let got = told(|stack| stack.execution_role.tags.extend([tag("owner")]));
    assert!(
        got[0].contains("`owner`") && got[0].contains("`Owner`") && got[0].contains("tags.Owner"),
        "{got:?}"
    );
}

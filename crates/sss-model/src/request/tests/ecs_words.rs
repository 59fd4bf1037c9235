//! Messages and fixes of ECS's rules, whole: each message has its subject, and each fix can be typed.

use serde_json::{Value, json};

use super::{Operation, Referred, absent, check, ecs_service, set, task};

/// A change of a request, a pointer and a value, and the problem that follows: case, message and fix.
type Row<'a> = (&'a str, Value, [&'a str; 3]);

/// Checks the case, the message and the fix of the only problem of a changed request.
fn expect(operation: Operation, base: &Value, referred: &Value, (pointer, value, want): Row<'_>) {
    let mut request = base.clone();
    set(&mut request, pointer, value);
    let referred = Referred::from_value(referred.clone()).expect("the referred requests can be read");
    let problems = check(operation, &request, &referred);
    let [problem] = problems.as_slice() else { panic!("{want:?}: {problems:#?}") };
    let id = format!("{}/{}", problem.rule, problem.case);
    assert_eq!([id.as_str(), problem.message.as_str(), problem.fix.as_str()], want);
}

fn check_task<const N: usize>(rows: [Row<'_>; N]) {
    for row in rows {
        expect(Operation::EcsRegisterTaskDefinition, &task::fine(), &json!({}), row);
    }
}

fn check_service<const N: usize>(referred: &Value, rows: [Row<'_>; N]) {
    for row in rows {
        expect(Operation::EcsCreateService, &ecs_service::fine(), referred, row);
    }
}

#[test]
fn task_size_problems_read_alone() {
    check_task([
        (
            "/memory",
            json!("4096"),
            [
                "ECS-TD-010/unknown-pair",
                "Fargate has no task of 256 CPU units and 4096 MiB",
                "set `memory` to one of `512`, `1024`, `2048`, or choose other CPU units",
            ],
        ),
        (
            "/cpu",
            json!("a lot"),
            [
                "ECS-TD-010/not-a-size",
                "`cpu` must be a number, or a number with `vCPU`, not `a lot`",
                "write `cpu` as in `1024` or `1 vCPU`",
            ],
        ),
        (
            "/networkMode",
            absent(),
            [
                "ECS-TD-020/required",
                "`networkMode` is required on Fargate: without it, ECS takes `bridge`",
                "set `networkMode` to `awsvpc`",
            ],
        ),
    ]);
}

#[test]
fn task_reference_problems_read_alone() {
    check_task([
        (
            "/executionRoleArn",
            absent(),
            [
                "ECS-TD-060/container-logs",
                "`executionRoleArn` is required: a container writes to CloudWatch Logs",
                "set `executionRoleArn` to the ARN of a role that may write the logs",
            ],
        ),
        (
            "/containerDefinitions/0/mountPoints",
            json!([{ "sourceVolume": "data", "containerPath": "/data" }]),
            [
                "ECS-TD-100/unknown-volume",
                "the task declares no volume `data`",
                "add `data` to `volumes`, or write the name of a volume of the task",
            ],
        ),
    ]);
}

#[test]
fn port_problems_read_alone() {
    check_task([
        (
            "/containerDefinitions/0/portMappings",
            json!([{ "containerPort": 80, "hostPort": 8080 }]),
            [
                "ECS-TD-030/differs",
                "`hostPort` must be 80 like the container port in the network mode `awsvpc`, not 8080",
                "set `hostPort` to 80, or remove `hostPort`",
            ],
        ),
        (
            "/containerDefinitions/0/portMappings",
            json!([{ "containerPort": 80 }, { "containerPortRange": "79-81" }]),
            [
                "ECS-TD-033/mapped-twice",
                "`portMappings[1]` maps port 79-81, which the task maps already at `containerDefinitions[0].portMappings[0]`",
                "choose another port for one of the two mappings",
            ],
        ),
    ]);
}

#[test]
fn container_problems_read_alone() {
    check_task([
        (
            "/containerDefinitions/0/logConfiguration",
            json!({ "logDriver": "splunk", "options": { "splunk-url": "a" } }),
            [
                "ECS-TD-055/required",
                "the log driver `splunk` requires the option `splunk-token`",
                "set `splunk-token`, or name it in `secretOptions`",
            ],
        ),
        (
            "/containerDefinitions/0/command",
            json!("ls"),
            [
                "ECS-TD-073/wrong-type",
                "`command` must be a list, not a string",
                "write a list for `command`, as in `[\"sh\", \"-c\", \"ls\"]`",
            ],
        ),
        (
            "/containerDefinitions/0/resourceRequirements",
            json!([{ "type": "GPU", "value": "1" }]),
            [
                "ECS-TD-040/resource",
                "Fargate has no resources of type `GPU`",
                "remove `resourceRequirements[0]`",
            ],
        ),
    ]);
}

#[test]
fn problems_with_the_task_definition_read_alone() {
    let mut without_role = task::fine();
    without_role.as_object_mut().expect("an object").remove("taskRoleArn");
    without_role["containerDefinitions"][0]["linuxParameters"] = json!({ "initProcessEnabled": true });
    let with = |task: Value| json!({ "ecs:RegisterTaskDefinition": task });
    check_service(
        &with(without_role),
        [(
            "/enableExecuteCommand",
            json!(true),
            [
                "ECS-SVC-060/no-task-role",
                "commands in containers need a task role, and the task definition has none",
                "set `taskRoleArn` of the task definition",
            ],
        )],
    );
    check_service(
        &with(task::fine()),
        [(
            "/serviceRegistries/0/containerPort",
            json!(81),
            [
                "ECS-SVC-013/unknown-port",
                "container `app` of the task definition has no port 81",
                "set `containerPort` to a port of the container",
            ],
        )],
    );
}

#[test]
fn service_problems_read_alone() {
    check_service(
        &json!({}),
        [
            (
                "/serviceRegistries/0/containerName",
                absent(),
                [
                    "ECS-SVC-012/incomplete",
                    "`containerName` is required beside `containerPort`",
                    "set `containerName`",
                ],
            ),
            (
                "/capacityProviderStrategy",
                json!([{ "capacityProvider": "FARGATE", "weight": 1 }]),
                [
                    "ECS-SVC-003/beside",
                    "`capacityProviderStrategy` cannot be combined with `launchType`",
                    "remove `capacityProviderStrategy` or `launchType`",
                ],
            ),
            (
                "/platformVersion",
                json!("2.0"),
                [
                    "ECS-SVC-040/unknown-choice",
                    "`platformVersion` must be one of `LATEST`, `1.4.0`, `1.3.0`, `1.0.0`, not `2.0`",
                    "write one of `LATEST`, `1.4.0`, `1.3.0`, `1.0.0` for `platformVersion`",
                ],
            ),
            (
                "/networkConfiguration",
                absent(),
                [
                    "ECS-SVC-020/required",
                    "`networkConfiguration` is required for tasks in the network mode `awsvpc`",
                    "set `awsvpcConfiguration` of `networkConfiguration`",
                ],
            ),
        ],
    );
}

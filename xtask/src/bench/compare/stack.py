"""The reference stack by a script over boto3: stack.py apply|image|destroy SERVICES [--tag TAG] [--threads N]"""

import argparse
import json
import os
import time
from concurrent.futures import ThreadPoolExecutor

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

PREFIX = "mz-dev"
CLUSTER = f"{PREFIX}-ecs-cluster"
GROUP = f"{PREFIX}-ecs-sg"
NAMESPACE = f"{PREFIX}-application-service.internal"
API = f"{PREFIX}-api-gateway"
LINK = f"{PREFIX}-vpc-link"
API_LOGS = f"/aws/api-gateway/{PREFIX}"
EXECUTION_ROLE = f"{PREFIX}-ecs-task-exec-role"
EXECUTION_POLICY = "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy"
TAGS = {"Owner": "mamezou", "Environment": "mz-dev-site"}

VPC = os.environ["VPC_ID"]
SUBNETS = os.environ["SUBNET_IDS"].split(",")
DEFAULT_GROUP = os.environ["SECURITY_GROUP_ID"]
# AWS's time may pass faster than real time here.
FACTOR = float(os.environ["FACTOR"])
# What boto3's waiters of ECS wait between two looks; for what has no waiter, what Terraform's do at least.
WAITER = {"Delay": 15 / FACTOR, "MaxAttempts": 80}
PAUSE = 5 / FACTOR

CONFIG = Config(retries={"mode": "standard", "max_attempts": 12}, max_pool_connections=20)
ecs, ec2, iam, logs, apigateway, cloudmap = (
    boto3.client(name, config=CONFIG)
    for name in ("ecs", "ec2", "iam", "logs", "apigatewayv2", "servicediscovery")
)


def pairs(key="key", value="value"):
    return [{key: name, value: text} for name, text in TAGS.items()]


def until(holds):
    while not holds():
        time.sleep(PAUSE)


def batches(items, size):
    return [items[start : start + size] for start in range(0, len(items), size)]


def names(count):
    return [f"{PREFIX}-s{number:03}" for number in range(count)]


def role(name, policy):
    trust = {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Principal": {"Service": "ecs-tasks.amazonaws.com"}, "Action": "sts:AssumeRole"}
        ],
    }
    metrics = {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": "cloudwatch:PutMetricData", "Resource": "*"}],
    }
    made = iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(trust), Tags=pairs("Key", "Value"))
    iam.put_role_policy(RoleName=name, PolicyName=policy, PolicyDocument=json.dumps(metrics))
    return made["Role"]["Arn"]


def log_group(name):
    logs.create_log_group(logGroupName=name, tags=TAGS)
    logs.put_retention_policy(logGroupName=name, retentionInDays=7)


def register(name, tag, execution_role, task_role):
    container = {
        "name": name,
        "image": f"public.ecr.aws/docker/library/httpd:{tag}",
        "portMappings": [{"containerPort": 80, "hostPort": 80, "protocol": "tcp"}],
        "essential": True,
        "entryPoint": ["sh", "-c"],
        "command": ["echo hello > /usr/local/apache2/htdocs/index.html && httpd-foreground"],
        "logConfiguration": {
            "logDriver": "awslogs",
            "options": {
                "awslogs-group": f"/aws/ecs/fargate/{name}",
                "awslogs-region": ecs.meta.region_name,
                "awslogs-stream-prefix": name,
            },
        },
    }
    made = ecs.register_task_definition(
        family=name,
        containerDefinitions=[container],
        executionRoleArn=execution_role,
        taskRoleArn=task_role,
        networkMode="awsvpc",
        requiresCompatibilities=["FARGATE"],
        cpu="256",
        memory="512",
        tags=pairs(),
    )
    return made["taskDefinition"]["taskDefinitionArn"]


def wait_for(waiter, services, pool):
    def wait(batch):
        ecs.get_waiter(waiter).wait(cluster=CLUSTER, services=batch, WaiterConfig=WAITER)

    list(pool.map(wait, batches(services, 10)))


def api():
    made = apigateway.create_api(
        Name=API,
        ProtocolType="HTTP",
        CorsConfiguration={
            "AllowOrigins": ["https://example.com"],
            "AllowHeaders": ["authorization", "origin", "content-type", "accept", "x-requested-with"],
            "AllowMethods": ["GET", "POST", "DELETE", "PUT"],
            "AllowCredentials": True,
            "MaxAge": 80000,
        },
        Tags=TAGS,
    )
    authorizer = apigateway.create_authorizer(
        ApiId=made["ApiId"],
        Name=f"{PREFIX}-jwt-authorizer",
        AuthorizerType="JWT",
        IdentitySource=["$request.header.Authorization"],
        JwtConfiguration={
            "Audience": ["1example23456789abcdefghij"],
            "Issuer": "https://cognito-idp.ap-northeast-1.amazonaws.com/ap-northeast-1_example01",
        },
    )
    log_group(API_LOGS)
    account = made_by_account()
    apigateway.create_stage(
        ApiId=made["ApiId"],
        StageName="$default",
        AutoDeploy=True,
        AccessLogSettings={
            "DestinationArn": f"arn:aws:logs:{ecs.meta.region_name}:{account}:log-group:{API_LOGS}",
            "Format": json.dumps({"requestId": "$context.requestId", "status": "$context.status"}),
        },
        Tags=TAGS,
    )
    return made["ApiId"], authorizer["AuthorizerId"]


def made_by_account():
    return boto3.client("sts", config=CONFIG).get_caller_identity()["Account"]


def apply(count, tag, pool):
    # What takes longest goes first.
    link = apigateway.create_vpc_link(
        Name=LINK, SubnetIds=SUBNETS, SecurityGroupIds=[DEFAULT_GROUP], Tags=TAGS
    )["VpcLinkId"]
    operation = cloudmap.create_private_dns_namespace(Name=NAMESPACE, Vpc=VPC, Tags=pairs("Key", "Value"))
    ecs.create_cluster(clusterName=CLUSTER, capacityProviders=["FARGATE"], tags=pairs())
    execution_role = role(EXECUTION_ROLE, f"{PREFIX}-cloud-watch-policy")
    iam.attach_role_policy(RoleName=EXECUTION_ROLE, PolicyArn=EXECUTION_POLICY)
    group = ec2.create_security_group(GroupName=GROUP, Description=GROUP, VpcId=VPC)["GroupId"]
    ec2.authorize_security_group_ingress(
        GroupId=group,
        IpPermissions=[
            {"IpProtocol": "tcp", "FromPort": 80, "ToPort": 80, "IpRanges": [{"CidrIp": "10.0.0.0/16"}]}
        ],
    )
    api_id, authorizer = api()

    def own(name):
        log_group(f"/aws/ecs/fargate/{name}")
        task_role = role(f"{name}-role", f"{name}-cloud-watch-log-policy")
        return register(name, tag, execution_role, task_role)

    revisions = list(pool.map(own, names(count)))
    namespace = finished(operation["OperationId"])["Targets"]["NAMESPACE"]

    def service(made):
        name, revision = made
        registry = cloudmap.create_service(
            Name=name,
            NamespaceId=namespace,
            DnsConfig={"DnsRecords": [{"Type": "SRV", "TTL": 300}]},
            HealthCheckCustomConfig={"FailureThreshold": 1},
            Tags=pairs("Key", "Value"),
        )["Service"]["Arn"]
        ecs.create_service(
            cluster=CLUSTER,
            serviceName=name,
            taskDefinition=revision,
            desiredCount=1,
            launchType="FARGATE",
            networkConfiguration={"awsvpcConfiguration": {"subnets": SUBNETS, "securityGroups": [group]}},
            serviceRegistries=[{"registryArn": registry, "containerName": name, "containerPort": 80}],
            deploymentConfiguration={"deploymentCircuitBreaker": {"enable": True, "rollback": True}},
            tags=pairs(),
        )
        return registry

    registries = list(pool.map(service, zip(names(count), revisions)))
    until(lambda: apigateway.get_vpc_link(VpcLinkId=link)["VpcLinkStatus"] == "AVAILABLE")
    # One after the other: API Gateway refuses writes on one API side by side.
    for name, registry in zip(names(count), registries):
        integration = apigateway.create_integration(
            ApiId=api_id,
            IntegrationType="HTTP_PROXY",
            IntegrationMethod="ANY",
            IntegrationUri=registry,
            ConnectionType="VPC_LINK",
            ConnectionId=link,
            PayloadFormatVersion="1.0",
        )["IntegrationId"]
        apigateway.create_route(
            ApiId=api_id,
            RouteKey=f"GET /{name}/{{proxy+}}",
            Target=f"integrations/{integration}",
            AuthorizationType="JWT",
            AuthorizerId=authorizer,
        )
    wait_for("services_stable", names(count), pool)


def image(count, tag, pool):
    execution_role = iam.get_role(RoleName=EXECUTION_ROLE)["Role"]["Arn"]

    def update(name):
        task_role = iam.get_role(RoleName=f"{name}-role")["Role"]["Arn"]
        revision = register(name, tag, execution_role, task_role)
        ecs.update_service(cluster=CLUSTER, service=name, taskDefinition=revision)

    list(pool.map(update, names(count)))
    wait_for("services_stable", names(count), pool)


def finished(operation):
    def look():
        return cloudmap.get_operation(OperationId=operation)["Operation"]

    until(lambda: look()["Status"] in ("SUCCESS", "FAIL"))
    ended = look()
    if ended["Status"] == "FAIL":
        raise SystemExit(ended.get("ErrorMessage", "the operation failed"))
    return ended


def is_refused(code, call, **arguments):
    try:
        call(**arguments)
    except ClientError as error:
        if error.response["Error"]["Code"] == code:
            return True
        raise
    return False


def destroy(count, _tag, pool):
    api_id = next(api["ApiId"] for api in apigateway.get_apis()["Items"] if api["Name"] == API)
    link = next(link["VpcLinkId"] for link in apigateway.get_vpc_links()["Items"] if link["Name"] == LINK)
    found = cloudmap.list_namespaces(Filters=[{"Name": "NAME", "Values": [NAMESPACE], "Condition": "EQ"}])
    namespace = found["Namespaces"][0]["Id"]
    pages = cloudmap.get_paginator("list_services").paginate(
        Filters=[{"Name": "NAMESPACE_ID", "Values": [namespace], "Condition": "EQ"}]
    )
    registries = [service["Id"] for page in pages for service in page["Services"]]
    groups = ec2.describe_security_groups(Filters=[{"Name": "group-name", "Values": [GROUP]}])
    group = groups["SecurityGroups"][0]["GroupId"]

    apigateway.delete_api(ApiId=api_id)
    apigateway.delete_vpc_link(VpcLinkId=link)
    logs.delete_log_group(logGroupName=API_LOGS)
    list(pool.map(lambda name: ecs.delete_service(cluster=CLUSTER, service=name, force=True), names(count)))
    wait_for("services_inactive", names(count), pool)

    def own(name):
        for revision in ecs.list_task_definitions(familyPrefix=name)["taskDefinitionArns"]:
            ecs.deregister_task_definition(taskDefinition=revision)
        iam.delete_role_policy(RoleName=f"{name}-role", PolicyName=f"{name}-cloud-watch-log-policy")
        iam.delete_role(RoleName=f"{name}-role")
        logs.delete_log_group(logGroupName=f"/aws/ecs/fargate/{name}")

    list(pool.map(own, names(count)))
    list(pool.map(lambda id: until(lambda: not is_refused("ResourceInUse", cloudmap.delete_service, Id=id)), registries))
    operation = cloudmap.delete_namespace(Id=namespace)["OperationId"]
    iam.detach_role_policy(RoleName=EXECUTION_ROLE, PolicyArn=EXECUTION_POLICY)
    iam.delete_role_policy(RoleName=EXECUTION_ROLE, PolicyName=f"{PREFIX}-cloud-watch-policy")
    iam.delete_role(RoleName=EXECUTION_ROLE)
    ecs.delete_cluster(cluster=CLUSTER)
    until(lambda: not is_refused("DependencyViolation", ec2.delete_security_group, GroupId=group))
    finished(operation)
    until(lambda: is_refused("NotFoundException", apigateway.get_vpc_link, VpcLinkId=link))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("job", choices=["apply", "image", "destroy"])
    parser.add_argument("services", type=int)
    parser.add_argument("--tag", default="latest")
    parser.add_argument("--threads", type=int, default=1)
    arguments = parser.parse_args()
    with ThreadPoolExecutor(arguments.threads) as pool:
        {"apply": apply, "image": image, "destroy": destroy}[arguments.job](
            arguments.services, arguments.tag, pool
        )


main()

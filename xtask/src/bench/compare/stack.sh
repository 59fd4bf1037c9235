#!/usr/bin/env bash
# The reference stack by a script over the AWS CLI: stack.sh apply|image|destroy SERVICES TAG [AWS]
set -euo pipefail

job=$1 count=$2 tag=$3 aws=${4:-aws}
prefix=mz-dev
cluster=${prefix}-ecs-cluster
group=${prefix}-ecs-sg
namespace=${prefix}-application-service.internal
execution_role=${prefix}-ecs-task-exec-role
execution_policy=arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy
api_logs=/aws/api-gateway/${prefix}
# AWS's time may pass faster than real time here. What `aws ecs wait` waits between two looks; for what has no waiter,
# what Terraform's do at least.
waiter=$(awk "BEGIN { print 15 / ${FACTOR} }")
pause=$(awk "BEGIN { print 5 / ${FACTOR} }")
subnets=${SUBNET_IDS//,/ }

trust='{"Version": "2012-10-17", "Statement": [{"Effect": "Allow",
    "Principal": {"Service": "ecs-tasks.amazonaws.com"}, "Action": "sts:AssumeRole"}]}'
metrics='{"Version": "2012-10-17", "Statement": [{"Effect": "Allow",
    "Action": "cloudwatch:PutMetricData", "Resource": "*"}]}'
upper_tags='Key=Owner,Value=mamezou Key=Environment,Value=mz-dev-site'
lower_tags='key=Owner,value=mamezou key=Environment,value=mz-dev-site'
map_tags='Owner=mamezou,Environment=mz-dev-site'

names=()
for ((number = 0; number < count; number++)); do
    names+=("$(printf '%s-s%03d' "${prefix}" "${number}")")
done

text() { "${aws}" "$@" --output text; }
quiet() { "${aws}" "$@" >/dev/null; }

role() {
    quiet iam create-role --role-name "$1" --assume-role-policy-document "${trust}" --tags ${upper_tags}
    quiet iam put-role-policy --role-name "$1" --policy-name "$2" --policy-document "${metrics}"
}

log_group() {
    quiet logs create-log-group --log-group-name "$1" --tags "${map_tags}"
    quiet logs put-retention-policy --log-group-name "$1" --retention-in-days 7
}

# Prints the ARN of the new revision.
register() {
    text ecs register-task-definition --family "$1" --network-mode awsvpc --requires-compatibilities FARGATE \
        --cpu 256 --memory 512 --tags ${lower_tags} --query taskDefinition.taskDefinitionArn \
        --execution-role-arn "arn:aws:iam::${account}:role/${execution_role}" \
        --task-role-arn "arn:aws:iam::${account}:role/$1-role" --container-definitions "[{
            \"name\": \"$1\", \"image\": \"public.ecr.aws/docker/library/httpd:${tag}\", \"essential\": true,
            \"portMappings\": [{\"containerPort\": 80, \"hostPort\": 80, \"protocol\": \"tcp\"}],
            \"entryPoint\": [\"sh\", \"-c\"],
            \"command\": [\"echo hello > /usr/local/apache2/htdocs/index.html && httpd-foreground\"],
            \"logConfiguration\": {\"logDriver\": \"awslogs\", \"options\": {
                \"awslogs-group\": \"/aws/ecs/fargate/$1\", \"awslogs-region\": \"${AWS_DEFAULT_REGION}\",
                \"awslogs-stream-prefix\": \"$1\"}}}]"
}

# Waits until this query of all services, ten at a time, finds none.
services_until_none() {
    local query=$1 start
    for ((start = 0; start < count; start += 10)); do
        until [[ $(text ecs describe-services --cluster "${cluster}" --services "${names[@]:start:10}" \
            --query "length(services[?${query}])") == 0 ]]; do
            sleep "${waiter}"
        done
    done
}

stable() { services_until_none 'length(deployments) != `1` || runningCount != desiredCount'; }

operation_is_done() {
    local status
    until status=$(text servicediscovery get-operation --operation-id "$1" --query Operation.Status) &&
        [[ ${status} == SUCCESS ]]; do
        [[ ${status} != FAIL ]]
        sleep "${pause}"
    done
}

apply() {
    local link operation group_id api authorizer namespace_id registry integration name revision
    # What takes longest goes first.
    link=$(text apigatewayv2 create-vpc-link --name "${prefix}-vpc-link" --subnet-ids ${subnets} \
        --security-group-ids "${SECURITY_GROUP_ID}" --tags "${map_tags}" --query VpcLinkId)
    operation=$(text servicediscovery create-private-dns-namespace --name "${namespace}" --vpc "${VPC_ID}" \
        --tags ${upper_tags} --query OperationId)
    quiet ecs create-cluster --cluster-name "${cluster}" --capacity-providers FARGATE --tags ${lower_tags}
    role "${execution_role}" "${prefix}-cloud-watch-policy"
    quiet iam attach-role-policy --role-name "${execution_role}" --policy-arn "${execution_policy}"
    group_id=$(text ec2 create-security-group --group-name "${group}" --description "${group}" \
        --vpc-id "${VPC_ID}" --query GroupId)
    quiet ec2 authorize-security-group-ingress --group-id "${group_id}" --protocol tcp --port 80 --cidr 10.0.0.0/16
    api=$(text apigatewayv2 create-api --name "${prefix}-api-gateway" --protocol-type HTTP --tags "${map_tags}" \
        --cors-configuration 'AllowOrigins=https://example.com,AllowHeaders=authorization,origin,content-type,accept,x-requested-with,AllowMethods=GET,POST,DELETE,PUT,AllowCredentials=true,MaxAge=80000' \
        --query ApiId)
    authorizer=$(text apigatewayv2 create-authorizer --api-id "${api}" --name "${prefix}-jwt-authorizer" \
        --authorizer-type JWT --identity-source '$request.header.Authorization' --query AuthorizerId \
        --jwt-configuration 'Audience=1example23456789abcdefghij,Issuer=https://cognito-idp.ap-northeast-1.amazonaws.com/ap-northeast-1_example01')
    log_group "${api_logs}"
    quiet apigatewayv2 create-stage --api-id "${api}" --stage-name '$default' --auto-deploy --tags "${map_tags}" \
        --access-log-settings "{\"DestinationArn\": \"arn:aws:logs:${AWS_DEFAULT_REGION}:${account}:log-group:${api_logs}\",
            \"Format\": \"{\\\"requestId\\\": \\\"\$context.requestId\\\"}\"}"
    declare -A revisions
    for name in "${names[@]}"; do
        log_group "/aws/ecs/fargate/${name}"
        role "${name}-role" "${name}-cloud-watch-log-policy"
        revisions[${name}]=$(register "${name}")
    done
    operation_is_done "${operation}"
    namespace_id=$(text servicediscovery get-operation --operation-id "${operation}" --query Operation.Targets.NAMESPACE)
    declare -A registries
    for name in "${names[@]}"; do
        registry=$(text servicediscovery create-service --name "${name}" --namespace-id "${namespace_id}" \
            --dns-config 'DnsRecords=[{Type=SRV,TTL=300}]' --health-check-custom-config FailureThreshold=1 \
            --tags ${upper_tags} --query Service.Arn)
        registries[${name}]=${registry}
        quiet ecs create-service --cluster "${cluster}" --service-name "${name}" --launch-type FARGATE \
            --task-definition "${revisions[${name}]}" --desired-count 1 --tags ${lower_tags} \
            --network-configuration "awsvpcConfiguration={subnets=[${SUBNET_IDS}],securityGroups=[${group_id}]}" \
            --service-registries "registryArn=${registry},containerName=${name},containerPort=80" \
            --deployment-configuration 'deploymentCircuitBreaker={enable=true,rollback=true}'
    done
    until [[ $(text apigatewayv2 get-vpc-link --vpc-link-id "${link}" --query VpcLinkStatus) == AVAILABLE ]]; do
        sleep "${pause}"
    done
    for name in "${names[@]}"; do
        integration=$(text apigatewayv2 create-integration --api-id "${api}" --integration-type HTTP_PROXY \
            --integration-method ANY --connection-type VPC_LINK --connection-id "${link}" \
            --integration-uri "${registries[${name}]}" --payload-format-version 1.0 --query IntegrationId)
        quiet apigatewayv2 create-route --api-id "${api}" --route-key "GET /${name}/{proxy+}" \
            --target "integrations/${integration}" --authorization-type JWT --authorizer-id "${authorizer}"
    done
    stable
}

image() {
    local name revision
    for name in "${names[@]}"; do
        revision=$(register "${name}")
        quiet ecs update-service --cluster "${cluster}" --service "${name}" --task-definition "${revision}"
    done
    stable
}

destroy() {
    local api link namespace_id group_id name revision registry operation
    api=$(text apigatewayv2 get-apis --query "Items[?Name=='${prefix}-api-gateway'].ApiId")
    link=$(text apigatewayv2 get-vpc-links --query "Items[?Name=='${prefix}-vpc-link'].VpcLinkId")
    namespace_id=$(text servicediscovery list-namespaces --query 'Namespaces[].Id' \
        --filters "Name=NAME,Values=${namespace},Condition=EQ")
    group_id=$(text ec2 describe-security-groups --filters "Name=group-name,Values=${group}" \
        --query 'SecurityGroups[].GroupId')
    quiet apigatewayv2 delete-api --api-id "${api}"
    quiet apigatewayv2 delete-vpc-link --vpc-link-id "${link}"
    quiet logs delete-log-group --log-group-name "${api_logs}"
    for name in "${names[@]}"; do
        quiet ecs delete-service --cluster "${cluster}" --service "${name}" --force
    done
    services_until_none "status != 'INACTIVE'"
    for name in "${names[@]}"; do
        for revision in $(text ecs list-task-definitions --family-prefix "${name}" --query 'taskDefinitionArns[]'); do
            quiet ecs deregister-task-definition --task-definition "${revision}"
        done
        quiet iam delete-role-policy --role-name "${name}-role" --policy-name "${name}-cloud-watch-log-policy"
        quiet iam delete-role --role-name "${name}-role"
        quiet logs delete-log-group --log-group-name "/aws/ecs/fargate/${name}"
    done
    for registry in $(text servicediscovery list-services --query 'Services[].Id' \
        --filters "Name=NAMESPACE_ID,Values=${namespace_id},Condition=EQ"); do
        until quiet servicediscovery delete-service --id "${registry}"; do sleep "${pause}"; done
    done
    operation=$(text servicediscovery delete-namespace --id "${namespace_id}" --query OperationId)
    quiet iam detach-role-policy --role-name "${execution_role}" --policy-arn "${execution_policy}"
    quiet iam delete-role-policy --role-name "${execution_role}" --policy-name "${prefix}-cloud-watch-policy"
    quiet iam delete-role --role-name "${execution_role}"
    quiet ecs delete-cluster --cluster "${cluster}"
    until quiet ec2 delete-security-group --group-id "${group_id}"; do sleep "${pause}"; done
    operation_is_done "${operation}"
    while quiet apigatewayv2 get-vpc-link --vpc-link-id "${link}"; do sleep "${pause}"; done
}

account=$(text sts get-caller-identity --query Account)
"${job}"

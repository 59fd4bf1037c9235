# The reference stack as its article has it, with the service so many times.

terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
}

# The endpoint, the region and the credentials come from the environment.
provider "aws" {
  skip_metadata_api_check = true
  default_tags {
    tags = {
      Owner       = "mamezou"
      Environment = "mz-dev-site"
      SystemName  = "Mamezou Developer Site Example System"
    }
  }
}

variable "services" { type = number }
variable "vpc_id" { type = string }
variable "private_subnet_ids" { type = list(string) }
variable "default_security_group_id" { type = string }
variable "image_tag" {
  type    = string
  default = "latest"
}

locals {
  prefix   = "mz-dev"
  services = toset([for number in range(var.services) : format("%s-s%03d", local.prefix, number)])
}

data "aws_region" "current" {}

resource "aws_ecs_cluster" "this" {
  name = "${local.prefix}-ecs-cluster"
}

resource "aws_ecs_cluster_capacity_providers" "this" {
  cluster_name       = aws_ecs_cluster.this.name
  capacity_providers = ["FARGATE"]
}

data "aws_iam_policy_document" "assume" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = ["ecs-tasks.amazonaws.com"]
    }
  }
}

data "aws_iam_policy_document" "metrics" {
  statement {
    actions   = ["cloudwatch:PutMetricData"]
    resources = ["*"]
  }
}

resource "aws_iam_role" "execution" {
  name               = "${local.prefix}-ecs-task-exec-role"
  assume_role_policy = data.aws_iam_policy_document.assume.json
}

resource "aws_iam_role_policy_attachment" "execution" {
  role       = aws_iam_role.execution.name
  policy_arn = "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy"
}

resource "aws_iam_role_policy" "execution" {
  name   = "${local.prefix}-cloud-watch-policy"
  role   = aws_iam_role.execution.id
  policy = data.aws_iam_policy_document.metrics.json
}

resource "aws_iam_role_policies_exclusive" "execution" {
  role_name    = aws_iam_role.execution.name
  policy_names = [aws_iam_role_policy.execution.name]
}

resource "aws_security_group" "ecs" {
  name   = "${local.prefix}-ecs-sg"
  vpc_id = var.vpc_id
  ingress {
    from_port   = 80
    to_port     = 80
    protocol    = "tcp"
    cidr_blocks = ["10.0.0.0/16"]
  }
  egress {
    from_port   = 0
    to_port     = 0
    protocol    = "-1"
    cidr_blocks = ["0.0.0.0/0"]
  }
  tags = { Name = "${local.prefix}-ecs-security-group" }
}

resource "aws_service_discovery_private_dns_namespace" "this" {
  name = "${local.prefix}-application-service.internal"
  vpc  = var.vpc_id
}

resource "aws_cloudwatch_log_group" "api" {
  name              = "/aws/api-gateway/${local.prefix}"
  retention_in_days = 7
}

resource "aws_apigatewayv2_api" "this" {
  name          = "${local.prefix}-api-gateway"
  protocol_type = "HTTP"
  cors_configuration {
    allow_origins     = ["https://example.com"]
    allow_headers     = ["authorization", "origin", "content-type", "accept", "x-requested-with"]
    allow_methods     = ["GET", "POST", "DELETE", "PUT"]
    allow_credentials = true
    max_age           = 80000
  }
}

resource "aws_apigatewayv2_stage" "this" {
  name        = "$default"
  api_id      = aws_apigatewayv2_api.this.id
  auto_deploy = true
  access_log_settings {
    destination_arn = aws_cloudwatch_log_group.api.arn
    format          = jsonencode({ requestId = "$context.requestId", status = "$context.status" })
  }
}

resource "aws_apigatewayv2_vpc_link" "this" {
  name               = "${local.prefix}-vpc-link"
  security_group_ids = [var.default_security_group_id]
  subnet_ids         = var.private_subnet_ids
}

resource "aws_apigatewayv2_authorizer" "jwt" {
  name             = "${local.prefix}-jwt-authorizer"
  api_id           = aws_apigatewayv2_api.this.id
  authorizer_type  = "JWT"
  identity_sources = ["$request.header.Authorization"]
  jwt_configuration {
    audience = ["1example23456789abcdefghij"]
    issuer   = "https://cognito-idp.ap-northeast-1.amazonaws.com/ap-northeast-1_example01"
  }
}

resource "aws_iam_role" "task" {
  for_each           = local.services
  name               = "${each.key}-role"
  assume_role_policy = data.aws_iam_policy_document.assume.json
}

resource "aws_iam_role_policy" "task" {
  for_each = local.services
  name     = "${each.key}-cloud-watch-log-policy"
  role     = aws_iam_role.task[each.key].id
  policy   = data.aws_iam_policy_document.metrics.json
}

resource "aws_iam_role_policies_exclusive" "task" {
  for_each     = local.services
  role_name    = aws_iam_role.task[each.key].name
  policy_names = [aws_iam_role_policy.task[each.key].name]
}

resource "aws_cloudwatch_log_group" "service" {
  for_each          = local.services
  name              = "/aws/ecs/fargate/${each.key}"
  retention_in_days = 7
}

resource "aws_ecs_task_definition" "this" {
  for_each = local.services
  family   = each.key
  container_definitions = jsonencode([{
    name         = each.key
    image        = "public.ecr.aws/docker/library/httpd:${var.image_tag}"
    portMappings = [{ containerPort = 80, hostPort = 80, protocol = "tcp" }]
    essential    = true
    entryPoint   = ["sh", "-c"]
    command      = ["echo hello > /usr/local/apache2/htdocs/index.html && httpd-foreground"]
    logConfiguration = {
      logDriver = "awslogs"
      options = {
        awslogs-group         = aws_cloudwatch_log_group.service[each.key].name
        awslogs-region        = data.aws_region.current.name
        awslogs-stream-prefix = each.key
      }
    }
  }])
  execution_role_arn       = aws_iam_role.execution.arn
  task_role_arn            = aws_iam_role.task[each.key].arn
  network_mode             = "awsvpc"
  requires_compatibilities = ["FARGATE"]
  cpu                      = 256
  memory                   = 512
}

resource "aws_service_discovery_service" "this" {
  for_each     = local.services
  name         = each.key
  namespace_id = aws_service_discovery_private_dns_namespace.this.id
  dns_config {
    namespace_id = aws_service_discovery_private_dns_namespace.this.id
    dns_records {
      ttl  = 300
      type = "SRV"
    }
  }
  health_check_custom_config {
    failure_threshold = 1
  }
}

# The article does not wait for a deployment; a task that says it is done has to.
resource "aws_ecs_service" "this" {
  for_each              = local.services
  name                  = each.key
  cluster               = aws_ecs_cluster.this.id
  task_definition       = aws_ecs_task_definition.this[each.key].arn
  desired_count         = 1
  launch_type           = "FARGATE"
  wait_for_steady_state = true
  network_configuration {
    subnets         = var.private_subnet_ids
    security_groups = [aws_security_group.ecs.id]
  }
  service_registries {
    registry_arn   = aws_service_discovery_service.this[each.key].arn
    container_name = each.key
    container_port = 80
  }
  deployment_circuit_breaker {
    enable   = true
    rollback = true
  }
}

resource "aws_apigatewayv2_integration" "this" {
  for_each           = local.services
  api_id             = aws_apigatewayv2_api.this.id
  integration_type   = "HTTP_PROXY"
  integration_uri    = aws_service_discovery_service.this[each.key].arn
  integration_method = "ANY"
  connection_type    = "VPC_LINK"
  connection_id      = aws_apigatewayv2_vpc_link.this.id
}

resource "aws_apigatewayv2_route" "this" {
  for_each           = local.services
  api_id             = aws_apigatewayv2_api.this.id
  route_key          = "GET /${each.key}/{proxy+}"
  target             = "integrations/${aws_apigatewayv2_integration.this[each.key].id}"
  authorizer_id      = aws_apigatewayv2_authorizer.jwt.id
  authorization_type = "JWT"
}

vpc_id                     = "vpc-0a1b2c3d4e5f60718"
default_security_group_id  = "sg-0a1b2c3d4e5f60000"
allow_origins              = ["https://example.com"]
cognito_user_pool_endpoint = "cognito-idp.ap-northeast-1.amazonaws.com/ap-northeast-1_example01"
user_pool_client_ids       = ["1example23456789abcdefghij"]
private_subnet_ids         = ["subnet-0a1b2c3d4e5f60001"]

/* all of
   them */
cors_max_age = -1 // none
log_retention_in_days = 0 # for ever
ecs_task = { memory = 2048, "cpu" : 512 }
ecs_service = {
  desired_count = 3
  http_methods  = ["POST", "GET", "POST",]
}

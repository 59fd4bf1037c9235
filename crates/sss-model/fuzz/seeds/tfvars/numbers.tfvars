cors_max_age = 99999999999999999999
log_retention_in_days = 1e400
ecs_task = { cpu = -0.0, memory = 4294967296 }
ecs_service = { desired_count = 1.0, http_methods = null }

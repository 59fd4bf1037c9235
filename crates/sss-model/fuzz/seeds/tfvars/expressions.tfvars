vpc_id = a ? b : c
cors_max_age = -(-(-1))
log_retention_in_days = !true && 1 <= 2 || a.b[0].*.c != null
allow_origins = [for x in y : upper(x) if x != ""]
user_pool_client_ids = { for k, v in m : k => v... if true }
private_subnet_ids = concat(a[*].id, ["b"]...)
ecs_task = { (memory) = 1, "${cpu}" = 2, a.b = 3 }
ecs_service = provider::x::f(1, 2.5e3, 0.1E-2)

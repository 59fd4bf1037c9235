ecs_task "a" b {
  memory = 1
  inner { x = 1 }
}
écs = "日本"
vpc_id = €

vpc_id = <<EOT
vpc-0a1b2c3d
EOT
default_security_group_id = <<-EOT
    sg-${var.x}
  %{ if true ~}
    a
  %{ else }b%{ endif }
  EOT
allow_origins = [<<A

A
]

vpc_id = "${var.vpc}"
allow_origins = ["$${a}", "%%{b}", "${"${"a"}"}", "a${1 + 2}b", "%{ for x in [1] }${x}%{ endfor }"]
cognito_user_pool_endpoint = "${~ a ~}"
user_pool_client_ids = ["\u00e9\U0001F980\"\\\n"]

//! The picture of README, which `graph` draws.

use std::{env, fs};

use super::Folder;
use crate::Exit;

/// The variable that writes the picture.
const WRITE: &str = "SSS_WRITE_PICTURE";

/// A stack of three services, of which the API reaches two.
const STACK: &str = r#"
name = "shop"
region = "ap-northeast-1"

[network]
vpc_id = "vpc-0a1b2c3d4e5f60718"
private_subnet_ids = ["subnet-0a1b2c3d4e5f60001", "subnet-0a1b2c3d4e5f60002"]

[api.authorizer]
issuer = "https://login.example.com"
audience = ["shop"]

[services.orders]
image = "orders:1.4"
port = 8080
desired_count = 2
routes = [{ methods = ["GET", "POST"], path = "/orders" }, { methods = ["GET"], path = "/orders/{id}" }]

[services.search]
image = "search:2.0"
port = 8080
cpu = 512
memory = 1024
routes = [{ path = "/search/{proxy+}" }]

[services.mailer]
image = "mailer:1.1"
"#;

#[test]
fn picture_of_readme_is_current() {
    let folder = Folder::new();
    folder.write(STACK);
    let (exit, svg, err) = folder.run("graph");
    assert_eq!(exit, Exit::Done, "{err}");

    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/stack.svg");
    if env::var_os(WRITE).is_some() {
        fs::write(path, &svg).expect("the picture is written");
    }
    let committed = fs::read_to_string(path).unwrap_or_default();
    assert!(committed == svg, "docs/stack.svg differs from `graph`; run this test with {WRITE}=1");
}

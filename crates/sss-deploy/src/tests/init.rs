//! Stack files that `init` writes.

use serde_json::json;

use super::{Exit, Folder, Value, fs};

impl Folder {
    /// Returns a folder without a stack file.
    fn empty() -> Self {
        let folder = Self::new();
        fs::remove_file(folder.file()).expect("the stack file");
        folder
    }

    fn text(&self) -> String {
        fs::read_to_string(self.file()).expect("the stack file")
    }

    /// Makes a sandbox and changes the account in its file.
    fn with_account(change: impl FnOnce(&mut Value)) -> Self {
        let folder = Self::new();
        folder.run("apply --sandbox --yes");
        let path = folder.0.path().join("sss.sandbox.json");
        let text = fs::read_to_string(&path).expect("the sandbox");
        let mut account: Value = serde_json::from_str(&text).expect("JSON");
        change(ec2(&mut account).expect("the account has EC2"));
        fs::write(&path, account.to_string()).expect("the sandbox");
        fs::remove_file(folder.file()).expect("the stack file");
        folder
    }
}

/// Returns the part of a saved account that has the VPCs.
fn ec2(value: &mut Value) -> Option<&mut Value> {
    if value.get("vpcs").is_some() {
        return Some(value);
    }
    value.as_object_mut()?.values_mut().find_map(ec2)
}

#[test]
fn file_has_the_network_of_the_sandbox() {
    let folder = Folder::empty();
    let (exit, _, err) = folder.run("init --sandbox");
    assert_eq!(exit, Exit::Done, "{err}");
    assert!(err.contains("note: the network is vpc-0a1b2c3d4e5f60718 of the account\n"), "{err}");
    let text = folder.text();
    assert!(text.starts_with("#:schema ./sss.schema.json\n"), "{text}");
    assert!(!text.lines().any(|line| line.starts_with("ingress")), "{text}");
    let (_, out, _) = folder.run("validate");
    assert!(out.ends_with(": valid\n"), "{out}");
    let (exit, out, _) = folder.run("plan --sandbox");
    assert_eq!(exit, Exit::Done);
    assert!(out.contains("security group (tcp 80 from sg-0a1b2c3d4e5f60000)\n"), "{out}");
    let (exit, documents) = folder.json("init --sandbox --force --json");
    assert_eq!((exit, &documents[0]["vpc_id"]), (Exit::Done, &"vpc-0a1b2c3d4e5f60718".into()));
}

#[test]
fn vpc_with_the_most_private_zones_is_taken() {
    let folder = Folder::with_account(|ec2| {
        ec2["vpcs"]["vpc-00000000000000001"] =
            json!({ "cidr": "10.1.0.0/16", "is_default": true, "tags": {"Name": "old"} });
        for number in 1..=4 {
            let zone = format!("ap-northeast-1{number}");
            ec2["subnets"][format!("subnet-0000000000000000{number}")] = json!({
                "vpc": "vpc-00000000000000001", "cidr": format!("10.1.{number}.0/24"),
                "zone": zone, "zone_id": format!("apne1-az{number}"), "tags": {},
            });
        }
        ec2["route_tables"]["rtb-00000000000000001"] = json!({
            "vpc": "vpc-00000000000000001", "is_main": true, "subnets": [],
            "routes": { "0.0.0.0/0": "igw-00000000000000001", "10.1.0.0/16": "local" },
        });
    });
    let (exit, _, err) = folder.run("init --sandbox");
    assert_eq!(exit, Exit::Done, "{err}");
    let text = folder.text();
    assert!(text.contains("vpc_id = \"vpc-0a1b2c3d4e5f60718\"\n"), "{text}");
    assert!(text.contains("# Other VPCs of the account: vpc-00000000000000001 (old)\n"), "{text}");
    assert!(!text.contains("assign_public_ip"), "{text}");
}

#[test]
fn public_subnets_are_left_out_unless_there_are_no_others() {
    let igw = json!({ "0.0.0.0/0": "igw-00000000000000001", "10.0.0.0/16": "local" });
    let of = |subnets: Value, is_main: bool| {
        let routes = igw.clone();
        Folder::with_account(move |ec2| {
            let id = if is_main { "rtb-0a1b2c3d4e5f60000" } else { "rtb-00000000000000001" };
            ec2["route_tables"][id] = json!({ "vpc": "vpc-0a1b2c3d4e5f60718", "is_main": is_main, "subnets": subnets, "routes": routes });
        })
    };
    let folder = of(json!(["subnet-0a1b2c3d4e5f60002"]), false);
    folder.run("init --sandbox");
    let private = "private_subnet_ids = [\"subnet-0a1b2c3d4e5f60003\", \"subnet-0a1b2c3d4e5f60001\"]\n";
    assert!(folder.text().contains(private), "{}", folder.text());

    let folder = of(json!([]), true);
    folder.run("init --sandbox");
    assert!(folder.text().contains("assign_public_ip = true\n"), "{}", folder.text());
    assert_eq!(folder.run("validate").0, Exit::Done);
}

#[test]
fn account_without_a_vpc_gets_placeholders() {
    let folder = Folder::with_account(|ec2| ec2["subnets"] = json!({}));
    let (exit, _, err) = folder.run("init --sandbox");
    assert_eq!(exit, Exit::Done, "{err}");
    assert!(err.contains("are placeholders: found no VPC with subnets in ap-northeast-1\n"), "{err}");
    assert_eq!(folder.run("validate").0, Exit::Done);
}

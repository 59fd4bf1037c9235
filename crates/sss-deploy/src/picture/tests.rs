use sss_model::Stack;

use super::{Mark, Picture};

const STACK: &str = r#"
name = "shop"
region = "ap-northeast-1"
[network]
vpc_id = "vpc-0a1b2c3d4e5f60718"
private_subnet_ids = ["subnet-0a1b2c3d4e5f60001"]
[api.authorizer]
issuer = "https://issuer.example.com"
audience = ["shop"]
[services.orders]
image = "orders:1"
port = 80
routes = [{ methods = ["GET", "POST", "PUT", "PATCH", "DELETE"], path = "/orders" }]
[services.worker]
image = "worker:1"
"#;

fn picture() -> Picture {
    Picture::of(&Stack::from_toml(STACK).expect("a valid stack").stack)
}

#[test]
fn request_goes_from_the_api_to_the_tasks() {
    let mermaid = picture().to_mermaid();
    let node = |title: &str| {
        let line =
            mermaid.lines().find(|line| line.contains(title)).unwrap_or_else(|| panic!("{title}: {mermaid}"));
        line.trim().split('[').next().expect("a node").to_owned()
    };
    let way = ["HTTP API", "GET /orders", "VPC link", "Cloud Map", "orders:1"].map(node);
    for hop in way.windows(2) {
        let arrow = format!("{} --> {}", hop[0], hop[1]);
        assert!(mermaid.contains(&arrow), "{arrow}: {mermaid}");
    }
    assert!(mermaid.contains("2 more routes"), "{mermaid}");
}

#[test]
fn services_share_their_load_balancer() {
    let behind = STACK.replace("image = \"orders:1\"", "image = \"orders:1\"\nbackend = { kind = \"alb\" }");
    let two = format!("{behind}backend = {{ kind = \"alb\" }}\nport = 81\n");
    let two = two.replace(
        "\"subnet-0a1b2c3d4e5f60001\"",
        "\"subnet-0a1b2c3d4e5f60001\", \"subnet-0a1b2c3d4e5f60002\"",
    );
    let two = two.replace(
        "[api.authorizer]",
        "vpc_link_security_group_ids = [\"sg-0a1b2c3d4e5f60000\"]\n[api.authorizer]",
    );
    let stack = Stack::from_toml(&two).unwrap_or_else(|problems| panic!("{problems:#?}")).stack;
    let mermaid = Picture::of(&stack).to_mermaid();
    assert_eq!(mermaid.matches("Application Load Balancer<br/>shop-alb").count(), 1, "{mermaid}");
    assert!(!mermaid.contains("Cloud Map"), "{mermaid}");
}

#[test]
fn every_language_has_every_node_and_arrow() {
    let picture = picture();
    let (nodes, arrows) = (picture.nodes.len(), picture.arrows.len());
    assert_eq!((nodes, arrows), (7, 5));
    assert_eq!(picture.to_dot().matches("label=").count(), nodes);
    assert_eq!(picture.to_dot().matches(" -> ").count(), arrows);
    assert_eq!(picture.to_mermaid().matches(" --> ").count(), arrows);
    assert_eq!(picture.to_svg().matches("<rect x=").count(), nodes);
    assert_eq!(picture.to_svg().matches(" Z\"").count(), arrows);
}

#[test]
fn boxes_do_not_overlap() {
    let frames = picture().frames();
    for (index, one) in frames.iter().enumerate() {
        for other in &frames[index + 1..] {
            let apart = one.x + one.width < other.x
                || other.x + other.width < one.x
                || one.y + one.height < other.y
                || other.y + other.height < one.y;
            assert!(apart, "{one:?} and {other:?}");
        }
    }
}

#[test]
fn texts_are_escaped_in_every_language() {
    let mut picture = picture();
    picture.nodes[0].lines = vec!["a \"b\" <c> & \\d".to_owned()];
    assert!(picture.to_svg().contains("a &quot;b&quot; &lt;c&gt; &amp; \\d"));
    assert!(picture.to_mermaid().contains("a &quot;b&quot; &lt;c&gt; &amp; \\d"));
    assert!(picture.to_dot().contains("a \\\"b\\\" <c> & \\\\d"));
}

#[test]
fn strongest_mark_of_a_node_is_shown() {
    let mut picture = picture();
    picture.nodes[0].mark = Some(Mark::Change).max(Some(Mark::Replace));
    let svg = picture.to_svg();
    assert!(svg.contains("stroke=\"#c0392b\""), "{svg}");
    assert!(svg.contains(">replaced</text>"), "the legend explains the colour: {svg}");
    assert!(picture.to_dot().contains("(replaced)"));
}

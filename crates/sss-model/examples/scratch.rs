//! Scratch.
fn main() {
    let n: usize = std::env::args().nth(1).unwrap().parse().unwrap();
    match std::env::args().nth(2).as_deref() {
        Some("hcl") => println!(
            "{:?}",
            sss_model::tfvars::read(&format!("a = {}", "[".repeat(n))).map_err(|e| e.len())
        ),
        Some("hclp") => println!(
            "{:?}",
            sss_model::tfvars::read(&format!("a = {}1{}", "(".repeat(n), ")".repeat(n))).map_err(|e| e.len())
        ),
        Some("toml") => println!(
            "{:?}",
            sss_model::Stack::from_toml(&format!("a = {}", "[".repeat(n))).map_err(|e| e.len())
        ),
        Some("dot") => println!(
            "{:?}",
            sss_model::Stack::from_toml(&format!("a{} = 1", ".a".repeat(n))).map_err(|e| e.len())
        ),
        _ => {
            let mut text = sss_model::tfvars::starter();
            let service = text[text.find("[services.web]").unwrap()..].to_owned();
            for i in 1..n {
                text.push_str(
                    &service
                        .replace("services.web", &format!("services.web{i}"))
                        .replace(
                            "path = \"/",
                            &format!("path = \"/w{i}/").trim_end_matches('x').to_owned(),
                        ),
                );
            }
            for _ in 0..3 {
                let start = std::time::Instant::now();
                let r = sss_model::Stack::from_toml(&text);
                let e = start.elapsed();
                match r {
                    Ok(p) => {
                        let s = std::time::Instant::now();
                        let k = p.stack.problems().len();
                        println!(
                            "ok {e:?} warnings {} problems {:?} {k}",
                            p.warnings.len(),
                            s.elapsed()
                        );
                    }
                    Err(e2) => println!("err {e:?} {} {}", e2.len(), e2[0]),
                }
            }
        }
    }
}

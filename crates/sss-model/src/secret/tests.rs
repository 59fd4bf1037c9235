use super::*;

/// A name, a value, and whether the value is a secret, as a reader of task definitions would say.
struct Example {
    name: String,
    value: String,
    is_secret: bool,
}

fn corpus() -> Vec<Example> {
    let rows = include_str!("corpus.tsv").lines().skip(1).enumerate();
    rows.map(|(seed, row)| {
        let mut fields = row.splitn(3, '\t');
        let mut field = || fields.next().expect("three fields in each row");
        let is_secret = field() == "secret";
        let name = field().to_owned();
        Example { name, value: drawn(field(), seed), is_secret }
    })
    .collect()
}

/// Puts random signs in the place of `{alnum:24}`, so that no file holds a text that looks like the token of a service.
fn drawn(template: &str, seed: usize) -> String {
    let mut state = u64::try_from(seed).expect("a small number") * 2 + 1;
    let mut value = String::new();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        let found = after.split_once('}').and_then(|(inside, rest)| Some((inside.split_once(':')?, rest)));
        let Some(((signs, count), after)) = found.filter(|((signs, _), _)| alphabet(signs).is_some()) else {
            value.extend([before, "{"]);
            rest = after;
            continue;
        };
        value.push_str(before);
        let alphabet = alphabet(signs).expect("it was found");
        for _ in 0..count.parse().expect("a number of signs") {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let drawn = usize::try_from(state >> 33).expect("31 bits") % alphabet.len();
            value.push(char::from(alphabet[drawn]));
        }
        rest = after;
    }
    (value + rest).replace("\\n", "\n")
}

fn alphabet(signs: &str) -> Option<&'static [u8]> {
    Some(match signs {
        "alnum" => b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789",
        "base64" => b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/",
        "hex" => b"0123456789abcdef",
        "upper" => b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567",
        "lower" => b"abcdefghijklmnopqrstuvwxyz0123456789",
        "digits" => b"0123456789",
        _ => return None,
    })
}

#[test]
fn corpus_is_judged_right() {
    let corpus = corpus();
    assert!(corpus.len() >= 300, "{} examples", corpus.len());

    let (mut found, mut missed, mut accused) = (0_u32, Vec::new(), Vec::new());
    for Example { name, value, is_secret } in &corpus {
        match (looks_secret(name, value), is_secret) {
            (true, true) => found += 1,
            (false, true) => missed.push(format!("{name}={value}")),
            (true, false) => accused.push(format!("{name}={value}")),
            (false, false) => {}
        }
    }

    let share = |others: usize| {
        let others = u32::try_from(others).expect("a small number");
        f64::from(found) / f64::from(found + others)
    };
    println!(
        "{} examples: precision {:.3}, recall {:.3}",
        corpus.len(),
        share(accused.len()),
        share(missed.len())
    );
    assert_eq!((missed, accused), (Vec::new(), Vec::new()));
}

#[test]
fn plain_name_alone_promises_nothing() {
    for name in ["LOG_LEVEL", "TOKEN_EXPIRES_IN", "SECRET_NAME", "KEY", "", "---"] {
        assert!(!promises_secret(name), "{name}");
    }
    for name in ["DB_PASS", "apiKey", "x-api-key", "SECRET_KEY_BASE"] {
        assert!(promises_secret(name), "{name}");
    }
}

#[test]
fn huge_value_ends_soon() {
    let value = "a1B".repeat(1_000_000);
    assert!(!looks_secret("CONFIG", &value));
    assert!(looks_secret("CONFIG", &format!("{value} postgres://u:p@db/x")));
}

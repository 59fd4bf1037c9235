//! The form of a value: what it can and cannot be, whatever its name is.
//!
//! Four questions are asked about a value, by functions of this module:
//!
//! - [`is_harmless`]: it cannot be a secret.
//! - [`is_secret`]: it has a form that only secrets have, such as a private key or the token of a known service.
//! - [`is_place`], [`may_be_key`]: it fits a secret under a name that leaves it open.
//! - [`is_random`]: it is long and looks random, which is suspicious under any name that is not plain.
//!
//! Secrets hide inside larger texts, so connection strings, queries, arguments and JSON are searched for settings whose
//! name promises one. A placeholder such as `${PASSWORD}` is no secret: another program fills it in.
//!
//! A wrong answer costs something in both directions. A missed secret is shown in plans and logs, and a harmless value
//! that is taken for a secret cannot be compared by eye. `secret/corpus.tsv` holds examples of both, so a change of a
//! bound or a list shows there.

use std::collections::BTreeMap;

use serde_json::Value;

use super::name::{self, Promise};

/// The beginnings of tokens, with which services mark what they issue, and the least number of characters behind each.
///
/// Beginnings such as `sk-` and `key-` are short, so the length, the lack of spaces and a digit have to confirm them.
const TOKENS: [(&str, usize); 50] = [
    ("AGE-SECRET-KEY-1", 20),
    ("AIza", 30),
    ("AKIA", 16),
    ("ASIA", 16),
    ("ATATT3", 20),
    ("Basic ", 8),
    ("Bearer ", 16),
    ("EAAA", 40),
    ("GOCSPX-", 20),
    ("NRAK-", 20),
    ("PMAK-", 20),
    ("SG.", 40),
    ("cfut_", 20),
    ("dapi", 32),
    ("dckr_pat_", 20),
    ("doo_v1_", 40),
    ("dop_v1_", 40),
    ("figd_", 20),
    ("gho_", 30),
    ("ghp_", 30),
    ("ghr_", 30),
    ("ghs_", 30),
    ("ghu_", 30),
    ("github_pat_", 30),
    ("glpat-", 16),
    ("glsa_", 20),
    ("hf_", 30),
    ("hvs.", 20),
    ("key-", 32),
    ("lin_api_", 20),
    ("npm_", 30),
    ("nvapi-", 20),
    ("pat-", 32),
    ("pul-", 32),
    ("pypi-", 30),
    ("rk_live_", 20),
    ("rk_test_", 20),
    ("rubygems_", 30),
    ("shpat_", 20),
    ("shpss_", 20),
    ("sk-", 20),
    ("sk_live_", 20),
    ("sk_test_", 20),
    ("sntrys_", 20),
    ("sntryu_", 20),
    ("tfp_", 20),
    ("whsec_", 20),
    ("xapp-", 20),
    ("xkeysib-", 20),
    ("ya29.", 20),
];
/// The beginnings of addresses that are secrets as a whole: everybody who knows the address may post there.
///
/// A value counts if more than 8 characters follow the beginning.
const HOOKS: [&str; 4] = [
    "https://hooks.slack.com/services/",
    "https://discord.com/api/webhooks/",
    "https://discordapp.com/api/webhooks/",
    "https://api.telegram.org/bot",
];
/// The members of a query that hold a secret, beside those whose name promises one.
///
/// They are the signatures of pre-signed addresses, in small letters.
const SIGNATURES: [&str; 3] = ["sig", "signature", "x-amz-signature"];
/// Words that stand for a setting, in small letters. They are no secrets under any name.
const SWITCHES: [&str; 20] = [
    "true",
    "false",
    "yes",
    "no",
    "on",
    "off",
    "enabled",
    "disabled",
    "none",
    "null",
    "nil",
    "required",
    "optional",
    "undefined",
    "trace",
    "debug",
    "info",
    "warn",
    "error",
    "prefer",
];

/// Returns whether a value is no secret under any name: an empty text, a switch, or a reference.
///
/// References are ARNs and the dynamic references of CloudFormation, `{{resolve:…}}`.
pub(super) fn is_harmless(value: &str) -> bool {
    let value = value.trim();
    value.is_empty()
        || SWITCHES.contains(&value.to_ascii_lowercase().as_str())
        || value.starts_with("arn:")
        || (value.starts_with("{{resolve:") && value.ends_with("}}"))
}

/// Returns whether a value has the form of a secret, whatever its name is.
///
/// These forms are private keys, tokens, JSON web tokens, addresses of webhooks, and texts with a password inside.
pub(super) fn is_secret(value: &str) -> bool {
    let value = value.trim();
    is_private_key(value)
        || is_token(value)
        || is_web_token(value)
        || HOOKS.iter().any(|hook| value.starts_with(hook) && value.len() > hook.len() + 8)
        || has_login(value)
        || names_password(value)
}

/// Returns whether a value says where something is: a path, or an address without a login.
///
/// The file of a secret is no secret: `/run/secrets/token`.
pub(super) fn is_place(value: &str) -> bool {
    let value = value.trim();
    let is_path_sign = |c: char| c.is_ascii_alphanumeric() || "/._-~".contains(c);
    let is_path =
        value.starts_with(['/', '~', '.']) && value.contains('/') && value.chars().all(is_path_sign);
    is_path || is_address(value)
}

/// Returns whether a text of several settings has a secret among them: a query, a connection string, arguments, JSON,
/// YAML.
pub(super) fn names_password(value: &str) -> bool {
    let pairs = value.split([';', '&', '?', ' ', ',', '\n']).filter_map(|part| part.split_once('='));
    let lines = value.lines().filter_map(|line| line.split_once(": "));
    pairs.chain(lines).any(|(name, value)| is_secret_setting(name, value))
        || has_login(value)
        || has_secret_member(value)
}

/// Returns whether one setting has a name that promises a secret and a value that may be one.
///
/// The value has at least 3 characters and is neither a placeholder nor a place.
fn is_secret_setting(name: &str, value: &str) -> bool {
    let (name, value) = (name.trim().trim_matches('"'), value.trim().trim_matches(['"', '\'']));
    let promises = matches!(name::promise(name), Promise::Password | Promise::Secret);
    let is_named = promises || SIGNATURES.contains(&name.to_ascii_lowercase().as_str());
    let may_be = value.len() >= 3 && !is_harmless(value) && !is_placeholder(value) && !is_place(value);
    is_named && may_be && !name.contains(char::is_whitespace)
}

/// Returns whether a document in JSON has a secret at any depth; `false` for other texts.
fn has_secret_member(value: &str) -> bool {
    if !value.trim_start().starts_with(['{', '[']) {
        return false;
    }
    serde_json::from_str(value).is_ok_and(|document: Value| is_secret_document("", &document))
}

/// Judges each string of a document by the name of the member that it is in.
fn is_secret_document(name: &str, value: &Value) -> bool {
    match value {
        Value::String(text) => super::looks_secret(name, text),
        Value::Array(elements) => elements.iter().any(|element| is_secret_document(name, element)),
        Value::Object(members) => members.iter().any(|(name, member)| is_secret_document(name, member)),
        _ => false,
    }
}

/// Returns whether a value could be a key under a name that leaves it open.
///
/// A key has 16 letters and digits in a row at least, and two of each.
pub(super) fn may_be_key(value: &str) -> bool {
    let value = value.trim();
    let is_mixed = |run: &str| {
        let digits = run.bytes().filter(u8::is_ascii_digit).count();
        run.len() >= 16 && digits >= 2 && run.len() - digits >= 2
    };
    !is_place(value) && value.split(|c: char| !c.is_ascii_alphanumeric()).any(is_mixed)
}

/// Returns whether a text has the header of a private key in PEM, of any algorithm.
fn is_private_key(value: &str) -> bool {
    value.contains("-----BEGIN") && value.contains("PRIVATE KEY")
}

/// Returns whether a text begins like the token of a known service and is long enough.
fn is_token(value: &str) -> bool {
    TOKENS.iter().any(|(start, length)| {
        value.strip_prefix(start).is_some_and(|rest| {
            // A text without a digit is made of words.
            rest.len() >= *length
                && !rest.contains(char::is_whitespace)
                && rest.contains(|c: char| c.is_ascii_digit())
        })
    })
}

/// Returns whether a text is a JSON web token: parts in base64, of which the first two are JSON (`eyJ` is `{"`).
fn is_web_token(value: &str) -> bool {
    let parts: Vec<&str> = value.split('.').collect();
    parts.len() >= 2 && parts[0].starts_with("eyJ") && parts[1].starts_with("eyJ")
}

/// Returns whether an address in the text has a password: `scheme://user:password@host`.
///
/// An address with a user alone has no secret, nor has one whose password is a placeholder.
fn has_login(value: &str) -> bool {
    value.split_whitespace().any(|part| {
        let Some((scheme, rest)) = part.split_once("://") else { return false };
        let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
        // People forget to escape the signs that end an authority.
        let login = authority.rsplit_once('@').or_else(|| rest.rsplit_once('@')).map(|(login, _)| login);
        let password = login.and_then(|login| login.split_once(':')).map(|(_, password)| password);
        is_scheme(scheme)
            && password.is_some_and(|it| !it.is_empty() && !is_placeholder(it) && !begins_with_port(it))
    })
}

/// Returns whether a text begins with a port and the sign that ends it: `8080/path@2` is not a password.
fn begins_with_port(text: &str) -> bool {
    let rest = text.trim_start_matches(|c: char| c.is_ascii_digit());
    rest.len() < text.len() && rest.starts_with(['/', '?', '#', ','])
}

/// Returns whether a text ends with the scheme of an address, also behind other text such as `jdbc:`.
fn is_scheme(scheme: &str) -> bool {
    let scheme = scheme.rsplit(|c: char| !(c.is_ascii_alphanumeric() || "+-.".contains(c))).next();
    scheme.is_some_and(|scheme| scheme.starts_with(|c: char| c.is_ascii_alphabetic()))
}

/// Returns whether a text is a name for which another program puts a value in: `${PASSWORD}`, `$PASSWORD`,
/// `<password>`.
fn is_placeholder(text: &str) -> bool {
    (text.starts_with("${") && text.ends_with('}'))
        || (text.starts_with('<') && text.ends_with('>'))
        || (text.starts_with("{{") && text.ends_with("}}"))
        || text.strip_prefix('$').is_some_and(|name| {
            !name.is_empty() && name.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_')
        })
}

/// Returns whether a value is one address without spaces.
fn is_address(value: &str) -> bool {
    value.split_once("://").is_some_and(|(scheme, rest)| {
        is_scheme(scheme) && !rest.is_empty() && !rest.contains(char::is_whitespace)
    })
}

/// Returns whether a value is a long random text.
///
/// It has 24 to 512 characters, of which capitals, small letters and digits change often from one to the next, and at
/// least 3.8 bits of information each. A digest, an id in hexadecimal and a name of words do not pass.
pub(super) fn is_random(value: &str) -> bool {
    let body = value.trim().trim_end_matches('=');
    let is_sign = |c: char| c.is_ascii_alphanumeric() || "+/_-".contains(c);
    let is_digest = ["sha256-", "sha384-", "sha512-"].iter().any(|start| body.starts_with(start));
    if is_digest || !(24..=512).contains(&body.len()) || !body.chars().all(is_sign) {
        return false;
    }

    let classes: Vec<Class> = body.bytes().map(Class::of).collect();
    let changes = classes.windows(2).filter(|pair| pair[0] != pair[1]).count();
    let has = |class: Class| classes.iter().filter(|other| **other == class).count() >= 2;
    let has_all = [Class::Capital, Class::Small, Class::Digit].into_iter().all(has);
    has_all && changes * 5 >= body.len() * 2 && entropy(body) >= 3.8
}

/// The class of a character of a random text.
///
/// Random text changes its class often; words and names do not.
#[derive(Clone, Copy, PartialEq)]
enum Class {
    Capital,
    Small,
    Digit,
    Other,
}

impl Class {
    /// Returns the class of a byte of ASCII.
    fn of(byte: u8) -> Self {
        match byte {
            b'A'..=b'Z' => Self::Capital,
            b'a'..=b'z' => Self::Small,
            b'0'..=b'9' => Self::Digit,
            _ => Self::Other,
        }
    }
}

/// Returns the bits of information of each character (Shannon entropy of the bytes).
///
/// A text of one repeated character has 0, and one of 24 different characters has 4.6.
fn entropy(text: &str) -> f64 {
    let mut counts: BTreeMap<u8, u32> = BTreeMap::new();
    for byte in text.bytes() {
        *counts.entry(byte).or_default() += 1;
    }
    let length = f64::from(u32::try_from(text.len()).unwrap_or(u32::MAX));
    let shares = counts.values().map(|count| f64::from(*count) / length);
    -shares.map(|share| share * share.log2()).sum::<f64>()
}

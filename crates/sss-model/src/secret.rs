//! Names that promise a secret.

/// Words that stand in the name of a secret.
const WORDS: [&str; 10] = [
    "PASSWORD",
    "PASSWD",
    "SECRET",
    "TOKEN",
    "CREDENTIAL",
    "PRIVATEKEY",
    "APIKEY",
    "ACCESSKEY",
    "PASSPHRASE",
    "CONNECTIONSTRING",
];

/// Whether an environment variable of this name looks like it holds a secret in plain text. The value of such a
/// variable is never shown.
///
/// ```
/// assert!(sss_model::looks_secret("DB_PASSWORD"));
/// assert!(sss_model::looks_secret("apiKey"));
/// assert!(!sss_model::looks_secret("LOG_LEVEL"));
/// ```
pub fn looks_secret(name: &str) -> bool {
    let letters: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
    let upper = letters.to_ascii_uppercase();
    WORDS.iter().any(|word| upper.contains(word))
}

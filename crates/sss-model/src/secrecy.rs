//! Names of variables that say that their value is a secret.

/// What such names hold, without regard to case and to what stands between the words.
const WORDS: [&str; 11] = [
    "PASSWORD",
    "PASSWD",
    "PASSPHRASE",
    "SECRET",
    "TOKEN",
    "CREDENTIAL",
    "APIKEY",
    "ACCESSKEY",
    "PRIVATEKEY",
    "SIGNINGKEY",
    "ENCRYPTIONKEY",
];

/// Whether the name of an environment variable says that its value is a secret, so that nobody should print it.
///
/// ```
/// use sss_model::looks_secret;
///
/// assert!(looks_secret("DATABASE_PASSWORD") && looks_secret("stripeApiKey"));
/// assert!(!looks_secret("LOG_LEVEL"));
/// ```
pub fn looks_secret(name: &str) -> bool {
    let letters: String =
        name.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_uppercase()).collect();
    WORDS.iter().any(|word| letters.contains(word))
}

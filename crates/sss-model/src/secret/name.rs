//! The promise of a name: how much it says about its value.
//!
//! A name is cut into words, at signs and at capitals after small letters; numbers are dropped. The last word names the
//! thing, so it decides first: `TOKEN_LIFETIME` is a lifetime. Words before it can only make the promise stronger, as
//! in `SECRET_KEY_BASE`. `KEY` alone says little, and the word before it decides: a `PRIVATE_KEY` is a secret and a
//! `PARTITION_KEY` is not.
//!
//! The word lists are in capitals, as the words of a name are after they have been cut. A new word belongs into the
//! list of its role, and its pairs into `secret/corpus.tsv`.
//!
//! Six lists hold words that promise something. `PLAIN_KEYS`, `ABOUT` and `COUNTS` take a promise back, because a wrong
//! promise hides a harmless value from every plan and every log.
//!
//! The order of judgement is that of [`promise`]: a word about the secret, then the last word, then the words before
//! it.

/// The strength of a name's promise, the strongest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Promise {
    /// The value is a password.
    /// The value is shown only if it is harmless, such as `true` or an ARN.
    Password,
    /// The value is a secret, or the place of one: a path or an address.
    Secret,
    /// The value is a text with several settings, perhaps with a password among them.
    /// Examples are `SENTRY_DSN` and `CONNECTION_STRING`.
    Connection,
    /// The value is a secret if it has the form of one: `KEY`, `COOKIE`, `SEED`.
    Perhaps,
    /// The name says nothing about secrets, so only a long random value counts.
    /// An example is `GREETING`.
    Nothing,
    /// The value is no secret: a count, a switch, a name, or a public text. It outweighs all other words.
    /// Examples are `TOKEN_LIFETIME`, `MAX_TOKENS` and `PARTITION_KEY`.
    Plain,
}

/// Words for a password, in English and German; `PASS` and `PWD` only as the last word.
///
/// A value under such a name is a secret unless it is harmless, however short it is.
const PASSWORDS: [&str; 10] = [
    "PASSWORD",
    "PASSWORDS",
    "PASSWD",
    "PASSWDS",
    "PASS",
    "PWD",
    "PASSPHRASE",
    "PASSCODE",
    "PASSWORT",
    "MNEMONIC",
];
/// Words for another secret. The value may also be the place of one, such as a path.
///
/// A path or an address under such a name is not a secret, unlike under a name for a password.
const SECRETS: [&str; 7] = ["SECRET", "SECRETS", "TOKEN", "TOKENS", "CREDENTIAL", "CREDENTIALS", "CREDS"];
/// Ends of a word that joins several words: `PGPASSWORD`, `AUTHTOKEN`.
///
/// Names in one case only have no capitals that divide the words, so the end of the word decides.
const JOINED: [(&str, Promise); 16] = [
    ("PGPASS", Promise::Password),
    ("DBPASS", Promise::Password),
    ("USERPASS", Promise::Password),
    ("FTPPASS", Promise::Password),
    ("PASSWORD", Promise::Password),
    ("PASSWD", Promise::Password),
    ("PASSPHRASE", Promise::Password),
    ("SECRET", Promise::Secret),
    ("TOKEN", Promise::Secret),
    ("CREDENTIAL", Promise::Secret),
    ("CREDENTIALS", Promise::Secret),
    ("APIKEY", Promise::Secret),
    ("ACCESSKEY", Promise::Secret),
    ("PRIVATEKEY", Promise::Secret),
    ("SECRETKEY", Promise::Secret),
    ("CONNECTIONSTRING", Promise::Connection),
];
/// The words before `KEY` that make it a secret.
///
/// `API_KEY` is in the list as `API`. The value is then a [`Promise::Secret`], with or without the form of a key.
const SECRET_KEYS: [&str; 39] = [
    "ACCESS",
    "ACCOUNT",
    "ADMIN",
    "AES",
    "API",
    "APP",
    "APPLICATION",
    "AUTH",
    "CLIENT",
    "COOKIE",
    "CRYPTO",
    "DECRYPTION",
    "DEPLOY",
    "ENCRYPTION",
    "FERNET",
    "GPG",
    "HMAC",
    "HOST",
    "INGESTION",
    "JWT",
    "LICENCE",
    "LICENSE",
    "MASTER",
    "PRIVATE",
    "ROLE",
    "RSA",
    "SECRET",
    "SERVER",
    "SERVICE",
    "SESSION",
    "SHARED",
    "SIGNING",
    "SSH",
    "SSL",
    "STORAGE",
    "SUBSCRIPTION",
    "TLS",
    "WEBHOOK",
    "WRITE",
];
/// The words before `KEY` that make it the name of something, or a public text.
///
/// Such a name is a [`Promise::Plain`]: a long random value under it is shown, a value with the form of a secret is
/// not.
const PLAIN_KEYS: [&str; 25] = [
    "CACHE",
    "COLUMN",
    "CONFIG",
    "DEDUPLICATION",
    "FEATURE",
    "FLAG",
    "FOREIGN",
    "GROUP",
    "HASH",
    "IDEMPOTENCY",
    "INDEX",
    "KMS",
    "LOCK",
    "LOOKUP",
    "MESSAGE",
    "OBJECT",
    "PARTITION",
    "PUBLIC",
    "PUBLISHABLE",
    "QUEUE",
    "RANGE",
    "ROW",
    "S3",
    "SITE",
    "SORT",
];
/// Words for a text of several settings, which may have a password.
///
/// The value is searched for a setting with a password; without one it is no secret.
const CONNECTIONS: [&str; 3] = ["DSN", "JDBC", "CONNECTION"];
/// Words that name secrets as often as other things: a `LICENSE` may be a key or a name.
///
/// The value decides: it must have the form of a key or look random.
const PERHAPS: [&str; 11] = [
    "BEARER",
    "COOKIE",
    "LICENSE",
    "SEED",
    "KEY",
    "KEYS",
    "AUTH",
    "AUTHORIZATION",
    "SALT",
    "PEPPER",
    "SIGNATURE",
];
/// The last words that say something about a secret, and that are no secrets themselves: `TOKEN_LIFETIME`,
/// `SECRET_NAME`.
///
/// Such a last word outweighs all words before it: `SECRET_ARN` is a reference, `API_KEY_HEADER` the name of a header.
const ABOUT: [&str; 86] = [
    "AGE",
    "ALG",
    "ALGORITHM",
    "ALIAS",
    "ARN",
    "ATTEMPTS",
    "AUDIENCE",
    "BACKEND",
    "BUCKET",
    "BUDGET",
    "CACHE",
    "CLASS",
    "COUNT",
    "DAYS",
    "DIR",
    "DIRECTORY",
    "DISABLED",
    "DURATION",
    "ENABLED",
    "ENCODING",
    "ENDPOINT",
    "ENGINE",
    "EXPIRATION",
    "EXPIRE",
    "EXPIRES",
    "EXPIRY",
    "FIELD",
    "FILE",
    "FILENAME",
    "FORMAT",
    "GRACE",
    "HEADER",
    "HOST",
    "HOURS",
    "ID",
    "IDENTIFIER",
    "IN",
    "INTERVAL",
    "ISSUER",
    "LEEWAY",
    "LENGTH",
    "LIFETIME",
    "LIMIT",
    "LOCATION",
    "MANAGER",
    "MAX",
    "METHOD",
    "MIN",
    "MINUTES",
    "MODE",
    "MS",
    "NAME",
    "NAMESPACE",
    "PATH",
    "PER",
    "POLICY",
    "PORT",
    "PREFIX",
    "PROVIDER",
    "RATE",
    "REALM",
    "REF",
    "REGION",
    "REQUIRED",
    "RETRIES",
    "ROTATION",
    "ROUNDS",
    "SCOPE",
    "SCOPES",
    "SECONDS",
    "SERVER",
    "SERVICE",
    "SIZE",
    "SOURCE",
    "STORE",
    "STRATEGY",
    "STRENGTH",
    "SUFFIX",
    "TABLE",
    "TIMEOUT",
    "TTL",
    "TYPE",
    "URI",
    "URL",
    "VALIDITY",
    "VERSION",
];
/// The first words of a count or a switch: `MAX_TOKENS`, `REQUIRE_PASSWORD`.
///
/// They count only as the first word. `MAX`, `MIN`, `NUM` and `PER` count at any place before the last word.
const COUNTS: [&str; 14] = [
    "ALLOW", "COUNT", "DISABLE", "ENABLE", "HAS", "IS", "MAX", "MIN", "NUM", "NUMBER", "REQUIRE", "SHOW",
    "SKIP", "USE",
];

/// Returns the promise of a name in any spelling: `DB_PASSWORD`, `db.password`, `dbPassword`.
///
/// The words about a secret come first, because they outweigh the word for it. Otherwise the last word and the words in
/// the middle both count, and the stronger promise wins. A name that begins with `NEXT_PUBLIC` is plain: Next.js puts
/// the value into pages that everybody can read.
pub(super) fn promise(name: &str) -> Promise {
    let words = words(name);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let Some((last, before)) = words.split_last() else { return Promise::Nothing };

    // A word about the secret outweighs the word for it.
    if ABOUT.contains(last) || is_count(before) || words.starts_with(&["NEXT", "PUBLIC"]) {
        return Promise::Plain;
    }
    match by_end(last, before) {
        Promise::Plain => Promise::Plain,
        promise => promise.or_stronger(by_content(&words)),
    }
}

/// Returns the promise of the last word, which names the thing. `before` has the words before it.
///
/// `KEY` depends on the word before it. A word of no list may still end like one, as `PGPASSWORD` does.
fn by_end(last: &str, before: &[&str]) -> Promise {
    let kind = before.last().copied().unwrap_or_default();
    match last {
        _ if PASSWORDS.contains(&last) => Promise::Password,
        _ if SECRETS.contains(&last) => Promise::Secret,
        "KEY" | "KEYS" if SECRET_KEYS.contains(&kind) => Promise::Secret,
        "KEY" | "KEYS" if PLAIN_KEYS.contains(&kind) => Promise::Plain,
        "STRING" if kind == "CONNECTION" => Promise::Connection,
        _ if CONNECTIONS.contains(&last) => Promise::Connection,
        _ if PERHAPS.contains(&last) => Promise::Perhaps,
        _ => joined(last),
    }
}

/// Returns the promise of a word in the middle: `SECRET_KEY_BASE`, `PASSWORD_1`, `TOKEN_GITHUB`.
///
/// `PASS` and `PWD` do not count there: they are also a pass of a pipeline and a directory.
///
/// A pair of words such as `ACCESS_KEY` counts at any place too.
fn by_content(words: &[&str]) -> Promise {
    let inner = words.iter().map(|word| match *word {
        "PASS" | "PWD" => Promise::Nothing,
        _ if PASSWORDS.contains(word) => Promise::Password,
        _ if SECRETS.contains(word) => Promise::Secret,
        _ => joined(word),
    });
    let keys = words.windows(2).map(|pair| {
        let is_key = pair[1] == "KEY" && SECRET_KEYS.contains(&pair[0]);
        if is_key { Promise::Secret } else { Promise::Nothing }
    });
    inner.chain(keys).fold(Promise::Nothing, Promise::or_stronger)
}

/// Returns the promise of a word that joins several, by its end.
///
/// The first end of the list that fits decides. A word without such an end promises nothing.
fn joined(word: &str) -> Promise {
    let found = JOINED.iter().find(|(end, _)| word.ends_with(end));
    found.map_or(Promise::Nothing, |(_, promise)| *promise)
}

/// Returns whether the words before the last one make it a count or a switch.
fn is_count(before: &[&str]) -> bool {
    before.iter().any(|word| ["MAX", "MIN", "NUM", "PER"].contains(word))
        || before.first().is_some_and(|first| COUNTS.contains(first))
}

impl Promise {
    /// Returns the stronger of two promises: the one that is declared first.
    ///
    /// The order of the variants of [`Promise`] is the order of strength.
    fn or_stronger(self, other: Self) -> Self {
        if (self as u8) <= (other as u8) { self } else { other }
    }
}

/// Returns the words of a name, in capitals, without numbers.
///
/// A word begins at each sign, and at each capital after a small letter.
///
/// `dbPassword`, `DB_PASSWORD` and `db.password` have the same two words. A word of digits only, as in `PASSWORD_1`,
/// says nothing and is dropped.
fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut after_small = false;
    for c in name.chars() {
        if !c.is_alphanumeric() || (after_small && c.is_uppercase()) {
            words.push(String::new());
        }
        if c.is_alphanumeric() {
            words.last_mut().expect("there is one from the start").extend(c.to_uppercase());
        }
        after_small = c.is_lowercase();
    }
    words.retain(|word| !word.is_empty() && !word.chars().all(char::is_numeric));
    words
}

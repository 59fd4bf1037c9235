//! The variables that the AWS SDKs and the AWS CLI know, and the effect of each.
//!
//! A user who sets a variable expects an effect. Some variables have none here: they are for the AWS CLI, for
//! services that are not called, or for another SDK. A silent difference costs hours, so each run prints a
//! note for those that are set.
//!
//! There is one table. A variable without effect has its reason there, and the values that ask for what
//! happens anyway; for those there is no note. `docs/environment.md` shows the same rows, and a test compares
//! them.

/// The effect of a variable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Effect {
    /// The variable works as AWS documents it.
    Heeded,
    /// The variable has no effect, for the reason `why`.
    ///
    /// The values in `anyway` ask for the behaviour that exists anyway, so they give no note. They are in
    /// lower case.
    None { why: &'static str, anyway: &'static [&'static str] },
}

/// Short for a row of [`TABLE`].
const HEEDED: Effect = Effect::Heeded;

/// Returns the effect of a variable without one, as a row of [`TABLE`].
const fn none(why: &'static str, anyway: &'static [&'static str]) -> Effect {
    Effect::None { why, anyway }
}

/// The reasons that several rows share. They follow "has no effect:".
const NO_PAGER: &str = "the program has no pager";
const OF_THE_CLI: &str = "it is about the AWS CLI alone";
const NOT_CALLED: &str = "it is about services that are not called";
const METADATA: &str = "the SDK asks the instance metadata service with times of its own";

/// The variables by name.
///
/// A name with `*` at the end stands for all names with that beginning. The first row that fits decides, so
/// exact names are before such a row.
const TABLE: &[(&str, Effect)] = &[
    ("ALL_PROXY", HEEDED),
    ("AWS_ACCESS_KEY_ID", HEEDED),
    ("AWS_ACCOUNT_ID", HEEDED),
    ("AWS_ACCOUNT_ID_ENDPOINT_MODE", HEEDED),
    ("AWS_AUTH_SCHEME_PREFERENCE", HEEDED),
    ("AWS_CA_BUNDLE", HEEDED),
    ("AWS_CLI_AUTO_PROMPT", none(OF_THE_CLI, &["off"])),
    ("AWS_CLI_*", none(OF_THE_CLI, &[])),
    ("AWS_CONFIG_FILE", HEEDED),
    ("AWS_CONTAINER_AUTHORIZATION_TOKEN", HEEDED),
    ("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", HEEDED),
    ("AWS_CONTAINER_CREDENTIALS_FULL_URI", HEEDED),
    ("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", HEEDED),
    ("AWS_CSM_*", none("the SDK for Rust has no client-side monitoring", &["false"])),
    ("AWS_DATA_PATH", none("the SDK for Rust has its models built in", &[])),
    ("AWS_DEFAULTS_MODE", none("the SDK for Rust has one set of defaults", &["legacy", "auto"])),
    ("AWS_DEFAULT_OUTPUT", none("`--json` chooses the output", &[])),
    ("AWS_DEFAULT_PROFILE", none("only AWS_PROFILE names a profile", &["default"])),
    ("AWS_DISABLE_CLOCK_SKEW_CORRECTION", HEEDED),
    ("AWS_DISABLE_REQUEST_COMPRESSION", none(NOT_CALLED, &[])),
    ("AWS_EC2_METADATA_DISABLED", HEEDED),
    ("AWS_EC2_METADATA_SERVICE_ENDPOINT", HEEDED),
    ("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE", HEEDED),
    ("AWS_EC2_METADATA_V1_DISABLED", none("version 1 is never used", &["true", "1"])),
    ("AWS_ENABLE_ENDPOINT_DISCOVERY", none(NOT_CALLED, &["false", "auto"])),
    ("AWS_ENDPOINT_DISCOVERY_ENABLED", none(NOT_CALLED, &["false", "auto"])),
    ("AWS_ENDPOINT_URL", HEEDED),
    ("AWS_ENDPOINT_URL_*", HEEDED),
    ("AWS_EXECUTION_ENV", HEEDED),
    ("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", HEEDED),
    (
        "AWS_LOGIN_CACHE_DIRECTORY",
        none("`aws login` is not a source of credentials here; `aws sso login` is", &[]),
    ),
    ("AWS_MAX_ATTEMPTS", HEEDED),
    ("AWS_METADATA_SERVICE_NUM_ATTEMPTS", none(METADATA, &[])),
    ("AWS_METADATA_SERVICE_TIMEOUT", none(METADATA, &[])),
    ("AWS_PAGER", none(NO_PAGER, &["cat"])),
    ("AWS_PROFILE", HEEDED),
    ("AWS_REQUEST_CHECKSUM_CALCULATION", none(NOT_CALLED, &[])),
    ("AWS_REQUEST_MIN_COMPRESSION_SIZE_BYTES", none(NOT_CALLED, &[])),
    ("AWS_RESPONSE_CHECKSUM_VALIDATION", none(NOT_CALLED, &[])),
    ("AWS_RETRY_MODE", HEEDED),
    ("AWS_ROLE_ARN", HEEDED),
    ("AWS_ROLE_SESSION_NAME", HEEDED),
    ("AWS_S3_*", none(NOT_CALLED, &[])),
    ("AWS_SDK_LOAD_CONFIG", none("the files of AWS are always read", &["1", "true"])),
    ("AWS_SDK_UA_APP_ID", HEEDED),
    ("AWS_SECRET_ACCESS_KEY", HEEDED),
    ("AWS_SECURITY_TOKEN", none("AWS_SESSION_TOKEN has taken its place", &[])),
    ("AWS_SESSION_TOKEN", HEEDED),
    ("AWS_SHARED_CREDENTIALS_FILE", HEEDED),
    ("AWS_SIGV4A_SIGNING_REGION_SET", none(NOT_CALLED, &[])),
    ("AWS_STS_REGIONAL_ENDPOINTS", none("STS is always called in the stack's region", &["regional"])),
    ("AWS_USE_DUALSTACK_ENDPOINT", HEEDED),
    ("AWS_USE_FIPS_ENDPOINT", HEEDED),
    ("AWS_WEB_IDENTITY_TOKEN_FILE", HEEDED),
    ("HTTPS_PROXY", HEEDED),
    ("HTTP_PROXY", HEEDED),
    ("NO_PROXY", HEEDED),
];

/// The variables that name a region. The stack names its own region.
const REGIONS: [&str; 2] = ["AWS_REGION", "AWS_DEFAULT_REGION"];

/// Returns a note for each variable without an effect on a stack in this region, in the order of the
/// alphabet.
///
/// A variable that is not in the table gives no note, and neither does an empty one.
pub(crate) fn without_effect(variables: impl Iterator<Item = (String, String)>, region: &str) -> Vec<String> {
    let mut notes: Vec<String> = variables.filter_map(|(name, value)| note(&name, &value, region)).collect();
    notes.sort();
    notes
}

/// Returns the note for one variable. `None` if the variable needs no note.
///
/// Values are not shown: a variable can hold a secret. Regions are the exception.
fn note(name: &str, value: &str, region: &str) -> Option<String> {
    if value.is_empty() {
        return None;
    }

    if REGIONS.contains(&name) {
        return (value != region).then(|| format!("{name}={value} has no effect: the stack is in {region}"));
    }

    let is_meant = |row: &&(&str, Effect)| match row.0.strip_suffix('*') {
        Some(start) => name.starts_with(start),
        None => name == row.0,
    };

    match TABLE.iter().find(is_meant)?.1 {
        Effect::None { why, anyway } if !anyway.contains(&value.to_ascii_lowercase().as_str()) => {
            Some(format!("{name} has no effect: {why}"))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn notes(variables: &[(&str, &str)]) -> Vec<String> {
        let variables = variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        without_effect(variables, "eu-central-1")
    }

    #[test]
    fn variable_without_effect_gives_one_note() {
        for (name, effect) in TABLE {
            let name = name.replace('*', "X");
            let told = notes(&[(&name, "some-value")]);
            match effect {
                Effect::Heeded => assert!(told.is_empty(), "{told:?}"),
                Effect::None { why, anyway } => {
                    assert_eq!(told, [format!("{name} has no effect: {why}")]);
                    for value in anyway.iter().chain(&[""]) {
                        assert!(notes(&[(&name, value)]).is_empty(), "{name}={value}");
                    }
                }
            }
        }
    }

    #[test]
    fn other_region_is_reported() {
        assert!(notes(&[("AWS_REGION", "eu-central-1"), ("HOME", "/root"), ("AWS_VAULT", "dev")]).is_empty());
        assert_eq!(
            notes(&[("AWS_REGION", "us-east-1"), ("AWS_DEFAULT_REGION", "us-east-2")]),
            [
                "AWS_DEFAULT_REGION=us-east-2 has no effect: the stack is in eu-central-1",
                "AWS_REGION=us-east-1 has no effect: the stack is in eu-central-1"
            ]
        );
    }

    #[test]
    fn page_lists_every_variable() {
        let page = include_str!("../../../docs/environment.md");
        let missing: Vec<String> = TABLE
            .iter()
            .map(|(name, effect)| match effect {
                Effect::Heeded => format!("| `{name}` | used |"),
                Effect::None { why, .. } => format!("| `{name}` | no effect: {why} |"),
            })
            .filter(|row| !page.contains(row.as_str()))
            .collect();
        assert!(missing.is_empty(), "docs/environment.md lacks\n{}", missing.join("\n"));
    }
}

//! The places from which variables of containers come: secrets, parameters and files.
//!
//! Only the form is checked. Whether the secret exists and the execution role may read it shows when a task starts.

/// Returns whether a text is the ARN of a parameter of SSM or of a secret of Secrets Manager.
pub(super) fn is_secret_arn(source: &str) -> bool {
    let parts: Vec<&str> = source.split(':').collect();
    let ["arn", partition, service, region, account, kind_or_name, rest @ ..] = parts.as_slice() else {
        return false;
    };
    let located = partition.starts_with("aws")
        && !region.is_empty()
        && account.len() == 12
        && account.bytes().all(|b| b.is_ascii_digit());
    located
        && match *service {
            "ssm" => kind_or_name.len() > "parameter/".len() && kind_or_name.starts_with("parameter/"),
            "secretsmanager" => *kind_or_name == "secret" && is_secret_part(rest),
            _ => false,
        }
}

/// Returns whether the parts behind `secret` name a secret.
///
/// They are `name`, or `name:json-key:version-stage:version-id` with at most one of the last two.
fn is_secret_part(rest: &[&str]) -> bool {
    match rest {
        [name] => !name.is_empty(),
        [name, _key, stage, id] => !name.is_empty() && (stage.is_empty() || id.is_empty()),
        _ => false,
    }
}

/// Returns whether ECS can read a secret from a source.
///
/// A source is the ARN of a secret or a parameter, or the name of a parameter in the task's region.
pub(crate) fn is_secret_source(source: &str) -> bool {
    let taken = |b: u8| b.is_ascii_alphanumeric() || b"._-/".contains(&b);
    is_secret_arn(source) || (!source.is_empty() && source.bytes().all(taken))
}

/// Returns whether a text is the ARN of an object of S3: `arn:aws:s3:::bucket/key`.
pub(crate) fn is_s3_object(arn: &str) -> bool {
    let parts: Vec<&str> = arn.splitn(6, ':').collect();
    let ["arn", partition, "s3", "", "", object] = parts.as_slice() else { return false };
    partition.starts_with("aws")
        && object.split_once('/').is_some_and(|(bucket, key)| !bucket.is_empty() && !key.is_empty())
}

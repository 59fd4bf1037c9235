//! Where variables of containers come from.

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

/// `name`, or `name:json-key:version-stage:version-id`, of which at most one of the last two.
fn is_secret_part(rest: &[&str]) -> bool {
    match rest {
        [name] => !name.is_empty(),
        [name, _key, stage, id] => !name.is_empty() && (stage.is_empty() || id.is_empty()),
        _ => false,
    }
}

/// The ARN of a secret or of a parameter, or the name of a parameter in the task's region.
pub(crate) fn is_secret_source(source: &str) -> bool {
    let taken = |b: u8| b.is_ascii_alphanumeric() || b"._-/".contains(&b);
    is_secret_arn(source) || (!source.is_empty() && source.bytes().all(taken))
}

/// `arn:aws:s3:::bucket/key`
pub(crate) fn is_s3_object(arn: &str) -> bool {
    let parts: Vec<&str> = arn.splitn(6, ':').collect();
    let ["arn", partition, "s3", "", "", object] = parts.as_slice() else { return false };
    partition.starts_with("aws")
        && object.split_once('/').is_some_and(|(bucket, key)| !bucket.is_empty() && !key.is_empty())
}

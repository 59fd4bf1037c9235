//! Secrets without their values, and their resource policies.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::{refusal::Refusal, world::World};

/// The number of characters that AWS adds to the name in an ARN.
const SUFFIX: usize = 6;

/// A secret.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Secret {
    arn: String,
    /// The time of the last value, in milliseconds since the Unix epoch.
    #[serde(default)]
    changed: u64,
    /// The time of its deletion, in milliseconds since the Unix epoch. `None` for a secret in use.
    deleted: Option<u64>,
    /// The policy that allows others to read it.
    policy: Option<String>,
}

/// The input of `CreateSecret`. The sandbox ignores the value.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Create {
    name: Option<String>,
}

/// The input of calls that name a secret.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Named {
    secret_id: Option<String>,
    #[serde(default)]
    force_delete_without_recovery: bool,
}

/// The input of `PutResourcePolicy`.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct PutPolicy {
    secret_id: Option<String>,
    resource_policy: Option<String>,
}

/// Carries out `CreateSecret`.
///
/// # Errors
///
/// Refuses a name that another secret has (`ResourceExistsException`), deleted ones too.
pub(super) fn create(world: &mut World, input: Create) -> Result<Value, Refusal> {
    let name = input.name.filter(|name| !name.is_empty()).ok_or_else(|| {
        Refusal::new("ValidationException", "You must provide a value for the Name parameter.")
    })?;
    match world.secretsmanager.secrets.get(&name) {
        Some(Secret { deleted: Some(_), .. }) => {
            let message = "You can't create this secret because a secret with this name is already scheduled for \
                           deletion.";
            return Err(Refusal::new("InvalidRequestException", message));
        }
        Some(_) => {
            let message = format!("The operation failed because the secret {name} already exists.");
            return Err(Refusal::new("ResourceExistsException", message));
        }
        None => {}
    }

    let suffix = world.new_alphanumeric(SUFFIX);
    let arn = world.arn("secretsmanager", &format!("secret:{name}-{suffix}"));
    let secret = Secret { arn: arn.clone(), changed: world.now, deleted: None, policy: None };
    world.secretsmanager.secrets.insert(name.clone(), secret);
    Ok(json!({ "ARN": arn, "Name": name, "VersionId": world.new_uuid() }))
}

/// Adds a secret with this ARN, unless the account has it.
pub(super) fn keep(world: &mut World, arn: &str) {
    let name = arn.splitn(7, ':').nth(6).unwrap_or(arn);
    let name = name.len().checked_sub(SUFFIX + 1).and_then(|end| name.get(..end)).unwrap_or(name).to_owned();
    let secret = Secret { arn: arn.to_owned(), changed: world.now, deleted: None, policy: None };
    world.secretsmanager.secrets.entry(name).or_insert(secret);
}

/// Carries out `DescribeSecret`, also for a deleted secret.
pub(super) fn describe(world: &mut World, input: &Named) -> Result<Value, Refusal> {
    let name = find(world, input.secret_id.as_deref())?;
    let secret = &world.secretsmanager.secrets[&name];
    let changed = Duration::from_millis(secret.changed).as_secs_f64();
    let mut answer =
        json!({ "ARN": secret.arn, "Name": name, "RotationEnabled": false, "LastChangedDate": changed });
    if let Some(deleted) = secret.deleted {
        answer["DeletedDate"] = json!(Duration::from_millis(deleted).as_secs_f64());
    }
    Ok(answer)
}

/// Carries out `DeleteSecret`. Without recovery, the secret disappears at once.
pub(super) fn delete(world: &mut World, input: &Named) -> Result<Value, Refusal> {
    let name = find(world, input.secret_id.as_deref())?;
    let now = world.now;
    let secrets = &mut world.secretsmanager.secrets;
    let arn = secrets[&name].arn.clone();
    if input.force_delete_without_recovery {
        secrets.remove(&name);
    } else if let Some(secret) = secrets.get_mut(&name) {
        secret.deleted = Some(now);
    }
    Ok(json!({ "ARN": arn, "Name": name, "DeletionDate": Duration::from_millis(now).as_secs_f64() }))
}

/// Carries out `RestoreSecret`.
pub(super) fn restore(world: &mut World, input: &Named) -> Result<Value, Refusal> {
    change(world, input.secret_id.as_deref(), |secret| secret.deleted = None)
}

/// Carries out `PutSecretValue`. The sandbox forgets the value.
///
/// # Errors
///
/// Refuses a deleted secret (`InvalidRequestException`).
pub(super) fn put_value(world: &mut World, input: &Named) -> Result<Value, Refusal> {
    let name = find(world, input.secret_id.as_deref())?;
    if world.secretsmanager.secrets[&name].deleted.is_some() {
        let message = "You can't perform this operation on the secret because it was marked for deletion.";
        return Err(Refusal::new("InvalidRequestException", message));
    }
    let (now, version) = (world.now, world.new_uuid());
    let mut answer = change(world, Some(&name), |secret| secret.changed = now)?;
    answer["VersionId"] = json!(version);
    answer["VersionStages"] = json!(["AWSCURRENT"]);
    Ok(answer)
}

/// Carries out `PutResourcePolicy`.
pub(super) fn put_policy(world: &mut World, input: PutPolicy) -> Result<Value, Refusal> {
    let policy = input.resource_policy;
    change(world, input.secret_id.as_deref(), |secret| secret.policy = policy)
}

/// Carries out `DeleteResourcePolicy`.
pub(super) fn delete_policy(world: &mut World, input: &Named) -> Result<Value, Refusal> {
    change(world, input.secret_id.as_deref(), |secret| secret.policy = None)
}

/// Carries out `GetResourcePolicy`. A secret without a policy has none in its answer.
pub(super) fn get_policy(world: &mut World, input: &Named) -> Result<Value, Refusal> {
    let name = find(world, input.secret_id.as_deref())?;
    let secret = &world.secretsmanager.secrets[&name];
    let mut answer = json!({ "ARN": secret.arn, "Name": name });
    if let Some(policy) = &secret.policy {
        answer["ResourcePolicy"] = json!(policy);
    }
    Ok(answer)
}

/// Changes a secret and returns its names.
fn change(
    world: &mut World,
    asked: Option<&str>,
    change: impl FnOnce(&mut Secret),
) -> Result<Value, Refusal> {
    let name = find(world, asked)?;
    let secret = world.secretsmanager.secrets.get_mut(&name).expect("the secret was found");
    change(secret);
    Ok(json!({ "ARN": secret.arn, "Name": name }))
}

/// Returns the ARN of a secret by its name or its ARN. `None` if there is no such secret.
pub(super) fn arn(world: &World, asked: &str) -> Option<String> {
    let name = find(world, Some(asked)).ok()?;
    Some(world.secretsmanager.secrets[&name].arn.clone())
}

/// Returns the name of a secret that is asked for by its name or its ARN.
///
/// # Errors
///
/// Refuses secrets that do not exist (`ResourceNotFoundException`).
fn find(world: &World, asked: Option<&str>) -> Result<String, Refusal> {
    let asked = asked.unwrap_or_default();
    let is_it = |name: &str, secret: &Secret| {
        let partial = &secret.arn[..secret.arn.len() - SUFFIX - 1];
        name == asked || secret.arn == asked || partial == asked
    };
    let secrets = &world.secretsmanager.secrets;
    let found = secrets.iter().find(|(name, secret)| is_it(name, secret)).map(|(name, _)| name.clone());
    found.ok_or_else(|| {
        Refusal::new("ResourceNotFoundException", "Secrets Manager can't find the specified secret.")
    })
}

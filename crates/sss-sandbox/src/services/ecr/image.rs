//! Images of ECR, by tag or digest.

use serde::Deserialize;
use serde_json::{Value, json};

use crate::{
    refusal::Refusal,
    web::{self, Published},
    world::World,
};

/// The largest number of images of a call.
const PER_CALL: usize = 100;

/// The name of an image in a repository.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
struct ImageId {
    image_tag: Option<String>,
    image_digest: Option<String>,
}

impl ImageId {
    /// Returns the digest or the tag.
    fn wanted(&self) -> &str {
        self.image_digest.as_deref().or(self.image_tag.as_deref()).unwrap_or_default()
    }

    /// Returns the id on the wire, with the digest where it is known.
    fn rendered(&self, digest: Option<&str>) -> Value {
        let mut id = json!({});
        if let Some(digest) = digest.or(self.image_digest.as_deref()) {
            id["imageDigest"] = json!(digest);
        }
        if let Some(tag) = &self.image_tag {
            id["imageTag"] = json!(tag);
        }
        id
    }
}

/// The input of calls about images of a repository.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Images {
    registry_id: Option<String>,
    repository_name: Option<String>,
    #[serde(default)]
    image_ids: Vec<ImageId>,
}

impl Images {
    /// Returns the repository, with the registry's id and host.
    ///
    /// # Errors
    ///
    /// Refuses an absent repository, and numbers of images outside 1 to 100.
    fn repository(&self, world: &World) -> Result<(String, String, String), Refusal> {
        let name = self.repository_name.clone().ok_or_else(|| {
            invalid("Invalid parameter at 'repositoryName' failed to satisfy constraint: 'must not be null'")
        })?;
        if !(1..=PER_CALL).contains(&self.image_ids.len()) {
            return Err(invalid(
                "Invalid parameter at 'imageIds' failed to satisfy constraint: 'Member must have length between 1 and 100'",
            ));
        }
        let registry = self.registry_id.clone().unwrap_or_else(|| world.account.clone());
        let host = world.partition().endpoint(&format!("{registry}.dkr.ecr"), &world.region);
        Ok((name, registry, host))
    }
}

/// Carries out `BatchGetImage`. Images that do not exist are failures beside the others.
///
/// # Errors
///
/// Refuses a repository that does not exist (`RepositoryNotFoundException`), and one that the caller may not
/// read (`AccessDeniedException`).
pub(super) fn get(world: &mut World, input: &Images) -> Result<Value, Refusal> {
    let (name, registry, host) = input.repository(world)?;
    let (mut images, mut failures) = (Vec::new(), Vec::new());
    for id in &input.image_ids {
        match web::find(world, &host, &name, id.wanted()) {
            Published::Image(image, digest) => {
                let (media_type, manifest) = web::manifest_of(&image, &digest);
                images.push(json!({
                    "registryId": registry,
                    "repositoryName": name,
                    "imageId": id.rendered(Some(&digest)),
                    "imageManifest": manifest.to_string(),
                    "imageManifestMediaType": media_type,
                }));
            }
            Published::NoImage | Published::NoRegistry => failures.push(json!({
                "imageId": id.rendered(None),
                "failureCode": "ImageNotFound",
                "failureReason": "Requested image not found",
            })),
            other => return Err(refused(world, &other, "BatchGetImage", (&name, &registry))),
        }
    }
    Ok(json!({ "images": images, "failures": failures }))
}

/// Carries out `DescribeImages`, in the order of the request.
///
/// # Errors
///
/// As [`get`]; and refuses an image that does not exist (`ImageNotFoundException`).
pub(super) fn describe(world: &mut World, input: &Images) -> Result<Value, Refusal> {
    let (name, registry, host) = input.repository(world)?;
    let mut details = Vec::new();
    for id in &input.image_ids {
        match web::find(world, &host, &name, id.wanted()) {
            Published::Image(image, digest) => {
                let (media_type, manifest) = web::manifest_of(&image, &digest);
                let layers = manifest["layers"].as_array().into_iter().flatten();
                let size: u64 = layers.filter_map(|layer| layer["size"].as_u64()).sum();
                details.push(json!({
                    "registryId": registry,
                    "repositoryName": name,
                    "imageDigest": digest,
                    "imageTags": id.image_tag.iter().collect::<Vec<_>>(),
                    "imageSizeInBytes": size,
                    "imageManifestMediaType": media_type,
                    "artifactMediaType": manifest["config"]["mediaType"],
                }));
            }
            Published::NoImage | Published::NoRegistry => {
                let (digest, tag) = (id.image_digest.as_deref(), id.image_tag.as_deref());
                let message = format!(
                    "The image with imageId {{imageDigest:'{}', imageTag:'{}'}} does not exist within the repository \
                     with name '{name}' in the registry with id '{registry}'",
                    digest.unwrap_or("null"),
                    tag.unwrap_or("null")
                );
                return Err(Refusal::new("ImageNotFoundException", message));
            }
            other => return Err(refused(world, &other, "DescribeImages", (&name, &registry))),
        }
    }
    Ok(json!({ "imageDetails": details }))
}

/// The input of `GetDownloadUrlForLayer`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Layer {
    layer_digest: Option<String>,
}

/// Carries out `GetDownloadUrlForLayer`. The bucket of the layers is on the web.
///
/// # Errors
///
/// Refuses a request without a digest.
pub(super) fn download_url(world: &mut World, input: Layer) -> Result<Value, Refusal> {
    let digest = input.layer_digest.ok_or_else(|| {
        invalid("Invalid parameter at 'layerDigest' failed to satisfy constraint: 'must not be null'")
    })?;
    let bucket = format!("prod-{}-starport-layer-bucket.s3", world.region);
    let url = format!("https://{}/layers/{digest}", world.partition().endpoint(&bucket, &world.region));
    Ok(json!({ "downloadUrl": url, "layerDigest": digest }))
}

/// Returns the refusal of a repository that cannot be read.
fn refused(world: &World, why: &Published, operation: &str, (name, registry): (&str, &str)) -> Refusal {
    match why {
        Published::Limited => super::SERVICE.throttled(),
        Published::Denied => {
            let arn = world.partition().arn("ecr", &world.region, registry, &format!("repository/{name}"));
            let message = format!(
                "User: {} is not authorized to perform: ecr:{operation} on resource: {arn} because no resource-based \
                 policy allows the ecr:{operation} action",
                world.caller_arn()
            );
            Refusal::new("AccessDeniedException", message)
        }
        _ => Refusal::new(
            "RepositoryNotFoundException",
            format!("The repository with name '{name}' does not exist in the registry with id '{registry}'"),
        ),
    }
}

/// Returns the refusal of an invalid parameter.
fn invalid(message: &str) -> Refusal {
    Refusal::new("InvalidParameterException", message)
}

//! ECR: images by tag or digest, with their manifests.
//!
//! A stack creates no repository, and a plan reads none. A check before an apply does.
//!
//! # Facts about AWS
//!
//! - `BatchGetImage` answers the manifest. An image that does not exist is a failure in a successful answer.
//! - A repository of a pull-through cache does not exist before the first pull through it.

use aws_sdk_ecr::{
    config::{Builder, Region},
    types::ImageIdentifier,
};

use crate::{
    Aws, Result,
    error::{Answer, Sent},
};

/// The types of manifests that ECS can pull.
pub(crate) const MANIFESTS: [&str; 4] = [
    "application/vnd.oci.image.index.v1+json",
    "application/vnd.docker.distribution.manifest.list.v2+json",
    "application/vnd.oci.image.manifest.v1+json",
    "application/vnd.docker.distribution.manifest.v2+json",
];

/// A repository of ECR.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Repository {
    /// The account of the registry.
    pub(crate) registry: String,
    pub(crate) region: String,
    pub(crate) name: String,
}

/// An image of a repository.
#[derive(Debug)]
pub(crate) struct Image {
    pub(crate) digest: String,
    pub(crate) manifest: String,
}

/// Reads an image by its digest, or by its tag. `None` if the repository does not have it.
///
/// # Errors
///
/// The repository does not exist (`RepositoryNotFoundException`), or the call failed or was denied.
pub(crate) async fn image(
    aws: &Aws,
    repository: &Repository,
    tag: Option<&str>,
    digest: Option<&str>,
) -> Result<Option<Image>> {
    const OPERATION: &str = "ecr:BatchGetImage";
    let id = match digest {
        Some(digest) => ImageIdentifier::builder().image_digest(digest).build(),
        None => ImageIdentifier::builder().image_tag(tag.unwrap_or("latest")).build(),
    };
    let request = aws.ecr.batch_get_image().registry_id(&repository.registry);
    let request = request.repository_name(&repository.name).image_ids(id);
    let request = request.set_accepted_media_types(Some(MANIFESTS.map(str::to_owned).to_vec()));
    let elsewhere = Builder::new().region(Region::new(repository.region.clone()));
    let answer = if repository.region == aws.region() {
        request.send().await
    } else {
        request.customize().config_override(elsewhere).send().await
    };

    let Some(image) = answer.of(OPERATION)?.images.unwrap_or_default().pop() else { return Ok(None) };
    let digest = image.image_id.and_then(|id| id.image_digest).sent(OPERATION, "imageDigest")?;
    let manifest = image.image_manifest.sent(OPERATION, "imageManifest")?;
    Ok(Some(Image { digest, manifest }))
}

/// Returns the URL of a layer or a configuration, by its digest. The URL is signed.
///
/// # Errors
///
/// The call failed or was denied.
pub(crate) async fn download_url(aws: &Aws, repository: &Repository, digest: &str) -> Result<String> {
    const OPERATION: &str = "ecr:GetDownloadUrlForLayer";
    let request = aws.ecr.get_download_url_for_layer().registry_id(&repository.registry);
    let request = request.repository_name(&repository.name).layer_digest(digest);
    request.send().await.of(OPERATION)?.download_url.sent(OPERATION, "downloadUrl")
}

/// Returns the prefixes of the repositories that a pull-through cache creates.
///
/// # Errors
///
/// The call failed or was denied.
pub(crate) async fn cached_prefixes(aws: &Aws) -> Result<Vec<String>> {
    let mut pages = aws.ecr.describe_pull_through_cache_rules().into_paginator().items().send();
    let mut found = Vec::new();
    while let Some(rule) = pages.next().await {
        found.extend(rule.of("ecr:DescribePullThroughCacheRules")?.ecr_repository_prefix);
    }
    Ok(found)
}

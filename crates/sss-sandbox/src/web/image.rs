//! Images of registries: their digests, manifests and configurations.
//!
//! An image that nobody scripted exists, for two architectures, unless ECS cannot pull it: both have the same
//! table of broken images.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::{
    services::ecs::{self, InRegistry},
    world::{self, HEXADECIMAL, World},
};

/// The type of an index of images for several platforms.
const INDEX: &str = "application/vnd.oci.image.index.v1+json";
/// The type of one image.
const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";
/// The type of the configuration of an image.
const CONFIGURATION: &str = "application/vnd.oci.image.config.v1+json";
/// The size of the only layer of an image, in bytes.
const LAYER: u64 = 30_000_000;

/// An image of a registry, for [`Sandbox::publish`](crate::Sandbox::publish).
///
/// The default is an index for `linux/amd64` and `linux/arm64` with an attestation, as `docker buildx` writes
/// it.
///
/// # Examples
///
/// ```
/// use sss_sandbox::{Image, Sandbox};
///
/// let sandbox = Sandbox::new();
/// sandbox.publish("example/app:1.4", Image::default().only("linux/arm64"));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Image {
    /// The operating system and the architecture of each image, such as `linux/amd64`.
    platforms: Vec<String>,
    form: Form,
    /// The type of what is in the place of an image's configuration.
    artifact: Option<String>,
    /// The text by which two contents of one tag differ.
    content: String,
    access: Access,
    /// The size of its layers in bytes.
    size: u64,
    /// Whether its configuration has a health check.
    is_checked: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
enum Form {
    /// An index of several images.
    Index,
    /// An image alone, whose configuration has the platform.
    Single,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
enum Access {
    Everybody,
    /// The caller of the sandbox may not read it.
    Others,
    /// The registry refuses more requests for now.
    Limited,
    /// It does not exist.
    Missing,
}

impl Default for Image {
    fn default() -> Self {
        Self {
            platforms: vec!["linux/amd64".to_owned(), "linux/arm64".to_owned()],
            form: Form::Index,
            artifact: None,
            content: String::new(),
            access: Access::Everybody,
            size: LAYER,
            is_checked: false,
        }
    }
}

impl Image {
    /// Returns the image for this platform only, such as `linux/amd64`.
    #[must_use]
    pub fn only(self, platform: &str) -> Self {
        Self { platforms: vec![platform.to_owned()], ..self }
    }

    /// Returns the image without a word about its platform.
    #[must_use]
    pub fn without_platform(self) -> Self {
        Self { platforms: vec![String::new()], ..self }
    }

    /// Returns the image without an index: its configuration has the platform.
    #[must_use]
    pub fn single(self) -> Self {
        let platforms = self.platforms.into_iter().take(1).collect();
        Self { platforms, form: Form::Single, ..self }
    }

    /// Returns the image alone with a health check in its configuration, as `HEALTHCHECK` in a Dockerfile writes it. ECS
    /// ignores it.
    #[must_use]
    pub fn checked(self) -> Self {
        Self { is_checked: true, ..self.single() }
    }

    /// Returns something that is no image, by the type of its configuration.
    #[must_use]
    pub fn artifact(self, media_type: &str) -> Self {
        Self { artifact: Some(media_type.to_owned()), form: Form::Single, ..self }
    }

    /// Returns the image with another content, and so with another digest.
    #[must_use]
    pub fn content(self, content: &str) -> Self {
        Self { content: content.to_owned(), ..self }
    }

    /// Returns the image with layers of this size in bytes.
    #[must_use]
    pub fn size(self, size: u64) -> Self {
        Self { size, ..self }
    }

    /// Returns an image that the caller of the sandbox may not read.
    #[must_use]
    pub fn denied(self) -> Self {
        Self { access: Access::Others, ..self }
    }

    /// Returns an image whose registry refuses more requests for now.
    #[must_use]
    pub fn limited(self) -> Self {
        Self { access: Access::Limited, ..self }
    }

    /// Returns an image that does not exist.
    #[must_use]
    pub fn missing(self) -> Self {
        Self { access: Access::Missing, ..self }
    }
}

/// The content of a registry under a reference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Published {
    /// The image with its digest.
    Image(Box<Image>, String),
    /// No such image.
    NoImage,
    /// No such repository.
    NoRepository,
    /// The caller may not read it.
    Denied,
    /// Too many requests.
    Limited,
    /// No host has the registry's name.
    NoRegistry,
}

/// A reference in its parts. Docker Hub is the registry of references without a host.
struct Reference<'a> {
    host: &'a str,
    repository: String,
    tag: Option<&'a str>,
    digest: Option<&'a str>,
}

impl<'a> Reference<'a> {
    fn parse(text: &'a str) -> Self {
        let (name, digest) = text.split_once('@').map_or((text, None), |(name, digest)| (name, Some(digest)));
        let last = name.rfind('/').map_or(0, |slash| slash + 1);
        let (name, tag) = match name[last..].find(':') {
            Some(colon) => (&name[..last + colon], Some(&name[last + colon + 1..])),
            None => (name, None),
        };
        let (host, path) = match name.split_once('/') {
            Some((host, path)) if host.contains(['.', ':']) || host == "localhost" => (host, path),
            _ => ("docker.io", name),
        };
        let is_official = host == "docker.io" && !path.contains('/');
        let repository = if is_official { format!("library/{path}") } else { path.to_owned() };
        Self { host, repository, tag, digest }
    }

    /// Returns whether both are of the same repository.
    fn is_beside(&self, host: &str, repository: &str) -> bool {
        self.repository == repository && (self.host == host || (self.host == "docker.io" && is_hub(host)))
    }
}

/// Returns whether a host is Docker Hub's.
pub(super) fn is_hub(host: &str) -> bool {
    ["registry-1.docker.io", "docker.io", "index.docker.io"].contains(&host)
}

/// Returns what a registry has in a repository, by tag or digest.
pub(crate) fn find(world: &World, host: &str, repository: &str, wanted: &str) -> Published {
    let Some((image, digest)) = scripted(world, host, repository, wanted) else {
        return unscripted(world, host, repository, wanted);
    };
    match image.access {
        Access::Everybody => Published::Image(Box::new(image.clone()), digest),
        Access::Others => Published::Denied,
        Access::Limited => Published::Limited,
        Access::Missing => Published::NoImage,
    }
}

/// Returns the digest of the image under a reference. `None` if nobody can pull it.
pub(crate) fn digest_of(world: &World, reference: &str) -> Option<String> {
    let parsed = Reference::parse(reference);
    let wanted = parsed.digest.or(parsed.tag).unwrap_or("latest");
    let host = if parsed.host == "docker.io" { "registry-1.docker.io" } else { parsed.host };
    match find(world, host, &parsed.repository, wanted) {
        Published::Image(_, digest) => Some(digest),
        _ => None,
    }
}

/// Returns whether a caller scripted that an image does not exist.
pub(crate) fn is_missing(world: &World, reference: &str) -> bool {
    let parsed = Reference::parse(reference);
    let wanted = parsed.digest.or(parsed.tag).unwrap_or("latest");
    let found = scripted(world, parsed.host, &parsed.repository, wanted);
    found.is_some_and(|(image, _)| image.access == Access::Missing)
}

/// Returns the image that a caller scripted, with its digest.
fn scripted<'a>(world: &'a World, host: &str, repository: &str, wanted: &str) -> Option<(&'a Image, String)> {
    let is_digest = wanted.starts_with("sha256:");
    let beside =
        world.web.images.iter().filter(|(text, _)| Reference::parse(text).is_beside(host, repository));
    let mut beside = beside.map(|(text, image)| (text, image, digest(repository, image, text)));
    let (_, image, digest) = beside.find(|(text, _, digest)| {
        let parsed = Reference::parse(text);
        let is_tag = parsed.tag.unwrap_or("latest") == wanted;
        if is_digest {
            digest == wanted || parsed.digest == Some(wanted)
        } else {
            is_tag && parsed.digest.is_none()
        }
    })?;
    Some((image, if is_digest { wanted.to_owned() } else { digest }))
}

/// Returns what a registry has that nobody scripted: every image, unless ECS cannot pull it.
fn unscripted(world: &World, host: &str, repository: &str, wanted: &str) -> Published {
    let host = if is_hub(host) { String::new() } else { format!("{host}/") };
    let repository_of_hub = repository.strip_prefix("library/").filter(|_| host.is_empty());
    let sign = if wanted.starts_with("sha256:") { '@' } else { ':' };
    let reference = format!("{host}{}{sign}{wanted}", repository_of_hub.unwrap_or(repository));
    let image = Image::default();
    let digest = if sign == '@' {
        wanted.to_owned()
    } else {
        digest(repository, &image, &format!("{repository}:{wanted}"))
    };
    match ecs::in_registry(world, &reference) {
        InRegistry::There => Published::Image(Box::new(image), digest),
        InRegistry::OtherPlatform => Published::Image(Box::new(image.only("linux/s390x")), digest),
        InRegistry::NoImage => Published::NoImage,
        InRegistry::NoRepository => Published::NoRepository,
        InRegistry::Denied => Published::Denied,
        InRegistry::Limited => Published::Limited,
        InRegistry::NoRegistry => Published::NoRegistry,
    }
}

/// Returns the digest of an image: that of its reference, or the one of its content.
fn digest(repository: &str, image: &Image, reference: &str) -> String {
    let parsed = Reference::parse(reference);
    if let Some(digest) = parsed.digest {
        return digest.to_owned();
    }
    let tag = parsed.tag.unwrap_or("latest");
    let content = if image.content.is_empty() { tag } else { &image.content };
    hashed(&format!("{repository}/{content}"))
}

/// Returns a digest that only depends on a text.
fn hashed(text: &str) -> String {
    // FNV-1a: the digests only have to differ.
    let number = text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash: u64, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    format!("sha256:{}", world::id(number, HEXADECIMAL, 64))
}

/// Returns the type and the text of an image's manifest.
pub(crate) fn manifest_of(image: &Image, digest: &str) -> (&'static str, Value) {
    match image.form {
        Form::Index => (INDEX, index(image, digest)),
        Form::Single => (MANIFEST, single(image, digest)),
    }
}

/// Returns an index, with the attestation that builders add to it.
fn index(image: &Image, digest: &str) -> Value {
    let entry = |platform: &str| {
        let mut entry = json!({
            "mediaType": MANIFEST,
            "digest": hashed(&format!("{digest}/{platform}")),
            "size": 1000,
        });
        if let Some((system, architecture)) = platform.split_once('/') {
            entry["platform"] = json!({ "os": system, "architecture": architecture });
        }
        entry
    };
    let mut entries: Vec<Value> = image.platforms.iter().map(|platform| entry(platform)).collect();
    let mut attestation = entry("unknown/unknown");
    attestation["annotations"] = json!({ "vnd.docker.reference.type": "attestation-manifest" });
    entries.push(attestation);
    json!({ "schemaVersion": 2, "mediaType": INDEX, "manifests": entries })
}

/// Returns the manifest of an image alone.
fn single(image: &Image, digest: &str) -> Value {
    json!({
        "schemaVersion": 2,
        "mediaType": MANIFEST,
        "config": {
            "mediaType": image.artifact.as_deref().unwrap_or(CONFIGURATION),
            "digest": hashed(&format!("{digest}/config")),
            "size": 500,
        },
        "layers": [{
            "mediaType": "application/vnd.oci.image.layer.v1.tar+gzip",
            "digest": hashed(&format!("{digest}/layer")),
            "size": image.size,
        }],
    })
}

/// Returns the configuration with this digest of an image alone, `None` if no scripted image has it.
pub(crate) fn configuration_of(world: &World, wanted: &str) -> Option<Value> {
    let image = world.web.images.iter().find_map(|(text, image)| {
        let digest = digest(&Reference::parse(text).repository, image, text);
        (hashed(&format!("{digest}/config")) == wanted).then_some(image)
    })?;
    let platform = image.platforms.first().map_or("", String::as_str);
    let config = if image.is_checked {
        json!({ "Healthcheck": { "Test": ["CMD-SHELL", "curl -f http://localhost/"] } })
    } else {
        json!({})
    };
    Some(match platform.split_once('/') {
        Some((system, architecture)) => {
            json!({ "os": system, "architecture": architecture, "config": config })
        }
        None => json!({ "config": config }),
    })
}

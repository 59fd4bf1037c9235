//! The platforms of an image: entries of an index, or the configuration of an image alone.
//!
//! Builders add attestations to an index, with the platform `unknown/unknown`. They are no images. An entry or a
//! configuration without a platform says nothing, and never counts as a match.

use serde_json::Value;

/// The types of the configuration of an image.
const CONFIGURATIONS: [&str; 2] =
    ["application/vnd.oci.image.config.v1+json", "application/vnd.docker.container.image.v1+json"];
/// The size from which tasks start late, in bytes.
const LARGE: u64 = 5 * 1024 * 1024 * 1024;

/// Whether an image is for an architecture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fit {
    Yes,
    No,
    /// The image does not say.
    Unknown,
}

/// The platforms of an image.
#[derive(Debug, Default)]
pub(super) struct Platforms {
    /// Operating system and architecture of each image.
    known: Vec<(String, String)>,
    /// Whether something does not say for which platform it is.
    has_unknown: bool,
    /// The digest of the configuration that has the platform.
    pub(super) configuration: Option<String>,
    /// The type of something that is no image.
    pub(super) other: Option<String>,
    /// The size of all layers in bytes, where the manifest has them.
    size: u64,
    /// The digests of the images of an index.
    pub(super) entries: Vec<String>,
    /// Whether the configuration of an image alone has a health check, or the reason why it could not be read.
    pub(super) health_check: Checked,
}

/// The health check of an image, as its configuration has it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) enum Checked {
    /// The image has none, or it is an index, whose configurations are not read.
    #[default]
    No,
    /// The image has one.
    Yes,
    /// The configuration could not be read, for this reason.
    Unread(String),
}

impl Platforms {
    /// Reads an index, or a manifest of an image alone.
    pub(super) fn of_manifest(manifest: &Value) -> Self {
        if let Some(entries) = manifest["manifests"].as_array() {
            return Self::of_index(entries);
        }
        let kind = manifest["config"]["mediaType"].as_str().unwrap_or_default();
        let layers = manifest["layers"].as_array().into_iter().flatten();
        let size = layers.filter_map(|layer| layer["size"].as_u64()).sum();
        if !kind.is_empty() && !CONFIGURATIONS.contains(&kind) {
            return Self { other: Some(kind.to_owned()), size, ..Self::default() };
        }
        let configuration = manifest["config"]["digest"].as_str().map(str::to_owned);
        Self { configuration, has_unknown: true, size, ..Self::default() }
    }

    fn of_index(entries: &[Value]) -> Self {
        let mut platforms = Self::default();
        for entry in entries {
            platforms.entries.extend(entry["digest"].as_str().map(str::to_owned));
            let platform = &entry["platform"];
            match (platform["os"].as_str(), platform["architecture"].as_str()) {
                (Some("unknown"), _) | (_, Some("unknown")) => {}
                (Some(system), Some(architecture)) => {
                    platforms.known.push((system.to_owned(), architecture.to_owned()));
                }
                _ => platforms.has_unknown = true,
            }
        }
        platforms.has_unknown |= platforms.known.is_empty();
        platforms
    }

    /// Adds the platform of the configuration of an image alone.
    pub(super) fn add_configuration(&mut self, body: &[u8]) {
        let configuration: Value = serde_json::from_slice(body).unwrap_or_default();
        let platform = (configuration["os"].as_str(), configuration["architecture"].as_str());
        if let (Some(system), Some(architecture)) = platform
            && !architecture.is_empty()
        {
            self.known.push((system.to_owned(), architecture.to_owned()));
            self.has_unknown = false;
        }
        // Docker writes `NONE` for an image that takes the check of its base image back.
        let test = configuration["config"]["Healthcheck"]["Test"][0].as_str();
        let is_checked = test.is_some_and(|kind| kind != "NONE");
        self.health_check = if is_checked { Checked::Yes } else { Checked::No };
    }

    /// Returns whether the image is for Linux on an architecture.
    pub(super) fn fit(&self, architecture: &str) -> Fit {
        let fits = |(system, found): &(String, String)| system == "linux" && found == architecture;
        match (self.known.iter().any(fits), self.has_unknown) {
            (true, _) => Fit::Yes,
            (false, true) => Fit::Unknown,
            (false, false) => Fit::No,
        }
    }

    /// Returns the platforms, such as `linux/amd64 and linux/arm64`.
    pub(super) fn names(&self) -> String {
        let names = self.known.iter().map(|(system, architecture)| format!("{system}/{architecture}"));
        names.collect::<Vec<_>>().join(" and ")
    }

    /// Returns whether the layers have more than 5 GiB.
    pub(super) fn is_large(&self) -> bool {
        self.size > LARGE
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn attestation_is_no_image() {
        let entry =
            |os: &str, architecture: &str| json!({ "platform": { "os": os, "architecture": architecture } });
        let index = json!({ "manifests": [entry("linux", "arm64"), entry("unknown", "unknown")] });
        let platforms = Platforms::of_manifest(&index);
        assert_eq!((platforms.fit("arm64"), platforms.fit("amd64")), (Fit::Yes, Fit::No));
        assert_eq!(platforms.names(), "linux/arm64");
    }

    #[test]
    fn entry_without_a_platform_is_no_match() {
        let index = json!({ "manifests": [{ "digest": "sha256:0d" }] });
        assert_eq!(Platforms::of_manifest(&index).fit("amd64"), Fit::Unknown);
    }

    #[test]
    fn configuration_has_the_platform_of_one_image() {
        let mut platforms =
            Platforms::of_manifest(&json!({ "config": { "digest": "sha256:0d" }, "layers": [] }));
        assert_eq!(
            (platforms.fit("amd64"), platforms.configuration.as_deref()),
            (Fit::Unknown, Some("sha256:0d"))
        );
        platforms.add_configuration(br#"{"os":"linux"}"#);
        assert_eq!(platforms.fit("amd64"), Fit::Unknown);
        platforms.add_configuration(br#"{"os":"linux","architecture":"amd64"}"#);
        assert_eq!((platforms.fit("amd64"), platforms.fit("arm64")), (Fit::Yes, Fit::No));
    }

    #[test]
    fn health_check_of_an_image_is_in_its_configuration() {
        let of = |configuration: &[u8]| {
            let mut platforms = Platforms::default();
            platforms.add_configuration(configuration);
            platforms.health_check
        };
        assert_eq!(of(br#"{"config":{"Healthcheck":{"Test":["CMD","true"]}}}"#), Checked::Yes);
        assert_eq!(of(br#"{"config":{"Healthcheck":{"Test":["NONE"]}}}"#), Checked::No);
        assert_eq!(of(br#"{"config":{}}"#), Checked::No);
    }

    #[test]
    fn chart_is_no_image() {
        let chart = json!({ "config": { "mediaType": "application/vnd.cncf.helm.config.v1+json" } });
        assert!(Platforms::of_manifest(&chart).other.is_some());
    }
}

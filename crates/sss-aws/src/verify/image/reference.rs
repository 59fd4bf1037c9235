//! References to images: the registry, the repository, the tag and the digest.

use crate::services::ecr::Repository;

/// The registry of references without a host.
const DOCKER_HUB: &str = "registry-1.docker.io";

/// A reference to an image.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Reference {
    pub(crate) place: Place,
    /// The repository in its registry.
    pub(crate) path: String,
    pub(crate) tag: Option<String>,
    pub(crate) digest: Option<String>,
}

/// The registry of an image.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// A private repository of ECR.
    Ecr(Repository),
    /// Another registry, by its host.
    Registry(String),
}

impl Reference {
    /// Reads a reference as container engines do: without a host it is one of Docker Hub.
    pub(crate) fn parse(text: &str) -> Self {
        let (name, digest) = text.split_once('@').map_or((text, None), |(name, digest)| (name, Some(digest)));
        let last = name.rfind('/').map_or(0, |slash| slash + 1);
        let (name, tag) = match name[last..].find(':') {
            Some(colon) => (&name[..last + colon], Some(&name[last + colon + 1..])),
            None => (name, None),
        };
        let (host, path) = match name.split_once('/') {
            Some((host, path)) if host.contains(['.', ':']) || host == "localhost" => (host, path),
            _ => (DOCKER_HUB, name),
        };
        let host = if ["docker.io", "index.docker.io"].contains(&host) { DOCKER_HUB } else { host };
        let is_official = host == DOCKER_HUB && !path.contains('/');
        let path = if is_official { format!("library/{path}") } else { path.to_owned() };
        let place = ecr(host, &path).map_or_else(|| Place::Registry(host.to_owned()), Place::Ecr);
        Self { place, path, tag: tag.map(str::to_owned), digest: digest.map(str::to_owned) }
    }

    /// Returns the digest, or else the tag.
    pub(crate) fn wanted(&self) -> &str {
        self.digest.as_deref().or(self.tag.as_deref()).unwrap_or("latest")
    }
}

/// Returns the repository of ECR that a host and a path stand for.
///
/// ECR has the hosts `ACCOUNT.dkr.ecr.REGION.SUFFIX`, with `ecr-fips`, and `ACCOUNT.dkr-ecr.REGION.on.aws`.
fn ecr(host: &str, path: &str) -> Option<Repository> {
    let (registry, rest) = host.split_once('.')?;
    let is_account = registry.len() == 12 && registry.bytes().all(|digit| digit.is_ascii_digit());
    let beginnings = ["dkr.ecr.", "dkr.ecr-fips.", "dkr-ecr.", "dkr-ecr-fips."];
    let rest = beginnings.iter().find_map(|beginning| rest.strip_prefix(beginning)).filter(|_| is_account)?;
    let region = rest.split('.').next()?;
    Some(Repository { registry: registry.to_owned(), region: region.to_owned(), name: path.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, host: &str, path: &str, wanted: &str) {
        let reference = Reference::parse(text);
        assert_eq!(reference.place, Place::Registry(host.to_owned()), "{text}");
        assert_eq!((reference.path.as_str(), reference.wanted()), (path, wanted), "{text}");
    }

    #[test]
    fn reference_without_a_host_is_of_docker_hub() {
        check("nginx", DOCKER_HUB, "library/nginx", "latest");
        check("example/app:1.4", DOCKER_HUB, "example/app", "1.4");
        check("docker.io/nginx:1", DOCKER_HUB, "library/nginx", "1");
    }

    #[test]
    fn host_has_a_dot_or_a_port() {
        check("ghcr.io/example/app:1", "ghcr.io", "example/app", "1");
        check("localhost:5000/app", "localhost:5000", "app", "latest");
        check("registry.example.com:5000/a/b@sha256:0d", "registry.example.com:5000", "a/b", "sha256:0d");
    }

    #[test]
    fn digest_counts_beside_a_tag() {
        check("example/app:1.4@sha256:0d", DOCKER_HUB, "example/app", "sha256:0d");
        assert_eq!(Reference::parse("example/app:1.4@sha256:0d").tag.as_deref(), Some("1.4"));
    }

    #[test]
    fn ecr_has_hosts_of_several_forms() {
        for host in [
            "123456789012.dkr.ecr.eu-west-1.amazonaws.com",
            "123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn",
            "123456789012.dkr.ecr-fips.us-gov-west-1.amazonaws.com",
            "123456789012.dkr-ecr.eu-west-1.on.aws",
        ] {
            let reference = Reference::parse(&format!("{host}/team/app:1"));
            let Place::Ecr(repository) = reference.place else { panic!("{host}") };
            assert_eq!(
                (repository.registry.as_str(), repository.name.as_str()),
                ("123456789012", "team/app")
            );
        }
        check("public.ecr.aws/docker/nginx:1", "public.ecr.aws", "docker/nginx", "1");
    }
}

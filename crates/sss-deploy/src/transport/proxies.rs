//! The choice of a proxy for each request.
//!
//! The scheme of a request decides which proxy it uses, and `NO_PROXY` names hosts without one. The SDK's
//! connector has one proxy and applies `NO_PROXY` itself. So there is a connector for each scheme, and one
//! without a proxy.
//!
//! Requests to this machine and to metadata services never use a proxy: a proxy would ask its own metadata
//! service and return the credentials of its own machine. The SDK for Java does the same; botocore does not.

use std::net::IpAddr;

use aws_smithy_http_client::proxy::{ProxyConfig, ProxyError};
use aws_smithy_runtime_api::client::{
    http::{
        HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient,
        SharedHttpConnector,
    },
    orchestrator::HttpRequest,
    runtime_components::RuntimeComponents,
};

use crate::failure::Failure;

/// The proxies of an environment, for requests over HTTP and HTTPS. `None` means a direct connection.
#[derive(Debug)]
pub(super) struct Proxies {
    pub(super) http: Option<ProxyConfig>,
    pub(super) https: Option<ProxyConfig>,
}

impl Proxies {
    /// Reads the usual variables.
    ///
    /// Upper case takes precedence over lower case, as for Go and curl's `HTTPS_PROXY`. `ALL_PROXY` stands in
    /// for a variable that is not set. A URL without a scheme means `http://`.
    ///
    /// # Errors
    ///
    /// A URL is no proxy over HTTP or HTTPS, such as one of SOCKS. The message does not show the URL, which
    /// may hold a password.
    pub(super) fn of(variable: &dyn Fn(&str) -> Option<String>) -> Result<Self, Failure> {
        let either = |name: &str| {
            let lower = name.to_ascii_lowercase();
            let value = variable(name).map(|value| (name.to_owned(), value));
            value.or_else(|| variable(&lower).map(|value| (lower, value)))
        };

        let direct = either("NO_PROXY").map(|(_, hosts)| plain(&hosts)).unwrap_or_default();

        let proxy = |name: &str,
                     make: fn(String) -> Result<ProxyConfig, ProxyError>|
         -> Result<Option<ProxyConfig>, Failure> {
            let Some((name, url)) = either(name).or_else(|| either("ALL_PROXY")) else { return Ok(None) };
            let url = if url.contains("://") { url } else { format!("http://{url}") };
            // The URL may hold a password, so it is not shown.
            let proxy = make(url).map_err(|error| {
                Failure::new(format!("use the proxy of {name}: {error}"))
                    .hint(format!("set {name} to a URL such as http://proxy.example:3128, or unset it"))
            })?;
            Ok(Some(proxy.no_proxy(&direct)))
        };

        Ok(Self {
            http: proxy("HTTP_PROXY", ProxyConfig::http)?,
            https: proxy("HTTPS_PROXY", ProxyConfig::https)?,
        })
    }
}

/// Formats the hosts without a proxy as the client expects them: `*.x` becomes `.x`, and ports are removed.
fn plain(hosts: &str) -> String {
    let hosts = hosts.split([',', ' ']).map(str::trim).filter(|host| !host.is_empty());
    let hosts = hosts.map(|host| {
        let host = host.strip_prefix('*').filter(|rest| rest.starts_with('.')).unwrap_or(host);
        match host.rsplit_once(':') {
            Some((name, port)) if !name.contains(':') && port.parse::<u16>().is_ok() => name,
            _ => host.trim_matches(['[', ']']),
        }
    });
    hosts.collect::<Vec<_>>().join(",")
}

/// An HTTP client that chooses a proxy for each request.
#[derive(Debug)]
pub(super) struct Routes {
    /// The client without a proxy.
    pub(super) direct: SharedHttpClient,
    pub(super) http: Option<SharedHttpClient>,
    pub(super) https: Option<SharedHttpClient>,
}

impl HttpClient for Routes {
    fn http_connector(
        &self,
        settings: &HttpConnectorSettings,
        components: &RuntimeComponents,
    ) -> SharedHttpConnector {
        let connector = |client: &SharedHttpClient| client.http_connector(settings, components);
        SharedHttpConnector::new(Route {
            direct: connector(&self.direct),
            http: self.http.as_ref().map(connector),
            https: self.https.as_ref().map(connector),
        })
    }
}

/// The connectors of [`Routes`], with the settings of one service client.
#[derive(Debug)]
struct Route {
    direct: SharedHttpConnector,
    http: Option<SharedHttpConnector>,
    https: Option<SharedHttpConnector>,
}

impl HttpConnector for Route {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let (scheme, host) = target(request.uri());
        let proxied = if scheme.eq_ignore_ascii_case("https") { &self.https } else { &self.http };
        match proxied {
            Some(proxied) if !is_near(host) => proxied.call(request),
            _ => self.direct.call(request),
        }
    }
}

/// Returns the scheme and the host of a URI. A host has no port, no user and no brackets.
fn target(uri: &str) -> (&str, &str) {
    let (scheme, after) = uri.split_once("://").unwrap_or(("http", uri));
    let authority = after.split(['/', '?']).next().unwrap_or_default();
    let authority = authority.rsplit('@').next().unwrap_or_default();
    let host = match authority.strip_prefix('[') {
        Some(inner) => inner.split(']').next(),
        None => authority.split(':').next(),
    };
    (scheme, host.unwrap_or_default())
}

/// Returns whether no proxy can reach a host in our place.
///
/// That is this machine, and the addresses that answer each machine for itself, as the metadata services of
/// EC2, ECS and EKS do: `169.254.0.0/16`, `fe80::/10` and `fd00:ec2::/32`.
fn is_near(host: &str) -> bool {
    let of_eks_and_ec2 = |address: std::net::Ipv6Addr| address.segments()[..2] == [0xfd00, 0x0ec2];
    match host.parse() {
        Ok(IpAddr::V4(address)) => address.is_loopback() || address.is_link_local(),
        Ok(IpAddr::V6(address)) => {
            address.is_loopback() || address.is_unicast_link_local() || of_eks_and_ec2(address)
        }
        Err(_) => host == "localhost" || host.ends_with(".localhost"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(variables: &[(&str, &str)]) -> Result<(String, String), String> {
        let variable = |name: &str| {
            let found = variables.iter().find(|(found, _)| *found == name);
            found.map(|(_, value)| (*value).to_owned())
        };
        let proxies = Proxies::of(&variable).map_err(|failure| format!("{failure:?}"))?;
        let shown = |proxy: Option<ProxyConfig>| proxy.map(|proxy| format!("{proxy:?}")).unwrap_or_default();
        Ok((shown(proxies.http), shown(proxies.https)))
    }

    #[test]
    fn proxies_come_from_the_usual_variables() {
        let check = |variables: &[(&str, &str)], http: &str, https: &str| {
            let (found_http, found_https) = of(variables).expect("sound variables");
            for (found, expected) in [(found_http, http), (found_https, https)] {
                assert_eq!(found.is_empty(), expected.is_empty(), "{variables:?}: {found}");
                assert!(found.contains(expected), "{variables:?}: {found}");
            }
        };
        check(&[], "", "");
        check(&[("HTTPS_PROXY", "http://p:1")], "", "http://p:1");
        check(&[("http_proxy", "p:1")], "http://p:1", "");
        check(&[("all_proxy", "http://a:1"), ("https_proxy", "https://s:2")], "http://a:1", "https://s:2");
        check(&[("HTTPS_PROXY", "http://up:1"), ("https_proxy", "http://low:1")], "", "http://up:1");
        check(&[("ALL_PROXY", "p:1"), ("no_proxy", "*.x, y:80 [::1]")], "\".x,y,::1\"", "\".x,y,::1\"");
    }

    #[test]
    fn unusable_proxy_is_reported_without_its_password() {
        for url in ["socks5://user:hunter2@p:1080", "http://", "http://user:hunter2@p p:1"] {
            let told = of(&[("HTTPS_PROXY", url)]).expect_err("no proxy");
            assert!(
                told.contains("the proxy of HTTPS_PROXY") && told.contains("http://proxy.example"),
                "{told}"
            );
            assert!(!told.contains("hunter2"), "{told}");
        }
    }

    #[test]
    fn near_hosts_need_no_proxy() {
        for (uri, near) in [
            ("http://169.254.169.254/latest/api/token", true),
            ("http://169.254.170.2/v2/credentials", true),
            ("http://[fd00:ec2::254]/latest", true),
            ("http://[fd00:ec2::23]:80/v1/credentials", true),
            ("http://[::1]:4566", true),
            ("http://127.0.0.1:4566/", true),
            ("http://localhost:4566?x", true),
            ("http://user@localhost/", true),
            ("https://aws.localhost", true),
            ("https://ecs.eu-central-1.amazonaws.com/", false),
            ("http://10.0.0.1:80", false),
            ("http://[fd00::1]/", false),
            ("https://localhost.example", false),
        ] {
            assert_eq!(is_near(target(uri).1), near, "{uri}");
        }
        assert_eq!(target("HTTPS://a.b:443/c").0, "HTTPS");
    }
}

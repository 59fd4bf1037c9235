//! The HTTP client of AWS calls, with its proxy and its certificates.
//!
//! The SDK for Rust leaves both to its users, and AWS's other tools honour the usual variables. So this
//! module reads `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY`, `NO_PROXY` and `AWS_CA_BUNDLE`. One client with
//! them fetches credentials and calls AWS.
//!
//! - `transport/proxies.rs` chooses a proxy for each request. Requests to this machine and to metadata
//!   services use none.
//! - `transport/bounded.rs` bounds the answers of credential providers. The engine bounds its own calls.

mod bounded;
mod proxies;

use std::{env, fs, path::Path};

use aws_smithy_http_client::{
    Builder, Connector,
    proxy::ProxyConfig,
    tls::{Provider, TlsContext, TrustStore, rustls_provider::CryptoMode},
};
use aws_smithy_runtime_api::client::{http::SharedHttpClient, runtime_components::RuntimeComponents};
use rustls::{
    RootCertStore,
    pki_types::{CertificateDer, pem::PemObject},
};

pub(crate) use bounded::bounded;
use proxies::{Proxies, Routes};

use crate::failure::Failure;

/// The variable that names a file of certificates. They replace those of the machine.
const BUNDLE: &str = "AWS_CA_BUNDLE";

/// Returns an HTTP client with the proxy and the certificates of the environment.
///
/// # Errors
///
/// A variable names an unusable proxy or an unreadable file of certificates. The message names the variable.
pub(crate) fn client() -> Result<SharedHttpClient, Failure> {
    let variable = |name: &str| env::var(name).ok().filter(|value| !value.is_empty());
    let trust = match variable(BUNDLE) {
        None => TrustStore::default(),
        Some(path) => TrustStore::empty().with_pem_certificate(bundle(Path::new(&path))?),
    };

    let context = TlsContext::builder().with_trust_store(trust).build();
    let context = context.map_err(|error| Failure::new(format!("use the certificates: {error}")))?;

    let Proxies { http, https } = Proxies::of(&variable)?;
    let through = |proxy: ProxyConfig| build(context.clone(), proxy);
    Ok(SharedHttpClient::new(Routes {
        direct: through(ProxyConfig::disabled()),
        http: http.map(through),
        https: https.map(through),
    }))
}

/// Returns a client that sends all requests through this proxy.
fn build(context: TlsContext, proxy: ProxyConfig) -> SharedHttpClient {
    Builder::new().build_with_connector_fn(move |settings, components| {
        let mut builder = Connector::builder()
            .tls_provider(Provider::Rustls(CryptoMode::Ring))
            .tls_context(context.clone())
            .proxy_config(proxy.clone());
        builder.set_connector_settings(settings.cloned());
        builder.set_sleep_impl(components.and_then(RuntimeComponents::sleep_impl));
        builder.build()
    })
}

/// Reads a bundle of certificates in PEM. The SDK panics on an unreadable one, so this checks it first.
///
/// # Errors
///
/// The file cannot be read, it has no certificate, or a certificate is unusable.
fn bundle(path: &Path) -> Result<Vec<u8>, Failure> {
    let failed = |why: String| {
        Failure::new(format!("read the certificates of {BUNDLE}, {}: {why}", path.display())).hint(format!(
            "{BUNDLE} names a file of certificates in PEM; unset it to trust those of the machine"
        ))
    };

    let text = fs::read(path).map_err(|error| failed(error.to_string()))?;
    let mut roots = RootCertStore::empty();
    for (index, certificate) in CertificateDer::pem_slice_iter(&text).enumerate() {
        let unreadable =
            |error: &dyn std::fmt::Display| failed(format!("certificate {}: {error}", index + 1));
        let certificate = certificate.map_err(|error| unreadable(&error))?;
        roots.add(certificate).map_err(|error| unreadable(&error))?;
    }

    if roots.is_empty() { Err(failed("it has none".to_owned())) } else { Ok(text) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: Option<&str>, says: &str) {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("bundle.pem");
        if let Some(text) = text {
            fs::write(&path, text).expect("a file");
        }
        let failure = format!("{:?}", bundle(&path).expect_err("no certificates"));
        assert!(failure.contains(says) && failure.contains("unset it"), "{failure}");
    }

    #[test]
    fn unreadable_bundle_is_reported() {
        check(None, "No such file");
        check(Some(""), "it has none");
        check(Some("not PEM"), "it has none");
        check(Some("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"), "certificate 1: ");
        check(Some("-----BEGIN CERTIFICATE-----\n"), "certificate 1: ");
    }
}

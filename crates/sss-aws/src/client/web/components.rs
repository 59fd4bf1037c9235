//! The components of the SDK's runtime for requests without any of its operations.
//!
//! An HTTP client wants them to make a connector, and reads none of those here. Each one refuses to work, because
//! a request to the web is neither signed nor repeated.

use std::borrow::Cow;

use aws_smithy_runtime_api::{
    box_error::BoxError,
    client::{
        auth::{
            AuthScheme, AuthSchemeEndpointConfig, AuthSchemeId, AuthSchemeOptionResolverParams,
            ResolveAuthSchemeOptions, Sign,
        },
        endpoint::{EndpointFuture, EndpointResolverParams, ResolveEndpoint},
        identity::{
            Identity, IdentityFuture, ResolveCachedIdentity, ResolveIdentity, SharedIdentityResolver,
        },
        interceptors::context::InterceptorContext,
        orchestrator::HttpRequest,
        retries::{RetryStrategy, ShouldAttempt},
        runtime_components::{GetIdentityResolver, RuntimeComponents, RuntimeComponentsBuilder},
    },
};
use aws_smithy_types::config_bag::ConfigBag;

/// The name of the scheme of requests that nobody signs.
const SCHEME: AuthSchemeId = AuthSchemeId::new("unsigned");

/// Returns components that do nothing.
pub(super) fn unused() -> RuntimeComponents {
    let builder = RuntimeComponentsBuilder::new("web")
        .with_auth_scheme(Unused)
        .with_auth_scheme_option_resolver(Some(Unused))
        .with_endpoint_resolver(Some(Unused))
        .with_identity_cache(Some(Unused))
        .with_identity_resolver(SCHEME, Unused)
        .with_retry_strategy(Some(Unused));
    builder.build().expect("all components that the SDK demands are there")
}

/// Each of the components.
#[derive(Debug)]
struct Unused;

impl Unused {
    /// Returns the error of a component that a request to the web does not need.
    fn error() -> BoxError {
        "a request to the web is neither signed nor repeated".into()
    }
}

impl ResolveAuthSchemeOptions for Unused {
    fn resolve_auth_scheme_options(
        &self,
        _: &AuthSchemeOptionResolverParams,
    ) -> Result<Cow<'_, [AuthSchemeId]>, BoxError> {
        Err(Self::error())
    }
}

impl ResolveEndpoint for Unused {
    fn resolve_endpoint<'a>(&'a self, _: &'a EndpointResolverParams) -> EndpointFuture<'a> {
        EndpointFuture::ready(Err(Self::error()))
    }
}

impl AuthScheme for Unused {
    fn scheme_id(&self) -> AuthSchemeId {
        SCHEME
    }

    fn identity_resolver(&self, _: &dyn GetIdentityResolver) -> Option<SharedIdentityResolver> {
        None
    }

    fn signer(&self) -> &dyn Sign {
        self
    }
}

impl Sign for Unused {
    fn sign_http_request(
        &self,
        _: &mut HttpRequest,
        _: &Identity,
        _: AuthSchemeEndpointConfig<'_>,
        _: &RuntimeComponents,
        _: &ConfigBag,
    ) -> Result<(), BoxError> {
        Err(Self::error())
    }
}

impl ResolveIdentity for Unused {
    fn resolve_identity<'a>(&'a self, _: &'a RuntimeComponents, _: &'a ConfigBag) -> IdentityFuture<'a> {
        IdentityFuture::ready(Err(Self::error()))
    }
}

impl ResolveCachedIdentity for Unused {
    fn resolve_cached_identity<'a>(
        &'a self,
        _: SharedIdentityResolver,
        _: &'a RuntimeComponents,
        _: &'a ConfigBag,
    ) -> IdentityFuture<'a> {
        IdentityFuture::ready(Err(Self::error()))
    }
}

impl RetryStrategy for Unused {
    fn should_attempt_initial_request(
        &self,
        _: &RuntimeComponents,
        _: &ConfigBag,
    ) -> Result<ShouldAttempt, BoxError> {
        Err(Self::error())
    }

    fn should_attempt_retry(
        &self,
        _: &InterceptorContext,
        _: &RuntimeComponents,
        _: &ConfigBag,
    ) -> Result<ShouldAttempt, BoxError> {
        Err(Self::error())
    }
}

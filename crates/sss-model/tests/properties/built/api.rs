//! The API and its routes.

use sss_model::{AccessLog, Api, Cors, Domain, JwtAuthorizer, Route};

use super::Built;

impl Built {
    pub(super) fn api(&mut self, api: &Api) -> Api {
        let mut builder = Api::builder()
            .tags(&api.tags)
            .stage_variables(&api.stage_variables)
            .disable_execute_api_endpoint(api.disable_execute_api_endpoint);
        set!(builder from api: description, throttling, detailed_metrics);
        if let Some(cors) = &api.cors {
            builder = builder.cors(self.cors(cors));
        }
        if let Some(authorizer) = &api.authorizer {
            builder = builder.authorizer(self.authorizer(authorizer));
        }
        for (name, authorizer) in &api.authorizers {
            builder = builder.named_authorizer(name, self.authorizer(authorizer));
        }
        for (name, domain) in &api.domains {
            builder = builder.domain(name, self.domain(domain));
        }
        builder = match &api.access_log {
            Some(log) => builder.access_log(self.access_log(log)),
            None => builder.without_access_log(),
        };
        self.part(api, builder.build())
    }

    fn cors(&mut self, cors: &Cors) -> Cors {
        let mut builder = Cors::builder()
            .allow_origins(&cors.allow_origins)
            .allow_methods(&cors.allow_methods)
            .allow_headers(&cors.allow_headers)
            .expose_headers(&cors.expose_headers)
            .allow_credentials(cors.allow_credentials);
        set!(builder from cors: max_age);
        self.part(cors, builder.build())
    }

    fn authorizer(&mut self, authorizer: &JwtAuthorizer) -> JwtAuthorizer {
        let builder = JwtAuthorizer::builder()
            .issuer(&authorizer.issuer)
            .audience(&authorizer.audience)
            .identity_source(&authorizer.identity_source);
        self.part(authorizer, builder.build())
    }

    fn domain(&mut self, domain: &Domain) -> Domain {
        let mut builder =
            Domain::builder().certificate(&domain.certificate).ip_address_type(domain.ip_address_type);
        set!(builder from domain: path, zone);
        self.part(domain, builder.build())
    }

    fn access_log(&mut self, log: &AccessLog) -> AccessLog {
        let mut builder = AccessLog::builder().format(&log.format).log_group(self.log_group(&log.log_group));
        set!(builder from log: retention_days);
        self.part(log, builder.build())
    }

    pub(super) fn route(&mut self, route: &Route) -> Route {
        let mut builder =
            Route::builder().methods(route.methods.iter().copied()).path(&route.path).scopes(&route.scopes);
        set!(builder from route: authorizer, authorization, throttling, strip_prefix, rewrite);
        self.part(route, builder.build())
    }
}

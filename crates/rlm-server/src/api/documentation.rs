//! The OpenAPI document of the routes.

use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{InfoBuilder, OpenApi, SecurityRequirement};

/// Returns the document of the service from that of its routes.
pub(crate) fn document(mut routes: OpenApi) -> OpenApi {
    routes.info = InfoBuilder::new()
        .title("rlm")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some("Answers questions about more text than a model can read."))
        .build();
    let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build();
    let components = routes.components.get_or_insert_default();
    components.add_security_scheme("key", SecurityScheme::Http(bearer));
    // A service on loopback without keys needs none.
    routes.security = Some(vec![
        SecurityRequirement::new("key", Vec::<String>::new()),
        SecurityRequirement::default(),
    ]);
    routes
}

//! The outside: routes, status codes, pages. Handlers extract, make one call and convert.

mod api;
mod assets;
mod health;
mod identity;
pub mod pages;
mod problem;
mod socket;

use actix_web::http::header::{
    CONTENT_SECURITY_POLICY, REFERRER_POLICY, STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS,
};
use actix_web::middleware::{Compress, DefaultHeaders};
use actix_web::web::{self, ServiceConfig};

/// Everything from here, nothing inline. `wasm-unsafe-eval` compiles the document library, and nothing else.
const POLICY: &str = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'; img-src 'self' data:; \
    object-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'";

pub fn routes(config: &mut ServiceConfig) {
    config
        .route("/healthz", web::get().to(health::alive))
        .route("/readyz", web::get().to(health::ready))
        .route("/metrics", web::get().to(health::metrics))
        .route("/sync/{meeting}", web::get().to(socket::sync))
        .route("/assets/{path:.*}", web::get().to(assets::show))
        .configure(api::routes)
        .configure(pages::routes);
}

/// Headers every answer carries unless it sets its own.
pub fn headers(secure: bool) -> DefaultHeaders {
    let headers = DefaultHeaders::new()
        .add((CONTENT_SECURITY_POLICY, POLICY))
        .add((X_CONTENT_TYPE_OPTIONS, "nosniff"))
        // `no-referrer` would make browsers send `Origin: null` with our own forms.
        .add((REFERRER_POLICY, "same-origin"))
        .add(("Cross-Origin-Opener-Policy", "same-origin"));
    if secure { headers.add((STRICT_TRANSPORT_SECURITY, "max-age=31536000")) } else { headers }
}

pub fn compression() -> Compress {
    Compress::default()
}

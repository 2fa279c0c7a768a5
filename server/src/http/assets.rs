//! The client's scripts and styles, built by `npm run build` and carried inside this program.

use actix_web::http::header::{CACHE_CONTROL, ETAG, IF_NONE_MATCH};
use actix_web::{HttpRequest, HttpResponse, web};
use rust_embed::RustEmbed;

#[derive(RustEmbed)]
#[folder = "../client/dist"]
#[allow_missing = true]
struct Dist;

pub async fn show(request: HttpRequest, path: web::Path<String>) -> HttpResponse {
    let Some(file) = Dist::get(&path) else { return HttpResponse::NotFound().finish() };
    let etag =
        format!("\"{}\"", file.metadata.sha256_hash()[..16].iter().map(|b| format!("{b:02x}")).collect::<String>());
    let known = request.headers().get(IF_NONE_MATCH).is_some_and(|value| value.as_bytes() == etag.as_bytes());
    if known {
        return HttpResponse::NotModified().insert_header((ETAG, etag)).finish();
    }
    HttpResponse::Ok()
        .content_type(file.metadata.mimetype())
        .insert_header((CACHE_CONTROL, "no-cache"))
        .insert_header((ETAG, etag))
        .body(file.data.into_owned())
}

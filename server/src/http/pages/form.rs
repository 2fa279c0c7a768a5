//! What a form of our own pages sends.

use std::future::Future;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::error::ErrorBadRequest;
use actix_web::web::Bytes;
use actix_web::{FromRequest, HttpRequest};

use crate::http::identity;

/// The fields as sent, in order, names repeated where the form repeats them. A form on another site's page is refused.
pub struct Form(Vec<(String, String)>);

impl Form {
    /// The last value of a field; empty when it was not sent.
    pub fn get(&self, name: &str) -> &str {
        self.fields().filter(|(field, _)| *field == name).last().map_or("", |(_, value)| value)
    }

    pub fn fields(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

impl FromRequest for Form {
    type Error = actix_web::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Self::Error>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let same_origin = identity::is_same_origin(request);
        let body = Bytes::from_request(request, payload);
        Box::pin(async move {
            if !same_origin {
                return Err(ErrorBadRequest("a form of another site"));
            }
            let body = body.await?;
            let fields = form_urlencoded::parse(&body).map(|(name, value)| (name.into_owned(), value.into_owned()));
            Ok(Self(fields.collect()))
        })
    }
}

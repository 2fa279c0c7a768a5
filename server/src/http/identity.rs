//! Who is asking: a JWT in a cookie for browsers, as bearer for programs. The token only names a session; whether that
//! session is still alive is asked of the store every time, so that signing out ends it at once.

use std::future::Future;
use std::pin::Pin;
use std::str::FromStr;

use actix_web::cookie::{Cookie, SameSite};
use actix_web::dev::Payload;
use actix_web::http::Method;
use actix_web::http::header::{AUTHORIZATION, HOST, ORIGIN};
use actix_web::{FromRequest, HttpRequest, web};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use minutes::access::Deed;
use minutes::ids::{MeetingId, SessionId};
use serde::{Deserialize, Serialize};

use super::problem::Problem;
use crate::workflow::seat::{self, AtMeeting};
use crate::workflow::{Actor, App, Error, sign_in};

pub const COOKIE: &str = "accord_session";

#[derive(Debug, Serialize, Deserialize)]
struct Claims {
    /// The session.
    sid: String,
    /// Seconds since the epoch.
    exp: i64,
}

/// A token for a session.
pub fn token(app: &App, actor: &Actor) -> Result<String, Error> {
    let claims = Claims { sid: actor.session.to_string(), exp: actor.expires_at / 1000 };
    let key = EncodingKey::from_secret(&app.settings.session_secret);
    jsonwebtoken::encode(&Header::new(Algorithm::HS256), &claims, &key)
        .map_err(|_| Error::Broken("a session token can't be made"))
}

fn session(app: &App, token: &str) -> Option<SessionId> {
    let mut validation = Validation::new(Algorithm::HS256);
    // The store's own clock decides on expiry; the claim is for clients to read.
    validation.validate_exp = false;
    validation.required_spec_claims.clear();
    let key = DecodingKey::from_secret(&app.settings.session_secret);
    let claims = jsonwebtoken::decode::<Claims>(token, &key, &validation).ok()?.claims;
    SessionId::from_str(&claims.sid).ok()
}

/// The cookie that carries a token; kept from scripts and from other sites.
pub fn cookie(app: &App, token: String) -> Cookie<'static> {
    Cookie::build(COOKIE, token)
        .path("/")
        .http_only(true)
        .same_site(SameSite::Lax)
        .secure(app.settings.secure_cookies)
        .finish()
}

pub fn no_cookie(app: &App) -> Cookie<'static> {
    let mut cookie = cookie(app, String::new());
    cookie.make_removal();
    cookie
}

/// A request from another site's page, riding on this one's cookie, is refused whatever it asks.
pub fn is_same_origin(request: &HttpRequest) -> bool {
    let Some(origin) = request.headers().get(ORIGIN) else {
        // Browsers send it with everything that changes something and with every WebSocket.
        return true;
    };
    let origin = origin.to_str().unwrap_or("null");
    let host = request.headers().get(HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    origin.split_once("://").is_some_and(|(_, rest)| rest == host)
}

/// Whoever asks, if their session is alive.
pub async fn identify(request: &HttpRequest) -> Result<Actor, Error> {
    let app = app(request)?;
    let bearer = request
        .headers()
        .get(AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.strip_prefix("Bearer "))
        .map(str::to_owned);
    let token = match bearer {
        Some(token) => token,
        None => {
            let safe = matches!(*request.method(), Method::GET | Method::HEAD);
            let upgrades = request.headers().contains_key(actix_web::http::header::UPGRADE);
            if (!safe || upgrades) && !is_same_origin(request) {
                return Err(Error::NotSignedIn);
            }
            request.cookie(COOKIE).ok_or(Error::NotSignedIn)?.value().to_owned()
        }
    };
    let session = session(&app, &token).ok_or(Error::NotSignedIn)?;
    sign_in::resume(&app, session).await
}

pub fn app(request: &HttpRequest) -> Result<web::Data<App>, Error> {
    request.app_data::<web::Data<App>>().cloned().ok_or(Error::Broken("the server was put together wrongly"))
}

type Extracting<T> = Pin<Box<dyn Future<Output = Result<T, Problem>>>>;

/// Somebody signed in.
pub struct SignedIn(pub Actor);

impl FromRequest for SignedIn {
    type Error = Problem;
    type Future = Extracting<Self>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move { Ok(Self(identify(&request).await?)) })
    }
}

/// Somebody with a seat at the meeting named in the path.
pub struct Seated(pub AtMeeting);

impl FromRequest for Seated {
    type Error = Problem;
    type Future = Extracting<Self>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move { Ok(Self(seated(&request).await?)) })
    }
}

/// The chair of the meeting named in the path.
pub struct Chair(pub AtMeeting);

impl FromRequest for Chair {
    type Error = Problem;
    type Future = Extracting<Self>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move { Ok(Self(seated_for(&request, Deed::ReviewAndLock).await?)) })
    }
}

/// Who may take seats away and change roles at the meeting named in the path.
pub struct ManagesSeats(pub AtMeeting);

impl FromRequest for ManagesSeats {
    type Error = Problem;
    type Future = Extracting<Self>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move { Ok(Self(seated_for(&request, Deed::ManageSeats).await?)) })
    }
}

/// Who may give more people a seat at the meeting named in the path, and see to its preparation.
pub struct InvitesPeople(pub AtMeeting);

impl FromRequest for InvitesPeople {
    type Error = Problem;
    type Future = Extracting<Self>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move { Ok(Self(seated_for(&request, Deed::InvitePeople).await?)) })
    }
}

/// Who rules on what was asked for before the meeting named in the path.
pub struct RulesOnRequests(pub AtMeeting);

impl FromRequest for RulesOnRequests {
    type Error = Problem;
    type Future = Extracting<Self>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move { Ok(Self(seated_for(&request, Deed::RuleOnRequests).await?)) })
    }
}

/// Chair or minute taker of the meeting named in the path.
pub struct RunsMeeting(pub AtMeeting);

impl FromRequest for RunsMeeting {
    type Error = Problem;
    type Future = Extracting<Self>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move { Ok(Self(seated_for(&request, Deed::SeeDeliveries).await?)) })
    }
}

/// One of the professionals at the meeting named in the path, who may read its working history.
pub struct ReadsHistory(pub AtMeeting);

impl FromRequest for ReadsHistory {
    type Error = Problem;
    type Future = Extracting<Self>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move { Ok(Self(seated_for(&request, Deed::ReadHistory).await?)) })
    }
}

async fn seated(request: &HttpRequest) -> Result<AtMeeting, Error> {
    let actor = identify(request).await?;
    let meeting = path_id::<MeetingId>(request, "meeting")?;
    seat::take(&*app(request)?, actor, meeting).await
}

async fn seated_for(request: &HttpRequest, deed: Deed) -> Result<AtMeeting, Error> {
    let at = seated(request).await?;
    at.may(deed)?;
    Ok(at)
}

/// An id in the path. One that is none is an id of nothing: 404.
pub fn path_id<T: FromStr>(request: &HttpRequest, name: &str) -> Result<T, Error> {
    request.match_info().get(name).and_then(|text| text.parse().ok()).ok_or(Error::NotFound)
}

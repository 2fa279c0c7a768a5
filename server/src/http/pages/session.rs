//! Signing in and out.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use serde::Deserialize;

use super::form::Form;
use super::views::form::safe_next;
use super::views::sign_in::{SignInNotice, SignInPage, SignInProblem};
use super::{answer, frames};
use crate::http::identity;
use crate::http::problem::Problem;
use crate::workflow::{App, Error, sign_in, sign_out};

#[derive(Deserialize)]
pub struct Asked {
    #[serde(default)]
    next: String,
    #[serde(default)]
    notice: String,
}

pub async fn ask(app: web::Data<App>, request: HttpRequest, asked: web::Query<Asked>) -> Result<HttpResponse, Problem> {
    if identity::identify(&request).await.is_ok() {
        return Ok(answer::see_other(safe_next(&asked.next)));
    }
    let notice = match asked.notice.as_str() {
        "signed-out" => Some(SignInNotice::SignedOut),
        "expired" => Some(SignInNotice::SessionExpired),
        // Everybody begins without a session; only for another page than the first is it worth saying.
        "first" if !matches!(asked.next.as_str(), "/" | "/meetings") => Some(SignInNotice::SignInFirst),
        _ => None,
    };
    answer::page(&SignInPage::new(frames::public(&app), &asked.next, notice))
}

pub async fn sign_in(app: web::Data<App>, form: Form) -> Result<HttpResponse, Problem> {
    let (email, password, next) = (form.get("email").trim(), form.get("password"), form.get("next"));
    let (status, problem) = if email.is_empty() {
        (StatusCode::UNPROCESSABLE_ENTITY, SignInProblem::EmailMissing)
    } else if password.is_empty() {
        (StatusCode::UNPROCESSABLE_ENTITY, SignInProblem::PasswordMissing)
    } else {
        match sign_in::sign_in(&app, email.to_owned(), password.to_owned()).await {
            Ok(actor) => {
                let mut response = answer::see_other(safe_next(next));
                let cookie = identity::cookie(&app, identity::token(&app, &actor)?);
                response.add_cookie(&cookie).map_err(|_| Error::Broken("a cookie can't be set"))?;
                return Ok(response);
            }
            Err(Error::BadCredentials) => (StatusCode::UNAUTHORIZED, SignInProblem::NotRight),
            Err(Error::TooManyTries) => (StatusCode::TOO_MANY_REQUESTS, SignInProblem::TooManyTries),
            Err(error) => return Err(error.into()),
        }
    };
    answer::page_with(status, &SignInPage::again(frames::public(&app), next, email, problem))
}

/// Also for a session that has ended already: the person wants to be out, and is.
pub async fn sign_out(app: web::Data<App>, request: HttpRequest, _: Form) -> Result<HttpResponse, Problem> {
    match identity::identify(&request).await {
        Ok(actor) => sign_out::sign_out(&app, &actor).await?,
        Err(Error::NotSignedIn) => {}
        Err(error) => return Err(error.into()),
    }
    let mut response = answer::see_other("/sign-in?notice=signed-out");
    response.add_cookie(&identity::no_cookie(&app)).map_err(|_| Error::Broken("a cookie can't be cleared"))?;
    Ok(response)
}

//! A family's copy: no account, a link and a code. Titles and addresses say nothing.

use actix_web::cookie::{Cookie, SameSite, time};
use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_DISPOSITION, HeaderName, HeaderValue};
use actix_web::{HttpRequest, HttpResponse, web};

use super::form::Form;
use super::views::family::{CodePage, CodeState, Contact, CopyPage, QuickExit};
use super::views::frame::size;
use super::views::record::{RecordView, Stage};
use super::{answer, frames};
use crate::clock::rfc3339;
use crate::http::problem::Problem;
use crate::workflow::open_copy::{self, Copy, LinkState, Opened};
use crate::workflow::{App, Error, read_edition};

/// Holds the proof that the code was right, for this link alone.
const COOKIE: &str = "accord_copy";
const CODE_DIGITS: usize = 8;

pub async fn show(
    app: web::Data<App>,
    token: web::Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    if let Some(copy) = proved(&app, &token, &request).await? {
        return copy_page(&app, &token, &copy).await;
    }
    let state = open_copy::look(&app, &token).await?;
    code_page(&app, &token, asking(state)).await
}

pub async fn open(app: web::Data<App>, token: web::Path<String>, form: Form) -> Result<HttpResponse, Problem> {
    let typed = form.get("code");
    let open = matches!(open_copy::look(&app, &token).await?, LinkState::Open { .. });
    if open && typed.chars().filter(char::is_ascii_digit).count() != CODE_DIGITS {
        return code_page(&app, &token, CodeState::NotACode).await;
    }
    match open_copy::open_copy(&app, &token, typed).await? {
        Opened::Copy(copy) => {
            let mut response = copy_page(&app, &token, &copy).await?;
            let cookie = cookie(&app, &token);
            response.add_cookie(&cookie).map_err(|_| Error::Broken("a cookie can't be set"))?;
            Ok(response)
        }
        Opened::WrongCode(LinkState::Open { tries_left }) => {
            let tries_left = u32::try_from(tries_left).unwrap_or_default();
            code_page(&app, &token, CodeState::Wrong { tries_left }).await
        }
        Opened::WrongCode(state) => code_page(&app, &token, asking(state)).await,
    }
}

/// The sealed PDF, for a browser that has shown the code. Any other is asked for it.
pub async fn pdf(app: web::Data<App>, token: web::Path<String>, request: HttpRequest) -> Result<HttpResponse, Problem> {
    let Some(copy) = proved(&app, &token, &request).await? else {
        return Ok(unlisted(answer::see_other(&format!("/copy/{}", path_of(&token)))));
    };
    let response = HttpResponse::Ok()
        .content_type("application/pdf")
        .insert_header((CONTENT_DISPOSITION, "attachment; filename=\"document.pdf\""))
        .body(copy.pdf);
    Ok(unlisted(response))
}

async fn proved(app: &App, token: &str, request: &HttpRequest) -> Result<Option<Copy>, Error> {
    match request.cookie(COOKIE) {
        Some(cookie) => open_copy::reopen(app, token, cookie.value()).await,
        None => Ok(None),
    }
}

/// Never sent to another link, nor by another site's page: whoever follows the link again is asked for the code.
fn cookie(app: &App, token: &str) -> Cookie<'static> {
    Cookie::build(COOKIE, open_copy::proof(app, token))
        .path(format!("/copy/{}", path_of(token)))
        .http_only(true)
        .same_site(SameSite::Strict)
        .secure(app.settings.secure_cookies)
        .max_age(time::Duration::milliseconds(open_copy::PROOF_LIFE))
        .finish()
}

/// A token as it may stand in a path: ours are plain, and anything else is none of ours.
fn path_of(token: &str) -> String {
    token.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_')).collect()
}

fn asking(state: LinkState) -> CodeState {
    match state {
        LinkState::Open { .. } => CodeState::Ask,
        LinkState::UsedUp => CodeState::UsedUp,
        LinkState::Expired => CodeState::Expired,
        LinkState::Unknown => CodeState::Unknown,
    }
}

async fn code_page(app: &App, token: &str, state: CodeState) -> Result<HttpResponse, Problem> {
    let status = match state {
        CodeState::Ask => StatusCode::OK,
        CodeState::NotACode => StatusCode::UNPROCESSABLE_ENTITY,
        CodeState::Wrong { .. } => StatusCode::FORBIDDEN,
        CodeState::UsedUp | CodeState::Expired => StatusCode::GONE,
        CodeState::Unknown => StatusCode::NOT_FOUND,
    };
    let contact = contact(app, token).await?;
    let view = CodePage { token: path_of(token), contact, exit: QuickExit::default(), state };
    Ok(unlisted(answer::page_with(status, &view)?))
}

async fn copy_page(app: &App, token: &str, copy: &Copy) -> Result<HttpResponse, Problem> {
    let edition = read_edition::edition_of(&copy.signed_json)?;
    let view = CopyPage {
        token: path_of(token),
        contact: contact(app, token).await?,
        exit: QuickExit::default(),
        record: RecordView::of(&edition, &frames::zone(), Stage::Locked),
        available_until: frames::day(&rfc3339(copy.expires_at)),
        pdf_size: size(copy.pdf.len() as u64),
    };
    Ok(unlisted(answer::page(&view)?))
}

async fn contact(app: &App, token: &str) -> Result<Contact, Error> {
    let found = open_copy::contact(app, token).await?;
    Ok(Contact { name: found.name, phone: found.phone, email: found.email })
}

fn unlisted(mut response: HttpResponse) -> HttpResponse {
    let name = HeaderName::from_static("x-robots-tag");
    response.headers_mut().insert(name, HeaderValue::from_static("noindex, nofollow"));
    response
}

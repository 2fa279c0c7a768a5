//! Files put with a part of a record: drawings, letters, reports.

use actix_multipart::Multipart;
use actix_web::error::ErrorPayloadTooLarge;
use actix_web::http::StatusCode;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY};
use actix_web::web::{self, Payload};
use actix_web::{HttpRequest, HttpResponse};
use futures_util::StreamExt;
use minutes::access::Deed;
use minutes::attachment::{MAX_BYTES, Unfit};
use minutes::ids::AttachmentId;
use minutes::record::Part;
use minutes::words;

use super::views::files::{FileLine, FilesPage, PartChoice};
use super::views::form::Errors;
use super::views::frame::size;
use super::{answer, frames};
use crate::clock::rfc3339;
use crate::http::identity::{Seated, path_id};
use crate::http::problem::Problem;
use crate::workflow::attach_file::{self, Listed};
use crate::workflow::seat::AtMeeting;
use crate::workflow::{App, Error, show_record};

/// Nothing in a file may run, load or send anything, should a browser open it all the same.
const FILE_POLICY: &str = "default-src 'none'; sandbox; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";
/// A larger file is read on up to here and dropped, so that its sender gets an answer and not a broken connection.
const PATIENCE: usize = 4 * MAX_BYTES;

pub async fn list(app: web::Data<App>, at: Seated) -> Result<HttpResponse, Problem> {
    answer::page(&view(&app, &at.0, Sent::default(), Errors::none()).await?)
}

/// Takes a file, or shows the form again with what was wrong and what was typed.
pub async fn add(
    app: web::Data<App>,
    at: Seated,
    request: HttpRequest,
    body: Payload,
) -> Result<HttpResponse, actix_web::Error> {
    let Seated(at) = at;
    at.may(Deed::AddAttachment).map_err(|refusal| Problem(refusal.into()))?;
    let mut sent = sent(Multipart::new(request.headers(), body)).await?;
    let errors = if sent.too_large {
        Errors::one("file", &Unfit::TooLarge.to_string())
    } else {
        let part = Part::parse(&sent.part).unwrap_or_else(Part::main);
        let file = std::mem::take(&mut sent.file);
        match attach_file::add(&app, &at, &part, &sent.title, file).await {
            Ok(_) => return Ok(answer::see_other(&format!("/meetings/{}/files", at.meeting.id))),
            Err(Error::Invalid(fields)) => {
                let mut errors = Errors::none();
                fields.iter().for_each(|field| errors.add(&field.field, &field.words));
                errors
            }
            Err(error) => return Err(Problem(error).into()),
        }
    };
    let status = StatusCode::UNPROCESSABLE_ENTITY;
    Ok(answer::page_with(status, &view(&app, &at, sent, errors).await.map_err(Problem)?)?)
}

pub async fn remove(app: web::Data<App>, at: Seated, request: HttpRequest) -> Result<HttpResponse, Problem> {
    let Seated(at) = at;
    attach_file::remove(&app, &at, path_id::<AttachmentId>(&request, "file")?).await?;
    Ok(answer::see_other(&format!("/meetings/{}/files", at.meeting.id)))
}

/// To keep, never to open here: it came from somebody's computer.
pub async fn download(app: web::Data<App>, at: Seated, request: HttpRequest) -> Result<HttpResponse, Problem> {
    let id = path_id::<AttachmentId>(&request, "file")?;
    let (file, bytes) = attach_file::read(&app, &at.0, id).await?;
    let name = format!("attachment; filename=\"file-{}.{}\"", &id.to_string()[..8], file.form.ending());
    Ok(HttpResponse::Ok()
        .content_type(file.form.media_type())
        .insert_header((CONTENT_DISPOSITION, name))
        .insert_header((CONTENT_SECURITY_POLICY, FILE_POLICY))
        .insert_header((CACHE_CONTROL, "private, no-store"))
        .insert_header(("Cross-Origin-Resource-Policy", "same-origin"))
        .body(bytes))
}

/// What the form holds.
#[derive(Default)]
struct Sent {
    title: String,
    part: String,
    file: Vec<u8>,
    too_large: bool,
}

async fn sent(mut parts: Multipart) -> Result<Sent, actix_web::Error> {
    let mut sent = Sent::default();
    let mut all = 0;
    while let Some(part) = parts.next().await {
        let mut part = part?;
        let name = part.name().unwrap_or_default().to_owned();
        // A title and a part are short; a file has its bound.
        let most = if name == "file" { MAX_BYTES } else { 4096 };
        let mut bytes = Vec::new();
        while let Some(chunk) = part.next().await {
            let chunk = chunk?;
            all += chunk.len();
            if all > PATIENCE {
                return Err(ErrorPayloadTooLarge("too large"));
            }
            if bytes.len() + chunk.len() > most {
                sent.too_large |= name == "file";
                bytes.clear();
            } else {
                bytes.extend_from_slice(&chunk);
            }
        }
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap_or_default();
        match name.as_str() {
            "title" => sent.title = text(bytes),
            "part" => sent.part = text(bytes),
            "file" => sent.file = bytes,
            _ => {}
        }
    }
    Ok(sent)
}

async fn view(app: &App, at: &AtMeeting, sent: Sent, errors: Errors) -> Result<FilesPage, Error> {
    let facts = show_record::facts(app, at).await?;
    let name = |person| {
        let seat = facts.seats.iter().find(|seat| seat.person == person);
        seat.map(|seat| seat.name.clone()).unwrap_or_default()
    };
    let line = |one: Listed| FileLine {
        id: one.file.id.to_string(),
        about: format!("{}, {}", one.file.form.words(), size(one.file.size)),
        readers: words::readers(&one.file.part),
        by: name(one.file.by),
        when: frames::when(&rfc3339(one.added_at)),
        sha256: one.file.sha256,
        removable: one.removable,
        title: one.file.title,
    };
    let parts = facts.documents.iter().map(|(_, part)| PartChoice {
        key: part.as_str().to_owned(),
        words: words::readers(part),
        chosen: part.as_str() == sent.part || (sent.part.is_empty() && part.is_main()),
    });
    Ok(FilesPage {
        frame: frames::at_meeting(app, at),
        meeting_id: at.meeting.id.to_string(),
        title: at.meeting.title.clone(),
        when: frames::when(&rfc3339(at.meeting.starts_at)),
        parts: parts.collect(),
        files: attach_file::list(app, at).await?.into_iter().map(line).collect(),
        may_add: at.may(Deed::AddAttachment).is_ok(),
        typed: sent.title,
        errors,
    })
}

//! Meetings: listing, creating, joining, locking.

use actix_web::{HttpRequest, HttpResponse, web};
use minutes::record::Role;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::http::identity::{RunsMeeting, Seated, SignedIn};
use crate::http::problem::{Problem, ProblemBody};
use crate::live::wire::document_id_text;
use crate::workflow::create_meeting::{Draft, Invitee, NewChild, NewPerson};
use crate::workflow::show_record;
use crate::workflow::{App, Error, FieldError, create_meeting, hand_over, join_meeting, list_meetings};

#[derive(Serialize, ToSchema)]
pub struct MeetingLine {
    id: String,
    kind: String,
    kind_name: String,
    title: String,
    /// RFC 3339, UTC.
    starts_at: String,
    place: String,
    locked: bool,
    /// What the asker is at this meeting.
    role: String,
}

#[derive(Serialize, ToSchema)]
pub struct Meeting {
    #[serde(flatten)]
    line: MeetingLine,
    children: Vec<NamedId>,
    seats: Vec<SeatLine>,
    sections: Vec<SectionLine>,
    /// Only those the asker may read.
    documents: Vec<DocumentLine>,
}

#[derive(Serialize, ToSchema)]
pub struct NamedId {
    id: String,
    name: String,
}

#[derive(Serialize, ToSchema)]
pub struct SeatLine {
    person: String,
    name: String,
    role: String,
    title: String,
    agency: Option<String>,
    agency_name: String,
    /// RFC 3339: since when they have no seat any more; null for those at the table.
    removed_at: Option<String>,
}

#[derive(Serialize, ToSchema)]
pub struct SectionLine {
    key: String,
    heading: String,
    mandatory: bool,
}

#[derive(Serialize, ToSchema)]
pub struct DocumentLine {
    /// The automerge-repo document id: bs58check of 16 bytes.
    id: String,
    /// `main`, or the restricted part's name.
    part: String,
}

#[derive(Serialize, ToSchema)]
pub struct TicketLine {
    /// WebSocket address with a one-use ticket, good for a minute.
    url: String,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewMeeting {
    /// Key of a rule pack, such as `core_group`.
    kind: String,
    #[serde(default)]
    title: String,
    /// ISO date.
    date: String,
    /// `HH:MM`, United Kingdom time.
    time: String,
    #[serde(default)]
    place: String,
    #[serde(default)]
    children: Vec<String>,
    #[serde(default)]
    new_children: Vec<NewChildLine>,
    #[serde(default)]
    invitees: Vec<InviteeLine>,
    #[serde(default)]
    new_people: Vec<NewPersonLine>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewChildLine {
    name: String,
    /// ISO date, or empty.
    #[serde(default)]
    date_of_birth: String,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct InviteeLine {
    person: String,
    role: String,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewPersonLine {
    name: String,
    role: String,
    #[serde(default)]
    title: String,
    #[serde(default)]
    agency: Option<String>,
    #[serde(default)]
    email: String,
    #[serde(default)]
    phone: String,
}

#[derive(Serialize, ToSchema)]
pub struct CreatedLine {
    id: String,
}

#[derive(Serialize, ToSchema)]
pub struct HandOverLines {
    deliveries: Vec<DeliveryLine>,
    /// Codes to tell family members by another route than the mail.
    codes: Vec<CodeLine>,
}

#[derive(Serialize, ToSchema)]
pub struct DeliveryLine {
    id: String,
    person: String,
    edition: String,
    /// `email` or `by_hand`
    channel: String,
    /// `queued`, `accepted_by_relay` (not the same as delivered), `delayed`, `refused`, `to_hand_over`, `handed_over`, `withheld`
    state: String,
    attempts: i32,
    detail: Option<String>,
}

#[derive(Serialize, ToSchema)]
pub struct CodeLine {
    delivery: String,
    person: String,
    code: String,
}

/// The meetings the asker has a seat at.
#[utoipa::path(get, path = "/api/v1/meetings",
    responses((status = 200, body = Vec<MeetingLine>), (status = 401, body = ProblemBody)))]
pub async fn list(app: web::Data<App>, who: SignedIn) -> Result<web::Json<Vec<MeetingLine>>, Problem> {
    let found = list_meetings::list_meetings(&app, &who.0).await?;
    let lines = found.into_iter().map(|one| MeetingLine {
        id: one.id.to_string(),
        kind: one.kind,
        kind_name: one.kind_name,
        title: one.title,
        starts_at: one.starts_at,
        place: one.place,
        locked: one.locked,
        role: one.role.to_string(),
    });
    Ok(web::Json(lines.collect()))
}

/// Create a meeting from a rule pack.
#[utoipa::path(post, path = "/api/v1/meetings", request_body = NewMeeting,
    responses((status = 201, body = CreatedLine), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 422, body = ProblemBody)))]
pub async fn create(app: web::Data<App>, who: SignedIn, body: web::Json<NewMeeting>) -> Result<HttpResponse, Problem> {
    let draft = draft(body.into_inner()).map_err(|field| Error::Invalid(vec![field]))?;
    let id = create_meeting::create_meeting(&app, &who.0, draft).await?;
    Ok(HttpResponse::Created()
        .insert_header(("Location", format!("/api/v1/meetings/{id}")))
        .json(CreatedLine { id: id.to_string() }))
}

fn draft(new: NewMeeting) -> Result<Draft, FieldError> {
    let wrong = |field: &str, words: &str| FieldError { field: field.to_owned(), words: words.to_owned() };
    let role = |text: &str, field: &str| Role::parse(text).ok_or_else(|| wrong(field, "There is no such role."));
    Ok(Draft {
        kind: new.kind,
        title: new.title,
        date: new.date,
        time: new.time,
        place: new.place,
        children: new
            .children
            .iter()
            .map(|id| id.parse().map_err(|_| wrong("children", "An id is a UUID.")))
            .collect::<Result<_, _>>()?,
        new_children: new
            .new_children
            .into_iter()
            .map(|child| NewChild { name: child.name, date_of_birth: child.date_of_birth })
            .collect(),
        invitees: new
            .invitees
            .iter()
            .map(|one| {
                let person = one.person.parse().map_err(|_| wrong("invitees", "An id is a UUID."))?;
                Ok(Invitee { person, role: role(&one.role, "invitees")? })
            })
            .collect::<Result<_, FieldError>>()?,
        new_people: new
            .new_people
            .into_iter()
            .map(|one| {
                let agency = one.agency.map(|id| id.parse()).transpose();
                Ok(NewPerson {
                    role: role(&one.role, "new_people")?,
                    agency: agency.map_err(|_| wrong("new_people", "An agency is named by its UUID."))?,
                    name: one.name,
                    title: one.title,
                    email: one.email,
                    phone: one.phone,
                })
            })
            .collect::<Result<_, FieldError>>()?,
    })
}

/// One meeting, with the documents the asker may read.
#[utoipa::path(get, path = "/api/v1/meetings/{meeting}", params(("meeting" = String, Path)),
    responses((status = 200, body = Meeting), (status = 401, body = ProblemBody), (status = 404, body = ProblemBody)))]
pub async fn show(app: web::Data<App>, at: Seated) -> Result<web::Json<Meeting>, Problem> {
    let at = at.0;
    let facts = show_record::facts(&app, &at).await?;
    let line = MeetingLine {
        id: at.meeting.id.to_string(),
        kind: facts.meeting.kind,
        kind_name: facts.meeting.kind_name,
        title: facts.meeting.title,
        starts_at: facts.meeting.starts_at,
        place: facts.meeting.place,
        locked: at.is_locked(),
        role: at.seat.role.to_string(),
    };
    let seats = facts.seats.into_iter().map(|seat| SeatLine {
        person: seat.person.to_string(),
        name: seat.name,
        role: seat.role.to_string(),
        title: seat.title,
        agency: seat.agency.map(|id| id.to_string()),
        agency_name: seat.agency_name,
        removed_at: seat.removed_at,
    });
    let children = facts.children.into_iter().map(|child| NamedId { id: child.id.to_string(), name: child.name });
    let sections = facts.pack.sections.into_iter().map(|section| SectionLine {
        key: section.key,
        heading: section.heading,
        mandatory: section.mandatory,
    });
    let documents = facts
        .documents
        .into_iter()
        .map(|(id, part)| DocumentLine { id: document_id_text(id), part: part.as_str().to_owned() });
    Ok(web::Json(Meeting {
        line,
        children: children.collect(),
        seats: seats.collect(),
        sections: sections.collect(),
        documents: documents.collect(),
    }))
}

/// A one-use ticket for the sync socket.
#[utoipa::path(post, path = "/api/v1/meetings/{meeting}/sync-ticket", params(("meeting" = String, Path)),
    responses((status = 200, body = TicketLine), (status = 401, body = ProblemBody), (status = 404, body = ProblemBody)))]
pub async fn ticket(app: web::Data<App>, at: Seated, request: HttpRequest) -> Result<web::Json<TicketLine>, Problem> {
    let ticket = join_meeting::issue_ticket(&app, &at.0).await?;
    let base = if app.settings.base_url.is_empty() {
        let connection = request.connection_info();
        format!("{}://{}", connection.scheme(), connection.host())
    } else {
        app.settings.base_url.clone()
    };
    // http becomes ws, https becomes wss.
    let base = base.replacen("http", "ws", 1);
    Ok(web::Json(TicketLine { url: format!("{base}/sync/{}?ticket={ticket}", at.0.meeting.id) }))
}

/// How each copy is getting on, and the codes to give by another route. For chair and minute taker.
#[utoipa::path(get, path = "/api/v1/meetings/{meeting}/deliveries", params(("meeting" = String, Path)),
    responses((status = 200, body = HandOverLines), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 404, body = ProblemBody)))]
pub async fn deliveries(app: web::Data<App>, at: RunsMeeting) -> Result<web::Json<HandOverLines>, Problem> {
    let found = hand_over::hand_over(&app, &at.0).await?;
    let deliveries = found.deliveries.into_iter().map(|one| DeliveryLine {
        id: one.id.to_string(),
        person: one.person_id.to_string(),
        edition: one.edition_id.to_string(),
        channel: one.channel.to_string(),
        state: one.state.to_string(),
        attempts: one.attempts,
        detail: one.last_detail,
    });
    let codes = found.codes.into_iter().map(|one| CodeLine {
        delivery: one.delivery.to_string(),
        person: one.person.to_string(),
        code: one.code,
    });
    Ok(web::Json(HandOverLines { deliveries: deliveries.collect(), codes: codes.collect() }))
}

//! The kinds of meeting that can be set up, by the rule packs in force.

use actix_web::web;
use minutes::rules::RulePack;
use serde::Serialize;
use utoipa::ToSchema;

use crate::http::identity::SignedIn;
use crate::http::problem::{Problem, ProblemBody};
use crate::workflow::{App, create_meeting};

#[derive(Serialize, ToSchema)]
pub struct MeetingKindLine {
    /// What `POST /api/v1/meetings` takes as `kind`.
    kind: String,
    name: String,
    version: u32,
    /// `england`, `wales`, `scotland` or `northern_ireland`
    nation: String,
    /// ISO date.
    in_force_from: String,
    /// Where the pack comes from.
    citation: String,
    default_title: String,
    /// Who chairs, in words; empty where the pack does not say.
    chair: String,
    /// Whether the family sits at the table: `expected`, `with_consent` or `never`.
    family: String,
    /// What the family is given: `record`, `plan_summary` or `none`.
    family_editions: String,
    sections: Vec<KindSectionLine>,
}

#[derive(Serialize, ToSchema)]
pub struct KindSectionLine {
    key: String,
    heading: String,
    hint: String,
    mandatory: bool,
    /// What the section is for, such as `childs_voice`; `entries` for any other.
    holds: String,
    /// Where the rule comes from.
    source: String,
}

/// The kinds of meeting that can be set up from today on. For those who may create meetings.
#[utoipa::path(get, path = "/api/v1/meeting-kinds",
    responses((status = 200, body = Vec<MeetingKindLine>), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody)))]
pub async fn list(app: web::Data<App>, who: SignedIn) -> Result<web::Json<Vec<MeetingKindLine>>, Problem> {
    Ok(web::Json(create_meeting::kinds(&app, &who.0)?.into_iter().map(line).collect()))
}

fn line(pack: RulePack) -> MeetingKindLine {
    let sections = pack.sections.into_iter().map(|section| KindSectionLine {
        key: section.key,
        heading: section.heading,
        hint: section.hint,
        mandatory: section.mandatory,
        holds: section.holds.to_string(),
        source: section.source,
    });
    MeetingKindLine {
        kind: pack.kind,
        name: pack.name,
        version: pack.version,
        nation: pack.nation,
        in_force_from: pack.in_force_from,
        citation: pack.citation,
        default_title: pack.default_title,
        chair: pack.chair.map_or_else(String::new, |chair| chair.who),
        family: pack.presence.family.to_string(),
        family_editions: pack.presence.family_editions.to_string(),
        sections: sections.collect(),
    }
}

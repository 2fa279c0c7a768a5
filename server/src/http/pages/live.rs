//! The live meeting: everything the browser needs to begin, in one piece of JSON.

use std::collections::BTreeMap;

use actix_web::HttpResponse;
use minutes::access::{Deed, Whose};
use minutes::wording::Wording;
use minutes::words;
use serde::Serialize;

use super::views::live::{LivePage, PlainLinks};
use super::{answer, frames, history};
use crate::http::problem::Problem;
use crate::live::wire::document_id_text;
use crate::workflow::seat::AtMeeting;
use crate::workflow::show_record::{self, Facts};
use crate::workflow::{App, Error};

#[derive(Serialize)]
struct Bootstrap {
    meeting: Meeting,
    partnership: String,
    me: Me,
    seats: Vec<Seat>,
    children: Vec<Child>,
    sections: Vec<Section>,
    /// What is decided for each child, as the rule pack has it.
    decision: Option<Decision>,
    /// Who must be here before the meeting may decide.
    quorum: Option<Quorum>,
    /// Words to point out to whoever asks, and where an action begins with one.
    wording: Wording,
    /// Only those the reader may read.
    documents: Vec<Document>,
    sync_path: String,
    storage_id: String,
    /// Person by row, for rows put in by somebody other than whose statement they are.
    recorded_by: BTreeMap<String, String>,
    may: May,
    review_url: String,
    record_url: String,
    /// None for those who may not read it.
    history_url: Option<String>,
    /// For those who may change who sits here.
    people_url: Option<String>,
}

#[derive(Serialize)]
struct Quorum {
    agencies: Vec<String>,
    others_at_least: u32,
    chair_counts: bool,
    reset_working_days: Option<u32>,
}

#[derive(Serialize)]
struct Meeting {
    id: String,
    kind_name: String,
    title: String,
    starts_at: String,
    place: String,
    state: &'static str,
}

#[derive(Serialize)]
struct Me {
    id: String,
    name: String,
    role: &'static str,
}

#[derive(Serialize)]
struct Seat {
    person: String,
    name: String,
    role: &'static str,
    title: String,
    agency: Option<String>,
    agency_name: String,
    agency_kind: String,
    /// The seat was taken away; what they wrote and said is still here.
    removed: bool,
}

#[derive(Serialize)]
struct Child {
    id: String,
    name: String,
}

#[derive(Serialize)]
struct Section {
    key: String,
    heading: String,
    hint: String,
    mandatory: bool,
    /// What it is for, in the rule packs' words; the page shows some in their own way.
    holds: &'static str,
}

#[derive(Serialize)]
struct Decision {
    question: String,
    outcomes: Vec<String>,
    categories: Vec<String>,
    threshold: String,
}

#[derive(Serialize)]
struct Document {
    id: String,
    part: String,
    readers: String,
}

/// What to offer. The gate decides again on every change, whatever the page shows.
#[derive(Serialize)]
struct May {
    write: bool,
    record_for_others: bool,
    attendance: bool,
    decisions: bool,
    lock: bool,
}

pub async fn show(app: &App, at: &AtMeeting) -> Result<HttpResponse, Problem> {
    let facts = show_record::facts(app, at).await?;
    let kind_name = facts.meeting.kind_name.clone();
    let recorded_by = show_record::recorders(app, at, &facts).await?;
    let bootstrap = bootstrap(app, at, facts, recorded_by);
    let links = PlainLinks { record: bootstrap.record_url.clone(), people: bootstrap.people_url.clone() };
    let view = LivePage::new(frames::at_meeting(app, at), &kind_name, links, &bootstrap)
        .map_err(|_| Error::Broken("a page can't be written"))?;
    answer::page(&view)
}

fn bootstrap(app: &App, at: &AtMeeting, facts: Facts, recorded_by: BTreeMap<String, String>) -> Bootstrap {
    let id = at.meeting.id;
    let seats = facts.seats.into_iter().zip(facts.agency_kinds).map(|(seat, agency_kind)| Seat {
        person: seat.person.to_string(),
        name: seat.name,
        role: seat.role.as_str(),
        title: seat.title,
        agency: seat.agency.map(|agency| agency.to_string()),
        agency_name: seat.agency_name,
        agency_kind,
        removed: seat.removed_at.is_some(),
    });
    let children = facts.children.into_iter().map(|child| Child { id: child.id.to_string(), name: child.name });
    let sections = facts.pack.sections.into_iter().map(|section| Section {
        key: section.key,
        heading: section.heading,
        hint: section.hint,
        mandatory: section.mandatory,
        holds: section.holds.as_str(),
    });
    let quorum = facts.pack.quorum.map(|rule| Quorum {
        agencies: rule.agencies,
        others_at_least: rule.others_at_least,
        chair_counts: rule.chair_counts,
        reset_working_days: rule.reset_working_days,
    });
    let decision = facts.pack.decision.map(|rule| Decision {
        question: rule.question,
        outcomes: rule.outcomes,
        categories: rule.categories,
        threshold: rule.threshold,
    });
    let documents = facts.documents.into_iter().map(|(document, part)| Document {
        id: document_id_text(document),
        readers: words::readers(&part).to_owned(),
        part: part.as_str().to_owned(),
    });
    Bootstrap {
        meeting: Meeting {
            id: id.to_string(),
            kind_name: facts.meeting.kind_name,
            title: facts.meeting.title,
            starts_at: facts.meeting.starts_at,
            place: facts.meeting.place,
            state: at.state().as_str(),
        },
        partnership: app.settings.partnership.clone(),
        me: Me { id: at.actor.person.to_string(), name: at.actor.name.clone(), role: at.seat.role.as_str() },
        seats: seats.collect(),
        children: children.collect(),
        sections: sections.collect(),
        decision,
        quorum,
        wording: app.plain_words.clone(),
        documents: documents.collect(),
        sync_path: format!("/sync/{id}"),
        recorded_by,
        storage_id: app.settings.storage_id.clone(),
        may: may(at),
        review_url: format!("/meetings/{id}/review"),
        record_url: format!("/meetings/{id}/record"),
        history_url: history::href(at),
        people_url: at.may(Deed::ManageSeats).is_ok().then(|| format!("/meetings/{id}/people")),
    }
}

fn may(at: &AtMeeting) -> May {
    let may = |deed| at.may(deed).is_ok();
    May {
        write: may(Deed::AddEntry(Whose::Own)),
        record_for_others: may(Deed::AddEntry(Whose::RecordedForOther)),
        attendance: may(Deed::SetAttendance),
        decisions: may(Deed::WriteDecision),
        lock: may(Deed::ReviewAndLock),
    }
}

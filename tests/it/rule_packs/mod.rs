//! Rule packs: one meeting of each kind through its life, a partnership's own packs, and how faults in them are told.

mod check;
mod every_kind;
mod own_packs;

use std::path::{Path, PathBuf};

use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use serde_json::{Value, json};
use tests::demo::Meeting;
use tests::http::{Actor, Answer};
use tests::writing::{Entry, add_action, add_decision, add_entry};

use crate::cast::Cast;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../config/rules")
}

/// A shipped pack as it stands in the repository.
fn shipped(kind: &str) -> String {
    let path = folder().join(format!("{kind}.toml"));
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn in_days(days: i64) -> String {
    let today = Timestamp::now().to_zoned_datetime(TimeZone::UTC).date();
    today.checked_add(days.days()).expect("a date").to_string()
}

/// A meeting of the chair, the police and whoever else is named, with their roles.
async fn set_up(cast: &Cast, kind: &str, day: &str, others: &[(&str, &str)]) -> Answer {
    let mut invitees = vec![
        json!({ "person": cast.chair.id(), "role": "chair" }),
        json!({ "person": cast.police.id(), "role": "professional" }),
    ];
    invitees.extend(others.iter().map(|(person, role)| json!({ "person": person, "role": role })));
    let draft = json!({
        "kind": kind, "date": day, "time": "10:00", "place": "Here",
        "children": [cast.server.demo().children[0].id], "invitees": invitees,
    });
    cast.chair.post_json("/api/v1/meetings", &draft).await
}

async fn shown(actor: &Actor, created: &Answer) -> Value {
    let id = created.expect(201).json()["id"].as_str().unwrap().to_owned();
    actor.get(&format!("/api/v1/meetings/{id}")).await.expect(200).json()
}

fn keys(sections: &Value) -> Vec<String> {
    sections.as_array().unwrap().iter().map(|one| one["key"].as_str().unwrap().to_owned()).collect()
}

fn said_in(section: &str) -> String {
    format!("This was said under {section}.")
}

const DECIDED: &str = "This was decided for the child.";
const TO_DO: &str = "Visit the family on Monday";

/// An entry in every section, a decision and an action, all in the part that everybody reads.
async fn write_everything(cast: &Cast, meeting: &Meeting, sections: &[String]) {
    let main = meeting.document("main");
    let mut socket = cast.chair.join(meeting).await;
    socket.open(main).await.unwrap();
    for section in sections {
        let text = said_in(section);
        let entry = Entry { section, ..Entry::fact(cast.chair.id(), &text) };
        socket.edit(main, |record| add_entry(record, &entry)).await.unwrap();
    }
    let child = &cast.server.demo().children[0].id;
    socket.edit(main, |record| add_decision(record, child, DECIDED, "The reason for it.")).await.unwrap();
    socket.edit(main, |record| add_action(record, cast.police.id(), TO_DO, "2030-01-14")).await.unwrap();
    socket.wait_saved(main).await.unwrap();
}

async fn lock(cast: &Cast, meeting: &str) {
    let path = format!("/api/v1/meetings/{meeting}/lock");
    cast.chair
        .post_json(&path, &json!({ "acknowledge_missing": true, "reason": "Nobody marked who came." }))
        .await
        .expect(200);
}

/// The kinds of copy that somebody may open.
async fn copies(reader: &Actor, meeting: &str) -> Vec<(String, String)> {
    let listed = reader.get(&format!("/api/v1/meetings/{meeting}/editions")).await.expect(200).json();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    listed.as_array().unwrap().iter().map(|copy| (text(&copy["kind"]), text(&copy["id"]))).collect()
}

async fn are_sent_to(cast: &Cast, meeting: &str, person: &str) -> bool {
    let sent = cast.chair.get(&format!("/api/v1/meetings/{meeting}/deliveries")).await.expect(200).json();
    sent["deliveries"].as_array().unwrap().iter().any(|delivery| delivery["person"] == person)
}

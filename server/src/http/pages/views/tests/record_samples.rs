//! A record with one of everything in it.

use jiff::tz::TimeZone;
use minutes::edition::{
    Edition, EditionAction, EditionApproval, EditionAttendance, EditionChild, EditionDecision, EditionEntry,
    EditionKind, EditionMeeting, EditionSection, EditionView, Named, RecordReference,
};
use minutes::ids::{EditionId, MeetingId};
use minutes::record::{Nature, Part};
use uuid::Uuid;

use super::samples::Ink;

pub fn zone() -> TimeZone {
    TimeZone::fixed(jiff::tz::offset(0))
}

pub fn edition(ink: Ink, kind: EditionKind) -> Edition {
    let child = |name: &str, born: &str| EditionChild { name: ink.t(name), date_of_birth: born.to_owned() };
    Edition {
        format: Edition::FORMAT.to_owned(),
        id: EditionId(Uuid::from_u128(0x51)),
        kind,
        record: RecordReference { meeting: MeetingId(Uuid::from_u128(0x11)), version: 1, sha256: "9f2b".repeat(16) },
        partnership: ink.t("Northmoor Safeguarding Partnership"),
        meeting: EditionMeeting {
            kind_name: ink.t("Core group"),
            title: ink.t("Core group 3"),
            starts_at: "2026-11-23T10:00:00Z".to_owned(),
            place: ink.t("Northmoor Family Centre, room 4"),
        },
        children: vec![child("Maya Thorne", "2019-05-03"), child("Leo Thorne", "2022-01-17")],
        attendance: attendance(ink),
        sections: sections(ink, kind),
        decisions: vec![decision(ink)],
        actions: actions(ink),
        closed_sessions: vec![],
        quorum: None,
        read_back: vec![],
        scalings: vec![],
        approval: EditionApproval {
            by: named(ink, "Ruth Okafor", "team manager, Northmoor Children’s Services"),
            at: "2026-11-23T11:24:00Z".to_owned(),
            statement: ink.t("I am chair of this meeting. I have reviewed this record and approve it."),
            went_on: Vec::new(),
        },
        glossary: Vec::new(),
    }
}

fn named(ink: Ink, name: &str, standing: &str) -> Named {
    Named { name: ink.t(name), standing: ink.t(standing) }
}

fn attendance(ink: Ink) -> Vec<EditionAttendance> {
    let seat = |name: &str, standing: &str, status: &str, arrived: &str, note: &str| EditionAttendance {
        person: named(ink, name, standing),
        status: status.to_owned(),
        arrived_at: arrived.to_owned(),
        left_at: String::new(),
        note: if note.is_empty() { String::new() } else { ink.t(note) },
    };
    vec![
        seat("Ruth Okafor", "team manager, Northmoor Children’s Services", "present", "", ""),
        seat("Priya Nair", "health visitor, Northmoor NHS Trust", "present", "", ""),
        seat("Dan Rees", "police constable, Northmoor Police", "present", "10:12", ""),
        seat("Kate Thorne", "mother", "present", "", "With her advocate."),
        seat("Tom Hale", "class teacher, Hillside Primary", "apologies", "", "Sent a written report."),
    ]
}

fn sections(ink: Ink, kind: EditionKind) -> Vec<EditionSection> {
    let entry = |name: &str, standing: &str, nature, source: &str, text: &str, part| EditionEntry {
        tool: String::new(),
        scale: String::new(),
        text: ink.t(text),
        nature,
        source: if source.is_empty() { String::new() } else { ink.t(source) },
        by: named(ink, name, standing),
        recorded_by: None,
        about: if nature == Nature::Fact { vec![ink.t("Maya Thorne")] } else { vec![] },
        part,
    };
    let mut since = vec![
        entry(
            "Tom Hale",
            "class teacher, Hillside Primary",
            Nature::Fact,
            "register, 2 to 20 November",
            "Maya has been in school every day since half term. She stayed for breakfast club on nine mornings.",
            Part::main(),
        ),
        entry(
            "Priya Nair",
            "health visitor, Northmoor NHS Trust",
            Nature::Opinion,
            "two home visits",
            "The bedroom is warm and each child has a bed. In my view the new routine at bedtime is holding.\n\nI would like to see it once more before the next meeting.",
            Part::main(),
        ),
    ];
    if kind != EditionKind::Family {
        since.push(entry(
            "Dan Rees",
            "police constable, Northmoor Police",
            Nature::Fact,
            "police log",
            "No calls to the address since 3 October.",
            Part::professionals(),
        ));
    }
    let said = "I want the visits to stay on Thursdays. It is the mornings I find hard, not the nights.";
    let mother = entry("Kate Thorne", "mother", Nature::View, "", said, Part::main());
    let section = |key: &str, heading: &str, entries| EditionSection {
        key: key.to_owned(),
        heading: ink.t(heading),
        agreed_at: String::new(),
        entries,
    };
    vec![
        section("childrens_views", "Children’s views", vec![]),
        section("parents_views", "Parents’ and carers’ views", vec![mother]),
        section("since_last_met", "Since we last met", since),
    ]
}

fn decision(ink: Ink) -> EditionDecision {
    let view = |name: &str, standing: &str, position: &str, reason: &str| EditionView {
        by: named(ink, name, standing),
        position: position.to_owned(),
        reason: if reason.is_empty() { String::new() } else { ink.t(reason) },
    };
    EditionDecision {
        outcome: String::new(),
        threshold: String::new(),
        child: ink.t("Maya Thorne"),
        text: ink.t("The plan stays in place until the review conference."),
        rationale: ink.t("The mornings are better, but six weeks are too short to be sure."),
        category: ink.t("neglect"),
        agreed: true,
        part: Part::main(),
        views: vec![
            view("Priya Nair", "health visitor, Northmoor NHS Trust", "agree", ""),
            view("Kate Thorne", "mother", "not_agree", "I think we are ready to do this without a plan."),
        ],
    }
}

fn actions(ink: Ink) -> Vec<EditionAction> {
    let action = |what: &str, owner: Option<Named>, due: &str, measure: &str, status: &str| EditionAction {
        carried_over: false,
        outcome: ink.t("both children get to school on time and rested"),
        what: ink.t(what),
        owner,
        due: due.to_owned(),
        measure: ink.t(measure),
        about: vec![ink.t("Maya Thorne"), ink.t("Leo Thorne")],
        status: status.to_owned(),
        part: Part::main(),
    };
    let nurse = named(ink, "Priya Nair", "health visitor, Northmoor NHS Trust");
    vec![
        action("Visit at bedtime once a fortnight", Some(nurse), "2026-12-11", "Notes of two visits", "open"),
        action("Ask for a breakfast club place for Leo", None, "", "Leo has a place", "partly_done"),
    ]
}

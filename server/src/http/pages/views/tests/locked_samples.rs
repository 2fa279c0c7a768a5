//! A locked meeting, as whoever runs it sees it.

use minutes::edition::EditionKind;

use super::samples::{EDITION, Ink, MEETING, frame, history_href};
use crate::http::pages::views::locked::{
    CodeLine, CopyLine, DeliveryLine, DeliveryState, FilingLine, FilingState, LateLine, LockedPage, Sending,
};

pub fn copy(kind: EditionKind) -> CopyLine {
    CopyLine { edition: EDITION.to_owned(), kind, session: None, pdf_bytes: 84_210, pdf_sha256: "9f2b".repeat(16) }
}

pub fn locked(ink: Ink) -> LockedPage {
    LockedPage {
        frame: frame(ink),
        meeting_id: MEETING.to_owned(),
        follows_up: true,
        sees_deadlines: true,
        history_href: Some(history_href()),
        title: ink.t("Core group 3"),
        when: "23 November 2026, 10:00".to_owned(),
        place: ink.t("Northmoor Family Centre, room 4"),
        locked_by: ink.t("Ruth Okafor"),
        locked_at: "23 November 2026, 11:24".to_owned(),
        version: 1,
        copies: vec![copy(EditionKind::Full), copy(EditionKind::Family), copy(EditionKind::PlanSummary)],
        sending: Some(sending(ink)),
    }
}

fn sending(ink: Ink) -> Sending {
    let at = "23 November 2026, 11:25";
    let to = |name: &str, standing: &str, copy: &str, address: &str, state| DeliveryLine {
        name: ink.t(name),
        standing: ink.t(standing),
        copy: copy.to_owned(),
        address: ink.t(address),
        state,
        at: at.to_owned(),
    };
    let refused = DeliveryState::Refused { reason: ink.t("550 no such mailbox") };
    let delayed = DeliveryState::Delayed { next_try: ink.t("23 November 2026, 11:30") };
    let by_hand = DeliveryState::ToHandOver { record_at: format!("/meetings/{MEETING}/hand-over/{EDITION}") };
    let filing = |agency: &str, child: &str, state| FilingLine {
        agency: ink.t(agency),
        child: ink.t(child),
        copy: "Full record".to_owned(),
        state,
        at: at.to_owned(),
        sha256: "9f2b".repeat(16),
    };
    let full = "Full record";
    Sending {
        deliveries: vec![
            to("Ruth Okafor", "team manager", full, "ruth@northmoor.example", DeliveryState::Accepted),
            to("Priya Nair", "health visitor", full, "priya.nair@northmoor-nhs.example", DeliveryState::Queued),
            to("Dan Rees", "police constable", full, "dan.rees@northmoor-police.example", delayed),
            to("Kate Thorne", "mother", "Family copy, link", "kate@home.example", refused),
            to("Tom Hale", "class teacher", full, "", by_hand),
            to("Leo Lowe", "father", "Family copy", "", DeliveryState::HandedOver { by: ink.t("Ruth Okafor") }),
        ],
        codes: vec![CodeLine {
            name: ink.t("Kate Thorne"),
            standing: ink.t("mother"),
            code: "48217730".to_owned(),
            expires: "24 May 2027".to_owned(),
        }],
        filings: vec![
            filing("Northmoor NHS Trust", "Maya Thorne", FilingState::Filed { receipt: ink.t("R-2026-00051") }),
            filing("Northmoor Police", "Leo Thorne", FilingState::Refused { reason: ink.t("The digests differ") }),
            filing("Hillside Primary", "Leo Thorne", FilingState::Waiting),
        ],
        late: vec![LateLine { name: ink.t("Tom Hale"), at: at.to_owned(), text: ink.t("One more thing:\nswimming.") }],
    }
}

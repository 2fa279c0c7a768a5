//! Each page once in every state that looks different, with data as a partnership would have it.

use minutes::edition::EditionKind;
use minutes::ids::PersonId;
use minutes::record::Role;

use super::history_samples::{history, state};
use super::people_samples::{people, role, withdrawal};
use super::record_samples::{edition, zone};
use super::review_samples::{review, review_wrong};
use crate::http::pages::views::case_records::{CaseRecordLine, CaseRecordPage, CaseRecordsPage, FiledLine};
use crate::http::pages::views::create::{CreatePage, DirectoryAgency, DirectoryPerson, KnownChild, MeetingKind};
use crate::http::pages::views::create_form::CreateForm;
use crate::http::pages::views::edition_file::EditionFile;
use crate::http::pages::views::error::ErrorPage;
use crate::http::pages::views::family::{CodePage, CodeState, Contact, CopyPage, QuickExit};
use crate::http::pages::views::form::Errors;
use crate::http::pages::views::frame::Frame;
use crate::http::pages::views::history::HistoryPage;
use crate::http::pages::views::history_state::Stage as HistoryStage;
use crate::http::pages::views::live::{LivePage, PlainLinks};
use crate::http::pages::views::locked::{
    CodeLine, CopyLine, DeliveryLine, DeliveryState, FilingLine, FilingState, LateLine, LockedPage, Sending,
};
use crate::http::pages::views::meetings::{MayCreate, MeetingLine, MeetingState, MeetingsPage};
use crate::http::pages::views::people::{PeoplePage, Whose};
use crate::http::pages::views::record::{RecordPage, RecordView, Stage};
use crate::http::pages::views::review::{ReviewPage, TestPrint, UnprintableLine};
use crate::http::pages::views::sign_in::{SignInNotice, SignInPage, SignInProblem};
use crate::http::pages::views::verify::{CheckLine, CheckOutcome, FactLine, Verdict, VerifyPage, VerifyResult};

/// Every given name in the samples: none may stand in a title.
pub const GIVEN_NAMES: [&str; 7] = ["Maya", "Leo", "Kate", "Ruth", "Priya", "Dan", "Tom"];

pub const MEETING: &str = "11111111-1111-4111-8111-111111111111";
const AGENCY: &str = "22222222-2222-4222-8222-222222222222";
const EDITION: &str = "33333333-3333-4333-8333-333333333333";
const CHILD: &str = "44444444-4444-4444-8444-444444444444";

/// What every text of a sample is written with: as it is, or with something hostile after it.
#[derive(Clone, Copy)]
pub struct Ink {
    tail: &'static str,
}

impl Ink {
    pub const fn plain() -> Self {
        Self { tail: "" }
    }

    pub const fn with(tail: &'static str) -> Self {
        Self { tail }
    }

    pub fn t(self, text: &str) -> String {
        format!("{text}{}", self.tail)
    }
}

pub fn every_page(ink: Ink) -> Vec<(String, String)> {
    let mut pages = Vec::new();
    let mut add = |name: &str, page: &dyn askama::DynTemplate| {
        pages.push((name.to_owned(), page.dyn_render().unwrap()));
    };
    let public = || Frame::public(&ink.t("Northmoor Safeguarding Partnership")).with_footer("/verify", "Check a copy");
    add("sign-in", &SignInPage::new(public(), "/meetings", Some(SignInNotice::SessionExpired)));
    add("sign-in-wrong", &SignInPage::again(public(), "/", &ink.t("ruth@northmoor.example"), SignInProblem::NotRight));
    add("meetings", &meetings(ink));
    add("meetings-empty", &MeetingsPage { open: vec![], locked: vec![], ..meetings(ink) });
    add("create", &create(ink, 2));
    add("create-large", &create(ink, 25));
    add("create-wrong", &create_wrong(ink));
    add("live", &live(ink));
    add("record-open", &record(ink, Stage::BeingWritten));
    add("record-locked", &record(ink, Stage::Locked));
    add("history", &history(ink));
    add("history-none", &HistoryPage { now: None, days: vec![], parts: vec![], ..history(ink) });
    add("history-now", &state(ink, HistoryStage::Now));
    add("history-then", &state(ink, HistoryStage::Then));
    add("review", &review(ink));
    add("review-wrong", &review_wrong(ink));
    let ready = ReviewPage { blocks: vec![], warnings: vec![], test_print: TestPrint::NotMade, ..review(ink) };
    add("review-ready", &ready);
    let line = UnprintableLine {
        href: format!("/meetings/{MEETING}#sheet-since_last_met"),
        text: ink.t("Dan Rees: the character U+1F9FF"),
    };
    add("review-unprintable", &ReviewPage { test_print: TestPrint::Unprintable(vec![line]), ..review(ink) });
    let at_table = people(ink, frame(ink), MEETING);
    for (name, page) in super::files_samples::every_page(ink, frame(ink), MEETING) {
        add(name, &*page);
    }
    add("people", &at_table);
    add("people-read", &PeoplePage { gone: vec![], manages: false, ..at_table });
    add("seat-role", &role(ink, frame(ink), MEETING, Errors::none()));
    let wrong = Errors::one("role-chair", "A meeting needs a chair. Make somebody else chair first");
    add("seat-role-wrong", &role(ink, frame(ink), MEETING, wrong));
    add("seat-withdraw", &withdrawal(ink, frame(ink), MEETING, Whose::Others));
    add("seat-withdraw-own", &withdrawal(ink, frame(ink), MEETING, Whose::Own));
    add("locked", &locked(ink));
    add(
        "locked-family",
        &LockedPage { copies: vec![copy(EditionKind::Family)], sending: None, history_href: None, ..locked(ink) },
    );
    add("case-records", &case_records(ink));
    add("case-record", &case_record(ink));
    for (name, state) in [
        ("family-code", CodeState::Ask),
        ("family-code-wrong", CodeState::Wrong { tries_left: 4 }),
        ("family-code-used-up", CodeState::UsedUp),
        ("family-code-expired", CodeState::Expired),
        ("family-code-unknown", CodeState::Unknown),
    ] {
        add(name, &code(ink, state));
    }
    add("family-copy", &family_copy(ink));
    let file = |kind| EditionFile::new(&edition(ink, kind), &zone(), &ink.t("https://accord.example/verify"));
    add("edition-full", &file(EditionKind::Full));
    add("edition-family", &file(EditionKind::Family));
    for status in [400, 403, 404, 409, 413, 422, 429, 500, 503] {
        add(&format!("error-{status}"), &ErrorPage::of(frame(ink), status).with_reference("9f2b-5511"));
    }
    add("error-seat-withdrawn", &ErrorPage::seat_withdrawn(frame(ink)));
    add("error-expired", &ErrorPage::session_expired(public()).with_detail(&ink.t("The record is safe.")));
    add("verify", &VerifyPage { frame: public(), result: None, errors: Errors::none(), largest: "20 MB".to_owned() });
    for verdict in [Verdict::Genuine, Verdict::Superseded, Verdict::Changed, Verdict::Unknown] {
        add(&format!("verify-{verdict:?}").to_lowercase(), &verify(ink, public(), verdict));
    }
    pages
}

pub fn frame(ink: Ink) -> Frame {
    Frame::for_person(&ink.t("Northmoor Safeguarding Partnership"), &ink.t("Ruth Okafor"), Role::Chair)
        .with_menu("/meetings", "Meetings")
        .with_menu("/case-records", "Case records")
        .at("/meetings")
        .with_footer("/verify", "Check a copy")
}

fn meetings(ink: Ink) -> MeetingsPage {
    let line = |id: u8, title: &str, when: &str, state| MeetingLine {
        id: MEETING.replace("8111", &format!("81{id:02}")),
        title: ink.t(title),
        kind_name: "Core group".to_owned(),
        when: when.to_owned(),
        place: ink.t("Northmoor Family Centre, room 4"),
        children: vec![ink.t("Maya Thorne"), ink.t("Leo Thorne")],
        my_role: "chair".to_owned(),
        state,
    };
    MeetingsPage {
        frame: frame(ink).with_notice(&ink.t("The meeting has been created.")),
        open: vec![
            line(1, "Core group 3", "23 November 2026, 10:00", MeetingState::Open),
            line(2, "Core group 1", "23 November 2026, 14:30", MeetingState::Locking),
        ],
        locked: vec![line(3, "Core group 2", "12 October 2026, 10:00", MeetingState::Locked)],
        may_create: MayCreate::Yes,
    }
}

fn person_id(number: usize) -> String {
    PersonId(uuid::Uuid::from_u128(0xabc0_0000 + number as u128)).to_string()
}

fn create(ink: Ink, more: usize) -> CreatePage {
    const PEOPLE: [(&str, &str, Role, &str); 4] = [
        ("Ruth Okafor", "team manager", Role::Chair, "ruth.okafor@northmoor.example"),
        ("Priya Nair", "health visitor", Role::Professional, "priya.nair@northmoor-nhs.example"),
        ("Dan Rees", "police constable", Role::Professional, "dan.rees@northmoor-police.example"),
        ("Tom Hale", "class teacher", Role::Professional, "no email: by hand"),
    ];
    const AGENCIES: [&str; 4] = ["Northmoor Children’s Services", "Northmoor NHS Trust", "Northmoor Police", "Family"];
    let agency = |index: usize| DirectoryAgency {
        id: if index == 3 { String::new() } else { person_id(9000 + index) },
        name: ink.t(AGENCIES[index]),
        people: (0..more)
            .map(|row| {
                let (name, title, role, contact) = PEOPLE[(index + row) % 4];
                let id = person_id(index * 100 + row);
                DirectoryPerson { id, name: ink.t(name), role, title: ink.t(title), contact: ink.t(contact) }
            })
            .collect(),
    };
    let child = |id: usize, name: &str, born: &str| KnownChild {
        id: person_id(8000 + id),
        name: ink.t(name),
        date_of_birth: born.to_owned(),
    };
    CreatePage {
        frame: frame(ink),
        kinds: vec![MeetingKind {
            key: "core_group".to_owned(),
            name: ink.t("Core group"),
            usual_title: ink.t("Core group"),
            chair: ink.t("The lead social worker"),
            quorum: ink.t("social care, and at least 2 other agencies"),
            family: "at the table",
            copies: "a copy of what everybody at the table reads",
            citation: ink.t("Working Together to Safeguard Children 2023"),
        }],
        children: vec![
            child(1, "Maya Thorne", "2019-05-03"),
            child(2, "Leo Thorne", "2022-01-17"),
            child(3, "Maya Thorne", "2014-09-30"),
            child(4, "Kate Lowe", ""),
        ],
        directory: (0..4).map(agency).collect(),
        form: CreateForm::blank(person_id(0).parse().unwrap(), Role::Chair),
        errors: Errors::none(),
    }
}

fn create_wrong(ink: Ink) -> CreatePage {
    let typed = [
        ("title", "Core group for Maya"),
        ("date-day", "31"),
        ("date-month", "2"),
        ("date-year", "2026"),
        ("time", "ten-ish"),
        ("place", "Room 4"),
        ("new-child-2-day", "4"),
        ("guest-1-name", "Jo Reed"),
        ("guest-1-email", "jo at home"),
    ];
    let typed: Vec<(&str, String)> = typed.iter().map(|(name, value)| (*name, ink.t(value))).collect();
    let form = CreateForm::read(typed.iter().map(|(name, value)| (*name, value.as_str())));
    let errors = form.check(&["Maya Thorne".to_owned()]).unwrap_err();
    CreatePage { form, errors, ..create(ink, 2) }
}

fn live(ink: Ink) -> LivePage {
    let meeting = serde_json::json!({ "meeting": { "id": MEETING, "title": ink.t("Core group 3") } });
    let links = PlainLinks {
        record: format!("/meetings/{MEETING}/record"),
        people: Some(format!("/meetings/{MEETING}/people")),
    };
    LivePage::new(frame(ink), "Core group", links, &meeting).unwrap()
}

fn history_href() -> String {
    format!("/meetings/{MEETING}/history")
}

fn record(ink: Ink, stage: Stage) -> RecordPage {
    let record = RecordView::of(&edition(ink, EditionKind::Full), &zone(), stage);
    RecordPage {
        frame: frame(ink),
        meeting_id: MEETING.to_owned(),
        history_href: Some(history_href()),
        status_links: vec![],
        record,
    }
}

fn copy(kind: EditionKind) -> CopyLine {
    CopyLine { edition: EDITION.to_owned(), kind, session: None, pdf_bytes: 84_210, pdf_sha256: "9f2b".repeat(16) }
}

fn locked(ink: Ink) -> LockedPage {
    LockedPage {
        frame: frame(ink),
        meeting_id: MEETING.to_owned(),
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

fn case_records(ink: Ink) -> CaseRecordsPage {
    let line = |child: &str, born: &str, filed, latest: &str| CaseRecordLine {
        child_id: CHILD.to_owned(),
        child: ink.t(child),
        date_of_birth: born.to_owned(),
        filed,
        latest: latest.to_owned(),
    };
    CaseRecordsPage {
        frame: frame(ink).at("/case-records"),
        agency_id: AGENCY.to_owned(),
        agency: ink.t("Northmoor NHS Trust"),
        children: vec![line("Maya Thorne", "2019-05-03", 2, "23 November 2026, 11:25"), line("Kate Lowe", "", 0, "")],
    }
}

fn case_record(ink: Ink) -> CaseRecordPage {
    let line = |meeting: &str| FiledLine {
        edition: EDITION.to_owned(),
        kind: EditionKind::Full,
        version: 1,
        meeting: ink.t(meeting),
        meeting_when: "23 November 2026, 10:00".to_owned(),
        filed_at: "23 November 2026, 11:25".to_owned(),
        receipt: ink.t("R-2026-00051"),
        sha256: "9f2b".repeat(16),
        pdf_bytes: 1_234_567,
    };
    CaseRecordPage {
        frame: frame(ink).at("/case-records"),
        agency_id: AGENCY.to_owned(),
        agency: ink.t("Northmoor NHS Trust"),
        child: ink.t("Maya Thorne"),
        date_of_birth: "2019-05-03".to_owned(),
        filed: vec![line("Core group 3"), line("Core group 2")],
    }
}

fn contact(ink: Ink) -> Contact {
    Contact { name: ink.t("Sam Byrne"), phone: ink.t("01632 960 123"), email: ink.t("sam.byrne@northmoor.example") }
}

fn code(ink: Ink, state: CodeState) -> CodePage {
    CodePage { token: ink.t("p7Qk"), contact: contact(ink), exit: QuickExit::default(), state }
}

fn family_copy(ink: Ink) -> CopyPage {
    CopyPage {
        token: ink.t("p7Qk"),
        contact: contact(ink),
        exit: QuickExit::default(),
        record: RecordView::of(&edition(ink, EditionKind::Family), &zone(), Stage::Locked),
        available_until: "24 May 2027".to_owned(),
        pdf_size: "84 KB".to_owned(),
    }
}

fn verify(ink: Ink, frame: Frame, verdict: Verdict) -> VerifyPage {
    let check = |what: &str, outcome| CheckLine { what: ink.t(what), outcome };
    let fact = |label: &str, value: &str| FactLine { label: ink.t(label), value: ink.t(value) };
    let result = VerifyResult {
        verdict,
        checks: vec![
            check("The file is just as it was sealed", CheckOutcome::Right),
            check("The words match the signed record", CheckOutcome::Wrong),
            check("The record is in the log", CheckOutcome::NotChecked),
        ],
        facts: vec![
            fact("Sealed by", "Northmoor Safeguarding Partnership"),
            fact("Record, SHA-256", &"9f2b".repeat(16)),
        ],
    };
    VerifyPage { frame, result: Some(result), errors: Errors::none(), largest: "20 MB".to_owned() }
}

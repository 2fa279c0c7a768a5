//! Every cell of the access table, tried: each standing, deed and state of the meeting, with a real change brought to a
//! real room. A deed without a change here doesn't compile.

use super::decisions::{
    answers_a_read_back, answers_blind, asks_blind, locks, opens_a_session, runs_the_room, takes_a_seat_away,
};
use super::*;
use crate::access::{self, DEEDS, Deed, Whose, judge, standings};
use crate::document::Table as Rows;
use crate::edition::EditionKind;
use crate::record::{Position, View};

pub(super) type Edit = Box<dyn Fn(&mut Transaction<'_>) -> Result<(), AutomergeError>>;

/// What became of it.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// The part was sent.
    Given,
    Stored,
    Refused(&'static str),
    KeptAside,
    Unavailable,
}

/// A change, and what stands in the document before it: by myself in better days, when I chaired, or by somebody else.
struct Attempt {
    what: &'static str,
    others: Option<Edit>,
    mine: Vec<Edit>,
    edit: Edit,
}

/// How a deed is tried.
enum Trial {
    /// By asking for a part.
    Read(u128),
    /// By each of these changes.
    Write(Vec<Attempt>),
    /// By a decision that needs no room.
    Decide(fn(Standing, MeetingState) -> Result<(), access::Refusal>),
    /// Not here: the shell asks the table itself.
    Elsewhere,
}

/// The one who has this standing.
fn somebody(standing: Standing) -> u128 {
    match standing {
        Standing::Seated(Role::Chair) => CHAIR,
        Standing::Seated(Role::MinuteTaker) => MINUTES,
        Standing::Seated(Role::Professional) => POLICE,
        Standing::Seated(Role::Manager) => MANAGER,
        Standing::Seated(Role::Family) => MOTHER,
        Standing::Seated(Role::YoungPerson) => YOUNG,
        Standing::Seated(Role::Observer) => OBSERVER,
        // The room goes by the standing alone, whoever it is.
        Standing::Removed | Standing::Stranger => REMOVED,
    }
}

fn somebody_else(me: u128) -> u128 {
    if me == POLICE { MINUTES } else { POLICE }
}

fn trial(deed: Deed, me: u128) -> Trial {
    let (other, write) = (somebody_else(me), |attempt: Attempt| Trial::Write(vec![attempt]));
    match deed {
        Deed::ReadMain => Trial::Read(MAIN),
        Deed::ReadRestricted => Trial::Read(RESTRICTED),
        Deed::AddEntry(Whose::Own) => write(at_once("an entry", adds(me, Nature::Fact))),
        Deed::AddEntry(Whose::RecordedForOther | Whose::Others) => {
            write(at_once("an entry", adds(other, Nature::Fact)))
        }
        Deed::AddOwnWords(Whose::Own) => write(at_once("own words", adds(me, Nature::View))),
        Deed::AddOwnWords(Whose::RecordedForOther | Whose::Others) => {
            write(at_once("another's words", adds(other, Nature::View)))
        }
        Deed::EditEntry => Trial::Write(vec![
            with_others(adds(other, Nature::Fact), "typing", types()),
            with_others(adds(other, Nature::Fact), "a source", sets_source()),
        ]),
        Deed::EditOwnWords(Whose::Own) => write(with_mine(adds(me, Nature::View), "typing", types())),
        Deed::EditOwnWords(Whose::RecordedForOther) => write(with_mine(adds(other, Nature::View), "typing", types())),
        Deed::EditOwnWords(Whose::Others) => write(with_others(adds(other, Nature::View), "typing", types())),
        Deed::RemoveEntry(Whose::Own) => {
            write(with_mine(adds(me, Nature::Fact), "a removal", removes(Rows::Entries, me)))
        }
        Deed::RemoveEntry(Whose::RecordedForOther) => {
            write(with_mine(adds(other, Nature::Fact), "a removal", removes(Rows::Entries, me)))
        }
        Deed::RemoveEntry(Whose::Others) => {
            write(with_others(adds(other, Nature::Fact), "a removal", removes(Rows::Entries, me)))
        }
        Deed::SetAbout(Whose::Own) => write(with_mine(adds(me, Nature::Fact), "whom it is about", says_about())),
        Deed::SetAbout(Whose::RecordedForOther) => {
            write(with_mine(adds(other, Nature::Fact), "whom it is about", says_about()))
        }
        Deed::SetAbout(Whose::Others) => {
            write(with_others(adds(other, Nature::Fact), "whom it is about", says_about()))
        }
        Deed::WriteDecision => Trial::Write(vec![
            at_once("a decision", decides()),
            with_mine(decides(), "typing", types_in(Rows::Decisions, "rationale")),
            with_mine(decides(), "a removal", removes(Rows::Decisions, me)),
        ]),
        Deed::AddView(whose) => {
            let by = if whose == Whose::Own { me } else { other };
            write(with_mine(decides(), "a view", views(by, me)))
        }
        Deed::EditView(whose) => write(edits_view(whose, me, other)),
        Deed::WriteAction => Trial::Write(vec![
            at_once("an action", acts()),
            with_others(acts(), "typing", types_in(Rows::Actions, "what")),
        ]),
        Deed::RemoveAction(Whose::Own | Whose::RecordedForOther) => {
            write(with_mine(acts(), "a removal", removes(Rows::Actions, me)))
        }
        Deed::RemoveAction(Whose::Others) => write(with_others(acts(), "a removal", removes(Rows::Actions, me))),
        Deed::SetAttendance => Trial::Write(vec![at_once("an arrival", arrives()), at_once("a note", notes())]),
        beside => beside_the_document(beside),
    }
}

/// What changes no document: decided by a function, or by the table itself, which the shell asks. Who reads a closed session
/// is tried in `closed`.
fn beside_the_document(deed: Deed) -> Trial {
    match deed {
        Deed::ManageSeats => Trial::Decide(takes_a_seat_away),
        Deed::ReviewAndLock => Trial::Decide(locks),
        Deed::HaveCopy => Trial::Decide(|standing, _| access::may_have_copy(standing, EditionKind::Family, false)),
        Deed::ManageClosedSessions => Trial::Decide(opens_a_session),
        Deed::ManageBlindRounds => Trial::Decide(asks_blind),
        Deed::AnswerBlind(Whose::Own) => Trial::Decide(answers_blind),
        Deed::RunRoom => Trial::Decide(runs_the_room),
        Deed::AnswerReadBack(Whose::Own) => Trial::Decide(answers_a_read_back),
        _ => Trial::Elsewhere,
    }
}

/// Typing in a view: one's own, or another's.
fn edits_view(whose: Whose, me: u128, other: u128) -> Attempt {
    let typing = || types_in(Rows::Views, "reason");
    if whose == Whose::Own {
        Attempt { mine: vec![decides(), views(me, me)], ..at_once("typing", typing()) }
    } else {
        Attempt { others: Some(views(other, other)), ..with_mine(decides(), "typing", typing()) }
    }
}

#[test]
fn every_cell_of_the_table_is_what_the_room_does() {
    let mut cells = 0;
    for (name, standing) in standings() {
        for (deed_name, deed) in DEEDS {
            for &state in MeetingState::ALL {
                let cell = format!("{name}, {deed_name}, {state}");
                match trial(*deed, somebody(standing)) {
                    Trial::Read(part) => {
                        assert_eq!(ask(standing, part, state), expected(standing, *deed, part, state), "{cell}");
                    }
                    Trial::Write(attempts) => {
                        for attempt in &attempts {
                            for part in parts_for(*deed) {
                                let outcome = bring(standing, attempt, part, state);
                                assert_eq!(
                                    outcome,
                                    expected(standing, *deed, part, state),
                                    "{cell}: {} in {part}",
                                    attempt.what
                                );
                            }
                        }
                    }
                    Trial::Elsewhere => {}
                    Trial::Decide(decide) => {
                        assert_eq!(decide(standing, state), judge(standing, *deed, state), "{cell}");
                    }
                }
                cells += 1;
            }
        }
    }
    assert_eq!(cells, standings().count() * DEEDS.len() * MeetingState::ALL.len());
}

/// Attendance stands in `main` alone.
fn parts_for(deed: Deed) -> Vec<u128> {
    if deed == Deed::SetAttendance { vec![MAIN] } else { vec![MAIN, RESTRICTED] }
}

/// What the table says of it, as the room shows it. To somebody who may not read a part, it does not exist.
fn expected(standing: Standing, deed: Deed, part: u128, state: MeetingState) -> Outcome {
    let part = if part == MAIN { Part::main() } else { Part::professionals() };
    if judge(standing, access::reading(&part, false), state).is_err() {
        return Outcome::Unavailable;
    }
    match judge(standing, deed, state) {
        Ok(()) if deed.only_looks() => Outcome::Given,
        Ok(()) => Outcome::Stored,
        Err(access::Refusal::Locked) => Outcome::KeptAside,
        Err(refusal) => Outcome::Refused(refusal.code()),
    }
}

fn ask(standing: Standing, part: u128, state: MeetingState) -> Outcome {
    let mut meeting = meeting();
    let mut tab = meeting.join(somebody(standing), MAIN);
    lock_if(&mut meeting, state);
    come_back(&mut meeting, &mut tab, somebody(standing), standing);
    meeting.deliver(tab.peer, part, vec![])
}

/// Prepares the document, comes to the table in this standing and brings the one change.
fn bring(standing: Standing, attempt: &Attempt, part: u128, state: MeetingState) -> Outcome {
    let me = somebody(standing);
    let mut meeting = meeting();
    let mut tab = meeting.join(me, part);
    come_back(&mut meeting, &mut tab, me, Standing::Seated(Role::Chair));
    meeting.exchange(&mut tab);
    for edit in &attempt.mine {
        meeting.try_edit(&mut tab, edit).unwrap();
    }
    if let Some(edit) = &attempt.others {
        let mut other = meeting.join(somebody_else(me), part);
        meeting.try_edit(&mut other, edit).unwrap();
        come_back(&mut meeting, &mut tab, me, Standing::Seated(Role::Chair));
        meeting.exchange(&mut tab);
    }
    lock_if(&mut meeting, state);
    come_back(&mut meeting, &mut tab, me, standing);
    let before = meeting.read();
    tab.edit(&attempt.edit);
    let change = tab.raw_change();
    let outcome = meeting.deliver(tab.peer, part, vec![change]);
    let changed = meeting.read() != before;
    assert_eq!(changed, outcome == Outcome::Stored, "{}: {outcome:?}", attempt.what);
    outcome
}

fn lock_if(meeting: &mut Meeting, state: MeetingState) {
    if state == MeetingState::Locked {
        meeting.room.handle(Event::Freeze);
        meeting.room.handle(Event::Locked);
    }
}

/// The same tab, connected anew in another standing.
pub(super) fn come_back(meeting: &mut Meeting, tab: &mut Tab, me: u128, standing: Standing) {
    meeting.room.handle(Event::Left { peer: tab.peer });
    meeting.room.handle(Event::Joined { peer: tab.peer, writer: Writer { standing, ..writer(me) } });
    tab.state = State::new();
}

impl Meeting {
    /// One message with these changes and nothing else in it.
    pub(super) fn deliver(&mut self, peer: PeerId, part: u128, changes: Vec<Vec<u8>>) -> Outcome {
        let message = Message {
            heads: vec![],
            need: vec![],
            have: vec![],
            changes: ChunkList::from(changes),
            flags: None,
            version: MessageVersion::V1,
        };
        let document = document_id(part);
        let mut effects = self.room.handle(Event::Sync { peer, document, data: message.encode() });
        if effects.iter().any(|effect| matches!(effect, Effect::Store { .. })) {
            effects.extend(self.room.handle(Event::Stored));
            return outcome_of(&effects, Outcome::Stored);
        }
        outcome_of(&effects, Outcome::Given)
    }
}

/// `answered` is what it was if the room answered and did nothing else.
fn outcome_of(effects: &[Effect], answered: Outcome) -> Outcome {
    let found = effects.iter().find_map(|effect| match effect {
        Effect::Refuse { refusal, .. } => Some(Outcome::Refused(refusal.code())),
        Effect::KeepAside { .. } => Some(Outcome::KeptAside),
        Effect::Unavailable { .. } => Some(Outcome::Unavailable),
        _ => None,
    });
    let sent = effects.iter().any(|effect| matches!(effect, Effect::Send { .. }));
    found.unwrap_or_else(|| if sent { answered } else { panic!("no answer: {effects:?}") })
}

fn at_once(what: &'static str, edit: Edit) -> Attempt {
    Attempt { what, others: None, mine: vec![], edit }
}

fn with_mine(mine: Edit, what: &'static str, edit: Edit) -> Attempt {
    Attempt { mine: vec![mine], ..at_once(what, edit) }
}

fn with_others(others: Edit, what: &'static str, edit: Edit) -> Attempt {
    Attempt { others: Some(others), ..at_once(what, edit) }
}

pub(super) fn adds(by: u128, nature: Nature) -> Edit {
    Box::new(move |tx| draft::entry(tx, "worries", &entry(1, by, nature)))
}

fn types() -> Edit {
    Box::new(|tx| draft::append(tx, "worries", row(1), "!"))
}

pub(super) fn row_of(tx: &Transaction<'_>, rows: Rows) -> ObjId {
    let id = row(1).to_string();
    match rows {
        Rows::Entries => object(tx, &["sections", "worries", "entries", &id]),
        Rows::Decisions => object(tx, &["decisions", &id]),
        Rows::Views => object(tx, &["views", &id]),
        Rows::Actions => object(tx, &["actions", &id]),
    }
}

fn sets_source() -> Edit {
    Box::new(|tx| {
        let row = row_of(tx, Rows::Entries);
        tx.put(&row, "source", "heard")
    })
}

pub(super) fn types_in(rows: Rows, field: &'static str) -> Edit {
    Box::new(move |tx| {
        let Some((_, text)) = tx.get(row_of(tx, rows), field)? else { panic!("no {field}") };
        tx.splice_text(&text, 0, 0, "!")
    })
}

pub(super) fn removes(rows: Rows, me: u128) -> Edit {
    Box::new(move |tx| {
        let row = row_of(tx, rows);
        let removed = tx.put_object(&row, "removed", ObjType::Map)?;
        tx.put(&removed, "by", person(me).to_string())?;
        tx.put(&removed, "at", "2026-11-23T10:00:00Z")
    })
}

fn says_about() -> Edit {
    Box::new(|tx| {
        let about = entry_object(tx, row(1), "about");
        tx.delete(&about, Uuid::from_u128(CHILD).to_string())
    })
}

pub(super) fn decides() -> Edit {
    Box::new(|tx| {
        let decision = Decision {
            outcome: String::new(),
            threshold: String::new(),
            id: row(1),
            pos: "a".into(),
            child: ChildId(Uuid::from_u128(CHILD)),
            text: "Goes on".into(),
            rationale: "Because".into(),
            category: String::new(),
            agreed: false,
        };
        draft::decision(tx, &decision)
    })
}

/// A view on the one decision, by one person and put in by another, whose agency it has to be.
pub(super) fn views(by: u128, recorded_by: u128) -> Edit {
    Box::new(move |tx| {
        let view = View {
            id: row(1),
            decision: row(1),
            agency: writer(recorded_by).agency,
            by: person(by),
            position: Position::Agree,
            reason: "Fair".into(),
        };
        draft::view(tx, &view)
    })
}

pub(super) fn acts() -> Edit {
    Box::new(|tx| {
        let action = Action {
            carried_from: None,
            id: row(1),
            pos: "a".into(),
            outcome: "Calm mornings".into(),
            what: "Ring at six".into(),
            owner: None,
            due: String::new(),
            measure: String::new(),
            about: vec![],
            status: ActionStatus::Open,
        };
        draft::action(tx, &action)
    })
}

fn arrives() -> Edit {
    Box::new(|tx| draft::attendance(tx, person(MOTHER), AttendanceStatus::Present, "10:05"))
}

fn notes() -> Edit {
    Box::new(|tx| {
        let note = object(tx, &["attendance", &person(MOTHER).to_string(), "note"]);
        tx.splice_text(&note, 0, 0, "By telephone")
    })
}

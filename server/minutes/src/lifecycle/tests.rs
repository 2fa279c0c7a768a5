#![allow(clippy::unwrap_used, clippy::panic)]
use uuid::Uuid;

use super::*;
use crate::access::Refusal;
use crate::ids::{ChildId, DocumentId, PersonId};
use crate::record::{
    Action, ActionStatus, Attendance, AttendanceStatus, Decision, Entry, Nature, Part, Position, Role, Section, View,
};
use crate::rules::{DecisionRule, SectionHolds, SectionRule};
use crate::wording::Term;

const CHILD: ChildId = ChildId(Uuid::from_u128(50));
const TEACHER: PersonId = PersonId(Uuid::from_u128(2));
const MOTHER: PersonId = PersonId(Uuid::from_u128(3));
const CHAIR: Standing = Standing::Seated(Role::Chair);

fn row(n: u128) -> RowId {
    RowId(Uuid::from_u128(n))
}

/// What a review looks at, whole and without a fault.
struct Desk {
    parts: Vec<PartRecord>,
    pack: RulePack,
    children: Vec<ChildFacts>,
    seats: Vec<Seat>,
    contacts: Contacts,
    wording: Wording,
    not_quorate: Option<&'static str>,
}

fn seat(person: PersonId, name: &str, role: Role) -> Seat {
    Seat {
        person,
        name: name.into(),
        role,
        title: String::new(),
        agency: None,
        agency_name: String::new(),
        removed_at: None,
    }
}

fn entry(n: u128, by: PersonId, nature: Nature, text: &str) -> Entry {
    Entry {
        id: row(n),
        pos: "a".into(),
        text: text.into(),
        nature,
        source: "seen".into(),
        by,
        recorded_by: None,
        about: vec![],
        tool: String::new(),
        scale: String::new(),
        attachment: None,
    }
}

fn term(term: &str) -> Vec<Term> {
    vec![Term { term: term.into(), also: vec![], say: "Other words.".into() }]
}

impl Desk {
    fn whole() -> Self {
        let section = |key: &str, heading: &str, entries| Section { key: key.into(), heading: heading.into(), entries };
        let voice = Entry { tool: "drawing".into(), ..entry(1, TEACHER, Nature::View, "I like school") };
        let main = PartRecord {
            part: Part::main(),
            document: DocumentId(Uuid::from_u128(9)),
            heads: vec![],
            attendance: vec![Attendance {
                person: MOTHER,
                status: AttendanceStatus::Present,
                arrived_at: String::new(),
                left_at: String::new(),
                note: String::new(),
            }],
            sections: vec![
                section("voice", "The child", vec![voice]),
                section("worries", "Worries", vec![entry(2, MOTHER, Nature::Fact, "Late twice")]),
            ],
            decisions: vec![Decision {
                id: row(3),
                pos: "a".into(),
                child: CHILD,
                text: "The plan goes on".into(),
                rationale: "It works".into(),
                category: String::new(),
                agreed: true,
                outcome: String::new(),
                threshold: String::new(),
            }],
            views: vec![View {
                id: row(5),
                decision: row(3),
                agency: None,
                by: MOTHER,
                position: Position::Agree,
                reason: String::new(),
            }],
            actions: vec![Action {
                id: row(4),
                pos: "a".into(),
                outcome: "Calm mornings".into(),
                what: "Visit on Mondays".into(),
                owner: Some(TEACHER),
                due: "2026-12-01".into(),
                measure: "On time nine days of ten".into(),
                about: vec![],
                status: ActionStatus::Open,
                carried_from: None,
            }],
        };
        let mut pack = RulePack::of_sections("core_group", vec![]);
        let rule = |key: &str, heading: &str, holds| SectionRule {
            mandatory: true,
            holds,
            ..SectionRule::plain(key, heading)
        };
        pack.sections = vec![
            rule("voice", "The child", SectionHolds::ChildsVoice),
            rule("worries", "Worries", SectionHolds::Entries),
        ];
        pack.decision = Some(DecisionRule {
            question: String::new(),
            outcomes: vec![],
            categories: vec![],
            threshold: String::new(),
            mandatory: true,
            source: String::new(),
        });
        Self {
            parts: vec![main],
            pack,
            children: vec![ChildFacts { id: CHILD, name: "Lena Nowak".into(), date_of_birth: "2018-05-03".into() }],
            seats: vec![seat(TEACHER, "Tom Hale", Role::Professional), seat(MOTHER, "Kasia Nowak", Role::Family)],
            contacts: Contacts::new(["14 Larch Rise, Northmoor NM4 7QD", "01632 960211"]),
            wording: Wording { vague: term("monitor"), jargon: term("CP-IS"), disrespectful: term("non-compliant") },
            not_quorate: None,
        }
    }

    fn review(&self) -> Vec<Finding> {
        review(&Reviewed {
            parts: &self.parts,
            pack: &self.pack,
            children: &self.children,
            seats: &self.seats,
            contacts: &self.contacts,
            wording: &self.wording,
            not_quorate: self.not_quorate,
        })
    }

    fn main(&mut self) -> &mut PartRecord {
        &mut self.parts[0]
    }

    fn say(&mut self, text: &str) {
        self.main().sections[1].entries[0].text = text.into();
    }
}

#[test]
fn a_whole_record_has_nothing_to_find() {
    assert_eq!(Desk::whole().review(), []);
}

type Spoil = fn(&mut Desk);

/// What is spoilt, the one finding that must come of it, its weight, and where it leads.
const CASES: &[(&str, Spoil, &str, Weight, &str)] = &[
    ("nobody came", |d| d.main().attendance.clear(), "nobody_present", Weight::Blocks, "attendance"),
    ("no quorum", |d| d.not_quorate = Some("the police"), "not_quorate", Weight::Blocks, "attendance"),
    ("empty section", |d| d.say(" "), "section_empty", Weight::Blocks, "section-worries"),
    ("no decision", |d| d.main().decisions.clear(), "no_decision", Weight::Blocks, "decisions"),
    ("no reason", |d| d.main().decisions[0].rationale.clear(), "no_reason", Weight::Blocks, "decisions"),
    ("no owner", |d| d.main().actions[0].owner = None, "no_owner", Weight::Blocks, "actions"),
    ("no date", |d| d.main().actions[0].due.clear(), "no_date", Weight::Blocks, "actions"),
    ("address", |d| d.say("They live at 14, LARCH-rise now"), "contact", Weight::Blocks, "section-worries"),
    ("postcode", |d| d.main().views[0].reason = "sw1a1aa".into(), "contact", Weight::Blocks, "decisions"),
    ("number", |d| d.main().attendance[0].note = "01632-960211".into(), "contact", Weight::Blocks, "attendance"),
    ("in an action", |d| d.main().actions[0].what = "Visit NM4 7QD".into(), "contact", Weight::Blocks, "actions"),
    ("vague verb", |d| d.main().actions[0].what = "Monitor mornings".into(), "vague_verb", Weight::Warns, "actions"),
    ("no outcome", |d| d.main().actions[0].outcome.clear(), "no_outcome", Weight::Warns, "actions"),
    ("no measure", |d| d.main().actions[0].measure.clear(), "no_measure", Weight::Warns, "actions"),
    ("no words", |d| d.main().sections[0].entries[0].tool.clear(), "no_childs_words", Weight::Warns, "section-voice"),
    ("dissent", |d| d.main().views[0].position = Position::NotAgree, "no_dissent_reason", Weight::Warns, "decisions"),
    ("jargon", |d| d.say("CP-IS was told"), "jargon", Weight::Warns, "section-worries"),
    ("judging", |d| d.say("She was non-compliant"), "disrespectful", Weight::Warns, "section-worries"),
    ("name", |d| d.say("Leena was late"), "name", Weight::Warns, "section-worries"),
    ("birth", |d| d.say("Lena, born 4 May 2018"), "date_of_birth", Weight::Warns, "section-worries"),
];

#[test]
fn each_fault_is_found_once_and_leads_to_its_place() {
    for (name, spoil, code, weight, place) in CASES {
        let mut desk = Desk::whole();
        spoil(&mut desk);
        let found = desk.review();
        let told: Vec<_> = found.iter().map(|one| (one.code, one.weight, one.place.as_str())).collect();
        assert_eq!(told, [(*code, *weight, *place)], "{name}");
        assert!(!found[0].words.is_empty() && !found[0].words.contains("LARCH"), "{name}: {}", found[0].words);
    }
}

#[test]
fn what_professionals_write_among_themselves_may_hold_an_address_and_short_forms() {
    let mut desk = Desk::whole();
    let mut restricted = desk.parts[0].clone();
    restricted.part = Part::professionals();
    restricted.attendance.clear();
    desk.parts.push(restricted);
    desk.parts[1].sections[1].entries[0].text = "14 Larch Rise, CP-IS".into();
    assert_eq!(desk.review(), []);
}

#[test]
fn without_a_decision_rule_a_child_without_a_decision_is_a_warning() {
    let mut desk = Desk::whole();
    desk.pack.decision = None;
    desk.main().decisions.clear();
    desk.main().views.clear();
    assert_eq!(desk.review().iter().map(|one| one.weight).collect::<Vec<_>>(), [Weight::Warns]);
    // An outcome of the pack's is a decision, whatever was written beside it.
    let mut desk = Desk::whole();
    desk.main().decisions[0].text.clear();
    desk.main().decisions[0].outcome = "Plan goes on".into();
    assert_eq!(desk.review(), []);
}

#[test]
fn only_the_chair_locks_and_only_once() {
    let lock_as = |role, state| lock(Standing::Seated(role), state, vec![], &Answers::default());
    assert_eq!(lock_as(Role::Chair, MeetingState::Open), Ok(vec![]));
    assert_eq!(lock_as(Role::Chair, MeetingState::Locked), Err(Refusal::Locked.into()));
    for &role in Role::ALL.iter().filter(|role| **role != Role::Chair) {
        assert_eq!(lock_as(role, MeetingState::Open), Err(Refusal::NotYourRole.into()), "{role}");
    }
}

#[test]
fn a_block_needs_a_reason_and_a_warning_needs_to_be_seen() {
    let mut desk = Desk::whole();
    desk.main().actions[0].owner = None;
    desk.main().actions[0].measure.clear();
    let found = desk.review();
    let codes = |answers: &Answers| match lock(CHAIR, MeetingState::Open, found.clone(), answers) {
        Ok(gone_on) => Ok(gone_on.into_iter().map(|one| one.reason).collect::<Vec<_>>()),
        Err(LockRefusal::Incomplete(open)) => Err(open.into_iter().map(|one| one.code).collect::<Vec<_>>()),
        Err(other) => panic!("{other}"),
    };
    let key = found[0].key.clone();
    let by_key = |seen, reason: &str| Answers {
        warnings_seen: seen,
        reasons: BTreeMap::from([(key.clone(), reason.to_owned())]),
        reason_for_the_rest: String::new(),
    };
    assert_eq!(codes(&Answers::default()), Err(vec!["no_owner", "no_measure"]));
    assert_eq!(codes(&Answers { warnings_seen: true, ..Answers::default() }), Err(vec!["no_owner"]));
    assert_eq!(codes(&by_key(false, "Nobody can yet")), Err(vec!["no_measure"]));
    assert_eq!(codes(&by_key(true, " \n")), Err(vec!["no_owner"]));
    assert_eq!(codes(&by_key(true, " Nobody can yet ")), Ok(vec!["Nobody can yet".to_owned(), String::new()]));
    assert_eq!(codes(&Answers::all_the_same("Urgent")), Ok(vec!["Urgent".to_owned(), String::new()]));
    let long = Answers::all_the_same(&"x".repeat(MAX_REASON + 1));
    assert_eq!(lock(CHAIR, MeetingState::Open, found.clone(), &long), Err(LockRefusal::ReasonTooLong));
}

#[test]
fn every_finding_has_a_key_of_its_own() {
    let mut desk = Desk::whole();
    let again = |n: u128, desk: &Desk| Action { id: row(n), owner: None, ..desk.parts[0].actions[0].clone() };
    let more = [again(41, &desk), again(42, &desk)];
    desk.main().actions.extend(more);
    desk.main().decisions.clear();
    let found = desk.review();
    let keys: std::collections::BTreeSet<_> = found.iter().map(|one| &one.key).collect();
    assert_eq!((found.len(), keys.len()), (3, 3));
}

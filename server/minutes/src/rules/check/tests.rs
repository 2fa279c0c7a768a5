//! Each fault there can be, once: what is changed in a good pack, where the fault is found, and a word of what is said.

#![allow(clippy::unwrap_used)]

use super::*;
use crate::edition::EditionKind;
use crate::record::Role;
use crate::rules::{CaseRecords, ChairRule, FilingRule, PresenceRule, Unit};

fn good() -> RulePack {
    let said = |text: &str| text.to_owned();
    let section = |key: &str, heading: &str, holds| SectionRule {
        hint: said("What belongs here."),
        source: said("policy, rule 16"),
        mandatory: true,
        holds,
        ..SectionRule::plain(key, heading)
    };
    let sections = vec![
        section("childrens_views", "Children's views", SectionHolds::ChildsVoice),
        section("worries", "Worries", SectionHolds::Risk),
        section("next_meeting", "Next meeting", SectionHolds::NextMeeting),
    ];
    RulePack {
        name: said("A meeting"),
        citation: said("an act"),
        in_force_from: said("2026-01-01"),
        default_title: said("Meeting"),
        chair: Some(ChairRule { who: said("A manager"), source: said("guidance") }),
        quorum: Some(QuorumRule {
            agencies: vec![said("social_care"), said("police")],
            others_at_least: 1,
            chair_counts: false,
            reset_working_days: Some(10),
            never_twice_in_a_row: false,
            source: said("local procedure; check"),
        }),
        presence: PresenceRule { source: said("policy, rule 19"), ..PresenceRule::default() },
        filing: Some(FilingRule { case_records: CaseRecords::PlanSummary, source: said("guidance") }),
        decision: Some(DecisionRule {
            question: said("Is a plan needed?"),
            outcomes: vec![said("A plan"), said("No plan")],
            categories: vec![said("Neglect")],
            threshold: String::new(),
            mandatory: true,
            source: said("an act"),
        }),
        clocks: vec![clock(Due::Record), ClockRule { before: true, ..clock(Due::ReportToFamily) }],
        retention: vec![RetentionRule {
            of: said("record"),
            years: 75,
            from: said("birth"),
            when: String::new(),
            source: said("policy, rule 24"),
        }],
        words: vec![WordRule { instead_of: said("ICPC"), say: said("initial conference"), source: said("rule 3") }],
        ..RulePack::of_sections("a_meeting", sections)
    }
}

fn clock(due: Due) -> ClockRule {
    ClockRule {
        due,
        what: "It is done.".to_owned(),
        within: 3,
        unit: Unit::WorkingDays,
        from: ClockStart::Meeting,
        before: false,
        source: "policy, rule 9".to_owned(),
    }
}

/// A change that breaks a good pack, the place of the fault, and words that are said of it.
type Case = (&'static str, &'static str, fn(&mut RulePack));

const HEAD: &[Case] = &[
    ("kind", "no key", |pack| pack.kind = "Core Group".to_owned()),
    ("kind", "no key", |pack| pack.kind = String::new()),
    ("name", "empty", |pack| pack.name = "  ".to_owned()),
    ("name", "one line", |pack| pack.name = "two\nlines".to_owned()),
    ("default_title", "empty", |pack| pack.default_title.clear()),
    ("default_title", "one line", |pack| pack.default_title = "x".repeat(401)),
    ("citation", "where the pack as a whole comes from", |pack| pack.citation.clear()),
    ("nation", "england, wales", |pack| pack.nation = "atlantis".to_owned()),
    ("version", "from 1", |pack| pack.version = 0),
    ("in_force_from", "no date", |pack| pack.in_force_from = "2026-02-30".to_owned()),
    ("in_force_until", "no date", |pack| pack.in_force_until = Some("soon".to_owned())),
    ("in_force_until", "before it begins", |pack| pack.in_force_until = Some("2025-12-31".to_owned())),
    ("chair.who", "who chairs", |pack| pack.chair.as_mut().unwrap().who.clear()),
    ("chair.source", "where the rule comes from", |pack| pack.chair.as_mut().unwrap().source.clear()),
    ("presence.source", "where the rule comes from", |pack| pack.presence.source.clear()),
    ("filing.source", "where the rule comes from", |pack| pack.filing.as_mut().unwrap().source.clear()),
    ("presence.family_editions", "has no seat", |pack| pack.presence.family = FamilyPresence::Never),
    ("presence.family_editions", "gets a copy", |pack| pack.presence.family_editions = FamilyEditions::None),
];

const QUORUM: &[Case] = &[
    ("quorum.source", "where the rule comes from", |pack| pack.quorum.as_mut().unwrap().source.clear()),
    ("quorum.agencies[1]", "no kind of agency", |pack| quorum_of(pack).agencies[1] = "the police".to_owned()),
    ("quorum.agencies[1]", "twice", |pack| quorum_of(pack).agencies[1] = "social_care".to_owned()),
    ("quorum", "asks for nobody", |pack| {
        quorum_of(pack).agencies.clear();
        quorum_of(pack).others_at_least = 0;
    }),
    ("quorum.others_at_least", "can't be met", |pack| quorum_of(pack).others_at_least = 17),
    ("quorum.others_at_least", "can't be met", |pack| quorum_of(pack).others_at_least = u32::MAX),
    ("quorum.reset_working_days", "1 to 60", |pack| quorum_of(pack).reset_working_days = Some(0)),
];

const DECISION: &[Case] = &[
    ("decision.question", "empty", |pack| decision_of(pack).question.clear()),
    ("decision.question", "question mark", |pack| decision_of(pack).question = "Decide.".to_owned()),
    ("decision.source", "where the rule comes from", |pack| decision_of(pack).source.clear()),
    ("decision.outcomes", "no choice", |pack| decision_of(pack).outcomes.truncate(1)),
    ("decision.outcomes[1]", "twice", |pack| decision_of(pack).outcomes[1] = "A plan".to_owned()),
    ("decision.outcomes[0]", "empty", |pack| decision_of(pack).outcomes[0].clear()),
    ("decision.categories[1]", "twice", |pack| decision_of(pack).categories.push("Neglect".to_owned())),
];

const SECTIONS: &[Case] = &[
    ("", "no sections", |pack| {
        pack.subject = Subject::Adult;
        pack.sections.clear();
    }),
    ("sections[1].key", "no key", |pack| pack.sections[1].key = "worries!".to_owned()),
    ("sections[2].key", "Section 2 has the key", |pack| pack.sections[2].key = "worries".to_owned()),
    ("sections[2].heading", "tell them apart", |pack| pack.sections[2].heading = "Worries".to_owned()),
    ("sections[1].heading", "above the section", |pack| pack.sections[1].heading.clear()),
    ("sections[1].hint", "what belongs", |pack| pack.sections[1].hint.clear()),
    ("sections[1].source", "where the rule comes from", |pack| pack.sections[1].source.clear()),
    ("sections[2].holds", "A record has one", |pack| pack.sections[2].holds = SectionHolds::ChildsVoice),
    ("", "own voice is missing", |pack| pack.sections[0].holds = SectionHolds::Entries),
    ("sections[1].holds", "comes first", |pack| pack.sections.swap(0, 1)),
    ("sections[0].mandatory", "mandatory = true", |pack| pack.sections[0].mandatory = false),
];

const CLOCKS: &[Case] = &[
    ("", "by when the record is due", |pack| pack.clocks.clear()),
    ("clocks[0].what", "what must have happened", |pack| pack.clocks[0].what.clear()),
    ("clocks[0].source", "where the rule comes from", |pack| pack.clocks[0].source.clear()),
    ("clocks[0].within", "1 to 1000", |pack| pack.clocks[0].within = 0),
    ("clocks[0].before", "comes after", |pack| pack.clocks[0].before = true),
    ("clocks[1].before", "before = true", |pack| pack.clocks[1].before = false),
    ("clocks[1].from", "counted back from", |pack| pack.clocks[1].from = ClockStart::Locked),
    ("clocks[2].due", "which holds", |pack| pack.clocks.push(clock(Due::Record))),
    ("clocks[2].from", "from its own day", |pack| pack.clocks.push(clock(Due::Meeting))),
];

const RETENTION_AND_WORDS: &[Case] = &[
    ("", "how long the record is kept", |pack| pack.retention.clear()),
    ("", "how long the record is kept", |pack| pack.retention[0].of = "working_history".to_owned()),
    ("retention[1].of", "nothing that is kept", |pack| kept(pack).of = "minutes".to_owned()),
    ("retention[1].of", "two different times", |pack| kept(pack).when.clear()),
    ("retention[1].from", "Nothing is counted from", |pack| kept(pack).from = "closure".to_owned()),
    ("retention[1].years", "1 to 150", |pack| kept(pack).years = 0),
    ("retention[1].source", "where the rule comes from", |pack| kept(pack).source.clear()),
    ("words[0].instead_of", "empty", |pack| pack.words[0].instead_of.clear()),
    ("words[0].say", "same word", |pack| pack.words[0].say = "icpc".to_owned()),
    ("words[0].source", "where the rule comes from", |pack| pack.words[0].source.clear()),
    ("words[1].instead_of", "twice", |pack| pack.words.push(pack.words[0].clone())),
];

fn quorum_of(pack: &mut RulePack) -> &mut QuorumRule {
    pack.quorum.as_mut().unwrap()
}

fn decision_of(pack: &mut RulePack) -> &mut DecisionRule {
    pack.decision.as_mut().unwrap()
}

/// A second rule of keeping.
fn kept(pack: &mut RulePack) -> &mut RetentionRule {
    let when = "where there was no plan".to_owned();
    pack.retention.push(RetentionRule { when, ..pack.retention[0].clone() });
    pack.retention.last_mut().unwrap()
}

fn place_of(fault: &Fault) -> String {
    let whole = fault.to_string();
    whole.strip_suffix(&fault.words).unwrap().trim_end_matches(": ").to_owned()
}

#[test]
fn a_good_pack_has_no_fault() {
    assert_eq!(check(&good()), []);
    let adults = RulePack {
        subject: Subject::Adult,
        sections: good().sections.split_off(1),
        chair: None,
        quorum: None,
        decision: None,
        ..good()
    };
    assert_eq!(check(&adults), []);
}

#[test]
fn each_fault_is_found_at_its_place_and_explained() {
    let tables = [HEAD, QUORUM, DECISION, SECTIONS, CLOCKS, RETENTION_AND_WORDS];
    for (place, words, change) in tables.into_iter().flatten() {
        let mut pack = good();
        change(&mut pack);
        let faults = check(&pack);
        let found = faults.iter().any(|fault| place_of(fault) == *place && fault.words.contains(words));
        assert!(found, "{place} … {words}: {faults:?}");
        // A sentence that ends, and nothing of the code's own words.
        assert!(faults.iter().all(|fault| fault.words.ends_with('.') && !fault.words.contains("Some(")), "{faults:?}");
    }
}

#[test]
fn packs_are_looked_at_together() {
    let version = |version: u32, from: &str, until: Option<&str>| RulePack {
        version,
        in_force_from: from.to_owned(),
        in_force_until: until.map(str::to_owned),
        ..good()
    };
    let first = version(1, "2025-01-01", Some("2026-03-31"));
    let faults = |packs: &[RulePack], shipped: &[RulePack]| -> Vec<(usize, String)> {
        check_beside(packs, shipped).into_iter().map(|(index, fault)| (index, place_of(&fault))).collect()
    };
    let at = |index: usize, place: &str| vec![(index, place.to_owned())];
    assert_eq!(faults(&[first.clone(), version(2, "2026-04-01", None)], &[]), []);
    assert_eq!(faults(&[first.clone(), version(2, "2026-03-31", None)], &[]), at(1, "in_force_from"));
    assert_eq!(faults(&[version(2, "2026-04-01", None), version(3, "2027-01-01", None)], &[]), at(1, "in_force_from"));
    assert_eq!(faults(&[first.clone(), version(1, "2026-04-01", None)], &[]), at(1, "version"));
    let welsh = RulePack { nation: "wales".to_owned(), ..first.clone() };
    let other = RulePack { kind: "another".to_owned(), ..first.clone() };
    assert_eq!(faults(&[first.clone(), welsh, other], &[]), []);
    // The partnership's own may hold on the same days as a shipped one, under a number of its own.
    assert_eq!(faults(&[version(7, "2025-01-01", None)], std::slice::from_ref(&first)), []);
    assert_eq!(faults(&[version(1, "2027-01-01", None)], &[first]), at(0, "version"));
}

#[test]
fn the_first_day_that_two_hold_is_named() {
    let later = RulePack { in_force_from: "2026-09-01".to_owned(), version: 2, ..good() };
    let found = check_beside(&[good(), later], &[]);
    assert!(found[0].1.words.contains("2026-09-01"), "{found:?}");
}

#[test]
fn no_agency_files_more_than_its_policy_or_the_pack_lets_it() {
    use EditionKind::{Full, PlanSummary};
    let filed = |case_records, policy| FilingRule { case_records, source: String::new() }.filed(policy);
    let cases = [
        (CaseRecords::Full, Full, Some(Full)),
        (CaseRecords::Full, PlanSummary, Some(PlanSummary)),
        (CaseRecords::PlanSummary, Full, Some(PlanSummary)),
        (CaseRecords::PlanSummary, PlanSummary, Some(PlanSummary)),
        (CaseRecords::None, Full, None),
        (CaseRecords::None, PlanSummary, None),
    ];
    for (most, policy, expected) in cases {
        assert_eq!(filed(most, policy), expected, "{most}, {policy}");
    }
}

#[test]
fn who_may_sit_and_what_they_are_given_follows_the_pack() {
    use FamilyEditions::{None as Nothing, PlanSummary, Record};
    use FamilyPresence::{Expected, Never, WithConsent};
    let rule = |family, family_editions| PresenceRule { family, family_editions, source: String::new() };
    for &role in Role::ALL {
        for agency in [false, true] {
            assert!(rule(Expected, Record).admits(role, agency) && rule(WithConsent, Record).admits(role, agency));
            let expected = !role.is_family() && (role != Role::Observer || agency);
            assert_eq!(rule(Never, Nothing).admits(role, agency), expected, "{role}, of an agency: {agency}");
        }
    }
    let cases = [
        (Record, Role::Family, Some(EditionKind::Family)),
        (Record, Role::YoungPerson, Some(EditionKind::Family)),
        (PlanSummary, Role::Family, Some(EditionKind::PlanSummary)),
        (Nothing, Role::Family, None),
        (Nothing, Role::Professional, Some(EditionKind::Full)),
        (Nothing, Role::Manager, Some(EditionKind::Full)),
        (Record, Role::Observer, None),
    ];
    for (editions, role, expected) in cases {
        assert_eq!(rule(Expected, editions).copy_for(role), expected, "{editions}, {role}");
    }
    // Nobody is given what they may not read, whatever a pack says; nor the family what it does not.
    for &editions in FamilyEditions::ALL {
        assert!(!rule(Expected, editions).gives(Role::Family, EditionKind::Full, false), "{editions}");
    }
    assert!(!rule(Expected, PlanSummary).gives(Role::Family, EditionKind::Family, false));
}

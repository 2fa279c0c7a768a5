//! The working history in every shape it has.

use minutes::edition::Named;

use super::samples::{Ink, MEETING, frame};
use crate::http::pages::views::history::{Day, HistoryPage, MomentLine, PartLink};
use crate::http::pages::views::history_state::{
    ActionView, AttendanceView, DecisionView, EntryView, HistoryStatePage, Note, PositionView, Run, SectionView, Stage,
    WordsView,
};

const WHEN: &str = "23 November 2026, 10:00";

fn href(n: u32) -> String {
    format!("/meetings/{MEETING}/history?document=4NMNnkMhL8jXrdJ9jamS58PAVdXu&n={n}")
}

pub fn history(ink: Ink) -> HistoryPage {
    let moment = |n, who: &str, times: &str, place: &str, what: &str| MomentLine {
        href: href(n),
        who: ink.t(who),
        times: times.to_owned(),
        place: ink.t(place),
        what: what.to_owned(),
    };
    let since = "Since we last met";
    let day = |date: &str, moments| Day { date: date.to_owned(), moments };
    let part = |readers, current| PartLink { href: href(1), readers, current };
    HistoryPage {
        frame: frame(ink),
        meeting_id: MEETING.to_owned(),
        title: ink.t("Core group 3"),
        when: WHEN.to_owned(),
        parts: vec![part("Everyone, the family too", true), part("Professionals only", false)],
        now: Some(href(80)),
        days: vec![
            day("24 November 2026", vec![moment(80, "Ruth Okafor", "24 November 2026, 09:02", "Plan", "Set by when")]),
            day(
                "23 November 2026",
                vec![
                    moment(
                        71,
                        "Dan Rees",
                        "10:42 to 10:45",
                        since,
                        &ink.t("Wrote 5 words and took out 2 words in Tom Hale’s entry"),
                    ),
                    moment(57, "Priya Nair", "10:31", since, "Added an entry, 24 words"),
                ],
            ),
        ],
        shown: "1 to 50 of 230".to_owned(),
        later: href(2),
        earlier: href(3),
    }
}

pub fn state(ink: Ink, stage: Stage) -> HistoryStatePage {
    HistoryStatePage {
        frame: frame(ink),
        history_href: format!("/meetings/{MEETING}/history"),
        title: ink.t("Core group 3"),
        when: WHEN.to_owned(),
        readers: "Everyone, the family too",
        stage,
        as_of: "23 November 2026, 10:45".to_owned(),
        day: "23 November 2026".to_owned(),
        earlier: href(57),
        later: if stage == Stage::Now { String::new() } else { href(80) },
        attendance: vec![AttendanceView {
            who: named(ink, "Kate Thorne", "mother"),
            status: "present".to_owned(),
            times: "from 10:12".to_owned(),
            note: by_one(ink, "With her advocate."),
            notes: vec![note(ink, "Marked by", "Ruth Okafor")],
        }],
        sections: vec![
            SectionView { key: "parents_views".to_owned(), heading: ink.t("Parents’ views"), entries: vec![] },
            SectionView {
                key: "since_last_met".to_owned(),
                heading: ink.t("Since we last met"),
                entries: vec![entry(ink, None), entry(ink, Some(note(ink, "Removed by", "Ruth Okafor")))],
            },
        ],
        decisions: vec![decision(ink)],
        actions: vec![action(ink)],
    }
}

fn named(ink: Ink, name: &str, standing: &str) -> Named {
    Named { name: ink.t(name), standing: ink.t(standing) }
}

fn note(ink: Ink, did: &str, who: &str) -> Note {
    Note { did: did.to_owned(), who: ink.t(who), times: "10:31 to 10:45".to_owned() }
}

fn by_one(ink: Ink, words: &str) -> WordsView {
    let run = Run { words: ink.t(words), ..Run::default() };
    WordsView { runs: vec![run], by: Some(note(ink, "Written by", "Priya Nair")) }
}

fn by_several(ink: Ink) -> WordsView {
    let run = |before: &str, words: &str, who: &str| Run {
        before: before.to_owned(),
        words: ink.t(words),
        after: "\n".to_owned(),
        who: ink.t(who),
        times: "10:42".to_owned(),
    };
    WordsView { runs: vec![run("", "Maya was late", "Tom Hale"), run(" ", "on six days.", "Dan Rees")], by: None }
}

fn entry(ink: Ink, removed: Option<Note>) -> EntryView {
    EntryView {
        by: named(ink, "Tom Hale", "class teacher, Hillside Primary"),
        nature: "Fact".to_owned(),
        text: by_several(ink),
        asked: ink.t("Three Houses, 4 out of 10"),
        source: ink.t("register"),
        about: ink.t("Maya Thorne"),
        notes: vec![note(ink, "Added by", "Tom Hale"), note(ink, "Source set by", "Dan Rees")],
        removed,
    }
}

fn decision(ink: Ink) -> DecisionView {
    DecisionView {
        child: ink.t("Maya Thorne"),
        category: ink.t("neglect"),
        outcome: ink.t("Plan continues"),
        text: by_one(ink, "The plan stays in place."),
        rationale: by_several(ink),
        agreed: "Agreed at the meeting",
        notes: vec![],
        removed: None,
        views: vec![PositionView {
            by: named(ink, "Kate Thorne", "mother"),
            position: "does not agree".to_owned(),
            reason: by_one(ink, "We are ready."),
            notes: vec![note(ink, "Added by", "Kate Thorne")],
        }],
    }
}

fn action(ink: Ink) -> ActionView {
    ActionView {
        what: by_several(ink),
        outcome: by_one(ink, "both children get to school on time"),
        measure: WordsView::default(),
        owner: ink.t("Priya Nair"),
        due: "11 December 2026".to_owned(),
        about: ink.t("Leo Thorne"),
        status: "to do".to_owned(),
        notes: vec![note(ink, "Who does it set by", "Ruth Okafor")],
        removed: None,
    }
}

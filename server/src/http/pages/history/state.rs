//! A state of one part, put into the words the page prints.

use minutes::edition::Named;
use minutes::history::{AttendanceRow, Content, Field, Row, Span, State};
use minutes::ids::{ChildId, PersonId};
use minutes::record::{ActionStatus, AttendanceStatus, Nature, Position};
use minutes::words;

use super::teller::{self, Teller, capitalised};
use super::{part_href, state_href};
use crate::clock::rfc3339;
use crate::http::pages::frames;
use crate::http::pages::views::history_state::{
    ActionView, AttendanceView, DecisionView, EntryView, HistoryStatePage, Note, PositionView, Run, SectionView, Stage,
    WordsView,
};
use crate::workflow::App;
use crate::workflow::seat::AtMeeting;
use crate::workflow::show_history::PartHistory;
use crate::workflow::show_record::Facts;

pub(super) fn view(app: &App, at: &AtMeeting, facts: &Facts, found: &PartHistory, state: &State) -> HistoryStatePage {
    let teller = Teller::new(facts);
    let to = |n: Option<i64>| n.map(|n| state_href(at, found.document, n)).unwrap_or_default();
    let moments = found.moments.iter().map(|moment| moment.n);
    let sections = state.sections.iter().map(|section| SectionView {
        key: section.key.clone(),
        heading: heading(facts, &section.key),
        entries: section.entries.iter().map(|row| entry(&teller, row)).collect(),
    });
    let decisions = state.decisions.iter().map(|row| {
        let views = state.views.iter().filter(|view| view.value("decision") == row.id.to_string());
        decision(&teller, row, views)
    });
    HistoryStatePage {
        frame: frames::at_meeting(app, at),
        history_href: part_href(at, found.document),
        title: at.meeting.title.clone(),
        when: frames::when(&facts.meeting.starts_at),
        readers: words::readers(&found.part),
        stage: if state.n == found.changes { Stage::Now } else { Stage::Then },
        as_of: frames::when(&rfc3339(state.at)),
        day: teller.day.clone(),
        earlier: to(moments.clone().filter(|n| *n < state.n).max()),
        later: to(moments.filter(|n| *n > state.n).min()),
        attendance: attendance(&teller, facts, &state.attendance),
        sections: sections.collect(),
        decisions: decisions.collect(),
        actions: state.actions.iter().map(|row| action(&teller, row)).collect(),
    }
}

fn heading(facts: &Facts, key: &str) -> String {
    facts
        .pack
        .sections
        .iter()
        .find(|section| section.key == key)
        .map_or_else(|| key.to_owned(), |one| one.heading.clone())
}

/// In the order of the seats, the chair first.
fn attendance(teller: &Teller<'_>, facts: &Facts, rows: &[AttendanceRow]) -> Vec<AttendanceView> {
    let mut rows: Vec<&AttendanceRow> = rows.iter().collect();
    rows.sort_by_key(|row| facts.seats.iter().position(|seat| seat.person == row.person));
    rows.into_iter()
        .map(|row| {
            let status = AttendanceStatus::parse(row.value("status")).map_or("", words::attendance);
            let times = match (row.value("arrivedAt"), row.value("leftAt")) {
                ("", "") => String::new(),
                (from, "") => format!("from {from}"),
                ("", until) => format!("until {until}"),
                (from, until) => format!("{from} to {until}"),
            };
            let mut notes: Vec<Note> = Vec::new();
            // What the server set when it made the record is nobody's.
            let set = ["status", "arrivedAt", "leftAt"].iter().filter_map(|field| row.set(field));
            for note in set.filter(|stamp| stamp.by.is_some()).map(|stamp| teller.note("Marked by", stamp)) {
                if !notes.contains(&note) {
                    notes.push(note);
                }
            }
            AttendanceView {
                who: teller.named(Some(row.person)),
                status: status.to_owned(),
                times,
                note: told(teller, row.words("note"), Names::Here),
                notes,
            }
        })
        .collect()
}

fn entry(teller: &Teller<'_>, row: &Row) -> EntryView {
    let (names, notes) = authors(teller, row, &["text"]);
    EntryView {
        by: person(teller, row.value("by")),
        nature: Nature::parse(row.value("nature")).map_or("", words::nature).to_owned(),
        text: told(teller, row.words("text"), names),
        asked: asked(row),
        source: row.value("source").to_owned(),
        about: teller.children(row.children()),
        notes,
        removed: removed(teller, row),
    }
}

fn asked(row: &Row) -> String {
    let scale = row.value("scale");
    let scale = if scale.is_empty() { String::new() } else { format!("{scale} out of 10") };
    [row.value("tool"), &scale].into_iter().filter(|words| !words.is_empty()).collect::<Vec<_>>().join(", ")
}

fn decision<'a>(teller: &Teller<'_>, row: &Row, views: impl Iterator<Item = &'a Row>) -> DecisionView {
    let (names, notes) = authors(teller, row, &["text", "rationale"]);
    DecisionView {
        child: row.value("child").parse::<ChildId>().map(|child| teller.child(child)).unwrap_or_default(),
        category: row.value("category").to_owned(),
        outcome: ["outcome", "threshold"]
            .map(|field| row.value(field))
            .into_iter()
            .filter(|words| !words.is_empty())
            .collect::<Vec<_>>()
            .join("; "),
        text: told(teller, row.words("text"), names),
        rationale: told(teller, row.words("rationale"), names),
        agreed: if row.value("agreed") == "true" { "Agreed at the meeting" } else { "Not marked as agreed" },
        notes,
        removed: removed(teller, row),
        views: views.map(|view| position(teller, view)).collect(),
    }
}

fn position(teller: &Teller<'_>, row: &Row) -> PositionView {
    let (names, notes) = authors(teller, row, &["reason"]);
    PositionView {
        by: person(teller, row.value("by")),
        position: Position::parse(row.value("position")).map_or("", words::position).to_owned(),
        reason: told(teller, row.words("reason"), names),
        notes,
    }
}

fn action(teller: &Teller<'_>, row: &Row) -> ActionView {
    let (names, notes) = authors(teller, row, &["what", "outcome", "measure"]);
    let owner = row.value("owner");
    ActionView {
        what: told(teller, row.words("what"), names),
        outcome: told(teller, row.words("outcome"), names),
        measure: told(teller, row.words("measure"), names),
        owner: if owner.is_empty() { String::new() } else { person(teller, owner).name },
        due: words::date(row.value("due")),
        about: teller.children(row.children()),
        status: ActionStatus::parse(row.value("status")).map_or("", words::action).to_owned(),
        notes,
        removed: removed(teller, row),
    }
}

fn person(teller: &Teller<'_>, id: &str) -> Named {
    teller.named(id.parse().ok())
}

fn removed(teller: &Teller<'_>, row: &Row) -> Option<Note> {
    row.removed.map(|stamp| teller.note("Removed by", stamp))
}

/// Where a text says who wrote it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Names {
    /// With the text itself.
    Here,
    /// Once for the whole row: it is all one person's.
    WithRow,
}

/// Who made a row and its fields, as far as it isn't said with its texts; and where those say it.
fn authors(teller: &Teller<'_>, row: &Row, texts: &[&str]) -> (Names, Vec<Note>) {
    let written: Vec<&Span> = texts.iter().flat_map(|text| row.words(text)).filter(|span| has_words(span)).collect();
    let mut notes = Vec::new();
    let names = match written.split_first() {
        Some((first, rest)) if rest.iter().all(|span| span.by == first.by) => {
            let from = written.iter().map(|span| span.from).min().unwrap_or(first.from);
            let to = written.iter().map(|span| span.to).max().unwrap_or(first.to);
            notes.push(teller.note_of("Written by", first.by, from, to));
            Names::WithRow
        }
        _ => Names::Here,
    };
    let writer = written.first().filter(|_| names == Names::WithRow).map(|span| span.by);
    if writer != Some(row.added.by) {
        notes.insert(0, teller.note("Added by", row.added));
    }
    // What it was made with is its maker's; only what was set later is news.
    for Field { name, content } in &row.fields {
        let stamps: Vec<_> = match content {
            Content::Value(_, stamp) if *name != "pos" => vec![*stamp],
            Content::Children(children) => children.iter().map(|(_, stamp)| *stamp).collect(),
            Content::Value(..) | Content::Words(_) => Vec::new(),
        };
        if let Some(latest) = stamps.into_iter().filter(|stamp| stamp.n != row.added.n).max_by_key(|stamp| stamp.n) {
            let field = teller::field(name);
            let field = capitalised(field.strip_prefix("the ").unwrap_or(field));
            notes.push(teller.note(&format!("{field} set by"), latest));
        }
    }
    (names, notes)
}

fn has_words(span: &Span) -> bool {
    !span.text.trim().is_empty()
}

/// What one person wrote in one go, white space between included.
struct Stretch {
    text: String,
    by: Option<PersonId>,
    from: i64,
    to: i64,
}

/// A text with its authors: one line for all of it where it is one person's, after each stretch where it is not.
fn told(teller: &Teller<'_>, spans: &[Span], names: Names) -> WordsView {
    let whole = || spans.iter().map(|span| span.text.as_str()).collect::<String>();
    let one_run = |text: String| vec![Run { words: text, ..Run::default() }];
    let stretches = stretches(spans);
    match (names, stretches.as_slice()) {
        (_, []) if whole().is_empty() => WordsView::default(),
        (Names::WithRow, _) | (_, []) => WordsView { runs: one_run(whole()), by: None },
        (Names::Here, [first, rest @ ..]) if rest.iter().all(|one| one.by == first.by) => {
            let (from, to) =
                stretches.iter().fold((first.from, first.to), |(from, to), one| (from.min(one.from), to.max(one.to)));
            let by = teller.note_of("Written by", first.by, from, to);
            WordsView { runs: one_run(whole()), by: Some(by) }
        }
        (Names::Here, several) => WordsView { runs: several.iter().map(|one| run(teller, one)).collect(), by: None },
    }
}

/// Space between words needs no author of its own: it goes with the words before it, at the beginning with those after.
fn stretches(spans: &[Span]) -> Vec<Stretch> {
    let mut stretches: Vec<Stretch> = Vec::new();
    let mut before = String::new();
    for span in spans {
        match stretches.last_mut() {
            Some(last) if !has_words(span) => last.text.push_str(&span.text),
            None if !has_words(span) => before.push_str(&span.text),
            _ => {
                let text = std::mem::take(&mut before) + &span.text;
                stretches.push(Stretch { text, by: span.by, from: span.from, to: span.to });
            }
        }
    }
    stretches
}

fn run(teller: &Teller<'_>, stretch: &Stretch) -> Run {
    let text = stretch.text.as_str();
    let start = text.len() - text.trim_start().len();
    let end = text.trim_end().len();
    Run {
        before: text[..start].to_owned(),
        words: text[start..end].to_owned(),
        after: text[end..].to_owned(),
        who: teller.name(stretch.by),
        times: teller.times(stretch.from, stretch.to),
    }
}

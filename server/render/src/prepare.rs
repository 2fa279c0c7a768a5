//! An edition as the template prints it: cleaned, every term and date in words, every choice made.

mod beside;
mod in_the_room;

use jiff::ZonedDateTime;
use jiff::tz::TimeZone;
use minutes::edition::{
    Edition, EditionAction, EditionAttendance, EditionDecision, EditionEntry, EditionKind, EditionSection, EditionView,
    Named,
};
use minutes::record::{ActionStatus, AttendanceStatus, Part, Position};
use minutes::words;
use serde::Serialize;
use typst::text::is_default_ignorable;

use crate::clean::Measure::{Narrow, Wide};
use crate::clean::{Paragraph, line, paragraphs, printable};

const LONDON: &str = "Europe/London";

#[derive(Debug, Serialize)]
pub(crate) struct Sheet {
    fonts: Vec<String>,
    /// Larger print, plainer words.
    family: bool,
    attached: bool,
    /// What the viewer shows in its title bar: no name in it.
    document_title: &'static str,
    /// Handling instruction at the head and foot of every page; empty for the family's copy.
    marking: &'static str,
    partnership: String,
    title: String,
    facts: Vec<Fact>,
    copy: Copy,
    children: Vec<Child>,
    attendance: Vec<Attendance>,
    sections: Vec<Section>,
    decisions: Vec<ChildDecisions>,
    actions: Vec<Action>,
    quorum: in_the_room::Quorum,
    read_back: Vec<in_the_room::ReadDecision>,
    scalings: Vec<beside::Scaling>,
    closed_sessions: Vec<beside::Closed>,
    approval: Approval,
    glossary: Vec<Term>,
    reference: Reference,
}

#[derive(Debug, Serialize)]
struct Fact {
    name: &'static str,
    text: String,
}

/// Which copy this is and who may hold it.
#[derive(Debug, Serialize)]
struct Copy {
    name: &'static str,
    holders: &'static str,
}

#[derive(Debug, Serialize)]
struct Person {
    name: String,
    standing: String,
}

#[derive(Debug, Serialize)]
struct Child {
    name: String,
    born: String,
}

#[derive(Debug, Serialize)]
struct Attendance {
    person: Person,
    status: String,
    arrived: String,
    left: String,
    note: Vec<Paragraph>,
}

#[derive(Debug, Serialize)]
struct Section {
    /// "Agreed in the meeting at 10:42", or empty.
    agreed: String,
    heading: String,
    entries: Vec<Entry>,
}

#[derive(Debug, Serialize)]
struct Entry {
    text: Vec<Paragraph>,
    nature: &'static str,
    source: String,
    by: Person,
    /// Who wrote it down, where that is somebody else.
    recorded_by: Option<Person>,
    about: String,
    tool: String,
    scale: String,
    /// Who may read it; empty where everyone may.
    readers: &'static str,
}

#[derive(Debug, Serialize)]
struct ChildDecisions {
    child: String,
    decisions: Vec<Decision>,
}

#[derive(Debug, Serialize)]
struct Decision {
    text: Vec<Paragraph>,
    rationale: Vec<Paragraph>,
    category: String,
    outcome: String,
    threshold: String,
    agreed: &'static str,
    readers: &'static str,
    views: Vec<View>,
}

#[derive(Debug, Serialize)]
struct View {
    by: Person,
    position: String,
    reason: Vec<Paragraph>,
}

#[derive(Debug, Serialize)]
struct Action {
    what: Vec<Paragraph>,
    outcome: Vec<Paragraph>,
    measure: Vec<Paragraph>,
    about: String,
    owner: Option<Person>,
    due: String,
    status: String,
    carried_over: bool,
    readers: &'static str,
}

#[derive(Debug, Serialize)]
struct Approval {
    by: Person,
    /// Empty on a test print.
    at: String,
    statement: Vec<Paragraph>,
    went_on: Vec<GoneOn>,
}

/// What the chair went past, and why.
#[derive(Debug, Serialize)]
struct GoneOn {
    missing: String,
    reason: Vec<Paragraph>,
}

/// A short form and what it means.
#[derive(Debug, Serialize)]
struct Term {
    term: String,
    means: String,
}

#[derive(Debug, Serialize)]
struct Reference {
    /// First eight characters of the meeting's id.
    meeting: String,
    version: u32,
    /// First sixteen characters of `sha256`.
    short: String,
    sha256: String,
}

pub(crate) fn sheet(edition: &Edition, fonts: Vec<String>, attached: bool) -> Sheet {
    let family = edition.kind == EditionKind::Family;
    let (name, holders) = copy(edition.kind);
    Sheet {
        fonts,
        family,
        attached,
        document_title: if family { "Copy of a meeting record" } else { "Record of a meeting" },
        marking: match edition.kind {
            EditionKind::Family => "",
            EditionKind::Closed => "OFFICIAL-SENSITIVE: RESTRICTED",
            EditionKind::Full | EditionKind::PlanSummary => "OFFICIAL-SENSITIVE",
        },
        partnership: line(&edition.partnership, Wide),
        title: heading(&edition.meeting.title, "Meeting"),
        facts: facts(edition),
        copy: Copy { name, holders },
        children: edition
            .children
            .iter()
            .map(|child| Child { name: line(&child.name, Wide), born: line(&words::date(&child.date_of_birth), Wide) })
            .collect(),
        attendance: edition.attendance.iter().map(attendance).collect(),
        sections: edition.sections.iter().map(section).collect(),
        decisions: decisions(&edition.decisions),
        actions: edition.actions.iter().map(action).collect(),
        quorum: in_the_room::quorum(edition),
        read_back: edition.read_back.iter().map(in_the_room::read_decision).collect(),
        scalings: edition.scalings.iter().map(beside::scaling).collect(),
        closed_sessions: edition.closed_sessions.iter().map(beside::closed).collect(),
        approval: Approval {
            by: person(&edition.approval.by),
            at: edition.approval.at.parse().map_or_else(|_| String::new(), |at: jiff::Timestamp| in_london(at)),
            statement: paragraphs(&edition.approval.statement, Wide),
            went_on: edition
                .approval
                .went_on
                .iter()
                .map(|one| GoneOn { missing: line(&one.missing, Wide), reason: paragraphs(&one.reason, Wide) })
                .collect(),
        },
        glossary: edition
            .glossary
            .iter()
            .map(|one| Term { term: line(&one.term, Narrow), means: line(&one.means, Wide) })
            .collect(),
        reference: reference(edition),
    }
}

const fn copy(kind: EditionKind) -> (&'static str, &'static str) {
    let holders = match kind {
        EditionKind::Full => {
            "For the professionals at this meeting and their agencies’ case records. Do not pass it on, in whole or in \
             part, without the chair’s agreement. What is marked “Professionals only” must not be shown to the family."
        }
        EditionKind::Family => {
            "This is your copy of what was said and decided at the meeting. Please keep it somewhere private. If \
             something in it is wrong, or you would like help to read it, tell the chair or your worker."
        }
        EditionKind::PlanSummary => {
            "The decisions and the plan of the meeting, without what was said. Please keep it somewhere private, and do not \
             pass it on without the chair’s agreement."
        }
        EditionKind::Closed => {
            "RESTRICTED: what was said while the meeting was closed, for those who were in it and nobody else. Do not file \
             it in a case record, and do not pass it on, in whole or in part, without the chair’s agreement."
        }
    };
    (words::edition(kind), holders)
}

fn facts(edition: &Edition) -> Vec<Fact> {
    let meeting = &edition.meeting;
    let starts_at = meeting.starts_at.parse().map_or_else(|_| line(&meeting.starts_at, Wide), in_london);
    let kind_name = if meeting.kind_name == meeting.title { String::new() } else { line(&meeting.kind_name, Wide) };
    [("Meeting", kind_name), ("Date", starts_at), ("Place", line(&meeting.place, Wide))]
        .into_iter()
        .filter(|(_, text)| !text.is_empty())
        .map(|(name, text)| Fact { name, text })
        .collect()
}

/// PDF/UA refuses a heading without words, and with it the whole copy.
fn heading(text: &str, otherwise: &str) -> String {
    let heading = line(text, Wide);
    if heading.chars().any(|c| !c.is_whitespace() && !is_default_ignorable(c)) { heading } else { otherwise.to_owned() }
}

/// `Monday 23 November 2026, 10:00`
fn in_london(at: jiff::Timestamp) -> String {
    let zone = TimeZone::get(LONDON).unwrap_or(TimeZone::UTC);
    let weekday = ZonedDateTime::new(at, zone.clone()).strftime("%A").to_string();
    format!("{weekday} {}", words::date_and_time(&at.to_string(), &zone))
}

fn person(named: &Named) -> Person {
    Person { name: line(&named.name, Narrow), standing: line(&named.standing, Narrow) }
}

fn attendance(row: &EditionAttendance) -> Attendance {
    let status = AttendanceStatus::parse(&row.status).map(words::attendance).unwrap_or(&row.status);
    Attendance {
        person: person(&row.person),
        status: sentence(&line(status, Narrow)),
        arrived: line(&row.arrived_at, Narrow),
        left: line(&row.left_at, Narrow),
        note: paragraphs(&row.note, Narrow),
    }
}

fn section(section: &EditionSection) -> Section {
    Section {
        heading: heading(&section.heading, "Section"),
        agreed: in_the_room::agreed(section),
        entries: section.entries.iter().map(entry).collect(),
    }
}

fn entry(entry: &EditionEntry) -> Entry {
    Entry {
        text: paragraphs(&entry.text, Wide),
        nature: words::nature(entry.nature),
        source: line(&entry.source, Wide),
        by: person(&entry.by),
        recorded_by: entry.recorded_by.as_ref().map(person),
        about: about(&entry.about),
        tool: line(&entry.tool, Wide),
        scale: line(&entry.scale, Narrow),
        readers: readers(&entry.part),
    }
}

/// Decisions in the edition's order, those about one child together.
fn decisions(decisions: &[EditionDecision]) -> Vec<ChildDecisions> {
    let mut groups: Vec<ChildDecisions> = Vec::new();
    for decision in decisions {
        let child = line(&decision.child, Wide);
        let decision = self::decision(decision);
        match groups.iter_mut().find(|group| group.child == child) {
            Some(group) => group.decisions.push(decision),
            None => groups.push(ChildDecisions { child, decisions: vec![decision] }),
        }
    }
    groups
}

fn decision(decision: &EditionDecision) -> Decision {
    Decision {
        text: paragraphs(&decision.text, Wide),
        rationale: paragraphs(&decision.rationale, Wide),
        category: line(&decision.category, Wide),
        outcome: line(&decision.outcome, Wide),
        threshold: line(&decision.threshold, Wide),
        agreed: if decision.agreed { "Agreed by those present" } else { "Not agreed by those present" },
        readers: readers(&decision.part),
        views: decision.views.iter().map(view).collect(),
    }
}

fn view(view: &EditionView) -> View {
    let position = Position::parse(&view.position).map(words::position).unwrap_or(&view.position);
    View { by: person(&view.by), position: line(position, Wide), reason: paragraphs(&view.reason, Wide) }
}

fn action(action: &EditionAction) -> Action {
    let status = ActionStatus::parse(&action.status).map(words::action).unwrap_or(&action.status);
    Action {
        what: paragraphs(&action.what, Narrow),
        outcome: paragraphs(&action.outcome, Narrow),
        measure: paragraphs(&action.measure, Narrow),
        about: about(&action.about),
        owner: action.owner.as_ref().map(person),
        due: line(&words::date(&action.due), Narrow),
        status: sentence(&line(status, Narrow)),
        carried_over: action.carried_over,
        readers: readers(&action.part),
    }
}

/// `Ada`, `Ada and Ben`, `Ada, Ben and Cal`; empty for all of them.
fn about(names: &[String]) -> String {
    let names: Vec<String> = names.iter().map(|name| line(name, Narrow)).collect();
    match names.split_last() {
        None => String::new(),
        Some((only, [])) => only.clone(),
        Some((last, others)) => format!("{} and {last}", others.join(", ")),
    }
}

fn readers(part: &Part) -> &'static str {
    if part.is_main() { "" } else { words::readers(part) }
}

fn sentence(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map_or_else(String::new, |first| first.to_uppercase().chain(characters).collect())
}

fn reference(edition: &Edition) -> Reference {
    let sha256 = printable(&edition.record.sha256);
    Reference {
        meeting: edition.record.meeting.to_string().chars().take(8).collect(),
        version: edition.record.version,
        short: edition.record.sha256.chars().take(16).collect(),
        sha256,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn joins_the_names_of_children_as_a_sentence_would() {
        let names = |list: &[&str]| about(&list.iter().map(|&name| name.to_owned()).collect::<Vec<_>>());
        assert_eq!(names(&[]), "");
        assert_eq!(names(&["Ada"]), "Ada");
        assert_eq!(names(&["Ada", "Ben"]), "Ada and Ben");
        assert_eq!(names(&["Ada", "Ben", "Cal"]), "Ada, Ben and Cal");
    }

    #[test]
    fn tells_instants_in_london_time() {
        let at = |text: &str| in_london(text.parse().unwrap_or_default());
        assert_eq!(at("2026-11-23T16:42:00Z"), "Monday 23 November 2026, 16:42");
        assert_eq!(at("2026-06-30T23:30:00Z"), "Wednesday 1 July 2026, 00:30");
    }

    #[test]
    fn never_leaves_a_heading_empty() {
        assert_eq!(heading(" Worries ", "Section"), "Worries");
        assert_eq!(heading(" \u{200B}\0", "Section"), "Section");
    }

    #[test]
    fn begins_a_status_with_a_capital() {
        assert_eq!(sentence("did not attend"), "Did not attend");
        assert_eq!(sentence(""), "");
    }
}

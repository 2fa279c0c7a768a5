//! How the meeting went, as the template prints it: its quorum, what was agreed, what was said when decisions were read back.

use jiff::tz::TimeZone;
use minutes::edition::{Edition, EditionReadAnswer, EditionReadDecision, EditionSection};
use minutes::words;
use serde::Serialize;

use super::{LONDON, Person, person};
use crate::clean::Measure::Wide;
use crate::clean::{Paragraph, line, paragraphs};

#[derive(Debug, Serialize)]
pub(super) struct Quorum {
    sentences: Vec<String>,
    reason: Vec<Paragraph>,
}

#[derive(Debug, Serialize)]
pub(super) struct ReadDecision {
    child: String,
    words: Vec<Paragraph>,
    when: String,
    answers: Vec<ReadAnswer>,
}

#[derive(Debug, Serialize)]
struct ReadAnswer {
    by: Person,
    position: &'static str,
    note: Vec<Paragraph>,
    recorded_by: Option<Person>,
}

pub(super) fn quorum(edition: &Edition) -> Quorum {
    let Some(quorum) = &edition.quorum else { return Quorum { sentences: Vec::new(), reason: Vec::new() } };
    let sentences = words::quorum(quorum).iter().map(|sentence| line(sentence, Wide)).collect();
    Quorum { sentences, reason: paragraphs(&quorum.reason, Wide) }
}

pub(super) fn agreed(section: &EditionSection) -> String {
    line(&words::agreed_at(&section.agreed_at, &zone()), Wide)
}

pub(super) fn read_decision(one: &EditionReadDecision) -> ReadDecision {
    ReadDecision {
        child: line(&one.child, Wide),
        words: paragraphs(&one.words, Wide),
        when: line(&words::date_and_time(&one.at, &zone()), Wide),
        answers: one.answers.iter().map(answer).collect(),
    }
}

fn answer(answer: &EditionReadAnswer) -> ReadAnswer {
    ReadAnswer {
        by: person(&answer.by),
        position: words::position(answer.position),
        note: paragraphs(&answer.note, Wide),
        recorded_by: answer.recorded_by.as_ref().map(person),
    }
}

fn zone() -> TimeZone {
    TimeZone::get(LONDON).unwrap_or(TimeZone::UTC)
}

//! What a copy says that stands in no document: questions answered blind, and when the meeting was closed.

use jiff::tz::TimeZone;
use minutes::edition::{EditionClosedSession, EditionScaling, Named};
use minutes::words;
use serde::Serialize;

use super::{LONDON, Person, about, person, readers, sentence};
use crate::clean::Measure::Wide;
use crate::clean::{Paragraph, line, paragraphs};

/// One question that people answered blind to each other.
#[derive(Debug, Serialize)]
pub(super) struct Scaling {
    child: String,
    question: String,
    readers: &'static str,
    answers: Vec<Answer>,
}

#[derive(Debug, Serialize)]
pub(super) struct Answer {
    by: Person,
    scale: String,
    view: Vec<Paragraph>,
    recorded_by: Option<Person>,
}

/// That a part of the meeting was closed.
#[derive(Debug, Serialize)]
pub(super) struct Closed {
    when: String,
    ground: &'static str,
    reason: Vec<Paragraph>,
    not_open_to: String,
    readers: String,
}

pub(super) fn scaling(scaling: &EditionScaling) -> Scaling {
    let answers = scaling.answers.iter().map(|answer| Answer {
        by: person(&answer.by),
        scale: sentence(&words::scale(answer.scale)),
        view: paragraphs(&answer.view, Wide),
        recorded_by: answer.recorded_by.as_ref().map(person),
    });
    Scaling {
        child: line(&scaling.child, Wide),
        question: line(&scaling.question, Wide),
        readers: readers(&scaling.part),
        answers: answers.collect(),
    }
}

pub(super) fn closed(session: &EditionClosedSession) -> Closed {
    let zone = TimeZone::get(LONDON).unwrap_or(TimeZone::UTC);
    let names = |people: &[Named]| about(&people.iter().map(|person| person.name.clone()).collect::<Vec<_>>());
    Closed {
        when: line(&words::period(&session.opened_at, &session.ended_at, &zone), Wide),
        ground: words::ground(session.ground),
        reason: paragraphs(&session.reason, Wide),
        not_open_to: names(&session.not_open_to),
        readers: names(&session.readers),
    }
}

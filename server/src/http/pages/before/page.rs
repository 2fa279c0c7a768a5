//! From what is known of a meeting's preparation to the words on the page.

use minutes::access::Deed;
use minutes::ids::PersonId;
use minutes::preparation::{Answer, Carried, Ground, RequestKind, Ruling};
use minutes::record::{Nature, Role, Seat};
use minutes::words;

use super::super::frames;
use super::super::views::before::{BeforePage, CarriedLine, Choice, Guest, Item, May, Report, Request, Typed};
use super::super::views::form::Errors;
use crate::clock::rfc3339;
use crate::workflow::App;
use crate::workflow::before_meeting::{Before, Needs, letter_words, reports};
use crate::workflow::seat::AtMeeting;

pub(super) fn page(app: &App, at: &AtMeeting, before: &Before, typed: Typed, errors: Errors) -> BeforePage {
    let may = |deed| at.may(deed).is_ok();
    let name = |person: PersonId| name_of(&before.seats, person);
    let now = jiff::Timestamp::from_millisecond(app.clock.now()).unwrap_or_default();
    let today = frames::zone().to_datetime(now).date().to_string();
    let own = before.invitations.iter().find(|one| one.person == at.actor.person);
    let agenda = before.agenda.iter().map(|item| Item {
        id: item.id.to_string(),
        item: item.item.clone(),
        by: name(item.proposed_by),
        ruling: item.ruling.map(taken).unwrap_or_default().to_owned(),
        reason: item.reason.clone(),
    });
    let requests = before.requests.iter().map(|one| Request {
        id: one.id.to_string(),
        kind: one.kind.words().to_owned(),
        concerns: one.concerns.map(name).unwrap_or_default(),
        ground: one.ground.words().to_owned(),
        words: one.words.clone(),
        by: name(one.asked_by),
        ruling: one.ruling.map(granted).unwrap_or_default().to_owned(),
        reason: one.reason.clone(),
    });
    let choice = |key: &str, words: &str| Choice { key: key.to_owned(), words: words.to_owned() };
    BeforePage {
        frame: frames::at_meeting(app, at),
        meeting_id: at.meeting.id.to_string(),
        title: at.meeting.title.clone(),
        when: frames::when(&rfc3339(at.meeting.starts_at)),
        place: at.meeting.place.clone(),
        open: !at.is_locked(),
        may: May {
            runs: may(Deed::SeePreparation),
            rules: may(Deed::RuleOnRequests),
            proposes: may(Deed::ProposeItem),
            asks: may(Deed::AskInPrivate),
            reports: may(Deed::GiveReport),
        },
        answers: Answer::ALL.iter().map(|one| choice(one.as_str(), one.words())).collect(),
        answered: own.and_then(|one| one.answer).map(|one| one.to_string()).unwrap_or_default(),
        people: guests(at, before),
        agenda: agenda.collect(),
        requests: requests.collect(),
        kinds: RequestKind::ALL.iter().map(|one| choice(one.as_str(), one.words())).collect(),
        grounds: Ground::ALL.iter().map(|one| choice(one.as_str(), one.words())).collect(),
        carried: before.carried.iter().map(carried).collect(),
        reports: before.reports.iter().map(|one| report(at, before, one, &today)).collect(),
        sections: before.sections.iter().map(|rule| choice(&rule.key, &rule.heading)).collect(),
        natures: [(Nature::Opinion, "Professional opinion"), (Nature::Fact, "Facts"), (Nature::View, "Own words")]
            .map(|(nature, words)| choice(nature.as_str(), words))
            .into(),
        typed,
        errors,
    }
}

/// Everybody at the table, the reader first.
fn guests(at: &AtMeeting, before: &Before) -> Vec<Guest> {
    let mut seats: Vec<&Seat> = before.seats.iter().filter(|seat| seat.removed_at.is_none()).collect();
    seats.sort_by_key(|seat| seat.person != at.actor.person);
    let guest = |seat: &&Seat| {
        let invitation = before.invitations.iter().find(|one| one.person == seat.person);
        let needs = before.needs.iter().find(|one| one.person_id == seat.person);
        let letter = before.letters.iter().find(|(person, _)| *person == seat.person).map(|(_, state)| *state);
        let who: Vec<&str> = [seat.title.as_str(), seat.agency_name.as_str(), words::role(seat.role)]
            .into_iter()
            .filter(|words| !words.is_empty())
            .collect();
        let needed = |read: fn(&Needs) -> &String| needs.map(|needs| read(needs).clone()).unwrap_or_default();
        Guest {
            id: seat.person.to_string(),
            name: seat.name.clone(),
            who: who.join(", "),
            own: seat.person == at.actor.person,
            answer: invitation.and_then(|one| one.answer).map(Answer::words).unwrap_or_default().to_owned(),
            note: invitation.map(|one| one.note.clone()).unwrap_or_default(),
            letter: letter_words(letter).to_owned(),
            needs: needed(|needs| &needs.needs),
            interpreter: needed(|needs| &needs.interpreter),
            advocate: needed(|needs| &needs.advocate),
            asked_needs: needs.is_some(),
            reports: matches!(seat.role, Role::Chair | Role::MinuteTaker | Role::Professional),
        }
    };
    seats.iter().map(guest).collect()
}

fn carried(one: &Carried) -> CarriedLine {
    CarriedLine {
        what: one.action.what.clone(),
        outcome: one.action.outcome.clone(),
        owner: one.owner.clone(),
        due: words::date(&one.action.due),
        status: words::action(one.action.status).to_owned(),
        from: format!("Meeting of {}", frames::day(&one.held)),
    }
}

fn report(at: &AtMeeting, before: &Before, seen: &reports::Seen, today: &str) -> Report {
    let report = &seen.report;
    let section = before.sections.iter().find(|rule| rule.key == report.section);
    let sharings = seen.sharings.iter().map(|line| {
        let by = name_of(&before.seats, line.told_by);
        if line.shared {
            format!("Shared with the family on {}: {} ({by})", words::date(&line.shared_on), line.how)
        } else {
            format!("Not shared with the family: {} ({by})", line.how)
        }
    });
    Report {
        id: report.id.to_string(),
        author: name_of(&before.seats, report.author),
        own: report.author == at.actor.person,
        section: section.map_or_else(|| report.section.clone(), |rule| rule.heading.clone()),
        due: words::date(&report.due_on),
        late: report.due_on.as_str() < today,
        nature: report.nature.map(words::nature).unwrap_or_default().to_lowercase(),
        words: report.words.clone(),
        received: report.received_at.map(|at| frames::day(&rfc3339(at))).unwrap_or_default(),
        sharings: sharings.collect(),
    }
}

fn name_of(seats: &[Seat], person: PersonId) -> String {
    seats.iter().find(|seat| seat.person == person).map(|seat| seat.name.clone()).unwrap_or_default()
}

const fn taken(ruling: Ruling) -> &'static str {
    match ruling {
        Ruling::Granted => "The chair has taken it.",
        Ruling::Refused => "The chair has declined it.",
    }
}

const fn granted(ruling: Ruling) -> &'static str {
    match ruling {
        Ruling::Granted => "The chair has granted it.",
        Ruling::Refused => "The chair has refused it.",
    }
}

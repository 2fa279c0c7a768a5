//! The board of deadlines: what is late and why, what comes next, by agency and for the partnership.

pub mod one;

use std::collections::BTreeMap;

use actix_web::{HttpResponse, web};
use jiff::ZonedDateTime;
use minutes::clocks::{Clock, State, When};
use minutes::ids::{AgencyId, MeetingId};
use serde::Deserialize;

use super::views::deadlines::{AgencyChoice, DeadlineLine, DeadlinesPage, Show, Standing, TeamLine};
use super::{answer, frames};
use crate::http::identity::SignedIn;
use crate::http::problem::Problem;
use crate::workflow::deadlines::{self, MeetingClocks, Tally};
use crate::workflow::{App, Error};

#[derive(Deserialize)]
pub struct Asked {
    #[serde(default)]
    show: String,
    #[serde(default)]
    agency: String,
    #[serde(default)]
    meeting: String,
}

pub async fn board(app: web::Data<App>, who: SignedIn, asked: web::Query<Asked>) -> Result<HttpResponse, Problem> {
    let SignedIn(actor) = who;
    let board = deadlines::board(&app, &actor).await?;
    let meeting: Option<MeetingId> = asked.meeting.parse().ok();
    let agency: Option<AgencyId> = asked.agency.parse().ok();
    let show = if meeting.is_some() { Show::All } else { Show::parse(&asked.show) };
    let mut agencies: BTreeMap<String, AgencyId> = BTreeMap::new();
    for (id, name) in board.meetings.iter().filter_map(|one| one.agency.clone()) {
        agencies.insert(name, id);
    }
    let of_agency =
        |one: &&MeetingClocks| agency.is_none_or(|asked| one.agency.as_ref().is_some_and(|(id, _)| *id == asked));
    let of_meeting = |one: &&MeetingClocks| meeting.is_none_or(|asked| one.meeting == asked);
    let chosen: Vec<&MeetingClocks> = board.meetings.iter().filter(of_agency).filter(of_meeting).collect();
    let title = match meeting {
        Some(_) => chosen.first().map(|one| one.title.clone()).ok_or(Error::NotFound)?,
        None => String::new(),
    };
    let pairs = || chosen.iter().flat_map(|of| of.clocks.iter().map(move |clock| (*of, clock)));
    answer::page(&DeadlinesPage {
        frame: frames::of(&app, &actor).at("/deadlines"),
        show,
        agencies: agencies
            .iter()
            .map(|(name, id)| AgencyChoice { id: id.to_string(), name: name.clone(), chosen: agency == Some(*id) })
            .collect(),
        teams: if meeting.is_some() { Vec::new() } else { teams(&chosen) },
        partnership: board.partnership.map(in_words).unwrap_or_default(),
        late: lines(pairs().filter(|(_, clock)| clock.is_late()), &board.now),
        running: lines(pairs().filter(|(_, clock)| clock.is_running()), &board.now),
        over: lines(pairs().filter(|(_, clock)| !clock.is_late() && !clock.is_running()), &board.now),
        of_meeting: title,
    })
}

/// The earliest due first: what has been late for longest, what comes next.
fn lines<'a>(clocks: impl Iterator<Item = (&'a MeetingClocks, &'a Clock)>, now: &ZonedDateTime) -> Vec<DeadlineLine> {
    let mut clocks: Vec<_> = clocks.collect();
    clocks.sort_by_key(|(of, clock)| (clock.day().is_none(), clock.day(), of.meeting));
    clocks.into_iter().map(|(of, clock)| line(of, clock, now)).collect()
}

fn line(of: &MeetingClocks, clock: &Clock, now: &ZonedDateTime) -> DeadlineLine {
    DeadlineLine {
        href: format!("/meetings/{}/deadlines/{}", of.meeting, clock.key),
        what: clock.what.trim_end_matches('.').to_owned(),
        meeting: of.title.clone(),
        meeting_href: if of.seated { format!("/meetings/{}", of.meeting) } else { String::new() },
        meeting_when: of.starts_at.strftime("%-d %B %Y, %H:%M").to_string(),
        agency: of.agency.as_ref().map(|(_, name)| name.clone()).unwrap_or_default(),
        standing: standing(clock, now),
        reason: of.reasons.get(&clock.key).cloned().unwrap_or_default(),
    }
}

fn standing(clock: &Clock, now: &ZonedDateTime) -> Standing {
    let due = match &clock.when {
        When::At(deadline) => match &deadline.at {
            Some(at) => at.strftime("%-d %B %Y, %H:%M").to_string(),
            None => deadline.day.strftime("%A %-d %B %Y").to_string(),
        },
        When::NotStarted | When::NotKnown(_) => String::new(),
    };
    let days = |count: i64| if count == 1 { "1 working day".to_owned() } else { format!("{count} working days") };
    let (words, tag) = match &clock.state {
        State::NotStarted => ("Not started".to_owned(), "govuk-tag--grey"),
        State::NotKnown => ("Can’t be counted".to_owned(), "govuk-tag--orange"),
        State::Running { left: Some(0) } if clock.day() == Some(now.date()) => {
            ("Due today".to_owned(), "govuk-tag--orange")
        }
        State::Running { left: Some(0) } => ("Due before the next working day".to_owned(), "govuk-tag--orange"),
        State::Running { left: Some(1) } => ("Due in 1 working day".to_owned(), "govuk-tag--orange"),
        State::Running { left: Some(left) } => (format!("Due in {}", days(*left)), "govuk-tag--blue"),
        State::Running { left: None } => ("To come".to_owned(), "govuk-tag--blue"),
        State::Planned { on, late_by: 0 } => (format!("Set for {}", on.strftime("%-d %B")), "govuk-tag--blue"),
        State::Planned { on, late_by } => {
            (format!("Set for {}, {} too late", on.strftime("%-d %B"), days(*late_by)), "govuk-tag--orange")
        }
        State::Late { by: 0 } => ("Late".to_owned(), "govuk-tag--red"),
        State::Late { by } => (format!("{} late", days(*by)), "govuk-tag--red"),
        State::Met { on, late_by: 0 } => (format!("Done {}", on.strftime("%-d %B")), "govuk-tag--green"),
        State::Met { on, late_by } => {
            (format!("Done {}, {} late", on.strftime("%-d %B"), days(*late_by)), "govuk-tag--yellow")
        }
        State::Over => ("Over".to_owned(), "govuk-tag--grey"),
    };
    Standing { due, words, tag, late: clock.was_late() }
}

fn teams(chosen: &[&MeetingClocks]) -> Vec<TeamLine> {
    let mut teams: BTreeMap<String, Vec<&Clock>> = BTreeMap::new();
    for of in chosen {
        let name = of.agency.as_ref().map_or_else(|| "No agency".to_owned(), |(_, name)| name.clone());
        teams.entry(name).or_default().extend(&of.clocks);
    }
    let line = |(name, clocks): (String, Vec<&Clock>)| {
        let Tally { late, running, met, met_late } = Tally::count(clocks);
        TeamLine { name, late, running, met, met_late }
    };
    teams.into_iter().map(line).collect()
}

fn in_words(tally: Tally) -> String {
    let Tally { late, running, met, met_late } = tally;
    format!("{late} late, {running} to come, {met} done in time, {met_late} done late")
}

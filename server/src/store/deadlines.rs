//! What the clocks of many meetings run on, read together: a board of a partnership asks for hundreds at a time.

use std::collections::HashMap;

use diesel::prelude::*;
use minutes::ids::{AgencyId, MeetingId, PersonId, SeriesId};
use minutes::record::Role;

use super::clock_notes::Tick;
use super::deliveries::DeliveryState;
use super::meetings::{Meeting, MeetingState};
use super::portable::MOST_VALUES;
use super::schema::{agencies, clock_ticks, deliveries, meetings, seats, series_meetings};
use super::{Connection, StoreError};

/// Which meetings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    /// All that may still have a clock running: those not locked, and those that began since.
    Since(i64),
    One(MeetingId),
}

/// A meeting with what its clocks run on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    pub meeting: Meeting,
    /// As it was kept with the meeting; empty for older ones.
    pub rule_pack_json: String,
    pub seats: Vec<SeatFound>,
    pub ticks: Vec<Tick>,
    /// When the last of its copies was sent or handed over; none while one waits or was refused.
    pub received_at: Option<i64>,
    /// The other meetings of its series: kind and start.
    pub series: Vec<(String, i64)>,
}

#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct SeatFound {
    pub meeting: MeetingId,
    pub person: PersonId,
    pub role: Role,
    pub agency: Option<AgencyId>,
    pub agency_name: Option<String>,
    pub removed_at: Option<i64>,
}

/// The earliest first.
pub fn find(conn: &mut Connection, which: Which) -> Result<Vec<Found>, StoreError> {
    let mut query = meetings::table
        .select((Meeting::as_select(), meetings::rule_pack_json))
        .order((meetings::starts_at, meetings::id))
        .into_boxed();
    query = match which {
        Which::Since(since) => {
            let open = meetings::state.eq(MeetingState::Open.as_str());
            query.filter(open.or(meetings::starts_at.ge(since)))
        }
        Which::One(id) => query.filter(meetings::id.eq(id.to_string())),
    };
    let rows: Vec<(Meeting, String)> = query.load(conn)?;
    let ids: Vec<String> = rows.iter().map(|(meeting, _)| meeting.id.to_string()).collect();
    let mut seats = by_meeting(seats_of(conn, &ids)?, |seat: &SeatFound| seat.meeting);
    let mut ticks = by_meeting(ticks_of(conn, &ids)?, |tick: &Tick| tick.meeting_id);
    let mut sent = by_meeting(sent_of(conn, &ids)?, |(meeting, ..)| *meeting);
    let series = series_of(conn, &ids)?;
    let found = rows.into_iter().map(|(meeting, rule_pack_json)| {
        let id = meeting.id;
        Found {
            meeting,
            rule_pack_json,
            seats: seats.remove(&id).unwrap_or_default(),
            ticks: ticks.remove(&id).unwrap_or_default(),
            received_at: received(&sent.remove(&id).unwrap_or_default()),
            series: series.get(&id).cloned().unwrap_or_default(),
        }
    });
    Ok(found.collect())
}

fn by_meeting<T>(rows: Vec<T>, of: impl Fn(&T) -> MeetingId) -> HashMap<MeetingId, Vec<T>> {
    let mut gathered: HashMap<MeetingId, Vec<T>> = HashMap::new();
    for row in rows {
        gathered.entry(of(&row)).or_default().push(row);
    }
    gathered
}

fn seats_of(conn: &mut Connection, ids: &[String]) -> Result<Vec<SeatFound>, StoreError> {
    let mut found = Vec::new();
    for chunk in ids.chunks(MOST_VALUES) {
        let rows: Vec<SeatFound> = seats::table
            .left_join(agencies::table)
            .filter(seats::meeting_id.eq_any(chunk))
            .order((seats::meeting_id, seats::pos))
            .select((
                seats::meeting_id,
                seats::person_id,
                seats::role,
                seats::agency_id,
                agencies::short_name.nullable(),
                seats::removed_at,
            ))
            .load(conn)?;
        found.extend(rows);
    }
    Ok(found)
}

fn ticks_of(conn: &mut Connection, ids: &[String]) -> Result<Vec<Tick>, StoreError> {
    let mut found = Vec::new();
    for chunk in ids.chunks(MOST_VALUES) {
        let of = clock_ticks::table.filter(clock_ticks::meeting_id.eq_any(chunk));
        found.extend(of.order(clock_ticks::clock).select(Tick::as_select()).load(conn)?);
    }
    Ok(found)
}

type Sent = (MeetingId, DeliveryState, Option<i64>);

fn sent_of(conn: &mut Connection, ids: &[String]) -> Result<Vec<Sent>, StoreError> {
    let mut found = Vec::new();
    for chunk in ids.chunks(MOST_VALUES) {
        let of = deliveries::table.filter(deliveries::meeting_id.eq_any(chunk));
        let rows: Vec<Sent> =
            of.select((deliveries::meeting_id, deliveries::state, deliveries::finished_at)).load(conn)?;
        found.extend(rows);
    }
    Ok(found)
}

fn received(sent: &[Sent]) -> Option<i64> {
    let arrived = |(_, state, at): &Sent| match state {
        DeliveryState::AcceptedByRelay | DeliveryState::HandedOver => *at,
        _ => None,
    };
    // One that waits makes all of it wait.
    let all: Option<Vec<i64>> = sent.iter().map(arrived).collect();
    all?.into_iter().max()
}

/// Of each meeting, the others of its series.
fn series_of(conn: &mut Connection, ids: &[String]) -> Result<HashMap<MeetingId, Vec<(String, i64)>>, StoreError> {
    let mut own: Vec<(MeetingId, SeriesId)> = Vec::new();
    for chunk in ids.chunks(MOST_VALUES) {
        let of = series_meetings::table.filter(series_meetings::meeting_id.eq_any(chunk));
        let rows: Vec<(MeetingId, SeriesId)> =
            of.select((series_meetings::meeting_id, series_meetings::series_id)).load(conn)?;
        own.extend(rows);
    }
    let mut series: Vec<String> = own.iter().map(|(_, series)| series.to_string()).collect();
    series.sort_unstable();
    series.dedup();
    let mut members: HashMap<SeriesId, Vec<(MeetingId, String, i64)>> = HashMap::new();
    for chunk in series.chunks(MOST_VALUES) {
        let rows: Vec<(SeriesId, MeetingId, String, i64)> = series_meetings::table
            .inner_join(meetings::table.on(meetings::id.eq(series_meetings::meeting_id)))
            .filter(series_meetings::series_id.eq_any(chunk))
            .order((meetings::starts_at, meetings::id))
            .select((series_meetings::series_id, meetings::id, meetings::kind, meetings::starts_at))
            .load(conn)?;
        for (series, meeting, kind, starts_at) in rows {
            members.entry(series).or_default().push((meeting, kind, starts_at));
        }
    }
    let others = |(meeting, series): (MeetingId, SeriesId)| {
        let all = members.get(&series).map(Vec::as_slice).unwrap_or_default();
        let others = all.iter().filter(|(other, ..)| *other != meeting);
        (meeting, others.map(|(_, kind, at)| (kind.clone(), *at)).collect())
    };
    Ok(own.into_iter().map(others).collect())
}

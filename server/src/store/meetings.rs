//! Meetings, the children they are about and the seats at them.

use diesel::dsl::max;
use diesel::prelude::*;
use minutes::ids::{AgencyId, ChildId, DocumentId, MeetingId, PersonId};
use minutes::record::{Part, Role};
use minutes::rules::RulePack;
use serde::Serialize;

use super::children::Child;
use super::columns::{Plain, PlainOrNull, text_enum};
use super::documents;
use super::people::Channel;
use super::portable::insert_rows;
use super::schema::{agencies, children, meeting_children, meetings, people, seats};
use super::{Connection, StoreError};

text_enum! {
    /// Only ever from open to locked.
    MeetingState {
        Open = "open",
        Locked = "locked",
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = meetings)]
pub struct Meeting {
    #[diesel(serialize_as = Plain)]
    pub id: MeetingId,
    pub kind: String,
    pub title: String,
    pub starts_at: i64,
    pub place: String,
    /// Kind and version of the rule pack it was created by.
    pub rule_pack: String,
    /// The rule pack's sections as they were then. [`rule_pack`] gives all of it.
    pub sections_json: String,
    #[diesel(serialize_as = Plain)]
    pub state: MeetingState,
    pub created_at: i64,
    #[diesel(serialize_as = Plain)]
    pub created_by: PersonId,
    pub locked_at: Option<i64>,
    #[diesel(serialize_as = PlainOrNull)]
    pub locked_by: Option<PersonId>,
}

/// A meeting to create, open, with all it needs from the start.
#[derive(Debug, Clone)]
pub struct NewMeeting {
    pub id: MeetingId,
    pub kind: String,
    pub title: String,
    pub starts_at: i64,
    pub place: String,
    /// Kept with the meeting as it is now: a later version must not reshape this one.
    pub pack: RulePack,
    pub created_at: i64,
    pub created_by: PersonId,
    /// In the order the record names them.
    pub children: Vec<ChildId>,
    /// In the order the record names them.
    pub seats: Vec<NewSeat>,
    pub documents: Vec<(DocumentId, Part)>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewSeat {
    pub person: PersonId,
    pub role: Role,
    pub title: String,
    pub agency: Option<AgencyId>,
}

/// A seat at a meeting with the names that go with it.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct Seat {
    pub person: PersonId,
    pub name: String,
    pub role: Role,
    pub title: String,
    pub delivery: Channel,
    pub agency: Option<AgencyId>,
    pub agency_name: Option<String>,
    pub agency_short_name: Option<String>,
    pub agency_kind: Option<String>,
    /// Since when they are no longer at the table.
    pub removed_at: Option<i64>,
}

/// A meeting as somebody who sits at it sees it in their list.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct OwnMeeting {
    pub meeting: Meeting,
    pub role: Role,
}

#[derive(Insertable)]
#[diesel(table_name = seats)]
struct SeatRow {
    meeting_id: String,
    person_id: String,
    role: String,
    title: String,
    agency_id: Option<String>,
    pos: i32,
}

impl SeatRow {
    fn new(meeting: MeetingId, pos: i32, seat: &NewSeat) -> Self {
        Self {
            meeting_id: meeting.to_string(),
            person_id: seat.person.to_string(),
            role: seat.role.to_string(),
            title: seat.title.clone(),
            agency_id: seat.agency.map(|id| id.to_string()),
            pos,
        }
    }
}

/// Inserts a meeting, its children, seats and empty documents.
pub fn create(conn: &mut Connection, new: NewMeeting) -> Result<(), StoreError> {
    let id = new.id;
    let rule_pack_json = json(&new.pack)?;
    let meeting = Meeting {
        id,
        kind: new.kind,
        title: new.title,
        starts_at: new.starts_at,
        place: new.place,
        rule_pack: new.pack.label(),
        sections_json: json(&new.pack.sections)?,
        state: MeetingState::Open,
        created_at: new.created_at,
        created_by: new.created_by,
        locked_at: None,
        locked_by: None,
    };
    diesel::insert_into(meetings::table)
        .values((meeting, meetings::rule_pack_json.eq(rule_pack_json)))
        .execute(conn)?;
    let children: Vec<_> = (0..)
        .zip(&new.children)
        .map(|(pos, child): (i32, &ChildId)| {
            (
                meeting_children::meeting_id.eq(id.to_string()),
                meeting_children::child_id.eq(child.to_string()),
                meeting_children::pos.eq(pos),
            )
        })
        .collect();
    insert_rows!(conn, meeting_children::table, children)?;
    let seated: Vec<_> = (0..).zip(&new.seats).map(|(pos, seat)| SeatRow::new(id, pos, seat)).collect();
    insert_rows!(conn, seats::table, seated)?;
    documents::insert_many(conn, id, &new.documents, new.created_at)
}

pub fn get(conn: &mut Connection, id: MeetingId) -> Result<Option<Meeting>, StoreError> {
    Ok(meetings::table.find(id.to_string()).select(Meeting::as_select()).first(conn).optional()?)
}

fn json(value: &impl Serialize) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|_| StoreError::Damaged)
}

/// The rule pack a meeting was created by, as it was then. It is of some length, so that it is read where it is needed alone.
pub fn rule_pack(conn: &mut Connection, id: MeetingId) -> Result<Option<RulePack>, StoreError> {
    let row: Option<(String, String, String)> = meetings::table
        .find(id.to_string())
        .select((meetings::rule_pack_json, meetings::kind, meetings::sections_json))
        .first(conn)
        .optional()?;
    let Some((whole, kind, sections)) = row else { return Ok(None) };
    let pack = if whole.is_empty() {
        serde_json::from_str(&sections).map(|sections| RulePack::of_sections(&kind, sections))
    } else {
        serde_json::from_str(&whole)
    };
    pack.map(Some).map_err(|_| StoreError::Damaged)
}

/// The meetings somebody has a seat at, the latest first.
pub fn list_for_person(conn: &mut Connection, person: PersonId) -> Result<Vec<OwnMeeting>, StoreError> {
    let found = meetings::table
        .inner_join(seats::table)
        .filter(seats::person_id.eq(person.to_string()))
        .filter(seats::removed_at.is_null())
        .order((meetings::starts_at.desc(), meetings::id))
        .select((Meeting::as_select(), seats::role))
        .load(conn)?;
    Ok(found)
}

/// Every seat there was, in order, those since removed too.
pub fn seats(conn: &mut Connection, meeting: MeetingId) -> Result<Vec<Seat>, StoreError> {
    load_seats(conn, meeting, None)
}

/// Somebody's seat; none once they were removed.
pub fn seat_of(conn: &mut Connection, meeting: MeetingId, person: PersonId) -> Result<Option<Seat>, StoreError> {
    let found = load_seats(conn, meeting, Some(person))?;
    Ok(found.into_iter().find(|seat| seat.removed_at.is_none()))
}

/// Somebody's seat, or the one they had.
pub fn seat_or_former_seat_of(
    conn: &mut Connection,
    meeting: MeetingId,
    person: PersonId,
) -> Result<Option<Seat>, StoreError> {
    Ok(load_seats(conn, meeting, Some(person))?.pop())
}

pub fn children(conn: &mut Connection, meeting: MeetingId) -> Result<Vec<Child>, StoreError> {
    let found = meeting_children::table
        .inner_join(children::table)
        .filter(meeting_children::meeting_id.eq(meeting.to_string()))
        .order(meeting_children::pos)
        .select(Child::as_select())
        .load(conn)?;
    Ok(found)
}

/// Whether a meeting is open. Until this transaction ends nobody else locks it or changes who sits at it.
pub fn hold_seats(conn: &mut Connection, meeting: MeetingId) -> Result<bool, StoreError> {
    // It sets what is set already: on PostgreSQL the row is then ours until the end, on SQLite everything is as it is.
    let open = meetings::table.find(meeting.to_string()).filter(meetings::state.eq(MeetingState::Open.as_str()));
    Ok(diesel::update(open).set(meetings::state.eq(MeetingState::Open.as_str())).execute(conn)? == 1)
}

/// Gives somebody a seat after those there are. A duplicate means that they have, or had, one. `now` makes every process
/// look at it.
pub fn add_seat(conn: &mut Connection, meeting: MeetingId, seat: &NewSeat, now: i64) -> Result<(), StoreError> {
    let last: Option<i32> =
        seats::table.filter(seats::meeting_id.eq(meeting.to_string())).select(max(seats::pos)).first(conn)?;
    let row = SeatRow::new(meeting, last.map_or(0, |pos| pos + 1), seat);
    diesel::insert_into(seats::table).values((row, seats::changed_at.eq(now))).execute(conn)?;
    Ok(())
}

/// The locked meetings before this one that were about any of its children.
pub fn earlier_locked(conn: &mut Connection, meeting: &Meeting) -> Result<Vec<MeetingId>, StoreError> {
    let about: Vec<String> = meeting_children::table
        .filter(meeting_children::meeting_id.eq(meeting.id.to_string()))
        .select(meeting_children::child_id)
        .load(conn)?;
    let found = meetings::table
        .inner_join(meeting_children::table)
        .filter(meeting_children::child_id.eq_any(about))
        .filter(meetings::state.eq(MeetingState::Locked.as_str()))
        .filter(meetings::starts_at.lt(meeting.starts_at))
        .filter(meetings::id.ne(meeting.id.to_string()))
        .select(meetings::id)
        .distinct()
        .load(conn)?;
    Ok(found)
}

/// Whether there was a seat to take away.
pub fn remove_seat(conn: &mut Connection, meeting: MeetingId, person: PersonId, now: i64) -> Result<bool, StoreError> {
    let seat = seats::table.find((meeting.to_string(), person.to_string())).filter(seats::removed_at.is_null());
    Ok(diesel::update(seat).set((seats::removed_at.eq(now), seats::changed_at.eq(now))).execute(conn)? == 1)
}

/// Whether there was a seat that had been taken away, to give back with this role.
pub fn give_seat_back(
    conn: &mut Connection,
    meeting: MeetingId,
    person: PersonId,
    role: Role,
    now: i64,
) -> Result<bool, StoreError> {
    let seat = seats::table.find((meeting.to_string(), person.to_string())).filter(seats::removed_at.is_not_null());
    let given_back = (seats::role.eq(role.as_str()), seats::removed_at.eq(None::<i64>), seats::changed_at.eq(now));
    Ok(diesel::update(seat).set(given_back).execute(conn)? == 1)
}

/// Whether there was a seat with the role `from` to give another one.
pub fn change_role(
    conn: &mut Connection,
    meeting: MeetingId,
    person: PersonId,
    (from, to): (Role, Role),
    now: i64,
) -> Result<bool, StoreError> {
    let seat = seats::table
        .find((meeting.to_string(), person.to_string()))
        .filter(seats::removed_at.is_null())
        .filter(seats::role.eq(from.as_str()));
    Ok(diesel::update(seat).set((seats::role.eq(to.as_str()), seats::changed_at.eq(now))).execute(conn)? == 1)
}

/// Locks a meeting if it is open. The database is the judge: of two who try, or of a lock and a change, one comes first.
pub fn lock(conn: &mut Connection, meeting: MeetingId, by: PersonId, now: i64) -> Result<bool, StoreError> {
    let open = meetings::table.find(meeting.to_string()).filter(meetings::state.eq(MeetingState::Open.as_str()));
    let changed = diesel::update(open)
        .set((
            meetings::state.eq(MeetingState::Locked.as_str()),
            meetings::locked_at.eq(now),
            meetings::locked_by.eq(by.to_string()),
        ))
        .execute(conn)?;
    Ok(changed == 1)
}

fn load_seats(conn: &mut Connection, meeting: MeetingId, person: Option<PersonId>) -> Result<Vec<Seat>, StoreError> {
    let mut query = seats::table
        .inner_join(people::table)
        .left_join(agencies::table)
        .filter(seats::meeting_id.eq(meeting.to_string()))
        .order((seats::pos, seats::person_id))
        .select((
            seats::person_id,
            people::name,
            seats::role,
            seats::title,
            people::delivery,
            seats::agency_id,
            agencies::name.nullable(),
            agencies::short_name.nullable(),
            agencies::kind.nullable(),
            seats::removed_at,
        ))
        .into_boxed();
    if let Some(person) = person {
        query = query.filter(seats::person_id.eq(person.to_string()));
    }
    Ok(query.load(conn)?)
}

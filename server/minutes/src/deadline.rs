//! Until when something is due: a length of time counted from a day, forwards or backwards.
//!
//! The day counted from is day nought. A period of days, weeks or months ends where it ends, on a Sunday too; working days
//! alone skip weekends and the nation's bank holidays. A month that is too short ends on its last day.

use jiff::ZonedDateTime;
use jiff::civil::Date;

use crate::calendar::{Calendar, neighbour};
use crate::rules::Unit;

/// So much of something: 3 working days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Length {
    pub count: u32,
    pub unit: Unit,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    After,
    Before,
}

/// When something is due.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deadline {
    /// The last day on which it is in time.
    pub day: Date,
    /// The moment, where hours are counted; otherwise the whole of the day is in time.
    pub at: Option<ZonedDateTime>,
    /// The calendar that was used, where working days were counted.
    pub counted_by: Option<CountedBy>,
}

/// Which list of bank holidays a deadline rests on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CountedBy {
    pub calendar: String,
    pub official_until: Date,
    /// The deadline lies beyond what is officially fixed: a bank holiday proclaimed later would move it.
    pub provisional: bool,
}

/// Why nobody can say when something is due.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotKnown {
    #[error(
        "The bank holidays of {calendar} are known from {from} to {until} only. Whoever runs Accord can install a longer list."
    )]
    BeyondTheCalendar { calendar: String, from: Date, until: Date },
    #[error("That lies too far away to count.")]
    TooFar,
}

impl Deadline {
    /// Whether it has passed.
    pub fn is_past(&self, now: &ZonedDateTime) -> bool {
        match &self.at {
            Some(at) => now > at,
            None => now.date() > self.day,
        }
    }
}

/// When something is due that must happen within (or at the latest so long before) `start`.
pub fn deadline(
    calendar: &Calendar,
    start: &ZonedDateTime,
    length: Length,
    direction: Direction,
) -> Result<Deadline, NotKnown> {
    if length.unit == Unit::Hours {
        let hours = span(jiff::Span::new().try_hours(signed(length.count, direction)))?;
        let at = start.checked_add(hours).map_err(|_| NotKnown::TooFar)?;
        return Ok(Deadline { day: at.date(), at: Some(at), counted_by: None });
    }
    let day = day(calendar, start.date(), length, direction)?;
    let counted_by = (length.unit == Unit::WorkingDays).then(|| CountedBy {
        calendar: calendar.name.clone(),
        official_until: calendar.official_until,
        provisional: day.max(start.date()) > calendar.official_until,
    });
    Ok(Deadline { day, at: None, counted_by })
}

/// The day so long after or before another. Hours count as the days they fill.
pub fn day(calendar: &Calendar, from: Date, length: Length, direction: Direction) -> Result<Date, NotKnown> {
    let count = signed(length.count, direction);
    let span = span(match length.unit {
        Unit::WorkingDays => return working_days(calendar, from, length.count, direction),
        Unit::Hours => jiff::Span::new().try_days(count / 24),
        Unit::Days => jiff::Span::new().try_days(count),
        Unit::Weeks => jiff::Span::new().try_weeks(count),
        // 31 January and one month is the last day of February: `jiff` keeps to the end of a shorter month.
        Unit::Months => jiff::Span::new().try_months(count),
    })?;
    from.checked_add(span).map_err(|_| NotKnown::TooFar)
}

/// `count` working days after or before a day, which itself is not counted. None at all is the day itself, or the nearest
/// working day in the direction counted.
pub fn working_days(calendar: &Calendar, from: Date, count: u32, direction: Direction) -> Result<Date, NotKnown> {
    let before = direction == Direction::Before;
    let beyond =
        || NotKnown::BeyondTheCalendar { calendar: calendar.name.clone(), from: calendar.from, until: calendar.until };
    let mut day = from;
    let mut left = count;
    if left == 0 && calendar.is_working_day(day).ok_or_else(beyond)? {
        return Ok(day);
    }
    // Nought working days from a Sunday is the working day next to it, as one would be.
    left = left.max(1);
    calendar.is_working_day(day).ok_or_else(beyond)?;
    while left > 0 {
        day = neighbour(day, before).ok_or(NotKnown::TooFar)?;
        if calendar.is_working_day(day).ok_or_else(beyond)? {
            left -= 1;
        }
    }
    Ok(day)
}

/// How many working days lie after `from`, up to and with `to`; negative when `to` is the earlier.
pub fn working_days_between(calendar: &Calendar, from: Date, to: Date) -> Result<i64, NotKnown> {
    let (first, last, sign) = if from <= to { (from, to, 1) } else { (to, from, -1) };
    if first < calendar.from || last > calendar.until {
        return Err(NotKnown::BeyondTheCalendar {
            calendar: calendar.name.clone(),
            from: calendar.from,
            until: calendar.until,
        });
    }
    let mut day = first;
    let mut count = 0;
    while day < last {
        day = neighbour(day, false).ok_or(NotKnown::TooFar)?;
        count += i64::from(calendar.is_working_day(day) == Some(true));
    }
    Ok(sign * count)
}

/// "3 working days", as a page prints it.
pub fn in_words(length: Length) -> String {
    let one = length.count == 1;
    let unit = match (length.unit, one) {
        (Unit::Hours, true) => "hour",
        (Unit::Hours, false) => "hours",
        (Unit::WorkingDays, true) => "working day",
        (Unit::WorkingDays, false) => "working days",
        (Unit::Days, true) => "day",
        (Unit::Days, false) => "days",
        (Unit::Weeks, true) => "week",
        (Unit::Weeks, false) => "weeks",
        (Unit::Months, true) => "month",
        (Unit::Months, false) => "months",
    };
    format!("{} {unit}", length.count)
}

fn signed(count: u32, direction: Direction) -> i64 {
    let count = i64::from(count);
    if direction == Direction::Before { -count } else { count }
}

/// A span refuses to be made of more than there is; a rule may say any number.
fn span(tried: Result<jiff::Span, jiff::Error>) -> Result<jiff::Span, NotKnown> {
    tried.map_err(|_| NotKnown::TooFar)
}

#[cfg(test)]
mod tests;

#![allow(clippy::unwrap_used)]

use jiff::civil::{Date, date};
use jiff::tz::TimeZone;

use super::Direction::{After, Before};
use super::*;
use crate::calendar::{BadList, BankHolidays, Calendars};

const LISTS: [&str; 3] = [
    include_str!("../../../../config/bank-holidays/england_and_wales.toml"),
    include_str!("../../../../config/bank-holidays/scotland.toml"),
    include_str!("../../../../config/bank-holidays/northern_ireland.toml"),
];

fn calendars() -> Calendars {
    let mut calendars = Calendars::default();
    for text in LISTS {
        calendars.add(toml::from_str(text).unwrap()).unwrap();
    }
    calendars
}

fn parse(iso: &str) -> Date {
    iso.parse().unwrap()
}

fn london(rfc9557: &str) -> ZonedDateTime {
    rfc9557
        .parse::<jiff::civil::DateTime>()
        .unwrap()
        .to_zoned_datetime(TimeZone::get("Europe/London").unwrap())
        .unwrap()
}

/// Nation, from, working days, direction, expected; why the case is there.
type Case = (&'static str, &'static str, u32, Direction, &'static str, &'static str);

const WORKING_DAYS: &[Case] = &[
    ("england", "2026-11-23", 3, After, "2026-11-26", "a week like any other"),
    ("england", "2026-11-26", 3, After, "2026-12-01", "over a weekend"),
    ("england", "2026-11-28", 1, After, "2026-11-30", "counted from a Saturday"),
    ("england", "2026-11-28", 0, After, "2026-11-30", "none at all, from a Saturday"),
    ("england", "2026-11-27", 0, After, "2026-11-27", "none at all, from a Friday"),
    ("england", "2026-11-29", 0, Before, "2026-11-27", "none at all, backwards from a Sunday"),
    ("england", "2026-11-27", 3, Before, "2026-11-24", "a report for Friday is due on Tuesday"),
    ("england", "2026-11-30", 3, Before, "2026-11-25", "backwards over a weekend"),
    // Easter.
    ("england", "2026-04-02", 1, After, "2026-04-07", "Maundy Thursday: Good Friday and Easter Monday do not count"),
    ("wales", "2026-04-02", 3, After, "2026-04-09", "Wales keeps England's days"),
    ("scotland", "2026-04-02", 1, After, "2026-04-06", "Easter Monday is worked in Scotland"),
    ("northern_ireland", "2026-04-02", 1, After, "2026-04-07", "and not in Northern Ireland"),
    ("england", "2027-03-25", 1, After, "2027-03-30", "an early Easter"),
    ("england", "2026-04-08", 3, Before, "2026-04-01", "a report before Easter for a meeting after it"),
    ("scotland", "2026-04-08", 3, Before, "2026-04-02", "a day later in Scotland"),
    // May and the summer.
    ("england", "2026-05-01", 1, After, "2026-05-05", "early May"),
    ("england", "2026-05-22", 1, After, "2026-05-26", "spring"),
    ("england", "2026-08-28", 1, After, "2026-09-01", "the last Monday of August, on the 31st"),
    ("england", "2026-07-31", 1, After, "2026-08-03", "Scotland's summer holiday is worked in England"),
    ("scotland", "2026-07-31", 1, After, "2026-08-04", "the first Monday of August in Scotland"),
    ("scotland", "2026-08-28", 1, After, "2026-08-31", "and the last is worked there"),
    ("scotland", "2026-06-12", 1, After, "2026-06-16", "proclaimed for one year"),
    ("england", "2026-06-12", 1, After, "2026-06-15", "and for Scotland alone"),
    // Christmas and New Year.
    ("england", "2026-12-24", 1, After, "2026-12-29", "Boxing Day on a Saturday: Monday instead"),
    ("england", "2027-12-24", 1, After, "2027-12-29", "Christmas Day on a Saturday: Monday and Tuesday instead"),
    ("scotland", "2027-12-24", 1, After, "2027-12-29", "in Scotland too"),
    ("england", "2024-12-24", 3, After, "2024-12-31", "Christmas in the middle of a week"),
    ("england", "2027-12-31", 1, After, "2028-01-04", "New Year's Day on a Saturday: Monday instead"),
    ("scotland", "2027-12-31", 1, After, "2028-01-05", "and 2 January on the Tuesday"),
    ("england", "2025-12-31", 1, After, "2026-01-02", "2 January is worked in England"),
    ("scotland", "2025-12-31", 1, After, "2026-01-05", "2 January is not worked in Scotland"),
    ("scotland", "2026-12-31", 1, After, "2027-01-05", "2 January on a Saturday: Monday instead"),
    ("england", "2026-12-31", 1, After, "2027-01-04", "and that Monday is worked in England"),
    ("scotland", "2026-01-06", 3, Before, "2025-12-30", "backwards over the Scottish New Year"),
    // Saints.
    ("scotland", "2026-11-27", 1, After, "2026-12-01", "St Andrew's Day on a Monday"),
    ("scotland", "2024-11-29", 1, After, "2024-12-03", "on a Saturday: Monday instead"),
    ("scotland", "2025-11-28", 1, After, "2025-12-02", "on a Sunday: Monday instead"),
    ("england", "2026-11-27", 1, After, "2026-11-30", "which England works"),
    ("northern_ireland", "2026-03-16", 1, After, "2026-03-18", "St Patrick's Day"),
    ("northern_ireland", "2024-03-15", 1, After, "2024-03-19", "on a Sunday: Monday instead"),
    ("scotland", "2026-03-16", 1, After, "2026-03-17", "which Scotland works"),
    // The Twelfth.
    ("northern_ireland", "2027-07-09", 1, After, "2027-07-13", "the Twelfth on a Monday"),
    ("northern_ireland", "2025-07-11", 1, After, "2025-07-15", "on a Saturday: Monday instead"),
    ("northern_ireland", "2026-07-10", 1, After, "2026-07-14", "on a Sunday: Monday instead"),
    ("northern_ireland", "2026-07-16", 4, Before, "2026-07-09", "backwards over it"),
    ("england", "2026-07-10", 1, After, "2026-07-13", "which England works"),
    // A leap day is a day.
    ("england", "2024-02-28", 1, After, "2024-02-29", "leap day is worked"),
    ("england", "2028-02-28", 2, After, "2028-03-01", "and counted"),
];

#[test]
fn working_days_skip_weekends_and_the_nations_holidays() {
    let calendars = calendars();
    for (nation, from, count, direction, expected, why) in WORKING_DAYS {
        let calendar = calendars.of(nation).unwrap();
        let counted = working_days(calendar, parse(from), *count, *direction).unwrap();
        assert_eq!(counted, parse(expected), "{nation}, {from}, {count} {direction:?}: {why}");
    }
}

#[test]
fn days_between_is_the_way_back_from_days_after() {
    let calendars = calendars();
    for (nation, from, count, direction, expected, why) in WORKING_DAYS.iter().filter(|case| case.2 > 0) {
        let calendar = calendars.of(nation).unwrap();
        let (from, to) = (parse(from), parse(expected));
        let between = working_days_between(calendar, from, to).unwrap();
        match direction {
            After => assert_eq!(between, i64::from(*count), "{nation}, {from} to {to}: {why}"),
            // Backwards the day started from may itself be none.
            Before => assert!((-i64::from(*count)..0).contains(&between), "{nation}, {from} to {to}: {why}"),
        }
        assert_eq!(working_days_between(calendar, to, to).unwrap(), 0);
    }
}

#[test]
fn a_years_holidays_are_those_published() {
    let calendars = calendars();
    // How many of them there are in a year: 8 in England and Wales, 9 in Scotland (10 in 2026), 10 in Northern Ireland.
    for (nation, year, expected) in [
        ("england", 2024, 8),
        ("england", 2026, 8),
        ("wales", 2027, 8),
        ("england", 2028, 8),
        ("scotland", 2025, 9),
        ("scotland", 2026, 10),
        ("scotland", 2028, 9),
        ("northern_ireland", 2026, 10),
        ("northern_ireland", 2028, 10),
    ] {
        let calendar = calendars.of(nation).unwrap();
        let days = date(year, 1, 1).series(jiff::ToSpan::day(1)).take_while(|day| day.year() == year);
        let holidays: Vec<Date> = days.filter(|day| calendar.holiday(*day).is_some()).collect();
        assert_eq!(holidays.len(), expected, "{nation} {year}: {holidays:?}");
        let at_weekends = holidays.iter().filter(|day| day.weekday().to_monday_zero_offset() > 4).count();
        assert_eq!(at_weekends, 0, "{nation} {year}: a holiday at a weekend has its substitute day in the list");
    }
}

#[test]
fn periods_end_where_they_end() {
    let calendars = calendars();
    let england = calendars.of("england").unwrap();
    for (from, count, unit, direction, expected) in [
        ("2026-11-27", 1, Unit::Days, After, "2026-11-28"),
        ("2026-12-18", 1, Unit::Weeks, After, "2026-12-25"),
        ("2026-11-23", 6, Unit::Weeks, After, "2027-01-04"),
        ("2026-03-15", 2, Unit::Weeks, Before, "2026-03-01"),
        ("2026-11-30", 3, Unit::Months, After, "2027-02-28"),
        ("2027-11-30", 3, Unit::Months, After, "2028-02-29"),
        ("2026-08-31", 6, Unit::Months, After, "2027-02-28"),
        ("2026-01-31", 1, Unit::Months, After, "2026-02-28"),
        ("2024-02-29", 12, Unit::Months, After, "2025-02-28"),
        ("2024-02-29", 48, Unit::Months, After, "2028-02-29"),
        ("2024-02-28", 1, Unit::Days, After, "2024-02-29"),
        ("2026-05-31", 3, Unit::Months, Before, "2026-02-28"),
        // Beyond every list: bank holidays have no say in it.
        ("2039-12-31", 2, Unit::Months, After, "2040-02-29"),
        ("2026-11-27", 24, Unit::Hours, After, "2026-11-28"),
    ] {
        let counted = day(england, parse(from), Length { count, unit }, direction).unwrap();
        assert_eq!(counted, parse(expected), "{from}, {count} {unit} {direction:?}");
    }
}

#[test]
fn hours_are_hours_when_clocks_change() {
    let calendars = calendars();
    let england = calendars.of("england").unwrap();
    for (start, count, direction, expected) in [
        ("2026-11-23T10:00", 24, After, "2026-11-24T10:00"),
        ("2026-11-23T10:00", 24, Before, "2026-11-22T10:00"),
        // Clocks go forward on 29 March 2026 and back on 25 October.
        ("2026-03-28T10:00", 24, After, "2026-03-29T11:00"),
        ("2026-10-24T10:00", 24, After, "2026-10-25T09:00"),
    ] {
        let due = deadline(england, &london(start), Length { count, unit: Unit::Hours }, direction).unwrap();
        assert_eq!(due.at, Some(london(expected)), "{start}");
        assert_eq!(due.day, london(expected).date());
        assert_eq!(due.counted_by, None);
        assert!(!due.is_past(&london(expected)), "the moment itself is in time");
        assert!(due.is_past(&london(expected).checked_add(jiff::ToSpan::second(1)).unwrap()));
    }
}

#[test]
fn a_day_is_in_time_until_midnight_here() {
    let calendars = calendars();
    let due = deadline(calendars.of("england").unwrap(), &london("2026-06-15T10:00"), THREE, After).unwrap();
    assert_eq!(due.day, date(2026, 6, 18));
    assert!(!due.is_past(&london("2026-06-18T23:59")));
    // An hour earlier in Greenwich, where it is still the 18th.
    assert!(due.is_past(&london("2026-06-19T00:00")));
}

const THREE: Length = Length { count: 3, unit: Unit::WorkingDays };

#[test]
fn a_deadline_says_which_calendar_it_rests_on() {
    let calendars = calendars();
    for (nation, start, name, provisional) in [
        ("england", "2026-11-23T10:00", "England and Wales", false),
        ("scotland", "2026-11-23T10:00", "Scotland", false),
        ("northern_ireland", "2027-12-23T10:00", "Northern Ireland", false),
        ("northern_ireland", "2027-12-30T10:00", "Northern Ireland", true),
        ("england", "2028-06-01T10:00", "England and Wales", true),
    ] {
        let calendar = calendars.of(nation).unwrap();
        // One working day after 23 December 2027 is the 24th, within what is published; after the 30th, the 31st and on.
        let count = if nation == "northern_ireland" && !provisional { 1 } else { 3 };
        let due = deadline(calendar, &london(start), Length { count, unit: Unit::WorkingDays }, After).unwrap();
        let counted_by = due.counted_by.unwrap();
        assert_eq!((counted_by.calendar.as_str(), counted_by.provisional), (name, provisional), "{nation} {start}");
        assert_eq!(counted_by.official_until, calendar.official_until);
    }
}

#[test]
fn nobody_guesses_beyond_the_calendar() {
    let calendars = calendars();
    let scotland = calendars.of("scotland").unwrap();
    assert!(working_days(scotland, date(2028, 12, 28), 1, After).is_ok());
    for (from, count, direction) in
        [("2028-12-28", 2, After), ("2029-01-03", 0, After), ("2024-01-03", 1, Before), ("2023-06-01", 1, After)]
    {
        let refused = working_days(scotland, parse(from), count, direction).unwrap_err();
        assert!(matches!(refused, NotKnown::BeyondTheCalendar { .. }), "{from} {count}");
        assert!(refused.to_string().contains("Scotland are known from 2024-01-01 to 2028-12-31 only"), "{refused}");
    }
    assert!(working_days_between(scotland, date(2028, 12, 1), date(2029, 1, 1)).is_err());
    for unit in [Unit::Days, Unit::Weeks, Unit::Months, Unit::Hours] {
        let absurd = Length { count: u32::MAX, unit };
        assert!(deadline(scotland, &london("2026-11-23T10:00"), absurd, After).is_err(), "{unit}");
        assert!(deadline(scotland, &london("2026-11-23T10:00"), absurd, Before).is_err(), "{unit}");
    }
}

#[test]
fn a_list_that_is_none_is_refused() {
    let list = |nations: &[&str], official: i16, days: &[&str]| BankHolidays {
        name: "Nowhere".to_owned(),
        nations: nations.iter().map(|&nation| nation.to_owned()).collect(),
        source: String::new(),
        checked: date(2026, 1, 1),
        from: date(2026, 1, 1),
        official_until: date(official, 1, 1),
        until: date(2028, 1, 1),
        days: days.iter().map(|day| crate::calendar::BankHoliday { date: parse(day), name: String::new() }).collect(),
    };
    for (list, expected) in [
        (list(&[], 2027, &[]), BadList::NoNation),
        (list(&["a"], 2029, &[]), BadList::Disordered),
        (list(&["a"], 2025, &[]), BadList::Disordered),
        (list(&["a"], 2027, &["2028-01-02"]), BadList::OutsideTheList(date(2028, 1, 2))),
        (list(&["a"], 2027, &["2027-01-04", "2027-01-04"]), BadList::Twice(date(2027, 1, 4))),
    ] {
        assert_eq!(Calendars::default().add(list), Err(expected));
    }
    let mut calendars = calendars();
    calendars.add(list(&["england"], 2027, &["2026-11-24"])).unwrap();
    assert_eq!(calendars.of("england").unwrap().name, "Nowhere", "a partnership's own list replaces what is shipped");
    assert_eq!(calendars.of("wales").unwrap().name, "England and Wales");
    let day = working_days(calendars.of("england").unwrap(), date(2026, 11, 23), 1, After).unwrap();
    assert_eq!(day, date(2026, 11, 25));
}

#[test]
fn lengths_read_as_people_say_them() {
    for (count, unit, expected) in [
        (1, Unit::WorkingDays, "1 working day"),
        (15, Unit::WorkingDays, "15 working days"),
        (24, Unit::Hours, "24 hours"),
        (1, Unit::Weeks, "1 week"),
        (3, Unit::Months, "3 months"),
        (1, Unit::Days, "1 day"),
    ] {
        assert_eq!(in_words(Length { count, unit }), expected);
    }
}

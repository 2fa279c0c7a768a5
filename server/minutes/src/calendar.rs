//! Which days people work, nation by nation. Bank holidays are data: a list says where it is from, until when it is fixed,
//! and beyond which day nobody knows.

use std::collections::BTreeMap;

use jiff::ToSpan;
use jiff::civil::{Date, Weekday};
use serde::Deserialize;

/// The bank holidays of a nation or two, as a file in `config/bank-holidays/` lists them.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BankHolidays {
    /// "England and Wales".
    pub name: String,
    /// As rule packs name them: `england`, `wales`.
    pub nations: Vec<String>,
    /// Which law or publication the days come from.
    pub source: String,
    /// The day the list was last compared with its source.
    pub checked: Date,
    /// The list is whole from this day …
    pub from: Date,
    /// … fixed and published until this one …
    pub official_until: Date,
    /// … and, by the rules as they stand, until this one.
    pub until: Date,
    pub days: Vec<BankHoliday>,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BankHoliday {
    pub date: Date,
    pub name: String,
}

/// Why a list of bank holidays can't be counted by.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadList {
    #[error("the list names no nation")]
    NoNation,
    #[error("`from`, `official_until` and `until` are not in this order")]
    Disordered,
    #[error("{0} is not between `from` and `until`")]
    OutsideTheList(Date),
    #[error("{0} is listed twice")]
    Twice(Date),
}

/// The working days of one list: Monday to Friday without its bank holidays.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Calendar {
    pub name: String,
    pub source: String,
    pub checked: Date,
    pub from: Date,
    pub official_until: Date,
    pub until: Date,
    holidays: BTreeMap<Date, String>,
}

impl Calendar {
    pub fn new(list: BankHolidays) -> Result<Self, BadList> {
        let BankHolidays { name, nations, source, checked, from, official_until, until, days } = list;
        if nations.is_empty() {
            return Err(BadList::NoNation);
        }
        if from > official_until || official_until > until {
            return Err(BadList::Disordered);
        }
        let mut holidays = BTreeMap::new();
        for BankHoliday { date, name } in days {
            if date < from || date > until {
                return Err(BadList::OutsideTheList(date));
            }
            if holidays.insert(date, name).is_some() {
                return Err(BadList::Twice(date));
            }
        }
        Ok(Self { name, source, checked, from, official_until, until, holidays })
    }

    /// The bank holiday that falls on a day.
    pub fn holiday(&self, day: Date) -> Option<&str> {
        self.holidays.get(&day).map(String::as_str)
    }

    /// Whether people work on a day; `None` when the list doesn't reach it.
    pub fn is_working_day(&self, day: Date) -> Option<bool> {
        if day < self.from || day > self.until {
            return None;
        }
        let weekend = matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday);
        Some(!weekend && !self.holidays.contains_key(&day))
    }
}

/// The calendars of an installation, by nation.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Calendars {
    by_nation: BTreeMap<String, Calendar>,
}

impl Calendars {
    /// Adds a list; what it says of a nation replaces what an earlier list said.
    pub fn add(&mut self, list: BankHolidays) -> Result<(), BadList> {
        let nations = list.nations.clone();
        let calendar = Calendar::new(list)?;
        for nation in nations {
            self.by_nation.insert(nation, calendar.clone());
        }
        Ok(())
    }

    pub fn of(&self, nation: &str) -> Option<&Calendar> {
        self.by_nation.get(nation)
    }

    pub fn nations(&self) -> impl Iterator<Item = (&str, &Calendar)> {
        self.by_nation.iter().map(|(nation, calendar)| (nation.as_str(), calendar))
    }
}

/// The day after or before; `None` at the ends of time.
pub(crate) fn neighbour(day: Date, before: bool) -> Option<Date> {
    day.checked_add(if before { -1.days() } else { 1.days() }).ok()
}

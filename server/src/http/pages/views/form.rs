//! Forms: what was wrong with what somebody typed, and where; dates and times as people type them.

use jiff::civil::{Date, Time};

/// What was wrong, in the order of the page.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Errors(Vec<FieldError>);

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldError {
    /// `id` of the control the summary links to.
    pub field: String,
    pub message: String,
}

impl Errors {
    pub fn none() -> Self {
        Self::default()
    }

    pub fn one(field: &str, message: &str) -> Self {
        let mut errors = Self::none();
        errors.add(field, message);
        errors
    }

    pub fn add(&mut self, field: &str, message: &str) {
        self.0.push(FieldError { field: field.to_owned(), message: message.to_owned() });
    }

    /// Those of a later part of the page, after these.
    pub fn append(&mut self, later: Self) {
        self.0.extend(later.0);
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn list(&self) -> &[FieldError] {
        &self.0
    }

    /// What to say beside a control; empty when nothing is wrong with it.
    pub fn at(&self, field: impl AsRef<str>) -> &str {
        self.0.iter().find(|error| error.field == field.as_ref()).map_or("", |error| &error.message)
    }
}

/// A date as typed into three boxes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TypedDate {
    pub day: String,
    pub month: String,
    pub year: String,
}

impl TypedDate {
    pub fn from_date(date: Date) -> Self {
        Self { day: date.day().to_string(), month: date.month().to_string(), year: date.year().to_string() }
    }

    pub fn is_blank(&self) -> bool {
        [&self.day, &self.month, &self.year].iter().all(|part| part.trim().is_empty())
    }

    /// None when it is no date. A month may be a name, a year must be written in full.
    pub fn date(&self) -> Option<Date> {
        let year = self.year.trim();
        if year.len() != 4 {
            return None;
        }
        Date::new(year.parse().ok()?, month(self.month.trim())?, self.day.trim().parse().ok()?).ok()
    }
}

/// `10:00`, `10.00`, `1000`, `10`, `2pm`, `2:30 pm`.
pub fn time(typed: &str) -> Option<Time> {
    let text = typed.trim().to_ascii_lowercase();
    let (digits, half) = match (text.strip_suffix("am"), text.strip_suffix("pm")) {
        (Some(rest), _) => (rest, Some(0)),
        (_, Some(rest)) => (rest, Some(12)),
        _ => (text.as_str(), None),
    };
    let (hour, minute) = hour_and_minute(digits.trim())?;
    let hour = match half {
        Some(_) if !(1..=12).contains(&hour) => return None,
        Some(noon) => hour % 12 + noon,
        None => hour,
    };
    Time::new(hour, minute, 0, 0).ok()
}

fn hour_and_minute(digits: &str) -> Option<(i8, i8)> {
    let (hour, minute) = match digits.split_once([':', '.']) {
        Some((hour, minute)) if minute.len() == 2 => (hour, minute),
        Some(_) => return None,
        None if digits.len() == 4 && digits.is_ascii() => digits.split_at(2),
        None => (digits, "00"),
    };
    let plain = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    (plain(hour) && plain(minute)).then_some(())?;
    Some((hour.parse().ok()?, minute.parse().ok()?))
}

fn month(typed: &str) -> Option<i8> {
    const NAMES: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    typed.parse().ok().or_else(|| {
        let start = typed.to_ascii_lowercase();
        let found = NAMES.iter().position(|name| start.starts_with(name))?;
        i8::try_from(found + 1).ok()
    })
}

/// A path of this site to go on to after signing in; anything that could lead elsewhere becomes the home page.
pub fn safe_next(next: &str) -> &str {
    let bytes = next.as_bytes();
    let local = bytes.first() == Some(&b'/') && !matches!(bytes.get(1), Some(b'/' | b'\\'));
    // A browser drops tabs and line breaks and reads `\` as `/`, so `/\t/evil` would be another site.
    let plain = bytes.iter().all(|byte| byte.is_ascii_graphic() && *byte != b'\\');
    if local && plain { next } else { "/meetings" }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn times_are_read_as_people_type_them() {
        for (typed, hour, minute) in [
            ("10:00", 10, 0),
            ("9.05", 9, 5),
            ("1430", 14, 30),
            ("2pm", 14, 0),
            ("2:30 PM", 14, 30),
            ("12am", 0, 0),
            ("12pm", 12, 0),
            (" 7 ", 7, 0),
        ] {
            assert_eq!(time(typed), Some(Time::new(hour, minute, 0, 0).unwrap()), "{typed}");
        }
        for typed in ["", "ten", "25:00", "10:60", "13pm", "0pm", "10:5", "1:2:3", "+1:30", "é9"] {
            assert_eq!(time(typed), None, "{typed}");
        }
    }

    #[test]
    fn dates_are_read_as_people_type_them() {
        let typed =
            |day: &str, month: &str, year: &str| TypedDate { day: day.into(), month: month.into(), year: year.into() };
        let wanted = Date::new(2026, 11, 23).ok();
        assert_eq!(typed("23", "11", "2026").date(), wanted);
        assert_eq!(typed(" 23", "November", "2026 ").date(), wanted);
        for wrong in [typed("31", "2", "2026"), typed("1", "1", "26"), typed("", "", ""), typed("1", "13", "2026")] {
            assert_eq!(wrong.date(), None, "{wrong:?}");
        }
    }

    #[test]
    fn only_paths_of_this_site_are_kept_for_after_signing_in() {
        for good in ["/meetings", "/meetings/3f?x=1#section-worries", "/"] {
            assert_eq!(safe_next(good), good);
        }
        for bad in
            ["", "meetings", "//evil.example", "/\\evil.example", "/\t/evil.example", "https://evil.example", "/a\\b"]
        {
            assert_eq!(safe_next(bad), "/meetings", "{bad}");
        }
    }
}

//! A meeting as an entry for somebody's calendar (RFC 5545). Calendars are shared, shown on screens and read by telephones:
//! the entry says that there is a meeting and when, and where to sign in to learn the rest. No kind, no name, no place.

use icalendar::{Calendar, Class, Component, Event, Property};
use jiff::Timestamp;

use crate::ids::MeetingId;

/// How long it is said to take: nobody knows, and an entry of no length blocks no time.
const HOUR: i64 = 60 * 60 * 1000;

/// The file. `link` needs a sign-in; `domain` makes the entry's name unique in the world; times are Unix milliseconds. The
/// same meeting is the same entry, however often it is taken: `now` says which is the later.
pub fn calendar_entry(meeting: MeetingId, domain: &str, link: &str, starts_at: i64, now: i64) -> String {
    let mut event = Event::new();
    event
        .uid(&format!("{meeting}@{domain}"))
        .summary("Meeting")
        .description(&format!("Sign in to see what it is about: {link}"))
        .url(link)
        .class(Class::Private)
        .append_property(Property::new("DTSTAMP", utc(now)))
        .append_property(Property::new("DTSTART", utc(starts_at)))
        .append_property(Property::new("DTEND", utc(starts_at.saturating_add(HOUR))));
    let mut calendar = Calendar::new();
    calendar.append_property(Property::new("METHOD", "PUBLISH")).push(event.done());
    calendar.to_string()
}

fn utc(milliseconds: i64) -> String {
    let at = Timestamp::from_millisecond(milliseconds).unwrap_or_default();
    at.strftime("%Y%m%dT%H%M%SZ").to_string()
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn an_entry_says_when_and_where_to_sign_in_and_nothing_else() {
        let meeting = MeetingId(Uuid::from_u128(7));
        let link = format!("https://accord.example/meetings/{meeting}/before");
        let entry = calendar_entry(meeting, "accord.example", &link, 1_795_600_800_000, 1_795_600_000_000);
        assert!(entry.split("\r\n").all(|line| line.len() <= 75 && !line.contains('\n')), "{entry}");
        let whole = entry.replace("\r\n ", "");
        let lines: Vec<&str> = whole.lines().collect();
        for expected in [
            "BEGIN:VCALENDAR",
            "VERSION:2.0",
            "METHOD:PUBLISH",
            "SUMMARY:Meeting",
            "CLASS:PRIVATE",
            &format!("UID:{meeting}@accord.example"),
            &format!("URL:{link}"),
            "DTSTAMP:20261125T094640Z",
            "DTSTART:20261125T100000Z",
            "DTEND:20261125T110000Z",
        ] {
            assert_eq!(lines.iter().filter(|line| **line == expected).count(), 1, "{expected}\n{whole}");
        }
        assert!(!whole.contains("LOCATION") && !whole.contains("ATTENDEE") && !whole.contains("ORGANIZER"));
    }
}

//! Dates of birth as people write them, held against those the record knows: another child's date in a child's record sends
//! somebody to the wrong file.

use jiff::civil::Date;

const SAID: &[&str] = &["date of birth", "d.o.b.", "d.o.b", "dob", "born on", "born"];
/// How far behind the words the date may stand.
const WITHIN: usize = 24;

/// The dates of birth that `text` tells and that are none of `known`, as ISO dates.
pub fn unknown(text: &str, known: &[Date]) -> Vec<Date> {
    let lower = text.to_lowercase();
    let mut found = Vec::new();
    for said in SAID {
        for (at, _) in lower.match_indices(said) {
            let before = lower[..at].chars().next_back();
            let after: String = lower[at + said.len()..].chars().take(WITHIN).collect();
            if before.is_some_and(char::is_alphanumeric) {
                continue;
            }
            if let Some(date) = date(&after)
                && !known.contains(&date)
                && !found.contains(&date)
            {
                found.push(date);
            }
        }
    }
    found
}

/// The first date in `text`: `3 May 2018`, `3rd of May 2018`, `03/05/2018`, `3.5.18`, `2018-05-03`.
fn date(text: &str) -> Option<Date> {
    let pieces: Vec<&str> =
        text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|piece| !matches!(*piece, "" | "of" | "the")).collect();
    pieces.windows(3).find_map(|three| {
        let [one, two, three] = three else { return None };
        let number = |piece: &str| piece.trim_end_matches(|c: char| c.is_ascii_alphabetic()).parse::<i16>().ok();
        let month = |piece: &str| piece.parse::<i8>().ok().or_else(|| month(piece));
        match (number(one)?, month(two)?, number(three)?) {
            (year, month, day) if year > 1000 => Date::new(year, month, i8::try_from(day).ok()?).ok(),
            (day, month, year) => {
                let year = if year < 100 { 2000 + year } else { year };
                Date::new(year, month, i8::try_from(day).ok()?).ok()
            }
        }
    })
}

fn month(name: &str) -> Option<i8> {
    const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    let place = MONTHS.iter().position(|month| name.starts_with(month) && name.len() <= 9)?;
    i8::try_from(place + 1).ok()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_date_of_birth_that_is_no_childs_is_found_however_it_is_written() {
        let known: Vec<Date> = vec!["2018-05-03".parse().unwrap(), "2024-01-31".parse().unwrap()];
        let cases: &[(&str, &[&str])] = &[
            ("Lena (born 3 May 2018)", &[]),
            ("Lena, DOB 03/05/2018", &[]),
            ("born on the 3rd of May 2018", &[]),
            ("D.O.B. 31.1.24", &[]),
            ("Date of birth: 2018-05-03", &[]),
            ("Lena, DOB 05/03/2018", &["2018-03-05"]),
            ("born 4 May 2018, and again born 4 May 2018", &["2018-05-04"]),
            ("Stubborn 3 May 2017", &[]),
            ("She was born in Leeds. Seen on 4 May 2020.", &[]),
            ("born", &[]),
        ];
        for (text, found) in cases {
            let dates: Vec<String> = unknown(text, &known).iter().map(ToString::to_string).collect();
            assert_eq!(dates, *found, "{text}");
        }
    }
}

//! The bank holidays that are shipped, and those a partnership puts in their place.

use std::path::{Path, PathBuf};

use minutes::calendar::{BadList, BankHolidays, Calendars};

/// Shipped with the program, by file name.
const LISTS: &[(&str, &str)] = &[
    ("england_and_wales.toml", include_str!("../../../config/bank-holidays/england_and_wales.toml")),
    ("scotland.toml", include_str!("../../../config/bank-holidays/scotland.toml")),
    ("northern_ireland.toml", include_str!("../../../config/bank-holidays/northern_ireland.toml")),
];

#[derive(Debug, thiserror::Error)]
pub enum CalendarError {
    #[error("the folder of bank holidays can't be read")]
    Folder(#[source] std::io::Error),
    #[error("{0} is no list of bank holidays")]
    File(PathBuf, #[source] Box<toml::de::Error>),
    #[error("{0} can't be counted by")]
    List(PathBuf, #[source] BadList),
}

/// What is shipped, then the lists in `folder` (unless that is empty), which replace it nation by nation.
pub(super) fn load(folder: &str) -> Result<Calendars, CalendarError> {
    let mut calendars = Calendars::default();
    for (name, text) in LISTS {
        add(&mut calendars, Path::new(name), text)?;
    }
    if folder.is_empty() {
        return Ok(calendars);
    }
    let mut paths = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(CalendarError::Folder)? {
        paths.push(entry.map_err(CalendarError::Folder)?.path());
    }
    // Always in the same order: two files may name one nation.
    paths.sort();
    for path in paths.iter().filter(|path| path.extension().is_some_and(|ending| ending == "toml")) {
        add(&mut calendars, path, &std::fs::read_to_string(path).map_err(CalendarError::Folder)?)?;
    }
    Ok(calendars)
}

fn add(calendars: &mut Calendars, path: &Path, text: &str) -> Result<(), CalendarError> {
    let list: BankHolidays =
        toml::from_str(text).map_err(|error| CalendarError::File(path.to_owned(), Box::new(error)))?;
    calendars.add(list).map_err(|error| CalendarError::List(path.to_owned(), error))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn every_nation_has_a_calendar() {
        let calendars = load("").unwrap();
        let nations: Vec<&str> = calendars.nations().map(|(nation, _)| nation).collect();
        assert_eq!(nations, ["england", "northern_ireland", "scotland", "wales"]);
    }

    #[test]
    fn a_partnerships_list_replaces_a_nations_and_a_bad_one_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let list = "name = \"Here\"\nnations = [\"wales\"]\nsource = \"the council\"\nchecked = \"2026-01-01\"\n\
            from = \"2026-01-01\"\nofficial_until = \"2026-12-31\"\nuntil = \"2026-12-31\"\n\
            days = [{ date = \"2026-03-02\", name = \"St David's Day\" }]\n";
        std::fs::write(folder.path().join("wales.toml"), list).unwrap();
        std::fs::write(folder.path().join("notes.txt"), "not a list").unwrap();
        let calendars = load(&folder.path().to_string_lossy()).unwrap();
        assert_eq!(calendars.of("wales").unwrap().name, "Here");
        assert_eq!(calendars.of("england").unwrap().name, "England and Wales");

        std::fs::write(folder.path().join("wales.toml"), list.replace("2026-03-02", "2027-03-01")).unwrap();
        let error = load(&folder.path().to_string_lossy()).unwrap_err();
        assert!(
            matches!(&error, CalendarError::List(path, BadList::OutsideTheList(_)) if path.ends_with("wales.toml"))
        );
        std::fs::write(folder.path().join("wales.toml"), list.replace("days", "dais")).unwrap();
        assert!(matches!(load(&folder.path().to_string_lossy()), Err(CalendarError::File(..))));
    }
}

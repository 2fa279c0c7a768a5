//! Both databases get the same migrations, and each can be taken back.

use std::collections::BTreeSet;

use super::source::{SourceFile, repository};

/// The migrations of one database: (name, "up.sql" or "down.sql").
fn steps(files: &[SourceFile], database: &str) -> BTreeSet<(String, String)> {
    let prefix = format!("migrations/{database}/");
    let inside = files.iter().filter_map(|file| file.path.strip_prefix(&prefix));
    inside.filter_map(|path| path.split_once('/')).map(|(name, step)| (name.to_owned(), step.to_owned())).collect()
}

fn faults(files: &[SourceFile]) -> Vec<String> {
    let (sqlite, postgres) = (steps(files, "sqlite"), steps(files, "postgres"));
    let mut faults: Vec<String> = sqlite
        .symmetric_difference(&postgres)
        .map(|(name, step)| format!("{name}/{step} is there for one database only"))
        .collect();
    for (name, step) in sqlite.union(&postgres) {
        let other = match step.as_str() {
            "up.sql" => "down.sql",
            "down.sql" => "up.sql",
            _ => continue,
        };
        for (database, steps) in [("sqlite", &sqlite), ("postgres", &postgres)] {
            if steps.contains(&(name.clone(), step.clone())) && !steps.contains(&(name.clone(), other.to_owned())) {
                faults.push(format!("{database}/{name} has {step} but no {other}"));
            }
        }
    }
    faults
}

#[test]
fn both_databases_have_the_same_migrations_up_and_down() {
    assert_eq!(faults(&repository()), Vec::<String>::new());
}

#[test]
fn a_missing_migration_or_way_back_is_a_fault() {
    let files = |paths: &[&str]| paths.iter().map(|path| SourceFile::new(path, "")).collect::<Vec<_>>();
    let both = ["migrations/sqlite/1_a/up.sql", "migrations/sqlite/1_a/down.sql"];
    assert_eq!(faults(&files(&both)).len(), 2, "nothing for PostgreSQL");
    let no_way_back = ["migrations/sqlite/1_a/up.sql", "migrations/postgres/1_a/up.sql"];
    assert_eq!(faults(&files(&no_way_back)).len(), 2);
    let whole = [both[0], both[1], "migrations/postgres/1_a/up.sql", "migrations/postgres/1_a/down.sql"];
    assert_eq!(faults(&files(&whole)), Vec::<String>::new());
}

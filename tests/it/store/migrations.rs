//! Both databases have the same tables, and every migration can be undone.

use std::collections::BTreeSet;

use diesel::RunQueryDsl;
use diesel::sql_types::Text;
use server::store::{Connection, OpenError, Store, StoreError, agencies};

use super::database::{Database, on_both_databases};
use super::example::Example;

on_both_databases! {
    migrations_run_down_and_up_again,
    an_up_to_date_database_is_left_as_it_is,
}

#[derive(diesel::QueryableByName)]
struct Column {
    #[diesel(sql_type = Text)]
    described: String,
}

/// `table.column null?` for every column, `table(columns) unique` for every unique key.
async fn shape(database: &Database) -> BTreeSet<String> {
    let columns = database.read(|conn| {
        let found: Vec<Column> = match conn {
            Connection::Sqlite(conn) => diesel::sql_query(SQLITE_SHAPE).load(conn)?,
            Connection::Postgres(conn) => diesel::sql_query(POSTGRES_SHAPE).load(conn)?,
        };
        Ok(found)
    });
    columns.await.into_iter().map(|column| column.described).collect()
}

const SQLITE_SHAPE: &str = "
    SELECT t.name || '.' || c.name || CASE WHEN c.\"notnull\" = 1 OR c.pk > 0 THEN '' ELSE ' null' END AS described
    FROM sqlite_master t JOIN pragma_table_info(t.name) c
    WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite%' AND t.name NOT LIKE '!_!_%' ESCAPE '!'
    UNION
    SELECT t.name || '(' || (SELECT group_concat(name) FROM
        (SELECT i.name FROM pragma_index_info(x.name) i ORDER BY i.seqno)) || ') unique'
    FROM sqlite_master t JOIN pragma_index_list(t.name) x
    WHERE t.type = 'table' AND x.\"unique\" = 1 AND x.origin = 'u'
    UNION
    SELECT t.name || ' -> ' || f.\"table\" || '(' || f.\"from\" || ')'
    FROM sqlite_master t JOIN pragma_foreign_key_list(t.name) f WHERE t.type = 'table'
    UNION
    SELECT 'index ' || name FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL";

const POSTGRES_SHAPE: &str = "
    SELECT table_name || '.' || column_name || CASE is_nullable WHEN 'NO' THEN '' ELSE ' null' END AS described
    FROM information_schema.columns WHERE table_schema = 'public' AND left(table_name, 2) <> '__'
    UNION
    SELECT conrelid::regclass::text || '(' || (SELECT string_agg(attname, ',' ORDER BY k.n) FROM
        unnest(conkey) WITH ORDINALITY k (num, n) JOIN pg_attribute ON attrelid = conrelid AND attnum = num) || ') unique'
    FROM pg_constraint WHERE contype = 'u' AND connamespace = 'public'::regnamespace
    UNION
    SELECT conrelid::regclass::text || ' -> ' || confrelid::regclass::text || '(' ||
        (SELECT attname FROM pg_attribute WHERE attrelid = conrelid AND attnum = conkey[1]) || ')'
    FROM pg_constraint WHERE contype = 'f' AND connamespace = 'public'::regnamespace
    UNION
    SELECT 'index ' || indexname FROM pg_indexes WHERE schemaname = 'public' AND indexname NOT IN
        (SELECT conname FROM pg_constraint)";

#[tokio::test(flavor = "multi_thread")]
async fn both_databases_have_the_same_shape() {
    let (sqlite, postgres) = (shape(&Database::sqlite()).await, shape(&Database::postgres()).await);
    assert!(sqlite.contains("people.email null") && sqlite.contains("documents(meeting_id,part) unique"), "{sqlite:?}");
    assert!(sqlite.contains("seats -> people(person_id)") && sqlite.contains("index seats_by_person"), "{sqlite:?}");
    let differences: Vec<_> = sqlite.symmetric_difference(&postgres).collect();
    assert!(differences.is_empty(), "{differences:#?}");
}

async fn migrations_run_down_and_up_again(database: Database) {
    let before = shape(&database).await;
    Store::revert_migrations(&database.url).unwrap();
    assert_eq!(shape(&database).await, BTreeSet::new());
    Store::migrate(&database.url).unwrap();
    assert_eq!(shape(&database).await, before);
    Example::set_up(&database).await;
}

async fn an_up_to_date_database_is_left_as_it_is(database: Database) {
    let example = Example::set_up(&database).await;
    let again = Store::open(&database.url).unwrap();
    let found: Result<_, StoreError> = again.read(agencies::list).await;
    assert_eq!(found.unwrap(), example.agencies());
}

#[test]
fn a_url_that_names_no_database_is_refused() {
    assert!(matches!(Store::open("mysql://somewhere"), Err(OpenError::UnknownScheme)));
    assert!(matches!(Store::open("sqlite:"), Err(OpenError::NoFile)));
    assert!(matches!(Store::open("sqlite:/nowhere/at/all.db"), Err(OpenError::Connect(_))));
}

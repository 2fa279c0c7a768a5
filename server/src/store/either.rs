//! A connection to either database. In a file of its own and not named `Connection`: the derive brings Diesel's trait
//! of that name into scope, with everything else that stands beside it.

use diesel::{PgConnection, SqliteConnection};

#[derive(diesel::MultiConnection)]
pub enum EitherConnection {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

//! Connections to either database behind one type, and how a URL names one.

use std::fmt;

use diesel::r2d2::{ManageConnection, R2D2Connection};
use diesel::{ConnectionError, PgConnection, SqliteConnection};

use super::{OpenError, portable};

/// A connection to either database. Queries are written once, for both.
#[derive(diesel::MultiConnection)]
pub enum AnyConnection {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

/// Where the database is.
#[derive(Clone, PartialEq, Eq)]
pub(super) enum Location {
    SqliteFile(String),
    PostgresUrl(String),
}

impl Location {
    /// The scheme decides, never what happens to connect: a typing error must not create a database.
    pub(super) fn parse(url: &str) -> Result<Self, OpenError> {
        if let Some(path) = url.strip_prefix("sqlite:") {
            // Every connection to ":memory:" would be a database of its own.
            if path.is_empty() || path.contains(":memory:") {
                return Err(OpenError::NoFile);
            }
            Ok(Self::SqliteFile(path.to_owned()))
        } else if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            Ok(Self::PostgresUrl(url.to_owned()))
        } else {
            Err(OpenError::UnknownScheme)
        }
    }
}

/// Makes connections, for the pool and for the writer.
#[derive(Clone)]
pub(super) struct Connector {
    location: Location,
}

impl Connector {
    pub(super) const fn new(location: Location) -> Self {
        Self { location }
    }

    pub(super) fn establish(&self) -> Result<AnyConnection, ConnectionError> {
        match &self.location {
            Location::SqliteFile(path) => portable::establish_sqlite(path).map(AnyConnection::Sqlite),
            Location::PostgresUrl(url) => portable::establish_postgres(url).map(AnyConnection::Postgres),
        }
    }

    pub(super) const fn has_one_writer(&self) -> bool {
        matches!(self.location, Location::SqliteFile(_))
    }

    /// A server may restart under us; a file does not.
    pub(super) const fn may_lose_connections(&self) -> bool {
        matches!(self.location, Location::PostgresUrl(_))
    }

    pub(super) const fn pool_size(&self) -> u32 {
        match self.location {
            Location::SqliteFile(_) => 8,
            Location::PostgresUrl(_) => 16,
        }
    }
}

/// A URL may hold a password.
impl fmt::Debug for Connector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Connector")
    }
}

impl ManageConnection for Connector {
    type Connection = AnyConnection;
    type Error = diesel::r2d2::Error;

    fn connect(&self) -> Result<AnyConnection, Self::Error> {
        self.establish().map_err(diesel::r2d2::Error::ConnectionError)
    }

    fn is_valid(&self, conn: &mut AnyConnection) -> Result<(), Self::Error> {
        conn.ping().map_err(diesel::r2d2::Error::QueryError)
    }

    /// A connection left inside a transaction, by a panic say, is not handed to the next request.
    fn has_broken(&self, conn: &mut AnyConnection) -> bool {
        std::thread::panicking() || conn.is_broken()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn scheme_decides() {
        assert!(matches!(Location::parse("sqlite:/var/a.db"), Ok(Location::SqliteFile(path)) if path == "/var/a.db"));
        assert!(matches!(Location::parse("postgres://h/d"), Ok(Location::PostgresUrl(_))));
        assert!(matches!(Location::parse("postgresql://h/d"), Ok(Location::PostgresUrl(_))));
        for unknown in ["", "/var/a.db", "mysql://h/d", "Sqlite:/a", "postgres:/h"] {
            assert!(matches!(Location::parse(unknown), Err(OpenError::UnknownScheme)), "{unknown}");
        }
        for fileless in ["sqlite:", "sqlite::memory:", "sqlite:file::memory:?cache=shared"] {
            assert!(matches!(Location::parse(fileless), Err(OpenError::NoFile)), "{fileless}");
        }
    }
}

//! An empty database of either kind, for one test.

use server::store::{Connection, Store, StoreError};
use tempfile::TempDir;

/// Registers test bodies (`async fn(Database)`), each to run on SQLite and on PostgreSQL.
macro_rules! on_both_databases {
    ($($body:ident),+ $(,)?) => {$(
        mod $body {
            #[tokio::test(flavor = "multi_thread")]
            async fn sqlite() {
                super::$body($crate::store::database::Database::sqlite()).await;
            }

            #[tokio::test(flavor = "multi_thread")]
            async fn postgres() {
                super::$body($crate::store::database::Database::postgres()).await;
            }
        }
    )+};
}
pub(crate) use on_both_databases;

pub(crate) struct Database {
    pub(crate) store: Store,
    pub(crate) url: String,
    /// Removed with the test.
    _folder: Option<TempDir>,
}

impl Database {
    pub(crate) fn sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}", folder.path().join("accord.db").display());
        Self { store: Store::open(&url).unwrap(), url, _folder: Some(folder) }
    }

    pub(crate) fn postgres() -> Self {
        let url = tests::postgres::database();
        Self { store: Store::open(&url).unwrap(), url, _folder: None }
    }

    pub(crate) async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Connection) -> Result<T, StoreError> + Send + 'static,
    ) -> T {
        self.store.read(work).await.unwrap()
    }

    pub(crate) async fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Connection) -> Result<T, StoreError> + Send + 'static,
    ) -> T {
        self.store.write(work).await.unwrap()
    }
}

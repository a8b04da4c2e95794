use std::path::{Path, PathBuf};

use tempfile::TempDir;

/// A data folder of a story, and its database.
pub(crate) struct Store {
    folder: TempDir,
    /// `DATABASE_URL`; SQLite in the data folder when absent.
    pub(crate) database_url: Option<String>,
}

impl Store {
    pub(crate) fn sqlite() -> Self {
        Self { folder: tempfile::tempdir().expect("a folder"), database_url: None }
    }

    /// A fresh schema of the PostgreSQL for tests; `None` when it is left out on purpose.
    pub(crate) fn postgres() -> Option<Self> {
        let runtime = tokio::runtime::Runtime::new().expect("a runtime");
        let fresh = runtime.block_on(db::testing::postgres())?;
        let db::Target::Postgres(url) = fresh.settings.target.clone() else {
            panic!("not PostgreSQL");
        };
        // The schema stays behind for the program and goes with the cluster.
        drop(fresh);
        Some(Self { folder: tempfile::tempdir().expect("a folder"), database_url: Some(url) })
    }

    /// Where the program is started.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// `BLOX_DATA_DIR`.
    pub(crate) fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// The address of its database.
    pub(crate) fn url(&self) -> String {
        let own = || format!("sqlite://{}", self.data().join("bloxserver.db").display());
        self.database_url.clone().unwrap_or_else(own)
    }

    /// The variables that name it.
    pub(crate) fn variables(&self) -> Vec<(&'static str, String)> {
        let data = ("BLOX_DATA_DIR", self.data().display().to_string());
        std::iter::once(data).chain(self.database_url.clone().map(|url| ("DATABASE_URL", url))).collect()
    }
}

/// Makes two tests of one story: on SQLite, and on PostgreSQL.
macro_rules! both_stores {
    ($($(#[$attribute:meta])* fn $name:ident($store:ident: &Store) $body:block)*) => {
        $(mod $name {
            use super::*;

            fn story($store: &$crate::rig::Store) $body

            $(#[$attribute])*
            #[test]
            fn sqlite() {
                story(&$crate::rig::Store::sqlite());
            }

            $(#[$attribute])*
            #[test]
            fn postgres() {
                if let Some(store) = $crate::rig::Store::postgres() {
                    story(&store);
                }
            }
        })*
    };
}
pub(crate) use both_stores;

use db::Db;

/// All that executions remember, on one database.
#[derive(Clone, Debug)]
pub struct Journal {
    db: Db,
}

impl Journal {
    /// The journal on that database.
    pub fn new(db: Db) -> Self {
        Self { db }
    }

    pub(crate) fn db(&self) -> &Db {
        &self.db
    }
}

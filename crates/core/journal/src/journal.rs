use db::Db;

use crate::commit::Committer;

/// All that executions remember, on one database; cheap to clone.
#[derive(Clone, Debug)]
pub struct Journal {
    db: Db,
    committer: Committer,
}

impl Journal {
    /// The journal on that database; its writer runs until the last clone is dropped.
    pub fn new(db: Db) -> Self {
        let committer = Committer::start(&db);
        Self { db, committer }
    }

    /// The journal on that database until a fuse blows.
    #[cfg(feature = "testing")]
    pub fn with_fuse(db: Db, fuse: std::sync::Arc<crate::Fuse>) -> Self {
        let committer = Committer::start(&db).with_fuse(fuse);
        Self { db, committer }
    }

    /// Whether the database answers.
    pub async fn ping(&self) -> crate::Result<()> {
        Ok(self.db.ping().await?)
    }

    /// Whether the last thing that was to be written found no room on the database's disk.
    pub fn is_full(&self) -> bool {
        self.committer.is_full()
    }

    /// Gives up every answer of the database that somebody waits for; what was to be written may be there or not.
    pub fn hang_up(&self) {
        self.db.hang_up();
    }

    pub(crate) fn db(&self) -> &Db {
        &self.db
    }

    pub(crate) fn committer(&self) -> &Committer {
        &self.committer
    }
}

use db::Db;
use kit::Timestamp;

use crate::{Error, sql};

/// Records that one transaction looks at; between two of them others write.
const BATCH: u32 = 1_000;

/// Removes the records of calls before a moment; answers how many.
///
/// Ids sort by their birth: the oldest records are found without an index over their times.
pub(crate) async fn prune(db: &Db, before: Timestamp) -> Result<u64, Error> {
    let mut removed = 0;
    loop {
        let batch = db.run(&sql::PRUNE_CALLS, &db::params![before, BATCH]).await?;
        removed += batch;
        if batch < u64::from(BATCH) {
            return Ok(removed);
        }
    }
}

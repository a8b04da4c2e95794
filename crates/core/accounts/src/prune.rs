use db::{Statement, params};
use kit::Timestamp;

use crate::idempotency::KEPT_MS;
use crate::{Accounts, Result, sql};

/// Rows a transaction removes at most, so that others get their turn.
const BATCH: i64 = 500;
/// Svix gives up after about 28 hours; a delivery sent again by hand later is harmless (`updated_at` orders it).
const DELIVERIES_KEPT_MS: i64 = 7 * 24 * 60 * 60 * 1_000;

/// How many rows were of no more use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Pruned {
    /// Answers to requests with an idempotency key.
    pub answers: u64,
    /// Marks of Clerk's deliveries.
    pub deliveries: u64,
    /// Changes in the audit log.
    pub changes: u64,
}

impl Accounts {
    /// Removes what is too old to be asked for, in small transactions; to be called now and then.
    pub async fn prune(&self, now: Timestamp) -> Result<Pruned> {
        Ok(Pruned {
            answers: self.prune_before(&sql::PRUNE_KEYS, now.plus_ms(-KEPT_MS)).await?,
            changes: self.prune_before(&sql::PRUNE_AUDIT_ENTRIES, self.audit_start(now)).await?,
            deliveries: self.prune_before(&sql::PRUNE_CLERK_EVENTS, now.plus_ms(-DELIVERIES_KEPT_MS)).await?,
        })
    }

    async fn prune_before(&self, statement: &'static Statement, moment: Timestamp) -> Result<u64> {
        let mut removed = 0;
        loop {
            let batch = self.db.run(statement, &params![moment, BATCH]).await?;
            removed += batch;
            if batch < BATCH.unsigned_abs() {
                return Ok(removed);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Begin;
    use crate::idempotency::Answer;
    use crate::testing::TestAccounts;

    db::testing::both_databases! {
        async fn what_is_too_old_goes_and_the_rest_stays(db: Db) {
            let accounts = TestAccounts::tokens_only(db).await;
            let ann = accounts.user("ann@example.com").await;
            let start = accounts.sources.clock.now();
            let begin = async |key: &str, now| {
                accounts.idempotency().begin(ann.id, key, ("POST /flows", "hash"), now).await.unwrap()
            };
            for number in 0..BATCH + 1 {
                begin(&format!("old{number}"), start).await;
            }
            let Begin::Fresh(claim) = begin("young", start.plus_ms(1)).await else { panic!() };
            let answer = Answer { status: 200, headers: Vec::new(), body: b"done".to_vec() };
            assert!(accounts.idempotency().finish(claim, &answer).await.unwrap());
            accounts.db.run(&sql::NOTE_CLERK_EVENT, &params!["msg_1", start]).await.unwrap();
            let day = start.plus_ms(KEPT_MS);
            assert_eq!(accounts.prune(day).await.unwrap(), Pruned { answers: 501, deliveries: 0, changes: 0 });
            assert_eq!(begin("young", day).await, Begin::Replay(answer));
            let week = start.plus_ms(DELIVERIES_KEPT_MS + 1);
            assert_eq!(accounts.prune(week).await.unwrap(), Pruned { answers: 1, deliveries: 1, changes: 0 });
        }
    }
}

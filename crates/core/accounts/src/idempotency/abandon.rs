use db::params;

use super::{Claim, Idempotency};
use crate::{Result, sql};

impl Idempotency {
    /// Gives a key back without an answer: the next repetition is done anew.
    pub async fn abandon(&self, claim: Claim) -> Result<()> {
        self.0.db.run(&sql::ABANDON_KEY, &params![claim.owner, claim.key, claim.begun_at]).await?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use crate::Begin;
    use crate::testing::TestAccounts;

    db::testing::both_databases! {
        async fn a_key_given_back_is_free(db: Db) {
            let accounts = TestAccounts::tokens_only(db).await;
            let ann = accounts.user("ann@example.com").await;
            let (memory, now) = (accounts.idempotency(), accounts.sources.clock.now());
            let Begin::Fresh(claim) = memory.begin(ann.id, "key", ("POST /flows", "h1"), now).await.unwrap() else { panic!() };
            memory.abandon(claim).await.unwrap();
            assert!(matches!(memory.begin(ann.id, "key", ("POST /runs", "h2"), now).await.unwrap(), Begin::Fresh(_)));
        }
    }
}

use db::params;

use super::{Answer, Claim, Idempotency};
use crate::{Purpose, Result, sql};

impl Idempotency {
    /// Keeps the answer for repetitions; `false` when the claim was lost to one of them meanwhile.
    pub async fn finish(&self, claim: Claim, answer: &Answer) -> Result<bool> {
        let sealed = self.0.vault.seal(claim.owner, Purpose::ANSWER, &claim.key, &answer.body)?;
        let headers = serde_json::json!(answer.headers).to_string();
        let status = i64::from(answer.status);
        let values = params![claim.owner, claim.key, claim.begun_at, status, headers, sealed];
        Ok(self.0.db.run(&sql::KEEP_ANSWER, &values).await? > 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Begin;
    use crate::testing::TestAccounts;

    db::testing::both_databases! {
        async fn a_new_token_in_an_answer_is_not_readable_in_the_database_nor_in_a_log(db: Db) {
            let accounts = TestAccounts::tokens_only(db).await;
            let ann = accounts.user("ann@example.com").await;
            let (memory, now) = (accounts.idempotency(), accounts.sources.clock.now());
            let Begin::Fresh(claim) = memory.begin(ann.id, "key", ("POST /tokens", "h1"), now).await.unwrap() else { panic!() };
            let answer = Answer { status: 201, headers: Vec::new(), body: b"blx_canary".to_vec() };
            memory.finish(claim, &answer).await.unwrap();
            let row = accounts.db.one(&sql::FIND_KEY, &params![ann.id, "key"]).await.unwrap();
            let sealed: Vec<u8> = row.get(5).unwrap();
            assert!(!sealed.windows(6).any(|part| part == b"canary"));
            assert_eq!(format!("{answer:?}"), "Answer { status: 201, body: ***, .. }");
        }
    }
}

use db::{Row, params};
use kit::Timestamp;
use kit::ids::OwnerId;

use super::{Answer, Begin, Claim, Idempotency, KEPT_MS};
use crate::{Error, Purpose, Result, sql};

/// After this long without an answer, a repetition takes the request over: its process is gone.
const PENDING_MS: i64 = 60_000;
const KEY_MAX_BYTES: usize = 255;

impl Idempotency {
    /// Claims a key for a request, or says what became of the request that had it.
    ///
    /// The request is its route, which names the operation with its parameters, and the caller's hash of its body. Of several
    /// repetitions at a time one is `Fresh`. Fails with `Invalid` for a key that is empty, long or not plain ASCII.
    pub async fn begin(
        &self,
        owner: OwnerId,
        key: &str,
        (route, body_hash): (&str, &str),
        now: Timestamp,
    ) -> Result<Begin> {
        if key.is_empty() || key.len() > KEY_MAX_BYTES || !key.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(Error::invalid(
                "Idempotency-Key",
                format!("must be 1 to {KEY_MAX_BYTES} plain ASCII characters"),
            ));
        }
        let (over, left) = (now.plus_ms(-KEPT_MS), now.plus_ms(-PENDING_MS));
        let values = params![owner, key, route, body_hash, now, over, left];
        if !self.0.db.returning(&sql::CLAIM_KEY, &values).await?.is_empty() {
            return Ok(Begin::Fresh(Claim { owner, key: key.to_owned(), begun_at: now }));
        }
        match self.0.db.maybe(&sql::FIND_KEY, &params![owner, key]).await? {
            Some(row) => self.known(owner, key, (route, body_hash), &row),
            // Abandoned since: the next repetition will find the key free.
            None => Ok(Begin::InProgress),
        }
    }

    fn known(&self, owner: OwnerId, key: &str, request: (&str, &str), row: &Row) -> Result<Begin> {
        let (route, body_hash, state): (String, String, String) = (row.get(0)?, row.get(1)?, row.get(2)?);
        if (route.as_str(), body_hash.as_str()) != request {
            return Ok(Begin::Conflict);
        }
        if state == "pending" {
            return Ok(Begin::InProgress);
        }
        let sealed: Vec<u8> = row.get(5)?;
        let damaged = |_| Error::Sealed { what: "a stored answer".to_owned(), reason: "its head is damaged" };
        Ok(Begin::Replay(Answer {
            status: row.get::<i64>(3)?.try_into().map_err(|_| damaged(()))?,
            headers: serde_json::from_str(&row.get::<String>(4)?).map_err(|_| damaged(()))?,
            body: self.0.vault.open_bytes(owner, Purpose::ANSWER, key, &sealed)?.expose().clone(),
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::TestAccounts;

    fn answer() -> Answer {
        Answer {
            status: 201,
            headers: vec![("location".to_owned(), "/x".to_owned())],
            body: b"{\"a\":\xff}".to_vec(),
        }
    }

    db::testing::both_databases! {
        async fn a_repetition_gets_the_same_answer_for_a_day(db: Db) {
            let accounts = TestAccounts::tokens_only(db).await;
            let ann = accounts.user("ann@example.com").await;
            let (memory, now) = (accounts.idempotency(), accounts.sources.clock.now());
            let begin = async |after_ms| memory.begin(ann.id, "key", ("POST /flows", "h1"), now.plus_ms(after_ms)).await.unwrap();
            let Begin::Fresh(claim) = begin(0).await else { panic!() };
            assert_eq!(begin(1).await, Begin::InProgress);
            assert!(memory.finish(claim, &answer()).await.unwrap());
            assert_eq!(begin(2).await, Begin::Replay(answer()));
            assert_eq!(begin(KEPT_MS - 1).await, Begin::Replay(answer()));
            assert!(matches!(begin(KEPT_MS).await, Begin::Fresh(_)));
        }

        async fn a_key_belongs_to_one_request_of_one_owner(db: Db) {
            let accounts = TestAccounts::tokens_only(db).await;
            let (ann, bob) = (accounts.user("ann@example.com").await, accounts.user("bob@example.com").await);
            let (memory, now) = (accounts.idempotency(), accounts.sources.clock.now());
            let Begin::Fresh(claim) = memory.begin(ann.id, "key", ("POST /flows", "h1"), now).await.unwrap() else { panic!() };
            for after_ms in [0, PENDING_MS] {
                let now = now.plus_ms(after_ms);
                assert_eq!(memory.begin(ann.id, "key", ("POST /flows", "h2"), now).await.unwrap(), Begin::Conflict);
                assert_eq!(memory.begin(ann.id, "key", ("POST /runs", "h1"), now).await.unwrap(), Begin::Conflict);
            }
            memory.finish(claim, &answer()).await.unwrap();
            assert_eq!(memory.begin(ann.id, "key", ("POST /flows", "h2"), now).await.unwrap(), Begin::Conflict);
            assert!(matches!(memory.begin(bob.id, "key", ("POST /flows", "h2"), now).await.unwrap(), Begin::Fresh(_)));
        }

        async fn of_many_repetitions_at_a_time_one_is_done(db: Db) {
            let accounts = TestAccounts::tokens_only(db).await;
            let ann = accounts.user("ann@example.com").await;
            let (memory, now) = (accounts.idempotency(), accounts.sources.clock.now());
            let requests = (0..20).map(|_| {
                let memory = memory.clone();
                tokio::spawn(async move { memory.begin(ann.id, "key", ("POST /flows", "h1"), now).await.unwrap() })
            });
            let mut fresh = 0;
            for request in requests.collect::<Vec<_>>() {
                match request.await.unwrap() {
                    Begin::Fresh(_) => fresh += 1,
                    other => assert_eq!(other, Begin::InProgress),
                }
            }
            assert_eq!(fresh, 1);
        }

        async fn a_request_left_for_a_minute_is_taken_over_and_the_late_answer_is_dropped(db: Db) {
            let accounts = TestAccounts::tokens_only(db).await;
            let ann = accounts.user("ann@example.com").await;
            let (memory, now) = (accounts.idempotency(), accounts.sources.clock.now());
            let begin = async |after_ms| memory.begin(ann.id, "key", ("POST /flows", "h1"), now.plus_ms(after_ms)).await.unwrap();
            let Begin::Fresh(first) = begin(0).await else { panic!() };
            assert_eq!(begin(PENDING_MS - 1).await, Begin::InProgress);
            let Begin::Fresh(second) = begin(PENDING_MS).await else { panic!() };
            let late = Answer { status: 500, ..answer() };
            assert!(!memory.finish(first.clone(), &late).await.unwrap());
            memory.abandon(first).await.unwrap();
            assert!(memory.finish(second, &answer()).await.unwrap());
            assert_eq!(begin(PENDING_MS + 1).await, Begin::Replay(answer()));
        }

        async fn a_key_is_plain_and_short(db: Db) {
            let accounts = TestAccounts::tokens_only(db).await;
            let ann = accounts.user("ann@example.com").await;
            let now = accounts.sources.clock.now();
            let begin = async |key: &str| accounts.idempotency().begin(ann.id, key, ("POST /flows", "h1"), now).await;
            for bad in ["", "a b", "ä", "a\0", &"x".repeat(256)] {
                assert!(matches!(begin(bad).await, Err(Error::Invalid { .. })), "{bad}");
            }
            assert!(begin(&"x".repeat(255)).await.is_ok());
        }
    }
}

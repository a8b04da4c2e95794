use db::params;
use kit::ids::OwnerId;
use kit::{Secret, Timestamp};

use crate::{Accounts, Purpose, Result, sql};

/// `lastUsedAt` is exact to this; each call of a model would be a write otherwise.
const LAST_USED_STEP_MS: i64 = 60_000;

impl Accounts {
    /// A user's own key for a provider, to be used now; none when there is none or the provider refused it.
    pub async fn provider_key(&self, owner: OwnerId, provider: &str) -> Result<Option<Secret>> {
        let Some(row) = self.db.maybe(&sql::FIND_PROVIDER_KEY, &params![owner, provider, true]).await? else {
            return Ok(None);
        };
        let sealed: Vec<u8> = row.get(0)?;
        let key = self.vault.open(owner, Purpose::PROVIDER_KEY, provider, &sealed)?;
        self.touch_provider_key(owner, provider, row.get(1)?).await;
        Ok(Some(key))
    }

    /// Notes the use. A database that cannot write just now keeps no model from answering.
    async fn touch_provider_key(&self, owner: OwnerId, provider: &str, last_used_at: Option<Timestamp>) {
        let now = self.sources.clock.now();
        let before = now.plus_ms(-LAST_USED_STEP_MS);
        if last_used_at.is_some_and(|moment| moment > before) {
            return;
        }
        let values = params![owner, provider, now, before];
        if let Err(error) = self.db.run(&sql::TOUCH_PROVIDER_KEY, &values).await {
            tracing::warn!(%error, %owner, provider, "the last use of a provider key was not noted");
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::TestAccounts;

    db::testing::both_databases! {
        async fn a_key_is_given_to_its_owner_only_and_the_use_is_noted_once_a_minute(db: Db) {
            let accounts = TestAccounts::tokens_only(db).await;
            let (ann, bob) = (accounts.user("ann@example.com").await, accounts.user("bob@example.com").await);
            let start = accounts.sources.clock.now();
            accounts.add_provider_key(ann.id, "openai", &"sk-0123456789".into()).await.unwrap();
            assert_eq!(accounts.provider_key(bob.id, "openai").await.unwrap(), None);
            assert_eq!(accounts.provider_key(ann.id, "xai").await.unwrap(), None);
            for (step_ms, noted_ms) in [(0, 0), (59_999, 0), (1, 60_000)] {
                accounts.sources.clock.advance_ms(step_ms);
                assert!(accounts.provider_key(ann.id, "openai").await.unwrap().is_some());
                let info = accounts.list_provider_keys(ann.id).await.unwrap().remove(0);
                assert_eq!(info.last_used_at, Some(start.plus_ms(noted_ms)), "{step_ms} ms later");
            }
        }
    }
}

use db::params;
use kit::Secret;
use kit::ids::OwnerId;
use subtle::ConstantTimeEq;

use crate::{Accounts, Purpose, Result, sql};

const REASON_MAX_CHARS: usize = 255;

impl Accounts {
    /// Notes that a provider refused a user's key: from now on it is not used, and shown as invalid.
    ///
    /// Answers whether it was the present key: one that was brought in the meantime stays valid.
    pub async fn refuse_provider_key(
        &self,
        owner: OwnerId,
        provider: &str,
        key: &Secret,
        reason: &str,
    ) -> Result<bool> {
        let Some(row) = self.db.maybe(&sql::FIND_PROVIDER_KEY, &params![owner, provider, true]).await? else {
            return Ok(false);
        };
        let sealed: Vec<u8> = row.get(0)?;
        let present = self.vault.open(owner, Purpose::PROVIDER_KEY, provider, &sealed)?;
        if !bool::from(present.expose().as_bytes().ct_eq(key.expose().as_bytes())) {
            return Ok(false);
        }
        let printable = reason.chars().filter(|letter| !letter.is_control());
        let reason: String = printable.take(REASON_MAX_CHARS).collect();
        // Providers like to repeat the key that they refuse.
        let reason = reason.replace(key.expose().as_str(), "***");
        let values = params![owner, provider, false, reason, self.sources.clock.now(), sealed];
        Ok(self.db.run(&sql::REFUSE_PROVIDER_KEY, &values).await? > 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::TestAccounts;

    db::testing::both_databases! {
        async fn a_refused_key_is_not_used_again(db: Db) {
            let accounts = TestAccounts::tokens_only(db).await;
            let ann = accounts.user("ann@example.com").await;
            let key = Secret::from("sk-0123456789");
            accounts.add_provider_key(ann.id, "openai", &key).await.unwrap();
            let reason = "Incorrect API key: sk-0123456789\0";
            assert!(accounts.refuse_provider_key(ann.id, "openai", &key, reason).await.unwrap());
            assert_eq!(accounts.provider_key(ann.id, "openai").await.unwrap(), None);
            let info = accounts.list_provider_keys(ann.id).await.unwrap().remove(0);
            assert_eq!((info.is_valid, info.last_error.as_deref()), (false, Some("Incorrect API key: ***")));
            accounts.add_provider_key(ann.id, "openai", &key).await.unwrap();
            let info = accounts.list_provider_keys(ann.id).await.unwrap().remove(0);
            assert_eq!((info.is_valid, info.last_error), (true, None));
        }

        async fn a_key_that_was_replaced_meanwhile_stays_valid(db: Db) {
            let accounts = TestAccounts::tokens_only(db).await;
            let ann = accounts.user("ann@example.com").await;
            let old = Secret::from("sk-0123456789-old");
            accounts.add_provider_key(ann.id, "openai", &"sk-0123456789-new".into()).await.unwrap();
            assert!(!accounts.refuse_provider_key(ann.id, "openai", &old, "no").await.unwrap());
            assert!(!accounts.refuse_provider_key(ann.id, "xai", &old, "no").await.unwrap());
            assert!(accounts.provider_key(ann.id, "openai").await.unwrap().is_some());
        }
    }
}

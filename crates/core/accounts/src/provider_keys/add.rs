use db::params;
use kit::Secret;
use kit::ids::OwnerId;

use super::ProviderKeyInfo;
use crate::hint::hint;
use crate::{Accounts, Error, Purpose, Result, sql};

/// The original's figure.
const KEY_MIN_BYTES: usize = 10;
const KEY_MAX_BYTES: usize = 512;

impl Accounts {
    /// Keeps a user's key for a provider, in the place of an earlier one.
    ///
    /// Fails with `Invalid` for an unknown provider (`provider`) and for what no header can carry (`apiKey`). Whether
    /// the provider takes the key is not asked here.
    pub async fn add_provider_key(
        &self,
        owner: OwnerId,
        provider: &str,
        key: &Secret,
    ) -> Result<ProviderKeyInfo> {
        if !self.settings.providers().iter().any(|known| known == provider) {
            let known = self.settings.providers().join(", ");
            return Err(Error::invalid("provider", format!("is not known; use one of {known}")));
        }
        let key = Secret::from(key.expose().trim());
        check(&key)?;
        let sealed = self.vault.seal(owner, Purpose::PROVIDER_KEY, provider, key.expose().as_bytes())?;
        let mut tx = self.db.begin().await?;
        if tx.run(&sql::LOCK_USER, &params![owner]).await? == 0 {
            return Err(Error::NotFound);
        }
        let values = params![owner, provider, sealed, hint(&key), true, self.sources.clock.now()];
        let row = tx.one(&sql::PUT_PROVIDER_KEY, &values).await?;
        tx.commit().await?;
        ProviderKeyInfo::from_row(&row)
    }
}

fn check(key: &Secret) -> Result<()> {
    let length = key.expose().len();
    if !(KEY_MIN_BYTES..=KEY_MAX_BYTES).contains(&length) {
        return Err(Error::invalid(
            "apiKey",
            format!("must have {KEY_MIN_BYTES} to {KEY_MAX_BYTES} characters"),
        ));
    }
    if !key.expose().bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(Error::invalid("apiKey", "must not hold spaces, line ends or letters beyond ASCII"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::TestAccounts;

    db::testing::both_databases! {
        async fn a_key_is_kept_sealed_and_shown_by_its_end(db: Db) {
            let accounts = TestAccounts::tokens_only(db).await;
            let ann = accounts.user("ann@example.com").await;
            let key = Secret::from(" sk-proj-0123456789abcdefghij\n");
            let info = accounts.add_provider_key(ann.id, "openai", &key).await.unwrap();
            assert_eq!(info.key_hint.as_deref(), Some("...efghij"));
            assert!(info.is_valid && info.last_used_at.is_none());
            let kept = accounts.provider_key(ann.id, "openai").await.unwrap().unwrap();
            assert_eq!(kept.expose(), "sk-proj-0123456789abcdefghij");
            let row = accounts.db.one(&sql::FIND_PROVIDER_KEY, &params![ann.id, "openai", true]).await.unwrap();
            let sealed: Vec<u8> = row.get(0).unwrap();
            assert!(!sealed.windows(8).any(|part| part == b"01234567"));
        }

        async fn a_second_key_takes_the_place_of_the_first(db: Db) {
            let accounts = TestAccounts::tokens_only(db).await;
            let ann = accounts.user("ann@example.com").await;
            accounts.add_provider_key(ann.id, "openai", &"sk-0123456789-old".into()).await.unwrap();
            accounts.add_provider_key(ann.id, "openai", &"sk-0123456789-new".into()).await.unwrap();
            assert_eq!(accounts.list_provider_keys(ann.id).await.unwrap().len(), 1);
            assert_eq!(accounts.provider_key(ann.id, "openai").await.unwrap().unwrap().expose(), "sk-0123456789-new");
        }

        async fn what_cannot_be_a_key_is_refused(db: Db) {
            let accounts = TestAccounts::tokens_only(db).await;
            let ann = accounts.user("ann@example.com").await;
            let long = "x".repeat(513);
            for bad in ["", "short", "with a space in it", "line\r\nInjected: x", "schlüssel-0123", &long] {
                let refused = accounts.add_provider_key(ann.id, "openai", &bad.into()).await.unwrap_err();
                assert!(matches!(refused, Error::Invalid { field: "apiKey", .. }), "{bad}: {refused}");
                assert!(bad.is_empty() || !refused.to_string().contains(bad));
            }
            let refused = accounts.add_provider_key(ann.id, "mistral", &"sk-0123456789".into()).await.unwrap_err();
            assert!(refused.to_string().contains("openai, anthropic, xai"), "{refused}");
            let nobody = OwnerId::from_u128(404);
            let refused = accounts.add_provider_key(nobody, "openai", &"sk-0123456789".into()).await;
            assert!(matches!(refused, Err(Error::NotFound)));
        }
    }
}

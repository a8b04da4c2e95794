use db::params;
use kit::ids::OwnerId;

use super::ProviderKeyInfo;
use crate::{Accounts, Result, sql};

impl Accounts {
    /// A user's provider keys, by provider.
    pub async fn list_provider_keys(&self, owner: OwnerId) -> Result<Vec<ProviderKeyInfo>> {
        let rows = self.db.all(&sql::LIST_PROVIDER_KEYS, &params![owner]).await?;
        rows.iter().map(ProviderKeyInfo::from_row).collect()
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::TestAccounts;

    db::testing::both_databases! {
        async fn a_user_sees_the_own_keys_only(db: Db) {
            let accounts = TestAccounts::tokens_only(db).await;
            let (ann, bob) = (accounts.user("ann@example.com").await, accounts.user("bob@example.com").await);
            for (user, provider) in [(&ann, "xai"), (&ann, "anthropic"), (&bob, "openai")] {
                accounts.add_provider_key(user.id, provider, &"sk-0123456789".into()).await.unwrap();
            }
            let listed = accounts.list_provider_keys(ann.id).await.unwrap();
            let providers: Vec<_> = listed.iter().map(|info| info.provider.as_str()).collect();
            assert_eq!(providers, ["anthropic", "xai"]);
            let json = serde_json::to_value(&listed[0]).unwrap();
            let fields: Vec<_> = json.as_object().unwrap().keys().collect();
            assert_eq!(fields, ["provider", "keyHint", "isValid", "lastUsedAt", "createdAt"]);
        }
    }
}

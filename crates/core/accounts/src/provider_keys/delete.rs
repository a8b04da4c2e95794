use db::params;
use kit::ids::OwnerId;

use crate::{Accounts, Error, Result, sql};

impl Accounts {
    /// Removes a user's key for a provider.
    pub async fn delete_provider_key(&self, owner: OwnerId, provider: &str) -> Result<()> {
        match self.db.run(&sql::REMOVE_PROVIDER_KEY, &params![owner, provider]).await? {
            0 => Err(Error::NotFound),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::Error;
    use crate::testing::TestAccounts;

    db::testing::both_databases! {
        async fn a_user_removes_the_own_key_only(db: Db) {
            let accounts = TestAccounts::tokens_only(db).await;
            let (ann, bob) = (accounts.user("ann@example.com").await, accounts.user("bob@example.com").await);
            accounts.add_provider_key(ann.id, "openai", &"sk-0123456789".into()).await.unwrap();
            assert!(matches!(accounts.delete_provider_key(bob.id, "openai").await, Err(Error::NotFound)));
            accounts.delete_provider_key(ann.id, "openai").await.unwrap();
            assert_eq!(accounts.provider_key(ann.id, "openai").await.unwrap(), None);
            assert!(matches!(accounts.delete_provider_key(ann.id, "openai").await, Err(Error::NotFound)));
        }
    }
}

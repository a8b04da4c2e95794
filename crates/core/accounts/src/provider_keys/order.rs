use db::params;
use kit::ids::OwnerId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{Accounts, Error, Result, sql};

/// Whose keys a user's calls of models are made with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum KeyOrder {
    /// The user's own, and the server's where there is none or it fails.
    #[default]
    OwnFirst,
    /// The user's own and no other.
    OwnOnly,
}

impl Accounts {
    /// Whose keys a user wants used.
    pub async fn key_order(&self, owner: OwnerId) -> Result<KeyOrder> {
        let row = self.db.maybe(&sql::FIND_KEY_ORDER, &params![owner]).await?.ok_or(Error::NotFound)?;
        Ok(if row.get(0)? { KeyOrder::OwnOnly } else { KeyOrder::OwnFirst })
    }

    /// Notes whose keys a user wants used.
    pub async fn set_key_order(&self, owner: OwnerId, order: KeyOrder) -> Result<()> {
        let values = params![owner, order == KeyOrder::OwnOnly, self.sources.clock.now()];
        match self.db.run(&sql::SET_KEY_ORDER, &values).await? {
            0 => Err(Error::NotFound),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::TestAccounts;

    db::testing::both_databases! {
        async fn the_server_s_keys_are_used_too_until_the_user_says_otherwise(db: Db) {
            let accounts = TestAccounts::tokens_only(db).await;
            let (ann, bob) = (accounts.user("ann@example.com").await, accounts.user("bob@example.com").await);
            assert_eq!(accounts.key_order(ann.id).await.unwrap(), KeyOrder::OwnFirst);
            accounts.set_key_order(ann.id, KeyOrder::OwnOnly).await.unwrap();
            assert_eq!(accounts.key_order(ann.id).await.unwrap(), KeyOrder::OwnOnly);
            assert_eq!(accounts.key_order(bob.id).await.unwrap(), KeyOrder::OwnFirst);
            let nobody = OwnerId::from_u128(404);
            assert!(matches!(accounts.set_key_order(nobody, KeyOrder::OwnOnly).await, Err(Error::NotFound)));
        }
    }
}

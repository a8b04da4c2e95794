use db::params;
use kit::ids::OwnerId;

use super::TokenInfo;
use crate::{Accounts, Result, sql};

impl Accounts {
    /// An owner's tokens, newest first; expired ones are among them until they are revoked.
    pub async fn list_tokens(&self, owner: OwnerId) -> Result<Vec<TokenInfo>> {
        let rows = self.db.all(&sql::LIST_TOKENS, &params![owner]).await?;
        rows.iter().map(TokenInfo::from_row).collect()
    }

    /// Whether anybody could sign in with a personal token.
    pub async fn has_any_token(&self) -> Result<bool> {
        let now = self.sources.clock.now();
        Ok(self.db.maybe(&sql::ANY_TOKEN, &params![now]).await?.is_some())
    }
}

#[cfg(test)]
mod tests {
    use crate::TokenRequest;
    use crate::testing::{TestAccounts, token_request};

    db::testing::both_databases! {
        async fn an_owner_sees_the_own_tokens_only_newest_first(db: Db) {
            let accounts = TestAccounts::tokens_only(db).await;
            let (ann, bob) = (accounts.user("ann@example.com").await, accounts.user("bob@example.com").await);
            for (user, name) in [(&ann, "first"), (&bob, "other"), (&ann, "second")] {
                accounts.create_token(user.id, token_request(name)).await.unwrap();
                accounts.sources.clock.advance_ms(1);
            }
            let names: Vec<_> = accounts.list_tokens(ann.id).await.unwrap().into_iter().map(|info| info.name).collect();
            assert_eq!(names, ["second", "first"]);
        }

        async fn an_expired_token_lets_nobody_in(db: Db) {
            let accounts = TestAccounts::tokens_only(db).await;
            let ann = accounts.user("ann@example.com").await;
            let expires_at = Some(accounts.sources.clock.now().plus_ms(1_000));
            accounts.create_token(ann.id, TokenRequest { expires_at, ..token_request("short") }).await.unwrap();
            assert!(accounts.has_any_token().await.unwrap());
            accounts.sources.clock.advance_ms(1_000);
            assert!(!accounts.has_any_token().await.unwrap());
        }
    }
}

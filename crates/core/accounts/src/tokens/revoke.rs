use db::params;
use kit::ids::{OwnerId, TokenId};

use crate::{Accounts, Error, Result, sql};

impl Accounts {
    /// Ends a token: at once in this process, within seconds (the memory of sessions) in others.
    pub async fn revoke_token(&self, owner: OwnerId, id: TokenId) -> Result<()> {
        let removed = self.db.run(&sql::REMOVE_TOKEN, &params![id, owner]).await?;
        self.sessions.forget_token(id);
        if removed == 0 { Err(Error::NotFound) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use crate::Error;
    use crate::testing::{TestAccounts, token_request};

    db::testing::both_databases! {
        async fn a_revoked_token_is_dead_at_once(db: Db) {
            let accounts = TestAccounts::tokens_only(db).await;
            let ann = accounts.user("ann@example.com").await;
            let token = accounts.create_token(ann.id, token_request("x")).await.unwrap();
            let header = format!("Bearer {}", token.secret.expose());
            accounts.sign_in(&header).await.unwrap();
            accounts.revoke_token(ann.id, token.info.id).await.unwrap();
            assert!(matches!(accounts.sign_in(&header).await, Err(Error::Unauthenticated)));
            assert!(matches!(accounts.revoke_token(ann.id, token.info.id).await, Err(Error::NotFound)));
        }

        async fn nobody_revokes_the_token_of_another(db: Db) {
            let accounts = TestAccounts::tokens_only(db).await;
            let (ann, bob) = (accounts.user("ann@example.com").await, accounts.user("bob@example.com").await);
            let token = accounts.create_token(ann.id, token_request("x")).await.unwrap();
            assert!(matches!(accounts.revoke_token(bob.id, token.info.id).await, Err(Error::NotFound)));
            accounts.sign_in(&format!("Bearer {}", token.secret.expose())).await.unwrap();
        }
    }
}

use db::params;
use kit::Timestamp;

use super::{Scopes, TokenText, VerifiedToken};
use crate::{Accounts, Error, Result, User, sql};

/// `lastUsedAt` is exact to this; each request would be a write otherwise.
const LAST_USED_STEP_MS: i64 = 60_000;

impl Accounts {
    /// Who a personal token stands for. Mistyped ones do not reach the database.
    ///
    /// Looked up by its hash: how long the comparison takes tells nothing about the token.
    pub(crate) async fn verify_token(&self, text: &str, now: Timestamp) -> Result<VerifiedToken> {
        let text = TokenText::parse(text).ok_or(Error::Unauthenticated)?;
        let row = self.db.maybe(&sql::FIND_TOKEN, &params![text.hash(), now]).await?;
        let row = row.ok_or(Error::Unauthenticated)?;
        let token = VerifiedToken {
            id: row.get(0)?,
            scopes: Scopes::from_column(&row.get::<String>(1)?),
            expires_at: row.get(2)?,
            user: User::from_row(&row, 4)?,
        };
        self.touch_token(&token, row.get(3)?, now).await;
        Ok(token)
    }

    /// Notes the use. A database that cannot write just now keeps nobody out.
    async fn touch_token(&self, token: &VerifiedToken, last_used_at: Option<Timestamp>, now: Timestamp) {
        let before = now.plus_ms(-LAST_USED_STEP_MS);
        if last_used_at.is_some_and(|moment| moment > before) {
            return;
        }
        let values = params![token.id, token.user.id, now, before];
        if let Err(error) = self.db.run(&sql::TOUCH_TOKEN, &values).await {
            tracing::warn!(%error, token = %token.id, "the last use of a token was not noted");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{TestAccounts, token_request};
    use crate::{TokenRequest, Via};

    db::testing::both_databases! {
        async fn a_token_signs_its_owner_in_until_it_expires(db: Db) {
            let accounts = TestAccounts::tokens_only(db).await;
            let ann = accounts.user("ann@example.com").await;
            let expires_at = Some(accounts.sources.clock.now().plus_ms(2_000));
            let request = TokenRequest { expires_at, ..token_request("x") };
            let token = accounts.create_token(ann.id, request).await.unwrap();
            let header = format!("Bearer {}", token.secret.expose());
            let session = accounts.sign_in(&header).await.unwrap();
            assert_eq!(session.user, ann);
            assert_eq!(session.via, Via::Token { token_id: token.info.id, scopes: token.info.scopes });
            // Also while the session is remembered.
            accounts.sources.clock.advance_ms(2_000);
            assert!(matches!(accounts.sign_in(&header).await, Err(Error::Unauthenticated)));
        }

        async fn the_last_use_is_written_once_a_minute(db: Db) {
            let accounts = TestAccounts::tokens_only(db).await;
            let ann = accounts.user("ann@example.com").await;
            let token = accounts.create_token(ann.id, token_request("x")).await.unwrap();
            let start = accounts.sources.clock.now();
            let mut seen = Vec::new();
            for _ in 0..13 {
                accounts.sign_in(&format!("Bearer {}", token.secret.expose())).await.unwrap();
                let info = accounts.list_tokens(ann.id).await.unwrap().remove(0);
                seen.push(info.last_used_at.unwrap().since_ms(start));
                accounts.sources.clock.advance_ms(10_000);
            }
            assert_eq!(seen, [0, 0, 0, 0, 0, 0, 60_000, 60_000, 60_000, 60_000, 60_000, 60_000, 120_000]);
        }
    }
}

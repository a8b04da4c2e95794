use db::params;
use kit::Timestamp;
use kit::ids::OwnerId;

use super::{NewToken, TOKENS_LIMIT, TokenInfo, TokenRequest, TokenText};
use crate::users::{Email, Identity, Profile};
use crate::{Accounts, Error, Result, User, sql};

/// The issuer of users whom the command line made; their subject is the address.
const LOCAL_ISSUER: &str = "local";
const NAME_MAX_CHARS: usize = 100;

impl Accounts {
    /// Makes a token for a user; the answer holds it, and nothing shows it again.
    ///
    /// Fails with `Invalid` for a name that is empty or too long or an expiry in the past, with `LimitReached` when
    /// there are [`TOKENS_LIMIT`].
    pub async fn create_token(&self, owner: OwnerId, request: TokenRequest) -> Result<NewToken> {
        let now = self.sources.clock.now();
        check(&request, now)?;
        let text = TokenText::random(&self.sources.entropy);
        let info = TokenInfo {
            id: self.sources.id(),
            name: request.name.trim().to_owned(),
            prefix: text.prefix(),
            scopes: request.scopes,
            expires_at: request.expires_at,
            last_used_at: None,
            created_at: now,
        };
        self.insert_token(owner, &info, &text).await?;
        Ok(NewToken { info, secret: text.into_secret() })
    }

    /// Makes a token for whoever has that address, and the user too when nobody has it.
    pub async fn create_token_for_email(
        &self,
        email: &str,
        request: TokenRequest,
    ) -> Result<(User, NewToken)> {
        let email = Email::parse(email)?;
        check(&request, self.sources.clock.now())?;
        let user = match self.users_by_email(&email).await?.into_iter().next() {
            Some(user) => user,
            None => {
                let identity = Identity { issuer: LOCAL_ISSUER, subject: email.key() };
                let profile = Profile { email: Some(email.clone()), ..Profile::default() };
                self.enter(identity, &profile, self.settings.default_tier).await?
            }
        };
        let token = self.create_token(user.id, request).await?;
        Ok((user, token))
    }

    async fn insert_token(&self, owner: OwnerId, info: &TokenInfo, text: &TokenText) -> Result<()> {
        let mut tx = self.db.begin().await?;
        if tx.run(&sql::LOCK_USER, &params![owner]).await? == 0 {
            return Err(Error::NotFound);
        }
        let count: u64 = tx.one(&sql::COUNT_TOKENS, &params![owner]).await?.get(0)?;
        if count >= TOKENS_LIMIT as u64 {
            return Err(Error::LimitReached { what: "tokens", limit: TOKENS_LIMIT });
        }
        let values = params![
            info.id,
            owner,
            &info.name,
            text.hash(),
            &info.prefix,
            info.scopes.to_column(),
            info.expires_at,
            info.created_at,
        ];
        tx.run(&sql::ADD_TOKEN, &values).await?;
        Ok(tx.commit().await?)
    }
}

fn check(request: &TokenRequest, now: Timestamp) -> Result<()> {
    let name = request.name.trim();
    if name.is_empty() || name.chars().count() > NAME_MAX_CHARS || name.chars().any(char::is_control) {
        return Err(Error::invalid("name", format!("must be 1 to {NAME_MAX_CHARS} printable characters")));
    }
    if request.expires_at.is_some_and(|moment| moment <= now) {
        return Err(Error::invalid("expiresAt", "must be in the future"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{TestAccounts, token_request};
    use crate::{Scope, Scopes};

    db::testing::both_databases! {
        async fn a_token_is_shown_once_and_kept_as_a_hash(db: Db) {
            let accounts = TestAccounts::tokens_only(db).await;
            let user = accounts.user("ann@example.com").await;
            let token = accounts.create_token(user.id, token_request("laptop")).await.unwrap();
            let stored = accounts.db.one(&sql::FIND_TOKEN, &params![
                TokenText::parse(token.secret.expose()).unwrap().hash(), accounts.sources.clock.now()
            ]).await.unwrap();
            assert!(!format!("{stored:?}").contains(token.secret.expose()));
            assert!(!format!("{token:?}").contains(token.secret.expose()));
            assert_eq!(accounts.list_tokens(user.id).await.unwrap(), [token.info]);
        }

        async fn a_token_for_an_address_makes_the_user_once(db: Db) {
            let accounts = TestAccounts::tokens_only(db).await;
            assert!(!accounts.has_any_token().await.unwrap());
            let (first, _) = accounts.create_token_for_email("Ann@Example.com", token_request("a")).await.unwrap();
            let (second, _) = accounts.create_token_for_email("ann@example.com", token_request("b")).await.unwrap();
            assert_eq!(first, second);
            assert_eq!(first.email.as_deref(), Some("Ann@Example.com"));
            assert_eq!(first.clerk_id, None);
            assert!(accounts.has_any_token().await.unwrap());
        }

        async fn a_token_beyond_the_limit_is_refused(db: Db) {
            let accounts = TestAccounts::tokens_only(db).await;
            let user = accounts.user("ann@example.com").await;
            for _ in 0..TOKENS_LIMIT {
                accounts.create_token(user.id, token_request("one")).await.unwrap();
            }
            let refused = accounts.create_token(user.id, token_request("more")).await.unwrap_err();
            assert!(matches!(refused, Error::LimitReached { limit: TOKENS_LIMIT, .. }), "{refused}");
        }

        async fn what_makes_no_sense_is_refused(db: Db) {
            let accounts = TestAccounts::tokens_only(db).await;
            let user = accounts.user("ann@example.com").await;
            let nobody = OwnerId::from_u128(404);
            let past = accounts.sources.clock.now();
            let scopes = Scopes::new([Scope::Read]).unwrap();
            let request = |name: &str, expires_at| TokenRequest { name: name.to_owned(), scopes: scopes.clone(), expires_at };
            for name in ["", "  ", "a\nb", &"x".repeat(101)] {
                let refused = accounts.create_token(user.id, request(name, None)).await.unwrap_err();
                assert!(matches!(refused, Error::Invalid { field: "name", .. }), "{name}: {refused}");
            }
            assert!(accounts.create_token(user.id, request("late", Some(past))).await.is_err());
            assert!(matches!(accounts.create_token(nobody, request("x", None)).await, Err(Error::NotFound)));
            for email in ["", "ann", "@", "a b@example.com", "ann@"] {
                assert!(accounts.create_token_for_email(email, request("x", None)).await.is_err(), "{email}");
            }
        }
    }
}

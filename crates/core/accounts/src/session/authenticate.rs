use kit::Timestamp;

use super::authorization::Credential;
use super::remembered::{REMEMBERED_MS, RememberedSessions};
use super::{Session, Via};
use crate::clerk::LEEWAY_MS;
use crate::users::{Identity, Profile};
use crate::{Accounts, Error, Mode, Result, Tier};

const DEVELOPMENT_ISSUER: &str = "development";
const DEVELOPMENT_EMAIL: &str = "dev@localhost";

impl Accounts {
    /// Who sends a request, by all values of its `Authorization` header.
    ///
    /// Fails with `Unauthenticated` (401) without saying which check failed, with `SessionPending` (403), and with
    /// `IdentityProviderAway` (503) when nobody can say: never with a session. Credentials that were offered must
    /// hold, also in development mode: there is no other identity to fall back to.
    pub async fn authenticate(&self, authorization: &[&str], now: Timestamp) -> Result<Session> {
        let (credential, text) = match Credential::read(authorization)? {
            Credential::Nothing if self.settings.mode.is_development() => (Credential::Nothing, ""),
            Credential::Nothing => return Err(Error::Unauthenticated),
            Credential::Personal(text) => (Credential::Personal(text), text),
            Credential::Session(text) => (Credential::Session(text), text),
        };
        let hash = RememberedSessions::hash(text);
        if let Some(session) = self.sessions.get(&hash, now) {
            return Ok(session);
        }
        let begun = (self.sessions.generation(), now);
        let (session, until) = match credential {
            Credential::Nothing => (self.development().await?, None),
            Credential::Personal(text) => self.by_personal_token(text, now).await?,
            Credential::Session(text) => self.by_session_token(text, now).await?,
        };
        let believed = now.plus_ms(REMEMBERED_MS);
        let until = until.map_or(believed, |end| end.min(believed));
        self.sessions.keep(hash, session.clone(), until, begun);
        Ok(session)
    }

    async fn development(&self) -> Result<Session> {
        let identity = Identity { issuer: DEVELOPMENT_ISSUER, subject: DEVELOPMENT_EMAIL };
        let profile = Profile::of(Some(DEVELOPMENT_EMAIL), Some("Dev User"), None);
        let user = self.enter(identity, &profile, Tier::Pro).await?;
        Ok(Session { user, via: Via::Development })
    }

    async fn by_personal_token(&self, text: &str, now: Timestamp) -> Result<(Session, Option<Timestamp>)> {
        let token = self.verify_token(text, now).await?;
        let via = Via::Token { token_id: token.id, scopes: token.scopes };
        Ok((Session { user: token.user, via }, token.expires_at))
    }

    async fn by_session_token(&self, text: &str, now: Timestamp) -> Result<(Session, Option<Timestamp>)> {
        let (Some(verifier), Mode::Clerk(clerk)) = (&self.clerk, &self.settings.mode) else {
            return Err(Error::Unauthenticated);
        };
        let verified = verifier.verify(text, now).await?;
        let identity = Identity { issuer: clerk.issuer(), subject: &verified.subject };
        let user = self.enter(identity, &verified.profile, self.settings.default_tier).await?;
        if let Some(operator) = &verified.impersonator {
            tracing::info!(user = %user.id, operator, "an operator acts as a user");
        }
        let via = Via::Clerk { session_id: verified.session_id, impersonator: verified.impersonator };
        Ok((Session { user, via }, Some(verified.expires_at.plus_ms(LEEWAY_MS))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{TestAccounts, token_request};
    use crate::{Scope, Scopes, TokenRequest};

    db::testing::both_databases! {
        async fn in_development_everybody_without_credentials_is_the_development_user(db: Db) {
            let accounts = TestAccounts::with_mode(db, Mode::Development).await;
            let now = accounts.sources.clock.now();
            let session = accounts.authenticate(&[], now).await.unwrap();
            assert_eq!(session.via, Via::Development);
            assert_eq!(session.user.email.as_deref(), Some("dev@localhost"));
            assert_eq!((session.user.tier, session.user.clerk_id.as_deref()), (Tier::Pro, None));
            accounts.sources.clock.advance_ms(REMEMBERED_MS);
            let again = accounts.authenticate(&[], accounts.sources.clock.now()).await.unwrap();
            assert_eq!(again, session);
        }

        async fn in_development_credentials_that_are_offered_must_hold(db: Db) {
            let accounts = TestAccounts::with_mode(db, Mode::Development).await;
            let ann = accounts.user("ann@example.com").await;
            let token = accounts.create_token(ann.id, token_request("x")).await.unwrap();
            let session = accounts.sign_in(&format!("Bearer {}", token.secret.expose())).await.unwrap();
            assert_eq!(session.user, ann);
            for bad in ["Bearer blx_wrong", "Bearer a.b.c", "Basic YTpi"] {
                assert!(matches!(accounts.sign_in(bad).await, Err(Error::Unauthenticated)), "{bad}");
            }
        }

        async fn without_development_nobody_comes_in_without_credentials(db: Db) {
            let accounts = TestAccounts::tokens_only(db).await;
            let now = accounts.sources.clock.now();
            assert!(matches!(accounts.authenticate(&[], now).await, Err(Error::Unauthenticated)));
        }

        async fn a_personal_token_does_what_its_scopes_say(db: Db) {
            let accounts = TestAccounts::tokens_only(db).await;
            let ann = accounts.user("ann@example.com").await;
            let scopes = Scopes::new([Scope::Read]).unwrap();
            let request = TokenRequest { scopes, ..token_request("reader") };
            let token = accounts.create_token(ann.id, request).await.unwrap();
            let session = accounts.sign_in(&format!("Bearer {}", token.secret.expose())).await.unwrap();
            session.require(Scope::Read).unwrap();
            session.require_the_user_in_person().unwrap();
            assert!(matches!(session.require(Scope::Write), Err(Error::ScopeMissing(Scope::Write))));
            session.require_all(&Scopes::new([Scope::Read]).unwrap()).unwrap();
            for more in [Scopes::new([Scope::Read, Scope::Run]).unwrap(), Scopes::all()] {
                assert!(matches!(session.require_all(&more), Err(Error::ScopeMissing(_))), "{more:?}");
            }
        }
    }
}

use db::{Tx, params};
use kit::Timestamp;
use kit::ids::{Owner, OwnerId};

use super::event::Event;
use super::signature;
use crate::users::{Email, Profile};
use crate::{Accounts, Error, Mode, Result, sql};

/// What a delivery did. All of them are answered with 200.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Received {
    /// The user was made or changed.
    Applied(OwnerId),
    /// The user is gone, with tokens, keys, secrets and variables; the caller removes what other rooms keep.
    ///
    /// Answered at each repetition too, so that a removal that failed is tried again with the next delivery.
    Deleted(OwnerId),
    /// It came before, or a newer one did, or the user is deleted.
    Outdated,
    /// It is about something else.
    Ignored,
}

impl Accounts {
    /// Takes a delivery: the names and values of its headers, and its body as it came.
    ///
    /// Fails with `NotFound` when no deliveries are expected, `BadSignature` and `BadEvent` (400).
    pub async fn receive_clerk_event(
        &self,
        headers: &[(&str, &str)],
        body: &[u8],
        now: Timestamp,
    ) -> Result<Received> {
        let Mode::Clerk(clerk) = &self.settings.mode else { return Err(Error::NotFound) };
        let secret = clerk.webhook_secret.as_ref().ok_or(Error::NotFound)?;
        let delivery = signature::verify(secret, headers, body, now)?;
        let event = Event::parse(body)?;
        if event == Event::Other {
            return Ok(Received::Ignored);
        }
        let mut tx = self.db.begin().await?;
        let is_new = tx.run(&sql::NOTE_CLERK_EVENT, &params![delivery, now]).await? > 0;
        let received = match event {
            Event::Deleted { subject } => self.delete_user(&mut tx, clerk.issuer(), &subject, now).await?,
            Event::Profile { subject, profile, updated_at } if is_new => {
                self.apply_profile(&mut tx, (clerk.issuer(), &subject), &profile, (updated_at, now)).await?
            }
            Event::Profile { .. } | Event::Other => Received::Outdated,
        };
        tx.commit().await?;
        if let Received::Applied(user) | Received::Deleted(user) = received {
            self.sessions.forget_user(user);
        }
        Ok(received)
    }

    /// The newest `updated_at` wins, in whatever order they come.
    async fn apply_profile(
        &self,
        tx: &mut Tx,
        (issuer, subject): (&str, &str),
        profile: &Profile,
        (updated_at, now): (Timestamp, Timestamp),
    ) -> Result<Received> {
        let values = params![
            self.sources.id::<Owner>(),
            issuer,
            subject,
            profile.email.as_ref().map(Email::text),
            profile.email.as_ref().map(Email::key),
            profile.name.as_deref(),
            profile.avatar_url.as_deref(),
            self.settings.default_tier.as_str(),
            updated_at,
            now,
        ];
        let rows = tx.returning(&sql::APPLY_PROFILE, &values).await?;
        rows.first().map_or(Ok(Received::Outdated), |row| Ok(Received::Applied(row.get(0)?)))
    }

    /// Empties the row and leaves it as a tombstone, also for somebody who was never seen.
    async fn delete_user(
        &self,
        tx: &mut Tx,
        issuer: &str,
        subject: &str,
        now: Timestamp,
    ) -> Result<Received> {
        let id = self.sources.id::<Owner>();
        let values = params![id, issuer, subject, self.settings.default_tier.as_str(), now];
        let owner: OwnerId = tx.one(&sql::BURY_USER, &values).await?.get(0)?;
        let belongings = [
            &sql::REMOVE_TOKENS_OF,
            &sql::REMOVE_PROVIDER_KEYS_OF,
            &sql::REMOVE_SECRETS_OF,
            &sql::REMOVE_VARIABLES_OF,
            &sql::REMOVE_ANSWERS_OF,
        ];
        for statement in belongings {
            tx.run(statement, &params![owner]).await?;
        }
        Ok(Received::Deleted(owner))
    }
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;
    use db::Db;
    use hmac::{Hmac, KeyInit, Mac};
    use serde_json::{Value, json};
    use sha2::Sha256;

    use super::*;
    use crate::testing::{TestAccounts, WEBHOOK_SECRET_BYTES, token_request};
    use crate::{Place, User};

    struct Clerk {
        accounts: TestAccounts,
    }

    impl Clerk {
        async fn new(db: Db) -> Self {
            Self { accounts: TestAccounts::clerk(db).await }
        }

        async fn deliver(&self, id: &str, body: &Value) -> Result<Received> {
            let (now, body) = (self.accounts.sources.clock.now(), body.to_string());
            let seconds = (now.as_millis() / 1_000).to_string();
            let mut mac = Hmac::<Sha256>::new_from_slice(&WEBHOOK_SECRET_BYTES).unwrap();
            mac.update(format!("{id}.{seconds}.{body}").as_bytes());
            let signature = format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()));
            let headers = [("svix-id", id), ("svix-timestamp", &seconds), ("svix-signature", &signature)];
            self.accounts.receive_clerk_event(&headers, body.as_bytes(), now).await
        }

        async fn user(&self, received: Received) -> User {
            let (Received::Applied(id) | Received::Deleted(id)) = received else { panic!("{received:?}") };
            self.accounts.find_user(id).await.unwrap().expect("the user")
        }
    }

    fn profile(kind: &str, name: &str, updated_ms: i64) -> Value {
        json!({"type": kind, "data": {"id": "user_ann", "first_name": name, "updated_at": updated_ms,
            "primary_email_address_id": "idn_1", "email_addresses": [{"id": "idn_1", "email_address": "ann@example.com"}]}})
    }

    fn deletion() -> Value {
        json!({"type": "user.deleted", "data": {"id": "user_ann", "deleted": true}})
    }

    db::testing::both_databases! {
        async fn c5_an_update_before_the_creation_makes_the_user_and_stays(db: Db) {
            let clerk = Clerk::new(db).await;
            let received = clerk.deliver("msg_1", &profile("user.updated", "Newer", 2_000)).await.unwrap();
            assert_eq!(clerk.user(received).await.name.as_deref(), Some("Newer"));
            assert_eq!(clerk.deliver("msg_2", &profile("user.created", "Older", 1_000)).await.unwrap(), Received::Outdated);
            let user = clerk.user(received).await;
            assert_eq!((user.name.as_deref(), user.clerk_id.as_deref()), (Some("Newer"), Some("user_ann")));
        }

        async fn c4_the_same_delivery_has_its_effect_once(db: Db) {
            let clerk = Clerk::new(db).await;
            clerk.deliver("msg_1", &profile("user.created", "One", 1_000)).await.unwrap();
            clerk.deliver("msg_2", &profile("user.updated", "Two", 1_000)).await.unwrap();
            let again = clerk.deliver("msg_1", &profile("user.created", "One", 1_000)).await.unwrap();
            assert_eq!(again, Received::Outdated);
            let received = clerk.deliver("msg_3", &profile("user.updated", "Three", 3_000)).await.unwrap();
            assert_eq!(clerk.user(received).await.name.as_deref(), Some("Three"));
        }

        async fn c6_a_deleted_user_does_not_come_back(db: Db) {
            let clerk = Clerk::new(db).await;
            clerk.deliver("msg_1", &profile("user.created", "Ann", 1_000)).await.unwrap();
            let Received::Deleted(owner) = clerk.deliver("msg_2", &deletion()).await.unwrap() else { panic!() };
            let late = clerk.deliver("msg_3", &profile("user.updated", "Ann", 9_000)).await.unwrap();
            assert_eq!(late, Received::Outdated);
            assert_eq!(clerk.accounts.find_user(owner).await.unwrap(), None);
            assert!(clerk.accounts.set_tier("ann@example.com", crate::Tier::Pro).await.is_err(), "the address is gone");
        }

        async fn a_deletion_before_the_creation_leaves_a_tombstone(db: Db) {
            let clerk = Clerk::new(db).await;
            assert!(matches!(clerk.deliver("msg_1", &deletion()).await.unwrap(), Received::Deleted(_)));
            let late = clerk.deliver("msg_2", &profile("user.created", "Ann", 1_000)).await.unwrap();
            assert_eq!(late, Received::Outdated);
        }

        async fn a_deletion_takes_everything_with_it_and_may_be_repeated(db: Db) {
            let clerk = Clerk::new(db).await;
            let received = clerk.deliver("msg_1", &profile("user.created", "Ann", 1_000)).await.unwrap();
            let ann = clerk.user(received).await;
            let accounts = &clerk.accounts;
            let token = accounts.create_token(ann.id, token_request("x")).await.unwrap();
            let header = format!("Bearer {}", token.secret.expose());
            accounts.sign_in(&header).await.unwrap();
            accounts.put_secret(ann.id, Place::Owner, "KEY", (&"value".into(), &[])).await.unwrap();
            accounts.put_variable(ann.id, Place::Owner, "key", &json!(1)).await.unwrap();
            accounts.add_provider_key(ann.id, "openai", &"sk-0123456789".into()).await.unwrap();
            let gone = clerk.deliver("msg_2", &deletion()).await.unwrap();
            assert_eq!(gone, Received::Deleted(ann.id));
            assert_eq!(clerk.deliver("msg_2", &deletion()).await.unwrap(), gone);
            assert!(matches!(accounts.sign_in(&header).await, Err(Error::Unauthenticated)));
            assert!(accounts.list_tokens(ann.id).await.unwrap().is_empty());
            assert!(accounts.list_secrets(ann.id, Place::Owner).await.unwrap().is_empty());
            assert!(accounts.list_variables(ann.id, Place::Owner).await.unwrap().is_empty());
            assert!(accounts.list_provider_keys(ann.id).await.unwrap().is_empty());
            assert!(matches!(accounts.create_token(ann.id, token_request("y")).await, Err(Error::NotFound)));
        }

        async fn what_is_not_signed_or_not_expected_changes_nothing(db: Db) {
            let other = TestAccounts::tokens_only(db.clone()).await;
            let now = other.sources.clock.now();
            assert!(matches!(other.receive_clerk_event(&[], b"{}", now).await, Err(Error::NotFound)));
            let clerk = Clerk::new(db).await;
            let body = profile("user.created", "Ann", 1_000).to_string();
            let headers = [("svix-id", "msg_1"), ("svix-timestamp", "0"), ("svix-signature", "v1,AAAA")];
            let refused = clerk.accounts.receive_clerk_event(&headers, body.as_bytes(), now).await;
            assert!(matches!(refused, Err(Error::BadSignature(_))));
            assert_eq!(clerk.deliver("msg_1", &json!({"type": "session.created"})).await.unwrap(), Received::Ignored);
            assert!(matches!(clerk.deliver("msg_1", &profile("user.created", "Ann", 1)).await, Ok(Received::Applied(_))));
        }
    }
}

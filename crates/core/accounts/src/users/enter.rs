use db::params;

use super::{Email, Profile, User};
use crate::{Accounts, Error, Result, Tier, sql};

/// Who somebody is, by the word of the one who checked it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Identity<'a> {
    /// Who checked it.
    pub(crate) issuer: &'a str,
    /// What they call the person.
    pub(crate) subject: &'a str,
}

impl Accounts {
    /// The user of an identity, made at the first sign-in, exactly once however many sign-ins there are at a time.
    ///
    /// What the profile says fills gaps and replaces nothing: Clerk's deliveries do that. A deleted user stays out.
    pub(crate) async fn enter(&self, identity: Identity<'_>, profile: &Profile, tier: Tier) -> Result<User> {
        let found =
            self.db.maybe(&sql::FIND_USER_BY_IDENTITY, &params![identity.issuer, identity.subject]).await?;
        if let Some(row) = found {
            let is_deleted = row.get::<Option<i64>>(8)?.is_some();
            if is_deleted {
                return Err(Error::Unauthenticated);
            }
            let user = User::from_row(&row, 0)?;
            if user.email.is_some() || profile.email.is_none() {
                return Ok(user);
            }
        }
        self.make_user(identity, profile, tier).await
    }

    async fn make_user(&self, identity: Identity<'_>, profile: &Profile, tier: Tier) -> Result<User> {
        let now = self.sources.clock.now();
        let values = params![
            self.sources.id::<kit::ids::Owner>(),
            identity.issuer,
            identity.subject,
            profile.email.as_ref().map(Email::text),
            profile.email.as_ref().map(Email::key),
            profile.name.as_deref(),
            profile.avatar_url.as_deref(),
            tier.as_str(),
            now,
        ];
        // No row: deleted between the look and the write.
        let rows = self.db.returning(&sql::MAKE_USER, &values).await?;
        User::from_row(rows.first().ok_or(Error::Unauthenticated)?, 0)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::testing::TestAccounts;

    const ANN: Identity<'_> = Identity { issuer: "https://clerk.example.com", subject: "user_ann" };

    db::testing::both_databases! {
        async fn fifty_first_sign_ins_at_a_time_make_one_user(db: Db) {
            let accounts = TestAccounts::tokens_only(db).await;
            let sign_ins = (0..50).map(|_| {
                let accounts = accounts.accounts.clone();
                tokio::spawn(async move { accounts.enter(ANN, &Profile::default(), Tier::Free).await })
            });
            let mut ids = HashSet::new();
            for sign_in in sign_ins.collect::<Vec<_>>() {
                ids.insert(sign_in.await.unwrap().unwrap().id);
            }
            assert_eq!(ids.len(), 1);
        }

        async fn the_same_subject_of_another_issuer_is_another_user(db: Db) {
            let accounts = TestAccounts::tokens_only(db).await;
            let stranger = Identity { issuer: "https://clerk.example.org", ..ANN };
            let ann = accounts.enter(ANN, &Profile::default(), Tier::Free).await.unwrap();
            let other = accounts.enter(stranger, &Profile::default(), Tier::Free).await.unwrap();
            assert_ne!(ann.id, other.id);
            assert_eq!(ann.clerk_id.as_deref(), Some("user_ann"));
        }

        async fn a_later_profile_fills_gaps_and_replaces_nothing(db: Db) {
            let accounts = TestAccounts::tokens_only(db).await;
            let named = Profile::of(None, Some("Ann"), None);
            let full = Profile::of(Some("ann@example.com"), Some("Other"), None);
            let changed = Profile::of(Some("other@example.com"), None, None);
            let first = accounts.enter(ANN, &named, Tier::Free).await.unwrap();
            let second = accounts.enter(ANN, &full, Tier::Pro).await.unwrap();
            let third = accounts.enter(ANN, &changed, Tier::Pro).await.unwrap();
            assert_eq!(second, User { email: Some("ann@example.com".to_owned()), ..first });
            assert_eq!(third, second);
        }
    }
}

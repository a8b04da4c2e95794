use db::params;
use kit::ids::OwnerId;

use super::{Email, User};
use crate::{Accounts, Error, Result, Tier, sql};

impl Accounts {
    /// Gives everybody with that address a tier (`bloxserver user set-tier`); answers who they are.
    pub async fn set_tier(&self, email: &str, tier: Tier) -> Result<Vec<User>> {
        let email = Email::parse(email)?;
        let values = params![email.key(), tier.as_str(), self.sources.clock.now()];
        let rows = self.db.returning(&sql::SET_TIER_BY_EMAIL, &values).await?;
        let users: Vec<_> = rows.iter().map(|row| User::from_row(row, 0)).collect::<Result<_>>()?;
        for user in &users {
            self.sessions.forget_user(user.id);
        }
        if users.is_empty() { Err(Error::NoSuchEmail(email.text().to_owned())) } else { Ok(users) }
    }

    /// Gives one user a tier; for billing.
    pub async fn set_tier_of(&self, owner: OwnerId, tier: Tier) -> Result<User> {
        let values = params![owner, tier.as_str(), self.sources.clock.now()];
        let rows = self.db.returning(&sql::SET_TIER, &values).await?;
        self.sessions.forget_user(owner);
        User::from_row(rows.first().ok_or(Error::NotFound)?, 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{TestAccounts, token_request};

    db::testing::both_databases! {
        async fn a_tier_given_by_address_holds_for_the_next_request(db: Db) {
            let accounts = TestAccounts::tokens_only(db).await;
            let ann = accounts.user("ann@example.com").await;
            let bob = accounts.user("bob@example.com").await;
            let token = accounts.create_token(ann.id, token_request("x")).await.unwrap();
            let header = format!("Bearer {}", token.secret.expose());
            assert_eq!(accounts.sign_in(&header).await.unwrap().user.tier, Tier::Free);
            let changed = accounts.set_tier("ANN@example.com", Tier::Enterprise).await.unwrap();
            assert_eq!(changed, [User { tier: Tier::Enterprise, ..ann }]);
            assert_eq!(accounts.sign_in(&header).await.unwrap().user.tier, Tier::Enterprise);
            assert_eq!(accounts.find_user(bob.id).await.unwrap().unwrap().tier, Tier::Free);
        }

        async fn a_tier_for_nobody_says_so(db: Db) {
            let accounts = TestAccounts::tokens_only(db).await;
            let refused = accounts.set_tier("nobody@example.com", Tier::Pro).await.unwrap_err();
            assert!(refused.to_string().contains("nobody@example.com"), "{refused}");
            let refused = accounts.set_tier_of(OwnerId::from_u128(404), Tier::Pro).await.unwrap_err();
            assert!(matches!(refused, Error::NotFound));
        }

        async fn billing_sets_the_tier_of_one_user(db: Db) {
            let accounts = TestAccounts::tokens_only(db).await;
            let ann = accounts.user("ann@example.com").await;
            let changed = accounts.set_tier_of(ann.id, Tier::Pro).await.unwrap();
            assert_eq!(changed, User { tier: Tier::Pro, ..ann });
        }
    }
}

use db::params;
use kit::ids::OwnerId;

use super::{Email, User};
use crate::{Accounts, Error, Result, sql};

impl Accounts {
    /// A user by id; none when there is none, or the person was deleted.
    pub async fn find_user(&self, owner: OwnerId) -> Result<Option<User>> {
        let row = self.db.maybe(&sql::FIND_USER, &params![owner]).await?;
        row.map(|row| User::from_row(&row, 0)).transpose()
    }

    /// Everybody with that address, the longest known first; fails when nobody has it.
    pub async fn find_users(&self, email: &str) -> Result<Vec<User>> {
        let email = Email::parse(email)?;
        let users = self.users_by_email(&email).await?;
        if users.is_empty() { Err(Error::NoSuchEmail(email.text().to_owned())) } else { Ok(users) }
    }

    /// Everybody, the longest known first: for the operator.
    pub async fn list_users(&self) -> Result<Vec<User>> {
        let rows = self.db.all(&sql::LIST_USERS, &[]).await?;
        rows.iter().map(|row| User::from_row(row, 0)).collect()
    }

    pub(crate) async fn users_by_email(&self, email: &Email) -> Result<Vec<User>> {
        let rows = self.db.all(&sql::FIND_USERS_BY_EMAIL, &params![email.key()]).await?;
        rows.iter().map(|row| User::from_row(row, 0)).collect()
    }
}

#[cfg(test)]
mod tests {
    use kit::ids::OwnerId;

    use crate::testing::TestAccounts;

    db::testing::both_databases! {
        async fn a_user_is_found_by_id(db: Db) {
            let accounts = TestAccounts::tokens_only(db).await;
            let ann = accounts.user("ann@example.com").await;
            assert_eq!(accounts.find_user(ann.id).await.unwrap(), Some(ann));
            assert_eq!(accounts.find_user(OwnerId::from_u128(404)).await.unwrap(), None);
        }

        async fn the_operator_sees_everybody_and_finds_them_by_address(db: Db) {
            let accounts = TestAccounts::tokens_only(db).await;
            let ann = accounts.user("ann@example.com").await;
            let bob = accounts.user("bob@example.com").await;
            assert_eq!(accounts.list_users().await.unwrap().len(), 2);
            assert_eq!(accounts.find_users("BOB@example.com").await.unwrap(), [bob]);
            assert!(accounts.list_users().await.unwrap().contains(&ann));
            assert!(accounts.find_users("nobody@example.com").await.is_err());
        }
    }
}

use db::params;

use super::{Email, User};
use crate::session::{Session, Via};
use crate::{Accounts, Error, Result, sql};

impl Accounts {
    /// Makes everybody with that address an operator, or ends that (`bloxserver user set-operator`); answers who they are.
    pub async fn set_operator(&self, email: &str, is_operator: bool) -> Result<Vec<User>> {
        let email = Email::parse(email)?;
        let values = params![email.key(), is_operator, self.sources.clock.now()];
        let rows = self.db.returning(&sql::SET_OPERATOR_BY_EMAIL, &values).await?;
        let users: Vec<_> = rows.iter().map(|row| User::from_row(row, 0)).collect::<Result<_>>()?;
        if users.is_empty() { Err(Error::NoSuchEmail(email.text().to_owned())) } else { Ok(users) }
    }

    /// Everybody who runs the server.
    pub async fn list_operators(&self) -> Result<Vec<User>> {
        let rows = self.db.all(&sql::LIST_OPERATORS, &[]).await?;
        rows.iter().map(|row| User::from_row(row, 0)).collect()
    }

    /// Whether whoever sends a request runs the server: the development user, or who was made an operator.
    ///
    /// Nobody becomes one by acting as one.
    pub async fn is_operator(&self, session: &Session) -> Result<bool> {
        match &session.via {
            Via::Development => return Ok(true),
            Via::Clerk { impersonator: Some(_), .. } => return Ok(false),
            Via::Clerk { .. } | Via::Token { .. } => {}
        }
        let row = self.db.maybe(&sql::IS_OPERATOR, &params![session.user.id]).await?;
        Ok(row.map(|row| row.get(0)).transpose()?.unwrap_or(false))
    }

    /// Refuses everybody but operators.
    pub async fn require_operator(&self, session: &Session) -> Result<()> {
        if self.is_operator(session).await? { Ok(()) } else { Err(Error::NotAnOperator) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{TestAccounts, token_request};

    db::testing::both_databases! {
        async fn only_who_was_made_an_operator_is_one_and_only_as_long(db: Db) {
            let accounts = TestAccounts::tokens_only(db).await;
            let ann = accounts.user("ann@example.com").await;
            let bob = accounts.user("bob@example.com").await;
            let mut sessions = Vec::new();
            for user in [&ann, &bob] {
                let token = accounts.create_token(user.id, token_request("x")).await.unwrap();
                sessions.push(accounts.sign_in(&format!("Bearer {}", token.secret.expose())).await.unwrap());
            }
            assert!(matches!(accounts.require_operator(&sessions[0]).await, Err(Error::NotAnOperator)));
            assert_eq!(accounts.set_operator("ANN@example.com", true).await.unwrap(), std::slice::from_ref(&ann));
            accounts.require_operator(&sessions[0]).await.unwrap();
            assert!(!accounts.is_operator(&sessions[1]).await.unwrap());
            assert_eq!(accounts.list_operators().await.unwrap(), std::slice::from_ref(&ann));
            let acting = Via::Clerk { session_id: None, impersonator: Some("user_eve".to_owned()) };
            assert!(!accounts.is_operator(&Session { user: ann, via: acting }).await.unwrap());
            accounts.set_operator("ann@example.com", false).await.unwrap();
            assert!(!accounts.is_operator(&sessions[0]).await.unwrap());
            assert!(matches!(accounts.set_operator("nobody@example.com", true).await, Err(Error::NoSuchEmail(_))));
        }
    }
}

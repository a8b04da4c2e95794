use std::net::IpAddr;

use crate::{ClerkSettings, Error, Result, Tier};

/// Model providers that a user may always bring a key for.
const PROVIDERS: [&str; 3] = ["openai", "anthropic", "xai"];

/// For how long changes stay in the audit log unless the operator says otherwise.
const AUDIT_DAYS: u32 = 365;

/// What the operator decided about people.
#[derive(Debug, Clone)]
pub struct AccountsSettings {
    /// Who is asked who somebody is.
    pub mode: Mode,
    /// The tier of new users.
    pub default_tier: Tier,
    /// For how many days changes stay in the audit log.
    pub audit_days: u32,
    providers: Vec<String>,
}

/// Who is asked who somebody is; personal tokens are taken in every mode.
#[derive(Debug, Clone)]
pub enum Mode {
    /// Nobody: a request without credentials is the development user's.
    Development,
    /// Clerk.
    Clerk(ClerkSettings),
    /// Nobody but the database: only personal tokens.
    TokensOnly,
}

impl AccountsSettings {
    /// The defaults: new users are free, and keys may be brought for the three known providers.
    pub fn new(mode: Mode) -> Self {
        Self {
            mode,
            default_tier: Tier::Free,
            audit_days: AUDIT_DAYS,
            providers: PROVIDERS.map(str::to_owned).to_vec(),
        }
    }

    /// Adds providers that the operator configured.
    #[must_use]
    pub fn with_providers(mut self, names: impl IntoIterator<Item = String>) -> Self {
        self.providers.extend(names);
        self.providers.sort();
        self.providers.dedup();
        self
    }

    pub(crate) fn providers(&self) -> &[String] {
        &self.providers
    }
}

impl Mode {
    /// Decides by the settings of the process: `ENV`, `CLERK_ISSUER` and `HOST`.
    ///
    /// Nobody is let in unasked unless all three say so: development, no Clerk, and an address that only this machine
    /// reaches.
    pub fn choose(is_development: bool, clerk: Option<ClerkSettings>, host: IpAddr) -> Self {
        match clerk {
            Some(clerk) => Self::Clerk(clerk),
            None if is_development && host.to_canonical().is_loopback() => Self::Development,
            None => Self::TokensOnly,
        }
    }

    /// Whether requests without credentials are the development user's.
    pub fn is_development(&self) -> bool {
        matches!(self, Self::Development)
    }
}

impl crate::Accounts {
    /// Refuses to start a server that nobody could use: no Clerk, not in development, no token that works.
    pub async fn check_that_somebody_can_sign_in(&self) -> Result<()> {
        if matches!(self.settings.mode, Mode::TokensOnly) && !self.has_any_token().await? {
            return Err(Error::NobodyCanSignIn);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{TestAccounts, token_request};

    #[test]
    fn j26_only_development_without_clerk_on_this_machine_lets_everybody_in() {
        let clerk = || Some(ClerkSettings::new("https://clerk.example.com").unwrap());
        let chosen = |development, clerk, host: &str| Mode::choose(development, clerk, host.parse().unwrap());
        for host in ["127.0.0.1", "127.8.8.8", "::1", "::ffff:127.0.0.1"] {
            assert!(chosen(true, None, host).is_development(), "{host}");
            assert!(matches!(chosen(false, None, host), Mode::TokensOnly), "{host}");
            assert!(matches!(chosen(true, clerk(), host), Mode::Clerk(_)), "{host}");
        }
        for host in ["0.0.0.0", "::", "192.168.1.2", "10.0.0.1", "203.0.113.7", "::ffff:10.0.0.1"] {
            assert!(matches!(chosen(true, None, host), Mode::TokensOnly), "{host}");
        }
    }

    db::testing::both_databases! {
        async fn j26_a_server_that_nobody_could_use_does_not_start(db: Db) {
            let accounts = TestAccounts::tokens_only(db.clone()).await;
            let refused = accounts.check_that_somebody_can_sign_in().await;
            assert!(matches!(refused, Err(Error::NobodyCanSignIn)));
            let development = TestAccounts::with_mode(db, Mode::Development).await;
            development.check_that_somebody_can_sign_in().await.unwrap();
            accounts.create_token_for_email("ann@example.com", token_request("x")).await.unwrap();
            accounts.check_that_somebody_can_sign_in().await.unwrap();
        }
    }
}

use std::sync::Arc;

use db::Db;
use kit::Sources;

use crate::clerk::SessionVerifier;
use crate::session::RememberedSessions;
use crate::{AccountsSettings, FetchKeys, MasterKeys, Mode, Vault};

/// People and what they entrust to the server; cheap to clone. Its operations stand in files of their own.
#[derive(Clone, Debug)]
pub struct Accounts {
    pub(crate) settings: Arc<AccountsSettings>,
    pub(crate) db: Db,
    pub(crate) sources: Sources,
    pub(crate) vault: Vault,
    pub(crate) sessions: Arc<RememberedSessions>,
    pub(crate) clerk: Option<Arc<SessionVerifier>>,
}

impl Accounts {
    /// Opens the room; reads and writes nothing yet.
    pub fn new(
        settings: AccountsSettings,
        db: Db,
        client: net::Client,
        sources: Sources,
        keys: MasterKeys,
    ) -> Self {
        Self::with_key_source(settings, db, Arc::new(client), sources, keys)
    }

    /// The same, with another source of the identity provider's keys.
    pub fn with_key_source(
        settings: AccountsSettings,
        db: Db,
        source: Arc<dyn FetchKeys>,
        sources: Sources,
        keys: MasterKeys,
    ) -> Self {
        let clerk = match &settings.mode {
            Mode::Clerk(clerk) => Some(Arc::new(SessionVerifier::new(clerk.clone(), source))),
            Mode::Development | Mode::TokensOnly => None,
        };
        let vault = Vault::new(keys, sources.entropy.clone());
        Self { settings: Arc::new(settings), db, sources, vault, sessions: Arc::default(), clerk }
    }

    /// The vault, for other rooms that keep something for users.
    pub fn vault(&self) -> &Vault {
        &self.vault
    }
}

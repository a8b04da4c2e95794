//! Whether what users entrusted to the server still opens.

use db::params;
use kit::ids::OwnerId;

use crate::secrets::sealed_name;
use crate::{Accounts, Purpose, Result, sql};

/// Of each kind the newest so many are tried: opening one takes microseconds.
const MOST_TRIED: u32 = 1_000;

/// How many sealed values there are, and how many of them open.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sealed {
    /// Those that were tried, at most 1,000 of each kind.
    pub tried: usize,
    /// What kept the others from opening, one text each; no value is in it.
    pub faults: Vec<String>,
}

impl Accounts {
    /// Opens the newest secrets and provider keys of all owners, and tells nothing of what is in them: for the operator.
    pub async fn try_sealed(&self) -> Result<Sealed> {
        let mut sealed = Sealed::default();
        for row in self.db.all(&sql::SOME_SECRETS, &params![MOST_TRIED]).await? {
            let (flow, name): (String, String) = (row.get(1)?, row.get(2)?);
            let bytes: Vec<u8> = row.get(3)?;
            self.try_one(&mut sealed, row.get(0)?, (Purpose::SECRET, &sealed_name(&flow, &name)), &bytes);
        }
        for row in self.db.all(&sql::SOME_PROVIDER_KEYS, &params![MOST_TRIED]).await? {
            let (provider, bytes): (String, Vec<u8>) = (row.get(1)?, row.get(2)?);
            self.try_one(&mut sealed, row.get(0)?, (Purpose::PROVIDER_KEY, &provider), &bytes);
        }
        Ok(sealed)
    }

    fn try_one(&self, sealed: &mut Sealed, owner: OwnerId, (purpose, name): (Purpose, &str), bytes: &[u8]) {
        sealed.tried += 1;
        if let Err(error) = self.vault.open(owner, purpose, name, bytes) {
            sealed.faults.push(error.to_string());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::TestAccounts;
    use crate::{MasterKeys, Place};

    db::testing::both_databases! {
        async fn all_open_with_their_key_and_none_with_another(db: Db) {
            let accounts = TestAccounts::tokens_only(db).await;
            let ann = accounts.user("ann@example.com").await;
            assert_eq!(accounts.try_sealed().await.unwrap(), Sealed::default());
            let flow = kit::ids::FlowId::from_u128(1);
            accounts.put_secret(ann.id, Place::Owner, "A", (&"canary".into(), &[])).await.unwrap();
            accounts.put_secret(ann.id, Place::Flow(flow), "B", (&"canary".into(), &[])).await.unwrap();
            accounts.add_provider_key(ann.id, "openai", &"sk-canary-canary-canary".into()).await.unwrap();
            assert_eq!(accounts.try_sealed().await.unwrap(), Sealed { tried: 3, faults: Vec::new() });
            let keys = MasterKeys::passing(&accounts.sources.entropy).unwrap();
            let vault = crate::Vault::new(keys, accounts.sources.entropy.clone());
            let other = Accounts { vault, ..(*accounts).clone() };
            let sealed = other.try_sealed().await.unwrap();
            assert_eq!((sealed.tried, sealed.faults.len()), (3, 3));
            assert!(sealed.faults[0].contains("its master key is missing"), "{sealed:?}");
            assert!(!format!("{sealed:?}").contains("canary"));
        }
    }
}

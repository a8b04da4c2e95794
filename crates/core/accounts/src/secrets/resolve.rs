use std::collections::HashMap;

use db::params;
use kit::ids::{FlowId, OwnerId};

use super::put::sealed_name;
use super::{BoundSecret, hosts};
use crate::{Accounts, Purpose, Result, sql};

impl Accounts {
    /// All secrets that a flow may use, by name; a flow's own hides the owner's of the same name.
    ///
    /// Fails when one of them does not open: another value in its place would be worse.
    pub async fn secrets_for(&self, owner: OwnerId, flow: FlowId) -> Result<HashMap<String, BoundSecret>> {
        let rows = self.db.all(&sql::SEALED_SECRETS, &params![owner, flow]).await?;
        let mut sealed = HashMap::new();
        for row in &rows {
            let (flow_column, name): (String, String) = (row.get(0)?, row.get(1)?);
            sealed.insert(name, (flow_column, row));
        }
        let mut secrets = HashMap::with_capacity(sealed.len());
        for (name, (flow_column, row)) in sealed {
            let bytes: Vec<u8> = row.get(2)?;
            let value = self.vault.open(owner, Purpose::SECRET, &sealed_name(&flow_column, &name), &bytes)?;
            let hosts = hosts::from_column(&row.get::<String>(3)?)?;
            secrets.insert(name, BoundSecret { value, hosts });
        }
        Ok(secrets)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Place;
    use crate::testing::TestAccounts;

    db::testing::both_databases! {
        async fn a_flows_own_secret_hides_the_owners(db: Db) {
            let accounts = TestAccounts::tokens_only(db).await;
            let (ann, bob) = (accounts.user("ann@example.com").await, accounts.user("bob@example.com").await);
            let (one, two) = (FlowId::from_u128(1), FlowId::from_u128(2));
            let hosts = ["api.example.com".to_owned()];
            for (user, place, name, value) in [
                (&ann, Place::Owner, "A", "owner's a"),
                (&ann, Place::Owner, "B", "owner's b"),
                (&ann, Place::Flow(one), "A", "flow's a"),
                (&ann, Place::Flow(two), "C", "other flow's c"),
                (&bob, Place::Owner, "B", "another's b"),
            ] {
                accounts.put_secret(user.id, place, name, (&value.into(), &hosts)).await.unwrap();
            }
            let secrets = accounts.secrets_for(ann.id, one).await.unwrap();
            assert_eq!(secrets.len(), 2);
            assert_eq!(secrets["A"].value.expose(), "flow's a");
            assert_eq!(secrets["B"], BoundSecret { value: "owner's b".into(), hosts: hosts.to_vec() });
            assert!(accounts.secrets_for(bob.id, one).await.unwrap()["B"].value.expose().starts_with("another"));
        }

        async fn a_secret_that_was_moved_to_another_flow_does_not_open(db: Db) {
            let accounts = TestAccounts::tokens_only(db).await;
            let ann = accounts.user("ann@example.com").await;
            let (one, two) = (FlowId::from_u128(1), FlowId::from_u128(2));
            accounts.put_secret(ann.id, Place::Flow(one), "A", (&"value".into(), &[])).await.unwrap();
            let row = accounts.db.one(&sql::SEALED_SECRETS, &params![ann.id, one]).await.unwrap();
            let sealed: Vec<u8> = row.get(2).unwrap();
            let values = params![ann.id, two, "A", sealed, "...", "[]", accounts.sources.clock.now()];
            accounts.db.returning(&sql::PUT_SECRET, &values).await.unwrap();
            assert!(accounts.secrets_for(ann.id, two).await.is_err());
            assert!(accounts.secrets_for(ann.id, one).await.is_ok());
        }
    }
}

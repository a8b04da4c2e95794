use db::params;
use kit::ids::{FlowId, OwnerId};

use crate::{Accounts, Error, Place, Result, sql};

impl Accounts {
    /// Removes a secret.
    pub async fn delete_secret(&self, owner: OwnerId, place: Place, name: &str) -> Result<()> {
        match self.db.run(&sql::REMOVE_SECRET, &params![owner, place.column(), name]).await? {
            0 => Err(Error::NotFound),
            _ => Ok(()),
        }
    }

    /// Removes all secrets and variables of a flow, when the flow is deleted.
    pub async fn forget_flow(&self, owner: OwnerId, flow: FlowId) -> Result<()> {
        let mut tx = self.db.begin().await?;
        tx.run(&sql::REMOVE_SECRETS_OF_FLOW, &params![owner, flow]).await?;
        tx.run(&sql::REMOVE_VARIABLES_OF_FLOW, &params![owner, flow]).await?;
        Ok(tx.commit().await?)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::testing::TestAccounts;

    db::testing::both_databases! {
        async fn a_removed_secret_is_gone_from_its_place_only(db: Db) {
            let accounts = TestAccounts::tokens_only(db).await;
            let (ann, bob) = (accounts.user("ann@example.com").await, accounts.user("bob@example.com").await);
            let flow = Place::Flow(FlowId::from_u128(1));
            for place in [Place::Owner, flow] {
                accounts.put_secret(ann.id, place, "A", (&"value".into(), &[])).await.unwrap();
            }
            assert!(matches!(accounts.delete_secret(bob.id, flow, "A").await, Err(Error::NotFound)));
            accounts.delete_secret(ann.id, flow, "A").await.unwrap();
            assert!(matches!(accounts.delete_secret(ann.id, flow, "A").await, Err(Error::NotFound)));
            accounts.secret_info(ann.id, Place::Owner, "A").await.unwrap();
        }

        async fn a_deleted_flow_leaves_nothing_behind(db: Db) {
            let accounts = TestAccounts::tokens_only(db).await;
            let ann = accounts.user("ann@example.com").await;
            let (gone, other) = (FlowId::from_u128(1), FlowId::from_u128(2));
            for place in [Place::Owner, Place::Flow(gone), Place::Flow(other)] {
                accounts.put_secret(ann.id, place, "A", (&"value".into(), &[])).await.unwrap();
                accounts.put_variable(ann.id, place, "a", &json!(1)).await.unwrap();
            }
            accounts.forget_flow(ann.id, gone).await.unwrap();
            for (place, left) in [(Place::Owner, 1), (Place::Flow(gone), 0), (Place::Flow(other), 1)] {
                assert_eq!(accounts.list_secrets(ann.id, place).await.unwrap().len(), left, "{place:?}");
                assert_eq!(accounts.list_variables(ann.id, place).await.unwrap().len(), left, "{place:?}");
            }
        }
    }
}

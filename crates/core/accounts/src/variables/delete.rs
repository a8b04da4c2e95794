use db::params;
use kit::ids::OwnerId;

use crate::{Accounts, Error, Place, Result, sql};

impl Accounts {
    /// Removes a variable.
    pub async fn delete_variable(&self, owner: OwnerId, place: Place, name: &str) -> Result<()> {
        match self.db.run(&sql::REMOVE_VARIABLE, &params![owner, place.column(), name]).await? {
            0 => Err(Error::NotFound),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use kit::ids::FlowId;
    use serde_json::json;

    use super::*;
    use crate::testing::TestAccounts;

    db::testing::both_databases! {
        async fn a_removed_variable_is_gone_from_its_place_only(db: Db) {
            let accounts = TestAccounts::tokens_only(db).await;
            let (ann, bob) = (accounts.user("ann@example.com").await, accounts.user("bob@example.com").await);
            let flow = Place::Flow(FlowId::from_u128(1));
            for place in [Place::Owner, flow] {
                accounts.put_variable(ann.id, place, "a", &json!(1)).await.unwrap();
            }
            assert!(matches!(accounts.delete_variable(bob.id, flow, "a").await, Err(Error::NotFound)));
            accounts.delete_variable(ann.id, flow, "a").await.unwrap();
            assert!(matches!(accounts.delete_variable(ann.id, flow, "a").await, Err(Error::NotFound)));
            accounts.variable(ann.id, Place::Owner, "a").await.unwrap();
        }
    }
}

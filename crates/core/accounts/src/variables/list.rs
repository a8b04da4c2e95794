use db::params;
use kit::ids::OwnerId;

use super::VariableInfo;
use crate::{Accounts, Error, Place, Result, sql};

impl Accounts {
    /// The variables of an owner or a flow, by name; a flow's do not include the owner's.
    pub async fn list_variables(&self, owner: OwnerId, place: Place) -> Result<Vec<VariableInfo>> {
        let rows = self.db.all(&sql::LIST_VARIABLES, &params![owner, place.column()]).await?;
        rows.iter().map(VariableInfo::from_row).collect()
    }

    /// One variable.
    pub async fn variable(&self, owner: OwnerId, place: Place, name: &str) -> Result<VariableInfo> {
        let row = self.db.maybe(&sql::FIND_VARIABLE, &params![owner, place.column(), name]).await?;
        VariableInfo::from_row(&row.ok_or(Error::NotFound)?)
    }
}

#[cfg(test)]
mod tests {
    use kit::ids::FlowId;
    use serde_json::json;

    use super::*;
    use crate::testing::TestAccounts;

    db::testing::both_databases! {
        async fn each_place_lists_its_own(db: Db) {
            let accounts = TestAccounts::tokens_only(db).await;
            let (ann, bob) = (accounts.user("ann@example.com").await, accounts.user("bob@example.com").await);
            let flow = Place::Flow(FlowId::from_u128(1));
            for (user, place, name) in [(&ann, Place::Owner, "b"), (&ann, Place::Owner, "a"), (&ann, flow, "c"), (&bob, flow, "d")] {
                accounts.put_variable(user.id, place, name, &json!(name)).await.unwrap();
            }
            let names = async |owner, place| {
                let listed = accounts.list_variables(owner, place).await.unwrap();
                listed.into_iter().map(|info| info.name).collect::<Vec<_>>()
            };
            assert_eq!(names(ann.id, Place::Owner).await, ["a", "b"]);
            assert_eq!(names(ann.id, flow).await, ["c"]);
            assert!(matches!(accounts.variable(bob.id, flow, "c").await, Err(Error::NotFound)));
        }
    }
}

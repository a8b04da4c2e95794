use db::params;
use kit::ids::{FlowId, OwnerId};
use serde_json::{Map, Value};

use super::value;
use crate::{Accounts, Result, sql};

impl Accounts {
    /// All variables that a flow sees, by name; a flow's own hides the owner's of the same name.
    pub async fn variables_for(&self, owner: OwnerId, flow: FlowId) -> Result<Map<String, Value>> {
        let rows = self.db.all(&sql::VARIABLE_VALUES, &params![owner, flow]).await?;
        rows.iter().map(|row| Ok((row.get(0)?, value(&row.get::<String>(1)?)))).collect()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::Place;
    use crate::testing::TestAccounts;

    db::testing::both_databases! {
        async fn a_flows_own_variable_hides_the_owners(db: Db) {
            let accounts = TestAccounts::tokens_only(db).await;
            let (ann, bob) = (accounts.user("ann@example.com").await, accounts.user("bob@example.com").await);
            let (one, two) = (FlowId::from_u128(1), FlowId::from_u128(2));
            for (user, place, name, value) in [
                (&ann, Place::Owner, "a", json!("owner's")),
                (&ann, Place::Owner, "b", json!(2)),
                (&ann, Place::Flow(one), "a", json!({"flow's": true})),
                (&ann, Place::Flow(two), "c", json!(3)),
                (&bob, Place::Owner, "b", json!("another's")),
            ] {
                accounts.put_variable(user.id, place, name, &value).await.unwrap();
            }
            let variables = accounts.variables_for(ann.id, one).await.unwrap();
            assert_eq!(Value::Object(variables), json!({"a": {"flow's": true}, "b": 2}));
        }
    }
}

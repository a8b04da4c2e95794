use db::params;
use kit::ids::OwnerId;

use super::SecretInfo;
use crate::{Accounts, Error, Place, Result, sql};

impl Accounts {
    /// The secrets of an owner or a flow, by name; a flow's do not include the owner's.
    pub async fn list_secrets(&self, owner: OwnerId, place: Place) -> Result<Vec<SecretInfo>> {
        let rows = self.db.all(&sql::LIST_SECRETS, &params![owner, place.column()]).await?;
        rows.iter().map(SecretInfo::from_row).collect()
    }

    /// One secret as it is shown.
    pub async fn secret_info(&self, owner: OwnerId, place: Place, name: &str) -> Result<SecretInfo> {
        let row = self.db.maybe(&sql::FIND_SECRET, &params![owner, place.column(), name]).await?;
        SecretInfo::from_row(&row.ok_or(Error::NotFound)?)
    }
}

#[cfg(test)]
mod tests {
    use kit::ids::FlowId;

    use super::*;
    use crate::testing::TestAccounts;

    db::testing::both_databases! {
        async fn each_place_lists_its_own(db: Db) {
            let accounts = TestAccounts::tokens_only(db).await;
            let (ann, bob) = (accounts.user("ann@example.com").await, accounts.user("bob@example.com").await);
            let flow = Place::Flow(FlowId::from_u128(1));
            for (user, place, name) in [(&ann, Place::Owner, "B"), (&ann, Place::Owner, "A"), (&ann, flow, "C"), (&bob, flow, "D")] {
                accounts.put_secret(user.id, place, name, (&"value".into(), &[])).await.unwrap();
            }
            let names = async |owner, place| {
                let listed = accounts.list_secrets(owner, place).await.unwrap();
                listed.into_iter().map(|info| info.name).collect::<Vec<_>>()
            };
            assert_eq!(names(ann.id, Place::Owner).await, ["A", "B"]);
            assert_eq!(names(ann.id, flow).await, ["C"]);
            assert_eq!(names(bob.id, Place::Owner).await, Vec::<String>::new());
            assert_eq!(accounts.secret_info(ann.id, flow, "C").await.unwrap().name, "C");
            assert!(matches!(accounts.secret_info(ann.id, flow, "A").await, Err(Error::NotFound)));
            assert!(matches!(accounts.secret_info(bob.id, flow, "C").await, Err(Error::NotFound)));
        }
    }
}

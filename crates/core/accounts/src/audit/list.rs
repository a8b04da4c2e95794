use db::{Row, params};
use kit::ids::OwnerId;

use super::{AuditEntry, AuditVia};
use crate::{Accounts, Result, sql};

impl Accounts {
    /// What a user has changed, the newest first, and how many changes there are in all.
    pub async fn list_changes(
        &self,
        owner: OwnerId,
        (limit, offset): (u32, i64),
    ) -> Result<(Vec<AuditEntry>, u64)> {
        let total = self.db.one(&sql::COUNT_AUDIT_ENTRIES, &params![owner]).await?.get(0)?;
        let rows = self.db.all(&sql::LIST_AUDIT_ENTRIES, &params![owner, limit, offset]).await?;
        Ok((rows.iter().map(entry).collect::<Result<_>>()?, total))
    }
}

fn entry(row: &Row) -> Result<AuditEntry> {
    let via: String = row.get(2)?;
    let unreadable = || db::Error::Column { column: 2, found: "another word", expected: "a way in" };
    Ok(AuditEntry {
        id: row.get(0)?,
        at: row.get(1)?,
        via: AuditVia::ALL.into_iter().find(|known| known.as_str() == via).ok_or_else(unreadable)?,
        token_id: row.get(3)?,
        operator: row.get(4)?,
        address: row.get(5)?,
        request_id: row.get(6)?,
        action: row.get(7)?,
        path: row.get(8)?,
        object_id: row.get(9)?,
        status: u16::try_from(row.get::<u32>(10)?).unwrap_or(0),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Change;
    use crate::session::{Session, Via};
    use crate::testing::TestAccounts;

    fn change(path: &str) -> Change {
        Change {
            action: "createFlow".to_owned(),
            path: path.to_owned(),
            object_id: Some("7".to_owned()),
            status: 201,
            address: Some("203.0.113.9".to_owned()),
            request_id: "r-1".to_owned(),
        }
    }

    db::testing::both_databases! {
        async fn a_change_is_its_owner_s_alone_and_goes_with_age(db: Db) {
            let accounts = TestAccounts::tokens_only(db).await;
            let (ann, bob) = (accounts.user("ann@example.com").await, accounts.user("bob@example.com").await);
            let acting = Via::Clerk { session_id: None, impersonator: Some("user_eve".to_owned()) };
            let session = Session { user: ann.clone(), via: acting };
            accounts.record_change(&session, change("/flows/1")).await.unwrap();
            accounts.sources.clock.advance_ms(1);
            accounts.record_change(&session, change("/flows/2")).await.unwrap();
            let (newest, total) = accounts.list_changes(ann.id, (1, 0)).await.unwrap();
            assert_eq!((newest[0].path.as_str(), total), ("/flows/2", 2));
            assert_eq!((newest[0].via, newest[0].operator.as_deref()), (AuditVia::Session, Some("user_eve")));
            assert_eq!((newest[0].status, newest[0].object_id.as_deref()), (201, Some("7")));
            assert_eq!(accounts.list_changes(bob.id, (10, 0)).await.unwrap(), (Vec::new(), 0));
            let year = accounts.sources.clock.now().plus_ms(365 * 86_400_000 - 1);
            assert_eq!(accounts.prune(year).await.unwrap().changes, 1);
            assert_eq!(accounts.list_changes(ann.id, (10, 0)).await.unwrap().1, 1);
        }
    }
}

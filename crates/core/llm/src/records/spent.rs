use db::Db;
use kit::ids::OwnerId;

use crate::admission::Purse;
use crate::{Error, sql};

/// What the records say was spent out of a purse, in billionths of a dollar; own keys spend nothing of ours.
pub(crate) async fn spent(db: &Db, owner: OwnerId, purse: Purse) -> Result<u64, Error> {
    let row = match purse {
        Purse::Owner(owner, since) => db.one(&sql::SPENT_BY_OWNER, &db::params![owner, since]).await?,
        Purse::Flow(flow, since) => db.one(&sql::SPENT_BY_FLOW, &db::params![owner, flow, since]).await?,
        Purse::Execution(execution) => {
            db.one(&sql::SPENT_BY_EXECUTION, &db::params![owner, execution]).await?
        }
    };
    Ok(row.get(0)?)
}

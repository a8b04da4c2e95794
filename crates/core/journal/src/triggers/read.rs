use db::Row;
use kit::ids::{FlowId, OwnerId, TriggerId};

use super::Trigger;
use crate::{Journal, Result, sql};

impl Journal {
    /// An owner's trigger.
    pub async fn trigger(&self, owner: OwnerId, flow: FlowId, id: TriggerId) -> Result<Option<Trigger>> {
        let row = self.db().maybe(&sql::TRIGGER, &db::params![id, flow, owner]).await?;
        row.as_ref().map(trigger).transpose()
    }

    /// The triggers of an owner's flow, the oldest first.
    pub async fn triggers(&self, owner: OwnerId, flow: FlowId) -> Result<Vec<Trigger>> {
        let rows = self.db().all(&sql::TRIGGERS, &db::params![flow, owner]).await?;
        rows.iter().map(trigger).collect()
    }

    /// The trigger whose token has that hash: the one look-up without an owner, since the token is the proof.
    pub async fn trigger_by_token_hash(&self, hash: &str) -> Result<Option<Trigger>> {
        let row = self.db().maybe(&sql::TRIGGER_BY_TOKEN_HASH, &db::params![hash]).await?;
        row.as_ref().map(trigger).transpose()
    }
}

pub(super) fn trigger(row: &Row) -> Result<Trigger> {
    let kind: String = row.get(3)?;
    let config: String = row.get(5)?;
    let unreadable = |column, expected| db::Error::Column { column, found: "something else", expected };
    Ok(Trigger {
        id: row.get(0)?,
        flow: row.get(1)?,
        owner: row.get(2)?,
        kind: kind.parse().map_err(|()| unreadable(3, "a trigger's type"))?,
        name: row.get(4)?,
        config: serde_json::from_str(&config).map_err(|_| unreadable(5, "JSON"))?,
        is_enabled: row.get(6)?,
        token_hash: row.get(7)?,
        token_sealed: row.get(8)?,
        created_at: row.get(9)?,
        updated_at: row.get(10)?,
        next_at: row.get(11)?,
        last_fired_at: row.get(12)?,
        problem: row.get(13)?,
    })
}

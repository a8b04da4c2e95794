use std::collections::HashSet;
use std::sync::Arc;

use db::{Batch, Tx, Value};

use super::encode::Encoded;
use crate::{BirthKey, Error, Result, Tick, sql};

/// What only one birth may stand for: it is taken in the same commit, and who comes second is refused.
#[derive(Debug, Clone)]
pub enum Claim {
    /// A schedule's tick.
    Tick(Tick),
    /// A delivery of a webhook.
    Key(BirthKey),
}

/// Takes what births stand for; a birth whose claim is taken already is refused.
pub(super) async fn take_claims(
    tx: &mut Tx,
    commits: &[Arc<Encoded>],
    outcomes: &mut [Result<()>],
) -> Result<()> {
    for kind in [&KEYS, &TICKS] {
        kind.take(tx, commits, outcomes).await?;
    }
    Ok(())
}

struct Kind {
    batch: &'static Batch,
    /// The row of a claim of this kind; its first value is what the batch returns of those it has taken.
    row: fn(&Claim, &Encoded) -> Option<Vec<Value>>,
    refusal: fn() -> Error,
}

static TICKS: Kind = Kind {
    batch: &sql::TAKE_TICKS,
    row: |claim, _| match claim {
        Claim::Tick(tick) => Some(db::params![tick.trigger, tick.planned, tick.fires, tick.next].to_vec()),
        Claim::Key(_) => None,
    },
    refusal: || Error::TickTaken,
};

static KEYS: Kind = Kind {
    batch: &sql::TAKE_KEYS,
    row: |claim, commit| match claim {
        Claim::Key(key) => {
            Some(db::params![&key.key, &commit.execution, key.body_hash.clone(), key.expires_at].to_vec())
        }
        Claim::Tick(_) => None,
    },
    refusal: || Error::KeyTaken,
};

impl Kind {
    async fn take(&self, tx: &mut Tx, commits: &[Arc<Encoded>], outcomes: &mut [Result<()>]) -> Result<()> {
        let mut claimed = Vec::new();
        for (at, commit) in commits.iter().enumerate().filter(|(at, _)| outcomes[*at].is_ok()) {
            if let Some(row) = commit.claim.as_ref().and_then(|claim| (self.row)(claim, commit)) {
                claimed.push((at, row));
            }
        }
        if claimed.is_empty() {
            return Ok(());
        }
        let rows = claimed.iter().map(|(_, row)| row.clone()).collect();
        let taken = tx.batch(self.batch, rows).await?;
        let mut taken: HashSet<String> = taken.iter().map(|row| row.get(0)).collect::<db::Result<_>>()?;
        for (at, row) in claimed {
            // Of two in one batch the first has it.
            if !matches!(&row[0], Value::Text(name) if taken.remove(name)) {
                outcomes[at] = Err((self.refusal)());
            }
        }
        Ok(())
    }
}

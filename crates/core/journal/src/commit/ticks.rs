use std::collections::HashSet;
use std::sync::Arc;

use db::{Tx, Value};

use super::encode::Encoded;
use crate::{Error, Result, sql};

/// Takes the ticks that births stand for; a birth whose tick has fired already is refused.
pub(super) async fn take_ticks(
    tx: &mut Tx,
    commits: &[Arc<Encoded>],
    outcomes: &mut [Result<()>],
) -> Result<()> {
    let rows: Vec<Vec<Value>> = (commits.iter().zip(outcomes.iter()))
        .filter(|(_, outcome)| outcome.is_ok())
        .filter_map(|(commit, _)| commit.tick)
        .map(|tick| db::params![tick.trigger, tick.planned, tick.fires, tick.next].to_vec())
        .collect();
    if rows.is_empty() {
        return Ok(());
    }
    let taken = tx.batch(&sql::TAKE_TICKS, rows).await?;
    let mut taken: HashSet<String> = taken.iter().map(|row| row.get(0)).collect::<db::Result<_>>()?;
    for (commit, outcome) in commits.iter().zip(outcomes) {
        let Some(tick) = commit.tick.filter(|_| outcome.is_ok()) else { continue };
        if !taken.remove(&tick.trigger.to_string()) {
            *outcome = Err(Error::TickTaken);
        }
    }
    Ok(())
}

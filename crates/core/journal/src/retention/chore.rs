use kit::Timestamp;
use kit::ids::{FlowId, OwnerId};

use crate::{Journal, Result, sql};

const RETENTION: &str = "retention";

impl Journal {
    /// Takes the turn to prune, for all nodes on this database, until a moment; answers the flow after which the last
    /// turn stopped. `None` while another node has the turn.
    ///
    /// Two that prune at once take nothing from each other but time: clocks that differ do no harm.
    pub async fn take_pruning_turn(
        &self,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<Option<Option<FlowId>>> {
        let values = db::params![RETENTION, now, until];
        let row = self.db().returning(&sql::TAKE_CHORE, &values).await?.into_iter().next();
        let place: Option<String> = row.map(|row| row.get(0)).transpose()?;
        Ok(place.map(|place| place.parse().ok()))
    }

    /// Notes after which flow the next turn begins; from the first one when absent.
    pub async fn note_pruned_up_to(&self, flow: Option<FlowId>) -> Result<()> {
        let place = flow.map(|flow| flow.to_string()).unwrap_or_default();
        self.db().run(&sql::NOTE_PLACE, &db::params![RETENTION, place]).await?;
        Ok(())
    }

    /// Flows that keep finished executions, with how many, in the order of their ids; whoever owns them.
    pub async fn flows_with_finished(
        &self,
        after: Option<FlowId>,
        limit: u32,
    ) -> Result<Vec<(FlowId, OwnerId, u64)>> {
        let after = after.map(|flow| flow.to_string()).unwrap_or_default();
        let rows = self.db().all(&sql::FLOWS_WITH_FINISHED, &db::params![after, limit]).await?;
        rows.iter().map(|row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).collect()
    }
}

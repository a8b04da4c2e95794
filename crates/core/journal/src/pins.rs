use flow::Payload;
use kit::Timestamp;
use kit::ids::{ExecutionId, FlowId, OwnerId};

use crate::{Journal, Result, sql};

/// An answer that stands in for a listener's work in the test runs of its flow.
#[derive(Debug, Clone, PartialEq)]
pub struct Pin {
    /// Which listener.
    pub listener: String,
    /// What it answers.
    pub output: Payload,
    /// The execution that it was taken from; `None` when somebody wrote it.
    pub execution: Option<ExecutionId>,
    /// When it was pinned.
    pub pinned_at: Timestamp,
}

impl Journal {
    /// What is pinned in an owner's flow, by the names of the listeners.
    pub async fn pins(&self, owner: OwnerId, flow: FlowId) -> Result<Vec<Pin>> {
        let rows = self.db().all(&sql::PINS, &db::params![flow, owner]).await?;
        let pins = rows.iter().map(|row| {
            let text: String = row.get(1)?;
            // Only this room writes the column, and only JSON.
            let output = serde_json::from_str(&text).unwrap_or_default();
            Ok(Pin { listener: row.get(0)?, output, execution: row.get(2)?, pinned_at: row.get(3)? })
        });
        pins.collect()
    }

    /// Pins an answer, in the place of the one before.
    pub async fn pin(&self, owner: OwnerId, flow: FlowId, pin: &Pin) -> Result<()> {
        let output = pin.output.json().to_string();
        let values = db::params![flow, owner, &pin.listener, output, pin.execution, pin.pinned_at];
        self.db().run(&sql::PIN, &values).await?;
        Ok(())
    }

    /// Takes a pinned answer away; whether there was one.
    pub async fn unpin(&self, owner: OwnerId, flow: FlowId, listener: &str) -> Result<bool> {
        Ok(self.db().run(&sql::UNPIN, &db::params![flow, owner, listener]).await? > 0)
    }
}

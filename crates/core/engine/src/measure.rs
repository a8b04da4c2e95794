use journal::ExecutionStatus;

use crate::{Engine, Result};

impl Engine {
    /// Sets the gauges: what is to be done over all nodes, and what this one drives.
    pub async fn measure(&self) -> Result<()> {
        let (load, now) = (self.journal().load().await?, self.now());
        let lag_ms = load.next_due.map_or(0, |due| now.since_ms(due).max(0));
        metrics::gauge!("bloxserver_queue_depth").set(load.queued as f64);
        metrics::gauge!("bloxserver_lag_seconds").set(lag_ms as f64 / 1_000.0);
        metrics::gauge!("bloxserver_executions_driven").set(self.driving() as f64);
        let all = [
            ExecutionStatus::Running,
            ExecutionStatus::Success,
            ExecutionStatus::Error,
            ExecutionStatus::Timeout,
        ];
        for status in all {
            let count = load.all.kept(Some(status));
            metrics::gauge!("bloxserver_executions", "status" => status.as_str()).set(count as f64);
        }
        Ok(())
    }
}

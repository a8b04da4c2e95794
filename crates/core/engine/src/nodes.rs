use journal::Node;

use crate::{Engine, Result};

impl Engine {
    /// Every node in the register, this one included; for operators.
    pub async fn nodes(&self) -> Result<Vec<Node>> {
        Ok(self.journal().nodes().await?)
    }

    /// Has the register say whether this node counts limits together with others.
    pub async fn note_counters(&self, is_shared: bool) -> Result<()> {
        Ok(self.journal().note_counters(self.node(), is_shared).await?)
    }
}

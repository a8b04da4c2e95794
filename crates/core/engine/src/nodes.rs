use journal::Node;

use crate::{Engine, Result};

impl Engine {
    /// Every node in the register, this one included; for operators.
    pub async fn nodes(&self) -> Result<Vec<Node>> {
        Ok(self.journal().nodes().await?)
    }
}

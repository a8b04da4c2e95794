use journal::NodeState;

use super::node::BEAT_MS;
use crate::engine::Readiness;
use crate::{Engine, Result};

/// A node that could not raise its counter for that long lets everything go, before others take it for dead.
const LET_GO_AFTER_MS: i64 = 9_000;

impl Engine {
    /// Raises this node's counter; lets everything go when that fails for too long.
    pub(super) async fn beat(&self) {
        let clock = &self.sources().clock;
        let mut written = clock.now();
        loop {
            let patience = written.plus_ms(LET_GO_AFTER_MS).max(clock.now().plus_ms(BEAT_MS));
            let raised = tokio::select! {
                raised = self.say_alive() => raised,
                () = clock.sleep_until(patience) => Err(journal::Error::Closing.into()),
            };
            match raised {
                Ok(()) => {
                    written = clock.now();
                    self.0.is_cut_off.send_replace(false);
                }
                Err(error) => {
                    tracing::warn!(%error, "this node's counter could not be raised");
                    if !self.0.parts.is_alone && clock.now().since_ms(written) >= LET_GO_AFTER_MS {
                        self.cut_itself_off();
                    }
                }
            }
            clock.sleep_ms(BEAT_MS).await;
        }
    }

    /// Raises the counter, or enters the register again when others took this node for dead: what it had is theirs
    /// then, and what it gets from here on is its own.
    async fn say_alive(&self) -> Result<()> {
        if self.raise_counter().await? {
            return Ok(());
        }
        tracing::warn!(
            "other nodes took this one for dead; letting everything go and entering the register again"
        );
        self.let_go();
        Ok(self.enter_register().await?)
    }

    pub(super) async fn enter_register(&self) -> journal::Result<()> {
        let about = (self.0.parts.version, self.0.parts.address.as_deref());
        self.journal().add_node(self.node(), about, self.now()).await
    }

    /// Says that this node is alive and how it is; `false` when it is not in the register.
    pub(super) async fn raise_counter(&self) -> journal::Result<bool> {
        let state = if self.phase() == Readiness::Ready { NodeState::Ready } else { NodeState::Draining };
        let driving = u32::try_from(self.driving()).unwrap_or(u32::MAX);
        self.journal().beat(self.node(), state, driving, self.now()).await
    }

    /// Lets everything go and takes nothing on: others may take over what this node has, and nobody is to wait for it.
    fn cut_itself_off(&self) {
        tracing::warn!("letting everything go: other nodes may take it over");
        self.0.is_cut_off.send_replace(true);
        self.let_go();
        self.journal().hang_up();
    }

    pub(crate) fn is_cut_off(&self) -> bool {
        *self.0.is_cut_off.borrow()
    }

    /// Comes back when this node is cut off.
    pub(super) async fn cut_off(&self) {
        // The sender is this engine: it is there as long as somebody waits.
        let _ = self.0.is_cut_off.subscribe().wait_for(|is_cut_off| *is_cut_off).await;
    }
}

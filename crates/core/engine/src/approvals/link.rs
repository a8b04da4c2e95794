use journal::Approval;
use kit::Secret;
use kit::ids::ApprovalId;

use super::Decision;
use crate::{Engine, Error, Result};

impl Engine {
    /// A ticket for a question: whoever has it may decide, without signing in.
    pub fn ticket(&self, approval: ApprovalId) -> Secret {
        self.0.parts.keeper.ticket(approval)
    }

    /// The question of a ticket.
    pub async fn approval_of_ticket(&self, ticket: &str) -> Result<Approval> {
        let id = self.0.parts.keeper.redeem(ticket).ok_or(Error::NotFound("approval"))?;
        self.journal().approval(id).await?.ok_or(Error::NotFound("approval"))
    }

    /// Decides the question of a ticket, as [`Engine::decide`] does.
    pub async fn decide_by_ticket(&self, ticket: &str, decision: Decision) -> Result<Approval> {
        let approval = self.approval_of_ticket(ticket).await?;
        self.decide_on(approval, decision).await
    }
}

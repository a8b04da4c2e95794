use journal::{Approval, ApprovalFilter, Page, Paged};
use kit::ids::{ApprovalId, OwnerId};

use crate::{Engine, Error, Result};

impl Engine {
    /// What an owner's executions ask or have asked, the newest first.
    pub async fn approvals(
        &self,
        owner: OwnerId,
        filter: &ApprovalFilter,
        page: Page,
    ) -> Result<Paged<Approval>> {
        if let Some(flow) = filter.flow {
            self.get_flow(owner, flow).await?;
        }
        Ok(self.journal().approvals(owner, filter, page).await?)
    }

    /// One of them.
    pub async fn approval(&self, owner: OwnerId, id: ApprovalId) -> Result<Approval> {
        let found = self.journal().approval(id).await?;
        found.filter(|approval| approval.owner == owner).ok_or(Error::NotFound("approval"))
    }
}

use journal::{Flow, Page, Paged, Version, VersionSummary};
use kit::ids::{FlowId, OwnerId};

use super::FlowChange;
use crate::{Engine, Error, Result};

impl Engine {
    /// The saved texts of an owner's flow, the newest first.
    pub async fn list_versions(
        &self,
        owner: OwnerId,
        flow: FlowId,
        page: Page,
    ) -> Result<Paged<VersionSummary>> {
        self.get_flow(owner, flow).await?;
        Ok(self.journal().versions(owner, flow, page).await?)
    }

    /// One saved text.
    pub async fn get_version(&self, owner: OwnerId, flow: FlowId, number: i64) -> Result<Version> {
        let version = self.journal().version_numbered(owner, flow, number).await?;
        version.ok_or(Error::NotFound("version"))
    }

    /// Makes an earlier text the flow's text again, as a new version; the flow must not run.
    pub async fn restore_version(
        &self,
        owner: OwnerId,
        flow: FlowId,
        number: i64,
        if_match: Option<i64>,
    ) -> Result<Flow> {
        let version = self.get_version(owner, flow, number).await?;
        let change = FlowChange { organism_yaml: Some(version.organism_yaml), ..FlowChange::default() };
        self.update_flow(owner, flow, if_match, change).await
    }
}

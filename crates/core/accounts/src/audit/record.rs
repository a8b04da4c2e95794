use db::params;
use kit::ids::AuditEntryId;

use super::{AuditVia, Change};
use crate::session::{Session, Via};
use crate::{Accounts, Result, sql};

impl Accounts {
    /// Records a change; on disk when this returns.
    pub async fn record_change(&self, session: &Session, change: Change) -> Result<()> {
        let (via, token, operator) = match &session.via {
            Via::Development => (AuditVia::Development, None, None),
            Via::Clerk { impersonator, .. } => (AuditVia::Session, None, impersonator.clone()),
            Via::Token { token_id, .. } => (AuditVia::Token, Some(*token_id), None),
        };
        let id: AuditEntryId = self.sources.id();
        let values = params![
            id,
            self.sources.clock.now(),
            session.user.id,
            via.as_str(),
            token,
            operator,
            change.address,
            change.request_id,
            change.action,
            change.path,
            change.object_id,
            change.status
        ];
        self.db.run(&sql::ADD_AUDIT_ENTRY, &values).await?;
        Ok(())
    }
}

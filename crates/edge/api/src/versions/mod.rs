//! The saved texts of a flow.

pub(crate) mod diff;
pub(crate) mod get;
pub(crate) mod list;
pub(crate) mod restore;

use engine::journal::{Version, VersionSummary};
use kit::Timestamp;
use kit::ids::VersionId;
use serde::Serialize;
use utoipa::ToSchema;

use crate::page::PageBody;

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = FlowVersion)]
pub(crate) struct VersionBody {
    id: VersionId,
    /// Counted from 1.
    number: i64,
    organism_yaml: String,
    created_at: Timestamp,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = FlowVersionSummary)]
pub(crate) struct SummaryBody {
    id: VersionId,
    /// Counted from 1.
    number: i64,
    created_at: Timestamp,
}

/// A part of a list of versions.
pub(crate) type VersionPage = PageBody<SummaryBody>;

impl From<Version> for VersionBody {
    fn from(version: Version) -> Self {
        let Version { id, number, organism_yaml, created_at } = version;
        Self { id, number, organism_yaml, created_at }
    }
}

impl From<VersionSummary> for SummaryBody {
    fn from(version: VersionSummary) -> Self {
        let VersionSummary { id, number, created_at } = version;
        Self { id, number, created_at }
    }
}

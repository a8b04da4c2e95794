use axum::extract::State;
use door::{Json, Path, Query, Validate};
use kit::ids::FlowId;
use serde::{Deserialize, Serialize};
use similar::TextDiff;
use utoipa::{IntoParams, ToSchema};

use crate::ApiState;
use crate::signed::Signed;

#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct DiffQuery {
    /// The number of the version to compare with; the flow's present text when absent.
    to: Option<i64>,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = FlowVersionDiff)]
pub(crate) struct DiffBody {
    /// A unified diff with three lines around each change; empty when the texts are the same.
    diff: String,
}

/// What changed from one saved text of a flow to another.
#[utoipa::path(
    get,
    path = "/flows/{flowId}/versions/{number}/diff",
    operation_id = "diffFlowVersions",
    tag = "Flows",
    params(DiffQuery),
    responses(
        (status = 200, description = "The difference", body = DiffBody),
    ),
)]
pub(crate) async fn diff(
    State(state): State<ApiState>,
    Signed(user): Signed,
    Path((flow, number)): Path<(FlowId, i64)>,
    Query(query): Query<DiffQuery>,
) -> door::Result<Json<DiffBody>> {
    let from = state.engine.get_version(user.id, flow, number).await?;
    let (name, text) = match query.to {
        Some(to) => {
            (format!("version {to}"), state.engine.get_version(user.id, flow, to).await?.organism_yaml)
        }
        None => ("present".to_owned(), state.engine.get_flow(user.id, flow).await?.organism_yaml),
    };
    let lines = TextDiff::from_lines(&from.organism_yaml, &text);
    let diff = lines.unified_diff().context_radius(3).header(&format!("version {number}"), &name).to_string();
    Ok(Json(DiffBody { diff }))
}

impl Validate for DiffQuery {}

use axum::extract::State;
use axum::http::HeaderMap;
use door::{Faults, Json, Path, Query, Validate};
use kit::ids::FlowId;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::{FlowBody, answer};
use crate::ApiState;
use crate::revision::IfMatch;
use crate::signed::Signed;

/// What else a stop is to do.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct StopQuery {
    /// What becomes of executions that wait for a time, a retry or their turn: `keep` lets them stay until the flow
    /// runs again, `cancel` ends them as `flow_stopped`.
    #[param(default = "keep", inline)]
    waiting: Option<Waiting>,
}

#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum Waiting {
    Keep,
    Cancel,
}

/// Stops a running flow: it starts nothing more; active executions have 30 s to end.
#[utoipa::path(
    post,
    path = "/flows/{flowId}/stop",
    operation_id = "stopFlow",
    tag = "Flows",
    params(IfMatch, StopQuery),
    responses(
        (status = 200, description = "The flow, stopped or on its way", body = FlowBody, headers(("ETag" = String, description = "The revision, for `If-Match`"))),
        (status = 409, description = "`wrong_state`: the flow does not run; the state is in `details`"),
    ),
)]
pub(crate) async fn stop(
    State(state): State<ApiState>,
    Signed(user): Signed,
    Path(flow): Path<FlowId>,
    IfMatch(revision): IfMatch,
    Query(query): Query<StopQuery>,
) -> door::Result<(HeaderMap, Json<FlowBody>)> {
    let waiting = match query.waiting {
        None | Some(Waiting::Keep) => engine::Waiting::Keep,
        Some(Waiting::Cancel) => engine::Waiting::Cancel,
    };
    Ok(answer(state.engine.stop_flow(user.id, flow, revision, waiting).await?))
}

impl Validate for StopQuery {
    fn validate(&self, _: &mut Faults) {}
}

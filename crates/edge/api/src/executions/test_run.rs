use axum::extract::State;
use axum::http::StatusCode;
use door::{Json, Path, Validate};
use engine::TestWish;
use kit::ids::{ExecutionId, FlowId};
use serde::Deserialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::ExecutionBody;
use crate::ApiState;
use crate::given::given;
use crate::signed::Signed;

#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = TestFlowRequest)]
pub(crate) struct TestRequest {
    /// Only this listener is run, and hands its answer to nobody; the whole flow when absent.
    listener: Option<String>,
    /// What the flow, or the listener, takes.
    #[serde(default, deserialize_with = "given", alias = "input_payload")]
    #[schema(value_type = Option<Value>, examples(json!({ "customer": "Ada" })))]
    input_payload: Option<Value>,
    /// The execution that it takes it from when there is no `inputPayload`; a listener also sees what came before it there.
    #[serde(alias = "execution_id")]
    execution_id: Option<ExecutionId>,
}

impl Validate for TestRequest {}

/// Tries out the saved text of a flow, or one listener of it, whether the flow runs or not.
///
/// What is pinned stands in for the work of its listeners. Of one listener, the pinned answers are also what its
/// expressions see in `steps`, and the answer that is pinned before it is what it takes when nothing else is said. The
/// execution's `triggerType` is `test`; a test of one listener is no run of the month.
#[utoipa::path(
    post,
    path = "/flows/{flowId}/executions/test",
    operation_id = "testFlow",
    tag = "Executions",
    request_body = Option<TestRequest>,
    responses(
        (status = 201, description = "The new execution", body = ExecutionBody),
        (status = 402, description = "`run_quota`: the runs of the month are used up"),
    ),
)]
pub(crate) async fn test_run(
    State(state): State<ApiState>,
    Signed(user): Signed,
    Path(flow): Path<FlowId>,
    request: Option<Json<TestRequest>>,
) -> door::Result<(StatusCode, Json<ExecutionBody>)> {
    let request = request.map(|Json(request)| request).unwrap_or_default();
    let wish =
        TestWish { listener: request.listener, input: request.input_payload, like: request.execution_id };
    let started = state.engine.test_flow(user.id, flow, wish).await?;
    let details = state.engine.get_execution(user.id, flow, started.id).await?;
    Ok((StatusCode::CREATED, Json(details.into())))
}

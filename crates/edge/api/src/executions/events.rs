use std::convert::Infallible;

use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use door::{Faults, Json, Path, Query, Validate};
use engine::flow::run::StepEvent;
use engine::{Following, Live};
use kit::ids::{ExecutionId, FlowId};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::ApiState;
use crate::signed::Signed;

/// The most events of one page.
const MAX_LIMIT: usize = 1_000;

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct EventsQuery {
    /// Only what comes after this `seq`.
    after: Option<u32>,
    /// How many at most.
    #[param(minimum = 1, maximum = 1_000, default = 1_000)]
    limit: Option<usize>,
}

/// Steps in the order of their `seq`.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = StepEventPage)]
pub(crate) struct EventsBody {
    items: Vec<StepEvent>,
    /// Whether there are more: ask again with `after` set to the last `seq`.
    has_more: bool,
}

/// The steps of an execution; as a live stream for `Accept: text/event-stream`, resumed by `Last-Event-ID`.
///
/// Between the steps the stream has `delta` events, `{step, listener, attempt, restart?, text}`: what a model writes, while it
/// does. They are told by the node that runs the execution and are in no record; the step's own event has the whole. `restart`
/// says that what earlier attempts said is void.
#[utoipa::path(
    get,
    path = "/flows/{flowId}/executions/{executionId}/events",
    operation_id = "listExecutionEvents",
    tag = "Executions",
    params(EventsQuery),
    responses((
        status = 200,
        description = "The steps, or the stream of them",
        content((EventsBody = "application/json"), (String = "text/event-stream")),
    )),
)]
pub(crate) async fn events(
    State(state): State<ApiState>,
    Signed(user): Signed,
    Path((flow, execution)): Path<(FlowId, ExecutionId)>,
    Query(query): Query<EventsQuery>,
    headers: HeaderMap,
) -> door::Result<Response> {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    if text(header::ACCEPT.as_str()).is_some_and(|accept| accept.contains("text/event-stream")) {
        let after = text("last-event-id").and_then(|id| id.parse().ok()).or(query.after);
        let following = state.engine.follow(user.id, flow, execution, after).await?;
        return Ok(Sse::new(stream(following)).keep_alive(KeepAlive::default()).into_response());
    }
    let limit = query.limit.unwrap_or(MAX_LIMIT);
    // One more than asked for tells whether there are more.
    let mut items = state.engine.events(user.id, flow, execution, (query.after, limit + 1)).await?;
    let has_more = items.len() > limit;
    items.truncate(limit);
    Ok(Json(EventsBody { items, has_more }).into_response())
}

fn stream(following: Following) -> impl futures::Stream<Item = Result<Event, Infallible>> {
    futures::stream::unfold(following, |mut following| async move {
        match following.next_live().await {
            Ok(Some(Live::Event(told))) => {
                let data = serde_json::to_string(&told).unwrap_or_default();
                let event = Event::default().id(told.seq.0.to_string()).event(told.kind).data(data);
                Some((Ok(event), following))
            }
            // Without an id: whoever comes back is told what is recorded.
            Ok(Some(Live::Said(said))) => {
                let data = serde_json::to_string(&said).unwrap_or_default();
                Some((Ok(Event::default().event("delta").data(data)), following))
            }
            Ok(None) => None,
            Err(error) => {
                // The client comes back with the last id it has seen.
                tracing::warn!(%error, "an event stream was cut");
                None
            }
        }
    })
}

impl Validate for EventsQuery {
    fn validate(&self, faults: &mut Faults) {
        if self.limit.is_some_and(|limit| !(1..=MAX_LIMIT).contains(&limit)) {
            faults.add("limit", format!("is not from 1 to {MAX_LIMIT}"));
        }
    }
}

use axum::extract::State;
use door::{Faults, Json, Path, Validate};
use engine::journal::ExecutionStatus;
use engine::{ReplayFilter, ReplayWish};
use kit::Timestamp;
use kit::ids::{ExecutionId, FlowId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::replay::ReplayText;
use crate::ApiState;
use crate::signed::Signed;

const MAX_LIMIT: u32 = 1_000;
const DEFAULT_LIMIT: u32 = 100;

#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = ReplayManyRequest)]
pub(crate) struct ReplayManyRequest {
    /// Only executions that ended so; never `running`.
    status: Option<ExecutionStatus>,
    /// Only those that started then or later (RFC 3339).
    #[serde(alias = "started_from")]
    started_from: Option<String>,
    /// Only those that started before; those until now when absent.
    #[serde(alias = "started_before")]
    started_before: Option<String>,
    /// Which text they run; the flow's present one when absent.
    #[serde(default)]
    on: ReplayText,
    /// How many at the most, the oldest first.
    #[schema(minimum = 1, maximum = 1000, default = 100)]
    limit: Option<u32>,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Replays)]
pub(crate) struct ReplaysBody {
    items: Vec<ReplayBody>,
    /// Whether the filter takes more than `limit`: ask again from the last one's start.
    has_more: bool,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Replay)]
pub(crate) struct ReplayBody {
    /// The new execution.
    execution_id: ExecutionId,
    /// The one that it runs again.
    replay_of: ExecutionId,
}

/// Runs all finished executions again that a filter takes, the oldest first.
#[utoipa::path(
    post,
    path = "/flows/{flowId}/executions/replay",
    operation_id = "replayExecutions",
    tag = "Executions",
    request_body = ReplayManyRequest,
    responses(
        (status = 200, description = "What was started", body = ReplaysBody),
        (status = 402, description = "`run_quota`: the runs of the month are used up; those started before go on"),
        (status = 409, description = "`flow_not_running`: start the flow first"),
    ),
)]
pub(crate) async fn replay_many(
    State(state): State<ApiState>,
    Signed(user): Signed,
    Path(flow): Path<FlowId>,
    Json(request): Json<ReplayManyRequest>,
) -> door::Result<Json<ReplaysBody>> {
    let limit = request.limit.unwrap_or(DEFAULT_LIMIT);
    let moment = |text: &Option<String>| text.as_deref().and_then(Timestamp::parse);
    let filter = ReplayFilter {
        status: request.status,
        started_from: moment(&request.started_from),
        started_before: moment(&request.started_before),
    };
    // One more than asked for tells whether there are more.
    let mut found = state.engine.replayable(user.id, flow, filter, limit + 1).await?;
    let has_more = found.len() > limit as usize;
    found.truncate(limit as usize);
    let mut items = Vec::with_capacity(found.len());
    for id in found {
        let wish = ReplayWish { on: request.on.into(), from_step: None };
        let started = state.engine.replay_execution(user.id, flow, id, wish).await?;
        items.push(ReplayBody { execution_id: started.id, replay_of: id });
    }
    Ok(Json(ReplaysBody { items, has_more }))
}

impl Validate for ReplayManyRequest {
    fn validate(&self, faults: &mut Faults) {
        if self.limit.is_some_and(|limit| !(1..=MAX_LIMIT).contains(&limit)) {
            faults.add("limit", format!("is not from 1 to {MAX_LIMIT}"));
        }
        if self.status == Some(ExecutionStatus::Running) {
            faults.add("status", "is running: only what is over can be run again");
        }
        for (name, text) in [("startedFrom", &self.started_from), ("startedBefore", &self.started_before)] {
            if text.as_deref().is_some_and(|text| Timestamp::parse(text).is_none()) {
                faults.add(name, "is not a moment, such as 2026-05-01T12:00:00Z");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::testing::{House, YAML};

    db::testing::both_databases! {
        async fn executions_run_again_one_by_one_and_together(db: Db) {
            let house = House::on(db).await;
            let ann = house.token("ann@example.com").await;
            let made = house.ask(&ann, "POST /flows", json!({"name": "f", "organismYaml": YAML})).await;
            let flow = format!("/flows/{}", made.body["id"].as_str().unwrap());
            house.ask(&ann, &format!("POST {flow}/start"), Value::Null).await;
            let run = house.ask(&ann, &format!("POST {flow}/executions/run"), json!({"inputPayload": {"n": 1}})).await;
            let id = run.body["id"].as_str().unwrap();
            house.state.clock.advance_ms(1_000);

            let again = house.ask(&ann, &format!("POST {flow}/executions/{id}/replay"), json!({"on": "original"})).await;
            assert_eq!((again.status, &again.body["inputPayload"]), (201, &json!("{\"n\":1}")));
            assert_ne!(again.body["id"], run.body["id"]);

            let replay = format!("POST {flow}/executions/{id}/replay");
            let from = house.ask(&ann, &replay, json!({"fromStep": 1})).await;
            assert_eq!((from.status, &from.body["status"]), (201, &json!("success")));
            let refused = house.ask(&ann, &replay, json!({"fromStep": 2})).await;
            assert_eq!((refused.code(), refused.body["details"]["fromStep"].as_str().is_some()), ((422, "validation_error"), true));
            assert_eq!(house.ask(&ann, &replay, json!({"fromStep": -1})).await.status, 422);

            house.state.clock.advance_ms(1_000);
            let many = format!("POST {flow}/executions/replay");
            let all = house.ask(&ann, &many, json!({"status": "success"})).await;
            let of: Vec<&Value> = all.body["items"].as_array().unwrap().iter().map(|item| &item["replayOf"]).collect();
            assert_eq!((of, &all.body["hasMore"]), (vec![&run.body["id"], &again.body["id"], &from.body["id"]], &json!(false)));
            let first = house.ask(&ann, &many, json!({"limit": 1, "startedBefore": "2030-01-01T00:00:00Z"})).await;
            assert_eq!(first.body["hasMore"], json!(true));
            assert_eq!(house.ask(&ann, &many, json!({"status": "error"})).await.body["items"], json!([]));

            for wrong in [json!({"limit": 0}), json!({"status": "running"}), json!({"startedFrom": "noon"})] {
                assert_eq!(house.ask(&ann, &many, wrong).await.status, 422);
            }
            let bob = house.token("bob@example.com").await;
            assert_eq!(house.ask(&bob, &format!("POST {flow}/executions/{id}/replay"), Value::Null).await.status, 404);
            house.ask(&ann, &format!("POST {flow}/stop"), Value::Null).await;
            let stopped = house.ask(&ann, &format!("POST {flow}/executions/{id}/replay"), Value::Null).await;
            assert_eq!(stopped.code(), (409, "flow_not_running"));
        }
    }
}

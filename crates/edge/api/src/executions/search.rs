use axum::extract::State;
use door::{Faults, Json, Query, Validate};
use engine::journal::{Execution, ExecutionPlace, ExecutionStatus, Search, TriggerKind};
use kit::Timestamp;
use kit::ids::{ExecutionId, FlowId};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::WaitingBody;
use crate::ApiState;
use crate::page::check_page;
use crate::signed::Signed;
use crate::sought::{check_moments, check_text, moment};

const DEFAULT_SIZE: u32 = 50;

/// What is looked for, and where to go on.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct SearchQuery {
    /// Only executions of this flow.
    #[serde(alias = "flow_id")]
    flow_id: Option<FlowId>,
    /// Only executions in this status.
    #[param(inline)]
    status: Option<ExecutionStatus>,
    /// Only executions that were started so.
    #[serde(alias = "trigger_type")]
    #[param(inline)]
    trigger_type: Option<TriggerKind>,
    /// Only those that started then or later (RFC 3339).
    #[serde(alias = "started_from")]
    started_from: Option<String>,
    /// Only those that started before (RFC 3339).
    #[serde(alias = "started_before")]
    started_before: Option<String>,
    /// Only those whose id, flow's name or error holds this text, in any case of letters.
    #[param(max_length = 200)]
    text: Option<String>,
    /// `nextCursor` of the page before.
    cursor: Option<String>,
    /// How many on a page.
    #[serde(alias = "page_size")]
    #[param(minimum = 1, maximum = 200, default = 50)]
    page_size: Option<u32>,
}

/// A part of what was found.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = FoundExecutions)]
pub(crate) struct FoundBody {
    items: Vec<FoundExecution>,
    /// Where the next page begins; null at the end. A page before the end may be short, even empty: what the filters leave
    /// out is looked through piece by piece.
    #[schema(required)]
    next_cursor: Option<String>,
}

/// An execution with its flow's name.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct FoundExecution {
    id: ExecutionId,
    flow_id: FlowId,
    flow_name: String,
    status: ExecutionStatus,
    trigger_type: TriggerKind,
    started_at: Timestamp,
    #[schema(required)]
    duration_ms: Option<i64>,
    #[schema(required)]
    error_code: Option<String>,
    #[schema(required)]
    error_message: Option<String>,
    #[schema(required)]
    waiting_on: Option<WaitingBody>,
}

/// The executions of all flows, the newest first.
#[utoipa::path(
    get,
    path = "/executions",
    operation_id = "searchExecutions",
    tag = "Executions",
    params(SearchQuery),
    responses(
        (status = 200, description = "A page of executions", body = FoundBody),
    ),
)]
pub(crate) async fn search(
    State(state): State<ApiState>,
    Signed(user): Signed,
    Query(query): Query<SearchQuery>,
) -> door::Result<Json<FoundBody>> {
    let search = Search {
        flow: query.flow_id,
        status: query.status,
        trigger_kind: query.trigger_type,
        from: moment(&query.started_from),
        before: moment(&query.started_before),
        text: query.text,
    };
    let after: Option<ExecutionPlace> = query.cursor.and_then(|cursor| cursor.parse().ok());
    let size = query.page_size.unwrap_or(DEFAULT_SIZE);
    let found = state.engine.search_executions(user.id, &search, after, size).await?;
    Ok(Json(FoundBody {
        items: found.items.into_iter().map(FoundExecution::from).collect(),
        next_cursor: found.next.map(|place| place.to_string()),
    }))
}

impl From<(Execution, String)> for FoundExecution {
    fn from((execution, flow_name): (Execution, String)) -> Self {
        Self {
            id: execution.id,
            flow_id: execution.flow,
            flow_name,
            status: execution.status,
            trigger_type: execution.trigger_kind,
            started_at: execution.started_at,
            duration_ms: execution.completed_at.map(|at| at.since_ms(execution.started_at)),
            error_code: execution.error_code,
            error_message: execution.error_message,
            waiting_on: execution.waiting.map(WaitingBody::from),
        }
    }
}

impl Validate for SearchQuery {
    fn validate(&self, faults: &mut Faults) {
        check_page(None, self.page_size, faults);
        let moments = [("startedFrom", &self.started_from), ("startedBefore", &self.started_before)];
        check_moments(&moments, faults);
        check_text(&self.text, faults);
        if self.cursor.as_ref().is_some_and(|cursor| cursor.parse::<ExecutionPlace>().is_err()) {
            faults.add("cursor", "is not the `nextCursor` of a page");
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::testing::{House, YAML};

    db::testing::both_databases! {
        async fn executions_of_all_flows_are_found_page_by_page_and_counted(db: Db) {
            let house = House::on(db).await;
            let ann = house.token("ann@example.com").await;
            let mut flows = Vec::new();
            for name in ["orders", "returns"] {
                let made = house.ask(&ann, "POST /flows", json!({"name": name, "organismYaml": YAML})).await;
                let flow = made.body["id"].as_str().unwrap().to_owned();
                house.ask(&ann, &format!("POST /flows/{flow}/start"), Value::Null).await;
                for _ in 0..2 {
                    house.state.clock.advance_ms(1_000);
                    house.ask(&ann, &format!("POST /flows/{flow}/executions/run"), json!({"inputPayload": {"n": 1}})).await;
                }
                flows.push(flow);
            }
            let page = house.ask(&ann, "GET /executions?pageSize=3", Value::Null).await;
            let names: Vec<&Value> = page.body["items"].as_array().unwrap().iter().map(|item| &item["flowName"]).collect();
            assert_eq!(names, ["returns", "returns", "orders"]);
            let cursor = page.body["nextCursor"].as_str().unwrap();
            let rest = house.ask(&ann, &format!("GET /executions?pageSize=3&cursor={cursor}"), Value::Null).await;
            assert_eq!((rest.body["items"].as_array().unwrap().len(), &rest.body["nextCursor"]), (1, &Value::Null));
            let found = house.ask(&ann, "GET /executions?text=ORDER&status=success&triggerType=manual", Value::Null).await;
            assert_eq!(found.body["items"].as_array().unwrap().len(), 2, "{found:?}");
            let own = house.ask(&ann, &format!("GET /executions?flowId={}&startedFrom=2000-01-01T00:00:00Z", flows[0]), Value::Null).await;
            assert_eq!(own.body["items"].as_array().unwrap().len(), 2);

            let together = house.ask(&ann, "GET /executions/series?step=hour&steps=24", Value::Null).await;
            assert_eq!((&together.body["points"][0]["success"], &together.body["points"][0]["flowId"]), (&json!(4), &Value::Null), "{together:?}");
            let apart = house.ask(&ann, "GET /executions/series?byFlow=true", Value::Null).await;
            assert_eq!(apart.body["points"].as_array().unwrap().iter().map(|point| &point["success"]).collect::<Vec<_>>(), [2, 2]);
            let listed = house.ask(&ann, "GET /flows", Value::Null).await;
            assert_eq!(listed.body["items"][0]["lastExecution"]["status"], "success");

            for wrong in ["?cursor=1", "?startedFrom=noon", "?pageSize=201", "?status=odd", "/series?steps=91", "/series?step=hour&steps=169"] {
                assert_eq!(house.ask(&ann, &format!("GET /executions{wrong}"), Value::Null).await.status, 422, "{wrong}");
            }
            let bob = house.token("bob@example.com").await;
            assert_eq!(house.ask(&bob, "GET /executions", Value::Null).await.body["items"], json!([]));
            for path in ["executions", "executions/series"] {
                assert_eq!(house.ask(&bob, &format!("GET /{path}?flowId={}", flows[0]), Value::Null).await.status, 404);
            }
        }
    }
}

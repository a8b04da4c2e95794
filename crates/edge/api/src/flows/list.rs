use axum::extract::State;
use door::{Faults, Json, Query, Validate};
use serde::Deserialize;
use utoipa::IntoParams;

use super::{FlowPage, SummaryBody};
use crate::ApiState;
use crate::page::{PageBody, check_page, page};
use crate::signed::Signed;

/// `page` and `pageSize` of a query.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ListQuery {
    /// Which page, from 1.
    #[param(minimum = 1, default = 1)]
    pub(crate) page: Option<u32>,
    /// How many on a page.
    #[serde(alias = "page_size")]
    #[param(minimum = 1, maximum = 200, default = 20)]
    pub(crate) page_size: Option<u32>,
}

/// The flows of the user, the last changed first.
#[utoipa::path(
    get,
    path = "/flows",
    operation_id = "listFlows",
    tag = "Flows",
    params(ListQuery),
    responses(
        (status = 200, description = "A page of flows", body = FlowPage),
    ),
)]
pub(crate) async fn list(
    State(state): State<ApiState>,
    Signed(user): Signed,
    Query(query): Query<ListQuery>,
) -> door::Result<Json<FlowPage>> {
    let page = page(query.page, query.page_size, 20);
    let flows = state.engine.list_flows(user.id, page).await?;
    Ok(Json(PageBody::new(flows, page, SummaryBody::from)))
}

impl Validate for ListQuery {
    fn validate(&self, faults: &mut Faults) {
        check_page(self.page, self.page_size, faults);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::testing::House;

    const ASKS: &str = "organism:\n  name: asks\nlisteners:\n  - name: ask\n    description: Asks\n    handler: approval\n    config: {message: Go on?, deadline: 1h, default: reject}\n    next: out\n  - name: out\n    description: Answers\n    handler: output\n";

    db::testing::both_databases! {
        async fn a_flow_whose_last_execution_stands_still_says_what_for(db: Db) {
            let house = House::on(db).await;
            let ann = house.token("ann@example.com").await;
            let made = house.ask(&ann, "POST /flows", json!({"name": "asks", "organismYaml": ASKS})).await;
            let flow = made.body["id"].as_str().unwrap().to_owned();
            house.ask(&ann, &format!("POST /flows/{flow}/start"), Value::Null).await;
            let run = house.ask(&ann, &format!("POST /flows/{flow}/executions/run"), json!({})).await;
            let last = house.ask(&ann, "GET /flows", Value::Null).await.body["items"][0]["lastExecution"].clone();
            assert_eq!((&last["status"], &last["waitingOn"]["kind"]), (&json!("running"), &json!("approval")));
            assert!(last["waitingOn"]["until"].is_string(), "{last}");
            let listed = house.ask(&ann, &format!("GET /flows/{flow}/executions"), Value::Null).await;
            assert_eq!(listed.body["items"][0]["waitingOn"], last["waitingOn"]);

            let run = run.body["id"].as_str().unwrap();
            house.ask(&ann, &format!("POST /flows/{flow}/executions/{run}/cancel"), Value::Null).await;
            let last = house.ask(&ann, "GET /flows", Value::Null).await.body["items"][0]["lastExecution"].clone();
            assert_eq!((&last["status"], &last["waitingOn"]), (&json!("error"), &Value::Null));
        }
    }
}

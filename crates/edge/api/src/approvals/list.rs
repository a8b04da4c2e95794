use axum::extract::State;
use door::{Faults, Json, Query, Validate};
use engine::journal::{ApprovalFilter, ApprovalStatus};
use kit::ids::{ExecutionId, FlowId};
use serde::Deserialize;
use utoipa::IntoParams;

use super::{ApprovalPage, body};
use crate::ApiState;
use crate::page::{PageBody, check_page, page};
use crate::signed::Signed;
use crate::sought::{check_moments, check_text, moment};

/// Which questions are looked for.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ApprovalsQuery {
    /// Only those that stand so.
    #[param(inline)]
    status: Option<ApprovalStatus>,
    /// Only those of this flow.
    #[serde(alias = "flow_id")]
    flow_id: Option<FlowId>,
    /// Only those of this execution.
    #[serde(alias = "execution_id")]
    execution_id: Option<ExecutionId>,
    /// Only those that this listener asks.
    listener: Option<String>,
    /// Only those that were asked then or later (RFC 3339).
    #[serde(alias = "asked_from")]
    asked_from: Option<String>,
    /// Only those that were asked before (RFC 3339).
    #[serde(alias = "asked_before")]
    asked_before: Option<String>,
    /// Only those whose deadline is before (RFC 3339); one without a deadline never is.
    #[serde(alias = "due_before")]
    due_before: Option<String>,
    /// Only those whose message, listener or flow's name holds this text, in any case of the letters a to z.
    #[param(max_length = 200)]
    text: Option<String>,
    /// Which page, from 1.
    #[param(minimum = 1, default = 1)]
    page: Option<u32>,
    /// How many on a page.
    #[serde(alias = "page_size")]
    #[param(minimum = 1, maximum = 200, default = 50)]
    page_size: Option<u32>,
}

/// What executions ask or have asked, the newest first.
#[utoipa::path(
    get,
    path = "/approvals",
    operation_id = "listApprovals",
    tag = "Approvals",
    params(ApprovalsQuery),
    responses(
        (status = 200, description = "A page of questions", body = ApprovalPage),
    ),
)]
pub(crate) async fn list(
    State(state): State<ApiState>,
    Signed(user): Signed,
    Query(query): Query<ApprovalsQuery>,
) -> door::Result<Json<ApprovalPage>> {
    let page = page(query.page, query.page_size, 50);
    let found = state.engine.approvals(user.id, &query.filter(), page).await?;
    Ok(Json(PageBody::new(found, page, |approval| body(&state, approval))))
}

impl ApprovalsQuery {
    fn filter(self) -> ApprovalFilter {
        ApprovalFilter {
            asked_from: moment(&self.asked_from),
            asked_before: moment(&self.asked_before),
            due_before: moment(&self.due_before),
            flow: self.flow_id,
            execution: self.execution_id,
            status: self.status,
            listener: self.listener,
            text: self.text,
        }
    }
}

impl Validate for ApprovalsQuery {
    fn validate(&self, faults: &mut Faults) {
        check_page(self.page, self.page_size, faults);
        let asked = [("askedFrom", &self.asked_from), ("askedBefore", &self.asked_before)];
        check_moments(&asked, faults);
        check_moments(&[("dueBefore", &self.due_before)], faults);
        check_text(&self.text, faults);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::testing::{House, START};

    fn asking(listener: &str, message: &str, more: &str) -> String {
        format!(
            "organism:\n  name: asks\nlisteners:\n  - name: {listener}\n    description: Asks\n    handler: approval\n    config: {{message: \"{message}\"{more}}}\n    next: out\n  - name: out\n    description: Answers\n    handler: output\n"
        )
    }

    async fn ask(house: &House, token: &str, name: &str, yaml: String) {
        let made = house.ask(token, "POST /flows", json!({"name": name, "organismYaml": yaml})).await;
        let flow = made.body["id"].as_str().unwrap().to_owned();
        house.ask(token, &format!("POST /flows/{flow}/start"), Value::Null).await;
        let run = house.ask(token, &format!("POST /flows/{flow}/executions/run"), json!({})).await;
        assert_eq!(run.status, 201, "{run:?}");
    }

    db::testing::both_databases! {
        async fn questions_are_found_by_what_they_ask_and_until_when(db: Db) {
            let house = House::on(db).await;
            let ann = house.token("ann@example.com").await;
            ask(&house, &ann, "Refunds", asking("desk", "Refund 100 %?", ", deadline: 1h")).await;
            house.state.clock.advance_ms(60_000);
            ask(&house, &ann, "Letters", asking("boss", "Send it?", "")).await;
            let found = async |query: &str| {
                let page = house.ask(&ann, &format!("GET /approvals?{query}"), Value::Null).await;
                let items = page.body["items"].as_array().unwrap_or_else(|| panic!("{query}: {page:?}")).iter();
                let listeners: Vec<String> = items.map(|item| item["listener"].as_str().unwrap().to_owned()).collect();
                assert_eq!(page.body["total"], json!(listeners.len()), "{query}");
                listeners
            };
            let moment = |ms: i64| START.plus_ms(ms).to_string();
            for (query, wanted) in [
                (String::new(), vec!["boss", "desk"]),
                ("text=refund%20100%20%25".into(), vec!["desk"]),
                ("text=BOSS".into(), vec!["boss"]),
                ("text=letters".into(), vec!["boss"]),
                ("text=_".into(), vec![]),
                ("listener=desk".into(), vec!["desk"]),
                ("listener=des".into(), vec![]),
                (format!("askedFrom={}", moment(30_000)), vec!["boss"]),
                (format!("askedBefore={}", moment(30_000)), vec!["desk"]),
                (format!("dueBefore={}", moment(2 * 3_600_000)), vec!["desk"]),
                (format!("dueBefore={}", moment(1_000)), vec![]),
            ] {
                assert_eq!(found(&query).await, wanted, "{query}");
            }
            for wrong in ["askedFrom=noon", "askedBefore=1", "dueBefore=soon"] {
                assert_eq!(house.ask(&ann, &format!("GET /approvals?{wrong}"), Value::Null).await.status, 422, "{wrong}");
            }
        }
    }
}

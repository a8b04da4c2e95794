use std::convert::Infallible;

use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use door::{Faults, Json, Query, Validate};
use engine::AlertStream;
use engine::journal::{Alert, AlertFilter, AlertLevel, AlertRule};
use kit::ids::FlowId;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::ApiState;
use crate::page::{PageBody, check_page, page};
use crate::signed::SignedBy;
use crate::sought::{check_moments, check_text, moment};

/// Which alerts are looked for.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct AlertsQuery {
    /// Only those of this rule.
    #[param(inline)]
    rule: Option<AlertRule>,
    /// Only those that are so bad.
    #[param(inline)]
    level: Option<AlertLevel>,
    /// Only those about this flow.
    #[serde(alias = "flow_id")]
    flow_id: Option<FlowId>,
    /// Only those that were found then or later (RFC 3339).
    from: Option<String>,
    /// Only those that were found before (RFC 3339).
    before: Option<String>,
    /// Only those whose message holds this text, in any case of the letters a to z.
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

/// A part of a list of alerts.
pub(crate) type AlertPage = PageBody<Alert>;

/// What the watchdog has found, the newest first; as a live stream for `Accept: text/event-stream`.
///
/// Operators see the server's own alerts among theirs. The stream tells what comes from now on, or, with
/// `Last-Event-ID`, what came after that alert; it tells all, whatever is looked for.
#[utoipa::path(
    get,
    path = "/alerts",
    operation_id = "listAlerts",
    tag = "Operating",
    params(AlertsQuery),
    responses((
        status = 200,
        description = "A page of alerts, or the stream of them",
        content((AlertPage = "application/json"), (String = "text/event-stream")),
    )),
)]
pub(crate) async fn list(
    State(state): State<ApiState>,
    SignedBy(session): SignedBy,
    Query(query): Query<AlertsQuery>,
    headers: HeaderMap,
) -> door::Result<Response> {
    let is_operator = state.accounts.is_operator(&session).await?;
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    if text(header::ACCEPT.as_str()).is_some_and(|accept| accept.contains("text/event-stream")) {
        let after = text("last-event-id").and_then(|id| id.parse().ok());
        let alerts = state.engine.follow_alerts(session.user.id, is_operator, after).await?;
        return Ok(Sse::new(stream(alerts)).keep_alive(KeepAlive::default()).into_response());
    }
    let page = page(query.page, query.page_size, 50);
    let filter = query.filter();
    let alerts = state.engine.alerts(session.user.id, is_operator, &filter, page).await?;
    Ok(Json(PageBody::new(alerts, page, |alert| alert)).into_response())
}

fn stream(alerts: AlertStream) -> impl futures::Stream<Item = Result<Event, Infallible>> {
    futures::stream::unfold(alerts, |mut alerts| async move {
        match alerts.next().await {
            Ok(Some(alert)) => {
                let data = serde_json::to_string(&alert).unwrap_or_default();
                Some((Ok(Event::default().id(alert.id.to_string()).event("alert").data(data)), alerts))
            }
            Ok(None) => None,
            Err(error) => {
                // The client comes back with the last id it has seen.
                tracing::warn!(%error, "a stream of alerts was cut");
                None
            }
        }
    })
}

impl AlertsQuery {
    fn filter(self) -> AlertFilter {
        let (from, before) = (moment(&self.from), moment(&self.before));
        AlertFilter { rule: self.rule, level: self.level, flow: self.flow_id, from, before, text: self.text }
    }
}

impl Validate for AlertsQuery {
    fn validate(&self, faults: &mut Faults) {
        check_page(self.page, self.page_size, faults);
        check_moments(&[("from", &self.from), ("before", &self.before)], faults);
        check_text(&self.text, faults);
    }
}

#[cfg(test)]
mod tests {
    use engine::journal::Journal;
    use kit::Id;
    use kit::ids::OwnerId;
    use serde_json::{Value, json};

    use super::*;
    use crate::testing::{House, START, YAML};

    fn alert(number: u128, owner: Option<OwnerId>) -> Alert {
        let message = format!("alert {number}");
        let (rule, level) = (AlertRule::Repetition, AlertLevel::Critical);
        let (flow, execution, at) = (None, None, START.plus_ms(i64::try_from(number).unwrap()));
        Alert { id: Id::from_u128(number), owner, flow, execution, rule, level, message, stops: true, at }
    }

    async fn messages(house: &House, token: &str) -> Vec<String> {
        let page = house.ask(token, "GET /alerts", Value::Null).await;
        assert_eq!(page.status, 200, "{page:?}");
        let items = page.body["items"].as_array().unwrap();
        items.iter().map(|item| item["message"].as_str().unwrap().to_owned()).collect()
    }

    db::testing::both_databases! {
        async fn owners_see_their_alerts_and_operators_the_server_s_too(db: Db) {
            let journal = Journal::new(db.clone());
            let house = House::on(db).await;
            let (ann, bob) = (house.token("ann@example.com").await, house.token("bob@example.com").await);
            let id = |user: &accounts::User| user.id;
            let users = house.state.accounts.list_users().await.unwrap();
            for (number, owner) in [(1, Some(id(&users[0]))), (2, None), (3, Some(id(&users[0])))] {
                assert!(journal.raise_alert(&alert(number, owner), &number.to_string(), &[]).await.unwrap());
                // A fact is told once, whoever sees it.
                assert!(!journal.raise_alert(&alert(number + 10, owner), &number.to_string(), &[]).await.unwrap());
            }
            assert_eq!(messages(&house, &ann).await, ["alert 3", "alert 1"]);
            assert!(messages(&house, &bob).await.is_empty());
            house.state.accounts.set_operator("bob@example.com", true).await.unwrap();
            assert_eq!(messages(&house, &bob).await, ["alert 2"]);
            let page = house.ask(&ann, "GET /alerts?pageSize=1", Value::Null).await;
            assert_eq!((&page.body["total"], &page.body["hasMore"]), (&json!(2), &json!(true)));
            let first = &page.body["items"][0];
            assert_eq!((&first["rule"], &first["level"], &first["stops"]), (&json!("repetition"), &json!("critical"), &json!(true)));
            assert!(first.get("owner").is_none() && first["flowId"].is_null());
        }

        async fn alerts_are_found_by_what_they_are_about(db: Db) {
            let journal = Journal::new(db.clone());
            let house = House::on(db).await;
            let ann = house.token("ann@example.com").await;
            let owner = Some(house.state.accounts.list_users().await.unwrap()[0].id);
            let made = house.ask(&ann, "POST /flows", json!({"name": "a", "organismYaml": YAML})).await;
            let flow = made.body["id"].as_str().unwrap().to_owned();
            let tokens = Alert { rule: AlertRule::Tokens, level: AlertLevel::Warning, message: "90 % used".into(), ..alert(1, owner) };
            let stuck = Alert { rule: AlertRule::Stuck, flow: flow.parse().ok(), message: "Nichts geht, ÄRGER".into(), ..alert(2, owner) };
            for one in [tokens, stuck, alert(3, owner)] {
                assert!(journal.raise_alert(&one, &one.message, &[]).await.unwrap());
            }
            let found = async |query: &str| {
                let page = house.ask(&ann, &format!("GET /alerts?{query}"), Value::Null).await;
                let messages = page.body["items"].as_array().unwrap_or_else(|| panic!("{query}: {page:?}")).iter();
                let messages: Vec<String> = messages.map(|item| item["message"].as_str().unwrap().to_owned()).collect();
                assert_eq!(page.body["total"], json!(messages.len()), "{query}");
                messages
            };
            let [first, second, third] = ["90 % used", "Nichts geht, ÄRGER", "alert 3"];
            let moment = |ms: i64| START.plus_ms(ms).to_string();
            for (query, wanted) in [
                (String::new(), vec![third, second, first]),
                ("rule=tokens".into(), vec![first]),
                ("level=critical".into(), vec![third, second]),
                (format!("flowId={flow}"), vec![second]),
                (format!("from={}", moment(2)), vec![third, second]),
                (format!("before={}", moment(2)), vec![first]),
                ("text=NICHTS%20GEHT".into(), vec![second]),
                ("text=%C3%84RGER".into(), vec![second]),
                ("text=%25".into(), vec![first]),
                ("text=_".into(), vec![]),
                ("rule=stuck&text=alert".into(), vec![]),
            ] {
                assert_eq!(found(&query).await, wanted, "{query}");
            }
            for wrong in ["rule=odd", "level=bad", "from=noon", "flowId=1"] {
                assert_eq!(house.ask(&ann, &format!("GET /alerts?{wrong}"), Value::Null).await.status, 422, "{wrong}");
            }
            let bob = house.token("bob@example.com").await;
            assert_eq!(house.ask(&bob, &format!("GET /alerts?flowId={flow}"), Value::Null).await.status, 404);
        }

        async fn the_stream_tells_what_comes_and_what_was_missed(db: Db) {
            let journal = Journal::new(db.clone());
            let house = House::on(db).await;
            house.token("ann@example.com").await;
            let owner = house.state.accounts.list_users().await.unwrap()[0].id;
            let raise = async |number: u128| {
                journal.raise_alert(&alert(number, Some(owner)), &number.to_string(), &[]).await.unwrap()
            };
            raise(1).await;
            raise(2).await;
            let engine = &house.state.engine;
            let mut live = engine.follow_alerts(owner, false, None).await.unwrap();
            let mut back = engine.follow_alerts(owner, false, Some(Id::from_u128(1))).await.unwrap();
            raise(3).await;
            assert_eq!(live.next().await.unwrap().unwrap().message, "alert 3");
            assert_eq!(back.next().await.unwrap().unwrap().message, "alert 2");
            assert_eq!(back.next().await.unwrap().unwrap().message, "alert 3");
        }
    }
}

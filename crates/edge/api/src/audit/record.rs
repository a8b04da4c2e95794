use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::LazyLock;

use accounts::{Change, Scope, Session};
use axum::body::{Body, Bytes};
use axum::extract::{ConnectInfo, MatchedPath, OriginalUri, Request, State};
use axum::http::{Method, StatusCode};
use axum::middleware::Next;
use axum::response::Response;
use door::{Failure, RequestId};
use serde_json::Value as Json;

use crate::{ApiState, BASE, rights};

/// Records every change that is made through it: all routes of users stand behind it.
///
/// The entry is written right after the change and before its answer leaves. Only a server that dies between the two
/// leaves a change without its entry. What is refused (4xx) has changed nothing and is not recorded.
pub(crate) async fn record(
    State(state): State<ApiState>,
    request: Request,
    next: Next,
) -> door::Result<Response> {
    let route = request.extensions().get::<MatchedPath>().map_or("", MatchedPath::as_str).to_owned();
    let session = request.extensions().get::<Session>().cloned();
    let changes = rights::scope(request.method(), route.strip_prefix(BASE).unwrap_or(&route)) != Scope::Read;
    let (true, Some(session)) = (changes, session) else { return Ok(next.run(request).await) };
    let change = change(&state, &request, &route);
    // A caller who goes away must not leave a change without its entry.
    let work = tokio::spawn(async move {
        let (change, response) = outcome(change, next.run(request).await).await?;
        if change.status < 400 || change.status >= 500 {
            keep(&state, &session, change).await;
        }
        Ok(response)
    });
    work.await.unwrap_or_else(|error| Err(Failure::internal(format!("a request was lost: {error}"))))
}

fn change(state: &ApiState, request: &Request, route: &str) -> Change {
    let extensions = request.extensions();
    let uri = extensions.get::<OriginalUri>().map_or(request.uri(), |OriginalUri(uri)| uri);
    let peer = extensions.get::<ConnectInfo<SocketAddr>>().map(|peer| peer.0.ip());
    Change {
        action: action(request.method(), route),
        path: uri.path().to_owned(),
        object_id: None,
        status: 0,
        address: peer.map(|peer| state.proxies.client_of(peer, request.headers()).to_string()),
        request_id: extensions.get::<RequestId>().map_or("", RequestId::as_str).to_owned(),
    }
}

/// The name of the operation in the API's document; its method where it has none.
fn action(method: &Method, route: &str) -> String {
    static NAMES: LazyLock<HashMap<(Method, String), String>> = LazyLock::new(names);
    let name = NAMES.get(&(method.clone(), route.to_owned()));
    name.cloned().unwrap_or_else(|| method.to_string())
}

fn names() -> HashMap<(Method, String), String> {
    let mut names = HashMap::new();
    for (path, mut item) in crate::operations().paths.paths {
        for (method, operation) in crate::reference::operations(&mut item) {
            names.extend(operation.operation_id.clone().map(|id| ((method, path.clone()), id)));
        }
    }
    names
}

/// What was answered, and the id of what was made.
async fn outcome(mut change: Change, response: Response) -> door::Result<(Change, Response)> {
    change.status = response.status().as_u16();
    if response.status() != StatusCode::CREATED {
        return Ok((change, response));
    }
    let (head, body) = response.into_parts();
    let body: Bytes = axum::body::to_bytes(body, usize::MAX)
        .await
        .map_err(|error| Failure::internal(format!("an answer broke off: {error}")))?;
    let made: Option<Json> = serde_json::from_slice(&body).ok();
    change.object_id = made.and_then(|made| made["id"].as_str().map(str::to_owned));
    Ok((change, Response::from_parts(head, Body::from(body))))
}

async fn keep(state: &ApiState, session: &Session, change: Change) {
    let (action, path, request_id) = (change.action.clone(), change.path.clone(), change.request_id.clone());
    if let Err(error) = state.accounts.record_change(session, change).await {
        // It is done: the caller learns so all the same, and the log has what the table lacks.
        metrics::counter!("bloxserver_audit_lost_total").increment(1);
        tracing::error!(%error, owner = %session.user.id, action, path, request_id, "a change was not recorded");
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::testing::{House, YAML, session_token};

    async fn entries(house: &House, token: &str) -> Vec<Value> {
        let page = house.ask(token, "GET /audit", Value::Null).await;
        assert_eq!(page.status, 200, "{page:?}");
        page.body["items"].as_array().unwrap().clone()
    }

    db::testing::both_databases! {
        async fn a_change_is_recorded_once_with_who_what_and_which(db: Db) {
            let house = House::on(db).await;
            let (ann, bob) = (house.token("ann@example.com").await, house.token("bob@example.com").await);
            let draft = json!({"name": "orders", "organismYaml": YAML});
            let headers = [("x-request-id", "r-7"), ("idempotency-key", "k")];
            let made = house.ask_with(&ann, "POST /flows", draft.clone(), &headers).await;
            // A repetition changes nothing.
            assert_eq!(house.ask_with(&ann, "POST /flows", draft, &headers).await.status, 201);
            let id = made.body["id"].as_str().unwrap();
            let path = format!("PUT /flows/{id}/secrets/KEY");
            assert_eq!(house.ask(&ann, &path, json!({"value": "hunter2"})).await.status, 200);
            // Neither what is refused nor what only reads is a change.
            assert_eq!(house.ask(&ann, "POST /flows", json!({"name": ""})).await.status, 422);
            assert_eq!(house.ask(&ann, "POST /flows/validate", json!({"organismYaml": YAML})).await.status, 200);
            let entries = entries(&house, &ann).await;
            let actions: Vec<&str> = entries.iter().map(|entry| entry["action"].as_str().unwrap()).collect();
            assert_eq!(actions, ["putFlowSecret", "createFlow"]);
            let created = &entries[1];
            assert_eq!((&created["path"], &created["objectId"]), (&json!("/api/v1/flows"), &json!(id)));
            assert_eq!((&created["requestId"], &created["via"], &created["status"]), (&json!("r-7"), &json!("token"), &json!(201)));
            assert!(created["tokenId"].is_string() && created["operator"].is_null());
            assert_eq!(entries[0]["path"], format!("/api/v1/flows/{id}/secrets/KEY"));
            assert!(!json!(entries).to_string().contains("hunter2"));
            assert!(self::entries(&house, &bob).await.is_empty());
        }

        async fn an_operator_who_acts_as_the_user_is_named(db: Db) {
            let house = House::on(db).await;
            let acting = session_token(&json!({"act": {"sub": "user_eve"}}));
            assert_eq!(house.ask(&acting, "POST /flows", json!({"name": "x"})).await.status, 201);
            let entries = entries(&house, &session_token(&json!({}))).await;
            assert_eq!((&entries[0]["via"], &entries[0]["operator"]), (&json!("session"), &json!("user_eve")));
        }
    }
}

use accounts::Received;
use axum::extract::{Request, State};
use door::{Failure, Json};
use engine::journal::{FlowStatus, FlowSummary, Page};
use kit::Kind;
use kit::ids::OwnerId;
use serde::Serialize;
use utoipa::ToSchema;

use crate::ApiState;

/// What became of a delivery.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ClerkDelivery)]
pub(crate) struct DeliveryBody {
    /// `applied`, `deleted`, `outdated` or `ignored`.
    #[schema(example = "applied")]
    status: &'static str,
}

/// Takes a delivery of Clerk's about a user: made, changed, or gone.
///
/// Each that is authentic is answered with 200, also a late or repeated one, which does nothing; a user who is gone
/// takes all flows along, and as long as one of them still ends its work the delivery is to be sent again.
#[utoipa::path(
    post,
    path = "/webhooks/clerk",
    operation_id = "receiveClerkEvent",
    tag = "Account",
    request_body(content = Object, description = "An event of Clerk's, signed by Svix's headers"),
    params(
        ("svix-id" = String, Header, description = "Which delivery"),
        ("svix-timestamp" = String, Header, description = "When it was sent, in seconds"),
        ("svix-signature" = String, Header, description = "What proves it"),
    ),
    responses(
        (status = 200, description = "What was done", body = DeliveryBody),
        (status = 400, description = "`bad_signature`: not signed as it must be"),
    ),
)]
pub(crate) async fn receive(
    State(state): State<ApiState>,
    request: Request,
) -> door::Result<Json<DeliveryBody>> {
    let (head, body) = request.into_parts();
    let limits = head.extensions.get().copied().unwrap_or_default();
    let body = door::body::read(body, limits).await?;
    let headers = head.headers.iter().filter_map(|(name, value)| Some((name.as_str(), value.to_str().ok()?)));
    let headers: Vec<(&str, &str)> = headers.collect();
    let status = match state.accounts.receive_clerk_event(&headers, &body, state.clock.now()).await? {
        Received::Applied(_) => "applied",
        Received::Deleted(owner) => {
            forget(&state, owner).await?;
            "deleted"
        }
        Received::Outdated => "outdated",
        Received::Ignored => "ignored",
    };
    Ok(Json(DeliveryBody { status }))
}

/// Removes the flows of a user who is gone.
async fn forget(state: &ApiState, owner: OwnerId) -> door::Result<()> {
    loop {
        // What is removed makes place on the first page for the next.
        let flows = state.engine.list_flows(owner, Page { number: 1, size: 200 }).await?.items;
        let mut still_ending = 0;
        for flow in &flows {
            if !remove(state, owner, flow).await? {
                still_ending += 1;
            }
        }
        if still_ending > 0 {
            let message = format!("{still_ending} flows of this user end their work: deliver this again");
            return Err(Failure::of_kind(Kind::Unavailable, "unavailable", message).with_retry_after_s(30));
        }
        if flows.is_empty() {
            return Ok(());
        }
    }
}

/// Stops and deletes a flow; `false` while it ends its work.
async fn remove(state: &ApiState, owner: OwnerId, flow: &FlowSummary) -> door::Result<bool> {
    let status = match flow.status {
        FlowStatus::Running | FlowStatus::Starting => {
            state.engine.stop_flow(owner, flow.id, None, engine::Waiting::Cancel).await?.status
        }
        status => status,
    };
    if status == FlowStatus::Stopping {
        return Ok(false);
    }
    state.engine.delete_flow(owner, flow.id, None).await?;
    Ok(true)
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use axum::http::Request;
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;
    use hmac::{Hmac, KeyInit, Mac};
    use serde_json::{Value, json};
    use sha2::Sha256;

    use crate::testing::{House, Reply, START, WEBHOOK_SECRET_BYTES, session_token};

    async fn deliver(house: &House, id: &str, delivery: &Value) -> Reply {
        let (body, seconds) = (delivery.to_string(), START.as_millis() / 1_000);
        let mut mac = Hmac::<Sha256>::new_from_slice(&WEBHOOK_SECRET_BYTES).unwrap();
        mac.update(format!("{id}.{seconds}.{body}").as_bytes());
        let signature = format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()));
        let request = Request::post("/webhooks/clerk")
            .header("svix-id", id)
            .header("svix-timestamp", seconds)
            .header("svix-signature", signature)
            .body(Body::from(body));
        house.send(request.unwrap()).await
    }

    fn profile(name: &str) -> Value {
        json!({"type": "user.updated", "data": {"id": "user_ann", "first_name": name, "updated_at": 1_000,
            "primary_email_address_id": "idn_1",
            "email_addresses": [{"id": "idn_1", "email_address": "ann@example.com"}]}})
    }

    fn gone() -> Value {
        json!({"type": "user.deleted", "data": {"id": "user_ann", "deleted": true}})
    }

    db::testing::both_databases! {
        async fn a_delivery_keeps_the_profile_in_step(db: Db) {
            let house = House::on(db).await;
            let ann = session_token(&json!({}));
            assert_eq!(house.ask(&ann, "GET /me", Value::Null).await.body["name"], Value::Null);
            let applied = deliver(&house, "msg_1", &profile("Ann")).await;
            assert_eq!((applied.status, &applied.body), (200, &json!({"status": "applied"})));
            let me = house.ask(&ann, "GET /me", Value::Null).await.body;
            assert_eq!((&me["name"], &me["email"]), (&json!("Ann"), &json!("ann@example.com")));
            let again = deliver(&house, "msg_1", &profile("Ann")).await;
            assert_eq!((again.status, &again.body), (200, &json!({"status": "outdated"})));
            let other = deliver(&house, "msg_2", &json!({"type": "session.created", "data": {}})).await;
            assert_eq!((other.status, &other.body), (200, &json!({"status": "ignored"})));
        }

        async fn a_user_who_is_gone_takes_the_flows_along(db: Db) {
            let house = House::on(db).await;
            let ann = session_token(&json!({}));
            let running = house.flow(&ann, "running").await;
            house.flow(&ann, "stopped").await;
            house.ask(&ann, &format!("POST /flows/{running}/start"), Value::Null).await;
            let hook = json!({"type": "webhook", "name": "hook"});
            house.ask(&ann, &format!("POST /flows/{running}/triggers"), hook).await;
            let me = house.ask(&ann, "GET /me", Value::Null).await.body["id"].as_str().unwrap().parse().unwrap();
            for id in ["msg_1", "msg_1", "msg_2"] {
                let deleted = deliver(&house, id, &gone()).await;
                assert_eq!((deleted.status, &deleted.body), (200, &json!({"status": "deleted"})));
            }
            assert_eq!(house.ask(&ann, "GET /me", Value::Null).await.code(), (401, "unauthenticated"));
            let page = engine::journal::Page { number: 1, size: 200 };
            assert_eq!(house.state.engine.list_flows(me, page).await.unwrap().total, 0);
        }

        async fn what_is_not_signed_is_refused(db: Db) {
            let house = House::on(db).await;
            for (signature, code) in [(None, "bad_signature"), (Some("v1,AAAA"), "bad_signature")] {
                let mut request = Request::post("/webhooks/clerk").header("svix-id", "msg_1");
                if let Some(signature) = signature {
                    let now = START.as_millis() / 1_000;
                    request = request.header("svix-timestamp", now).header("svix-signature", signature);
                }
                let refused = house.send(request.body(Body::from(gone().to_string())).unwrap()).await;
                assert_eq!(refused.code(), (400, code));
            }
            let large = Request::post("/webhooks/clerk").body(Body::from(vec![b' '; (1 << 20) + 1])).unwrap();
            assert_eq!(house.send(large).await.code(), (413, "too_large"));
        }
    }
}

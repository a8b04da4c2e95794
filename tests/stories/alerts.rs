//! A flow that goes in circles is stopped, and whoever should know is told: in the list, and by the operator's webhook.

use std::time::Duration;

use serde_json::{Value as Json, json};

use crate::rig::{Api, Launch, Peer, both_stores, until};

/// Asks the same of `PEER` for ever.
const CIRCLE: &str = "
organism: {name: circle}
listeners:
  - {name: ask, description: Asks, handler: http, config: {url: 'PEER', method: POST, body: {n: 1}}, next: shape}
  - {name: shape, description: Begins again, handler: set, config: {payload: {again: true}}, next: ask}
";
const SECRET: &str = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3";

/// What the operator's webhook was told, the first first.
fn told(peer: &Peer) -> Vec<Json> {
    let calls = peer.calls().into_iter().filter(|call| call.path == "/alerts");
    let signed = calls.inspect(|call| {
        for header in ["webhook-id", "webhook-timestamp", "webhook-signature"] {
            assert!(call.headers.contains_key(header), "no {header}: {call:?}");
        }
    });
    signed.map(|call| serde_json::from_str(&call.body).expect("JSON")).collect()
}

both_stores! {
    fn what_goes_in_circles_is_stopped_and_told(store: &Store) {
        let peer = Peer::start(Duration::from_millis(20));
        let server = Launch::on(store)
            .with("ALERT_WEBHOOK_URL", &peer.url("/alerts"))
            .with("ALERT_WEBHOOK_SECRET", SECRET)
            .start();
        let api = Api::of(&server);
        let flow = api.flow("circle", &CIRCLE.replace("PEER", &peer.url("/ask")));
        api.done("POST", &format!("/flows/{flow}/executions/run"), Some(&json!({ "inputPayload": 1 })));
        api.wait_until_all_ended(&flow, Duration::from_secs(60));
        let id = api.executions(&flow)[0]["id"].clone();
        let execution = api.done("GET", &format!("/flows/{flow}/executions/{}", id.as_str().expect("an id")), None);
        assert_eq!((&execution["status"], &execution["errorCode"]), (&json!("error"), &json!("watchdog")));
        let message = execution["errorMessage"].as_str().expect("a reason");
        assert!(message.starts_with("the watchdog stopped it: "), "{message}");
        let alerts = api.done("GET", "/alerts", None)["items"].clone();
        let critical = alerts.as_array().expect("a page").iter().find(|alert| alert["level"] == "critical");
        let critical = critical.expect("a critical alert");
        assert_eq!((&critical["rule"], &critical["stops"]), (&json!("repetition"), &json!(true)));
        let told = until("the webhook is told", Duration::from_secs(60), || {
            let told = told(&peer);
            (!told.is_empty()).then_some(told)
        });
        assert!(told.iter().all(|it| it["type"] == "alert.raised" && it["data"]["flowId"] == flow), "{told:?}");
        assert!(told.iter().any(|it| it["data"]["id"] == critical["id"]), "{told:?}");
    }
}

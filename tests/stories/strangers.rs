//! Two people on one server: what is one's does not exist for the other.

use serde_json::{Value as Json, json};

use crate::rig::{Api, Launch, RunToEnd, both_stores};

const YAML: &str = "
organism: {name: mine}
listeners:
  - {name: reply, description: Answers, handler: output}
";

both_stores! {
    fn nothing_of_ann_exists_for_bob(store: &Store) {
        let token = |email: &str| {
            let arguments = ["token", "create", "--email", email];
            let mut command = crate::rig::bloxserver(store.folder());
            command.args(arguments).envs(store.variables()).env("DEFAULT_TIER", "pro").ended("").fine().trim().to_owned()
        };
        let (ann, bob) = (token("ann@example.com"), token("bob@example.com"));
        let server = Launch::on(store).with("ENV", "production").with("DEFAULT_TIER", "pro").start();
        let (ann, bob) = (Api::with_token(&server, &ann), Api::with_token(&server, &bob));
        let flow = ann.flow("mine", YAML);
        ann.webhook(&flow, &json!({}));
        let triggers = ann.done("GET", &format!("/flows/{flow}/triggers"), None);
        let trigger = triggers[0]["id"].as_str().or(triggers["items"][0]["id"].as_str()).expect("a trigger").to_owned();
        let run = ann.done("POST", &format!("/flows/{flow}/executions/run"), Some(&json!({ "inputPayload": "ann's" })));
        let execution = run["id"].as_str().or(run["executionId"].as_str()).expect("an id").to_owned();
        ann.wait_until_all_ended(&flow, std::time::Duration::from_secs(20));
        ann.done("PUT", "/secrets/KEY", Some(&json!({ "value": "ann's" })));
        ann.done("PUT", &format!("/flows/{flow}/variables/PLACE"), Some(&json!({ "value": "ann's" })));

        let nowhere = bob.ask("GET", "/flows/01900000-0000-7000-8000-000000000000", None);
        assert_eq!(nowhere.status, 404);
        let addresses = addresses(&flow, &trigger, &execution);
        for (method, path, body) in &addresses {
            let answer = bob.ask(method, path, body.as_ref());
            assert_eq!((answer.status, answer.body.as_slice()), (404, nowhere.body.as_slice()), "{method} {path}");
        }
        for list in ["/flows", "/secrets", "/variables", "/api-keys"] {
            let answer = bob.ask("GET", list, None);
            assert!(!answer.text().contains("mine") && !answer.text().contains("KEY"), "{list}: {}", answer.text());
        }
        assert_eq!(bob.done("GET", "/tokens", None)["items"].as_array().map_or(1, Vec::len), 1);
        // And Ann's things are as they were.
        let flow_now = ann.done("GET", &format!("/flows/{flow}"), None);
        assert_eq!((&flow_now["name"], &flow_now["status"]), (&json!("mine"), &json!("running")));
        assert_eq!(ann.executions(&flow).len(), 1);
        eprintln!("{} addresses tried", addresses.len());
    }
}

fn addresses(flow: &str, trigger: &str, execution: &str) -> Vec<(&'static str, String, Option<Json>)> {
    let of_flow = |rest: &str| format!("/flows/{flow}{rest}");
    let of_trigger = |rest: &str| of_flow(&format!("/triggers/{trigger}{rest}"));
    let of_execution = |rest: &str| of_flow(&format!("/executions/{execution}{rest}"));
    let value = || Some(json!({ "value": "bob's" }));
    vec![
        ("GET", of_flow(""), None),
        ("PATCH", of_flow(""), Some(json!({ "name": "bob's" }))),
        ("DELETE", of_flow(""), None),
        ("POST", of_flow("/start"), None),
        ("POST", of_flow("/stop"), None),
        ("GET", of_flow("/triggers"), None),
        ("POST", of_flow("/triggers"), Some(json!({ "type": "webhook", "name": "bob's" }))),
        ("GET", of_trigger(""), None),
        ("PATCH", of_trigger(""), Some(json!({ "name": "bob's" }))),
        ("DELETE", of_trigger(""), None),
        ("POST", of_trigger("/regenerate-token"), None),
        ("GET", of_flow("/executions"), None),
        ("GET", of_flow("/executions/stats"), None),
        ("POST", of_flow("/executions/run"), Some(json!({}))),
        ("GET", of_execution(""), None),
        ("GET", of_execution("/events"), None),
        ("GET", of_flow("/secrets"), None),
        ("PUT", of_flow("/secrets/KEY"), value()),
        ("DELETE", of_flow("/secrets/KEY"), None),
        ("GET", of_flow("/variables"), None),
        ("PUT", of_flow("/variables/PLACE"), value()),
        ("DELETE", of_flow("/variables/PLACE"), None),
    ]
}

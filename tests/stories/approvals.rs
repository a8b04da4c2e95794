//! A person decides by the link of an approval, and a kill between their word and what follows loses nothing.

use std::time::Duration;

use serde_json::{Value as Json, json};

use crate::rig::{Answer, Api, Launch, Server, Store, Walk, both_stores, request, until};

const REFUND: &str = "
organism: {name: refunds}
listeners:
  - {name: ask, description: Asks, handler: approval, config: {message: 'Refund <b>{{ input.amount }}</b>?', deadline: 2d}, next: out}
  - {name: out, description: Answers, handler: output, config: {payload: '{{ input.approval }}'}}
";

/// What waits for a person, once there is so much of it.
fn asked(api: &Api, count: usize) -> Vec<Json> {
    until("the questions", Duration::from_secs(30), || {
        let found = api.done("GET", "/approvals?status=pending", None)["items"].as_array().unwrap().clone();
        (found.len() == count).then_some(found)
    })
}

fn path_of(link: &Json) -> String {
    let link = link.as_str().expect("a link").strip_prefix("http://").expect("an address");
    link[link.find('/').expect("a path")..].to_owned()
}

fn decide(server: &Server, path: &str, form: &str) -> Answer {
    let headers = [("content-type", "application/x-www-form-urlencoded")];
    request(server.address(), "POST", path, &headers, form.as_bytes()).expect("an answer")
}

#[test]
fn the_page_on_approvals_works_as_printed() {
    let store = Store::sqlite();
    let server = Launch::on(&store).start();
    let (api, page) = (Api::of(&server), Walk::of("docs/approvals.md"));
    let flow = api.flow("refunds", page.first("yaml"));
    let run = json!({ "inputPayload": { "amount": 7, "customer": "Ada" } });
    api.done("POST", &format!("/flows/{flow}/executions/run"), Some(&run));
    asked(&api, 1);
    page.run(store.folder(), &server.address().to_string());
    api.wait_until_all_ended(&flow, Duration::from_secs(30));
    let id = api.executions(&flow)[0]["id"].as_str().unwrap().to_owned();
    let execution = api.done("GET", &format!("/flows/{flow}/executions/{id}"), None);
    assert_eq!(execution["outputPayload"], json!({ "refunded": 7 }).to_string());
}

both_stores! {
    fn a_link_decides_on_post_alone_and_once(store: &Store) {
        let server = Launch::on(store).start();
        let api = Api::of(&server);
        let flow = api.flow("refunds", REFUND);
        let run = json!({ "inputPayload": { "amount": 7 } });
        api.done("POST", &format!("/flows/{flow}/executions/run"), Some(&run));
        let path = path_of(&asked(&api, 1)[0]["link"]);
        for _ in 0..3 {
            let page = server.get(&path);
            assert_eq!((page.status, page.header("cache-control")), (200, Some("no-store")));
            let text = page.text();
            assert!(text.contains("Refund &lt;b&gt;7&lt;/b&gt;?") && !text.contains("<b>7"), "{text}");
        }
        assert_eq!(asked(&api, 1).len(), 1);
        assert_eq!(decide(&server, &path, "decision=perhaps").status, 422);
        assert_eq!(decide(&server, "/webhooks/approve/made-up", "decision=approve").status, 404);
        let said = decide(&server, &path, "decision=approve&comment=a+good+customer");
        assert!(said.status == 200 && said.text().contains("Your decision is recorded."), "{}", said.text());
        let again = decide(&server, &path, "decision=reject");
        assert!(again.status == 409 && again.text().contains("Approved by this link"), "{}", again.text());
        api.wait_until_all_ended(&flow, Duration::from_secs(30));
        let id = api.executions(&flow)[0]["id"].as_str().unwrap().to_owned();
        let execution = api.done("GET", &format!("/flows/{flow}/executions/{id}"), None);
        let output: Json = serde_json::from_str(execution["outputPayload"].as_str().unwrap()).unwrap();
        assert_eq!((&output["decision"], &output["by"], &output["comment"]), (&json!("approve"), &json!("link"), &json!("a good customer")));
    }

    fn what_was_decided_survives_kill_9(store: &Store) {
        let mut server = Launch::on(store).start();
        let flow = Api::of(&server).flow("refunds", REFUND);
        for amount in 0..10 {
            let run = json!({ "inputPayload": { "amount": amount } });
            Api::of(&server).done("POST", &format!("/flows/{flow}/executions/run"), Some(&run));
        }
        let questions = asked(&Api::of(&server), 10);
        // Killed right behind each answer: before the execution has taken it up, or after.
        for question in &questions {
            let said = decide(&server, &path_of(&question["link"]), "decision=reject");
            assert_eq!(said.status, 200, "{}", said.text());
            server = server.kill().start();
        }
        let api = Api::of(&server);
        api.wait_until_all_ended(&flow, Duration::from_secs(60));
        for execution in api.executions(&flow) {
            assert_eq!(execution["status"], "success", "{execution}");
        }
        let kept = api.done("GET", "/approvals?status=decided", None);
        assert_eq!(kept["total"], 10);
        assert!(kept["items"].as_array().unwrap().iter().all(|item| item["decision"] == "reject" && item["link"].is_null()));
    }
}

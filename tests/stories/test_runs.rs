//! A flow is tried out, and one listener of it, before it runs.

use std::fs;
use std::time::Duration;

use serde_json::json;

use crate::rig::{Api, Launch, Store, Walk};

#[test]
fn the_page_on_trying_a_flow_out_works_as_printed() {
    let store = Store::sqlite();
    let server = Launch::on(&store).start();
    let (api, page) = (Api::of(&server), Walk::of("docs/testing-flows.md"));
    fs::write(store.folder().join("quotes.yaml"), page.first("yaml")).expect("a file");
    page.run(store.folder(), &server.address().to_string());
    let flows = api.done("GET", "/flows", None)["items"].clone();
    let flow = flows.as_array().expect("a page").iter().find(|flow| flow["name"] == "quotes");
    let flow = flow.expect("the flow")["id"].as_str().expect("an id").to_owned();
    api.wait_until_all_ended(&flow, Duration::from_secs(30));
    let ran = api.executions(&flow);
    assert!(ran.iter().all(|run| run["triggerType"] == "test" && run["status"] == "success"), "{ran:?}");
    let answers: Vec<_> = ran
        .iter()
        .map(|run| {
            let path = format!("/flows/{flow}/executions/{}", run["id"].as_str().expect("an id"));
            api.done("GET", &path, None)["outputPayload"].clone()
        })
        .collect();
    assert_eq!(answers, [json!({ "dollars": 8 }).to_string(), json!({ "dollars": 42 }).to_string()]);
}

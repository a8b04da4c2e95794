//! Two servers on one PostgreSQL that count together, until the server they count on goes away.

use std::time::Duration;

use serde_json::json;

use crate::rig::RunToEnd;
use crate::rig::{Api, Launch, Server, Store, bloxserver, request, until};

const YAML: &str =
    "organism: {name: echo}\nlisteners:\n  - {name: echo, description: Says it, handler: output}\n";

/// How many of so many requests to each server were taken; all others were told to come later.
fn taken(servers: &[Server], hook: &str, requests: usize) -> usize {
    std::thread::scope(|scope| {
        let fire = |server: &Server| {
            let headers = [("content-type", "application/json")];
            let statuses = (0..requests)
                .map(|_| request(server.address(), "POST", hook, &headers, b"{}").unwrap().status);
            let statuses: Vec<u16> = statuses.collect();
            assert!(statuses.iter().all(|status| matches!(status, 202 | 429)), "{statuses:?}");
            statuses.iter().filter(|status| **status == 202).count()
        };
        let threads: Vec<_> = servers.iter().map(|server| scope.spawn(move || fire(server))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).sum()
    })
}

#[test]
fn a_webhooks_rate_holds_over_two_servers_and_nothing_fails_while_they_count_alone() {
    let Some(store) = Store::postgres() else { return };
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let Some(mut valkey) = runtime.block_on(db::testing::shared()) else { return };
    let servers: Vec<Server> =
        (0..2).map(|_| Launch::on(&store).with("REDIS_URL", &valkey.url()).start()).collect();
    let apis: Vec<Api> = servers.iter().map(Api::of).collect();
    let flow = apis[0].flow("echo", YAML);
    let hook = |per_minute: u32| apis[0].webhook(&flow, &json!({ "ratePerMinute": per_minute }));
    let count = |word: &str| {
        until(word, Duration::from_secs(30), || {
            let nodes = apis[1].done("GET", "/nodes", None);
            let nodes = nodes.as_array().unwrap();
            (nodes.len() == 2 && nodes.iter().all(|node| node["counters"] == word)).then_some(())
        });
    };
    count("shared");
    // A word and the figures: a request or two may come back within the seconds that this takes.
    let together = taken(&servers, &hook(20), 30);
    assert!((20..=23).contains(&together), "{together}");
    // An execution that one server drives is watched live on the other.
    let run =
        apis[0].done("POST", &format!("/flows/{flow}/executions/run"), Some(&json!({ "inputPayload": 7 })));
    let id = run["id"].as_str().unwrap();
    until("the other server knows its end", Duration::from_secs(10), || {
        let execution = apis[1].done("GET", &format!("/flows/{flow}/executions/{id}"), None);
        (execution["status"] == "success").then_some(())
    });
    let doctor = |url: &str| {
        let mut command = bloxserver(store.folder());
        command
            .arg("doctor")
            .envs(store.variables())
            .env("ENV", "development")
            .env("REDIS_URL", url)
            .ended("")
    };
    let said = doctor(&valkey.url());
    assert!(said.stdout.contains("counts limits for all nodes"), "{said:?}");

    valkey.kill();
    let alone = taken(&servers, &hook(20), 30);
    assert!((40..=46).contains(&alone), "each counts by itself: {alone}");
    count("own");
    assert!(servers.iter().all(|server| server.log().contains("this node counts by itself")));
    assert!(doctor(&valkey.url()).refused(1).is_empty());
    assert!(runtime.block_on(valkey.start()));
    count("shared");
    let together = taken(&servers, &hook(20), 30);
    assert!((20..=23).contains(&together), "{together}");
}

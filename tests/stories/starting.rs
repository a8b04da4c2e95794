//! While a server starts, callers are told to come again: never a false yes, never a false no.

use std::time::Duration;

use serde_json::json;

use crate::rig::{Api, Launch, Peer, both_stores, request};

both_stores! {
    fn a_webhook_during_the_start_gets_503_with_retry_after(store: &Store) {
        let peer = Peer::start(Duration::from_secs(2));
        let launch = Launch::on(store);
        let server = launch.start();
        let api = Api::of(&server);
        let yaml = format!(
            r#"
organism: {{name: busy}}
listeners:
  - name: call
    description: Calls a slow service
    handler: http
    config: {{method: POST, url: "{}"}}
"#,
            peer.url("/slow")
        );
        let flow = api.flow("busy", &yaml);
        let hook = api.webhook(&flow, &json!({}));
        let fire = || request(launch.address(), "POST", &hook, &[("content-type", "application/json")], b"{}");
        // Work that the next start has to take over first.
        for _ in 0..100 {
            assert_eq!(fire().unwrap().status, 202);
        }
        server.kill();
        let mut server = launch.spawn();
        let (mut early, mut accepted) = (0, Vec::new());
        while accepted.len() < 3 {
            // Before it listens, nothing answers at all.
            let Ok(answer) = fire() else { continue };
            match answer.status {
                503 => {
                    assert!(answer.header("retry-after").is_some(), "{answer:?}");
                    assert_eq!(answer.json()["code"], "not_ready");
                    early += 1;
                }
                202 => accepted.push(answer.json()["executionId"].as_str().unwrap().to_owned()),
                status => panic!("{status} {}", answer.text()),
            }
        }
        assert!(early > 0, "the start was not seen");
        server.wait_ready();
        let recorded = api.executions(&flow);
        assert_eq!(recorded.len(), 100 + accepted.len());
        assert!(accepted.iter().all(|id| recorded.iter().any(|one| one["id"] == id.as_str())));
        eprintln!("{early} webhooks were told to come again");
    }
}

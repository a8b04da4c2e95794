//! SIGTERM and Ctrl-C: who waits is answered, nobody new is let in, and nothing is left half done.

use std::time::Duration;

use serde_json::json;

use crate::rig::{Api, Launch, Peer, Stopwatch, Store, both_stores, request};

fn yaml(peer: &Peer) -> String {
    format!(
        r#"
organism: {{name: slow}}
listeners:
  - name: call
    description: Calls a slow service
    handler: http
    config: {{method: POST, url: "{}", body: "{{{{ input }}}}"}}
    next: reply
  - {{name: reply, description: Answers, handler: output}}
"#,
        peer.url("/slow")
    )
}

both_stores! {
    fn sigterm_answers_who_waits(store: &Store) {
        answers_who_waits(store, "TERM");
    }

    fn ctrl_c_answers_who_waits(store: &Store) {
        answers_who_waits(store, "INT");
    }
}

fn answers_who_waits(store: &Store, signal: &str) {
    const CALLERS: usize = 20;
    let peer = Peer::start(Duration::from_millis(1_500));
    let launch = Launch::on(store);
    let mut server = launch.start();
    let api = Api::of(&server);
    let flow = api.flow("slow", &yaml(&peer));
    let hook = api.webhook(&flow, &json!({ "respond": "result" }));
    let address = server.address();
    let fire = || request(address, "POST", &hook, &[("content-type", "application/json")], b"{\"n\": 1}");
    std::thread::scope(|scope| {
        let waiting: Vec<_> = (0..CALLERS).map(|_| scope.spawn(fire)).collect();
        crate::rig::until("every call is under way", Duration::from_secs(20), || {
            (peer.calls().len() == CALLERS).then_some(())
        });
        let watch = Stopwatch::start();
        server.signal(signal);
        for caller in waiting {
            let answer = caller.join().unwrap().expect("an answer");
            assert_eq!(
                (answer.status, answer.json()["body"]["ok"].as_bool()),
                (200, Some(true)),
                "{}",
                answer.text()
            );
        }
        assert!(server.ended(Duration::from_secs(20)).success(), "{}", server.log());
        assert!(watch.elapsed() < Duration::from_secs(10), "{:?}", watch.elapsed());
    });
    assert!(fire().is_err(), "somebody still listens");
    let server = launch.start();
    let executions = Api::of(&server).executions(&flow);
    assert_eq!(executions.len(), CALLERS);
    assert!(executions.iter().all(|execution| execution["status"] == "success"));
    assert_eq!(peer.calls().len(), CALLERS, "a step ran twice");
}

#[test]
fn what_does_not_end_in_time_goes_on_after_the_restart() {
    let store = Store::sqlite();
    let peer = Peer::start(Duration::from_secs(14));
    let launch = Launch::on(&store);
    let mut server = launch.start();
    let api = Api::of(&server);
    let flow = api.flow("slow", &yaml(&peer));
    let hook = api.webhook(&flow, &json!({}));
    let answer = request(server.address(), "POST", &hook, &[("content-type", "application/json")], b"{}");
    assert_eq!(answer.unwrap().status, 202);
    crate::rig::until("the call is under way", Duration::from_secs(20), || {
        (peer.calls().len() == 1).then_some(())
    });
    let watch = Stopwatch::start();
    server.signal("TERM");
    assert!(server.ended(Duration::from_secs(13)).success());
    assert!(watch.elapsed() > Duration::from_secs(9), "it did not wait: {:?}", watch.elapsed());
    let server = launch.start();
    Api::of(&server).wait_until_all_ended(&flow, Duration::from_secs(30));
    let keys: Vec<_> = peer.calls().iter().map(|call| call.headers["idempotency-key"].clone()).collect();
    assert_eq!((keys.len(), keys.first()), (2, keys.last()), "the step came again under another key");
    assert_eq!(Api::of(&server).executions(&flow)[0]["status"], "success");
}

//! `kill -9` at any moment: every acknowledged execution is there after the restart, and ends.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use serde_json::{Value as Json, json};

use crate::rig::{Api, Connection, Dice, Launch, Peer, Server, Stopwatch, both_stores};

const CALLERS: usize = 8;

/// Two effects in the world, one after the other, then the answer.
fn yaml(peer: &Peer) -> String {
    let url = |path: &str| peer.url(path);
    format!(
        r#"
organism: {{name: orders}}
listeners:
  - name: order
    description: Names the order
    handler: set
    config: {{payload: {{number: "{{{{ input.number }}}}"}}}}
    next: reserve
  - name: reserve
    description: Reserves the goods
    handler: http
    config: {{method: POST, url: "{}", body: {{number: "{{{{ steps.order.number }}}}"}}}}
    next: charge
  - name: charge
    description: Charges the customer
    handler: http
    config: {{method: POST, url: "{}", body: {{number: "{{{{ steps.order.number }}}}"}}}}
    next: reply
  - name: reply
    description: What the caller gets
    handler: output
    config: {{payload: "{{{{ steps.order.number }}}}"}}
"#,
        url("/reserve"),
        url("/charge")
    )
}

both_stores! {
    fn every_acknowledged_execution_is_there_after_kill_9_and_ends(store: &Store) {
        let kills: u32 = std::env::var_os("STORY_KILLS").map_or(4, |kills| kills.to_str().unwrap().parse().unwrap());
        let mut dice = Dice::new();
        let peer = Peer::start(Duration::from_millis(3));
        let launch = Launch::on(store).with("DEFAULT_TIER", "enterprise").with("RUST_LOG", "warn");
        let mut server = launch.start();
        let api = Api::of(&server);
        let flow = api.flow("orders", &yaml(&peer));
        let hook = api.webhook(&flow, &json!({}));
        let number = AtomicU64::new(0);
        let mut acknowledged = BTreeMap::new();
        for _ in 0..kills {
            server = one_round(server, &hook, &number, &mut acknowledged, &mut dice);
        }
        api.wait_until_all_ended(&flow, Duration::from_secs(60));
        let told = compare(&api, &flow, &acknowledged, &peer);
        eprintln!("{kills} kills, {} sent, {} acknowledged, 0 lost; {told}", number.load(Ordering::Relaxed), acknowledged.len());
    }
}

/// Load, a kill in the midst of it, a restart; sometimes another kill while the restart takes over.
fn one_round(
    server: Server,
    hook: &str,
    number: &AtomicU64,
    acknowledged: &mut BTreeMap<u64, String>,
    dice: &mut Dice,
) -> Server {
    let address = server.address();
    let over = AtomicBool::new(false);
    let seen = Mutex::new(Vec::new());
    let moment = Duration::from_millis(50) + dice.millis(1_500);
    let launch = std::thread::scope(|scope| {
        for _ in 0..CALLERS {
            scope.spawn(|| {
                while !over.load(Ordering::Relaxed) {
                    // Refused or broken off: not acknowledged.
                    let Ok(connection) = Connection::open(address) else { continue };
                    let _ = fire(connection, hook, number, &over, &seen);
                }
            });
        }
        std::thread::sleep(moment);
        let launch = server.kill();
        over.store(true, Ordering::Relaxed);
        launch
    });
    acknowledged.extend(seen.into_inner().unwrap());
    if dice.below(3) == 0 {
        let unlucky = launch.spawn();
        std::thread::sleep(dice.millis(400));
        unlucky.kill();
    }
    launch.start()
}

fn fire(
    mut connection: Connection,
    hook: &str,
    number: &AtomicU64,
    over: &AtomicBool,
    seen: &Mutex<Vec<(u64, String)>>,
) -> std::io::Result<()> {
    while !over.load(Ordering::Relaxed) {
        let number = number.fetch_add(1, Ordering::Relaxed);
        let body = json!({ "number": number }).to_string();
        let answer =
            connection.ask("POST", hook, &[("content-type", "application/json")], body.as_bytes())?;
        assert_eq!(answer.status, 202, "{}", answer.text());
        let id = answer.json()["executionId"].as_str().expect("an id").to_owned();
        seen.lock().unwrap().push((number, id));
    }
    Ok(())
}

/// The record against what callers were told and what reached the world.
fn compare(api: &Api, flow: &str, acknowledged: &BTreeMap<u64, String>, peer: &Peer) -> String {
    let watch = Stopwatch::start();
    let executions = api.executions(flow);
    let recorded: BTreeSet<&str> =
        executions.iter().map(|execution| execution["id"].as_str().unwrap()).collect();
    assert_eq!(recorded.len(), executions.len(), "an execution is listed twice");
    for (number, id) in acknowledged {
        assert!(recorded.contains(id.as_str()), "order {number} was acknowledged as {id} and is lost");
    }
    let mut numbers = BTreeSet::new();
    for execution in &executions {
        let id = execution["id"].as_str().unwrap();
        assert_eq!(execution["status"], "success", "{execution}");
        let number = each_step_once(&api.events(flow, id));
        assert!(numbers.insert(number), "order {number} ran as two executions");
        assert!(acknowledged.get(&number).is_none_or(|told| told == id), "{number} is another execution");
    }
    let repeated = keys(peer, &numbers);
    let count = executions.len();
    format!(
        "{count} executions recorded, {repeated} steps repeated in the world under their key; compared in {:?}",
        watch.elapsed()
    )
}

/// Each step is committed exactly once; answers the order's number.
fn each_step_once(events: &[Json]) -> u64 {
    let passed: Vec<&str> = events
        .iter()
        .filter(|event| event["kind"] == "passed" || event["kind"] == "finished")
        .filter_map(|event| event["listener"].as_str())
        .collect();
    assert_eq!(passed, ["order", "reserve", "charge", "reply"], "{events:#?}");
    let last = events.last().expect("an end");
    assert_eq!(last["kind"], "ended", "{events:#?}");
    last["output"].as_u64().expect("the order's number")
}

/// Each step reached the world at least once, always under one key of its own; answers how many came again.
fn keys(peer: &Peer, numbers: &BTreeSet<u64>) -> usize {
    let calls = peer.calls();
    let mut of_step: BTreeMap<(String, u64), BTreeSet<String>> = BTreeMap::new();
    for call in &calls {
        let body: Json = serde_json::from_str(&call.body).expect("JSON");
        let step = (call.path.clone(), body["number"].as_u64().expect("a number"));
        let key = call.headers.get("idempotency-key").expect("an Idempotency-Key");
        of_step.entry(step).or_default().insert(key.clone());
    }
    for number in numbers {
        for path in ["/reserve", "/charge"] {
            let keys = of_step.get(&(path.to_owned(), *number)).unwrap_or_else(|| panic!("{path} {number}"));
            assert_eq!(keys.len(), 1, "{path} {number} had several keys");
        }
    }
    // Nothing reached the world without standing in the record.
    assert_eq!(of_step.len(), numbers.len() * 2);
    let distinct: BTreeSet<&String> = of_step.values().flatten().collect();
    assert_eq!(distinct.len(), of_step.len(), "two steps shared a key");
    calls.len() - of_step.len()
}

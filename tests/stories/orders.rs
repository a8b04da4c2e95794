//! A flow with two effects in the world, callers who order through it, and the record held against what they were told.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use serde_json::{Value as Json, json};

use crate::rig::{Api, Connection, Peer};

/// Between two orders of one caller: what is counted afterwards, step by step, is to stay countable.
const PAUSE: Duration = Duration::from_millis(10);

/// Everything that was ordered, and what the callers were told.
pub(crate) struct Orders {
    world: Peer,
    number: AtomicU64,
    acknowledged: Mutex<BTreeMap<u64, Acknowledged>>,
}

/// An order that the server said it has.
#[derive(Debug, Clone)]
pub(crate) struct Acknowledged {
    pub(crate) execution: String,
    /// The node that said so.
    pub(crate) node: SocketAddr,
}

/// What a comparison found.
#[derive(Debug, Default)]
pub(crate) struct Found {
    pub(crate) executions: usize,
    /// Steps that reached the world more than once.
    pub(crate) repeated: usize,
    /// Orders of which some step was interrupted.
    pub(crate) interrupted: BTreeSet<u64>,
}

impl Orders {
    /// The world takes that long for each effect.
    pub(crate) fn new(effect: Duration) -> Self {
        Self { world: Peer::start(effect), number: AtomicU64::new(0), acknowledged: Mutex::default() }
    }

    /// Two effects, one after the other, then the answer.
    pub(crate) fn yaml(&self) -> String {
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
            self.world.url("/reserve"),
            self.world.url("/charge")
        )
    }

    /// Installs the flow; its id and the path of its webhook.
    pub(crate) fn install(&self, api: &Api) -> (String, String) {
        let flow = api.flow("orders", &self.yaml());
        let hook = api.webhook(&flow, &json!({}));
        (flow, hook)
    }

    /// One caller orders from a node until it is over, whatever becomes of the node.
    pub(crate) fn order(&self, node: SocketAddr, hook: &str, over: &AtomicBool) {
        while !over.load(Ordering::Relaxed) {
            // Refused or broken off: not acknowledged.
            let Ok(connection) = Connection::open(node) else {
                std::thread::sleep(PAUSE);
                continue;
            };
            let _ = self.order_on(connection, (node, hook), over);
        }
    }

    fn order_on(
        &self,
        mut connection: Connection,
        (node, hook): (SocketAddr, &str),
        over: &AtomicBool,
    ) -> std::io::Result<()> {
        while !over.load(Ordering::Relaxed) {
            let number = self.number.fetch_add(1, Ordering::Relaxed);
            let body = json!({ "number": number }).to_string();
            let headers = [("content-type", "application/json")];
            let answer = connection.ask("POST", hook, &headers, body.as_bytes())?;
            match answer.status {
                202 => {
                    let execution = answer.json()["executionId"].as_str().expect("an id").to_owned();
                    self.acknowledged.lock().unwrap().insert(number, Acknowledged { execution, node });
                }
                // Starting, draining, or cut off from its database: come again.
                503 => assert!(answer.header("retry-after").is_some(), "{}", answer.text()),
                other => panic!("{other}: {}", answer.text()),
            }
            std::thread::sleep(PAUSE);
        }
        Ok(())
    }

    pub(crate) fn acknowledged(&self) -> BTreeMap<u64, Acknowledged> {
        self.acknowledged.lock().unwrap().clone()
    }

    /// The record against what callers were told and what reached the world; every execution must be over.
    pub(crate) fn compare(&self, api: &Api, flow: &str) -> Found {
        let acknowledged = self.acknowledged();
        let executions = api.executions(flow);
        let recorded: BTreeSet<&str> = executions.iter().map(|it| it["id"].as_str().unwrap()).collect();
        assert_eq!(recorded.len(), executions.len(), "an execution is listed twice");
        for (number, told) in &acknowledged {
            let is_there = recorded.contains(told.execution.as_str());
            assert!(is_there, "order {number} was acknowledged as {told:?} and is lost");
        }
        let mut found = Found { executions: executions.len(), ..Found::default() };
        let mut tries = BTreeMap::new();
        let mut numbers = BTreeSet::new();
        for execution in &executions {
            let id = execution["id"].as_str().unwrap();
            assert_eq!(execution["status"], "success", "{execution}");
            let events = api.events(flow, id);
            let number = each_step_once(&events);
            assert!(numbers.insert(number), "order {number} ran as two executions");
            let told = acknowledged.get(&number);
            assert!(told.is_none_or(|told| told.execution == id), "{number} is another execution");
            for step in ["reserve", "charge"] {
                let interrupted = interruptions(&events, step);
                if interrupted > 0 {
                    found.interrupted.insert(number);
                }
                tries.insert((format!("/{step}"), number), 1 + interrupted);
            }
        }
        found.repeated = self.count_repeated(&tries);
        found
    }

    /// Each step reached the world, always under one key of its own, and again only when it was interrupted.
    fn count_repeated(&self, tries: &BTreeMap<(String, u64), usize>) -> usize {
        let calls = self.world.calls();
        let mut keys: BTreeMap<(String, u64), Vec<&str>> = BTreeMap::new();
        for call in &calls {
            let body: Json = serde_json::from_str(&call.body).expect("JSON");
            let step = (call.path.clone(), body["number"].as_u64().expect("a number"));
            keys.entry(step).or_default().push(&call.headers["idempotency-key"]);
        }
        for (step, tries) in tries {
            let keys = keys.get(step).unwrap_or_else(|| panic!("{step:?} never happened"));
            assert!(keys.iter().all(|key| *key == keys[0]), "{step:?} had several keys: {keys:?}");
            assert!(
                keys.len() <= *tries,
                "{step:?} happened {} times, with {tries} tries on record",
                keys.len()
            );
        }
        assert_eq!(keys.len(), tries.len(), "something happened that stands in no record");
        let distinct: BTreeSet<&str> = keys.values().map(|keys| keys[0]).collect();
        assert_eq!(distinct.len(), keys.len(), "two steps shared a key");
        calls.len() - keys.len()
    }

    /// How many were sent and how many acknowledged.
    pub(crate) fn told(&self) -> String {
        let (sent, told) = (self.number.load(Ordering::Relaxed), self.acknowledged().len());
        format!("{sent} orders sent, {told} acknowledged, 0 lost, 0 stuck, 0 ended twice")
    }
}

/// Each step is committed exactly once, and so is the end; answers the order's number.
fn each_step_once(events: &[Json]) -> u64 {
    let passed: Vec<&str> = events
        .iter()
        .filter(|event| event["kind"] == "passed" || event["kind"] == "finished")
        .filter_map(|event| event["listener"].as_str())
        .collect();
    assert_eq!(passed, ["order", "reserve", "charge", "reply"], "{events:#?}");
    assert_eq!(events.iter().filter(|event| event["kind"] == "ended").count(), 1, "{events:#?}");
    let last = events.last().expect("an end");
    assert_eq!(last["kind"], "ended", "{events:#?}");
    last["output"].as_u64().expect("the order's number")
}

fn interruptions(events: &[Json], listener: &str) -> usize {
    let of_step = |event: &&Json| event["kind"] == "interrupted" && event["listener"] == listener;
    events.iter().filter(of_step).count()
}

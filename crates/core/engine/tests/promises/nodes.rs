//! Several nodes on one PostgreSQL.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use db::Db;
use db::testing::{Fresh, postgres};
use engine::{Error, Readiness, Waiting};
use journal::{ExecutionStatus, FlowStatus, Journal};
use kit::{Clock, Entropy, Sources, Timestamp};
use serde_json::json;

use crate::house::{Effect, House, Plan};
use crate::sql;

const WORK: &str = "
organism: {name: work}
listeners:
  - {name: work, description: works, handler: effect, next: out}
  - {name: out, description: answers, handler: output, config: {payload: '{{ input.took }}'}}
";

const ONE_AT_A_TIME: &str = "
organism: {name: narrow, concurrency: 1}
listeners:
  - {name: work, description: works, handler: effect, next: out}
  - {name: out, description: answers, handler: output, config: {payload: '{{ input.took }}'}}
";

/// A node of its own: its own connections, its own clock.
async fn node(fresh: &Fresh, effect: &Arc<Effect>) -> (House, Clock) {
    let db = Db::open(&fresh.settings, false).await.unwrap();
    let clock = Clock::manual(Timestamp::parse("2026-05-01T12:00:00Z").unwrap());
    let sources = Sources { clock: clock.clone(), entropy: Entropy::system() };
    let plan = Plan { sources, effect: Arc::clone(effect), is_alone: false, ..Plan::default() };
    (House::of(Journal::new(db), plan).await, clock)
}

/// Moves a clock as a running machine's would: the node gets to act in between.
async fn pass(clock: &Clock, seconds: u32) {
    for _ in 0..seconds {
        clock.advance_ms(1_000);
        tokio::time::sleep(Duration::from_millis(15)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_node_whose_counter_stands_still_is_replaced_and_can_write_no_more() {
    let Some(fresh) = postgres().await else { return };
    let (held, free) = (Arc::new(Effect::default()), Arc::new(Effect::default()));
    held.holds.store(true, Ordering::SeqCst);
    // The first node's clock stands: as far as the second can see, it is dead. It is not: it holds its call.
    let (first, _) = node(&fresh, &held).await;
    let (second, clock) = node(&fresh, &free).await;
    let flow = first.flow(WORK).await;
    let started = first.engine.run(first.owner, flow, json!("kept")).await.unwrap();
    let id = started.id;
    held.entered.notified().await;
    pass(&clock, 14).await;
    assert_eq!(free.attempts.load(Ordering::SeqCst), 0, "it is not dead yet");
    pass(&clock, 8).await;
    let row = second.ended(first.owner, flow, id).await;
    assert_eq!((row.status, row.epoch), (ExecutionStatus::Success, 2));

    // The dead one comes back to life, and its commit is refused.
    held.release.0.add_permits(1);
    first.until("it lets go", || async { first.engine.driving() == 0 }).await;
    let events = second.engine.events(first.owner, flow, id, (None, 100)).await.unwrap();
    let kinds: Vec<_> = events.iter().map(|event| event.kind).collect();
    assert_eq!(kinds, ["started", "scheduled", "interrupted", "finished", "passed", "ended"]);
    assert_eq!(held.keys.lock().unwrap()[0], free.keys.lock().unwrap()[0]);
    // Who waited at the first node is answered all the same.
    let answer = started.result(Duration::from_secs(10)).await.unwrap();
    assert_eq!(answer.output.json(), &json!("kept"));
    fresh.remove().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_node_that_cannot_raise_its_counter_ends_its_calls_and_takes_nothing_on() {
    let Some(fresh) = postgres().await else { return };
    let effect = Arc::new(Effect::default());
    effect.holds.store(true, Ordering::SeqCst);
    let (house, clock) = node(&fresh, &effect).await;
    let flow = house.flow(WORK).await;
    let started = house.engine.run(house.owner, flow, json!("kept")).await.unwrap();
    let id = started.id;
    effect.entered.notified().await;
    fresh.db.run(&sql::TAKE_NODES_AWAY, &[]).await.unwrap();
    pass(&clock, 8).await;
    assert_eq!(effect.cut_off.load(Ordering::SeqCst), 0, "others do not take it for dead yet");
    pass(&clock, 5).await;
    house.until("its call is cut off", || async { effect.cut_off.load(Ordering::SeqCst) == 1 }).await;
    assert_eq!(house.engine.driving(), 0);
    assert_eq!(house.engine.readiness().await, Readiness::DatabaseAway);
    let refused = house.engine.run(house.owner, flow, json!("not now")).await;
    assert!(matches!(refused.err(), Some(Error::NotReady(_))));

    // Nobody took it over: it goes on here, under the next epoch.
    effect.holds.store(false, Ordering::SeqCst);
    fresh.db.run(&sql::BRING_NODES_BACK, &[]).await.unwrap();
    pass(&clock, 9).await;
    let row = house.ended(house.owner, flow, id).await;
    assert_eq!((row.status, row.epoch), (ExecutionStatus::Success, 2));
    assert_eq!(house.engine.readiness().await, Readiness::Ready);
    assert_eq!(started.result(Duration::from_secs(10)).await.unwrap().output.json(), &json!("kept"));
    fresh.remove().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_execution_is_cancelled_and_followed_from_another_node() {
    let Some(fresh) = postgres().await else { return };
    let effect = Arc::new(Effect::default());
    effect.holds.store(true, Ordering::SeqCst);
    let (first, _) = node(&fresh, &effect).await;
    let (second, _) = node(&fresh, &effect).await;
    let flow = first.flow(WORK).await;
    let id = first.engine.run(first.owner, flow, json!(1)).await.unwrap().id;
    effect.entered.notified().await;
    let mut following = second.engine.follow(first.owner, flow, id, None).await.unwrap();
    let row = second.engine.cancel(first.owner, flow, id).await.unwrap().execution;
    assert_eq!((row.status, row.error_code.as_deref()), (ExecutionStatus::Error, Some("cancelled")));
    let mut kinds = Vec::new();
    while let Some(event) = following.next().await.unwrap() {
        kinds.push(event.kind);
    }
    assert_eq!(kinds, ["started", "scheduled", "ended"]);
    first.until("its call is cut off", || async { effect.cut_off.load(Ordering::SeqCst) == 1 }).await;
    fresh.remove().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_rolling_restart_loses_and_doubles_nothing() {
    let Some(fresh) = postgres().await else { return };
    let effect = Arc::new(Effect::default());
    effect.holds.store(true, Ordering::SeqCst);
    let (first, clock) = node(&fresh, &effect).await;
    let (owner, flow) = (first.owner, first.flow(WORK).await);
    let mut ids = Vec::new();
    for n in 0..10 {
        ids.push(first.engine.run(owner, flow, json!(n)).await.unwrap().id);
    }
    first.until("ten calls", || async { effect.running.load(Ordering::SeqCst) == 10 }).await;
    let (second, second_clock) = node(&fresh, &effect).await;
    let closing = tokio::spawn({
        let engine = first.engine.clone();
        async move { engine.close().await }
    });
    // Five end while the server drains; the rest goes on at the second node without waiting for a death.
    effect.release.0.add_permits(5);
    first.until("five have ended", || async { first.engine.driving() == 5 }).await;
    clock.advance_ms(10_000);
    closing.await.unwrap();
    effect.holds.store(false, Ordering::SeqCst);
    pass(&second_clock, 4).await;
    for id in ids {
        assert_eq!(second.ended(owner, flow, id).await.status, ExecutionStatus::Success);
    }
    assert_eq!(effect.attempts.load(Ordering::SeqCst), 15);
    fresh.remove().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_flows_limit_holds_over_all_nodes_and_each_waits_for_its_answer() {
    let Some(fresh) = postgres().await else { return };
    let effect = Arc::new(Effect::default());
    let (first, clock) = node(&fresh, &effect).await;
    let (second, other_clock) = node(&fresh, &effect).await;
    let (owner, flow) = (first.owner, first.flow(ONE_AT_A_TIME).await);
    let mut runs = Vec::new();
    for n in 0..20 {
        let house = if n % 2 == 0 { &first } else { &second };
        runs.push((n, house.engine.run(owner, flow, json!(n)).await.unwrap()));
    }
    let (ticking, other) = (clock.clone(), other_clock.clone());
    let time = tokio::spawn(async move { tokio::join!(pass(&ticking, 200), pass(&other, 200)) });
    for (n, run) in runs {
        let done = run.result(Duration::from_secs(20)).await.unwrap();
        assert_eq!(done.output.json(), &json!(n));
    }
    assert_eq!(effect.most_running.load(Ordering::SeqCst), 1);
    time.abort();
    fresh.remove().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stop_reaches_what_other_nodes_run() {
    let Some(fresh) = postgres().await else { return };
    let effect = Arc::new(Effect::default());
    effect.holds.store(true, Ordering::SeqCst);
    let (first, _) = node(&fresh, &effect).await;
    let (second, clock) = node(&fresh, &effect).await;
    let (owner, flow) = (first.owner, first.flow(WORK).await);
    let id = first.engine.run(owner, flow, json!(1)).await.unwrap().id;
    effect.entered.notified().await;
    second.engine.stop_flow(owner, flow, None, Waiting::Keep).await.unwrap();
    assert!(first.engine.run(owner, flow, json!(2)).await.is_err());
    clock.advance_ms(31_000);
    let row = second.ended(owner, flow, id).await;
    assert_eq!(row.error_code.as_deref(), Some("flow_stopped"));
    second
        .until("it is stopped", || async {
            second.engine.get_flow(owner, flow).await.unwrap().status == FlowStatus::Stopped
        })
        .await;
    fresh.remove().await;
}

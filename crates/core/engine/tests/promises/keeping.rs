//! What is over goes after a while; what waits stays, and statistics stay.

use std::time::Duration;

use db::testing::both_databases;
use engine::flow::run::{SNAPSHOT_VERSION, State};
use engine::{Error, ReplayOn, ReplayWish, Retention};
use journal::{ExecutionStatus, Journal, Page};
use kit::{Clock, Kind, Problem, Sources, Timestamp};
use serde_json::json;

use crate::house::{House, Plan};
use crate::{STRAIGHT, run};

const NAP: &str = "
organism: {name: nap}
listeners:
  - {name: nap, description: sleeps, handler: delay, config: {for: 90d}, next: out}
  - {name: out, description: answers, handler: output}
";
const LONG: &str = "
organism: {name: long}
listeners:
  - {name: rows, description: all, handler: each, config: {items: '{{ input.items }}', do: double}, next: nap}
  - {name: double, description: one, handler: set, config: {payload: '{{ input * 2 }}'}}
  - {name: nap, description: sleeps, handler: delay, config: {for: 1h}, next: out}
  - {name: out, description: answers, handler: output, config: {payload: {count: '{{ input | length }}', last: '{{ input[199] }}', asked: '{{ trigger.payload.items | length }}'}}}
";
const DAY_MS: i64 = 24 * 60 * 60 * 1_000;

async fn house(db: db::Db, retention: Retention) -> (House, Clock) {
    let clock = Clock::manual(Timestamp::parse("2026-03-01T00:00:00Z").unwrap());
    let sources = Sources { clock: clock.clone(), ..Sources::system() };
    let plan = Plan { retention, sources, ..Plan::default() };
    (House::of(Journal::new(db), plan).await, clock)
}

async fn kept(house: &House, flow: kit::ids::FlowId) -> u64 {
    let page = Page { number: 1, size: 200 };
    let listed = house.engine.list_executions(house.owner, flow, None, page).await.unwrap();
    assert_eq!(listed.total, listed.items.len() as u64);
    listed.total
}

both_databases! {
    async fn old_executions_are_gone_and_what_asks_for_them_is_told_so(db: Db) {
        let (house, clock) = house(db, Retention { age_ms: Some(14 * DAY_MS), executions: None }).await;
        let (flow, nap) = (house.flow(STRAIGHT).await, house.flow(NAP).await);
        let sleeping = house.engine.run(house.owner, nap, json!(1)).await.unwrap().id;
        run(&house, flow, json!({"a": 1, "b": 1})).await;
        let old = house.engine.list_executions(house.owner, flow, None, Page { number: 1, size: 1 }).await.unwrap().items[0].id;
        clock.advance_ms(10 * DAY_MS);
        run(&house, flow, json!({"a": 1, "b": 1})).await;
        assert_eq!(house.engine.prune().await.unwrap(), 0);
        clock.advance_ms(5 * DAY_MS);
        assert_eq!(house.engine.prune().await.unwrap(), 1);
        assert_eq!(kept(&house, flow).await, 1);
        assert_eq!(house.engine.stats(house.owner, flow).await.unwrap().succeeded, 2);
        let not_found = |error: Error| assert_eq!((error.kind(), error.code()), (Kind::NotFound, "not_found"));
        not_found(house.engine.get_execution(house.owner, flow, old).await.err().unwrap());
        not_found(house.engine.events(house.owner, flow, old, (None, 10)).await.err().unwrap());
        let wish = ReplayWish { on: ReplayOn::Original, from_step: None };
        not_found(house.engine.replay_execution(house.owner, flow, old, wish).await.err().unwrap());
        let sleeping = house.engine.get_execution(house.owner, nap, sleeping).await.unwrap().execution;
        assert_eq!(sleeping.status, ExecutionStatus::Running);
    }

    async fn of_many_the_newest_are_kept_and_those_that_wait_take_no_place(db: Db) {
        let (house, clock) = house(db, Retention { age_ms: None, executions: Some(3) }).await;
        let flow = house.flow(STRAIGHT).await;
        for _ in 0..5 {
            clock.advance_ms(1_000);
            run(&house, flow, json!({"a": 1, "b": 1})).await;
        }
        clock.advance_ms(1_000);
        assert_eq!(house.engine.prune().await.unwrap(), 2);
        assert_eq!(kept(&house, flow).await, 3);
        // The turn of these ten minutes is over.
        run(&house, flow, json!({"a": 1, "b": 1})).await;
        assert_eq!(house.engine.prune().await.unwrap(), 0);
        clock.advance_ms(10 * 60 * 1_000);
        assert_eq!(house.engine.prune().await.unwrap(), 1);
    }

    async fn runs_go_on_while_much_is_removed(db: Db) {
        let (house, clock) = house(db, Retention { age_ms: Some(1_000), executions: None }).await;
        let flow = house.flow(STRAIGHT).await;
        for _ in 0..300 {
            run(&house, flow, json!({"a": 1, "b": 1})).await;
        }
        clock.advance_ms(60_000);
        let pruning = { let engine = house.engine.clone(); tokio::spawn(async move { engine.prune().await.unwrap() }) };
        while !pruning.is_finished() {
            let one = tokio::time::timeout(Duration::from_secs(2), run(&house, flow, json!({"a": 1, "b": 1}))).await;
            assert_eq!(one.unwrap().status, ExecutionStatus::Success);
        }
        assert_eq!(pruning.await.unwrap(), 300);
    }

    async fn a_long_execution_goes_on_from_its_snapshot_as_from_its_events(db: Db) {
        let (first, clock) = house(db.clone(), Retention::default()).await;
        let flow = first.flow(LONG).await;
        let items: Vec<u32> = (0..200).collect();
        let id = first.engine.run(first.owner, flow, json!({ "items": items })).await.unwrap().id;
        first.until("it sleeps", || async { first.waits_for(flow, id).await.as_deref() == Some("delay") }).await;
        let snapshot = first.journal.snapshot(id, SNAPSHOT_VERSION).await.unwrap().expect("a snapshot");
        let state = State::restore(&snapshot).expect("a state");
        let events = first.journal.events(id, 0, u32::MAX).await.unwrap();
        assert!(events.len() > 600 && state.next_seq.0 as usize == events.len(), "it covers all: {}", events.len());
        first.engine.abandon();
        let sources = Sources { clock: clock.clone(), ..Sources::system() };
        let second = House::of(Journal::new(db), Plan { sources, ..Plan::default() }).await;
        clock.advance_ms(3_600_000);
        let end = second.ended(first.owner, flow, id).await;
        assert_eq!(end.status, ExecutionStatus::Success);
        let output = second.engine.get_execution(first.owner, flow, id).await.unwrap().output.unwrap();
        assert_eq!(output.json(), &json!({ "count": 200, "last": 398, "asked": 200 }));
        assert_eq!(first.journal.snapshot(id, SNAPSHOT_VERSION).await.unwrap(), None, "what is over needs none");
    }
}

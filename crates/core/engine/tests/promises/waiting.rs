//! Executions that wait: for a turn, for a time, for nothing any more.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use db::testing::both_databases;
use engine::{Error, Limits, Waiting};
use journal::{ExecutionStatus, FlowStatus, Journal, Page};
use kit::{Clock, Entropy, Sources, Timestamp};
use serde_json::json;

use crate::house::{Effect, House, Plan};

const TWO_AT_A_TIME: &str = "
organism: {name: narrow, concurrency: 2}
listeners:
  - {name: work, description: works, handler: effect, next: out}
  - {name: out, description: answers, handler: output, config: {payload: '{{ input.took }}'}}
";

const NARROW_LISTENER: &str = "
organism: {name: narrow-listener}
listeners:
  - {name: work, description: works, handler: effect, concurrency: 2, next: out}
  - {name: out, description: answers, handler: output}
";

const WORK: &str = "
organism: {name: work}
listeners:
  - {name: work, description: works, handler: effect, next: out}
  - {name: out, description: answers, handler: output, config: {payload: '{{ input.took }}'}}
";

const PATIENT: &str = "
organism: {name: patient}
listeners:
  - {name: work, description: works, handler: effect, retry: {attempts: 3, backoff: 60s}, next: out}
  - {name: out, description: answers, handler: output, config: {payload: '{{ input.took }}'}}
";

fn noon() -> Sources {
    let start = Timestamp::parse("2026-05-01T12:00:00Z").unwrap();
    Sources { clock: Clock::manual(start), entropy: Entropy::system() }
}

async fn at(db: db::Db, sources: &Sources, effect: &Arc<Effect>) -> House {
    let plan = Plan { sources: sources.clone(), effect: Arc::clone(effect), ..Plan::default() };
    House::of(Journal::new(db), plan).await
}

both_databases! {
    async fn more_executions_than_a_flow_allows_wait_on_disk_for_their_turn(db: Db) {
        let house = House::on(db, None).await;
        let flow = house.flow(TWO_AT_A_TIME).await;
        house.effect.holds.store(true, Ordering::SeqCst);
        let mut started = Vec::new();
        for n in 0..6 {
            started.push(house.engine.run(house.owner, flow, json!(n)).await.unwrap());
        }
        house.until("two calls", || async { house.effect.running.load(Ordering::SeqCst) == 2 }).await;
        for waiting in &started[2..] {
            assert_eq!(house.waits_for(flow, waiting.id).await.as_deref(), Some("queue"));
        }
        assert_eq!(house.engine.driving(), 2);
        house.effect.release.0.add_permits(6);
        for (n, run) in (0..).zip(started) {
            let done = run.result(Duration::from_secs(10)).await.unwrap();
            assert_eq!((done.status, done.output.json()), (ExecutionStatus::Success, &json!(n)));
        }
        assert_eq!(house.effect.most_running.load(Ordering::SeqCst), 2);
    }

    async fn a_listener_runs_no_more_steps_at_a_time_than_it_says(db: Db) {
        let house = House::on(db, None).await;
        let flow = house.flow(NARROW_LISTENER).await;
        house.effect.holds.store(true, Ordering::SeqCst);
        let mut started = Vec::new();
        for n in 0..6 {
            started.push(house.engine.run(house.owner, flow, json!(n)).await.unwrap());
        }
        house.until("two calls", || async { house.effect.running.load(Ordering::SeqCst) == 2 }).await;
        house.effect.release.0.add_permits(6);
        for run in started {
            run.result(Duration::from_secs(10)).await.unwrap();
        }
        assert_eq!(house.effect.most_running.load(Ordering::SeqCst), 2);
    }

    async fn the_flood_of_one_owner_does_not_delay_anothers_single_run(db: Db) {
        let plan = Plan { limits: Limits { active: 1_000, calls: 1 }, ..Plan::default() };
        let house = House::of(Journal::new(db), plan).await;
        let flood = house.flow(WORK).await;
        let other = Sources::system().id();
        let single = house.flow_of(other, WORK).await;
        house.effect.holds.store(true, Ordering::SeqCst);
        for n in 0..100 {
            house.engine.run(house.owner, flood, json!(n)).await.unwrap();
        }
        house.until("a call", || async { house.effect.running.load(Ordering::SeqCst) == 1 }).await;
        let run = house.engine.run(other, single, json!("mine")).await.unwrap();
        // Its call stands in line before anything is let go.
        tokio::time::sleep(Duration::from_millis(50)).await;
        house.effect.release.0.add_permits(1_000);
        run.result(Duration::from_secs(10)).await.unwrap();
        let order = house.effect.owners.lock().unwrap().iter().position(|owner| *owner == other).unwrap();
        assert!(order <= 2, "served as number {order}");
    }

    async fn a_full_node_lets_the_rest_wait_on_disk_and_serves_owners_in_turn(db: Db) {
        let plan = Plan { limits: Limits { active: 2, calls: 8 }, ..Plan::default() };
        let house = House::of(Journal::new(db), plan).await;
        let flood = house.flow(WORK).await;
        let other = Sources::system().id();
        let single = house.flow_of(other, WORK).await;
        house.effect.holds.store(true, Ordering::SeqCst);
        for n in 0..2 {
            house.engine.run(house.owner, flood, json!(n)).await.unwrap();
        }
        house.engine.look_now().await.unwrap();
        for n in 0..40 {
            house.engine.run(house.owner, flood, json!(n)).await.unwrap();
        }
        let run = house.engine.run(other, single, json!("mine")).await.unwrap();
        assert_eq!(house.engine.driving(), 2);
        house.effect.release.0.add_permits(1_000);
        run.result(Duration::from_secs(10)).await.unwrap();
        let order = house.effect.owners.lock().unwrap().iter().position(|owner| *owner == other).unwrap();
        assert!(order <= 6, "served as number {order}");
        house.until("the end of all", || async {
            house.engine.stats(house.owner, flood).await.unwrap().succeeded == 42
        }).await;
    }

    async fn a_retry_far_away_costs_a_row_and_survives_a_crash(db: Db) {
        let (sources, effect) = (noon(), Arc::new(Effect::default()));
        let first = at(db.clone(), &sources, &effect).await;
        let flow = first.flow(PATIENT).await;
        effect.failures.store(2, Ordering::SeqCst);
        let run = first.engine.run(first.owner, flow, json!("kept")).await.unwrap();
        let (owner, id) = (first.owner, run.id);
        first.until("it is parked", || async { first.waits_for(flow, id).await.is_some() }).await;
        assert_eq!(first.waits_for(flow, id).await.as_deref(), Some("retry"));
        first.until("no memory is held", || async { first.engine.driving() == 0 }).await;
        // The backoff is 60 s and a quarter at most.
        sources.clock.advance_ms(76_000);
        first.until("the second attempt", || async { effect.attempts.load(Ordering::SeqCst) == 2 }).await;
        first.until("it is parked again", || async { first.engine.driving() == 0 }).await;
        first.engine.abandon();
        sources.clock.advance_ms(151_000);
        let second = at(db, &sources, &effect).await;
        let row = second.ended(owner, flow, id).await;
        assert_eq!((row.status, effect.attempts.load(Ordering::SeqCst)), (ExecutionStatus::Success, 3));
        let keys = effect.keys.lock().unwrap().clone();
        assert!(keys.windows(2).all(|pair| pair[0] == pair[1]), "{keys:?}");
    }

    async fn cancelling_cuts_a_call_off_wherever_the_execution_stands(db: Db) {
        let sources = noon();
        let house = at(db, &sources, &Arc::default()).await;
        let (running, parked, queued) =
            (house.flow(WORK).await, house.flow(PATIENT).await, house.flow(TWO_AT_A_TIME).await);
        house.effect.failures.store(1, Ordering::SeqCst);
        let waits = house.engine.run(house.owner, parked, json!(1)).await.unwrap().id;
        house.until("it is parked", || async { house.waits_for(parked, waits).await.is_some() }).await;
        house.effect.holds.store(true, Ordering::SeqCst);
        let runs = house.engine.run(house.owner, running, json!(2)).await.unwrap().id;
        let mut in_line = Vec::new();
        for n in 0..3 {
            in_line.push(house.engine.run(house.owner, queued, json!(n)).await.unwrap().id);
        }
        house.until("three calls", || async { house.effect.running.load(Ordering::SeqCst) == 3 }).await;
        for (flow, id) in [(running, runs), (parked, waits), (queued, in_line[2])] {
            let row = house.engine.cancel(house.owner, flow, id).await.unwrap().execution;
            assert_eq!((row.status, row.error_code.as_deref()), (ExecutionStatus::Error, Some("cancelled")));
            let again = house.engine.cancel(house.owner, flow, id).await;
            assert!(matches!(again, Err(Error::WrongState { status: "error", .. })));
        }
        house.until("the call is cut off", || async { house.effect.cut_off.load(Ordering::SeqCst) > 0 }).await;
        assert_eq!(house.effect.running.load(Ordering::SeqCst), 2);
        let stranger = sources.id();
        let refused = house.engine.cancel(stranger, queued, in_line[0]).await;
        assert!(matches!(refused, Err(Error::NotFound(_))));
    }

    async fn nothing_is_born_once_a_stop_has_returned(db: Db) {
        let house = House::on(db, None).await;
        let flow = house.flow(WORK).await;
        let births: Vec<_> = (0..8).map(|_| {
            let (engine, owner) = (house.engine.clone(), house.owner);
            tokio::spawn(async move {
                while engine.run(owner, flow, json!(1)).await.is_ok() {}
            })
        }).collect();
        tokio::time::sleep(Duration::from_millis(50)).await;
        house.engine.stop_flow(house.owner, flow, None, Waiting::Keep).await.unwrap();
        let at_the_stop = house.engine.stats(house.owner, flow).await.unwrap().started;
        for birth in births {
            birth.await.unwrap();
        }
        assert!(at_the_stop > 0);
        assert_eq!(house.engine.stats(house.owner, flow).await.unwrap().started, at_the_stop);
    }

    async fn a_stop_waits_thirty_seconds_then_ends_what_runs_and_keeps_what_waits(db: Db) {
        let sources = noon();
        let house = at(db, &sources, &Arc::default()).await;
        let flow = house.flow(TWO_AT_A_TIME).await;
        house.effect.holds.store(true, Ordering::SeqCst);
        let mut ids = Vec::new();
        for n in 0..3 {
            ids.push(house.engine.run(house.owner, flow, json!(n)).await.unwrap().id);
        }
        house.until("two calls", || async { house.effect.running.load(Ordering::SeqCst) == 2 }).await;
        let stopping = house.engine.stop_flow(house.owner, flow, None, Waiting::Keep).await.unwrap();
        assert_eq!(stopping.status, FlowStatus::Stopping);
        // One ends within its time, the other does not.
        house.effect.release.0.add_permits(1);
        house.until("one has ended", || async { house.engine.driving() == 1 }).await;
        sources.clock.advance_ms(31_000);
        house.until("it is stopped", || async {
            house.engine.get_flow(house.owner, flow).await.unwrap().status == FlowStatus::Stopped
        }).await;
        let stats = house.engine.stats(house.owner, flow).await.unwrap();
        assert_eq!((stats.succeeded, stats.failed, stats.kept(Some(ExecutionStatus::Running))), (1, 1, 1));
        assert_eq!(house.waits_for(flow, ids[2]).await.as_deref(), Some("queue"));

        house.effect.holds.store(false, Ordering::SeqCst);
        house.engine.start_flow(house.owner, flow, None).await.unwrap();
        let row = house.ended(house.owner, flow, ids[2]).await;
        assert_eq!(row.status, ExecutionStatus::Success);
    }

    async fn a_stop_can_end_what_waits_too(db: Db) {
        let sources = noon();
        let house = at(db, &sources, &Arc::default()).await;
        let flow = house.flow(PATIENT).await;
        house.effect.failures.store(1, Ordering::SeqCst);
        let id = house.engine.run(house.owner, flow, json!(1)).await.unwrap().id;
        house.until("it is parked", || async { house.waits_for(flow, id).await.is_some() }).await;
        house.engine.stop_flow(house.owner, flow, None, Waiting::Cancel).await.unwrap();
        let row = house.ended(house.owner, flow, id).await;
        assert_eq!((row.status, row.error_code.as_deref()), (ExecutionStatus::Error, Some("flow_stopped")));
    }

    async fn what_falls_due_while_its_flow_is_stopped_is_held(db: Db) {
        let sources = noon();
        let house = at(db, &sources, &Arc::default()).await;
        let flow = house.flow(PATIENT).await;
        house.effect.failures.store(1, Ordering::SeqCst);
        let id = house.engine.run(house.owner, flow, json!(1)).await.unwrap().id;
        house.until("it is parked", || async { house.waits_for(flow, id).await.is_some() }).await;
        house.until("no memory is held", || async { house.engine.driving() == 0 }).await;
        house.engine.stop_flow(house.owner, flow, None, Waiting::Keep).await.unwrap();
        sources.clock.advance_ms(76_000);
        house.until("it is held", || async { house.waits_for(flow, id).await.as_deref() == Some("queue") }).await;
        assert_eq!(house.effect.attempts.load(Ordering::SeqCst), 1);
        house.engine.start_flow(house.owner, flow, None).await.unwrap();
        assert_eq!(house.ended(house.owner, flow, id).await.status, ExecutionStatus::Success);
    }

    async fn a_stop_that_died_with_its_node_is_finished_by_the_next(db: Db) {
        let sources = noon();
        let first = at(db.clone(), &sources, &Arc::default()).await;
        let flow = first.flow(WORK).await;
        first.effect.holds.store(true, Ordering::SeqCst);
        let id = first.engine.run(first.owner, flow, json!(1)).await.unwrap().id;
        first.effect.entered.notified().await;
        first.engine.stop_flow(first.owner, flow, None, Waiting::Keep).await.unwrap();
        first.engine.abandon();
        let second = at(db, &sources, &Arc::default()).await;
        assert_eq!(second.ended(first.owner, flow, id).await.status, ExecutionStatus::Success);
        sources.clock.advance_ms(3_000);
        second.until("it is stopped", || async {
            second.engine.get_flow(first.owner, flow).await.unwrap().status == FlowStatus::Stopped
        }).await;
        let page = Page { number: 1, size: 10 };
        assert_eq!(second.engine.list_executions(first.owner, flow, None, page).await.unwrap().total, 1);
    }
}

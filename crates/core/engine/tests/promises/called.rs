//! Flows that call flows: born once, answered once, ended when nobody waits, whatever dies.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use db::testing::both_databases;
use engine::Finished;
use engine::flow::run::StepEvent;
use journal::{ExecutionStatus, Fuse, Journal, Page, Place, TriggerKind};
use kit::ids::{ExecutionId, FlowId};
use serde_json::{Value as Json, json};

use crate::house::{Effect, House, Plan};
use crate::sql;

/// Calls another flow, by the name or id that stands for `CALLED`.
const CALLER: &str = "
organism: {name: caller, max_tokens: 10000}
listeners:
  - {name: sub, description: calls, handler: flow, config: {flow: CALLED, input: {n: '{{ input.n + 1 }}'}}, next: out}
  - {name: out, description: answers, handler: output, config: {payload: {got: '{{ input }}'}}}
";

const PURE: &str = "
organism: {name: pure}
listeners:
  - {name: out, description: answers, handler: output, config: {payload: '{{ input.n * 10 }}'}}
";

const SLOW: &str = "
organism: {name: slow}
listeners:
  - {name: work, description: works, handler: effect, next: out}
  - {name: out, description: answers, handler: output, config: {payload: '{{ input.took.n }}'}}
";

const ALONE: &str = "
organism: {name: alone, concurrency: 1}
listeners:
  - {name: work, description: works, handler: effect, next: out}
  - {name: out, description: answers, handler: output, config: {payload: '{{ input.took.n }}'}}
";

const FAILING: &str = "
organism: {name: failing}
listeners:
  - {name: shape, description: fails, handler: set, config: {payload: '{{ input.nothing + 1 }}'}}
";

fn calls(flow: &dyn std::fmt::Display) -> String {
    CALLER.replace("CALLED", &flow.to_string())
}

async fn run(house: &House, flow: FlowId, input: Json) -> Finished {
    let started = house.engine.run(house.owner, flow, input).await.unwrap();
    started.result(Duration::from_secs(20)).await.expect("an answer")
}

async fn executions(house: &House, flow: FlowId) -> Vec<journal::Execution> {
    let page = Page { number: 1, size: 200 };
    house.engine.list_executions(house.owner, flow, None, page).await.unwrap().items
}

async fn events(house: &House, flow: FlowId, id: ExecutionId) -> Vec<StepEvent> {
    house.engine.events(house.owner, flow, id, (None, 1_000)).await.unwrap()
}

both_databases! {
    async fn another_flow_answers_and_each_execution_names_the_other(db: Db) {
        let house = House::on(db, None).await;
        let called = house.flow(PURE).await;
        let flow = house.flow(&calls(&called)).await;
        let done = run(&house, flow, json!({"n": 1})).await;
        assert_eq!((done.status, done.output.json()), (ExecutionStatus::Success, &json!({"got": 20})), "{:?}", done.error);

        let (caller, child) = (executions(&house, flow).await.remove(0), executions(&house, called).await.remove(0));
        assert_eq!((child.trigger_kind, child.status), (TriggerKind::Flow, ExecutionStatus::Success));
        let details = house.engine.get_execution(house.owner, called, child.id).await.unwrap();
        assert_eq!(details.caller, Some((caller.id, flow)));
        let told = events(&house, flow, caller.id).await;
        let kinds: Vec<_> = told.iter().map(|event| event.kind).collect();
        assert_eq!(kinds, ["started", "delegated", "returned", "passed", "ended"]);
        assert_eq!(told[1].details.as_ref().unwrap()["executionId"], json!(child.id));
        // What is called is part of its caller's run.
        assert_eq!(house.engine.monthly_usage(house.owner).await.unwrap().runs, 1);
    }

    async fn a_flow_is_called_by_its_name_unless_two_are_called_so(db: Db) {
        let house = House::on(db, None).await;
        let pure = house.flow(PURE).await;
        let text = calls(&"test");
        // The house calls all its flows so.
        let caller = house.flow(&text).await;
        let done = run(&house, caller, json!({"n": 1})).await;
        assert_eq!(done.error.unwrap().code, "ambiguous_flow");
        let missing = house.flow(&calls(&"nobody")).await;
        let done = run(&house, missing, json!({"n": 1})).await;
        let error = done.error.unwrap();
        assert_eq!((error.code.as_str(), error.message.as_str()), ("unknown_flow", "sub: there is no flow `nobody`: write the name or the id of one of your flows"));
        let stranger = kit::Sources::system().id();
        let foreign = house.flow_of(stranger, &calls(&pure)).await;
        let started = house.engine.run(stranger, foreign, json!({"n": 1})).await.unwrap();
        assert_eq!(started.result(Duration::from_secs(20)).await.unwrap().error.unwrap().code, "unknown_flow");
        assert!(executions(&house, pure).await.is_empty());
    }

    async fn what_fails_in_it_or_does_not_run_is_an_error_of_the_step(db: Db) {
        let house = House::on(db, None).await;
        let failing = house.flow(FAILING).await;
        let flow = house.flow(&calls(&failing)).await;
        let error = run(&house, flow, json!({"n": 1})).await.error.unwrap();
        assert!(error.message.starts_with("sub: failing: "), "{error:?}");
        house.engine.stop_flow(house.owner, failing, None, engine::Waiting::Keep).await.unwrap();
        let error = run(&house, flow, json!({"n": 1})).await.error.unwrap();
        assert_eq!(error.code, "flow_not_running", "{error:?}");
    }

    async fn a_caller_costs_a_row_while_it_waits_and_its_end_ends_whom_it_called(db: Db) {
        let house = House::on(db, None).await;
        let slow = house.flow(SLOW).await;
        let flow = house.flow(&calls(&slow)).await;
        house.effect.holds.store(true, Ordering::SeqCst);
        let started = house.engine.run(house.owner, flow, json!({"n": 1})).await.unwrap();
        house.effect.entered.notified().await;
        house.until("the caller waits", || async { house.waits_for(flow, started.id).await.as_deref() == Some("flow") }).await;
        assert_eq!(house.engine.driving(), 1);
        house.engine.cancel(house.owner, flow, started.id).await.unwrap();
        house.until("the called one ends", || async { executions(&house, slow).await[0].status == ExecutionStatus::Error }).await;
        assert_eq!(executions(&house, slow).await[0].error_code.as_deref(), Some("cancelled"));
        assert_eq!(house.effect.cut_off.load(Ordering::SeqCst), 1);
    }

    async fn what_is_called_takes_no_slot_of_its_flow(db: Db) {
        let house = House::on(db, None).await;
        let alone = house.flow(ALONE).await;
        let flow = house.flow(&calls(&alone)).await;
        house.effect.holds.store(true, Ordering::SeqCst);
        let first = house.engine.run(house.owner, alone, json!({"n": 0})).await.unwrap();
        house.effect.entered.notified().await;
        let second = house.engine.run(house.owner, flow, json!({"n": 1})).await.unwrap();
        house.until("both run", || async { house.effect.running.load(Ordering::SeqCst) == 2 }).await;
        house.effect.release.0.add_permits(2);
        assert_eq!(second.result(Duration::from_secs(20)).await.unwrap().output.json(), &json!({"got": 2}));
        first.result(Duration::from_secs(20)).await.unwrap();
    }

    async fn a_flow_that_calls_itself_without_end_is_bounded(db: Db) {
        let house = House::on(db, None).await;
        // The house calls all its flows so, and there is one.
        let flow = house.flow(&calls(&"test")).await;
        let done = run(&house, flow, json!({"n": 1})).await;
        let error = done.error.unwrap();
        assert_eq!(error.code, "max_depth", "{error:?}");
        let all = executions(&house, flow).await;
        // The first, and one in each of the 51 depths below it, of which the last may call no more.
        assert_eq!(all.len(), 52);
        assert!(all.iter().all(|one| one.status == ExecutionStatus::Error));
    }

    async fn a_crash_at_any_commit_makes_no_second_child_and_loses_no_answer(db: Db) {
        let mut commits = 0;
        for place in [Place::Before, Place::After] {
            for at in 0.. {
                if !crash_at(&db, Fuse::new(at, place)).await {
                    commits = at;
                    break;
                }
            }
        }
        // Births, steps and ends of both, and the caller's parking.
        assert!(commits >= 6, "only {commits} commits");
    }

    async fn whoever_is_called_by_what_is_over_is_ended(db: Db) {
        let house = House::on(db.clone(), None).await;
        let slow = house.flow(SLOW).await;
        let flow = house.flow(&calls(&slow)).await;
        house.effect.holds.store(true, Ordering::SeqCst);
        let started = house.engine.run(house.owner, flow, json!({"n": 1})).await.unwrap();
        house.effect.entered.notified().await;
        house.until("the caller waits", || async { house.waits_for(flow, started.id).await.as_deref() == Some("flow") }).await;
        assert!(house.journal.left_behind(10).await.unwrap().is_empty());
        db.run(&sql::END_SILENTLY, &db::params![started.id]).await.unwrap();
        let child = executions(&house, slow).await[0].id;
        assert_eq!(house.journal.left_behind(10).await.unwrap(), [child]);
        let ended = house.ended(house.owner, slow, child).await;
        assert_eq!(ended.error_code.as_deref(), Some("cancelled"));
    }
}

/// Runs a caller until the fuse blows, lets another engine finish it, and answers whether the fuse blew.
async fn crash_at(db: &db::Db, fuse: Fuse) -> bool {
    let (fuse, effect) = (Arc::new(fuse), Arc::new(Effect::default()));
    let plan = || Plan { effect: Arc::clone(&effect), ..Plan::default() };
    let first = House::of(Journal::with_fuse(db.clone(), Arc::clone(&fuse)), plan()).await;
    let slow = first.flow(SLOW).await;
    let flow = first.flow(&calls(&slow)).await;
    let acknowledged = first.engine.run(first.owner, flow, json!({"n": 1})).await.map(|started| started.id);
    let rest = || async {
        let all = executions(&first, flow).await;
        fuse.has_blown() || all.iter().all(|one| one.status != ExecutionStatus::Running)
    };
    first.until("it ends or dies", rest).await;
    first.engine.abandon();

    let second = House::of(Journal::new(db.clone()), plan()).await;
    let callers = executions(&first, flow).await;
    assert!(acknowledged.is_err() || callers.len() == 1, "what was acknowledged is there");
    for caller in callers {
        let ended = second.ended(first.owner, flow, caller.id).await;
        assert_eq!(ended.status, ExecutionStatus::Success, "{ended:?}");
        let told = second.engine.events(first.owner, flow, caller.id, (None, 100)).await.unwrap();
        let kinds: Vec<_> = told.iter().map(|event| event.kind).collect();
        assert_eq!(kinds, ["started", "delegated", "returned", "passed", "ended"]);
        let children = executions(&first, slow).await;
        assert_eq!(children.len(), 1);
        second.ended(first.owner, slow, children[0].id).await;
        // One call, and one more when a crash interrupted it.
        assert!((1..=2).contains(&effect.attempts.load(Ordering::SeqCst)));
    }
    second.engine.abandon();
    fuse.has_blown()
}

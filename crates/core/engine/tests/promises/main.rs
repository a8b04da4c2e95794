//! What the engine promises, on both databases.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test ends where it cannot go on")]

mod approvals;
mod called;
mod crashes;
mod deliveries;
mod house;
mod keeping;
mod nodes;
mod repair;
mod schedules;
mod sql;
mod strays;
mod test_runs;
mod waiting;
mod watchdog;

use std::sync::atomic::Ordering;
use std::time::Duration;

use db::testing::both_databases;
use engine::{Error, Finished, Waiting};
use house::House;
use journal::{ExecutionStatus, Page};
use kit::ids::FlowId;
use serde_json::{Value as Json, json};

const STRAIGHT: &str = "
organism: {name: straight}
listeners:
  - {name: shape, description: adds, handler: set, config: {payload: {total: '{{ input.a + input.b }}', who: '{{ vars.greeting }}'}}, next: route}
  - {name: route, description: routes, handler: branch, cases: [{when: 'input.total > 10', next: big}], otherwise: small}
  - {name: big, description: big, handler: output, config: {payload: {big: '{{ steps.shape.total }}'}, status: 201}}
  - {name: small, description: small, handler: output}
";

const EFFECT: &str = "
organism: {name: effect}
listeners:
  - {name: work, description: works, handler: effect, config: {key: '{{ secret(\"KEY\") }}'}, retry: {attempts: 3, backoff: 10ms}, next: out}
  - {name: out, description: answers, handler: output, config: {payload: '{{ input.took }}'}}
";

const PARALLEL: &str = "
organism: {name: parallel}
listeners:
  - {name: begin, description: begins, handler: set, config: {payload: 1}, next: [left, right]}
  - {name: left, description: left, handler: set, config: {payload: left}, next: both}
  - {name: right, description: right, handler: effect, next: both}
  - {name: both, description: joins, handler: merge, config: {wait: all}, next: out}
  - {name: out, description: answers, handler: output}
";

const AGENT: &str = "
organism: {name: agent}
listeners:
  - {name: boss, description: asks, agent: true, prompt: You ask., peers: [one, two], next: out}
  - {name: one, description: the first, handler: set, config: {payload: 'one {{ input.n }}'}}
  - {name: two, description: the second, handler: effect, next: shout}
  - {name: shout, description: shouts, handler: set, config: {payload: 'two {{ input.took.n }}'}}
  - {name: out, description: answers, handler: output}
";

const LOOP: &str = "
organism: {name: loop, max_messages: 50}
listeners:
  - {name: again, description: turns, handler: set, config: {payload: 1}, next: again}
";

async fn run(house: &House, flow: FlowId, input: Json) -> Finished {
    let started = house.engine.run(house.owner, flow, input).await.unwrap();
    started.result(Duration::from_secs(10)).await.expect("an answer within ten seconds")
}

both_databases! {
    async fn a_flow_of_pure_steps_answers_and_is_recorded_step_by_step(db: Db) {
        let house = House::on(db, None).await;
        let flow = house.flow(STRAIGHT).await;
        let big = run(&house, flow, json!({"a": 7, "b": 8})).await;
        assert_eq!((big.status, big.http_status), (ExecutionStatus::Success, Some(201)));
        assert_eq!(big.output.json(), &json!({"big": 15}));
        let small = run(&house, flow, json!({"a": 1, "b": 1})).await;
        assert_eq!(small.output.json(), &json!({"total": 2, "who": "hello"}));

        let page = Page { number: 1, size: 10 };
        let listed = house.engine.list_executions(house.owner, flow, None, page).await.unwrap();
        assert_eq!((listed.total, listed.items.len()), (2, 2));
        let id = listed.items[0].id;
        let events = house.engine.events(house.owner, flow, id, (None, 100)).await.unwrap();
        let told: Vec<_> = events.iter().map(|event| (event.kind, event.listener.as_deref().unwrap_or(""))).collect();
        assert_eq!(told, [("started", ""), ("passed", "shape"), ("passed", "route"), ("passed", "small"), ("ended", "")]);
        let details = house.engine.get_execution(house.owner, flow, id).await.unwrap();
        assert_eq!(details.input.unwrap().json(), &json!({"a": 1, "b": 1}));
        assert_eq!(details.output.unwrap().json(), &json!({"total": 2, "who": "hello"}));
        assert_eq!(house.engine.stats(house.owner, flow).await.unwrap().succeeded, 2);
    }

    async fn an_attempt_that_may_succeed_is_repeated_under_the_same_key(db: Db) {
        let house = House::on(db, None).await;
        let flow = house.flow(EFFECT).await;
        house.effect.failures.store(2, Ordering::SeqCst);
        let done = run(&house, flow, json!("x")).await;
        assert_eq!((done.status, done.output.json()), (ExecutionStatus::Success, &json!("x")));
        assert_eq!(house.effect.attempts.load(Ordering::SeqCst), 3);
        let keys = house.effect.keys.lock().unwrap().clone();
        assert!(keys.windows(2).all(|pair| pair[0] == pair[1]), "{keys:?}");

        house.effect.failures.store(3, Ordering::SeqCst);
        let failed = run(&house, flow, json!("x")).await;
        assert_eq!(failed.status, ExecutionStatus::Error);
        assert_eq!(failed.error.unwrap().code, "flaky");
    }

    async fn no_secret_reaches_the_journal(db: Db) {
        let house = House::on(db, None).await;
        let flow = house.flow(EFFECT).await;
        house.effect.failures.store(1, Ordering::SeqCst);
        let started = house.engine.run(house.owner, flow, json!("x")).await.unwrap();
        let id = started.id;
        started.result(Duration::from_secs(10)).await.unwrap();
        let scheduled = house.engine.events(house.owner, flow, id, (None, 100)).await.unwrap();
        let before_the_answer: Vec<_> = scheduled.iter().filter(|event| event.kind != "finished").collect();
        // The handler of this test answers its whole config; everything else must be free of it.
        let text = serde_json::to_string(&before_the_answer).unwrap();
        assert!(before_the_answer.len() >= 3);
        assert!(!text.replace("\"config\":{\"key\":\"s3cret\"}", "").contains("s3cret"), "{text}");
    }

    async fn parallel_branches_meet_in_the_order_of_the_file(db: Db) {
        let house = House::on(db, None).await;
        let flow = house.flow(PARALLEL).await;
        let done = run(&house, flow, json!(null)).await;
        assert_eq!(done.output.json()[0], json!("left"));
        assert_eq!(done.output.json()[1]["took"], json!(1));
    }

    async fn an_agent_calls_its_peers_and_reads_their_answers_in_the_order_of_the_calls(db: Db) {
        let house = House::on(db, None).await;
        let flow = house.flow(AGENT).await;
        let done = run(&house, flow, json!("go")).await;
        assert_eq!(done.output.json(), &json!("one 0 & two 1"), "{:?}", done.error);
    }

    async fn a_flow_without_end_hits_its_guard(db: Db) {
        let house = House::on(db, None).await;
        let flow = house.flow(LOOP).await;
        let ended = run(&house, flow, json!(null)).await;
        assert_eq!((ended.status, ended.error.unwrap().code.as_str()), (ExecutionStatus::Error, "max_messages"));
    }

    async fn a_monthly_limit_is_exact_under_concurrency(db: Db) {
        let house = House::on(db, Some(10)).await;
        let flow = house.flow(STRAIGHT).await;
        let runs: Vec<_> = (0..50).map(|n| {
            let (engine, owner) = (house.engine.clone(), house.owner);
            tokio::spawn(async move { engine.run(owner, flow, json!({"a": n, "b": 0})).await })
        }).collect();
        let mut admitted = 0;
        for run in runs {
            match run.await.unwrap() {
                Ok(_) => admitted += 1,
                Err(error) => assert!(matches!(error, Error::Journal(journal::Error::RunQuota { limit: 10 })), "{error}"),
            }
        }
        assert_eq!(admitted, 10);
        assert_eq!(house.engine.monthly_usage(house.owner).await.unwrap().runs, 10);
        assert_eq!(house.engine.stats(house.owner, flow).await.unwrap().started, 10);
    }

    async fn a_limit_of_flows_is_exact_under_concurrency(db: Db) {
        let house = House::on(db, None).await;
        let drafts: Vec<_> = (0..20).map(|_| {
            let (engine, owner) = (house.engine.clone(), house.owner);
            let draft = engine::FlowDraft { name: "f".to_owned(), ..engine::FlowDraft::default() };
            tokio::spawn(async move { engine.create_flow(owner, 3, draft).await.is_ok() })
        }).collect();
        let mut made = 0;
        for draft in drafts {
            made += u32::from(draft.await.unwrap());
        }
        assert_eq!(made, 3);
    }

    async fn what_a_dead_node_left_is_finished_by_the_next_one(db: Db) {
        let first = House::on(db.clone(), None).await;
        let flow = first.flow(EFFECT).await;
        first.effect.holds.store(true, Ordering::SeqCst);
        let started = first.engine.run(first.owner, flow, json!("kept")).await.unwrap();
        first.effect.entered.notified().await;
        let id = started.id;

        // The first node is still there in memory and holds its call: as good as dead, and later as good as a zombie.
        let second = House::on(db, None).await;
        let mut following = second.engine.follow(first.owner, flow, id, None).await.unwrap();
        let mut kinds = Vec::new();
        while let Some(event) = following.next().await.unwrap() {
            kinds.push(event.kind);
        }
        assert_eq!(kinds, ["started", "scheduled", "interrupted", "finished", "passed", "ended"]);
        let key = |house: &House| house.effect.keys.lock().unwrap()[0].clone();
        assert_eq!(key(&first), key(&second));
        let details = second.engine.get_execution(first.owner, flow, id).await.unwrap();
        assert_eq!(details.output.unwrap().json(), &json!("kept"));
    }

    async fn what_is_not_yours_does_not_exist(db: Db) {
        let house = House::on(db, None).await;
        let flow = house.flow(STRAIGHT).await;
        let started = house.engine.run(house.owner, flow, json!({"a": 1, "b": 1})).await.unwrap();
        let stranger = kit::Sources::system().id();
        let (engine, page) = (&house.engine, Page { number: 1, size: 10 });
        assert!(matches!(engine.get_flow(stranger, flow).await, Err(Error::NotFound(_))));
        assert!(matches!(engine.start_flow(stranger, flow, None).await, Err(Error::NotFound(_))));
        assert!(matches!(engine.stop_flow(stranger, flow, None, Waiting::Keep).await, Err(Error::NotFound(_))));
        assert!(matches!(engine.delete_flow(stranger, flow, None).await, Err(Error::NotFound(_))));
        assert!(matches!(engine.run(stranger, flow, json!(1)).await, Err(Error::NotFound(_))));
        assert!(matches!(engine.list_triggers(stranger, flow).await, Err(Error::NotFound(_))));
        assert!(matches!(engine.list_executions(stranger, flow, None, page).await, Err(Error::NotFound(_))));
        assert!(matches!(engine.get_execution(stranger, flow, started.id).await, Err(Error::NotFound(_))));
        assert_eq!(engine.list_flows(stranger, page).await.unwrap().total, 0);
    }

    async fn a_large_payload_comes_back_whole(db: Db) {
        let house = House::on(db, None).await;
        let flow = house.flow(EFFECT).await;
        let text = "all work and no play ".repeat(10_000);
        let done = run(&house, flow, json!(text)).await;
        assert_eq!(done.output.json(), &json!(text));
        let page = Page { number: 1, size: 1 };
        let listed = house.engine.list_executions(house.owner, flow, None, page).await.unwrap();
        let details = house.engine.get_execution(house.owner, flow, listed.items[0].id).await.unwrap();
        assert_eq!(details.input.unwrap().json(), &json!(text));
    }
}

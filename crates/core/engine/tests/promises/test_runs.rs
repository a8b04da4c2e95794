//! Test runs: of a flow that does not run, of one listener, with what is pinned.

use std::sync::atomic::Ordering;
use std::time::Duration;

use db::testing::both_databases;
use engine::{Error, FlowDraft, NewPin, ReplayWish, TestWish};
use journal::{ExecutionStatus, TriggerKind};
use kit::ids::FlowId;
use kit::{Kind, Problem};
use serde_json::{Value as Json, json};

use crate::house::House;

const FLOW: &str = "
organism: {name: orders, concurrency: 1}
listeners:
  - {name: look, description: works, handler: effect, next: sum}
  - {name: sum, description: adds, handler: set, config: {payload: {total: '{{ steps.look.took.n + 1 }}', of: '{{ trigger.payload.who }}'}}, next: out}
  - {name: out, description: answers, handler: output}
";

/// A flow that nobody has started.
async fn resting(house: &House) -> FlowId {
    let draft =
        FlowDraft { name: "test".to_owned(), organism_yaml: Some(FLOW.to_owned()), ..FlowDraft::default() };
    house.engine.create_flow(house.owner, 1_000, draft).await.unwrap().id
}

async fn tried(house: &House, flow: FlowId, wish: TestWish) -> Json {
    let started = house.engine.test_flow(house.owner, flow, wish).await.unwrap();
    let finished = started.result(Duration::from_secs(20)).await.expect("an answer");
    assert!(finished.error.is_none(), "{finished:?}");
    finished.output.json().clone()
}

fn alone(listener: &str, input: Option<Json>) -> TestWish {
    TestWish { listener: Some(listener.to_owned()), input, like: None }
}

both_databases! {
    async fn a_flow_that_does_not_run_is_tried_out_with_what_is_pinned(db: Db) {
        let house = House::on(db, None).await;
        let flow = resting(&house).await;
        let pin = NewPin::Written(json!({"took": {"n": 41}}).into());
        house.engine.pin(house.owner, flow, "look", pin).await.unwrap();
        let wish = TestWish { input: Some(json!({"who": "Ada"})), ..TestWish::default() };
        assert_eq!(tried(&house, flow, wish).await, json!({"total": 42, "of": "Ada"}));
        assert_eq!(house.effect.attempts.load(Ordering::SeqCst), 0, "what is pinned is not done");
        house.engine.unpin(house.owner, flow, "look").await.unwrap();
        assert!(house.engine.pins(house.owner, flow).await.unwrap().is_empty());
        assert!(matches!(house.engine.unpin(house.owner, flow, "look").await, Err(Error::NotFound("pin"))));
    }

    async fn one_listener_is_tried_out_as_it_was_in_an_execution(db: Db) {
        let house = House::on(db, None).await;
        let flow = house.flow(FLOW).await;
        let run = house.engine.run(house.owner, flow, json!({"n": 6, "who": "Ada"})).await.unwrap();
        let id = run.id;
        run.result(Duration::from_secs(20)).await.expect("an answer");
        house.ended(house.owner, flow, id).await;
        house.engine.pin(house.owner, flow, "look", NewPin::Recorded(id)).await.unwrap();
        let pinned = house.engine.pins(house.owner, flow).await.unwrap();
        assert_eq!((pinned[0].output.json()["took"]["n"].clone(), pinned[0].execution), (json!(6), Some(id)));
        let calls = house.effect.attempts.load(Ordering::SeqCst);
        let like = TestWish { like: Some(id), ..alone("look", None) };
        let started = house.engine.test_flow(house.owner, flow, like).await.unwrap();
        let row = house.ended(house.owner, flow, started.id).await;
        assert_eq!((row.trigger_kind, row.status), (TriggerKind::Test, ExecutionStatus::Success));
        assert_eq!(house.effect.attempts.load(Ordering::SeqCst), calls + 1, "what is tested alone is really done");
        let sum = TestWish { like: Some(id), ..alone("out", None) };
        let answered = tried(&house, flow, sum).await;
        assert_eq!(answered["of"], "Ada", "it takes what it took there");
    }

    async fn a_test_of_one_listener_is_no_run_and_waits_for_nobody(db: Db) {
        let house = House::on(db, Some(1)).await;
        let flow = house.flow(FLOW).await;
        house.effect.holds.store(true, Ordering::SeqCst);
        house.engine.run(house.owner, flow, json!({"n": 1})).await.unwrap();
        // The one run of the month is used up, and the one place of the flow is taken.
        let refused = house.engine.test_flow(house.owner, flow, TestWish::default()).await;
        assert_eq!(refused.err().unwrap().code(), "run_quota");
        let pins = json!({"took": {"n": 1}, "who": "Bob"}).into();
        house.engine.pin(house.owner, flow, "look", NewPin::Written(pins)).await.unwrap();
        assert_eq!(tried(&house, flow, alone("out", Some(json!(5)))).await, json!(5));
        assert_eq!(tried(&house, flow, alone("sum", None)).await["total"], 2);
        house.effect.release.0.add_permits(1);
    }

    async fn a_test_that_waits_goes_on_though_its_flow_does_not_run(db: Db) {
        let house = House::on(db, None).await;
        let yaml = "
organism: {name: slow}
listeners:
  - {name: pause, description: waits, handler: delay, config: {for: 200ms}, next: out}
  - {name: out, description: answers, handler: output}
";
        let draft = FlowDraft { name: "t".to_owned(), organism_yaml: Some(yaml.to_owned()), ..FlowDraft::default() };
        let flow = house.engine.create_flow(house.owner, 1_000, draft).await.unwrap().id;
        let wish = TestWish { input: Some(json!(7)), ..TestWish::default() };
        assert_eq!(tried(&house, flow, wish).await, json!(7));
    }

    async fn a_test_is_repeated_as_a_test(db: Db) {
        let house = House::on(db, None).await;
        let flow = resting(&house).await;
        let first = house.engine.test_flow(house.owner, flow, alone("out", Some(json!(5)))).await.unwrap();
        house.ended(house.owner, flow, first.id).await;
        let wish = ReplayWish::default();
        let again = house.engine.replay_execution(house.owner, flow, first.id, wish).await.unwrap();
        let row = house.ended(house.owner, flow, again.id).await;
        assert_eq!((row.trigger_kind, row.status), (TriggerKind::Test, ExecutionStatus::Success));
        let details = house.engine.get_execution(house.owner, flow, again.id).await.unwrap();
        assert_eq!(details.output.unwrap().json(), &json!(5));
        let none = house.engine.replayable(house.owner, flow, Default::default(), 10).await.unwrap();
        assert!(none.is_empty(), "a filtered list that is run again has no tests");
    }

    async fn what_cannot_be_tried_out_says_why(db: Db) {
        let house = House::on(db, None).await;
        let (flow, other) = (resting(&house).await, kit::Sources::system().id());
        for (wish, field, word) in [
            (alone("luk", None), "listener", "there are look, sum, out"),
            (alone("sum", None), "inputPayload", "nothing is pinned before `sum`"),
        ] {
            let error = house.engine.test_flow(house.owner, flow, wish).await.err().unwrap();
            assert_eq!(error.kind(), Kind::Invalid);
            let said = error.details().unwrap()[field].to_string();
            assert!(said.contains(word), "{said}");
        }
        for (listener, pin, word) in [
            ("out", NewPin::Written(json!(1).into()), "no pinned answer can stand for"),
            ("look", NewPin::Written(json!("x".repeat(1_100_000)).into()), "pin less"),
        ] {
            let error = house.engine.pin(house.owner, flow, listener, pin).await.err().unwrap();
            assert!(error.to_string().contains(word), "{error}");
        }
        let strange = house.engine.test_flow(other, flow, TestWish::default()).await;
        assert!(matches!(strange.err().unwrap(), Error::NotFound("flow")));
        assert!(matches!(house.engine.pins(other, flow).await, Err(Error::NotFound("flow"))));
        assert!(matches!(house.engine.unpin(other, flow, "look").await, Err(Error::NotFound("pin"))));
    }
}

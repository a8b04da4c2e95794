//! Replays and versions.

use std::sync::atomic::Ordering;
use std::time::Duration;

use db::testing::both_databases;
use engine::{Error, FlowChange, ReplayFilter, ReplayOn, ReplayWish, Started};
use journal::{ExecutionStatus, Page};
use kit::Sources;
use kit::ids::{ExecutionId, FlowId};
use serde_json::{Value as Json, json};

use crate::house::House;

const FIRST: &str = "
organism: {name: first}
listeners:
  - {name: out, description: answers, handler: output, config: {payload: {was: '{{ input.n }}', of: '{{ trigger.replayOf | default(\"\") }}'}}}
";
const SECOND: &str = "
organism: {name: second}
listeners:
  - {name: out, description: answers, handler: output, config: {payload: {is: '{{ input.n }}'}}}
";

const STEPS: &str = "
organism: {name: steps}
listeners:
  - {name: one, description: works, handler: effect, next: [two, beside]}
  - {name: two, description: works, handler: effect, next: both}
  - {name: beside, description: stands beside, handler: set, config: {payload: beside}, next: both}
  - {name: both, description: joins, handler: merge, config: {wait: all}, next: out}
  - {name: out, description: answers, handler: output, config: {payload: {of: '{{ trigger.replayOf | default(\"\") }}', came: '{{ input }}'}}}
";
const BOSS: &str = "
organism: {name: boss}
listeners:
  - {name: boss, description: asks, agent: true, prompt: You ask., peers: [one, two], next: out}
  - {name: one, description: the first, handler: effect}
  - {name: two, description: the second, handler: set, config: {payload: two}}
  - {name: out, description: answers, handler: output}
";

fn on(on: ReplayOn) -> ReplayWish {
    ReplayWish { on, from_step: None }
}

fn from(on: ReplayOn, seq: u32) -> ReplayWish {
    ReplayWish { on, from_step: Some(seq) }
}

/// The seqs of what a listener did.
async fn seqs(house: &House, flow: FlowId, id: ExecutionId, kind: &str, listener: &str) -> Vec<u32> {
    let events = house.engine.events(house.owner, flow, id, (None, 1_000)).await.unwrap();
    let own = events.iter().filter(|event| event.kind == kind && event.listener.as_deref() == Some(listener));
    own.map(|event| event.seq.0).collect()
}

async fn output(started: Started) -> Json {
    started.result(Duration::from_secs(10)).await.unwrap().output.json().clone()
}

async fn rewrite(house: &House, flow: FlowId, text: &str) {
    house.engine.stop_flow(house.owner, flow, None, engine::Waiting::Keep).await.unwrap();
    let change = FlowChange { organism_yaml: Some(text.to_owned()), ..FlowChange::default() };
    house.engine.update_flow(house.owner, flow, None, change).await.unwrap();
    house.engine.start_flow(house.owner, flow, None).await.unwrap();
}

both_databases! {
    async fn a_replay_brings_the_same_message_to_the_text_that_is_asked_for(db: Db) {
        let house = House::on(db, None).await;
        let flow = house.flow(FIRST).await;
        let first = house.engine.run(house.owner, flow, json!({"n": 7})).await.unwrap();
        let id = first.id;
        assert_eq!(output(first).await, json!({"was": 7, "of": ""}));
        rewrite(&house, flow, SECOND).await;
        let current = house.engine.replay_execution(house.owner, flow, id, on(ReplayOn::Current)).await.unwrap();
        assert!(current.id != id);
        assert_eq!(output(current).await, json!({"is": 7}));
        let original = house.engine.replay_execution(house.owner, flow, id, on(ReplayOn::Original)).await.unwrap();
        assert_eq!(output(original).await, json!({"was": 7, "of": id.to_string()}));
        let stranger = house.engine.replay_execution(Sources::system().id(), flow, id, on(ReplayOn::Current)).await;
        assert!(matches!(stranger.err(), Some(Error::NotFound(_))));
    }

    async fn from_a_step_nothing_before_it_is_done_again(db: Db) {
        let house = House::on(db, None).await;
        let flow = house.flow(STEPS).await;
        let first = house.engine.run(house.owner, flow, json!(7)).await.unwrap();
        let id = first.id;
        output(first).await;
        let calls = || house.effect.attempts.load(Ordering::SeqCst);
        assert_eq!(calls(), 2);
        let usage = house.engine.monthly_usage(house.owner).await.unwrap();
        let step = seqs(&house, flow, id, "scheduled", "two").await[0];
        let again = house.engine.replay_execution(house.owner, flow, id, from(ReplayOn::Current, step)).await.unwrap();
        let second = again.id;
        let came = output(again).await;
        assert_eq!((came["of"].as_str(), &came["came"][1]), (Some(id.to_string().as_str()), &json!("beside")));
        assert_eq!(calls(), 3, "the step alone");
        let told = house.engine.events(house.owner, flow, second, (None, 100)).await.unwrap();
        let reused: Vec<_> = told.iter().filter(|event| event.reused).map(|event| event.kind).collect();
        assert_eq!(reused, ["scheduled", "finished", "passed", "held"]);
        let runs = house.engine.monthly_usage(house.owner).await.unwrap().runs;
        assert_eq!(runs, usage.runs + 1, "it counts as a run");

        let third = house.engine.replay_execution(house.owner, flow, second, from(ReplayOn::Current, 0)).await.unwrap();
        output(third).await;
        assert_eq!(calls(), 5, "a replay can be run again, also from its start");
        for seq in [999, told.last().unwrap().seq.0] {
            let refused = house.engine.replay_execution(house.owner, flow, id, from(ReplayOn::Current, seq)).await;
            assert!(matches!(refused.err(), Some(Error::NoStep(_))));
        }
    }

    async fn a_changed_text_that_does_not_carry_on_is_refused_and_the_original_one_runs(db: Db) {
        let house = House::on(db, None).await;
        let flow = house.flow(STEPS).await;
        let first = house.engine.run(house.owner, flow, json!(7)).await.unwrap();
        let id = first.id;
        output(first).await;
        let step = seqs(&house, flow, id, "passed", "out").await[0];
        rewrite(&house, flow, &STEPS.replace("next: [two, beside]", "next: [two]")).await;
        let refused = house.engine.replay_execution(house.owner, flow, id, from(ReplayOn::Current, step)).await;
        let refused = refused.err().unwrap();
        assert!(matches!(refused, Error::CannotAdopt(_)));
        assert!(refused.to_string().contains("`one` handed its answer to `two`, `beside`"), "{refused}");
        let calls = house.effect.attempts.load(Ordering::SeqCst);
        let original = house.engine.replay_execution(house.owner, flow, id, from(ReplayOn::Original, step)).await.unwrap();
        assert_eq!(output(original).await["came"][1], json!("beside"));
        rewrite(&house, flow, &STEPS.replace("came:", "fixed:")).await;
        let fixed = house.engine.replay_execution(house.owner, flow, id, from(ReplayOn::Current, step)).await.unwrap();
        assert_eq!(output(fixed).await["fixed"][1], json!("beside"));
        assert_eq!(house.effect.attempts.load(Ordering::SeqCst), calls);
    }

    async fn an_agent_goes_on_from_a_turn_also_after_a_crash(db: Db) {
        let house = House::on(db.clone(), None).await;
        let flow = house.flow(BOSS).await;
        let first = house.engine.run(house.owner, flow, json!("go")).await.unwrap();
        let id = first.id;
        let answer = output(first).await;
        let turns = seqs(&house, flow, id, "scheduled", "boss").await;
        assert_eq!(turns.len(), 2);
        let calls = house.effect.attempts.load(Ordering::SeqCst);
        let again = house.engine.replay_execution(house.owner, flow, id, from(ReplayOn::Current, turns[1])).await.unwrap();
        let second = again.id;
        assert_eq!(output(again).await, answer);
        assert_eq!(house.effect.attempts.load(Ordering::SeqCst), calls, "no tool is called again");
        let told = house.engine.events(house.owner, flow, second, (None, 100)).await.unwrap();
        let turned: Vec<bool> = told.iter().filter(|event| event.kind == "turned").map(|event| event.reused).collect();
        assert_eq!(turned, [true], "no turn is asked for again");

        let again = house.engine.replay_execution(house.owner, flow, id, from(ReplayOn::Current, turns[0])).await.unwrap();
        let third = again.id;
        house.engine.abandon();
        let other = House::on(db, None).await;
        let ended = other.ended(house.owner, flow, third).await;
        assert_eq!(ended.status, ExecutionStatus::Success);
    }

    async fn what_failed_in_a_time_can_be_found(db: Db) {
        let house = House::on(db, None).await;
        let flow = house.flow(FIRST).await;
        for payload in [json!({"n": 1}), json!(2), json!(3)] {
            output(house.engine.run(house.owner, flow, payload).await.unwrap()).await;
        }
        let started_before = Some(Sources::system().clock.now().plus_ms(1));
        let all = ReplayFilter { started_before, ..ReplayFilter::default() };
        let failed = ReplayFilter { status: Some(ExecutionStatus::Error), ..all };
        let count = async |filter, limit| house.engine.replayable(house.owner, flow, filter, limit).await.unwrap().len();
        assert_eq!((count(failed, 100).await, count(all, 100).await, count(all, 2).await), (2, 3, 2));
        let later = ReplayFilter { started_from: started_before, ..all };
        assert_eq!(count(later, 100).await, 0);
    }

    async fn every_changed_text_is_a_version_and_can_be_had_again(db: Db) {
        let house = House::on(db, None).await;
        let flow = house.flow(FIRST).await;
        rewrite(&house, flow, SECOND).await;
        rewrite(&house, flow, SECOND).await;
        let page = Page { number: 1, size: 10 };
        let versions = house.engine.list_versions(house.owner, flow, page).await.unwrap();
        let numbers: Vec<i64> = versions.items.iter().map(|version| version.number).collect();
        assert_eq!((numbers, versions.total), (vec![2, 1], 2));
        let refused = house.engine.restore_version(house.owner, flow, 1, None).await;
        assert!(matches!(refused.err(), Some(Error::WrongState { .. })), "a running flow is not changed");
        house.engine.stop_flow(house.owner, flow, None, engine::Waiting::Keep).await.unwrap();
        let restored = house.engine.restore_version(house.owner, flow, 1, None).await.unwrap();
        assert_eq!(restored.organism_yaml, FIRST);
        assert_eq!(house.engine.list_versions(house.owner, flow, page).await.unwrap().total, 3);
        let none = house.engine.get_version(house.owner, flow, 9).await;
        assert!(matches!(none.err(), Some(Error::NotFound(_))));
    }
}

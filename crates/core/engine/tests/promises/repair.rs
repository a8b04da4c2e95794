//! Replays and versions.

use std::time::Duration;

use db::testing::both_databases;
use engine::{Error, FlowChange, ReplayFilter, ReplayOn, Started};
use journal::{ExecutionStatus, Page};
use kit::Sources;
use kit::ids::FlowId;
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
        let current = house.engine.replay_execution(house.owner, flow, id, ReplayOn::Current).await.unwrap();
        assert!(current.id != id);
        assert_eq!(output(current).await, json!({"is": 7}));
        let original = house.engine.replay_execution(house.owner, flow, id, ReplayOn::Original).await.unwrap();
        assert_eq!(output(original).await, json!({"was": 7, "of": id.to_string()}));
        let stranger = house.engine.replay_execution(Sources::system().id(), flow, id, ReplayOn::Current).await;
        assert!(matches!(stranger.err(), Some(Error::NotFound(_))));
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

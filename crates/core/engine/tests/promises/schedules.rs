//! Schedules fire once a tick, whoever looks and however often.

use db::testing::both_databases;
use engine::{Error, TriggerChange, TriggerDraft};
use journal::{Page, Trigger, TriggerKind};
use kit::ids::FlowId;
use kit::{Clock, Entropy, Sources, Timestamp};
use serde_json::{Value as Json, json};

use crate::house::House;

const TELLS: &str = "
organism: {name: tells}
listeners:
  - {name: out, description: answers, handler: output, config: {payload: {at: '{{ trigger.time }}', got: '{{ input }}'}}}
";

const MINUTE_MS: i64 = 60_000;

fn noon() -> Sources {
    let start = Timestamp::parse("2026-05-01T12:00:30Z").unwrap();
    Sources { clock: Clock::manual(start), entropy: Entropy::system() }
}

async fn scheduled(house: &House, flow: FlowId, config: Json) -> Trigger {
    let draft =
        TriggerDraft { kind: TriggerKind::Schedule, name: "clock".to_owned(), config, is_enabled: true };
    house.engine.create_trigger(house.owner, flow, draft).await.unwrap()
}

/// Looks until nothing is due, as the server does every second.
async fn look(house: &House) {
    while house.engine.fire_due_schedules().await.unwrap() {}
}

/// What the executions of a flow were told, the oldest first.
async fn told(house: &House, flow: FlowId) -> Vec<String> {
    let page = Page { number: 1, size: 200 };
    let listed = house.engine.list_executions(house.owner, flow, None, page).await.unwrap();
    let mut told = Vec::new();
    for execution in listed.items {
        let details = house.engine.get_execution(house.owner, flow, execution.id).await.unwrap();
        let output: Json = details.output.unwrap().json().clone();
        told.push(output["at"].as_str().unwrap()[11..16].to_owned());
    }
    told.sort();
    told
}

both_databases! {
    async fn a_schedule_fires_each_tick_once_whoever_looks(db: Db) {
        let sources = noon();
        let here = House::at(db.clone(), None, sources.clone()).await;
        let flow = here.flow(TELLS).await;
        scheduled(&here, flow, json!({"cron": "* * * * *", "payload": {"a": 1}})).await;
        look(&here).await;
        assert_eq!(told(&here, flow).await, [""; 0], "no tick has come yet");
        for _ in 0..3 {
            sources.clock.advance_ms(MINUTE_MS);
            let (one, other) = tokio::join!(here.engine.fire_due_schedules(), here.engine.fire_due_schedules());
            one.unwrap();
            other.unwrap();
        }
        assert_eq!(told(&here, flow).await, ["12:01", "12:02", "12:03"]);
    }

    async fn a_tick_between_the_creation_and_the_first_look_is_not_lost(db: Db) {
        let sources = noon();
        let house = House::at(db, None, sources.clone()).await;
        let flow = house.flow(TELLS).await;
        scheduled(&house, flow, json!({"cron": "* * * * *"})).await;
        sources.clock.advance_ms(MINUTE_MS);
        look(&house).await;
        assert_eq!(told(&house, flow).await, ["12:01"]);
    }

    async fn what_falls_into_the_time_in_which_a_flow_is_stopped_is_not_missed(db: Db) {
        let sources = noon();
        let house = House::at(db, None, sources.clone()).await;
        let flow = house.flow(TELLS).await;
        scheduled(&house, flow, json!({"cron": "* * * * *", "missed": "all"})).await;
        look(&house).await;
        house.engine.stop_flow(house.owner, flow, None, engine::Waiting::Keep).await.unwrap();
        sources.clock.advance_ms(20 * MINUTE_MS);
        look(&house).await;
        house.engine.start_flow(house.owner, flow, None).await.unwrap();
        look(&house).await;
        assert_eq!(told(&house, flow).await, [""; 0]);
        sources.clock.advance_ms(MINUTE_MS);
        look(&house).await;
        assert_eq!(told(&house, flow).await, ["12:21"]);
    }

    async fn ticks_that_no_server_saw_follow_the_policy(db: Db) {
        let sources = noon();
        let house = House::at(db, None, sources.clone()).await;
        let mut flows = Vec::new();
        for (missed, expected) in [("latest", vec!["12:40"]), ("none", vec![]), ("all", vec!["12:10", "12:20", "12:30", "12:40"])] {
            let flow = house.flow(TELLS).await;
            scheduled(&house, flow, json!({"cron": "*/10 * * * *", "missed": missed})).await;
            flows.push((flow, expected));
        }
        look(&house).await;
        sources.clock.advance_ms(45 * MINUTE_MS + 1_000);
        look(&house).await;
        for (flow, expected) in flows {
            assert_eq!(told(&house, flow).await, expected);
        }
    }

    async fn a_schedule_that_cannot_fire_says_why(db: Db) {
        let sources = noon();
        let house = House::at(db, Some(1), sources.clone()).await;
        let flow = house.flow(TELLS).await;
        let trigger = scheduled(&house, flow, json!({"cron": "* * * * *"})).await;
        let problem = async || {
            let trigger = house.engine.get_trigger(house.owner, flow, trigger.id).await.unwrap();
            house.engine.firings(&trigger).problem.unwrap_or_default()
        };
        for _ in 0..2 {
            sources.clock.advance_ms(MINUTE_MS);
            look(&house).await;
        }
        assert_eq!(told(&house, flow).await, ["12:01"]);
        assert!(problem().await.contains("runs are used up"), "{}", problem().await);

        let change = |is_enabled| TriggerChange { is_enabled: Some(is_enabled), ..TriggerChange::default() };
        house.engine.update_trigger(house.owner, flow, trigger.id, change(false)).await.unwrap();
        assert!(problem().await.contains("disabled"));
        house.engine.update_trigger(house.owner, flow, trigger.id, change(true)).await.unwrap();
        assert_eq!(problem().await, "");
        house.engine.stop_flow(house.owner, flow, None, engine::Waiting::Keep).await.unwrap();
        assert!(problem().await.contains("start it"));

        let never = scheduled(&house, flow, json!({"cron": "0 0 30 2 *"})).await;
        assert!(house.engine.firings(&never).problem.unwrap().contains("will ever come"));
        let refused = TriggerDraft { kind: TriggerKind::Schedule, name: "x".to_owned(), config: json!({"cron": "soon"}), is_enabled: true };
        let error = house.engine.create_trigger(house.owner, flow, refused).await.unwrap_err();
        assert!(matches!(error, Error::Invalid { field: "config", .. }), "{error}");
    }
}

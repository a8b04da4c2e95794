//! A delivery that comes twice makes one execution.

use std::sync::atomic::Ordering;
use std::time::Duration;

use db::testing::both_databases;
use engine::{DeliveryKey, Error, Message, TriggerDraft, Webhook};
use journal::{Page, TriggerKind};
use kit::Sources;
use kit::ids::FlowId;
use serde_json::{Value as Json, json};

use crate::house::House;

const EFFECT: &str = "
organism: {name: effect}
listeners:
  - {name: work, description: works, handler: effect, next: out}
  - {name: out, description: answers, handler: output, config: {payload: '{{ input.took }}', status: 201}}
";

async fn webhook(house: &House, flow: FlowId) -> std::sync::Arc<Webhook> {
    let (kind, config) = (TriggerKind::Webhook, json!({}));
    let draft = TriggerDraft { kind, name: "hook".to_owned(), config, is_enabled: true };
    let trigger = house.engine.create_trigger(house.owner, flow, draft).await.unwrap();
    let token = house.engine.webhook_token(&trigger).unwrap().unwrap();
    house.engine.find_webhook(token.expose()).await.unwrap().unwrap()
}

fn message(payload: Json) -> Message {
    Message { payload, ..Message::default() }
}

fn key(name: &str, body_hash: Option<&str>) -> Option<DeliveryKey> {
    Some(DeliveryKey { key: name.to_owned(), body_hash: body_hash.map(ToOwned::to_owned) })
}

both_databases! {
    async fn a_delivery_that_comes_again_and_at_the_same_time_makes_one_execution(db: Db) {
        let house = House::on(db, None).await;
        let flow = house.flow(EFFECT).await;
        let webhook = webhook(&house, flow).await;
        let fires = (0..20).map(|_| house.engine.fire(&webhook, message(json!(7)), key("a", Some("h"))));
        let started = futures::future::try_join_all(fires).await.unwrap();
        assert_eq!(started.iter().filter(|started| !started.is_repeated).count(), 1);
        assert!(started.iter().all(|other| other.id == started[0].id));
        for started in started {
            let finished = started.result(Duration::from_secs(10)).await.unwrap();
            assert_eq!((finished.output.json(), finished.http_status), (&json!(7), Some(201)));
        }
        assert_eq!(house.effect.attempts.load(Ordering::SeqCst), 1);
        let page = Page { number: 1, size: 10 };
        let listed = house.engine.list_executions(house.owner, flow, None, page).await.unwrap();
        assert_eq!(listed.total, 1);
        assert_eq!(house.engine.stats(house.owner, flow).await.unwrap().started, 1);
        assert_eq!(house.engine.monthly_usage(house.owner).await.unwrap().runs, 1);
    }

    async fn another_body_under_the_same_key_is_refused_and_another_webhook_has_keys_of_its_own(db: Db) {
        let house = House::on(db, None).await;
        let flow = house.flow(EFFECT).await;
        let (one, other) = (webhook(&house, flow).await, webhook(&house, flow).await);
        house.engine.fire(&one, message(json!(1)), key("a", Some("h1"))).await.unwrap();
        let refused = house.engine.fire(&one, message(json!(2)), key("a", Some("h2"))).await;
        assert!(matches!(refused.err(), Some(Error::IdempotencyConflict)));
        let elsewhere = house.engine.fire(&other, message(json!(2)), key("a", Some("h2"))).await.unwrap();
        assert!(!elsewhere.is_repeated);
    }

    async fn a_delivery_that_was_refused_may_come_again(db: Db) {
        let house = House::on(db, Some(0)).await;
        let flow = house.flow(EFFECT).await;
        let webhook = webhook(&house, flow).await;
        for _ in 0..2 {
            let refused = house.engine.fire(&webhook, message(json!(1)), key("a", None)).await;
            assert!(matches!(refused.err(), Some(Error::Journal(journal::Error::RunQuota { .. }))));
        }
    }

    async fn a_delivery_is_remembered_for_a_day(db: Db) {
        let sources = Sources::system();
        let house = House::at(db, None, sources.clone()).await;
        let flow = house.flow(EFFECT).await;
        let webhook = webhook(&house, flow).await;
        let first = house.engine.fire(&webhook, message(json!(1)), key("a", None)).await.unwrap();
        let now = sources.clock.now();
        let journal = &house.journal;
        assert_eq!(journal.prune_keys(now.plus_ms(86_000_000)).await.unwrap(), 0);
        assert!(house.engine.fire(&webhook, message(json!(1)), key("a", None)).await.unwrap().is_repeated);
        assert_eq!(journal.prune_keys(now.plus_ms(86_500_000)).await.unwrap(), 1);
        let second = house.engine.fire(&webhook, message(json!(1)), key("a", None)).await.unwrap();
        assert!(!second.is_repeated && second.id != first.id);
    }
}

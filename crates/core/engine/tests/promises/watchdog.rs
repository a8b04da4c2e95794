//! What runs away is noticed, told once, and ended; what does not is left alone.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use engine::journal::{Alert, AlertFilter, AlertLevel, AlertRule, ExecutionStatus, Journal, Page};
use engine::{Alarm, Reaction, Watchdog};
use kit::ids::{ExecutionId, FlowId};
use kit::{Clock, Entropy, Sources, Timestamp};
use serde_json::json;

use crate::house::{House, Plan};

/// The same message for ever.
const CIRCLE: &str = "\
organism: {name: circle, max_messages: 100000}
listeners:
  - {name: say, description: d, handler: set, config: {payload: 1}, next: [ask]}
  - {name: ask, description: d, handler: effect, next: [say]}
";
const FIRST: Page = Page { number: 1, size: 100 };

async fn circle(house: &House) -> (FlowId, ExecutionId) {
    let flow = house.flow(CIRCLE).await;
    let started = house.engine.run(house.owner, flow, json!({})).await.unwrap();
    (flow, started.id)
}

async fn alerts(house: &House) -> Vec<Alert> {
    house.engine.alerts(house.owner, false, &AlertFilter::default(), FIRST).await.unwrap().items
}

async fn watched(house: &House) {
    house
        .until("an alert of the watchdog", || async {
            house.engine.watch_now().await.unwrap();
            alerts(house).await.iter().any(|alert| alert.level == AlertLevel::Critical)
        })
        .await;
}

db::testing::both_databases! {
    async fn an_execution_that_goes_in_circles_is_ended_with_the_reason(db: Db) {
        let house = House::on(db, None).await;
        let (flow, id) = circle(&house).await;
        watched(&house).await;
        let ended = house.ended(house.owner, flow, id).await;
        assert_eq!((ended.status, ended.error_code.as_deref()), (ExecutionStatus::Error, Some("watchdog")));
        let told = ended.error_message.unwrap();
        assert!(told.starts_with("the watchdog stopped it: `"), "{told}");
        let alerts = alerts(&house).await;
        let critical: Vec<&Alert> = alerts.iter().filter(|alert| alert.level == AlertLevel::Critical).collect();
        assert_eq!(critical.len(), 1, "{alerts:?}");
        let alert = critical[0];
        assert_eq!((alert.rule, alert.stops), (AlertRule::Repetition, true));
        assert_eq!((alert.owner, alert.flow, alert.execution), (Some(house.owner), Some(flow), Some(id)));
        // The execution knows nothing of it but its end.
        let events = house.engine.events(house.owner, flow, id, (None, usize::MAX)).await.unwrap();
        assert!(events.iter().all(|event| ["started", "passed", "scheduled", "finished", "ended"].contains(&event.kind)), "{:?}", events.last());
    }

    async fn a_watchdog_that_may_only_warn_ends_nothing(db: Db) {
        let watchdog = Watchdog { reaction: Reaction::Warn, ..Watchdog::default() };
        let house = House::of(Journal::new(db), Plan { watchdog, ..Plan::default() }).await;
        let (flow, id) = circle(&house).await;
        watched(&house).await;
        assert!(alerts(&house).await.iter().all(|alert| !alert.stops));
        let ended = house.engine.cancel(house.owner, flow, id).await.unwrap().execution;
        assert_eq!(ended.error_code.as_deref(), Some("cancelled"));
    }

    async fn what_fails_often_is_told_once_an_hour(db: Db) {
        let clock = Clock::manual(Timestamp::from_millis(1_700_000_000_000));
        let sources = Sources { clock: clock.clone(), entropy: Entropy::system() };
        let house = House::at(db, None, sources).await;
        let flow = house.flow("organism: {name: f}\nlisteners:\n  - {name: a, description: d, handler: set, config: {payload: '{{ 1 // 0 }}'}}\n").await;
        for round in 0..3 {
            house.engine.watch_now().await.unwrap();
            for _ in 0..5 {
                let id = house.engine.run(house.owner, flow, json!({})).await.unwrap().id;
                assert_eq!(house.ended(house.owner, flow, id).await.status, ExecutionStatus::Error, "{round}");
            }
            clock.advance_ms(60_000);
        }
        house.engine.watch_now().await.unwrap();
        let alerts = alerts(&house).await;
        assert_eq!(alerts.len(), 1, "{alerts:?}");
        assert_eq!((alerts[0].rule, alerts[0].flow), (AlertRule::Failing, Some(flow)));
        assert_eq!(alerts[0].message, "5 of 5 executions of `test` failed within 15 min");
    }

    async fn what_failed_before_the_first_look_is_told_too(db: Db) {
        let house = House::on(db, None).await;
        let flow = house.flow("organism: {name: f}\nlisteners:\n  - {name: a, description: d, handler: set, config: {payload: '{{ 1 // 0 }}'}}\n").await;
        for _ in 0..6 {
            let id = house.engine.run(house.owner, flow, json!({})).await.unwrap().id;
            house.ended(house.owner, flow, id).await;
        }
        for _ in 0..2 {
            house.engine.watch_now().await.unwrap();
        }
        let alerts = alerts(&house).await;
        assert_eq!(alerts.len(), 1, "{alerts:?}");
        assert_eq!(alerts[0].message, "6 of 6 executions of `test` failed within 15 min");
    }

    async fn an_alert_is_passed_on_until_somebody_took_it(db: Db) {
        let clock = Clock::manual(Timestamp::from_millis(1_700_000_000_000));
        let sources = Sources { clock: clock.clone(), entropy: Entropy::system() };
        let (bell, journal) = (Arc::new(Bell::default()), Journal::new(db));
        let plan = Plan { sources: sources.clone(), alarm: Some(Arc::clone(&bell) as _), ..Plan::default() };
        let house = House::of(journal.clone(), plan).await;
        let (rule, level, at) = (AlertRule::Node, AlertLevel::Critical, clock.now());
        let (owner, flow, execution, message) = (None, None, None, "gone".to_owned());
        let alert = Alert { id: sources.id(), owner, flow, execution, rule, level, message, stops: false, at };
        *bell.refuses.lock().unwrap() = 1;
        assert!(journal.raise_alert(&alert, "a", &["bell"]).await.unwrap());
        // One like it within the hour is kept, and not passed on.
        let like_it = Alert { id: sources.id(), ..alert.clone() };
        assert!(journal.raise_alert(&like_it, "b", &["bell"]).await.unwrap());
        house.engine.watch_now().await.unwrap();
        house.engine.watch_now().await.unwrap();
        assert!(bell.rung.lock().unwrap().is_empty());
        clock.advance_ms(60_000);
        house.engine.watch_now().await.unwrap();
        house.engine.watch_now().await.unwrap();
        assert_eq!(*bell.rung.lock().unwrap(), [alert]);
    }
}

/// Refuses as often as it is told, then rings.
#[derive(Default)]
struct Bell {
    refuses: Mutex<u32>,
    rung: Mutex<Vec<Alert>>,
}

#[async_trait]
impl Alarm for Bell {
    fn channels(&self, _: &Alert) -> Vec<&'static str> {
        vec!["bell"]
    }

    async fn pass_on(&self, channel: &str, alert: &Alert) -> Result<(), String> {
        assert_eq!(channel, "bell");
        let mut refuses = self.refuses.lock().unwrap();
        if *refuses > 0 {
            *refuses -= 1;
            return Err("busy".to_owned());
        }
        self.rung.lock().unwrap().push(alert.clone());
        Ok(())
    }
}

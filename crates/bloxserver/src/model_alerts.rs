//! What somebody should know about models: how the gateway is, and whose key is refused.

use std::time::Duration;

use engine::Engine;
use engine::journal::{AlertLevel, AlertRule};
use kit::Clock;
use kit::ids::OwnerId;
use llm::{Gateway, Health, Level};
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::time::{MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;

/// How often the gateway is looked at; a scrape comes about as often.
const EVERY: Duration = Duration::from_secs(15);
const HOUR_MS: i64 = 60 * 60 * 1_000;
const DAY_MS: i64 = 24 * HOUR_MS;

/// A provider does not take an owner's key.
#[derive(Debug)]
pub(crate) struct Refusal {
    pub(crate) owner: OwnerId,
    pub(crate) provider: String,
    pub(crate) reason: String,
}

/// Who looks, and whom it tells.
pub(crate) struct ModelAlerts {
    pub(crate) engine: Engine,
    pub(crate) gateway: Gateway,
    pub(crate) clock: Clock,
    pub(crate) refusals: UnboundedReceiver<Refusal>,
}

impl ModelAlerts {
    /// Tells what it sees, until `stop`.
    pub(crate) async fn go_on(mut self, stop: CancellationToken) {
        let mut ticks = interval(EVERY);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                Some(refusal) = self.refusals.recv() => self.tell_of_key(refusal).await,
                _ = ticks.tick() => {
                    let health = self.gateway.health();
                    measure(&health);
                    self.tell_of_models(&health).await;
                }
            }
        }
    }

    async fn tell_of_key(&self, refusal: Refusal) {
        let Refusal { owner, provider, reason } = refusal;
        let message = format!(
            "your key for {provider} is not used any more, as it was refused: {reason}. Bring a new one, or remove it"
        );
        // A key is refused once: another one is another fact.
        let fact = format!("key {owner} {provider} {}", self.clock.now());
        self.tell(fact, Some(owner), (AlertRule::Key, AlertLevel::Critical), message).await;
    }

    /// Each thing once a day, and once an hour when it is critical.
    async fn tell_of_models(&self, health: &Health) {
        for alert in &health.alerts {
            let (level, span_ms) = match alert.level {
                Level::Warning => (AlertLevel::Warning, DAY_MS),
                Level::Critical => (AlertLevel::Critical, HOUR_MS),
            };
            let span = self.clock.now().as_millis() / span_ms;
            let fact = format!("models {} {} {span}", alert.metric, level.as_str());
            self.tell(fact, None, (AlertRule::Models, level), alert.to_string()).await;
        }
    }

    async fn tell(
        &self,
        fact: String,
        owner: Option<OwnerId>,
        what: (AlertRule, AlertLevel),
        message: String,
    ) {
        if let Err(error) = self.engine.alert(fact, owner, what, message).await {
            tracing::warn!(%error, "an alert about models could not be kept");
        }
    }
}

fn measure(health: &Health) {
    metrics::gauge!("bloxserver_llm_oldest_wait_seconds").set(health.queue.oldest_wait_ms as f64 / 1_000.0);
    metrics::gauge!("bloxserver_llm_cache_bytes").set(health.cache.bytes as f64);
    for tier in &health.queue.tiers {
        metrics::gauge!("bloxserver_llm_waiting", "tier" => tier.tier).set(tier.waiting as f64);
    }
    for provider in &health.providers {
        let (name, breakers) = (provider.name.clone(), provider.breakers.len() as f64);
        metrics::gauge!("bloxserver_llm_in_flight", "provider" => name.clone())
            .set(provider.in_flight as f64);
        metrics::gauge!("bloxserver_llm_breakers_open", "provider" => name.clone()).set(breakers);
        metrics::gauge!("bloxserver_llm_error_rate", "provider" => name).set(provider.error_rate);
    }
    for metric in llm::ALERTS {
        let raised = health.alerts.iter().find(|alert| alert.metric == metric).map(|alert| alert.level);
        let worth = match raised {
            None => 0.0,
            Some(Level::Warning) => 1.0,
            Some(Level::Critical) => 2.0,
        };
        metrics::gauge!("bloxserver_llm_alert", "metric" => metric).set(worth);
    }
}

#[cfg(test)]
mod tests {
    use accounts::{Scopes, TokenRequest};
    use clap::Parser;
    use engine::journal::{AlertFilter, Page};
    use llm::{Alert, Credentials};
    use tokio::sync::mpsc;

    use super::*;
    use crate::owners::{Owners, TierRetention};
    use crate::{Program, rooms};

    db::testing::both_databases! {
        async fn an_owner_is_told_once_that_a_key_is_refused_and_operators_how_models_are(db: Db) {
            let folder = tempfile::tempdir().unwrap();
            let config = Program::parse_from(["bloxserver", "--blox-data-dir", folder.path().to_str().unwrap(), "version"]).config;
            let rooms = rooms::open(&config, &db).unwrap();
            let request = TokenRequest { name: "test".to_owned(), scopes: Scopes::all(), expires_at: None };
            let (ann, _) = rooms.accounts.create_token_for_email("ann@example.com", request).await.unwrap();
            let key = kit::Secret::from("sk-canary-0123456789");
            rooms.accounts.add_provider_key(ann.id, "openai", &key).await.unwrap();

            let (told, refusals) = mpsc::unbounded_channel();
            let retention = TierRetention {
                days: config.retention_days,
                executions: config.retention_executions,
                default_tier: config.default_tier,
            };
            let owners = Owners::new(rooms.accounts.clone(), retention, told);
            let (engine, gateway, clock) = (rooms.engine.clone(), rooms.gateway, rooms.sources.clock);
            let mut alerts = ModelAlerts { engine, gateway, clock, refusals };
            // Two calls at once are refused; the key is noted as invalid by the first.
            for _ in 0..2 {
                owners.refused(ann.id, "openai", &key, "openai does not accept the key (status 401)").await;
            }
            let refusal = alerts.refusals.recv().await.unwrap();
            assert!(alerts.refusals.try_recv().is_err());
            alerts.tell_of_key(refusal).await;
            let mut health = alerts.gateway.health();
            health.alerts.push(Alert { metric: "open_breakers", level: Level::Critical, value: 2.0 });
            alerts.tell_of_models(&health).await;
            alerts.tell_of_models(&health).await;

            let page = Page { number: 1, size: 10 };
            let of_ann = rooms.engine.alerts(ann.id, false, &AlertFilter::default(), page).await.unwrap();
            let [alert] = &of_ann.items[..] else { panic!("{of_ann:?}") };
            assert_eq!((alert.rule, alert.level), (AlertRule::Key, AlertLevel::Critical));
            assert!(alert.message.contains("openai") && alert.message.contains("401"), "{}", alert.message);
            assert!(!alert.message.contains("canary"));
            assert!(!rooms.accounts.list_provider_keys(ann.id).await.unwrap()[0].is_valid);
            let of_operators = rooms.engine.alerts(OwnerId::from_u128(1), true, &AlertFilter::default(), page).await.unwrap();
            let [alert] = &of_operators.items[..] else { panic!("{of_operators:?}") };
            assert_eq!(alert.rule, AlertRule::Models);
            assert!(alert.message.starts_with("2 models are left alone"), "{}", alert.message);
        }
    }
}

use std::net::IpAddr;

use axum::http::HeaderMap;
use door::Failure;
use engine::Webhook;
use kit::{Kind, Secret, Timestamp};
use subtle::ConstantTimeEq;

use super::rate::Rates;
use super::signature::{self, Signed};

/// What can be said before the body is read: who sends, how often, with which header.
pub(super) async fn admit(
    webhook: &Webhook,
    (from, headers): (Option<IpAddr>, &HeaderMap),
    rates: &Rates,
    now: Timestamp,
) -> Result<(), Failure> {
    let config = &webhook.config;
    let is_listed =
        || from.is_some_and(|from| config.allow_ips.iter().any(|network| network.contains(&from)));
    if !config.allow_ips.is_empty() && !is_listed() {
        return Err(Failure::of_kind(Kind::Forbidden, "forbidden", "this address may not call this webhook"));
    }
    if let Some(per_minute) = config.rate_per_minute {
        let too_fast = |after_s| {
            let message =
                format!("this webhook takes {per_minute} requests a minute: try again in {after_s} s");
            Failure::of_kind(Kind::TooMany, "rate_limited", message).with_retry_after_s(after_s)
        };
        rates.take(webhook.trigger.id, per_minute, now).await.map_err(too_fast)?;
    }
    let Some(check) = &config.header else { return Ok(()) };
    let expected = opened(webhook.header_secret.as_ref())?;
    let given = headers.get(&check.name).map(|value| value.as_bytes()).unwrap_or_default();
    match bool::from(given.ct_eq(expected.as_bytes())) {
        true => Ok(()),
        false => Err(unsigned(&format!("the header {} does not hold what it must", check.name))),
    }
}

/// What only the body as it came can prove.
pub(super) fn verify(webhook: &Webhook, request: Signed<'_>) -> Result<(), Failure> {
    let Some(check) = &webhook.config.signature else { return Ok(()) };
    let secret = opened(webhook.signing_secret.as_ref())?;
    signature::check(check.style, secret, request).map_err(unsigned)
}

fn opened(secret: Option<&Secret>) -> Result<&str, Failure> {
    let missing = "the secret that this webhook checks requests with is not there: its owner has to add it";
    secret
        .map(|secret| secret.expose().as_str())
        .ok_or_else(|| Failure::of_kind(Kind::Forbidden, "forbidden", missing))
}

fn unsigned(reason: &str) -> Failure {
    let message = format!("the request does not prove who sent it: {reason}");
    Failure::of_kind(Kind::Unauthenticated, "bad_signature", message)
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;
    use engine::journal::{FlowStatus, Trigger, TriggerKind};
    use engine::{HeaderCheck, Respond, Signature, SignatureStyle, WebhookConfig};
    use kit::Sources;
    use serde_json::json;

    use super::*;

    fn webhook(config: WebhookConfig, secret: Option<&str>) -> Webhook {
        let sources = Sources::system();
        let trigger = Trigger {
            id: sources.id(),
            flow: sources.id(),
            owner: sources.id(),
            kind: TriggerKind::Webhook,
            name: "hook".to_owned(),
            config: json!({}),
            is_enabled: true,
            token_hash: None,
            token_sealed: None,
            next_at: None,
            last_fired_at: None,
            problem: None,
            created_at: Timestamp::default(),
            updated_at: Timestamp::default(),
        };
        Webhook {
            trigger,
            flow_name: "flow".to_owned(),
            flow_status: FlowStatus::Running,
            version: None,
            config,
            signing_secret: secret.map(Secret::from),
            header_secret: secret.map(Secret::from),
        }
    }

    fn open() -> WebhookConfig {
        WebhookConfig {
            respond: Respond::Accepted,
            signature: None,
            header: None,
            allow_ips: Vec::new(),
            rate_per_minute: None,
        }
    }

    async fn status(webhook: &Webhook, from: &str, headers: &HeaderMap) -> u16 {
        let rates = Rates::default();
        let admitted = admit(webhook, (from.parse().ok(), headers), &rates, Timestamp::default()).await;
        admitted.err().map_or(202, |failure| failure.status().as_u16())
    }

    #[tokio::test]
    async fn only_listed_addresses_may_call() {
        let allow_ips = vec!["203.0.113.0/24".parse().unwrap()];
        let webhook = webhook(WebhookConfig { allow_ips, ..open() }, None);
        let none = HeaderMap::new();
        assert_eq!(status(&webhook, "203.0.113.9", &none).await, 202);
        assert_eq!(status(&webhook, "203.0.114.9", &none).await, 403);
        assert_eq!(status(&webhook, "unknown", &none).await, 403);
    }

    #[tokio::test]
    async fn a_header_must_hold_the_secret_and_a_secret_that_is_gone_lets_nobody_in() {
        let header = Some(HeaderCheck { name: "x-key".to_owned(), secret: "KEY".to_owned() });
        let config = WebhookConfig { header, ..open() };
        let with =
            |value| HeaderMap::from_iter([("x-key".parse().unwrap(), HeaderValue::from_static(value))]);
        let guarded = webhook(config.clone(), Some("right"));
        assert_eq!(status(&guarded, "::1", &with("right")).await, 202);
        assert_eq!(status(&guarded, "::1", &with("wrong")).await, 401);
        assert_eq!(status(&guarded, "::1", &HeaderMap::new()).await, 401);
        assert_eq!(status(&webhook(config, None), "::1", &with("")).await, 403);
    }

    #[test]
    fn a_signature_is_asked_for_where_the_config_says_so() {
        let signature = Some(Signature { style: SignatureStyle::Github, secret: "KEY".to_owned() });
        let config = WebhookConfig { signature, ..open() };
        let headers = HeaderMap::new();
        let unsigned = Signed { headers: &headers, body: b"{}", now: Timestamp::default() };
        let status =
            |webhook: &Webhook| verify(webhook, unsigned).err().map(|failure| failure.status().as_u16());
        assert_eq!(status(&webhook(open(), None)), None);
        assert_eq!(status(&webhook(config.clone(), Some("s"))), Some(401));
        assert_eq!(status(&webhook(config, None)), Some(403));
    }
}

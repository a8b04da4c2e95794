use axum::http::HeaderMap;
use engine::{DeliveryKey, SignatureStyle, WebhookConfig};
use serde_json::Value as Json;
use sha2::{Digest, Sha256};

/// Where senders say which delivery it is, the same at each repetition.
const NAMES: [&str; 3] = ["webhook-id", "svix-id", "x-github-delivery"];
/// A longer key is no key.
const MAX_BYTES: usize = 255;

/// What makes a repetition known: the sender's `Idempotency-Key`, else the id of the delivery.
pub(super) fn key(
    config: &WebhookConfig,
    headers: &HeaderMap,
    body: &[u8],
    payload: &Json,
) -> Option<DeliveryKey> {
    let header =
        |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).filter(|value| is_key(value));
    if let Some(key) = header("idempotency-key") {
        return Some(DeliveryKey {
            key: format!("key:{key}"),
            body_hash: Some(hex::encode(Sha256::digest(body))),
        });
    }
    let signed_by_stripe =
        config.signature.as_ref().is_some_and(|check| check.style == SignatureStyle::Stripe);
    let event = || payload["id"].as_str().filter(|id| signed_by_stripe && is_key(id));
    let id = NAMES.iter().find_map(|name| header(name)).or_else(event)?;
    Some(DeliveryKey { key: format!("id:{id}"), body_hash: None })
}

fn is_key(value: &str) -> bool {
    !value.is_empty() && value.len() <= MAX_BYTES
}

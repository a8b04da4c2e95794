use journal::TriggerKind;
use serde_json::Value as Json;

use super::schedule::Schedule;
use crate::{Error, Result};

/// What a webhook answers with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Respond {
    /// That it was accepted.
    Accepted,
    /// The flow's output, if it comes within that many milliseconds.
    Result {
        /// The deadline.
        deadline_ms: u64,
    },
}

const DEFAULT_DEADLINE_MS: u64 = 30_000;
const MAX_DEADLINE_MS: u64 = 300_000;

/// Checks a trigger's config against its kind.
pub(super) fn check(kind: TriggerKind, config: &Json) -> Result<()> {
    let invalid = |message: String| Err(Error::Invalid { field: "config", message });
    let Some(fields) = config.as_object() else { return invalid("is not an object".to_owned()) };
    if let Some(named) = fields.get("type").filter(|named| named.as_str() != Some(kind.as_str())) {
        return invalid(format!("type is {named}, the trigger's is \"{}\"", kind.as_str()));
    }
    let allowed: &[&str] = match kind {
        TriggerKind::Webhook => &["type", "respond", "deadlineMs"],
        TriggerKind::Schedule => Schedule::FIELDS,
        TriggerKind::Manual => &["type", "payload"],
    };
    if let Some(unknown) = fields.keys().find(|key| !allowed.contains(&key.as_str())) {
        return invalid(format!("`{unknown}` is not known; there is {}", allowed.join(", ")));
    }
    match kind {
        TriggerKind::Webhook => respond(config).map(|_| ()),
        TriggerKind::Schedule => Schedule::read(config).map(|_| ()),
        TriggerKind::Manual => Ok(()),
    }
}

/// How a webhook with that config answers.
pub(super) fn respond(config: &Json) -> Result<Respond> {
    let invalid = |message: &str| Error::Invalid { field: "config", message: message.to_owned() };
    let deadline_ms = match &config["deadlineMs"] {
        Json::Null => DEFAULT_DEADLINE_MS,
        given => given
            .as_u64()
            .filter(|ms| (1..=MAX_DEADLINE_MS).contains(ms))
            .ok_or_else(|| invalid("deadlineMs is not a number from 1 to 300000"))?,
    };
    match &config["respond"] {
        Json::Null => Ok(Respond::Accepted),
        Json::String(word) if word == "accepted" => Ok(Respond::Accepted),
        Json::String(word) if word == "result" => Ok(Respond::Result { deadline_ms }),
        _ => Err(invalid("respond is neither \"accepted\" nor \"result\"")),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_config_is_checked_against_its_kind() {
        for (kind, config, is_right) in [
            (TriggerKind::Webhook, json!({}), true),
            (TriggerKind::Webhook, json!({"type": "webhook", "respond": "result", "deadlineMs": 10}), true),
            (TriggerKind::Webhook, json!({"respond": "later"}), false),
            (TriggerKind::Webhook, json!({"type": "schedule"}), false),
            (TriggerKind::Webhook, json!([]), false),
            (TriggerKind::Schedule, json!({"cron": "*/5 * * * *", "timezone": "Europe/Berlin"}), true),
            (TriggerKind::Schedule, json!({"cron": "*/5 * * * *", "timezone": "Mars/Base"}), false),
            (TriggerKind::Schedule, json!({"cron": "every day"}), false),
            (TriggerKind::Schedule, json!({}), false),
            (TriggerKind::Manual, json!({"surprise": 1}), false),
        ] {
            assert_eq!(check(kind, &config).is_ok(), is_right, "{kind:?} {config}");
        }
    }
}

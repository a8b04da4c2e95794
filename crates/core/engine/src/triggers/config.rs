use journal::TriggerKind;
use serde_json::{Map, Value as Json};

use super::schedule::Schedule;
use super::webhook::WebhookConfig;
use crate::{Error, Result};

/// Checks a trigger's config against its kind.
pub(super) fn check(kind: TriggerKind, config: &Json) -> Result<()> {
    let invalid = |message: String| Err(Error::Invalid { field: "config", message });
    let Some(fields) = config.as_object() else { return invalid("is not an object".to_owned()) };
    if let Some(named) = fields.get("type").filter(|named| named.as_str() != Some(kind.as_str())) {
        return invalid(format!("type is {named}, the trigger's is \"{}\"", kind.as_str()));
    }
    match kind {
        TriggerKind::Webhook => WebhookConfig::read(config).map(|_| ()),
        TriggerKind::Schedule => {
            known(fields, Schedule::FIELDS).and_then(|()| Schedule::read(config).map(|_| ()))
        }
        TriggerKind::Manual => known(fields, &["type", "payload"]),
        TriggerKind::Flow | TriggerKind::Test => {
            let kind = kind.as_str();
            let message = format!("is `{kind}`, which needs no trigger; write webhook, schedule or manual");
            Err(Error::Invalid { field: "type", message })
        }
    }
}

fn known(fields: &Map<String, Json>, allowed: &[&str]) -> Result<()> {
    match fields.keys().find(|key| !allowed.contains(&key.as_str())) {
        None => Ok(()),
        Some(unknown) => {
            let message = format!("`{unknown}` is not known; there is {}", allowed.join(", "));
            Err(Error::Invalid { field: "config", message })
        }
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

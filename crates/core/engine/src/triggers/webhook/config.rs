use std::net::IpAddr;

use ipnet::IpNet;
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::Value as Json;

use crate::{Error, Result};

/// What a webhook asks of a request, and what it answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebhookConfig {
    /// What it answers with.
    pub respond: Respond,
    /// How a request proves that its sender knows a secret.
    pub signature: Option<Signature>,
    /// A header that a request must carry.
    pub header: Option<HeaderCheck>,
    /// Who may send; everybody when empty.
    pub allow_ips: Vec<IpNet>,
    /// Requests a minute; as many as come when absent.
    pub rate_per_minute: Option<u32>,
}

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
    /// What models say while they say it, then the flow's output, as server-sent events.
    Stream {
        /// The deadline, in milliseconds.
        deadline_ms: u64,
    },
}

/// How a request is signed.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Signature {
    /// In whose manner.
    pub style: SignatureStyle,
    /// The name of the owner's or the flow's secret that signs.
    pub secret: String,
}

/// The manners of signing that are understood.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SignatureStyle {
    /// `webhook-id`, `webhook-timestamp`, `webhook-signature`; also Svix's names.
    StandardWebhooks,
    /// `X-Hub-Signature-256`.
    Github,
    /// `Stripe-Signature`.
    Stripe,
}

/// A header whose value is a secret.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HeaderCheck {
    /// The header's name, in lower case.
    pub name: String,
    /// The name of the owner's or the flow's secret that it must hold.
    pub secret: String,
}

const DEFAULT_DEADLINE_MS: u64 = 30_000;
const MAX_DEADLINE_MS: u64 = 300_000;
const MAX_RATE_PER_MINUTE: u32 = 1_000_000;
const MAX_ALLOW_IPS: usize = 100;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Fields {
    // Compared with the trigger's own before this is read.
    #[serde(rename = "type")]
    _type: Option<IgnoredAny>,
    #[serde(default)]
    respond: RespondWord,
    #[serde(alias = "deadline_ms")]
    deadline_ms: Option<u64>,
    signature: Option<Signature>,
    header: Option<HeaderCheck>,
    #[serde(default, alias = "allow_ips")]
    allow_ips: Vec<String>,
    #[serde(alias = "rate_per_minute")]
    rate_per_minute: Option<u32>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "lowercase")]
enum RespondWord {
    #[default]
    Accepted,
    Result,
    Stream,
}

impl WebhookConfig {
    /// Reads a trigger's config: `{respond?, deadlineMs?, signature?, header?, allowIps?, ratePerMinute?}`.
    pub(in crate::triggers) fn read(config: &Json) -> Result<Self> {
        let fields = Fields::deserialize(config).map_err(|error| invalid(error.to_string()))?;
        let deadline_ms = fields.deadline_ms.unwrap_or(DEFAULT_DEADLINE_MS);
        if !(1..=MAX_DEADLINE_MS).contains(&deadline_ms) {
            return Err(invalid(format!("deadlineMs is not from 1 to {MAX_DEADLINE_MS}")));
        }
        if fields.rate_per_minute.is_some_and(|rate| !(1..=MAX_RATE_PER_MINUTE).contains(&rate)) {
            return Err(invalid(format!("ratePerMinute is not from 1 to {MAX_RATE_PER_MINUTE}")));
        }
        if fields.allow_ips.len() > MAX_ALLOW_IPS {
            return Err(invalid(format!("allowIps has more than {MAX_ALLOW_IPS} entries")));
        }
        Ok(Self {
            respond: match fields.respond {
                RespondWord::Accepted => Respond::Accepted,
                RespondWord::Result => Respond::Result { deadline_ms },
                RespondWord::Stream => Respond::Stream { deadline_ms },
            },
            signature: fields.signature,
            header: fields.header.map(header).transpose()?,
            allow_ips: fields.allow_ips.iter().map(|text| network(text)).collect::<Result<_>>()?,
            rate_per_minute: fields.rate_per_minute,
        })
    }
}

fn header(check: HeaderCheck) -> Result<HeaderCheck> {
    let name = check.name.to_ascii_lowercase();
    let is_token = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
    if name.is_empty() || name.len() > 100 || !name.bytes().all(is_token) {
        return Err(invalid("header.name is not the name of a header".to_owned()));
    }
    Ok(HeaderCheck { name, ..check })
}

fn network(text: &str) -> Result<IpNet> {
    let address = || text.parse::<IpAddr>().map(IpNet::from);
    text.parse().or_else(|_| address()).map_err(|_| {
        invalid(format!("allowIps: `{text}` is neither an address nor a network, such as 203.0.113.0/24"))
    })
}

fn invalid(message: String) -> Error {
    Error::Invalid { field: "config", message }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_whole_config_is_read() {
        let config = WebhookConfig::read(&json!({
            "type": "webhook", "respond": "result", "deadlineMs": 10,
            "signature": {"style": "standard-webhooks", "secret": "SIGNING"},
            "header": {"name": "X-Api-Key", "secret": "KEY"},
            "allowIps": ["203.0.113.0/24", "2001:db8::1"], "ratePerMinute": 60,
        }));
        let config = config.unwrap();
        assert_eq!(config.respond, Respond::Result { deadline_ms: 10 });
        assert_eq!(config.header.unwrap().name, "x-api-key");
        assert!(config.allow_ips[1].contains(&"2001:db8::1".parse::<IpAddr>().unwrap()));
    }

    #[test]
    fn what_is_not_understood_is_refused_by_name() {
        for (config, at_fault) in [
            (json!({"respond": "later"}), "later"),
            (json!({"deadlineMs": 0}), "deadlineMs"),
            (json!({"surprise": 1}), "surprise"),
            (json!({"signature": {"style": "mine", "secret": "S"}}), "mine"),
            (json!({"signature": {"style": "github"}}), "secret"),
            (json!({"header": {"name": "a b", "secret": "S"}}), "header.name"),
            (json!({"allowIps": ["example.com"]}), "example.com"),
            (json!({"ratePerMinute": 0}), "ratePerMinute"),
        ] {
            let error = WebhookConfig::read(&config).unwrap_err().to_string();
            assert!(error.contains(at_fault), "{config}: {error}");
        }
    }
}

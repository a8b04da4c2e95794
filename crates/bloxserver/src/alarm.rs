//! Passes alerts on: by e-mail to whom they concern, and to the operator's webhook.

use accounts::Accounts;
use anyhow::{Context, Result};
use async_trait::async_trait;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use engine::Alarm;
use engine::journal::{Alert, AlertLevel};
use hmac::{Hmac, KeyInit, Mac};
use kit::{Clock, Secret};
use nodes::{MailSettings, Notice};
use serde_json::json;
use sha2::Sha256;

const EMAIL: &str = "email";
const WEBHOOK: &str = "webhook";
const WEBHOOK_TIMEOUT_MS: u64 = 15_000;

/// The ways that the operator has set up.
pub(crate) struct Alarms {
    pub(crate) accounts: Accounts,
    pub(crate) client: net::Client,
    pub(crate) mail: Option<MailSettings>,
    pub(crate) webhook: Option<Webhook>,
    pub(crate) clock: Clock,
}

/// Where alerts are posted, signed as Standard Webhooks asks.
pub(crate) struct Webhook {
    url: String,
    key: Vec<u8>,
}

impl Webhook {
    /// Reads `ALERT_WEBHOOK_URL` and `ALERT_WEBHOOK_SECRET`.
    pub(crate) fn new(url: &str, secret: &Secret) -> Result<Self> {
        let key = match secret.expose().strip_prefix("whsec_") {
            Some(encoded) => {
                STANDARD.decode(encoded).context("ALERT_WEBHOOK_SECRET must be base64 after whsec_")?
            }
            None => secret.expose().as_bytes().to_vec(),
        };
        Ok(Self { url: url.to_owned(), key })
    }

    fn request(&self, alert: &Alert, now_s: i64) -> Result<net::Request, String> {
        let body = json!({ "type": "alert.raised", "timestamp": alert.at, "data": alert }).to_string();
        let id = alert.id.to_string();
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.key).map_err(|error| error.to_string())?;
        mac.update(format!("{id}.{now_s}.{body}").as_bytes());
        let signature = format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()));
        Ok(net::Request::post(&self.url, body)
            .header("content-type", "application/json")
            .header("webhook-id", id)
            .header("webhook-timestamp", now_s.to_string())
            .header("webhook-signature", signature)
            .timeout_ms(WEBHOOK_TIMEOUT_MS)
            .max_response_bytes(64 * 1024)
            .redirects(net::Redirects::Refuse))
    }
}

impl Alarms {
    async fn mail(&self, settings: &MailSettings, alert: &Alert) -> Result<(), String> {
        let people = match alert.owner {
            Some(owner) => self.accounts.find_user(owner).await.map(|user| user.into_iter().collect()),
            None => self.accounts.list_operators().await,
        };
        let people = people.map_err(|error| error.to_string())?;
        let to: Vec<String> = people.into_iter().filter_map(|person| person.email).collect();
        if to.is_empty() {
            // Nobody has an address: the alert stands in the list.
            return Ok(());
        }
        let notice = notice(alert, to);
        settings.send(&self.client, &notice, self.clock.now()).await.map_err(|error| error.to_string())
    }

    async fn post(&self, webhook: &Webhook, alert: &Alert) -> Result<(), String> {
        let request = webhook.request(alert, self.clock.now().as_millis() / 1_000)?;
        let answer = self.client.send(request).await.map_err(|error| error.to_string())?;
        if answer.is_success() { Ok(()) } else { Err(format!("the webhook answered {}", answer.status)) }
    }
}

#[async_trait]
impl Alarm for Alarms {
    /// A warning waits in the list until somebody looks; what is critical comes to people.
    fn channels(&self, alert: &Alert) -> Vec<&'static str> {
        let mail = self.mail.is_some() && alert.level == AlertLevel::Critical;
        let all = [mail.then_some(EMAIL), self.webhook.is_some().then_some(WEBHOOK)];
        all.into_iter().flatten().collect()
    }

    async fn pass_on(&self, channel: &str, alert: &Alert) -> Result<(), String> {
        match (channel, &self.mail, &self.webhook) {
            (EMAIL, Some(settings), _) => self.mail(settings, alert).await,
            (WEBHOOK, _, Some(webhook)) => self.post(webhook, alert).await,
            // The way was closed, or belongs to a newer version: another node may know it.
            _ => Err(format!("this node has no way called {channel}")),
        }
    }
}

fn notice(alert: &Alert, to: Vec<String>) -> Notice {
    let mut body = format!("{}\n\n", alert.message);
    let lines = [
        ("Flow", alert.flow.map(|flow| flow.to_string())),
        ("Execution", alert.execution.map(|execution| execution.to_string())),
        ("Found at", Some(alert.at.to_string())),
        ("Done about it", alert.stops.then(|| "the execution was stopped".to_owned())),
    ];
    for (name, value) in lines {
        body.extend(value.map(|value| format!("{name}: {value}\n")));
    }
    let subject = format!("BloxServer alert: {} ({})", alert.rule.as_str(), alert.level.as_str());
    Notice { id: format!("alert.{}", alert.id), to, subject, body }
}

#[cfg(test)]
mod tests {
    use engine::journal::AlertRule;
    use kit::{Id, Timestamp};

    use super::*;

    fn alert() -> Alert {
        Alert {
            id: Id::from_u128(7),
            owner: None,
            flow: Some(Id::from_u128(8)),
            execution: None,
            rule: AlertRule::Tokens,
            level: AlertLevel::Critical,
            message: "950 of 1000".to_owned(),
            stops: true,
            at: Timestamp::from_millis(1_700_000_000_000),
        }
    }

    #[test]
    fn a_webhook_is_signed_over_its_id_its_time_and_its_body() {
        let webhook = Webhook::new("https://hooks.example.com/x", &Secret::from("whsec_c2VjcmV0")).unwrap();
        let request = webhook.request(&alert(), 1_700_000_000).unwrap();
        let header = |name: &str| request.headers.iter().find(|(it, _)| it == name).unwrap().1.clone();
        let body = String::from_utf8(request.body.clone().unwrap().to_vec()).unwrap();
        let mut mac = Hmac::<Sha256>::new_from_slice(b"secret").unwrap();
        mac.update(format!("{}.1700000000.{body}", header("webhook-id")).as_bytes());
        assert_eq!(
            header("webhook-signature"),
            format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()))
        );
        let body: serde_json::Value = serde_json::from_str(&body).unwrap();
        assert_eq!((&body["type"], &body["data"]["rule"]), (&json!("alert.raised"), &json!("tokens")));
        assert!(Webhook::new("https://x", &Secret::from("whsec_%")).is_err());
    }

    #[test]
    fn a_mail_says_what_where_and_what_was_done() {
        let notice = notice(&alert(), vec!["ann@example.com".to_owned()]);
        assert_eq!(notice.subject, "BloxServer alert: tokens (critical)");
        assert!(notice.body.starts_with("950 of 1000\n\nFlow: "), "{}", notice.body);
        assert!(notice.body.ends_with("Done about it: the execution was stopped\n"), "{}", notice.body);
    }
}

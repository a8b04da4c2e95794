//! The schema of a trigger's config. The engine reads and checks it; it is kept as it was sent.

#![expect(dead_code, reason = "only the schemas of these types are used")]

use engine::journal::TriggerKind;
use serde_json::Value;
use utoipa::ToSchema;

/// What a trigger's kind needs to know; which fields belong to which kind stands beside them.
#[derive(ToSchema)]
#[schema(
    rename_all = "camelCase",
    examples(json!({ "respond": "result", "deadlineMs": 30_000 }), json!({ "cron": "0 9 * * MON-FRI" }))
)]
pub(crate) struct TriggerConfig {
    /// The trigger's type again; it may be left out.
    #[schema(rename = "type", value_type = TriggerKind, required = false)]
    kind: Option<TriggerKind>,
    /// Webhook: what its caller waits for; `accepted` when absent.
    #[schema(value_type = WebhookAnswer, required = false)]
    respond: Option<WebhookAnswer>,
    /// Webhook: how long a caller waits for the result; 30 s when absent.
    #[schema(minimum = 1, maximum = 300_000)]
    deadline_ms: Option<u64>,
    /// Webhook: how a request proves who sent it.
    signature: Option<WebhookSignature>,
    /// Webhook: a header that must hold a secret.
    header: Option<WebhookHeader>,
    /// Webhook: addresses and networks that may send; everybody when empty.
    #[schema(value_type = Vec<String>, required = false, max_items = 100, example = json!(["203.0.113.0/24"]))]
    allow_ips: Option<Vec<String>>,
    /// Webhook: as many requests at once, then evenly; counted by each node, or for all with a shared server.
    #[schema(minimum = 1, maximum = 1_000_000)]
    rate_per_minute: Option<u32>,
    /// Schedule, which must have it: five fields, or six with seconds first.
    #[schema(value_type = String, required = false, example = "0 9 * * MON-FRI")]
    cron: Option<String>,
    /// Schedule: an IANA name; UTC when absent.
    #[schema(example = "Europe/Berlin")]
    timezone: Option<String>,
    /// Schedule: days without a tick, in that time zone.
    #[schema(example = json!(["2026-12-25"]))]
    skip_dates: Option<Vec<String>>,
    /// Schedule: which of the missed ticks fire once a server is back; `latest` when absent.
    missed: Option<MissedTicks>,
    /// Schedule: a tick that no server saw for longer than that is missed; 5 when absent.
    #[schema(minimum = 0, maximum = 525_600)]
    grace_minutes: Option<i64>,
    /// Schedule and manual: what their executions begin with.
    #[schema(value_type = Value, required = false)]
    payload: Option<Value>,
}

/// What the caller of a webhook waits for.
#[derive(ToSchema)]
#[schema(rename_all = "lowercase")]
pub(crate) enum WebhookAnswer {
    /// That the execution is on disk.
    Accepted,
    /// The flow's output, until the deadline.
    Result,
    /// What models write while they do, then the flow's output.
    Stream,
}

/// A signature that requests must carry.
#[derive(ToSchema)]
pub(crate) struct WebhookSignature {
    /// In whose manner.
    style: SignatureStyle,
    /// The name of the owner's or the flow's secret that signs.
    secret: String,
}

/// The manners of signing that are understood.
#[derive(ToSchema)]
#[schema(rename_all = "kebab-case")]
pub(crate) enum SignatureStyle {
    /// Also Svix's names.
    StandardWebhooks,
    Github,
    Stripe,
}

/// A header whose value is a secret.
#[derive(ToSchema)]
pub(crate) struct WebhookHeader {
    /// The header's name.
    name: String,
    /// The name of the owner's or the flow's secret that it must hold.
    secret: String,
}

/// What becomes of ticks at which no server was there.
#[derive(ToSchema)]
#[schema(rename_all = "lowercase")]
pub(crate) enum MissedTicks {
    /// The latest of them fires.
    Latest,
    /// Every one of them fires, the oldest first.
    All,
    /// None of them fires.
    None,
}

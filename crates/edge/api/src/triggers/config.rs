use engine::journal::TriggerKind;
use serde_json::Value;
use utoipa::ToSchema;

/// What a trigger's kind needs to know.
#[expect(dead_code, reason = "only its schema is used: a config is kept as it was sent")]
#[derive(ToSchema)]
#[schema(rename_all = "camelCase", examples(json!({ "respond": "result", "deadlineMs": 30_000 })))]
pub(crate) struct TriggerConfig {
    /// The trigger's type again; it may be left out.
    #[schema(rename = "type", value_type = TriggerKind, required = false)]
    kind: Option<TriggerKind>,
    /// Of a webhook: what its caller waits for; `accepted` when absent.
    #[schema(value_type = WebhookAnswer, required = false)]
    respond: Option<WebhookAnswer>,
    /// Of a webhook that answers with the result: how long it waits; 30 s when absent.
    #[schema(minimum = 1, maximum = 300_000)]
    deadline_ms: Option<u64>,
    /// Of a schedule, which must have it: five fields, or six with seconds first.
    #[schema(nullable = false, example = "0 9 * * MON-FRI")]
    cron: Option<String>,
    /// Of a schedule: an IANA name; UTC when absent.
    #[schema(example = "Europe/Berlin")]
    timezone: Option<String>,
    /// Of a schedule and of a manual trigger: what its executions begin with.
    #[schema(value_type = Value, required = false)]
    payload: Option<Value>,
}

/// What the caller of a webhook waits for.
#[expect(dead_code, reason = "only its schema is used")]
#[derive(ToSchema)]
#[schema(rename_all = "lowercase")]
pub(crate) enum WebhookAnswer {
    /// That the execution is on disk.
    Accepted,
    /// The flow's output, until the deadline.
    Result,
}

//! Triggers.

pub(crate) mod config;
pub(crate) mod create;
pub(crate) mod delete;
pub(crate) mod get;
pub(crate) mod list;
pub(crate) mod preview;
pub(crate) mod regenerate;
pub(crate) mod update;

use engine::journal::{Trigger, TriggerKind};
use kit::Timestamp;
use kit::ids::{FlowId, TriggerId};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::ApiState;
use config::TriggerConfig;

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Trigger)]
pub(crate) struct TriggerBody {
    id: TriggerId,
    flow_id: FlowId,
    #[serde(rename = "type")]
    kind: TriggerKind,
    name: String,
    #[schema(value_type = TriggerConfig)]
    config: Value,
    enabled: bool,
    #[schema(required)]
    webhook_token: Option<String>,
    #[schema(required)]
    webhook_url: Option<String>,
    /// The next ticks of a schedule, at most five.
    next_firings: Vec<Timestamp>,
    #[schema(required)]
    last_fired_at: Option<Timestamp>,
    /// Why a schedule does not fire, and what to do.
    #[schema(required)]
    problem: Option<String>,
    created_at: Timestamp,
}

/// A trigger as its owner sees it, the webhook's address derived from the present settings.
pub(crate) fn shape(state: &ApiState, trigger: Trigger) -> door::Result<TriggerBody> {
    let token = state.engine.webhook_token(&trigger)?.map(|token| token.expose().clone());
    let firings = state.engine.firings(&trigger);
    Ok(TriggerBody {
        id: trigger.id,
        flow_id: trigger.flow,
        kind: trigger.kind,
        name: trigger.name,
        config: trigger.config,
        enabled: trigger.is_enabled,
        webhook_url: token.as_ref().map(|token| format!("{}/{token}", state.webhook_base_url)),
        webhook_token: token,
        next_firings: firings.next,
        last_fired_at: firings.last,
        problem: firings.problem,
        created_at: trigger.created_at,
    })
}

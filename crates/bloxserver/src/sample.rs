//! The flow that a newcomer finds running.

use anyhow::Result;
use engine::FlowDraft;
use engine::TriggerDraft;
use engine::flow::organism::SAMPLE_YAML;
use engine::journal::{FlowStatus, FlowSummary, Page, Trigger, TriggerKind};
use kit::ids::{FlowId, OwnerId};
use serde_json::json;

use crate::config::Config;
use crate::rooms::Rooms;
use crate::terminal::{Style, note, styled};

const NAME: &str = "sample";
/// What the sample is fired with, and what comes back; a story compares the two with the server's answer.
const PAYLOAD: &str = r#"{"customer": "Ada", "price": 25, "quantity": 6}"#;
const RESULT: &str =
    r#"{"customer":"Ada","total":150,"answer":"[simulated] With ten percent off, that is 135.00."}"#;

/// Installs the sample flow once, starts it, and says how to fire it.
pub(crate) async fn install(rooms: &Rooms, config: &Config) -> Result<()> {
    let now = rooms.sources.clock.now();
    let owner = rooms.accounts.authenticate(&[], now).await?.user;
    let limit = owner.tier.flows_limit();
    let owner = owner.id;
    let flows = rooms.engine.list_flows(owner, Page { number: 1, size: 200 }).await?;
    let flow = match flows.items.iter().find(|flow| flow.name == NAME) {
        Some(FlowSummary { id, status, .. }) => {
            if matches!(status, FlowStatus::Stopped | FlowStatus::Error) {
                rooms.engine.start_flow(owner, *id, None).await?;
            }
            *id
        }
        None => create(rooms, owner, limit).await?,
    };
    let trigger = webhook(rooms, owner, flow).await?;
    if let Some(token) = rooms.engine.webhook_token(&trigger)? {
        explain(config, flow, token.expose());
    }
    Ok(())
}

fn explain(config: &Config, flow: FlowId, token: &str) {
    let bold = |text: &str| styled(text, Style::Bold);
    let webhook = format!("{}/{token}", config.webhook_base_url());
    let server = std::net::SocketAddr::new(config.host, config.port);
    note(&format!(
        "
A sample flow is running: it works an order out, and an agent answers the large ones. Its model is a simulation,
so it needs no key and no network. Fire it from another terminal:

  {}

It answers:

  {RESULT}

Then read its steps at http://{server}/api/v1/flows/{flow}/executions, and write a flow of your own:
README.md goes on from here. Ctrl-C stops the server; {} keeps what it knows.
",
        bold(&format!("curl -s {webhook} -H 'content-type: application/json' -d '{PAYLOAD}'")),
        config.blox_data_dir.display(),
    ));
}

async fn create(rooms: &Rooms, owner: OwnerId, limit: u32) -> Result<FlowId> {
    let draft = FlowDraft {
        name: NAME.to_owned(),
        description: Some("Needs no key and no network: its model is a simulation".to_owned()),
        organism_yaml: Some(SAMPLE_YAML.to_owned()),
        canvas_state: None,
    };
    let flow = rooms.engine.create_flow(owner, limit, draft).await?;
    rooms.engine.start_flow(owner, flow.id, None).await?;
    Ok(flow.id)
}

async fn webhook(rooms: &Rooms, owner: OwnerId, flow: FlowId) -> Result<Trigger> {
    let triggers = rooms.engine.list_triggers(owner, flow).await?;
    if let Some(found) = triggers.into_iter().find(|trigger| trigger.kind == TriggerKind::Webhook) {
        return Ok(found);
    }
    let draft = TriggerDraft {
        kind: TriggerKind::Webhook,
        name: NAME.to_owned(),
        config: json!({ "respond": "result" }),
        is_enabled: true,
    };
    Ok(rooms.engine.create_trigger(owner, flow, draft).await?)
}

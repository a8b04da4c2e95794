//! What is measured.

use anyhow::{Context, Result};
use serde_json::{Value as Json, json};

use crate::http::{Connection, request};
use crate::load::Question;
use crate::server::Server;

/// `set → branch → output`, with an expression in each.
const ORGANISM: &str = r#"
organism: {name: bench}
listeners:
  - name: total
    description: Reckons what an order costs
    handler: set
    config: {payload: {customer: "{{ input.customer }}", total: "{{ input.price * input.quantity }}"}}
    next: size
  - name: size
    description: Tells large orders from small ones
    handler: branch
    cases: [{when: "input.total > 100", next: reply}]
    otherwise: reply
  - name: reply
    description: Answers the caller
    handler: output
    config: {payload: {customer: "{{ input.customer }}", total: "{{ input.total }}", paid: false}}
"#;

/// What the webhook is sent.
pub(crate) const BODY: &str = r#"{"customer":"Ada","price":25,"quantity":6}"#;
/// What it must answer.
const ANSWER: &[u8] = br#"{"customer":"Ada","total":150,"paid":false}"#;

/// The running flow of a server.
#[derive(Debug)]
pub(crate) struct Flow {
    token: String,
    id: String,
    webhook: String,
}

impl Flow {
    /// The flow of the loads, with a webhook that waits for the result.
    pub(crate) async fn install(server: &Server, token: &str) -> Result<Self> {
        Self::of(server, token, ("bench", ORGANISM), &json!({ "respond": "result" })).await
    }

    /// Creates a flow over the API, gives it a webhook, starts it.
    pub(crate) async fn of(
        server: &Server,
        token: &str,
        (name, organism): (&str, &str),
        webhook: &Json,
    ) -> Result<Self> {
        let mut connection = Connection::open(server.address).await?;
        let draft = json!({ "name": name, "organismYaml": organism });
        let flow = connection.json("POST /api/v1/flows", token, Some(&draft)).await?;
        let id = text(&flow, "id")?;
        let draft = json!({ "type": "webhook", "name": name, "config": webhook });
        let path = format!("POST /api/v1/flows/{id}/triggers");
        let trigger = connection.json(&path, token, Some(&draft)).await?;
        let webhook = text(&trigger, "webhookToken")?;
        connection.json(&format!("POST /api/v1/flows/{id}/start"), token, None).await?;
        Ok(Self { token: token.to_owned(), id, webhook })
    }

    /// Fires it and waits for the result.
    pub(crate) fn fire(&self, server: &Server) -> Question {
        self.ask(server, BODY, Some(ANSWER))
    }

    /// Fires it with another body; `answer` is what must come back, where that is known.
    pub(crate) fn ask(&self, server: &Server, body: &str, answer: Option<&[u8]>) -> Question {
        let request = request(&format!("POST /webhooks/{}", self.webhook), None, body);
        Question { address: server.address, request, answer: answer.map(<[u8]>::to_vec) }
    }

    /// Reads something below its executions.
    pub(crate) fn read(&self, server: &Server, path: &str) -> Question {
        let head = format!("GET /api/v1/flows/{}/executions{path}", self.id);
        Question { address: server.address, request: request(&head, Some(&self.token), ""), answer: None }
    }
}

fn text(object: &Json, name: &str) -> Result<String> {
    object[name].as_str().map(str::to_owned).with_context(|| format!("no {name} in {object}"))
}

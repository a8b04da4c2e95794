//! `email`: one message by the operator's mail server.

mod config;
mod deliver;
mod message;
mod notice;
mod schema;
mod settings;
#[cfg(test)]
mod stories;

use async_trait::async_trait;
use engine::flow::Payload;
use engine::flow::catalogue::HandlerSpec;
use engine::{Answer, Context, Handler, Outcome};
use kit::Clock;
use serde_json::{Value as Json, json};

use self::config::Config;
pub use self::notice::Notice;
pub use self::settings::MailSettings;
use crate::Error;
use crate::error::refuse_secrets;

/// `email`: sends a message and hands on whom it went to.
pub(crate) struct Email {
    client: net::Client,
    settings: Option<MailSettings>,
    clock: Clock,
}

impl Email {
    pub(crate) fn new(client: net::Client, settings: Option<MailSettings>, clock: Clock) -> Self {
        Self { client, settings, clock }
    }

    async fn send(&self, context: &Context, config: Json) -> Result<Answer, Error> {
        refuse_secrets(context, "an e-mail")?;
        let settings = self
            .settings
            .as_ref()
            .ok_or(Error::NotConfigured { what: "send e-mail", setting: "SMTP_URL and SMTP_FROM" })?;
        let config: Config = crate::config::read(config)?;
        let message = message::build(&config, settings, &context.step_key, self.clock.now())?;
        let recipients: Vec<String> = message.envelope().to().iter().map(ToString::to_string).collect();
        let id = message.headers().get_raw("Message-ID").unwrap_or_default().to_owned();
        deliver::deliver(&self.client, settings, message).await?;
        Ok(Answer::new(json!({ "messageId": id, "recipients": recipients })))
    }
}

#[async_trait]
impl Handler for Email {
    fn spec(&self) -> HandlerSpec {
        schema::spec()
    }

    async fn run(&self, context: &Context, config: Json, _input: Payload) -> Outcome {
        match self.send(context, config).await {
            Ok(answer) => answer.into(),
            Err(error) => error.into(),
        }
    }
}

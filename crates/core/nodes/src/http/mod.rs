//! `http`: one request to the outside, through the guarded client.

mod config;
mod output;
mod request;
mod schema;
mod secrets;
#[cfg(test)]
mod stories;

use async_trait::async_trait;
use engine::flow::Payload;
use engine::flow::catalogue::HandlerSpec;
use engine::{Answer, Context, Failure, Handler, Outcome};
use kit::Clock;
use serde_json::Value as Json;

use self::config::Config;

/// `http`: asks another server and hands its answer on.
pub(crate) struct Http {
    client: net::Client,
    /// `Retry-After` may be a date, from which the wait is counted.
    clock: Clock,
}

impl Http {
    pub(crate) fn new(client: net::Client, clock: Clock) -> Self {
        Self { client, clock }
    }

    async fn ask(&self, context: &Context, config: Json) -> Result<Answer, Failure> {
        let config: Config = crate::config::read(config)?;
        let request = request::build(&config, context)?;
        let response = self.client.send(request).await.map_err(crate::Error::from)?;
        if config.fail_on_status && !response.is_success() {
            return Err(output::failure(&response, self.clock.now(), context));
        }
        Ok(Answer::new(output::output(&response, config.response, context)?))
    }
}

#[async_trait]
impl Handler for Http {
    fn spec(&self) -> HandlerSpec {
        schema::spec()
    }

    async fn run(&self, context: &Context, config: Json, _input: Payload) -> Outcome {
        match self.ask(context, config).await {
            Ok(answer) => answer.into(),
            Err(failure) => failure.into(),
        }
    }
}

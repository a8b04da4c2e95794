//! `search`: the web, through a provider that the operator chose.

mod provider;
mod schema;
#[cfg(test)]
mod stories;

use async_trait::async_trait;
use engine::flow::Payload;
use engine::flow::catalogue::HandlerSpec;
use engine::{Answer, Context, Handler, Outcome};
use serde::Deserialize;
use serde_json::{Value as Json, json};

pub use self::provider::SearchProvider;
use crate::Error;
use crate::error::refuse_secrets;

/// Characters of a question that providers still take.
const MOST_CHARACTERS: usize = 400;
const RESULTS: u8 = 10;
const MOST_RESULTS: u8 = 20;

/// `search`: asks the provider and hands its results on.
pub(crate) struct Search {
    client: net::Client,
    provider: Option<SearchProvider>,
}

#[derive(Debug, Deserialize)]
struct Config {
    #[serde(default)]
    query: Option<String>,
    #[serde(default)]
    count: Option<u8>,
}

impl Search {
    pub(crate) fn new(client: net::Client, provider: Option<SearchProvider>) -> Self {
        Self { client, provider }
    }

    async fn ask(&self, context: &Context, config: Json, input: &Json) -> Result<Answer, Error> {
        refuse_secrets(context, "a web search")?;
        let provider = self.provider.as_ref().ok_or(Error::NotConfigured {
            what: "search the web",
            setting: "BRAVE_SEARCH_API_KEY or SEARXNG_URL",
        })?;
        let config: Config = crate::config::read(config)?;
        let query = question(config.query.as_deref(), input)?;
        let count = config.count.unwrap_or(RESULTS).clamp(1, MOST_RESULTS);
        let results = provider.search(&self.client, &query, count).await?;
        Ok(Answer::new(json!({ "query": query, "results": results })))
    }
}

#[async_trait]
impl Handler for Search {
    fn spec(&self) -> HandlerSpec {
        schema::spec()
    }

    async fn run(&self, context: &Context, config: Json, input: Payload) -> Outcome {
        match self.ask(context, config, input.json()).await {
            Ok(answer) => answer.into(),
            Err(error) => error.into(),
        }
    }
}

/// The configured question; without one, the input's `query`, or the input where it is a text.
fn question(configured: Option<&str>, input: &Json) -> Result<String, Error> {
    let given = configured.or_else(|| input["query"].as_str()).or_else(|| input.as_str());
    let question = given.unwrap_or_default().trim();
    match question.chars().count() {
        0 => Err(Error::Input("there is no `query`, neither configured nor given".to_owned())),
        1..=MOST_CHARACTERS => Ok(question.to_owned()),
        count => Err(Error::Input(format!(
            "the query has {count} characters; at most {MOST_CHARACTERS} are asked"
        ))),
    }
}

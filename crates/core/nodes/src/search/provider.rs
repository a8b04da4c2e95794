use kit::Secret;
use net::{Request, Response};
use serde::Serialize;
use serde_json::Value as Json;
use url::Url;

use crate::Error;

const BRAVE: &str = "https://api.search.brave.com/res/v1/web/search";
const TIMEOUT_MS: u64 = 15_000;
const MOST_BYTES: u64 = 4 * 1024 * 1024;

/// Where searches go. A new provider is a variant: a request, and where the results stand in its answer.
#[derive(Debug, Clone)]
pub enum SearchProvider {
    /// [Brave's search API](https://api-dashboard.search.brave.com/app/documentation/web-search/get-started).
    Brave {
        /// The operator's key.
        key: Secret,
        /// Another address of the same API.
        url: Option<Url>,
    },
    /// A [SearXNG](https://docs.searxng.org/dev/search_api.html) of the operator's, with the `json` format on.
    SearXng {
        /// Its address.
        url: Url,
    },
}

/// One result.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Found {
    title: String,
    url: String,
    description: String,
}

impl SearchProvider {
    /// Brave with a key.
    pub fn brave(key: Secret) -> Self {
        Self::Brave { key, url: None }
    }

    /// A SearXNG at an address.
    pub fn searxng(address: &str) -> Result<Self, Error> {
        let url = Url::parse(address).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
        let problem =
            || Error::Setting { name: "SEARXNG_URL", problem: "write https://host/path".to_owned() };
        Ok(Self::SearXng { url: url.ok_or_else(problem)? })
    }

    pub(super) async fn search(
        &self,
        client: &net::Client,
        query: &str,
        count: u8,
    ) -> Result<Vec<Found>, Error> {
        let response = client.send(self.request(query, count)?).await?;
        let host = host(&response);
        if !response.is_success() {
            return Err(Error::Search { host, status: response.status });
        }
        let wrong = |problem: String| Error::Answer { host: host.clone(), wanted: "JSON", problem };
        let answer: Json =
            serde_json::from_slice(&response.body).map_err(|error| wrong(error.to_string()))?;
        let (list, description) = match self {
            Self::Brave { .. } => (&answer["web"]["results"], "description"),
            Self::SearXng { .. } => (&answer["results"], "content"),
        };
        // Brave leaves the list out when there is nothing to say.
        let results = list.as_array().map(Vec::as_slice).unwrap_or_default();
        Ok(results.iter().take(count.into()).map(|result| Found::read(result, description)).collect())
    }

    fn request(&self, query: &str, count: u8) -> Result<Request, Error> {
        let request = match self {
            Self::Brave { key, url } => {
                let mut url = match url {
                    Some(url) => url.clone(),
                    None => Url::parse(BRAVE).map_err(|error| Error::Config(error.to_string()))?,
                };
                url.query_pairs_mut().append_pair("q", query).append_pair("count", &count.to_string());
                Request::get(url).header("X-Subscription-Token", key.expose().as_str())
            }
            Self::SearXng { url } => {
                let mut url = url.clone();
                let path = format!("{}/search", url.path().trim_end_matches('/'));
                url.set_path(&path);
                url.query_pairs_mut().append_pair("q", query).append_pair("format", "json");
                Request::get(url)
            }
        };
        Ok(request.header("Accept", "application/json").timeout_ms(TIMEOUT_MS).max_response_bytes(MOST_BYTES))
    }
}

impl Found {
    fn read(result: &Json, description: &str) -> Self {
        let text = |key: &str| result[key].as_str().unwrap_or_default().to_owned();
        Self { title: text("title"), url: text("url"), description: text(description) }
    }
}

fn host(response: &Response) -> String {
    let url = Url::parse(&response.final_url).ok();
    url.and_then(|url| url.host_str().map(str::to_owned)).unwrap_or_default()
}

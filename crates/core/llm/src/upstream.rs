//! One question on its way to a provider and back.

use std::time::Duration;

use kit::{Secret, Timestamp};
use net::{Bytes, Redirects, Request, StreamedResponse};
use serde_json::Value;

use crate::redact::redact;
use crate::route::Route;
use crate::{Dialect, Error, Operation, Provider};

/// What is read of an error's body.
const MAX_ERROR_BYTES: usize = 64 * 1024;

/// Whose key a question carries.
#[derive(Debug, Clone)]
pub(crate) enum Key {
    /// The owner's own.
    Owner(Secret),
    /// The operator's.
    Operator(Secret),
    /// None: the provider wants none.
    None,
}

/// A question, ready to go.
#[derive(Debug)]
pub(crate) struct Errand<'a> {
    pub(crate) client: &'a net::Client,
    pub(crate) route: Route<'a>,
    pub(crate) key: &'a Key,
    /// The words of the question.
    pub(crate) dialect: Dialect,
    pub(crate) operation: Operation,
    /// What `anthropic-beta` is to say.
    pub(crate) beta: Option<&'a str>,
    pub(crate) body: Bytes,
    pub(crate) max_answer_bytes: u64,
}

impl Errand<'_> {
    /// The body of a 2xx answer, whole.
    ///
    /// The key goes to the provider's base URL and nowhere else: no redirect is followed.
    pub(crate) async fn whole(self, now: Timestamp) -> Result<Bytes, Error> {
        let request = self.request()?.timeout_ms(self.route.provider.timeouts.total_ms);
        let response = self.client.send(request).await.map_err(|source| self.unreachable(source))?;
        if response.is_success() {
            return Ok(response.body);
        }
        let retry_after_s = response.retry_after_s(now);
        Err(failure(self.route.provider, self.key, (response.status, retry_after_s), &response.body))
    }

    /// A 2xx answer, whose body comes piece by piece.
    pub(crate) async fn streamed(self, now: Timestamp) -> Result<StreamedResponse, Error> {
        let timeouts = self.route.provider.timeouts;
        let request = self.request()?.timeout_ms(timeouts.first_token_ms);
        let mut response = self.client.stream(request).await.map_err(|source| self.unreachable(source))?;
        if response.is_success() {
            return Ok(response);
        }
        let retry_after_s = response.retry_after_s(now);
        let body = error_body(&mut response).await;
        Err(failure(self.route.provider, self.key, (response.status, retry_after_s), &body))
    }

    fn request(&self) -> Result<Request, Error> {
        let provider = self.route.provider;
        let path = self.dialect.path(self.operation).ok_or_else(|| Error::Untranslatable {
            field: "model".to_owned(),
            provider: provider.name.clone(),
        })?;
        let mut request = Request::post(format!("{}{path}", provider.base_url), self.body.clone())
            .header("content-type", "application/json")
            .max_response_bytes(self.max_answer_bytes)
            .redirects(Redirects::Refuse);
        request.headers.extend(provider.wire.headers(self.key.secret()));
        request.headers.extend(self.beta.map(|beta| ("anthropic-beta".to_owned(), beta.to_owned())));
        Ok(request)
    }

    fn unreachable(&self, source: net::Error) -> Error {
        Error::Unreachable { provider: self.route.provider.name.clone(), source }
    }
}

/// What a provider says about an error; as much as comes at once.
async fn error_body(response: &mut StreamedResponse) -> Vec<u8> {
    let mut body = Vec::new();
    let read = async {
        while let Ok(Some(piece)) = response.chunk().await {
            body.extend_from_slice(&piece);
            if body.len() > MAX_ERROR_BYTES {
                break;
            }
        }
    };
    // An error that comes in drops is one all the same.
    let _ = tokio::time::timeout(Duration::from_secs(5), read).await;
    body
}

impl Key {
    /// The key itself, if there is one.
    pub(crate) fn secret(&self) -> Option<&Secret> {
        match self {
            Self::Owner(key) | Self::Operator(key) => Some(key),
            Self::None => None,
        }
    }

    /// The owner's own key, if it is one.
    pub(crate) fn own(&self) -> Option<&Secret> {
        match self {
            Self::Owner(key) => Some(key),
            Self::Operator(_) | Self::None => None,
        }
    }

    /// The word in records.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Self::Owner(_) => "own",
            Self::Operator(_) => "platform",
            Self::None => "none",
        }
    }

    fn whose(&self, provider: &Provider) -> String {
        match self {
            Self::Owner(_) => format!("your own {} key", provider.name),
            Self::Operator(_) | Self::None if provider.key_variable.is_empty() => {
                format!("providers.{}.key_variable in the operator's file: there is none", provider.name)
            }
            Self::Operator(_) | Self::None => format!("{} on the server", provider.key_variable),
        }
    }
}

fn failure(
    provider: &Provider,
    key: &Key,
    (status, retry_after_s): (u16, Option<u64>),
    body: &[u8],
) -> Error {
    let name = provider.name.clone();
    let body: Value = serde_json::from_slice(body).unwrap_or_default();
    let message = redact(said(&body).unwrap_or("it does not say why"), key.secret());
    match status {
        401 | 403 => Error::KeyRefused { provider: name, status, whose: key.whose(provider) },
        // OpenAI's word for an account without credit, under a status that says to come back.
        429 if body["error"]["code"] == "insufficient_quota" => {
            Error::Rejected { provider: name, status, message }
        }
        429 => Error::Busy { provider: name, status, message, retry_after_s },
        408 | 425 | 500.. => Error::Down { provider: name, status, message, retry_after_s },
        _ => Error::Rejected { provider: name, status, message },
    }
}

/// The words of an error body: `{error: {message}}`, `{error}`, `{message}` or `{detail}`.
fn said(body: &Value) -> Option<&str> {
    let places = [&body["error"]["message"], &body["error"], &body["message"], &body["detail"]];
    places.into_iter().find_map(Value::as_str).filter(|words| !words.trim().is_empty())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_words_of_an_error_are_found_in_every_usual_place() {
        for body in [
            json!({"error": {"message": "why"}}),
            json!({"type": "error", "error": {"type": "x", "message": "why"}}),
            json!({"error": "why"}),
            json!({"message": "why"}),
            json!({"detail": "why"}),
        ] {
            assert_eq!(said(&body), Some("why"));
        }
        assert_eq!(said(&json!({"error": {"message": 5}})), None);
        assert_eq!(said(&Value::Null), None);
    }

    #[test]
    fn a_printed_key_is_stars() {
        assert!(!format!("{:?}", Key::Owner(Secret::from("canary"))).contains("canary"));
    }
}

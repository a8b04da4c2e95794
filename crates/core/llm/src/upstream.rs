//! One question on its way to a provider and back.

use kit::{Secret, Timestamp};
use net::{Bytes, Redirects, Request, Response};
use serde_json::Value;

use crate::redact::redact;
use crate::{Error, Provider, Settings};

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

/// Sends the question; the body of a 2xx answer.
///
/// The key goes to the provider's base URL and nowhere else: no redirect is followed.
pub(crate) async fn ask(
    client: &net::Client,
    (provider, settings): (&Provider, &Settings),
    key: &Key,
    question: &Value,
    now: Timestamp,
) -> Result<Bytes, Error> {
    let unreachable = |source| Error::Unreachable { provider: provider.name.clone(), source };
    let mut request =
        Request::post(format!("{}{}", provider.base_url, provider.wire.path()), question.to_string())
            .header("content-type", "application/json")
            .timeout_ms(settings.timeout_ms)
            .max_response_bytes(settings.max_answer_bytes)
            .redirects(Redirects::Refuse);
    request.headers.extend(provider.wire.headers(key.secret()));
    let response = client.send(request).await.map_err(unreachable)?;
    if response.is_success() { Ok(response.body) } else { Err(failure(provider, key, &response, now)) }
}

impl Key {
    /// The key itself, if there is one.
    pub(crate) fn secret(&self) -> Option<&Secret> {
        match self {
            Self::Owner(key) | Self::Operator(key) => Some(key),
            Self::None => None,
        }
    }

    fn whose(&self, provider: &Provider) -> String {
        match self {
            Self::Owner(_) => format!("your own {} key", provider.name),
            Self::Operator(_) | Self::None => format!("{} on the server", provider.key_variable),
        }
    }
}

fn failure(provider: &Provider, key: &Key, response: &Response, now: Timestamp) -> Error {
    let (name, status) = (provider.name.clone(), response.status);
    let body: Value = serde_json::from_slice(&response.body).unwrap_or_default();
    let message = redact(said(&body).unwrap_or("it does not say why"), key.secret());
    let retry_after_s = response.retry_after_s(now);
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

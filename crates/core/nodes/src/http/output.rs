use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use engine::{Context, Failure};
use kit::Timestamp;
use net::Response;
use serde_json::{Map, Value as Json, json};
use url::Url;

use super::config::ReadAs;
use super::secrets;
use crate::Error;

/// How much of a refusing answer's body goes into the failure, in characters.
const MAX_SHOWN_CHARACTERS: usize = 2_000;

/// `{status, headers, body, encoding, url}` of an answer.
pub(super) fn output(response: &Response, read_as: ReadAs, context: &Context) -> Result<Json, Error> {
    let (body, encoding) = body(response, read_as)?;
    Ok(json!({
        "status": response.status,
        "headers": headers(&response.headers),
        "body": body,
        "encoding": encoding,
        "url": shown_url(&response.final_url, context),
    }))
}

/// The failure of an answer that is not 2xx: the codes that pass can be tried again.
pub(super) fn failure(response: &Response, now: Timestamp, context: &Context) -> Failure {
    let status = response.status;
    let host = host(&response.final_url);
    let hint = match status {
        300..=399 if secrets::bound(&context.secrets_used).next().is_some() => {
            "; redirects are not followed, because a secret of this request is bound to its host"
        }
        401 | 403 => "; check the credentials in the listener's headers",
        404 | 410 => "; check the URL",
        _ => "",
    };
    Failure {
        code: format!("http_{status}"),
        message: format!("`{host}` answered {status}{hint}"),
        retryable: matches!(status, 408 | 425 | 429 | 500..=599),
        retry_after_ms: response.retry_after_s(now).map(|seconds| seconds.saturating_mul(1_000)),
        usage: None,
        details: Some(json!({ "status": status, "body": shown_body(&response.body) })),
    }
}

fn body(response: &Response, read_as: ReadAs) -> Result<(Json, &'static str), Error> {
    let content_type = response.header("content-type").unwrap_or_default().to_ascii_lowercase();
    match read_as {
        ReadAs::Base64 => Ok((base64(&response.body), "base64")),
        ReadAs::Text => Ok((Json::from(lossy_text(&response.body, &content_type)), "text")),
        ReadAs::Json if response.body.is_empty() => Ok((Json::Null, "json")),
        ReadAs::Json => match serde_json::from_slice(&response.body) {
            Ok(value) => Ok((value, "json")),
            Err(error) => Err(Error::Answer {
                host: host(&response.final_url),
                wanted: "JSON",
                problem: error.to_string(),
            }),
        },
        ReadAs::Auto => Ok(guessed(&response.body, &content_type)),
    }
}

fn guessed(body: &[u8], content_type: &str) -> (Json, &'static str) {
    if is_json(content_type)
        && let Ok(value) = serde_json::from_slice(body)
    {
        return (value, "json");
    }
    match std::str::from_utf8(body) {
        Ok(text) => (Json::from(text), "text"),
        Err(_) if is_latin1(content_type) => (Json::from(lossy_text(body, content_type)), "text"),
        Err(_) => (base64(body), "base64"),
    }
}

fn is_json(content_type: &str) -> bool {
    let media_type = content_type.split(';').next().unwrap_or_default().trim();
    media_type == "application/json" || media_type.ends_with("+json") || media_type == "text/json"
}

fn is_latin1(content_type: &str) -> bool {
    content_type.contains("charset=iso-8859-1") || content_type.contains("charset=\"iso-8859-1\"")
}

/// Latin-1 where the header says so, else UTF-8 with U+FFFD for what is not.
fn lossy_text(body: &[u8], content_type: &str) -> String {
    if is_latin1(content_type) {
        return body.iter().map(|byte| char::from(*byte)).collect();
    }
    String::from_utf8_lossy(body).into_owned()
}

fn base64(body: &[u8]) -> Json {
    Json::from(STANDARD.encode(body))
}

/// By name; one that repeats is a list.
fn headers(headers: &[(String, String)]) -> Json {
    let mut fields = Map::new();
    for (name, value) in headers {
        match fields.get_mut(name) {
            None => {
                fields.insert(name.clone(), Json::from(value.as_str()));
            }
            Some(Json::Array(values)) => values.push(Json::from(value.as_str())),
            Some(first) => *first = json!([first.take(), value]),
        }
    }
    Json::Object(fields)
}

/// The URL that answered; only its origin where a secret was opened, which may stand in path or query.
fn shown_url(url: &str, context: &Context) -> String {
    if context.secrets_used.is_empty() {
        return url.to_owned();
    }
    Url::parse(url).map(|url| url.origin().ascii_serialization()).unwrap_or_default()
}

fn host(url: &str) -> String {
    Url::parse(url).ok().and_then(|url| url.host_str().map(str::to_owned)).unwrap_or_default()
}

fn shown_body(body: &[u8]) -> String {
    // Four bytes are one character at most: no more than that is looked at.
    let start = &body[..body.len().min(4 * MAX_SHOWN_CHARACTERS)];
    String::from_utf8_lossy(start).chars().take(MAX_SHOWN_CHARACTERS).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::context;
    use engine::SecretUse;

    fn response(status: u16, headers: &[(&str, &str)], body: &'static [u8]) -> Response {
        Response {
            status,
            headers: headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
            final_url: "https://a.test/path?key=canary".to_owned(),
            body: body.into(),
        }
    }

    fn read(read_as: ReadAs, content_type: &str, body: &'static [u8]) -> (Json, Json) {
        let response = response(200, &[("content-type", content_type)], body);
        let output = output(&response, read_as, &context()).unwrap();
        (output["body"].clone(), output["encoding"].clone())
    }

    #[test]
    fn the_body_is_read_by_its_type() {
        assert_eq!(
            read(ReadAs::Auto, "application/json; charset=utf-8", b"{\"a\":1}"),
            (json!({"a": 1}), json!("json"))
        );
        assert_eq!(read(ReadAs::Auto, "application/problem+json", b"[1]"), (json!([1]), json!("json")));
        assert_eq!(read(ReadAs::Auto, "application/json", b"oops"), (json!("oops"), json!("text")));
        assert_eq!(read(ReadAs::Auto, "text/html", b"<p>"), (json!("<p>"), json!("text")));
        assert_eq!(
            read(ReadAs::Auto, "text/plain; charset=ISO-8859-1", b"\xe9"),
            (json!("\u{e9}"), json!("text"))
        );
        assert_eq!(read(ReadAs::Auto, "image/png", b"\xff\x00"), (json!("/wA="), json!("base64")));
    }

    #[test]
    fn the_body_is_read_as_it_is_asked_for() {
        assert_eq!(read(ReadAs::Text, "application/json", b"{}").0, json!("{}"));
        assert_eq!(read(ReadAs::Base64, "text/plain", b"hi").0, json!("aGk="));
        assert_eq!(read(ReadAs::Json, "text/plain", b"").0, Json::Null);
        let html = response(200, &[], b"<p>");
        let error = output(&html, ReadAs::Json, &context()).unwrap_err();
        assert!(error.to_string().starts_with("`a.test` answered with a body that is not JSON"), "{error}");
    }

    #[test]
    fn repeated_headers_are_lists() {
        let answer = response(200, &[("a", "1"), ("set-cookie", "x"), ("set-cookie", "y")], b"");
        let output = output(&answer, ReadAs::Auto, &context()).unwrap();
        assert_eq!(output["headers"], json!({"a": "1", "set-cookie": ["x", "y"]}));
    }

    #[test]
    fn where_a_secret_was_opened_only_the_origin_is_shown() {
        let mut context = context();
        let answer = response(200, &[], b"");
        assert_eq!(output(&answer, ReadAs::Auto, &context).unwrap()["url"], "https://a.test/path?key=canary");
        context.secrets_used = vec![SecretUse { name: "KEY".to_owned(), hosts: Vec::new() }];
        assert_eq!(output(&answer, ReadAs::Auto, &context).unwrap()["url"], "https://a.test");
    }

    #[test]
    fn only_statuses_that_pass_are_tried_again() {
        let now = Timestamp::from_millis(1_700_000_000_000);
        for (status, retryable) in [
            (400, false),
            (401, false),
            (404, false),
            (302, false),
            (408, true),
            (425, true),
            (429, true),
            (500, true),
            (503, true),
        ] {
            let failure = failure(&response(status, &[], b"body"), now, &context());
            assert_eq!((failure.code, failure.retryable), (format!("http_{status}"), retryable));
            assert!(!failure.message.contains("canary"), "{}", failure.message);
        }
    }

    #[test]
    fn retry_after_is_seconds_or_a_date() {
        let now = Timestamp::parse("2015-10-21T07:28:00Z").unwrap();
        let wait =
            |value| failure(&response(503, &[("retry-after", value)], b""), now, &context()).retry_after_ms;
        assert_eq!(wait("7"), Some(7_000));
        assert_eq!(wait("Wed, 21 Oct 2015 07:28:30 GMT"), Some(30_000));
        assert_eq!(wait("soon"), None);
    }

    #[test]
    fn a_long_refusal_is_cut() {
        let body: &'static [u8] = Vec::leak(vec![b'x'; 100_000]);
        let failure = failure(&response(500, &[], body), Timestamp::from_millis(0), &context());
        assert_eq!(failure.details.unwrap()["body"].as_str().map(str::len), Some(MAX_SHOWN_CHARACTERS));
    }
}

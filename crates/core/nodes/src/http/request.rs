use engine::Context;
use net::{Method, Redirects, Request};
use serde_json::{Map, Value as Json};
use url::Url;

use super::config::Config;
use super::secrets;
use crate::Error;

/// Longer than any step may take: the engine bounds an attempt by the listener's `timeout`.
const TIMEOUT_MS: u64 = 3_600_000;

/// The request that a configuration asks for.
pub(super) fn build(config: &Config, context: &Context) -> Result<Request, Error> {
    let method = config
        .method
        .parse::<Method>()
        .map_err(|error| Error::Config(format!("`method` is `{}`: {error}", shortened(&config.method))))?;
    let url = url(config)?;
    secrets::check(&context.secrets_used, &url)?;
    let mut request = Request::new(method, url).timeout_ms(TIMEOUT_MS);
    request.headers = headers(&config.headers)?;
    if let Some((body, content_type)) = body(config)? {
        add_unless_set(&mut request, "Content-Type", content_type);
        request.body = Some(body.into());
    }
    // A repetition of a read needs no key; the user's own key knows better than ours.
    if !matches!(method, Method::Get | Method::Head | Method::Options) {
        add_unless_set(&mut request, "Idempotency-Key", &context.step_key);
    }
    // The client would carry body and URL on to wherever a redirect points.
    if secrets::bound(&context.secrets_used).next().is_some() {
        request.redirects = Redirects::Refuse;
    }
    Ok(request)
}

/// The configured URL with the query's pairs behind its own.
fn url(config: &Config) -> Result<Url, Error> {
    let mut url = Url::parse(config.url.trim())
        .map_err(|error| Error::Config(format!("`url` cannot be read ({error}); write https://host/path")))?;
    if config.query.is_empty() {
        return Ok(url);
    }
    let pairs = pairs("query", &config.query)?;
    if !pairs.is_empty() {
        url.query_pairs_mut().extend_pairs(pairs);
    }
    Ok(url)
}

fn headers(headers: &Map<String, Json>) -> Result<Vec<(String, String)>, Error> {
    pairs("headers", headers)
}

/// Text for strings, the body of a form for objects under its type, else JSON; with the type that says so.
fn body(config: &Config) -> Result<Option<(String, &'static str)>, Error> {
    match &config.body {
        Json::Null => Ok(None),
        Json::String(text) => Ok(Some((text.clone(), "text/plain; charset=utf-8"))),
        Json::Object(fields) if is_form(&config.headers) => {
            let pairs = pairs("body", fields)?;
            let form = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
            Ok(Some((form, "application/x-www-form-urlencoded")))
        }
        other => Ok(Some((other.to_string(), "application/json"))),
    }
}

fn is_form(headers: &Map<String, Json>) -> bool {
    headers.iter().any(|(name, value)| {
        name.trim().eq_ignore_ascii_case("content-type")
            && value
                .as_str()
                .is_some_and(|value| value.trim().starts_with("application/x-www-form-urlencoded"))
    })
}

/// Names and texts; a list repeats its name, null leaves it out.
fn pairs(field: &str, values: &Map<String, Json>) -> Result<Vec<(String, String)>, Error> {
    let mut pairs = Vec::with_capacity(values.len());
    for (name, value) in values {
        let several = value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice);
        for value in several {
            match value {
                Json::Null => {}
                Json::String(text) => pairs.push((name.clone(), text.clone())),
                Json::Bool(_) | Json::Number(_) => pairs.push((name.clone(), value.to_string())),
                Json::Array(_) | Json::Object(_) => {
                    let problem = "is neither a text, a number, a boolean nor a list of them";
                    return Err(Error::Config(format!("`{field}.{}` {problem}", shortened(name))));
                }
            }
        }
    }
    Ok(pairs)
}

fn add_unless_set(request: &mut Request, name: &str, value: &str) {
    if !request.headers.iter().any(|(have, _)| have.trim().eq_ignore_ascii_case(name)) {
        request.headers.push((name.to_owned(), value.to_owned()));
    }
}

/// For messages: what came out of a template may be long, or hold more than it should.
fn shortened(text: &str) -> String {
    text.chars().filter(|character| !character.is_control()).take(40).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::context;
    use engine::SecretUse;
    use serde_json::json;

    fn built(config: Json) -> Result<Request, Error> {
        build(&crate::config::read(config)?, &context())
    }

    fn header<'a>(request: &'a Request, name: &str) -> Option<&'a str> {
        request.headers.iter().find(|(have, _)| have == name).map(|(_, value)| value.as_str())
    }

    #[test]
    fn the_query_is_added_and_encoded() {
        let query = json!({"q": "a b&c", "page": 2, "tag": ["x", "y"], "none": null});
        let request = built(json!({"url": "https://a.test/find?k=1", "query": query})).unwrap();
        assert_eq!(request.url, "https://a.test/find?k=1&q=a+b%26c&page=2&tag=x&tag=y");
        assert_eq!((request.method, request.body), (Method::Get, None));
        assert!(built(json!({"url": "https://a.test", "query": {"a": {"b": 1}}})).is_err());
    }

    #[test]
    fn bodies_are_json_text_or_a_form() {
        let post = |body: Json, headers: Json| {
            built(json!({"method": "post", "url": "https://a.test", "body": body, "headers": headers}))
                .unwrap()
        };
        let request = post(json!({"a": 1}), json!({}));
        assert_eq!(
            (request.body.as_deref(), header(&request, "Content-Type")),
            (Some(&b"{\"a\":1}"[..]), Some("application/json"))
        );
        let request = post(json!("hi"), json!({}));
        assert_eq!(header(&request, "Content-Type"), Some("text/plain; charset=utf-8"));
        let request = post(
            json!({"a": "x y", "b": [1, 2]}),
            json!({"content-type": "application/x-www-form-urlencoded"}),
        );
        assert_eq!(request.body.as_deref(), Some(&b"a=x+y&b=1&b=2"[..]));
        assert_eq!(header(&request, "Content-Type"), None, "the user's own stays the only one");
    }

    #[test]
    fn writes_carry_the_step_as_their_idempotency_key() {
        let key = |config| header(&built(config).unwrap(), "Idempotency-Key").map(str::to_owned);
        assert_eq!(key(json!({"method": "POST", "url": "https://a.test"})), Some(context().step_key));
        assert_eq!(key(json!({"method": "GET", "url": "https://a.test"})), None);
        let own = json!({"method": "PUT", "url": "https://a.test", "headers": {"Idempotency-Key": "mine"}});
        assert_eq!(key(own), Some("mine".to_owned()));
    }

    #[test]
    fn a_bound_secret_is_not_carried_over_redirects() {
        let mut context = context();
        context.secrets_used = vec![SecretUse { name: "KEY".to_owned(), hosts: vec!["a.test".to_owned()] }];
        let config = |url: &str| crate::config::read(json!({"url": url})).unwrap();
        assert_eq!(build(&config("https://a.test"), &context).unwrap().redirects, Redirects::Refuse);
        assert!(matches!(build(&config("https://b.test"), &context), Err(Error::SecretHost { .. })));
        context.secrets_used.clear();
        assert_eq!(build(&config("https://b.test"), &context).unwrap().redirects, Redirects::Follow);
    }

    #[test]
    fn bad_methods_and_urls_are_named() {
        let message = |config| built(config).unwrap_err().to_string();
        assert!(
            message(json!({"method": "CONNECT", "url": "https://a.test"})).contains("`method` is `CONNECT`")
        );
        assert!(message(json!({"method": "GET\r\nX: y", "url": "https://a.test"})).contains("`method`"));
        assert!(message(json!({"url": "/path"})).contains("`url` cannot be read"));
        assert!(message(json!({})).contains("missing field `url`"));
    }
}

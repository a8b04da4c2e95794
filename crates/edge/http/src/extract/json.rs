//! JSON bodies: parsed once, refused when they hold what no database text can.

use axum::extract::{FromRequest, OptionalFromRequest, Request};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::{body, decode};
use crate::{Failure, Validate};

/// A JSON body: as an argument it is read and checked, as an answer it is written.
///
/// As `Option<Json<T>>` the body may be left out.
#[derive(Debug, Clone, Copy)]
pub struct Json<T>(pub T);

impl<T, S> FromRequest<S> for Json<T>
where
    T: DeserializeOwned + Validate,
    S: Send + Sync,
{
    type Rejection = Failure;

    async fn from_request(request: Request, _: &S) -> Result<Self, Failure> {
        if !is_json(request.headers()) {
            return Err(Failure::unsupported_media_type());
        }
        decode(fields(&body::of_request(request).await?)?).map(Self)
    }
}

impl<T, S> OptionalFromRequest<S> for Json<T>
where
    T: DeserializeOwned + Validate,
    S: Send + Sync,
{
    type Rejection = Failure;

    async fn from_request(request: Request, _: &S) -> Result<Option<Self>, Failure> {
        let is_json = is_json(request.headers());
        let bytes = body::of_request(request).await?;
        match (bytes.is_empty(), is_json) {
            (true, _) => Ok(None),
            (false, false) => Err(Failure::unsupported_media_type()),
            (false, true) => decode(fields(&bytes)?).map(|value| Some(Self(value))),
        }
    }
}

impl<T: Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        match serde_json::to_vec(&self.0) {
            Ok(bytes) => ([(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))], bytes)
                .into_response(),
            Err(error) => Failure::internal(format!("an answer did not serialise: {error}")).into_response(),
        }
    }
}

/// Whether the headers announce JSON: `application/json`, or any type that ends in `+json`.
pub fn is_json(headers: &HeaderMap) -> bool {
    let Some(Ok(value)) = headers.get(header::CONTENT_TYPE).map(HeaderValue::to_str) else { return false };
    let essence = value.split(';').next().unwrap_or_default().trim();
    let ends_in_json =
        essence.len() > 5 && essence.as_bytes()[essence.len() - 5..].eq_ignore_ascii_case(b"+json");
    essence.eq_ignore_ascii_case("application/json") || ends_in_json
}

/// Any JSON value; malformed JSON, invalid UTF-8, NUL in text and deep nesting are refused with 400.
///
/// The parser stops at 128 levels by itself, so that no body can exhaust the stack.
pub fn parse(bytes: &[u8]) -> Result<Value, Failure> {
    let text = std::str::from_utf8(bytes).map_err(|_| Failure::bad_request("the body is not valid UTF-8"))?;
    let value: Value = serde_json::from_str(text)
        .map_err(|error| Failure::bad_request(format!("the body is not valid JSON: {error}")))?;
    // In valid JSON a NUL can only stand as its escape: without one there is nothing to look through.
    if text.contains("\\u0000") && holds_nul(&value) {
        return Err(Failure::bad_request("the body holds a NUL character (\\u0000), which text cannot keep"));
    }
    Ok(value)
}

/// A body names its fields: serde would also take a list for them, in an order that nobody was promised.
fn fields(bytes: &[u8]) -> Result<Value, Failure> {
    match parse(bytes)? {
        fields @ Value::Object(_) => Ok(fields),
        _ => Err(Failure::invalid(json!({ "body": "must be an object" }))),
    }
}

fn holds_nul(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains('\0'),
        Value::Array(items) => items.iter().any(holds_nul),
        Value::Object(fields) => fields.iter().any(|(name, value)| name.contains('\0') || holds_nul(value)),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use proptest::prelude::*;
    use serde::Deserialize;

    use super::*;
    use crate::Faults;

    #[derive(Debug, Deserialize)]
    #[serde(rename_all = "camelCase", deny_unknown_fields)]
    struct Note {
        title: String,
        #[serde(alias = "line_count")]
        line_count: Option<u8>,
        #[serde(default)]
        parts: Vec<Part>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Part {
        size: u8,
    }

    impl Validate for Note {
        fn validate(&self, faults: &mut Faults) {
            faults.length("title", &self.title, 1, 3);
        }
    }

    async fn read(content_type: &str, body: impl Into<Body>) -> Result<Note, Failure> {
        let request = Request::builder().header("content-type", content_type).body(body.into()).unwrap();
        <Json<Note> as FromRequest<()>>::from_request(request, &()).await.map(|json| json.0)
    }

    async fn fault(body: &'static str) -> (u16, Value) {
        let failure = read("application/json", body).await.unwrap_err();
        (failure.status().as_u16(), failure.body().details.clone().unwrap_or_default())
    }

    #[tokio::test]
    async fn both_cases_of_a_name_are_read() {
        for body in [r#"{"title":"a","lineCount":2}"#, r#"{"title":"a","line_count":2}"#] {
            assert_eq!(read("application/json; charset=utf-8", body).await.unwrap().line_count, Some(2));
        }
        assert!(read("application/problem+json", r#"{"title":"a"}"#).await.is_ok());
        let note = read("application/json", r#"{"title":"a","parts":[{"size":7}]}"#).await.unwrap();
        assert_eq!(note.parts.iter().map(|part| part.size).collect::<Vec<_>>(), [7]);
    }

    #[tokio::test]
    async fn what_does_not_validate_names_its_field() {
        for (body, path) in [
            (r#"{}"#, "title"),
            (r#"{"title":"a","colour":1}"#, "colour"),
            (r#"{"title":"a","lineCount":300}"#, "lineCount"),
            (r#"{"title":"a","parts":[{"size":1},{"size":"x"}]}"#, "parts[1].size"),
            (r#"{"title":"a","parts":[{}]}"#, "parts[0].size"),
            (r#"{"title":"a","parts":[{"size":1,"x":1}]}"#, "parts[0].x"),
            (r#"{"title":"long"}"#, "title"),
            (r#"[]"#, "body"),
            (r#"["a"]"#, "body"),
            (r#""a""#, "body"),
            (r#"null"#, "body"),
        ] {
            let (status, details) = fault(body).await;
            assert_eq!(status, 422, "{body}");
            assert!(details.get(path).is_some(), "{body}: {details}");
        }
    }

    #[tokio::test]
    async fn what_cannot_be_read_is_a_bad_request() {
        let deep = "[".repeat(100_000);
        let deeper = Body::from(format!(r#"{{"title":"a","parts":{}{}}}"#, "[".repeat(129), "]".repeat(129)));
        let bodies: Vec<Body> = vec![
            "".into(),
            "{".into(),
            r#"{"title":"a"} x"#.into(),
            Body::from(&b"{\"title\":\"\xff\"}"[..]),
            r#"{"title":"\u0000"}"#.into(),
            r#"{"title":"a","\u0000":1}"#.into(),
            Body::from(deep),
            deeper,
        ];
        for (number, body) in bodies.into_iter().enumerate() {
            let failure = read("application/json", body).await.unwrap_err();
            assert_eq!(
                (failure.status().as_u16(), failure.body().code.as_str()),
                (400, "bad_request"),
                "{number}"
            );
        }
    }

    #[tokio::test]
    async fn other_content_types_are_refused() {
        for kind in ["text/plain", "", "application/jsonx", "multipart/form-data; boundary=json"] {
            assert_eq!(read(kind, r#"{"title":"a"}"#).await.unwrap_err().status(), 415, "{kind}");
        }
    }

    #[test]
    fn a_backslash_before_u0000_is_not_a_nul() {
        assert_eq!(parse(br#""\\u0000""#).unwrap(), Value::String("\\u0000".into()));
    }

    proptest! {
        #[test]
        fn whatever_arrives_is_read_or_refused_with_400(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            if let Err(failure) = parse(&bytes) {
                prop_assert_eq!(failure.status().as_u16(), 400);
            }
        }

        #[test]
        fn no_text_with_a_nul_comes_through(before in ".{0,20}", after in ".{0,20}") {
            let text = serde_json::to_string(&format!("{before}\0{after}")).unwrap();
            prop_assert!(parse(text.as_bytes()).is_err());
        }
    }
}

use axum::http::{HeaderMap, header};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use door::Failure;
use serde_json::{Map, Value as Json, json};

/// A body as a payload: JSON, a form, text, or base64 of anything else.
pub(super) fn payload(headers: &HeaderMap, body: &[u8]) -> Result<Json, Failure> {
    let content_type =
        headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let essence = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    if body.is_empty() {
        return Ok(Json::Null);
    }
    match essence.as_str() {
        "application/json" => door::json::parse(body),
        essence if essence.ends_with("+json") => door::json::parse(body),
        "application/x-www-form-urlencoded" => fields(body),
        "" => door::json::parse(body).or_else(|_| text_or_base64(content_type, body)),
        _ => text_or_base64(content_type, body),
    }
}

/// A query or a form as an object; a name that comes twice becomes a list.
pub(super) fn fields(text: &[u8]) -> Result<Json, Failure> {
    let mut all = Map::new();
    for (name, value) in form_urlencoded::parse(text) {
        if name.contains('\0') || value.contains('\0') {
            return Err(Failure::bad_request("a field holds a NUL character (%00)"));
        }
        let value = Json::String(value.into_owned());
        match all.get_mut(name.as_ref()) {
            None => {
                all.insert(name.into_owned(), value);
            }
            Some(Json::Array(values)) => values.push(value),
            Some(earlier) => *earlier = Json::Array(vec![earlier.take(), value]),
        }
    }
    Ok(Json::Object(all))
}

fn text_or_base64(content_type: &str, body: &[u8]) -> Result<Json, Failure> {
    match std::str::from_utf8(body) {
        Ok(text) if text.contains('\0') => Err(Failure::bad_request("the text holds a NUL character")),
        Ok(text) => Ok(Json::String(text.to_owned())),
        Err(_) => Ok(json!({ "contentType": content_type, "base64": STANDARD.encode(body) })),
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn read(content_type: &'static str, body: &[u8]) -> Result<Json, Failure> {
        let headers = HeaderMap::from_iter([(header::CONTENT_TYPE, HeaderValue::from_static(content_type))]);
        payload(&headers, body)
    }

    #[test]
    fn every_kind_of_body_is_a_payload() {
        assert_eq!(read("application/json; charset=utf-8", b"{\"a\":1}").unwrap(), json!({"a": 1}));
        assert_eq!(read("application/cloudevents+json", b"[1]").unwrap(), json!([1]));
        assert_eq!(
            read("application/x-www-form-urlencoded", b"a=1&b=x%20y&a=2").unwrap(),
            json!({"a": ["1", "2"], "b": "x y"})
        );
        assert_eq!(read("text/plain", b"hello").unwrap(), json!("hello"));
        assert_eq!(
            read("image/png", &[255, 0]).unwrap(),
            json!({"contentType": "image/png", "base64": "/wA="})
        );
        assert_eq!(read("text/plain", b"").unwrap(), Json::Null);
    }

    #[test]
    fn bad_bodies_are_refused() {
        let deep = format!("{}{}", "[".repeat(200), "]".repeat(200));
        for body in ["{", "nul", "{\"a\": \"\\u0000\"}", deep.as_str()] {
            assert_eq!(read("application/json", body.as_bytes()).unwrap_err().status(), 400, "{body:.20}");
        }
        assert_eq!(read("application/json", b"\"\xff\"").unwrap_err().status(), 400);
        for (content_type, body) in [("text/plain", "a\0b"), ("application/x-www-form-urlencoded", "a=%00")] {
            assert_eq!(read(content_type, body.as_bytes()).unwrap_err().status(), 400, "{content_type}");
        }
    }
}

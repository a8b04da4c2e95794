use axum::http::HeaderMap;
use engine::HeaderCheck;
use serde_json::{Map, Value as Json};

/// Headers that sign a caller in somewhere: a flow has no business with them.
const LEFT_OUT: [&str; 4] = ["authorization", "cookie", "proxy-authorization", "set-cookie"];

/// The headers as expressions see them: names in lower case, credentials left out, keys masked.
pub(super) fn visible(headers: &HeaderMap, check: Option<&HeaderCheck>) -> Json {
    let mut all = Map::new();
    for (name, value) in headers {
        let name = name.as_str();
        if LEFT_OUT.contains(&name) {
            continue;
        }
        let is_key = name.starts_with("x-") && (name.ends_with("-key") || name.ends_with("-token"));
        let is_key = is_key || check.is_some_and(|check| check.name == name);
        let text =
            if is_key { "***".to_owned() } else { String::from_utf8_lossy(value.as_bytes()).into_owned() };
        match all.get_mut(name) {
            Some(Json::String(earlier)) => *earlier = format!("{earlier}, {text}"),
            _ => {
                all.insert(name.to_owned(), Json::String(text));
            }
        }
    }
    Json::Object(all)
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;
    use serde_json::json;

    use super::*;

    #[test]
    fn credentials_do_not_reach_a_flow() {
        let mut headers = HeaderMap::new();
        for (name, value) in
            [("authorization", "Bearer x"), ("x-api-key", "k"), ("accept", "a"), ("cookie", "c")]
        {
            headers.insert(name, HeaderValue::from_static(value));
        }
        headers.append("accept", HeaderValue::from_static("b"));
        headers.insert("its-own", HeaderValue::from_static("s"));
        let check = HeaderCheck { name: "its-own".to_owned(), secret: "S".to_owned() };
        assert_eq!(
            visible(&headers, Some(&check)),
            json!({ "x-api-key": "***", "accept": "a, b", "its-own": "***" })
        );
    }
}

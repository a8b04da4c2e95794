//! Images: a URL, or a `data:` URL, against a source with its kind.

use serde_json::{Value, json};

/// `data:image/png;base64,...` or an address, as a source.
pub(super) fn to_source(url: &str) -> Value {
    let data = url.strip_prefix("data:").and_then(|rest| rest.split_once(";base64,"));
    match data {
        Some((media_type, data)) => json!({ "type": "base64", "media_type": media_type, "data": data }),
        None => json!({ "type": "url", "url": url }),
    }
}

/// A source as a URL; none for a kind that has no URL.
pub(super) fn to_url(source: &Value) -> Option<String> {
    match source["type"].as_str()? {
        "base64" => {
            Some(format!("data:{};base64,{}", source["media_type"].as_str()?, source["data"].as_str()?))
        }
        "url" => source["url"].as_str().map(str::to_owned),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_comes_back_as_it_went() {
        for url in ["data:image/png;base64,iVBORw0=", "https://example.com/a.png"] {
            assert_eq!(to_url(&to_source(url)).as_deref(), Some(url));
        }
        assert_eq!(to_url(&json!({"type": "file", "file_id": "f"})), None);
    }
}

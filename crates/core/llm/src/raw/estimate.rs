//! How many tokens a request may take, before anybody has counted them.

use serde_json::Value;

/// Characters a token: the usual estimate for English; other texts and JSON have fewer.
const BYTES_PER_TOKEN: u64 = 4;

/// What an image costs about, whatever its size in bytes.
const IMAGE_TOKENS: u64 = 1_500;

/// Bodies up to this size hold no image worth looking for.
const SMALL_BYTES: usize = 32 * 1024;

/// What an answer is taken to have when the request has no cap.
const UNCAPPED_OUTPUT_TOKENS: u64 = 1_024;

/// What an answer may have: its cap, or what one without a cap is taken to have.
pub(crate) fn output_tokens(max_tokens: Option<u64>) -> u64 {
    max_tokens.unwrap_or(UNCAPPED_OUTPUT_TOKENS)
}

/// Tokens of a text.
pub(crate) fn tokens_of_text(bytes: u64) -> u64 {
    bytes.div_ceil(BYTES_PER_TOKEN)
}

/// Tokens of a body, before the provider has counted them.
pub(crate) fn input_tokens(body: &[u8]) -> u64 {
    if body.len() <= SMALL_BYTES {
        return tokens_of_text(body.len() as u64);
    }
    serde_json::from_slice::<Value>(body).map_or(tokens_of_text(body.len() as u64), |body| of_value(&body))
}

fn of_value(value: &Value) -> u64 {
    match value {
        Value::String(text) if is_encoded(text) => IMAGE_TOKENS,
        Value::String(text) => tokens_of_text(text.len() as u64),
        Value::Array(items) => items.iter().map(of_value).sum(),
        Value::Object(fields) => {
            fields.iter().map(|(name, value)| tokens_of_text(name.len() as u64) + of_value(value)).sum()
        }
        _ => 1,
    }
}

/// A picture as text: long, and without a space.
fn is_encoded(text: &str) -> bool {
    text.len() > SMALL_BYTES / 8 && !text.as_bytes().iter().take(256).any(u8::is_ascii_whitespace)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_cap_counts_in_full_and_its_absence_for_something() {
        assert_eq!((output_tokens(Some(50)), output_tokens(None)), (50, UNCAPPED_OUTPUT_TOKENS));
        assert_eq!(input_tokens(&[b'x'; 401]), 101);
    }

    #[test]
    fn a_large_picture_does_not_count_by_its_bytes() {
        let body = json!({"messages": [{"content": [{"url": format!("data:image/png;base64,{}", "A".repeat(400_000))}]}]});
        assert!(input_tokens(body.to_string().as_bytes()) < 2_000);
        let text = json!({"messages": [{"content": "word ".repeat(80_000)}]});
        assert!(input_tokens(text.to_string().as_bytes()) > 90_000);
    }
}

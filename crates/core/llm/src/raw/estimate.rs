//! How many tokens a request may take, before anybody has counted them: about, and at most.

use serde_json::Value;

use crate::Usage;
use crate::ceiling;
use crate::route::Route;

/// Bytes a token: the usual estimate for English; other texts and JSON have fewer.
const BYTES_PER_TOKEN: u64 = 4;

/// What a picture costs about, whatever its size in bytes.
const PICTURE_TOKENS: u64 = 1_500;

/// Bytes a token of a sound or a document in base64: pages and seconds weigh more than what they say.
const ENCODED_BYTES_PER_TOKEN: u64 = 32;

/// A document that is named and not sent weighs this at most: the largest context that vendors sell widely.
const NAMED_DOCUMENT_TOKENS: u64 = 200_000;

/// What an answer is taken to have about when the request has no cap.
const UNCAPPED_OUTPUT_TOKENS: u64 = 1_024;

/// The tokens of a call before it is made.
///
/// What it takes about is reserved of the limits in tokens a minute; what it takes at most is promised out of budgets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Estimate {
    /// Read, about.
    pub(crate) read: u64,
    /// Written, about.
    pub(crate) written: u64,
    /// Read at most, but for pictures: no tokenizer makes more tokens of a text than it has bytes.
    most_read: u64,
    pictures: u64,
    /// The cap of one answer, and how many are asked for.
    max_tokens: Option<u64>,
    answers: u64,
}

impl Estimate {
    /// Of a conversation, with the cap on each of its answers.
    pub(crate) fn of_chat(body: &[u8], max_tokens: Option<u64>, answers: u64) -> Self {
        let written = max_tokens.unwrap_or(UNCAPPED_OUTPUT_TOKENS).saturating_mul(answers);
        Self { written, max_tokens, answers, ..Self::of_input(body) }
    }

    /// Of what is only read.
    pub(crate) fn of_input(body: &[u8]) -> Self {
        let content = Content::of(body);
        Self {
            read: content.about(),
            most_read: content.most_tokens,
            pictures: content.pictures,
            ..Self::default()
        }
    }

    /// The most that the call can take of a route's model.
    pub(crate) fn at_most(&self, route: &Route<'_>) -> Usage {
        let pictures = self.pictures.saturating_mul(ceiling::picture_tokens(route.model));
        let written = self.max_tokens.unwrap_or_else(|| ceiling::written_tokens(route));
        Usage {
            input_tokens: self.most_read.saturating_add(pictures),
            output_tokens: written.saturating_mul(self.answers),
            ..Usage::default()
        }
    }
}

/// Tokens of a text.
pub(crate) fn tokens_of_text(bytes: u64) -> u64 {
    bytes.div_ceil(BYTES_PER_TOKEN)
}

/// Tokens of a body, before the provider has counted them.
pub(crate) fn input_tokens(body: &[u8]) -> u64 {
    Content::of(body).about()
}

/// What a body consists of.
#[derive(Debug, Default)]
struct Content {
    text_bytes: u64,
    pictures: u64,
    encoded_tokens: u64,
    most_tokens: u64,
}

impl Content {
    fn of(body: &[u8]) -> Self {
        let mut content = Self::default();
        match has_attachments(body).then(|| serde_json::from_slice::<Value>(body)) {
            Some(Ok(body)) => content.add(&body),
            _ => content.add_text(body.len()),
        }
        content
    }

    fn about(&self) -> u64 {
        tokens_of_text(self.text_bytes) + self.pictures * PICTURE_TOKENS + self.encoded_tokens
    }

    fn add_text(&mut self, bytes: usize) {
        self.text_bytes += bytes as u64;
        self.most_tokens += bytes as u64;
    }

    fn add(&mut self, value: &Value) {
        match value {
            Value::String(text) => self.add_text(text.len()),
            Value::Array(items) => items.iter().for_each(|item| self.add(item)),
            Value::Object(fields) => match fields.get("type").and_then(Value::as_str) {
                Some("image_url" | "input_image" | "image") => self.pictures += 1,
                Some("input_audio" | "audio") => {
                    let tokens = encoded_tokens(value);
                    self.encoded_tokens += tokens;
                    self.most_tokens += tokens;
                }
                // A document in plain words is a text like any other.
                Some("document" | "file" | "input_file") if value["source"]["type"] != "text" => {
                    self.encoded_tokens += encoded_tokens(value);
                    self.most_tokens += text_bytes(value).max(NAMED_DOCUMENT_TOKENS);
                }
                _ => fields.iter().for_each(|(name, value)| {
                    self.add_text(name.len());
                    self.add(value);
                }),
            },
            _ => self.add_text(1),
        }
    }
}

/// Whether there may be something else than text in a body; it is looked at more closely then.
fn has_attachments(body: &[u8]) -> bool {
    const WORDS: [&str; 6] =
        ["image_url\"", "\"input_image", "\"image\"", "\"document\"", "file\"", "audio\""];
    let text = std::str::from_utf8(body).unwrap_or_default();
    WORDS.iter().any(|word| text.contains(word))
}

fn encoded_tokens(value: &Value) -> u64 {
    text_bytes(value).div_ceil(ENCODED_BYTES_PER_TOKEN).max(PICTURE_TOKENS)
}

fn text_bytes(value: &Value) -> u64 {
    match value {
        Value::String(text) => text.len() as u64,
        Value::Array(items) => items.iter().map(text_bytes).sum(),
        Value::Object(fields) => fields.values().map(text_bytes).sum(),
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn content(part: &Value) -> Estimate {
        Estimate::of_input(json!({"messages": [{"content": [part]}]}).to_string().as_bytes())
    }

    #[test]
    fn a_cap_counts_in_full_and_its_absence_for_something() {
        let body = [b'x'; 401];
        let (capped, open) = (Estimate::of_chat(&body, Some(50), 2), Estimate::of_chat(&body, None, 1));
        assert_eq!((capped.read, capped.written), (101, 100));
        assert_eq!((open.written, open.most_read), (UNCAPPED_OUTPUT_TOKENS, 401));
    }

    #[test]
    fn a_picture_does_not_count_by_its_bytes_and_a_text_does() {
        let picture = "A".repeat(400_000);
        let url = format!("data:image/png;base64,{picture}");
        for part in [
            json!({"type": "image_url", "image_url": {"url": url}}),
            json!({"type": "image", "source": {"type": "base64", "data": picture}}),
            json!({"type": "image_url", "image_url": {"url": "https://example.com/a.png"}}),
        ] {
            let estimate = content(&part);
            assert!((1_500..1_600).contains(&estimate.read) && estimate.pictures == 1, "{estimate:?}");
        }
        for text in ["word ".repeat(80_000), "x".repeat(400_000)] {
            let estimate = content(&json!({"type": "text", "text": text, "says": "image_url"}));
            assert!(estimate.read > 90_000 && estimate.most_read >= 400_000, "{estimate:?}");
        }
    }

    #[test]
    fn a_document_counts_for_more_than_a_picture_and_a_plain_one_by_its_words() {
        let encoded = json!({"type": "document", "source": {"type": "base64", "data": "A".repeat(320_000)}});
        assert!((10_000..10_100).contains(&content(&encoded).read));
        assert!(content(&encoded).most_read >= 320_000);
        let plain = json!({"type": "document", "source": {"type": "text", "data": "x".repeat(400_000)}});
        assert!(content(&plain).read > 90_000);
        let named = json!({"type": "file", "file": {"file_id": "f"}});
        assert!(content(&named).most_read >= NAMED_DOCUMENT_TOKENS);
    }
}

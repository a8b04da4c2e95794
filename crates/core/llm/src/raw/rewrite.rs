//! The same bytes with another model's name, and with the wish to be told the usage.

use std::ops::Range;

use net::Bytes;
use serde_json::{Map, Value, json};

use super::RawRequest;
use crate::Dialect;

impl RawRequest {
    /// The body for a provider of the same dialect that calls the model by this name.
    ///
    /// A streamed chat of OpenAI's dialect asks for the usage as well: without it, nobody knows what it cost. A response is
    /// asked not to be kept: nobody could ask for it here.
    pub(crate) fn for_model(&self, model: &str) -> Bytes {
        let mut edits: Vec<(Range<usize>, String)> = Vec::new();
        if model != self.head.model {
            edits.push((self.head.model_at.clone(), Value::from(model).to_string()));
        }
        if self.adds_usage() {
            edits.push(self.usage_wish());
        }
        if self.dialect == Dialect::Responses {
            edits.extend(self.store_wish());
        }
        if edits.is_empty() {
            return self.body.clone();
        }
        edits.sort_by_key(|(place, _)| place.start);
        let mut rewritten = Vec::with_capacity(self.body.len() + 64);
        let mut from = 0;
        for (place, text) in edits {
            rewritten.extend_from_slice(&self.body[from..place.start]);
            rewritten.extend_from_slice(text.as_bytes());
            from = place.end;
        }
        rewritten.extend_from_slice(&self.body[from..]);
        rewritten.into()
    }

    /// Whether the usage is asked for in the client's place, who then is not shown it.
    pub(crate) fn adds_usage(&self) -> bool {
        let wished = self.head.stream_options.as_ref().is_some_and(|(_, includes)| *includes);
        self.dialect == Dialect::OpenAi && self.head.is_streamed && !wished
    }

    /// That nothing is to be kept, where the request leaves that open.
    fn store_wish(&self) -> Option<(Range<usize>, String)> {
        match &self.head.store_at {
            Some(place) if &self.body[place.clone()] == b"false" => None,
            Some(place) => Some((place.clone(), "false".to_owned())),
            None => {
                let start = self.first_field_at();
                Some((start..start, "\"store\":false,".to_owned()))
            }
        }
    }

    fn first_field_at(&self) -> usize {
        self.body.iter().position(|byte| *byte == b'{').map_or(0, |at| at + 1)
    }

    fn usage_wish(&self) -> (Range<usize>, String) {
        match &self.head.stream_options {
            Some((place, _)) => {
                let mut options: Map<String, Value> =
                    serde_json::from_slice(&self.body[place.clone()]).unwrap_or_default();
                options.insert("include_usage".to_owned(), true.into());
                (place.clone(), Value::Object(options).to_string())
            }
            None => {
                let start = self.first_field_at();
                let wish = json!({ "include_usage": true });
                (start..start, format!("\"stream_options\":{wish},"))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Operation;

    fn rewritten(body: &str, model: &str) -> String {
        let raw = RawRequest::read(Dialect::OpenAi, Operation::Chat, body.to_owned().into()).unwrap();
        String::from_utf8(raw.for_model(model).to_vec()).unwrap()
    }

    #[test]
    fn bytes_that_need_no_change_have_none() {
        let body = "{ \"model\":\"m\",\n \"messages\" : [{}], \"new_field\": 1.50 }";
        assert_eq!(rewritten(body, "m"), body);
        assert_eq!(rewritten(body, "other"), body.replace("\"m\"", "\"other\""));
    }

    #[test]
    fn a_response_is_asked_not_to_be_kept() {
        let rewritten = |body: &str| {
            let raw = RawRequest::read(Dialect::Responses, Operation::Chat, body.to_owned().into()).unwrap();
            String::from_utf8(raw.for_model("m").to_vec()).unwrap()
        };
        let plain = r#"{ "model":"m","input":"hi","stream":true,"new_field":1.50}"#;
        assert_eq!(rewritten(plain), plain.replacen("{ ", "{\"store\":false, ", 1));
        let open = r#"{"model":"m", "store": null,"input":"hi"}"#;
        assert_eq!(rewritten(open), open.replace("null", "false"));
        let said = r#"{"model":"m", "store": false,"input":"hi"}"#;
        assert_eq!(rewritten(said), said);
    }

    #[test]
    fn a_stream_asks_for_its_usage() {
        let body = r#"{"messages":[{}],"stream":true,"model":"m"}"#;
        let expected =
            r#"{"stream_options":{"include_usage":true},"messages":[{}],"stream":true,"model":"n"}"#;
        assert_eq!(rewritten(body, "n"), expected);
        let given = r#"{"model":"m","messages":[{}],"stream":true,"stream_options":{"a":1}}"#;
        let value: Value = serde_json::from_str(&rewritten(given, "m")).unwrap();
        assert_eq!(value["stream_options"], json!({"a": 1, "include_usage": true}));
        let asked = r#"{"model":"m","messages":[{}],"stream":true,"stream_options":{"include_usage":true}}"#;
        assert_eq!(rewritten(asked, "m"), asked);
    }
}

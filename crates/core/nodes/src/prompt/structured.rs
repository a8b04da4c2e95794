use serde_json::Value as Json;

use crate::Error;

/// The JSON of a model's answer, also where the model put it into a fenced block of markdown.
pub(super) fn read(text: &str) -> Result<Json, Error> {
    let text = text.trim();
    serde_json::from_str(unfenced(text)).map_err(|error| Error::Unstructured(error.to_string()))
}

fn unfenced(text: &str) -> &str {
    let Some(inner) = text.strip_prefix("```").and_then(|rest| rest.strip_suffix("```")) else { return text };
    // The rest of the fence's line names the language.
    inner.split_once('\n').map_or(inner, |(_, block)| block)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn json_is_read_bare_and_fenced() {
        for text in ["{\"a\": 1}", " {\"a\": 1}\n", "```json\n{\"a\": 1}\n```", "```\n{\"a\": 1}```"] {
            assert_eq!(read(text).unwrap(), json!({"a": 1}), "{text}");
        }
    }

    #[test]
    fn anything_else_can_be_asked_for_again() {
        let error = read("Sure! Here it is: {}").unwrap_err();
        assert!(error.is_transient() && error.to_string().contains("not JSON"));
        assert!(read("```").is_err() && read("").is_err());
    }
}

use serde_json::Value;

use super::Form;
use super::form::Ending;
use super::item::Item;
use crate::translate::text;

impl Form {
    /// A chat completion as a response.
    pub(crate) fn answer(&self, completion: &Value) -> Value {
        let choice = &completion["choices"][0];
        let ending = Ending::of(text(choice, "finish_reason"));
        let items = items(&choice["message"]);
        let shown = items.iter().enumerate().map(|(at, item)| self.item(at, item, ending.status()));
        let output: Vec<Value> = shown.collect();
        self.ended(ending, &completion["model"], &output, &completion["usage"])
    }
}

fn items(message: &Value) -> Vec<Item> {
    let mut items = Vec::new();
    for (field, item) in [("content", Item::Said as fn(String) -> Item), ("refusal", Item::Refused)] {
        let said = text(message, field);
        if !said.is_empty() {
            items.push(item(said.to_owned()));
        }
    }
    for (at, call) in message["tool_calls"].as_array().into_iter().flatten().enumerate() {
        // Several servers send arguments as the object itself, and calls without an id.
        let arguments = match &call["function"]["arguments"] {
            Value::String(text) => text.clone(),
            Value::Null => String::new(),
            other => other.to_string(),
        };
        let call_id = match text(call, "id") {
            "" => format!("call_{at}"),
            id => id.to_owned(),
        };
        items.push(Item::Called { call_id, name: text(&call["function"], "name").to_owned(), arguments });
    }
    items
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn words_refusals_and_calls_become_items() {
        let form = Form::new("7", 9, &json!({}));
        let completion = json!({
            "id": "c", "model": "gpt-x", "usage": {"prompt_tokens": 2, "completion_tokens": 1},
            "choices": [{"finish_reason": "tool_calls", "message": {"content": "see", "refusal": "no", "tool_calls": [
                {"id": "c1", "function": {"name": "w", "arguments": "{\"a\":1}"}}, {"function": {"name": "v", "arguments": {"b": 2}}}]}}],
        });
        let response = form.answer(&completion);
        let output = response["output"].as_array().unwrap();
        assert_eq!(output.len(), 4);
        assert_eq!(
            output[0]["content"][0],
            json!({"type": "output_text", "text": "see", "annotations": [], "logprobs": []})
        );
        assert_eq!(output[1]["content"][0], json!({"type": "refusal", "refusal": "no"}));
        let expected = json!({"type": "function_call", "id": "fc_7_2", "status": "completed", "call_id": "c1", "name": "w", "arguments": "{\"a\":1}"});
        assert_eq!(output[2], expected);
        assert_eq!((&output[3]["call_id"], &output[3]["arguments"]), (&json!("call_1"), &json!("{\"b\":2}")));
        assert_eq!((&response["status"], &response["model"]), (&json!("completed"), &json!("gpt-x")));
    }

    #[test]
    fn a_cut_answer_is_incomplete_and_so_is_its_message() {
        let cut = json!({"choices": [{"finish_reason": "length", "message": {"content": "hal"}}]});
        let response = Form::new("7", 9, &json!({})).answer(&cut);
        assert_eq!(
            (&response["status"], &response["output"][0]["status"]),
            (&json!("incomplete"), &json!("incomplete"))
        );
    }
}

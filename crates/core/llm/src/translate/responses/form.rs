use serde_json::{Map, Value, json};

use super::item::Item;

/// What of a response is known before its answer: how it is called, and what was asked.
#[derive(Debug, Clone)]
pub(crate) struct Form {
    pub(super) id: String,
    pub(super) created_s: i64,
    asked: Map<String, Value>,
}

/// How a response ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ending {
    Completed,
    /// With the reason.
    Incomplete(&'static str),
}

impl Form {
    /// For the call of that id, which asked with this body.
    pub(crate) fn new(id: &str, created_s: i64, body: &Value) -> Self {
        let asked = defaults().into_iter().map(|(name, default)| {
            let value = if body[name].is_null() { default } else { body[name].clone() };
            (name.to_owned(), value)
        });
        Self { id: id.to_owned(), created_s, asked: asked.collect() }
    }

    /// The response that has begun.
    pub(super) fn begun(&self, model: &Value) -> Value {
        self.response("in_progress", model, &[])
    }

    /// The response that has ended.
    pub(super) fn ended(&self, ending: Ending, model: &Value, output: &[Value], usage: &Value) -> Value {
        let mut response = self.response(ending.status(), model, output);
        if let Ending::Incomplete(reason) = ending {
            response["incomplete_details"] = json!({ "reason": reason });
        }
        response["usage"] = self::usage(usage);
        response
    }

    /// An item of the output, by its place in it.
    pub(super) fn item(&self, at: usize, item: &Item, status: &str) -> Value {
        item.shown(&self.item_id(at, item), status)
    }

    pub(super) fn item_id(&self, at: usize, item: &Item) -> String {
        format!("{}_{}_{at}", item.prefix(), self.id)
    }

    fn response(&self, status: &str, model: &Value, output: &[Value]) -> Value {
        let mut response = json!({
            "id": format!("resp_{}", self.id),
            "object": "response",
            "created_at": self.created_s,
            "status": status,
            "model": model,
            "output": output,
            "error": null,
            "incomplete_details": null,
            "usage": null,
            // Nothing is kept, and so nothing is referred to.
            "store": false,
            "background": false,
            "previous_response_id": null,
        });
        for (name, value) in &self.asked {
            response[name] = value.clone();
        }
        response
    }
}

impl Ending {
    /// From a completion's word.
    pub(super) fn of(finish_reason: &str) -> Self {
        match finish_reason {
            "length" => Self::Incomplete("max_output_tokens"),
            "content_filter" => Self::Incomplete("content_filter"),
            _ => Self::Completed,
        }
    }

    pub(super) fn status(self) -> &'static str {
        match self {
            Self::Completed => "completed",
            Self::Incomplete(_) => "incomplete",
        }
    }
}

/// What a response repeats of its request, with what counts when it was not said.
fn defaults() -> [(&'static str, Value); 12] {
    [
        ("instructions", Value::Null),
        ("max_output_tokens", Value::Null),
        ("metadata", json!({})),
        ("parallel_tool_calls", json!(true)),
        ("reasoning", json!({ "effort": null, "summary": null })),
        ("temperature", Value::Null),
        ("text", json!({ "format": { "type": "text" } })),
        ("tool_choice", json!("auto")),
        ("tools", json!([])),
        ("top_p", Value::Null),
        ("truncation", json!("disabled")),
        ("user", Value::Null),
    ]
}

/// A completion's count; none where there was none.
fn usage(counted: &Value) -> Value {
    if !counted.is_object() {
        return Value::Null;
    }
    let of = |value: &Value| value.as_u64().unwrap_or(0);
    let (read, written) = (of(&counted["prompt_tokens"]), of(&counted["completion_tokens"]));
    let (of_read, of_written) = (&counted["prompt_tokens_details"], &counted["completion_tokens_details"]);
    json!({
        "input_tokens": read,
        "input_tokens_details": {
            "cached_tokens": of(&of_read["cached_tokens"]),
            "cache_write_tokens": of(&of_read["cache_write_tokens"]),
        },
        "output_tokens": written,
        "output_tokens_details": { "reasoning_tokens": of(&of_written["reasoning_tokens"]) },
        "total_tokens": read.saturating_add(written),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_response_repeats_what_was_asked_and_counts_as_was_counted() {
        let form = Form::new("7", 9, &json!({"instructions": "be brief", "temperature": 0.5, "tools": null}));
        let usage = json!({
            "prompt_tokens": 8, "completion_tokens": 3, "prompt_tokens_details": {"cached_tokens": 5},
            "completion_tokens_details": {"reasoning_tokens": 2},
        });
        let response = form.ended(Ending::of("length"), &json!("m"), &[], &usage);
        assert_eq!((&response["instructions"], &response["temperature"]), (&json!("be brief"), &json!(0.5)));
        assert_eq!((&response["tools"], &response["tool_choice"]), (&json!([]), &json!("auto")));
        assert_eq!((&response["id"], &response["created_at"]), (&json!("resp_7"), &json!(9)));
        assert_eq!(response["incomplete_details"]["reason"], "max_output_tokens");
        assert_eq!(response["usage"]["input_tokens_details"]["cached_tokens"], 5);
        assert_eq!(response["usage"]["output_tokens_details"]["reasoning_tokens"], 2);
        assert_eq!(response["usage"]["total_tokens"], 11);
        let uncounted = form.ended(Ending::of("stop"), &json!("m"), &[], &Value::Null);
        assert_eq!((&uncounted["status"], &uncounted["usage"]), (&json!("completed"), &Value::Null));
    }
}

//! What xml-pipeline v2.1 wrote, in today's words.

use serde_json::{Value as Json, json};

/// Keys of a v2.1 listener that have no effect here.
pub(super) const LISTENER_KEYS: [&str; 9] = [
    "payload_class",
    "broadcast",
    "cpu_bound",
    "trusted",
    "tools",
    "tool_config",
    "gateway_config",
    "semantic_guide",
    "memory",
];

/// Keys of a v2.1 `organism:` section that have no effect here.
pub(super) const ORGANISM_KEYS: [&str; 3] = ["port", "identity", "tls"];

/// Keys of a v2.1 `llm:` section that have no effect here.
pub(super) const LLM_KEYS: [&str; 3] = ["retry_base_delay", "retry_max_delay", "backends"];

/// Sections of a v2.1 file that have no effect here.
pub(super) const SECTIONS: [&str; 17] = [
    "gateways",
    "meta",
    "oob",
    "thread_scheduling",
    "backend",
    "process_pool",
    "auth",
    "peer_tables",
    "network",
    "tools",
    "compiler",
    "shell",
    "federation",
    "triggers",
    "max_concurrent_pipelines",
    "max_concurrent_handlers",
    "max_concurrent_per_agent",
];

/// Keys of a v2.1 `execution:` section that have no effect here.
pub(super) const EXECUTION_KEYS: [&str; 3] = ["max_iterations", "log_level", "log_payloads"];

/// One of today's handlers, with what a v2.1 tool of that kind took from its message.
pub(super) struct Equivalent {
    pub(super) handler: &'static str,
    pub(super) config: Json,
    pub(super) input: Option<Json>,
}

/// Today's handler for a dotted Python path such as `xml_pipeline.tools.calculate.handle_calculate`.
///
/// The last part that names a known tool decides.
pub(super) fn equivalent(path: &str) -> Option<Equivalent> {
    path.contains('.').then(|| path.rsplit('.').find_map(tool)).flatten()
}

fn tool(part: &str) -> Option<Equivalent> {
    let part = part.to_ascii_lowercase();
    let part = part.strip_prefix("handle_").unwrap_or(&part);
    let part = part.strip_suffix("_handler").or_else(|| part.strip_suffix("_tool")).unwrap_or(part);
    let (handler, config, fields) = match part {
        "calculate" | "calculator" => ("calculate", json!({}), &["expression"][..]),
        "fetch" | "http" | "http_request" => {
            let config = json!({
                "method": "{{ input.method | default('GET') }}",
                "url": "{{ input.url }}",
                "body": "{{ input.body | default(none) }}",
            });
            ("http", config, &["url"][..])
        }
        "xml_to_json" => ("convert", json!({"from": "xml", "to": "json"}), &["text"][..]),
        "json_to_xml" => ("convert", json!({"from": "json", "to": "xml"}), &["text"][..]),
        "key_value" | "keyvalue" | "kv" => {
            ("kv", json!({"operation": "{{ input.operation | default('get') }}"}), &["key"][..])
        }
        "web_search" | "search" => ("search", json!({}), &["query"][..]),
        "send_email" | "email" => ("email", json!({}), &[][..]),
        "librarian" | "librarian_query" | "librarian_search" => ("librarian", json!({}), &[][..]),
        "output" | "respond" | "console" => ("output", json!({}), &[][..]),
        _ => return None,
    };
    let properties: serde_json::Map<String, Json> =
        fields.iter().map(|field| ((*field).to_owned(), json!({"type": "string"}))).collect();
    let input =
        (!fields.is_empty()).then(|| json!({"type": "object", "properties": properties, "required": fields}));
    Some(Equivalent { handler, config, input })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dotted_handlers_of_known_tools_have_an_equivalent() {
        let found = |path| equivalent(path).map(|equivalent| equivalent.handler);
        assert_eq!(found("xml_pipeline.tools.calculate.calculate_handler"), Some("calculate"));
        assert_eq!(found("xml_pipeline.tools.fetch.handle"), Some("http"));
        assert_eq!(found("handlers.hello.handle_greeting"), None);
        assert_eq!(found("calculate"), None, "a word without a dot is today's name");
    }
}

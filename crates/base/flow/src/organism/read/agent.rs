use serde_json::Value as Json;

use super::super::report::Report;
use super::super::yaml::{Node, Span};
use super::super::{Agent, Work};
use super::usage::Usage;
use super::{Reader, fields, work};
use crate::expression::Template;

const MAX_TURNS_DEFAULT: u32 = 10;
const MAX_TURNS_MOST: u32 = 100;

/// The keys of a listener that only agents have.
pub(super) const KEYS: [&str; 6] = ["prompt", "model", "temperature", "max_tokens", "max_turns", "memory"];

pub(super) fn read(reader: &Reader<'_>, report: &mut Report<'_>, node: &Node, input: Option<&Json>) -> Work {
    work::refuse_config(report, node, "agent");
    let peers = node.get("peers").map(|peers| fields::names(report, peers, "`peers`")).unwrap_or_default();
    let agent = Agent {
        prompt: prompt(reader, report, node, input),
        model: fields::text(report, node, "model").map(str::to_owned),
        temperature: fields::decimal(report, node, "temperature", (0.0, 2.0)),
        max_tokens: fields::whole_u32(report, node, "max_tokens", (1, 10_000_000)),
        max_turns: fields::whole_u32(report, node, "max_turns", (1, MAX_TURNS_MOST))
            .unwrap_or(MAX_TURNS_DEFAULT),
        memory: fields::truth(report, node, "memory").unwrap_or(false),
        peers: reader.names.resolve_all(report, &peers),
    };
    Work::Agent(agent)
}

fn prompt(reader: &Reader<'_>, report: &mut Report<'_>, node: &Node, input: Option<&Json>) -> Template {
    let Some(prompt) = node.get("prompt") else {
        let span = node.entry("name").map_or(Span::at(node.span.start), |name| name.value.span);
        report
            .error("missing_agent_prompt", span, "an agent needs a `prompt`")
            .hint("say who it is, what it is to do and how it answers");
        return work::nothing();
    };
    let Some(text) = prompt.text() else {
        report.wrong_type(prompt, "`prompt`", "a text");
        return work::nothing();
    };
    if text.trim().is_empty() {
        report
            .error("missing_agent_prompt", prompt.span, "the `prompt` of an agent cannot be blank")
            .hint("say who it is, what it is to do and how it answers");
    }
    match Template::body(text) {
        Ok(template) => {
            let usage = Usage { names: reader.names, input, has_secrets: false };
            usage.template(report, prompt, &template);
            template
        }
        Err(error) => {
            report.syntax(prompt, &error);
            work::nothing()
        }
    }
}

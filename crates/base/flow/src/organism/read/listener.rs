use std::sync::Arc;

use serde_json::Value as Json;

use super::super::report::Report;
use super::super::yaml::{Node, Span};
use super::super::{ASK_MODELS, Listener, OnError, Retry, Schema, Work};
use super::{Reader, agent, branch, fields, legacy, schema, work};
use crate::catalogue::{HandlerSpec, Place};

const KEYS: [&str; 14] = [
    "name",
    "description",
    "handler",
    "agent",
    "config",
    "input",
    "output",
    "next",
    "peers",
    "retry",
    "timeout",
    "timeout_seconds",
    "on_error",
    "concurrency",
];

const RETRY_DEFAULT: Retry = Retry { attempts: 1, backoff_ms: 1_000, max_backoff_ms: 60_000 };
const ATTEMPTS_MOST: u32 = 20;

/// Reads one listener; unreadable parts get defaults and a diagnostic.
pub(super) fn read(reader: &mut Reader<'_>, report: &mut Report<'_>, node: &Node, number: usize) -> Listener {
    let (name, name_span) = reader.names.list.get(number).cloned().unwrap_or_default();
    report.about(Some(&name).filter(|name| !name.is_empty()).map(String::as_str));
    let known: Vec<&str> = KEYS.iter().chain(&agent::KEYS).chain(&branch::KEYS).copied().collect();
    fields::check_keys(report, node, "a listener", &known, &legacy::LISTENER_KEYS);
    fields::truth(report, node, "agent");
    let description = description(report, node, name_span);
    let chosen = work::choose(reader, report, node);
    let handler = chosen.as_ref().map(|chosen| chosen.spec);
    warn_of_foreign_keys(report, node, handler.map(|spec| spec.name));
    warn_of_idle_keys(report, node, handler);
    let (input, output) = (schema::read(report, node, "input"), schema::read(report, node, "output"));
    // Only what the text declares limits a message. A handler's own schema says what it takes from one, not what else
    // may come along and be used in its config.
    let legacy_input = chosen.as_ref().and_then(|chosen| chosen.legacy.as_ref()?.input.clone());
    let declared = input.as_ref().map(|schema| &schema.json).or(legacy_input.as_ref());
    let doing = match &chosen {
        Some(chosen) => work::read(reader, report, node, chosen, declared),
        None => Work::Output { payload: None, status: None },
    };
    let next = next(reader, report, node, handler.map(|spec| spec.name));
    Listener {
        name: Arc::from(name),
        description,
        work: doing,
        input: input.or_else(|| legacy_input.and_then(compiled)),
        output,
        next,
        retry: retry(report, node, attempts(reader, handler)),
        timeout_ms: timeout_ms(report, node).unwrap_or(handler.map_or(30_000, |spec| spec.timeout_ms)),
        on_error: on_error(reader, report, node),
        concurrency: fields::whole_u32(report, node, "concurrency", (1, 10_000)),
    }
}

fn compiled(json: Json) -> Option<Schema> {
    schema::compile(&json).ok().map(|validator| Schema { json, validator: Arc::new(validator) })
}

fn description(report: &mut Report<'_>, node: &Node, name_span: Span) -> String {
    let description = fields::text(report, node, "description").unwrap_or_default().trim().to_owned();
    let is_wrong_type = node.get("description").is_some_and(|found| found.text().is_none());
    if description.is_empty() && !is_wrong_type {
        report
            .error("missing_description", name_span, "this listener has no description")
            .hint("say in a sentence what it does: it is what people and agents read");
    }
    description
}

/// Keys that only steps with an effect have: what the core decides and what runs inside the turn is done at once.
fn warn_of_idle_keys(report: &mut Report<'_>, node: &Node, spec: Option<&HandlerSpec>) {
    let Some(spec) = spec.filter(|spec| spec.place != Place::Outside && spec.name != "agent") else { return };
    let takes_time = matches!(spec.name, "each" | "flow");
    for key in ["retry", "timeout", "timeout_seconds", "concurrency"] {
        let has_effect = takes_time && key.starts_with("timeout");
        if let Some(entry) = node.entry(key).filter(|_| !has_effect) {
            let message = format!("`{key}` has no effect on `{}`", spec.name);
            report.warning("no_effect", entry.key_span, message).hint("remove it");
        }
    }
}

fn warn_of_foreign_keys(report: &mut Report<'_>, node: &Node, handler: Option<&str>) {
    let Some(handler) = handler else { return };
    for (owner, keys) in [("agent", &agent::KEYS[..]), ("branch", &branch::KEYS[..])] {
        for entry in keys.iter().filter(|_| handler != owner).filter_map(|key| node.entry(key)) {
            let message = format!("`{}` has no effect: only `{owner}` listeners have it", entry.key);
            let hint = match owner {
                "agent" => "`agent: true` makes this listener an agent",
                _ => "`handler: branch` makes this listener a branch",
            };
            report.warning("no_effect", entry.key_span, message).hint(hint);
        }
    }
}

/// `next`, and in v2.1 files the `peers` of listeners that are no agents.
fn next(
    reader: &Reader<'_>,
    report: &mut Report<'_>,
    node: &Node,
    handler: Option<&str>,
) -> Vec<super::super::ListenerIndex> {
    let mut found = node.get("next").map(|next| fields::names(report, next, "`next`")).unwrap_or_default();
    if let Some(peers) = node.entry("peers").filter(|_| handler.is_some_and(|handler| handler != "agent")) {
        if reader.is_legacy {
            found.extend(fields::names(report, &peers.value, "`peers`"));
        } else {
            report
                .error("peers_on_non_agent", peers.key_span, "only agents call peers")
                .hint("to hand the result over, write `next`; to make it an agent, `agent: true`");
        }
    }
    let key = node.entry("next").or_else(|| node.entry("peers").filter(|_| reader.is_legacy));
    if let Some(entry) = key.filter(|_| handler == Some("output") && !found.is_empty()) {
        report
            .error("output_with_next", entry.key_span, "an output is where the flow ends")
            .hint("remove it, or put the output behind the listener it leads to");
    }
    reader.names.resolve_all(report, &found)
}

/// How often a step is tried that does not say it itself: those that ask models as `llm.retries` says.
fn attempts(reader: &Reader<'_>, spec: Option<&HandlerSpec>) -> u32 {
    let asks_a_model = spec.is_some_and(|spec| ASK_MODELS.contains(&spec.name));
    let retries = reader.llm_retries.filter(|_| asks_a_model);
    retries.map_or(RETRY_DEFAULT.attempts, |retries| (retries + 1).min(ATTEMPTS_MOST))
}

fn retry(report: &mut Report<'_>, node: &Node, attempts_default: u32) -> Retry {
    let default = Retry { attempts: attempts_default, ..RETRY_DEFAULT };
    let Some(retry) = node.get("retry") else { return default };
    if !fields::is_map(report, retry, "`retry`") {
        return default;
    }
    fields::check_keys(report, retry, "`retry`", &["attempts", "backoff", "max_backoff"], &[]);
    let attempts = fields::whole_u32(report, retry, "attempts", (1, ATTEMPTS_MOST));
    let backoff_ms = fields::duration_ms(report, retry, "backoff").unwrap_or(RETRY_DEFAULT.backoff_ms);
    let longest = fields::duration_ms(report, retry, "max_backoff").unwrap_or(RETRY_DEFAULT.max_backoff_ms);
    Retry {
        attempts: attempts.unwrap_or(attempts_default),
        backoff_ms,
        max_backoff_ms: longest.max(backoff_ms),
    }
}

fn timeout_ms(report: &mut Report<'_>, node: &Node) -> Option<u64> {
    let key = if node.get("timeout").is_some() { "timeout" } else { "timeout_seconds" };
    fields::duration_ms(report, node, key)
}

fn on_error(reader: &Reader<'_>, report: &mut Report<'_>, node: &Node) -> OnError {
    match fields::text(report, node, "on_error") {
        None | Some("fail") => OnError::Fail,
        Some("continue") => OnError::Continue,
        Some(name) => {
            let span = node.get("on_error").map(|found| found.span).unwrap_or_default();
            reader.names.resolve(report, name, span).map_or(OnError::Fail, OnError::Listener)
        }
    }
}

//! What a listener does, from its `handler`, its `config` and the keys beside them.

use std::sync::Arc;

use serde_json::Value as Json;

use super::super::report::Report;
use super::super::yaml::{Kind, Node, Span};
use super::super::{Wait, Work};
use super::usage::Usage;
use super::{Reader, agent, branch, config, each, legacy, sub_flow, wait};
use crate::catalogue::{HandlerSpec, Place, has_settings_at_listener};
use crate::expression::{Template, TemplateError};
use crate::suggest::{closest, listing};

/// Handlers that the language knows and this version does not have.
const LATER: [&str; 3] = ["code", "wasm", "librarian"];

/// Config texts in which statements are allowed, by handler and JSON Pointer.
const BODIES: [(&str, &[&str]); 2] = [("prompt", &["/prompt", "/system"]), ("email", &["/body", "/html"])];

/// The handler of a listener, with the config that a v2.1 path stands for.
pub(super) struct Chosen<'c> {
    pub(super) spec: &'c HandlerSpec,
    pub(super) legacy: Option<legacy::Equivalent>,
}

/// The handler that a listener names; one that is not there is an error.
pub(super) fn choose<'c>(reader: &Reader<'c>, report: &mut Report<'_>, node: &Node) -> Option<Chosen<'c>> {
    let is_agent = matches!(node.get("agent").map(|agent| &agent.kind), Some(Kind::Bool(true)));
    let named = node.get("handler");
    if is_agent {
        if let Some(handler) = named.filter(|handler| handler.text() != Some("agent")) {
            report.warning(
                "no_effect",
                handler.span,
                "an agent's handler is the agent loop; this has no effect",
            );
        }
        return reader.catalogue.get("agent").map(|spec| Chosen { spec, legacy: None });
    }
    let Some(handler) = named else {
        let span = node.entry("name").map_or(Span::at(node.span.start), |name| name.value.span);
        report
            .error("missing_handler", span, "this listener says neither `handler` nor `agent: true`")
            .hint(format!("handlers: {}", listing(reader.catalogue.iter().map(|handler| handler.name))));
        return None;
    };
    let Some(name) = handler.text() else {
        report.wrong_type(handler, "`handler`", "the name of a handler");
        return None;
    };
    let legacy = legacy::equivalent(name);
    let wanted = legacy.as_ref().map_or(name, |equivalent| equivalent.handler);
    let Some(spec) = reader.catalogue.get(wanted) else {
        unknown(reader, report, handler.span, (name, wanted));
        return None;
    };
    if legacy.is_some() {
        report.warning("legacy_handler", handler.span, format!("`{name}` runs as `{wanted}` here"));
    }
    Some(Chosen { spec, legacy })
}

/// Reads what the chosen handler does; unreadable parts are left out and reported.
pub(super) fn read(
    reader: &mut Reader<'_>,
    report: &mut Report<'_>,
    node: &Node,
    chosen: &Chosen<'_>,
    input: Option<&Json>,
) -> Work {
    let spec = chosen.spec;
    match spec.name {
        "agent" => return agent::read(reader, report, node, input),
        "branch" => return branch::read(reader, report, node, input),
        _ => {}
    }
    check_config(reader, report, node, chosen);
    let has_secrets = spec.place == Place::Outside;
    let names = reader.names;
    let usage = Usage { names, input, has_secrets };
    let part = |report: &mut Report<'_>, key: &str| {
        let part = node.get("config")?.get(key)?;
        Some(template(report, &usage, part, &[]))
    };
    let handler: Arc<str> = Arc::from(spec.name);
    match (spec.name, spec.place) {
        ("merge", _) => Work::Merge(arrivals(node)),
        ("each", _) => each::read(reader, report, node, &usage),
        ("delay", _) => wait::delay(report, node, &usage),
        ("approval", _) => wait::approval(report, node, &usage),
        ("flow", _) => sub_flow::read(report, node, &usage),
        ("output", _) => Work::Output { payload: part(report, "payload"), status: part(report, "status") },
        (_, place) => {
            let bodies =
                BODIES.iter().find(|(name, _)| *name == spec.name).map_or(&[][..], |(_, bodies)| bodies);
            let config = match (node.get("config"), &chosen.legacy) {
                (Some(config), _) => template(report, &usage, config, bodies),
                (None, Some(legacy)) => compile(&legacy.config, &[]).unwrap_or_else(|_| nothing()),
                (None, None) => nothing(),
            };
            if place == Place::Turn {
                Work::Turn { handler, config }
            } else {
                Work::Outside { handler, config }
            }
        }
    }
}

/// Compiles the value at `node` and checks what its expressions use.
pub(super) fn template(report: &mut Report<'_>, usage: &Usage<'_>, node: &Node, bodies: &[&str]) -> Template {
    match compile(&node.to_json(), bodies) {
        Ok(template) => {
            usage.template(report, node, &template);
            template
        }
        Err(errors) => {
            for TemplateError { pointer, error } in &errors {
                report.syntax(node.at(pointer), error);
            }
            nothing()
        }
    }
}

/// A template that renders to an empty map.
pub(super) fn nothing() -> Template {
    Template::plain(Json::Object(serde_json::Map::new()))
}

fn compile(value: &Json, bodies: &[&str]) -> Result<Template, Vec<TemplateError>> {
    Template::compile_with_bodies(value, bodies)
}

fn check_config(reader: &mut Reader<'_>, report: &mut Report<'_>, node: &Node, chosen: &Chosen<'_>) {
    let spec = chosen.spec;
    let Some(schema) = reader.config_schema(spec) else { return };
    match node.get("config") {
        Some(found) if matches!(found.kind, Kind::Map(_)) => config::check(report, spec, &schema, found),
        Some(found) => report.wrong_type(found, "`config`", "a map"),
        None if chosen.legacy.is_some() => {}
        None => {
            let span = node.get("handler").map_or(Span::at(node.span.start), |handler| handler.span);
            config::check_missing(report, spec, &schema, span);
        }
    }
}

/// Says where the settings of agents and branches stand.
pub(super) fn refuse_config(report: &mut Report<'_>, node: &Node, handler: &str) {
    if let Some(entry) = node.entry("config").filter(|_| has_settings_at_listener(handler)) {
        report
            .error(
                "invalid_config",
                entry.key_span,
                format!("the settings of `{handler}` do not stand in `config`"),
            )
            .hint("move them to the listener itself, beside its name");
    }
}

fn arrivals(node: &Node) -> Wait {
    let wait = node.get("config").and_then(|config| config.get("wait"));
    match wait.map(|wait| &wait.kind) {
        Some(Kind::Text(word)) if word == "first" => Wait::First,
        Some(Kind::Number(number)) => {
            number.as_u64().and_then(|count| u32::try_from(count).ok()).map_or(Wait::All, Wait::Count)
        }
        _ => Wait::All,
    }
}

fn unknown(reader: &Reader<'_>, report: &mut Report<'_>, span: Span, (name, wanted): (&str, &str)) {
    let all = || reader.catalogue.iter().map(|handler| handler.name);
    let hint = if LATER.contains(&wanted) {
        format!("this version does not have `{wanted}` yet; it has: {}", listing(all()))
    } else if name.contains('.') {
        format!("Python handlers do not run here; use one of: {}", listing(all()))
    } else {
        closest(name, all()).map_or_else(
            || format!("there are: {}", listing(all())),
            |near| format!("did you mean `{near}`?"),
        )
    };
    report.error("unknown_handler", span, format!("there is no handler `{name}`")).hint(hint);
}

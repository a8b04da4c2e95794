//! From text to organism, or to diagnostics that say why not.

mod agent;
mod branch;
mod config;
mod duration;
mod each;
mod fields;
mod graph;
mod head;
mod legacy;
mod listener;
mod names;
mod schema;
mod sub_flow;
#[cfg(test)]
mod tests;
mod usage;
mod wait;
mod work;

use std::collections::HashMap;
use std::sync::Arc;

use jsonschema::Validator;

pub(crate) use self::duration::of_json as duration_ms;

use self::names::Names;
use super::report::Report;
use super::yaml::{self, Kind, Node, Span};
use super::{Diagnostic, ListenerIndex, Organism, Reach};
use crate::catalogue::{Catalogue, HandlerSpec};

/// Listeners of one flow.
pub(crate) const LISTENERS_MAX: usize = 1_000;

/// What a text turned out to be.
#[derive(Debug, Clone)]
pub struct Reading {
    /// Ready to run; `None` when there is any error.
    pub organism: Option<Organism>,
    /// Everything there is to say, in the order of the text.
    pub diagnostics: Vec<Diagnostic>,
}

/// Reads `organism.yaml`: all errors at once, each with its place and what to do about it.
pub fn read(text: &str, catalogue: &Catalogue) -> Reading {
    let mut report = Report::new(text);
    let organism = match yaml::parse(text) {
        Ok(root) => organism(&mut report, &root, catalogue),
        Err(fault) => {
            report.fault(fault);
            None
        }
    };
    let organism = organism.filter(|_| !report.has_errors());
    Reading { organism, diagnostics: report.finish() }
}

/// What reading one listener needs to know of the rest.
struct Reader<'c> {
    catalogue: &'c Catalogue,
    names: &'c Names,
    /// The file was written for xml-pipeline v2.1.
    is_legacy: bool,
    /// How often `llm:` says that a call of a model is tried again.
    llm_retries: Option<u32>,
    config_schemas: HashMap<&'static str, Option<Arc<Validator>>>,
}

impl Reader<'_> {
    /// The validator of a handler's config, compiled once a reading.
    fn config_schema(&mut self, spec: &HandlerSpec) -> Option<Arc<Validator>> {
        let compile = || schema::compile(&spec.config).ok().map(Arc::new);
        self.config_schemas.entry(spec.name).or_insert_with(compile).clone()
    }
}

fn organism(report: &mut Report<'_>, root: &Node, catalogue: &Catalogue) -> Option<Organism> {
    if !matches!(root.kind, Kind::Map(_)) {
        report
            .error(
                "wrong_type",
                root.span,
                format!("a flow is a map with `organism` and `listeners`, this is {}", root.describe()),
            )
            .hint("begin with `organism:`");
        return None;
    }
    let head = head::read(report, root);
    let items = listeners(report, root)?;
    let names = Names::read(report, items, catalogue);
    let is_legacy = items.iter().any(|item| item.get("payload_class").is_some());
    let llm_retries = head.as_ref().and_then(|head| head.llm.retries);
    let mut reader =
        Reader { catalogue, names: &names, is_legacy, llm_retries, config_schemas: HashMap::new() };
    let listeners: Vec<_> = items
        .iter()
        .enumerate()
        .map(|(number, item)| listener::read(&mut reader, report, item, number))
        .collect();
    report.about(None);
    let head = head?;
    let entry = match &head.entry {
        Some((name, span)) => names.resolve(report, name, *span),
        None => Some(ListenerIndex(0)),
    }?;
    let edges = graph::hand_overs(&listeners);
    let reach = Reach::closure(listeners.len(), &edges);
    let spans: Vec<Span> = names.list.iter().map(|(_, span)| *span).collect();
    graph::check(report, (&listeners, &spans), entry, (&edges, &reach));
    let by_name = (listeners.iter().zip(0_u16..))
        .map(|(listener, place)| (Arc::clone(&listener.name), ListenerIndex(place)))
        .collect();
    Some(Organism {
        name: head.name,
        description: head.description,
        entry,
        timeout_ms: head.timeout_ms,
        max_messages: head.max_messages,
        max_tokens: head.max_tokens,
        concurrency: head.concurrency,
        llm: head.llm,
        listeners,
        by_name,
        reach,
    })
}

fn listeners<'n>(report: &mut Report<'_>, root: &'n Node) -> Option<&'n [Node]> {
    let Some(node) = root.get("listeners") else {
        report
            .error("missing_listeners", Span::at(root.span.end), "there are no `listeners`")
            .hint("add `listeners:` and, below it, `- name: …` for each step");
        return None;
    };
    match &node.kind {
        Kind::List(items) if items.is_empty() => {
            report.error("missing_listeners", node.span, "a flow needs at least one listener");
            None
        }
        Kind::List(items) if items.len() > LISTENERS_MAX => {
            let message = format!("{} listeners; at most {LISTENERS_MAX} are allowed", items.len());
            report.error("too_many_listeners", node.span, message).hint("split the flow into several flows");
            None
        }
        Kind::List(items) => {
            let mut is_fine = true;
            for item in items {
                is_fine &= fields::is_map(report, item, "a listener");
            }
            is_fine.then_some(items.as_slice())
        }
        Kind::Map(entries) if entries.iter().any(|entry| entry.key == "directory") => {
            report
                .error("wrong_type", node.span, "listeners cannot be read from a directory here")
                .hint("copy them into this file, as a list");
            None
        }
        _ => {
            report.wrong_type(node, "`listeners`", "a list");
            None
        }
    }
}

use std::collections::HashMap;

use serde_json::Value as Json;

use super::super::ListenerIndex;
use super::super::report::Report;
use super::super::yaml::{Node, Span};
use crate::catalogue::Catalogue;
use crate::suggest::{closest, listing};

/// Longer names do not fit the tool names of model providers.
const NAME_MAX: usize = 64;

/// Words that mean something else where a listener's name may stand.
const RESERVED: [&str; 3] = ["fail", "continue", "trigger"];

/// The listeners by name, with what is known of their outputs.
#[derive(Debug, Default)]
pub(super) struct Names {
    /// In the order of the file; an unreadable name is empty.
    pub(super) list: Vec<(String, Span)>,
    index: HashMap<String, ListenerIndex>,
    outputs: Vec<Option<Json>>,
}

impl Names {
    /// Reads the names of all listeners, so that a name may be used before it is declared.
    pub(super) fn read(report: &mut Report<'_>, listeners: &[Node], catalogue: &Catalogue) -> Self {
        let mut names = Self::default();
        for (number, node) in listeners.iter().enumerate() {
            let (name, span) = read_name(report, node);
            let index = ListenerIndex(u16::try_from(number).unwrap_or(u16::MAX));
            if !name.is_empty() && names.index.contains_key(&name) {
                report
                    .error("duplicate_name", span, format!("there is already a listener `{name}`"))
                    .hint("give one of the two another name");
            } else {
                names.index.insert(name.clone(), index);
            }
            let handler = node.get("handler").and_then(Node::text).and_then(|handler| catalogue.get(handler));
            let output = node.get("output").map(Node::to_json);
            names.outputs.push(output.or_else(|| handler.and_then(|handler| handler.output.clone())));
            names.list.push((name, span));
        }
        names
    }

    /// The place of a name that a key mentions; one that does not exist is an error.
    pub(super) fn resolve(&self, report: &mut Report<'_>, name: &str, span: Span) -> Option<ListenerIndex> {
        let found = self.index.get(name).copied();
        if found.is_none() {
            report
                .error("dangling_name", span, format!("there is no listener `{name}`"))
                .hint(self.suggestion(name));
        }
        found
    }

    /// The names of one key; a name that stands there twice counts once.
    pub(super) fn resolve_all(&self, report: &mut Report<'_>, found: &[(&str, &Node)]) -> Vec<ListenerIndex> {
        let mut resolved = Vec::new();
        for (name, node) in found {
            match self.resolve(report, name, node.span) {
                Some(index) if resolved.contains(&index) => {
                    report.warning("repeated_name", node.span, format!("`{name}` stands here twice"));
                }
                found => resolved.extend(found),
            }
        }
        resolved
    }

    pub(super) fn get(&self, name: &str) -> Option<ListenerIndex> {
        self.index.get(name).copied()
    }

    /// The schema of what that listener answers, where it is known.
    pub(super) fn output(&self, index: ListenerIndex) -> Option<&Json> {
        self.outputs.get(usize::from(index.0))?.as_ref()
    }

    pub(super) fn suggestion(&self, name: &str) -> String {
        let all = || self.list.iter().map(|(name, _)| name.as_str()).filter(|name| !name.is_empty());
        match closest(name, all()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("there are: {}", listing(all())),
        }
    }
}

fn read_name(report: &mut Report<'_>, node: &Node) -> (String, Span) {
    let Some(entry) = node.entry("name") else {
        let start = Span::new(node.span.start, node.span.start + 1);
        report.error("invalid_listener_name", start, "this listener has no name").hint("add `name: …`");
        return (String::new(), start);
    };
    let span = entry.value.span;
    // A name like `1` is read as a number; its text is meant.
    let name = match entry.value.to_json() {
        Json::String(text) => text,
        Json::Number(number) => number.to_string(),
        _ => {
            report.wrong_type(&entry.value, "`name`", "a text");
            return (String::new(), span);
        }
    };
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_' | '.');
    if name.is_empty() || name.len() > NAME_MAX || !name.chars().all(is_plain) {
        report
            .error("invalid_listener_name", span, format!("`{name}` cannot be the name of a listener"))
            .hint(format!("use letters, digits, `-` and `_`, at most {NAME_MAX} of them"));
    } else if RESERVED.contains(&name.as_str()) {
        report
            .error("invalid_listener_name", span, format!("`{name}` is a word of the language"))
            .hint("choose another name");
    } else if name.contains('.') {
        report
            .warning("dotted_name", span, "dots in names are accepted only from older files")
            .hint("use `-`");
    }
    (name, span)
}

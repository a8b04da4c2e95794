//! Values of the expected type, or a diagnostic that says what was expected.

use super::super::report::Report;
use super::super::yaml::{Kind, Node};
use super::duration;
use crate::suggest::closest;

/// Warns of keys that are not known, and of known ones that have no effect here.
pub(super) fn check_keys(
    report: &mut Report<'_>,
    node: &Node,
    place: &str,
    known: &[&str],
    without_effect: &[&str],
) {
    for entry in node.entries() {
        let key = entry.key.as_str();
        if known.contains(&key) {
            continue;
        }
        if without_effect.contains(&key) {
            report.warning("no_effect", entry.key_span, format!("`{key}` has no effect here"));
            continue;
        }
        let hint = match closest(key, known.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("known keys: {}", known.join(", ")),
        };
        report.warning("unknown_key", entry.key_span, format!("{place} has no key `{key}`")).hint(hint);
    }
}

/// A map; anything else is an error.
pub(super) fn is_map(report: &mut Report<'_>, node: &Node, what: &str) -> bool {
    let is_map = matches!(node.kind, Kind::Map(_));
    if !is_map {
        report.wrong_type(node, what, "a map");
    }
    is_map
}

pub(super) fn text<'n>(report: &mut Report<'_>, parent: &'n Node, key: &str) -> Option<&'n str> {
    let node = parent.get(key)?;
    let text = node.text();
    if text.is_none() {
        report.wrong_type(node, &format!("`{key}`"), "a text");
    }
    text
}

pub(super) fn truth(report: &mut Report<'_>, parent: &Node, key: &str) -> Option<bool> {
    let node = parent.get(key)?;
    match node.kind {
        Kind::Bool(value) => Some(value),
        _ => {
            report.wrong_type(node, &format!("`{key}`"), "true or false");
            None
        }
    }
}

/// A whole number between two bounds, both allowed.
pub(super) fn whole(
    report: &mut Report<'_>,
    parent: &Node,
    key: &str,
    (least, most): (u64, u64),
) -> Option<u64> {
    let node = parent.get(key)?;
    let Kind::Number(number) = &node.kind else {
        report.wrong_type(node, &format!("`{key}`"), "a whole number");
        return None;
    };
    let value = number.as_u64().filter(|value| (least..=most).contains(value));
    if value.is_none() {
        let message = format!("`{key}` must be a whole number from {least} to {most}, this is {number}");
        report.error("out_of_range", node.span, message);
    }
    value
}

/// The same as a `u32`.
pub(super) fn whole_u32(
    report: &mut Report<'_>,
    parent: &Node,
    key: &str,
    bounds: (u32, u32),
) -> Option<u32> {
    let value = whole(report, parent, key, (bounds.0.into(), bounds.1.into()))?;
    u32::try_from(value).ok()
}

pub(super) fn decimal(
    report: &mut Report<'_>,
    parent: &Node,
    key: &str,
    (least, most): (f64, f64),
) -> Option<f64> {
    let node = parent.get(key)?;
    let Kind::Number(number) = &node.kind else {
        report.wrong_type(node, &format!("`{key}`"), "a number");
        return None;
    };
    let value = number.as_f64().filter(|value| (least..=most).contains(value));
    if value.is_none() {
        let message = format!("`{key}` must be a number from {least} to {most}, this is {number}");
        report.error("out_of_range", node.span, message);
    }
    value
}

/// A duration in milliseconds, longer than nothing.
pub(super) fn duration_ms(report: &mut Report<'_>, parent: &Node, key: &str) -> Option<u64> {
    let node = parent.get(key)?;
    let read = match &node.kind {
        Kind::Number(number) => number.as_f64().and_then(duration::from_seconds),
        Kind::Text(text) => duration::parse_ms(text),
        _ => None,
    };
    match read {
        Some(0) | None => {
            let message = format!("`{key}` must be a duration longer than nothing and at most 365 days");
            report
                .error("invalid_duration", node.span, message)
                .hint("write 500ms, 10s, 5m, 12h or 2d, or a number of seconds");
            None
        }
        found => found,
    }
}

/// One of a few words.
pub(super) fn one_of<'n>(
    report: &mut Report<'_>,
    parent: &'n Node,
    key: &str,
    words: &[&str],
) -> Option<&'n str> {
    let word = text(report, parent, key)?;
    if words.contains(&word) {
        return Some(word);
    }
    let near = closest(word, words.iter().copied());
    let span = parent.get(key).map(|node| node.span).unwrap_or_default();
    report
        .error("invalid_value", span, format!("`{key}` must be one of {}, not `{word}`", words.join(", ")))
        .maybe_hint(near.map(|near| format!("did you mean `{near}`?")));
    None
}

/// The names in a text or a list of texts.
pub(super) fn names<'n>(report: &mut Report<'_>, node: &'n Node, what: &str) -> Vec<(&'n str, &'n Node)> {
    match &node.kind {
        Kind::Text(_) => {}
        Kind::List(items) => {
            for item in items.iter().filter(|item| item.text().is_none()) {
                report.wrong_type(item, &format!("each item of {what}"), "the name of a listener");
            }
        }
        _ => report.wrong_type(node, what, "the name of a listener or a list of names"),
    }
    node.names()
}

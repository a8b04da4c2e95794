//! What changed about one listener, as edits of its text.

use serde_json::{Map, Value as Json, json};

use super::edit::Edits;
use super::emit;
use super::links::{Handle, Listeners, is_each};
use super::project::{DATA_KEYS, data_key, listener_data};
use crate::organism::yaml::{Kind, Node, Style};

/// Where the edges of one node lead on the canvas, by handle, in the order of the edges.
pub(super) type Targets = std::collections::BTreeMap<Handle, Vec<String>>;

/// A listener in the text and the same one on the canvas.
pub(super) struct Changed<'n> {
    pub(super) id: &'n str,
    pub(super) node: &'n Node,
    pub(super) data: &'n Map<String, Json>,
    /// By the names that will hold.
    pub(super) targets: &'n Targets,
}

/// Carries the changes of one listener into the text; `current` says where an existing target leads by its new name.
pub(super) fn edit<'n>(
    edits: &mut Edits<'_>,
    listeners: &Listeners<'n>,
    changed: &Changed<'n>,
    new_name: impl Fn(&str) -> String,
) {
    let mut changes = data_changes(changed);
    let rebuilt_cases = cases_change(changed);
    for handle in Listeners::handles(changed.node) {
        let is_rebuilt = match handle {
            Handle::Case(_) => rebuilt_cases.is_some(),
            Handle::Do => changes.iter().any(|(key, _)| *key == "config"),
            _ => false,
        };
        if is_rebuilt {
            continue;
        }
        let Some((map, key)) = listeners.holder(changed.node, handle) else { continue };
        let before: Vec<&str> = listeners.targets(changed.node, handle);
        let wanted = changed.targets.get(&handle).map(Vec::as_slice).unwrap_or_default();
        let gone: Vec<&str> =
            before.iter().copied().filter(|name| !wanted.contains(&new_name(name))).collect();
        let stays: Vec<String> = before.iter().map(|name| new_name(name)).collect();
        let added: Vec<String> = wanted.iter().filter(|name| !stays.contains(name)).cloned().collect();
        if gone.is_empty() && added.is_empty() {
            continue;
        }
        let change = match (handle, added.as_slice()) {
            // One name at most, and `continue` is none.
            (Handle::Error | Handle::Do, [.., name]) => Some(Some(name.as_str().into())),
            _ => names_change(edits, map.get(key), (&gone, &added)),
        };
        let Some(change) = change else { continue };
        if std::ptr::eq(map, changed.node) {
            changes.retain(|(other, _)| *other != key);
            changes.push((key, change));
        } else {
            edits.set(map, &[(key, change)]);
        }
    }
    if let Some(cases) = rebuilt_cases {
        changes.push(("cases", Some(cases)));
    } else {
        edit_conditions(edits, changed);
    }
    edits.set(changed.node, &changes);
}

/// A whole new listener.
pub(super) fn fresh(
    name: &str,
    kind: &str,
    data: &Map<String, Json>,
    targets: &Targets,
) -> Map<String, Json> {
    let mut entries = Map::new();
    entries.insert("name".to_owned(), name.into());
    for key in DATA_KEYS.iter().filter(|key| **key != "cases") {
        let value = data.get(data_key(key)).filter(|value| !value.is_null() && **value != json!(false));
        if let Some(value) = value {
            entries.insert((*key).to_owned(), value.clone());
        }
    }
    if !entries.contains_key("handler") && !entries.contains_key("agent") {
        let (key, value) = match kind {
            "llmCall" => ("agent", json!(true)),
            "httpRequest" => ("handler", json!("http")),
            "conditional" => ("handler", json!("branch")),
            "codeBlock" => ("handler", json!("code")),
            "loop" => ("handler", json!("each")),
            "output" => ("handler", json!("output")),
            _ => ("handler", json!("set")),
        };
        entries.insert(key.to_owned(), value);
    }
    if entries.get("handler").is_some_and(|handler| handler == "each") {
        let config = entries.get("config").cloned().unwrap_or_else(|| json!({}));
        entries.insert("config".to_owned(), with_do(config, targets));
    }
    if data.get("cases").is_some_and(Json::is_array) {
        entries.insert("cases".to_owned(), cases(data, targets));
    }
    let keys = [
        (Handle::Next, "next"),
        (Handle::Peer, "peers"),
        (Handle::Otherwise, "otherwise"),
        (Handle::Error, "on_error"),
    ];
    for (handle, key) in keys {
        if let Some(names) = targets.get(&handle).filter(|names| !names.is_empty()) {
            entries.insert(key.to_owned(), one_or_many(names));
        }
    }
    entries
}

fn data_changes(changed: &Changed<'_>) -> Vec<(&'static str, Option<Json>)> {
    let before = listener_data(changed.id, changed.node);
    let mut changes = Vec::new();
    for key in DATA_KEYS.iter().copied().filter(|key| *key != "cases") {
        let (old, new) = (before.get(data_key(key)), changed.data.get(data_key(key)));
        let is_off = new.is_none_or(Json::is_null) || (key == "agent" && new == Some(&json!(false)));
        match (old, new) {
            (None, _) if is_off => {}
            (Some(old), Some(new)) if old == new => {}
            // A null that stands in the text is nothing to remove.
            (Some(Json::Null), _) if is_off => {}
            (Some(_), _) if is_off => changes.push((key, None)),
            (_, Some(new)) if key == "config" && is_each(changed.node) => {
                changes.push((key, Some(with_do(new.clone(), changed.targets))));
            }
            (_, Some(new)) => changes.push((key, Some(new.clone()))),
            (_, None) => {}
        }
    }
    changes
}

/// The config of an `each` with the listener that its edge leads to.
fn with_do(mut config: Json, targets: &Targets) -> Json {
    if let (Some(entries), Some([name, ..])) =
        (config.as_object_mut(), targets.get(&Handle::Do).map(Vec::as_slice))
    {
        entries.insert("do".to_owned(), name.as_str().into());
    }
    config
}

/// All cases anew, when their number changed.
fn cases_change(changed: &Changed<'_>) -> Option<Json> {
    let before = changed.node.get("cases").map_or(0, |cases| cases.items().len());
    let wanted = changed.data.get("cases")?.as_array()?;
    (wanted.len() != before).then(|| cases(changed.data, changed.targets))
}

fn cases(data: &Map<String, Json>, targets: &Targets) -> Json {
    let cases = data.get("cases").and_then(Json::as_array).map(Vec::as_slice).unwrap_or_default();
    let case = |(number, case): (usize, &Json)| {
        let mut entries = Map::new();
        entries.insert("when".to_owned(), case.get("when").cloned().unwrap_or(Json::Null));
        if let Some(names) = targets.get(&Handle::Case(number)).filter(|names| !names.is_empty()) {
            entries.insert("next".to_owned(), one_or_many(names));
        }
        Json::Object(entries)
    };
    cases.iter().enumerate().map(case).collect()
}

fn edit_conditions(edits: &mut Edits<'_>, changed: &Changed<'_>) {
    let wanted = changed.data.get("cases").and_then(Json::as_array).map(Vec::as_slice).unwrap_or_default();
    let nodes = changed.node.get("cases").map(Node::items).unwrap_or_default();
    for (node, case) in nodes.iter().zip(wanted) {
        let (old, new) =
            (node.get("when").map(Node::to_json), case.get("when").filter(|when| !when.is_null()));
        if let Some(new) = new.filter(|new| old.as_ref() != Some(*new)) {
            edits.set(node, &[("when", Some(new.clone()))]);
        }
    }
}

/// Takes names out of a value and puts others in; what the key is to hold anew, or nothing when the items were edited.
#[expect(clippy::option_option, reason = "no change, removal and a new value are three things")]
fn names_change(
    edits: &mut Edits<'_>,
    value: Option<&Node>,
    (gone, added): (&[&str], &[String]),
) -> Option<Option<Json>> {
    let Some(value) = value else { return Some(Some(one_or_many(added))) };
    let names = value.names();
    let kept: Vec<String> =
        names.iter().filter(|(name, _)| !gone.contains(name)).map(|(name, _)| (*name).to_owned()).collect();
    if kept.is_empty() && added.is_empty() {
        return Some(None);
    }
    let is_list = matches!(value.kind, Kind::List(_)) && value.style != Style::Alias;
    if !is_list || kept.is_empty() {
        let all: Vec<String> = kept.into_iter().chain(added.iter().cloned()).collect();
        return Some(Some(one_or_many(&all)));
    }
    let is_gone = |item: &Node| item.text().is_some_and(|name| gone.contains(&name));
    let numbers: Vec<usize> = value
        .items()
        .iter()
        .enumerate()
        .filter(|(_, item)| is_gone(item))
        .map(|(number, _)| number)
        .collect();
    let added: Vec<String> = added.iter().map(|name| emit::scalar(name)).collect();
    edits.change_items(value, &numbers, &added);
    None
}

fn one_or_many(names: &[String]) -> Json {
    match names {
        [one] => one.as_str().into(),
        many => many.iter().map(String::as_str).collect(),
    }
}

use std::collections::{BTreeSet, HashMap, HashSet};

use serde_json::{Value as Json, json};

use super::edit::Edits;
use super::links::{Handle, Listeners, NOTE, TRIGGER};
use super::listener_edits::{self, Changed, Targets};
use super::project::project;
use super::rename::{Renames, rename};
use super::{CanvasEdge, CanvasNode, CanvasState};
use crate::organism::yaml::{self, Kind, Lines, Node};
use crate::organism::{Diagnostic, LISTENERS_MAX, Severity};

/// The text with everything that differs on the canvas carried over; comments, order and unknown keys stay.
///
/// A node whose id is a listener's name is that listener; its `data.name` may give it another name, which is then
/// written wherever the old one stood. A node with any other id is a new listener, and a listener without a node is
/// removed. Positions are not part of the text. An unchanged canvas gives the same text, byte for byte.
///
/// # Errors
/// When the text is no YAML, when the canvas contradicts itself, or when the text is written in a way that cannot be
/// edited from the canvas (aliases that several listeners share).
pub fn apply_to_yaml(text: &str, canvas: &CanvasState) -> Result<String, Vec<Diagnostic>> {
    let root = yaml::parse(text).map_err(|fault| {
        let (line, column) = Lines::new(text).position(fault.span.start);
        vec![Diagnostic {
            line,
            column,
            end_line: line,
            end_column: column + 1,
            hint: fault.hint,
            ..problem(fault.code, &fault.message, None)
        }]
    })?;
    let listeners = Listeners::of(&root);
    check(canvas, &listeners)?;
    let names = Names::of(canvas);
    let targets = targets(canvas, &names)?;
    let mut edits = Edits::new(text);
    let list = root.get("listeners").filter(|list| matches!(list.kind, Kind::List(_)));
    let Some(list) = list else {
        return Err(vec![problem("missing_listeners", "the text has no list of `listeners`", None)]);
    };
    edit_listeners(&mut edits, (list, &listeners), canvas, (&names, &targets));
    edit_entry(&mut edits, (&root, &listeners), canvas, &targets);
    rename(&mut edits, (text, &root), &names.renames(&listeners));
    let edited = edits.apply().ok_or_else(cannot)?;
    if edited != text && !agrees(&edited, canvas, &names) {
        return Err(cannot());
    }
    Ok(edited)
}

/// The names that nodes have after the change, by their ids.
struct Names<'c>(HashMap<&'c str, &'c str>);

impl<'c> Names<'c> {
    fn of(canvas: &'c CanvasState) -> Self {
        Self(boxes(canvas).map(|node| (node.id.as_str(), name_of(node))).collect())
    }

    fn get(&self, id: &str) -> String {
        self.0.get(id).map_or_else(|| id.to_owned(), |name| (*name).to_owned())
    }

    fn renames<'n>(&'n self, listeners: &Listeners<'n>) -> Renames<'n> {
        let pairs = listeners.nodes.iter().filter_map(|(old, _)| Some((*old, *self.0.get(old)?)));
        pairs.filter(|(old, new)| old != new).collect()
    }
}

/// All nodes that stand for listeners.
fn boxes(canvas: &CanvasState) -> impl Iterator<Item = &CanvasNode> {
    canvas.nodes.iter().filter(|node| node.id != TRIGGER && node.kind != TRIGGER && node.kind != NOTE)
}

fn name_of(node: &CanvasNode) -> &str {
    node.data
        .get("name")
        .and_then(Json::as_str)
        .map(str::trim)
        .filter(|name| !name.is_empty())
        .unwrap_or(&node.id)
}

fn check(canvas: &CanvasState, listeners: &Listeners<'_>) -> Result<(), Vec<Diagnostic>> {
    let mut problems = Vec::new();
    if canvas.nodes.len().max(listeners.nodes.len()) > LISTENERS_MAX + 1 {
        let message = format!("a flow has at most {LISTENERS_MAX} listeners");
        return Err(vec![problem("too_many_listeners", &message, None)]);
    }
    let (mut ids, mut names) = (HashSet::new(), HashSet::new());
    for node in boxes(canvas) {
        let name = name_of(node);
        if !ids.insert(node.id.as_str()) || !names.insert(name) {
            problems.push(problem(
                "duplicate_node_name",
                &format!("two nodes are called `{name}`"),
                Some(name),
            ));
        }
        let is_plain = name.len() <= 64
            && name.chars().all(|letter| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_'));
        if !is_plain && !listeners.has(name) {
            let message = format!("`{name}` cannot be a name: use letters, digits, `-` and `_`, at most 64");
            problems.push(problem("invalid_node_name", &message, Some(name)));
        }
    }
    if ids.is_empty() {
        problems.push(problem("missing_listeners", "a flow needs at least one listener", None));
    }
    for edge in &canvas.edges {
        for (id, code) in [(&edge.source, "invalid_edge_source"), (&edge.target, "invalid_edge_target")] {
            let is_start =
                code == "invalid_edge_source" && canvas.node(id).is_some_and(|node| node.kind == TRIGGER);
            if !ids.contains(id.as_str()) && !is_start && (id != TRIGGER || code == "invalid_edge_target") {
                problems.push(problem(
                    code,
                    &format!("the edge `{}` hangs on `{id}`, which is no listener", edge.id),
                    None,
                ));
            }
        }
    }
    if problems.is_empty() { Ok(()) } else { Err(problems) }
}

/// Where the edges of each node lead, by id and handle.
fn targets(canvas: &CanvasState, names: &Names<'_>) -> Result<HashMap<String, Targets>, Vec<Diagnostic>> {
    let mut all: HashMap<String, Targets> = HashMap::new();
    for edge in &canvas.edges {
        let handle = handle_of(edge, canvas).ok_or_else(|| {
            let message = format!(
                "the edge `{}` leaves by `{}`, which no node has",
                edge.id,
                edge.source_handle.as_deref().unwrap_or_default()
            );
            vec![problem("invalid_edge_source", &message, Some(&edge.source))]
        })?;
        let found = all.entry(edge.source.clone()).or_default().entry(handle).or_default();
        let target = names.get(&edge.target);
        if !found.contains(&target) {
            found.push(target);
        }
        if matches!(handle, Handle::Error | Handle::Do) && found.len() > 1 {
            let message = format!("`{}` has more than one edge that leaves by `{handle}`", edge.source);
            return Err(vec![problem("invalid_edge_source", &message, Some(&edge.source))]);
        }
    }
    Ok(all)
}

fn handle_of(edge: &CanvasEdge, canvas: &CanvasState) -> Option<Handle> {
    let node = canvas.node(&edge.source);
    let is_branch = node.is_some_and(|node| node.kind == "conditional");
    let handle = Handle::read(edge.source_handle.as_deref(), is_branch)?;
    let cases = node.and_then(|node| node.data.get("cases")?.as_array()).map_or(0, Vec::len);
    match handle {
        Handle::Case(number) if number >= cases => None,
        _ => Some(handle),
    }
}

fn edit_listeners<'n>(
    edits: &mut Edits<'_>,
    (list, listeners): (&'n Node, &Listeners<'n>),
    canvas: &'n CanvasState,
    (names, targets): (&Names<'n>, &HashMap<String, Targets>),
) {
    let none = Targets::new();
    let (mut last, mut gone) = (None, Vec::new());
    for (number, item) in list.items().iter().enumerate() {
        let known = listeners.nodes.iter().find(|(_, node)| std::ptr::eq(*node, item));
        // What the canvas does not show (a listener without a name) stays.
        let Some((id, node)) = known else {
            last = Some(item);
            continue;
        };
        match canvas.node(id).filter(|_| *id != TRIGGER) {
            Some(drawn) => {
                let targets = targets.get(*id).unwrap_or(&none);
                let changed = Changed { id, node, data: &drawn.data, targets };
                listener_edits::edit(edits, listeners, &changed, |name| names.get(name));
                last = Some(item);
            }
            None => gone.push(number),
        }
    }
    edits.remove_maps(list, &gone);
    let anchor = last.or(list.items().last());
    for drawn in boxes(canvas).filter(|drawn| !listeners.has(&drawn.id)) {
        let entries = listener_edits::fresh(
            name_of(drawn),
            &drawn.kind,
            &drawn.data,
            targets.get(&drawn.id).unwrap_or(&none),
        );
        match anchor {
            Some(anchor) => edits.add_map(list, anchor, &entries),
            None => edits.replace(list.span, format!("\n  - {}", super::emit::map(&entries, 4))),
        }
    }
}

/// The trigger's edge is `organism.entry`.
fn edit_entry(
    edits: &mut Edits<'_>,
    (root, listeners): (&Node, &Listeners<'_>),
    canvas: &CanvasState,
    targets: &HashMap<String, Targets>,
) {
    let start =
        canvas.nodes.iter().find(|node| node.kind == TRIGGER).map_or(TRIGGER, |node| node.id.as_str());
    let wanted = targets.get(start).and_then(|targets| targets.values().flatten().next());
    let Some(organism) = root.get("organism") else { return };
    let entry = listeners.entry(root);
    let Some(wanted) = wanted else {
        // An entry that is gone from the canvas is gone from the text.
        if organism.get("entry").is_some() && entry.is_some_and(|entry| canvas.node(entry).is_none()) {
            edits.set(organism, &[("entry", None)]);
        }
        return;
    };
    let drawn = boxes(canvas).find(|node| name_of(node) == wanted);
    let is_same = drawn.is_some_and(|node| entry == Some(node.id.as_str()));
    if !is_same {
        edits.set(organism, &[("entry", Some(json!(wanted)))]);
    }
}

/// Whether the edited text draws the wanted nodes and edges.
fn agrees(edited: &str, canvas: &CanvasState, names: &Names<'_>) -> bool {
    let Ok(root) = yaml::parse(edited) else { return false };
    let drawn = project(&root, None);
    let kept: BTreeSet<String> = boxes(&drawn).map(|node| node.id.clone()).collect();
    let wanted: BTreeSet<String> = boxes(canvas).map(|node| name_of(node).to_owned()).collect();
    let lines = |canvas: &CanvasState, names: Option<&Names<'_>>| -> BTreeSet<(String, String, Handle)> {
        let name = |id: &String| names.map_or_else(|| id.clone(), |names| names.get(id));
        let inner = canvas.edges.iter().filter(|edge| boxes(canvas).any(|node| node.id == edge.source));
        inner
            .filter_map(|edge| Some((name(&edge.source), name(&edge.target), handle_of(edge, canvas)?)))
            .collect()
    };
    kept == wanted && lines(&drawn, None) == lines(canvas, Some(names))
}

fn cannot() -> Vec<Diagnostic> {
    let mut problem = problem("canvas_conflict", "this text cannot be changed from the canvas", None);
    problem.hint = Some("change it in the text: it uses YAML that several listeners share".to_owned());
    vec![problem]
}

fn problem(code: &'static str, message: &str, listener: Option<&str>) -> Diagnostic {
    Diagnostic {
        code,
        severity: Severity::Error,
        message: message.to_owned(),
        line: 1,
        column: 1,
        end_line: 1,
        end_column: 1,
        hint: None,
        listener: listener.map(str::to_owned),
    }
}

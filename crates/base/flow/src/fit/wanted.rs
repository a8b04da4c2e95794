use super::shape::{Field, Shape};
use crate::catalogue::Catalogue;
use crate::expression::{Reference, names_in, names_in_condition};
use crate::organism::yaml::{Kind, Node};

/// Keys of a listener whose texts ask for nothing.
const NOT_READ: [&str; 9] =
    ["name", "description", "handler", "input", "output", "next", "peers", "otherwise", "on_error"];

/// What a listener wants.
#[derive(Debug)]
pub(super) struct Wanted {
    pub(super) shape: Shape,
    /// Whether an `input` schema says so; else it is read off expressions.
    pub(super) is_said: bool,
}

/// What a listener wants of its input: what its `input` says, else the fields that its expressions name.
pub(super) fn wanted(listener: &Node, catalogue: &Catalogue) -> Wanted {
    if let Some(input) = listener.get("input").filter(|input| matches!(input.kind, Kind::Map(_))) {
        return Wanted { shape: Shape::of_schema(&input.to_json(), false), is_said: true };
    }
    let mut named = Vec::new();
    for entry in listener.entries().iter().filter(|entry| !NOT_READ.contains(&entry.key.as_str())) {
        collect(&entry.value, &entry.key, &mut named);
    }
    let mut shape = Shape { fields: Some(Vec::new()), ..Shape::default() };
    for found in named.iter().filter(|found| found.root == "input") {
        want(&mut shape, &found.path, found.is_guarded);
    }
    let fields = shape.fields.get_or_insert_default();
    for field in of_handler(listener, catalogue) {
        if fields.iter().all(|one| one.name != field.name) {
            fields.push(field);
        }
    }
    Wanted { shape, is_said: false }
}

/// The fields of the input that a handler takes where its config has none of that name.
fn of_handler(listener: &Node, catalogue: &Catalogue) -> Vec<Field> {
    let handler = listener.get("handler").and_then(Node::text).and_then(|handler| catalogue.get(handler));
    let input = handler.and_then(|handler| handler.input.as_ref());
    let config = listener.get("config");
    let is_set = |field: &Field| config.is_some_and(|config| config.get(&field.name).is_some());
    let shape = input.map(|input| Shape::of_schema(input, false)).unwrap_or_default();
    shape.fields.unwrap_or_default().into_iter().filter(|field| !is_set(field)).collect()
}

fn collect(node: &Node, key: &str, named: &mut Vec<Reference>) {
    match &node.kind {
        Kind::Text(text) if key == "when" => named.extend(names_in_condition(text)),
        Kind::Text(text) => named.extend(names_in(text)),
        Kind::List(items) => items.iter().for_each(|item| collect(item, key, named)),
        Kind::Map(entries) => entries.iter().for_each(|entry| collect(&entry.value, &entry.key, named)),
        _ => {}
    }
}

/// Adds a path to what is wanted. What is guarded in one place may be missing in all: whoever wrote it knows.
fn want(shape: &mut Shape, path: &[String], is_guarded: bool) {
    let Some((first, rest)) = path.split_first() else { return };
    if first.parse::<u32>().is_ok() {
        return;
    }
    let may_miss = is_guarded && rest.is_empty();
    let fields = shape.fields.get_or_insert_default();
    let at = match fields.iter().position(|field| field.name == *first) {
        Some(at) => at,
        None => {
            fields.push(Field::new(first, Shape::default()));
            fields.len() - 1
        }
    };
    fields[at].is_required &= !may_miss;
    want(&mut fields[at].shape, rest, is_guarded);
}

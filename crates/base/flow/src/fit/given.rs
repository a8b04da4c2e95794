use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use serde_json::Value as Json;

use super::Seen;
use super::shape::{Field, Shape};
use super::types::Types;
use crate::canvas::{Handle, Listeners, TRIGGER, is_agent};
use crate::catalogue::Catalogue;
use crate::expression::input_path;
use crate::organism::yaml::{Kind, Node};

/// How far back is looked through listeners that hand on what they take.
const DEPTH_MAX: usize = 60;
/// How often is looked back in all: a graph full of circles must not take for ever.
const LOOKS_MAX: usize = 5_000;

/// What the listeners of a text hand over, as far as the text, the catalogue and the last execution say it.
pub(super) struct Givers<'n> {
    listeners: &'n Listeners<'n>,
    catalogue: &'n Catalogue,
    seen: &'n Seen,
    /// Which lines lead to a listener.
    incoming: HashMap<&'n str, Vec<(&'n str, Handle)>>,
    known: HashMap<&'n str, Rc<Shape>>,
    /// The listeners that are being looked at: a circle leads back to one of them.
    open: HashSet<&'n str>,
    was_cut: bool,
    looks: usize,
}

impl<'n> Givers<'n> {
    pub(super) fn new(
        listeners: &'n Listeners<'n>,
        lines: &[(&'n str, Handle, &'n str)],
        catalogue: &'n Catalogue,
        seen: &'n Seen,
    ) -> Self {
        let mut incoming: HashMap<&str, Vec<(&str, Handle)>> = HashMap::new();
        for (from, handle, to) in lines.iter().filter(|(_, handle, _)| *handle != Handle::Peer) {
            incoming.entry(to).or_default().push((from, *handle));
        }
        let (known, open) = (HashMap::new(), HashSet::new());
        Self { listeners, catalogue, seen, incoming, known, open, was_cut: false, looks: 0 }
    }

    /// What goes along a line.
    pub(super) fn along(&mut self, from: &'n str, handle: Handle) -> Rc<Shape> {
        self.coming(from, handle).unwrap_or_default()
    }

    /// What comes to a listener, by whichever line.
    pub(super) fn arrives(&mut self, name: &'n str) -> Rc<Shape> {
        self.arriving(name).unwrap_or_default()
    }

    /// `None` where nothing comes but what went around a circle: that came into it elsewhere.
    fn coming(&mut self, from: &'n str, handle: Handle) -> Option<Rc<Shape>> {
        if handle == Handle::Error {
            return Some(Rc::new(failure()));
        }
        if from == TRIGGER {
            return Some(Rc::new(self.seen.trigger.clone().unwrap_or_default()));
        }
        if self.open.contains(from) {
            self.was_cut = true;
            return None;
        }
        if handle == Handle::Do { self.looked(from, Self::item).map(Rc::new) } else { self.gives(from) }
    }

    fn arriving(&mut self, name: &'n str) -> Option<Rc<Shape>> {
        let mut all: Option<Rc<Shape>> = None;
        for (from, handle) in self.incoming.get(name).cloned().unwrap_or_default() {
            let more = self.coming(from, handle);
            all = match (all, more) {
                (Some(before), Some(more)) => Some(Rc::new(Shape::clone(&before).either(&more))),
                (before, more) => before.or(more),
            };
        }
        all
    }

    fn gives(&mut self, name: &'n str) -> Option<Rc<Shape>> {
        if let Some(known) = self.known.get(name) {
            return Some(Rc::clone(known));
        }
        let said = self.looked(name, Self::said)?;
        let given = Rc::new(match self.seen.outputs.get(name) {
            Some(seen) => said.completed(seen),
            None => said,
        });
        // What was found on the way around a circle holds only for who began there.
        if !self.was_cut || self.open.is_empty() {
            self.known.insert(name, Rc::clone(&given));
        }
        self.was_cut &= !self.open.is_empty();
        Some(given)
    }

    /// Looks at a listener, unless that has been done often enough or from too far away.
    fn looked(
        &mut self,
        name: &'n str,
        look: impl FnOnce(&mut Self, &'n str, &'n Node) -> Option<Shape>,
    ) -> Option<Shape> {
        self.looks += 1;
        let listener = self.listeners.get(name)?;
        if self.open.len() >= DEPTH_MAX || self.looks > LOOKS_MAX {
            return Some(Shape::default());
        }
        self.open.insert(name);
        let shape = look(self, name, listener);
        self.open.remove(name);
        shape
    }

    fn said(&mut self, name: &'n str, listener: &'n Node) -> Option<Shape> {
        if let Some(output) = listener.get("output") {
            return Some(Shape::of_schema(&output.to_json(), true));
        }
        let config = |key: &str| listener.get("config").and_then(|config| config.get(key));
        let handler = listener.get("handler").and_then(Node::text).unwrap_or_default();
        Some(match handler {
            _ if is_agent(listener) => Shape::of(Types::STRING),
            "branch" | "delay" => Shape::clone(&*self.arriving(name)?),
            "approval" => approved(&*self.arriving(name)?),
            "merge" if config("wait").and_then(Node::text) == Some("first") => {
                Shape::clone(&*self.arriving(name)?)
            }
            "merge" => Shape::of(Types::ARRAY),
            "set" => self.set(name, config("payload"), config("merge")),
            "prompt" => match config("output_schema") {
                Some(schema) => Shape::of_schema(&schema.to_json(), true),
                None => Shape::object(vec![Field::new("text", Shape::of(Types::STRING))]),
            },
            "convert" if config("to").and_then(Node::text).is_some_and(|to| to != "json") => {
                Shape::object(vec![Field::new("text", Shape::of(Types::STRING))])
            }
            _ => {
                let output = self.catalogue.get(handler).and_then(|handler| handler.output.as_ref());
                output.map(|output| Shape::of_schema(output, true)).unwrap_or_default()
            }
        })
    }

    fn set(&mut self, name: &'n str, payload: Option<&'n Node>, merge: Option<&'n Node>) -> Shape {
        let Some(payload) = payload else { return Shape::default() };
        let made = self.written(name, payload);
        if merge.is_some_and(|merge| matches!(merge.kind, Kind::Bool(true))) {
            return Shape::clone(&self.arrives(name)).overlaid(made);
        }
        made
    }

    /// What a value in the text becomes: `{{ input.a }}` is what `a` was, other expressions may be anything.
    fn written(&mut self, name: &'n str, value: &'n Node) -> Shape {
        match &value.kind {
            Kind::Text(text) if !text.contains("{{") => Shape::of(Types::STRING),
            Kind::Text(text) => match input_path(text) {
                Some(path) => self.arrives(name).at(&path),
                None if is_one_expression(text) => Shape::default(),
                None => Shape::of(Types::STRING),
            },
            Kind::Map(entries) => {
                let fields =
                    entries.iter().map(|entry| Field::new(&entry.key, self.written(name, &entry.value)));
                Shape::object(fields.collect())
            }
            Kind::List(items) => {
                let items = items.first().map(|item| Box::new(self.written(name, item)));
                Shape { items, ..Shape::of(Types::ARRAY) }
            }
            Kind::Null => Shape::of(Types::of_value(&Json::Null)),
            Kind::Bool(_) | Kind::Number(_) => Shape::of(Types::of_value(&value.to_json())),
        }
    }

    /// One item of the list that an `each` works through.
    fn item(&mut self, name: &'n str, each: &'n Node) -> Option<Shape> {
        let items = each.get("config").and_then(|config| config.get("items"));
        let list = items.map(|items| self.written(name, items)).unwrap_or_default();
        let said = list.items.map(|items| *items).unwrap_or_default();
        Some(match self.seen.items.get(name) {
            Some(seen) => said.completed(seen),
            None => said,
        })
    }
}

/// Whether a text is one `{{ … }}`, whose value keeps its type.
pub(super) fn is_one_expression(text: &str) -> bool {
    let text = text.trim();
    text.starts_with("{{") && text.ends_with("}}") && text.matches("{{").count() == 1
}

/// What arrives where a failure goes.
fn failure() -> Shape {
    let text = |name: &str| Field::new(name, Shape::of(Types::STRING));
    let error = Shape::object(vec![text("code"), text("message")]);
    Shape::object(vec![Field::new("error", error), Field::new("input", Shape::default())])
}

fn approved(input: &Shape) -> Shape {
    let approval = Field::new("approval", Shape::of(Types::OBJECT));
    if input.fields.is_some() {
        return input.clone().overlaid(Shape::object(vec![approval]));
    }
    let is_object = input.types.is_any() || input.types.has(Types::OBJECT);
    if is_object {
        Shape::default()
    } else {
        Shape::object(vec![Field::new("input", input.clone()), approval])
    }
}

//! How well what one listener hands over fits what the next one wants, for each line of the canvas.
//!
//! A message goes on as it is, so a line fits when everything that its end requires arrives under the name and type that is
//! wanted. What does not is looked for among what arrives: the same name spelled otherwise, a word that often stands for
//! the same thing, the same name inside another field. What is found is a proposal; a `set` between the two carries it out.

mod answer;
mod edge;
mod field;
mod given;
mod likeness;
mod mapper;
mod path;
mod seen;
mod shape;
#[cfg(test)]
mod tests;
mod types;
mod wanted;

use std::collections::HashMap;
use std::rc::Rc;

pub use answer::{EdgeFit, FieldFit, GivenField, Level, Match};
pub use seen::Seen;

use self::edge::{Line, judge, unjudged};
use self::given::Givers;
use self::mapper::Mapper;
use self::shape::Shape;
use self::wanted::{Wanted, wanted};
use crate::canvas::{Handle, Listeners, TRIGGER};
use crate::catalogue::Catalogue;
use crate::organism::LISTENERS_MAX;
use crate::organism::yaml::{self, Kind, Node};

/// Lines that are judged, and comparisons of two fields: a text that is made to cost time costs so much and no more.
const LINES_MAX: usize = 4_000;
const COMPARISONS_MAX: usize = 500_000;

/// What there is to say about each line of a text, in the order of the text.
///
/// A text with mistakes is judged as far as it can be read; one that is no YAML, or has more listeners than a flow may have,
/// has no lines.
pub fn fit(text: &str, catalogue: &Catalogue, seen: &Seen) -> Vec<EdgeFit> {
    let Ok(root) = yaml::parse(text) else { return Vec::new() };
    let listeners = Listeners::of(&root);
    if listeners.nodes.len() > LISTENERS_MAX {
        return Vec::new();
    }
    let lines = lines(&root, &listeners);
    let givers = Givers::new(&listeners, &lines, catalogue, seen);
    let mut judge =
        Judge { listeners: &listeners, catalogue, givers, wishes: HashMap::new(), comparisons: 0 };
    lines.iter().filter_map(|(from, handle, to)| judge.line(Line { from, handle: *handle, to })).collect()
}

/// Goes along the lines of one text.
struct Judge<'n> {
    listeners: &'n Listeners<'n>,
    catalogue: &'n Catalogue,
    givers: Givers<'n>,
    wishes: HashMap<&'n str, Rc<Wanted>>,
    comparisons: usize,
}

impl<'n> Judge<'n> {
    fn line(&mut self, line: Line<'n>) -> Option<EdgeFit> {
        let target = self.listeners.get(line.to)?;
        if line.handle == Handle::Peer {
            let (from, to) = (line.from, line.to);
            return Some(unjudged(
                line,
                format!("`{from}` decides what it sends: the tool's contract is the input of `{to}`"),
            ));
        }
        if self.comparisons > COMPARISONS_MAX {
            return Some(unjudged(line, "There is too much to compare in this text".to_owned()));
        }
        let wish = self.wishes.entry(line.to).or_insert_with(|| Rc::new(wanted(target, self.catalogue)));
        let wish = Rc::clone(wish);
        let given = self.givers.along(line.from, line.handle);
        let mapper = self.mapper(line, &wish);
        let told = judge(line, &given, &wish, mapper.as_ref());
        self.comparisons += told.fields.len() * told.given.len().max(1);
        Some(told)
    }

    /// The `set` that a line leaves and that is there for it: it leads nowhere else and makes something that is wanted.
    fn mapper(&mut self, line: Line<'n>, wish: &Wanted) -> Option<Mapper<'n>> {
        let set = self.listeners.get(line.from).filter(|_| line.handle == Handle::Next)?;
        let is_set = set.get("handler").and_then(Node::text) == Some("set");
        if !is_set || self.listeners.targets(set, Handle::Next).len() != 1 {
            return None;
        }
        let payload = set.get("config").and_then(|config| config.get("payload"))?;
        let is_wanted = |key: &str| wish.shape.field(key).is_some();
        let makes_any =
            matches!(&payload.kind, Kind::Map(entries) if entries.iter().any(|entry| is_wanted(&entry.key)));
        let arriving = makes_any.then(|| Shape::clone(&self.givers.arrives(line.from)))?;
        Some(Mapper { name: line.from, payload: payload.to_json(), arriving })
    }
}

/// Every line, the trigger's first; each once.
fn lines<'n>(root: &'n Node, listeners: &Listeners<'n>) -> Vec<(&'n str, Handle, &'n str)> {
    let mut lines: Vec<(&str, Handle, &str)> = Vec::new();
    lines.extend(listeners.entry(root).map(|entry| (TRIGGER, Handle::Next, entry)));
    for (name, listener) in &listeners.nodes {
        for handle in Listeners::handles(listener) {
            lines.extend(listeners.targets(listener, handle).into_iter().map(|to| (*name, handle, to)));
        }
    }
    lines.truncate(LINES_MAX);
    lines
}

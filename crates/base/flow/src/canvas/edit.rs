//! Changes to a text at the places of its tree, so that all the rest of it stays.

use serde_json::{Map, Value as Json};

use super::emit;
use crate::organism::yaml::{Entry, Kind, Node, Span, Style};

/// Changes that do not touch one another, applied together.
pub(super) struct Edits<'t> {
    text: &'t str,
    changes: Vec<(Span, String)>,
}

impl<'t> Edits<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Self { text, changes: Vec::new() }
    }

    pub(super) fn replace(&mut self, span: Span, with: impl Into<String>) {
        self.changes.push((span, with.into()));
    }

    /// Whether something already changes there.
    pub(super) fn touches(&self, span: Span) -> bool {
        self.changes.iter().any(|(changed, _)| changed.start < span.end && span.start < changed.end)
    }

    /// The changed text; `None` when two changes overlap.
    pub(super) fn apply(mut self) -> Option<String> {
        // Stable: what is inserted at one place keeps its order.
        self.changes.sort_by_key(|(span, _)| (span.start, span.end));
        let (mut written, mut at) = (String::with_capacity(self.text.len()), 0);
        for (span, with) in &self.changes {
            written.push_str(self.text.get(at..span.start)?);
            written.push_str(with);
            at = span.end;
        }
        written.push_str(self.text.get(at..)?);
        Some(written)
    }

    /// Gives keys of a map new values; `None` removes a key. What is equal is not touched.
    pub(super) fn set(&mut self, map: &Node, changes: &[(&str, Option<Json>)]) {
        let gone: Vec<&str> =
            changes.iter().filter(|(_, value)| value.is_none()).map(|(key, _)| *key).collect();
        self.remove_entries(map, &gone);
        for (key, value) in changes {
            let Some(value) = value else { continue };
            match map.entries().iter().find(|entry| entry.key == *key) {
                Some(entry) => self.change(map, entry, value),
                None => self.add_entry(map, key, value, &gone),
            }
        }
    }

    fn change(&mut self, map: &Node, entry: &Entry, value: &Json) {
        let node = &entry.value;
        if node.to_json() == *value {
            return;
        }
        if let (Kind::Map(_), Json::Object(wanted), Style::Block | Style::Flow) =
            (&node.kind, value, node.style)
            && !wanted.is_empty()
            && node.entries().iter().any(|entry| wanted.contains_key(&entry.key))
        {
            return self.change_map(node, wanted);
        }
        let is_one_line = !node.span.of(self.text).contains('\n');
        let short = emit::flow(value);
        let block = emit::behind_key(value, self.column(map.span.start));
        let stays_short = is_one_line && !block.contains('\n');
        if map.style != Style::Block || (stays_short && node.span.start < node.span.end) {
            let space = if node.span.start == node.span.end { " " } else { "" };
            return self.replace(node.span, format!("{space}{short}"));
        }
        let colon = self.text[entry.key_span.end..]
            .find(':')
            .map_or(entry.key_span.end, |at| entry.key_span.end + at + 1);
        self.replace(Span::new(colon, node.span.end), block);
    }

    fn change_map(&mut self, node: &Node, wanted: &Map<String, Json>) {
        let gone =
            node.entries().iter().map(|entry| entry.key.as_str()).filter(|key| !wanted.contains_key(*key));
        let changes: Vec<(&str, Option<Json>)> = gone
            .map(|key| (key, None))
            .chain(wanted.iter().map(|(key, value)| (key.as_str(), Some(value.clone()))))
            .collect();
        self.set(node, &changes);
    }

    fn remove_entries(&mut self, map: &Node, keys: &[&str]) {
        let entries = map.entries();
        let mut has_before = false;
        for (number, entry) in entries.iter().enumerate() {
            if !keys.contains(&entry.key.as_str()) {
                has_before = true;
                continue;
            }
            let span = match (has_before, entries.get(number + 1)) {
                (true, _) if map.style == Style::Flow => {
                    Span::new(entries[number - 1].value.span.end, entry.value.span.end)
                }
                (true, _) => self.lines(Span::new(entry.key_span.start, entry.value.span.end)),
                (false, Some(next)) => Span::new(entry.key_span.start, next.key_span.start),
                (false, None) => Span::new(entry.key_span.start, entry.value.span.end),
            };
            self.replace(span, "");
        }
    }

    fn add_entry(&mut self, map: &Node, key: &str, value: &Json, gone: &[&str]) {
        let Some(last) = map.entries().iter().rfind(|entry| !gone.contains(&entry.key.as_str())) else {
            return;
        };
        if map.style == Style::Flow {
            let entry = format!(", {}: {}", emit::scalar(key), emit::flow(value));
            return self.replace(Span::at(last.value.span.end), entry);
        }
        let indent = self.column(map.span.start);
        let pad = " ".repeat(indent);
        let entry = format!("\n{pad}{}:{}", emit::scalar(key), emit::behind_key(value, indent));
        self.replace(Span::at(self.line_end(last.value.span.end)), entry);
    }

    /// Takes items out of a list and puts texts behind its last one; something must stay or come.
    pub(super) fn change_items(&mut self, list: &Node, gone: &[usize], added: &[String]) {
        let items = list.items();
        let stays = |number: &usize| !gone.contains(number);
        if list.style == Style::Flow {
            let kept =
                (0..items.len()).filter(stays).map(|number| items[number].span.of(self.text).to_owned());
            let all: Vec<String> = kept.chain(added.iter().cloned()).collect();
            return self.replace(list.span, format!("[{}]", all.join(", ")));
        }
        for number in gone {
            let span = self.item_lines(items[*number].span);
            self.replace(span, "");
        }
        let Some(last) = (0..items.len()).rfind(stays) else { return };
        let dash = self.dash(items[last].span.start);
        let pad = " ".repeat(self.column(dash));
        for text in added {
            self.replace(Span::at(self.line_end(items[last].span.end)), format!("\n{pad}- {text}"));
        }
    }

    /// Puts a map behind the last item of a list of maps that stays.
    pub(super) fn add_map(&mut self, list: &Node, last: &Node, entries: &Map<String, Json>) {
        if list.style == Style::Flow {
            let item = emit::flow(&Json::Object(entries.clone()));
            return self.replace(Span::at(last.span.end), format!(", {item}"));
        }
        let column = self.column(self.dash(last.span.start));
        let (pad, gap) = (" ".repeat(column), if self.has_gaps(list) { "\n" } else { "" });
        let item = emit::map(entries, column + 2);
        self.replace(Span::at(self.line_end(last.span.end)), format!("\n{gap}{pad}- {item}"));
    }

    /// Takes maps out of a list of maps, by their numbers in rising order.
    pub(super) fn remove_maps(&mut self, list: &Node, gone: &[usize]) {
        // Neighbours go together, so that the gap between what stays is closed once.
        for run in gone.chunk_by(|one, next| one + 1 == *next) {
            let (Some(first), Some(last)) = (run.first(), run.last()) else { continue };
            let span = self.run(list, *first, *last);
            self.replace(span, "");
        }
    }

    fn run(&self, list: &Node, first: usize, last: usize) -> Span {
        let items = list.items();
        let before = first.checked_sub(1).map(|number| items[number].span);
        let next = items.get(last + 1).map(|item| item.span);
        if list.style == Style::Flow {
            return match (before, next) {
                (_, Some(next)) => Span::new(items[first].span.start, next.start),
                (Some(before), None) => Span::new(before.end, items[last].span.end),
                (None, None) => Span::new(items[first].span.start, items[last].span.end),
            };
        }
        let (start, end) = (self.item_lines(items[first].span).start, self.item_lines(items[last].span).end);
        // Empty lines behind the run go with it; at the end of the list, those before it.
        if next.is_none() && before.is_some() {
            let kept = self.text[..start].trim_end().len();
            return Span::new(self.lines(Span::at(kept)).end.min(start), end);
        }
        let rest = &self.text[end..];
        Span::new(start, end + rest.len() - rest.trim_start_matches(['\r', '\n']).len())
    }

    fn has_gaps(&self, list: &Node) -> bool {
        list.items().windows(2).any(|pair| {
            let between = &self.text[pair[0].span.end..pair[1].span.start];
            between.lines().skip(1).any(|line| line.trim().is_empty())
        })
    }

    fn item_lines(&self, item: Span) -> Span {
        self.lines(Span::new(self.dash(item.start), item.end))
    }

    /// The dash before an item of a block list.
    fn dash(&self, item_start: usize) -> usize {
        self.text[..item_start].rfind('-').unwrap_or(item_start)
    }

    /// Whole lines, with the break behind them.
    fn lines(&self, span: Span) -> Span {
        let end = self.text[span.end..].find('\n').map_or(self.text.len(), |at| span.end + at + 1);
        Span::new(self.line_start(span.start), end)
    }

    fn line_start(&self, at: usize) -> usize {
        self.text[..at].rfind('\n').map_or(0, |found| found + 1)
    }

    fn line_end(&self, at: usize) -> usize {
        let end = self.text[at..].find('\n').map_or(self.text.len(), |found| at + found);
        if self.text[at..end].ends_with('\r') { end - 1 } else { end }
    }

    fn column(&self, at: usize) -> usize {
        self.text[self.line_start(at)..at].chars().count()
    }
}

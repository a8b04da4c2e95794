//! Listeners that got another name: wherever the old one stood.

use std::collections::HashMap;

use super::edit::Edits;
use super::emit;
use super::links::is_each;
use crate::organism::yaml::{Node, Span, Style};

/// Old names to new ones.
pub(super) type Renames<'a> = HashMap<&'a str, &'a str>;

/// Writes new names where other keys and expressions mention the old ones.
pub(super) fn rename(edits: &mut Edits<'_>, (text, root): (&str, &Node), renames: &Renames<'_>) {
    if renames.is_empty() {
        return;
    }
    if let Some(entry) = root.get("organism").and_then(|organism| organism.get("entry")) {
        mention(edits, entry, renames);
    }
    for listener in root.get("listeners").map(Node::items).unwrap_or_default() {
        let cases = listener.get("cases").map(Node::items).unwrap_or_default();
        let holders =
            ["name", "next", "peers", "otherwise", "on_error"].iter().filter_map(|key| listener.get(key));
        let begins = listener.get("config").and_then(|config| config.get("do")).filter(|_| is_each(listener));
        for node in holders.chain(begins).chain(cases.iter().filter_map(|case| case.get("next"))) {
            for (_, name) in node.names() {
                mention(edits, name, renames);
            }
        }
        expressions(edits, text, listener, renames);
    }
}

fn mention(edits: &mut Edits<'_>, node: &Node, renames: &Renames<'_>) {
    if let Some(new) = node.text().and_then(|old| renames.get(old)).filter(|_| !edits.touches(node.span)) {
        edits.replace(node.span, emit::scalar(new));
    }
}

/// `steps.old` and `steps["old"]` in all texts below a node.
fn expressions(edits: &mut Edits<'_>, text: &str, node: &Node, renames: &Renames<'_>) {
    node.items().iter().for_each(|item| expressions(edits, text, item, renames));
    node.entries().iter().for_each(|entry| expressions(edits, text, &entry.value, renames));
    if node.text().is_none() || node.style == Style::Alias || edits.touches(node.span) {
        return;
    }
    let source = node.span.of(text);
    for (at, word) in source.match_indices("steps") {
        let is_name =
            !source[..at].ends_with(|letter: char| letter.is_alphanumeric() || matches!(letter, '_' | '.'));
        let behind = at + word.len();
        if let Some((length, old)) = step_name(&source[behind..]).filter(|_| is_name)
            && let Some(new) = renames.get(old)
        {
            // Inside double quotes of YAML only single ones are free, and the other way round.
            let quote = if source.starts_with('"') { '\'' } else { '"' };
            let is_word = new.chars().all(|letter| letter.is_alphanumeric() || letter == '_');
            let written = if is_word { format!(".{new}") } else { format!("[{quote}{new}{quote}]") };
            let start = node.span.start + behind;
            edits.replace(Span::new(start, start + length), written);
        }
    }
}

/// The name behind `steps`, and how many bytes it takes with its dot or brackets.
fn step_name(rest: &str) -> Option<(usize, &str)> {
    if let Some(name) = rest.strip_prefix('.') {
        let end = name.find(|letter: char| !letter.is_alphanumeric() && letter != '_').unwrap_or(name.len());
        return Some((end + 1, &name[..end]));
    }
    let inner = rest.strip_prefix('[')?;
    let quote = inner.chars().next().filter(|letter| matches!(letter, '"' | '\''))?;
    let name = inner[1..].split(quote).next()?;
    inner.get(name.len() + 2..)?.starts_with(']').then_some((name.len() + 4, name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_is_found_behind_a_dot_and_in_brackets() {
        assert_eq!(step_name(".a.b"), Some((2, "a")));
        assert_eq!(step_name(r#"["a-b"].c"#), Some((7, "a-b")));
        assert_eq!(step_name("['x'"), None);
        assert_eq!(step_name("[0]"), None);
        assert_eq!(step_name("[\""), None);
    }
}

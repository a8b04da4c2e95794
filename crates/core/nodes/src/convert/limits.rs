use serde_json::Value as Json;

use super::fault::Fault;

/// The longest text that is read, in characters.
pub(super) const MAX_CHARACTERS: usize = 1_000_000;
/// The largest result, in bytes of names and values.
pub(super) const MAX_RESULT_BYTES: usize = 4_000_000;
/// How many lists, objects or elements may lie inside one another.
pub(super) const MAX_DEPTH: usize = 64;

/// What may still be written: a short source with a long column or tag name can have an enormous result.
#[derive(Debug)]
pub(super) struct Allowance(usize);

impl Allowance {
    pub(super) fn new() -> Self {
        Self(MAX_RESULT_BYTES)
    }

    pub(super) fn spend(&mut self, bytes: usize) -> Result<(), Fault> {
        self.0 = self.0.checked_sub(bytes).ok_or(Fault::ResultTooLarge)?;
        Ok(())
    }
}

/// A text that grows up to the allowance.
#[derive(Debug)]
pub(super) struct Output {
    text: String,
    allowance: Allowance,
}

impl Output {
    pub(super) fn new() -> Self {
        Self { text: String::new(), allowance: Allowance::new() }
    }

    pub(super) fn push(&mut self, text: &str) -> Result<(), Fault> {
        self.allowance.spend(text.len())?;
        self.text.push_str(text);
        Ok(())
    }

    /// A new line, indented by `levels` of two blanks.
    pub(super) fn line(&mut self, levels: usize) -> Result<(), Fault> {
        self.allowance.spend(1 + 2 * levels)?;
        self.text.push('\n');
        self.text.extend(std::iter::repeat_n("  ", levels));
        Ok(())
    }

    pub(super) fn into_text(self) -> String {
        self.text
    }
}

/// Refuses a text that is too long.
pub(super) fn check_length(text: &str) -> Result<(), Fault> {
    // Bytes first: a text of fewer bytes than the limit has fewer characters, and needs no count.
    let is_long = text.len() > MAX_CHARACTERS && text.chars().nth(MAX_CHARACTERS).is_some();
    if is_long { Err(Fault::TextTooLong) } else { Ok(()) }
}

/// Refuses a value that is too deep; looks no deeper than the limit.
pub(super) fn check_depth(value: &Json) -> Result<(), Fault> {
    if is_within(value, MAX_DEPTH) { Ok(()) } else { Err(Fault::TooDeep) }
}

/// Line and column, both from 1, of a byte of the text.
pub(super) fn place(text: &str, offset: usize) -> (usize, usize) {
    let end = (0..=offset.min(text.len())).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(0);
    let before = &text[..end];
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    (before.matches('\n').count() + 1, before[line_start..].chars().count() + 1)
}

/// What a value is, in words for messages.
pub(super) fn kind_of(value: &Json) -> &'static str {
    match value {
        Json::Null => "nothing",
        Json::Bool(_) => "a boolean",
        Json::Number(_) => "a number",
        Json::String(_) => "a text",
        Json::Array(_) => "a list",
        Json::Object(_) => "an object",
    }
}

fn is_within(value: &Json, levels: usize) -> bool {
    match value {
        Json::Array(items) => levels > 0 && items.iter().all(|item| is_within(item, levels - 1)),
        Json::Object(fields) => levels > 0 && fields.values().all(|field| is_within(field, levels - 1)),
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_counts_lines_and_characters() {
        assert_eq!(place("a\nb\u{e9}c", 0), (1, 1));
        assert_eq!(place("a\nb\u{e9}c", 5), (2, 3));
        assert_eq!(place("ab", 99), (1, 3));
    }

    #[test]
    fn the_length_is_counted_in_characters() {
        assert_eq!(check_length(&"\u{e9}".repeat(MAX_CHARACTERS)), Ok(()));
        assert_eq!(check_length(&"a".repeat(MAX_CHARACTERS + 1)), Err(Fault::TextTooLong));
    }

    #[test]
    fn depth_counts_lists_and_objects() {
        let nested = |levels| (0..levels).fold(Json::Null, |inner, _| Json::Array(vec![inner]));
        assert_eq!(check_depth(&nested(MAX_DEPTH)), Ok(()));
        assert_eq!(check_depth(&nested(MAX_DEPTH + 1)), Err(Fault::TooDeep));
    }
}

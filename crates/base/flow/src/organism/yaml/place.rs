use super::{Node, Style};

/// A stretch of the text, in bytes; the end is exclusive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Span {
    pub(crate) start: usize,
    pub(crate) end: usize,
}

impl Span {
    pub(crate) fn new(start: usize, end: usize) -> Self {
        Self { start, end: end.max(start) }
    }

    pub(crate) fn at(place: usize) -> Self {
        Self { start: place, end: place }
    }

    pub(crate) fn of(self, text: &str) -> &str {
        text.get(self.start..self.end).unwrap_or_default()
    }
}

/// Where the lines of a text begin: turns bytes into lines and columns.
#[derive(Debug)]
pub(crate) struct Lines<'a> {
    text: &'a str,
    starts: Vec<usize>,
}

impl<'a> Lines<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        let breaks = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at + 1);
        Self { text, starts: std::iter::once(0).chain(breaks).collect() }
    }

    /// Line and column of a byte, both from 1; columns count characters.
    pub(crate) fn position(&self, byte: usize) -> (usize, usize) {
        let mut byte = byte.min(self.text.len());
        while !self.text.is_char_boundary(byte) {
            byte -= 1;
        }
        let line = self.starts.partition_point(|start| *start <= byte).max(1);
        let column = self.text[self.starts[line - 1]..byte].chars().count();
        (line, column + 1)
    }
}

/// The place of byte `offset` of a scalar's value in the text; the scalar's start where that cannot be told.
pub(crate) fn inside_scalar(text: &str, node: &Node, value: &str, offset: usize) -> Span {
    let source = node.span.of(text);
    let start = match node.style {
        Style::Literal => literal_place(source, value, offset),
        _ => source.find(value).map(|begin| begin + offset.min(value.len())),
    };
    match start {
        Some(start) => Span::new(node.span.start + start, node.span.end),
        None => node.span,
    }
}

/// The n-th line of a literal block's value is the n-th line after its header, without the indentation.
fn literal_place(source: &str, value: &str, offset: usize) -> Option<usize> {
    let before = value.get(..offset)?;
    let line = before.matches('\n').count();
    let column = before.len() - before.rfind('\n').map_or(0, |at| at + 1);
    let wanted = value.lines().nth(line)?;
    let mut at = source.find('\n')? + 1;
    for _ in 0..line {
        at += source[at..].find('\n')? + 1;
    }
    let written = source[at..].lines().next()?;
    let indentation = written.strip_suffix(wanted)?.len();
    Some(at + indentation + column)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_and_columns_count_from_one_and_in_characters() {
        let lines = Lines::new("aé\nb\r\nc");
        assert_eq!(lines.position(0), (1, 1));
        assert_eq!(lines.position(3), (1, 3));
        assert_eq!(lines.position(4), (2, 1));
        assert_eq!(lines.position(7), (3, 1));
        assert_eq!(lines.position(100), (3, 2));
        assert_eq!(Lines::new("").position(0), (1, 1));
    }
}

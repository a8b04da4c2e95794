use std::collections::{HashMap, HashSet};

use saphyr_parser::{Event, Marker, Parser, ScalarStyle, ScanError, StrInput};

use super::{Entry, Fault, Kind, Node, Span, Style, scalar};

/// Bytes of one text.
const TEXT_MAX_BYTES: usize = 1024 * 1024;

/// Values in one text, aliases counted as often as they are used.
const NODES_MAX: usize = 200_000;

/// Lists and maps inside each other.
const DEPTH_MAX: usize = 64;

/// The tree of a text that holds one document; an empty text is a null.
pub(crate) fn parse(text: &str) -> Result<Node, Fault> {
    if text.len() > TEXT_MAX_BYTES {
        let message = format!("the text is {} bytes long; at most {TEXT_MAX_BYTES} are allowed", text.len());
        return Err(
            Fault::new("text_too_long", Span::at(0), message).hint("split the flow into several flows")
        );
    }
    let mut builder = Builder {
        text,
        parser: Parser::new_from_str(text),
        bytes: Bytes::new(text),
        anchors: HashMap::new(),
        nodes: 0,
        last_end: 0,
    };
    builder.stream()
}

struct Builder<'a> {
    text: &'a str,
    parser: Parser<'a, StrInput<'a>>,
    bytes: Bytes,
    anchors: HashMap<usize, Node>,
    nodes: usize,
    /// Where the last event ended: a block scalar's header stands behind it.
    last_end: usize,
}

type Next<'a> = (Event<'a>, Span);

impl<'a> Builder<'a> {
    fn stream(&mut self) -> Result<Node, Fault> {
        let mut root = None;
        loop {
            let (event, span) = self.next()?;
            match event {
                Event::StreamEnd => break,
                Event::DocumentStart(_) if root.is_some() => {
                    return Err(Fault::new("multiple_documents", span, "a second document begins here")
                        .hint("a flow is one document: remove the `---`"));
                }
                Event::StreamStart | Event::DocumentStart(_) | Event::DocumentEnd | Event::Nothing => {}
                _ => root = Some(self.node(event, span, 0)?),
            }
        }
        Ok(root.unwrap_or_else(|| leaf(Kind::Null, Span::at(0), Style::Plain)))
    }

    fn next(&mut self) -> Result<Next<'a>, Fault> {
        match self.parser.next_event() {
            Some(Ok((event, span))) => {
                Ok((event, Span::new(self.bytes.of(span.start), self.bytes.of(span.end))))
            }
            Some(Err(error)) => Err(self.syntax(&error)),
            None => Ok((Event::StreamEnd, Span::at(self.text.len()))),
        }
    }

    fn node(&mut self, event: Event<'a>, span: Span, depth: usize) -> Result<Node, Fault> {
        if depth > DEPTH_MAX {
            return Err(too_deep(span));
        }
        self.count(1, span)?;
        let behind = self.last_end;
        self.last_end = self.trimmed(span).end;
        let (anchor, node) = match event {
            Event::Alias(anchor) => return self.alias(anchor, span),
            Event::Scalar(value, style, anchor, tag) => {
                let is_text = style != ScalarStyle::Plain
                    || tag.is_some_and(|tag| tag.is_yaml_core_schema() && tag.suffix == "str");
                let kind =
                    if is_text { Kind::Text(value.into_owned()) } else { scalar::resolve(value.as_ref()) };
                let style = scalar_style(style);
                let span = if style == Style::Literal { self.with_header(span, behind) } else { span };
                (anchor, leaf(kind, self.trimmed(span), style))
            }
            Event::SequenceStart(anchor, _) => (anchor, self.list(span, depth)?),
            Event::MappingStart(anchor, _) => (anchor, self.map(span, depth)?),
            other => {
                let message = format!("this is not YAML: unexpected {other:?}");
                return Err(Fault::new("yaml_syntax", span, message));
            }
        };
        if anchor > 0 {
            self.count(node.weight, span)?;
            self.anchors.insert(anchor, node.clone());
        }
        Ok(node)
    }

    fn list(&mut self, open: Span, depth: usize) -> Result<Node, Fault> {
        let mut items: Vec<Node> = Vec::new();
        loop {
            let (event, span) = self.next()?;
            if event == Event::SequenceEnd {
                let last = items.last().map_or(open.end, |item| item.span.end);
                let weight = 1 + items.iter().map(|item| item.weight).sum::<usize>();
                return Ok(self.collection(Kind::List(items), (open, span), last, weight));
            }
            items.push(self.node(event, span, depth + 1)?);
        }
    }

    fn map(&mut self, open: Span, depth: usize) -> Result<Node, Fault> {
        let mut entries: Vec<Entry> = Vec::new();
        let mut keys = HashSet::new();
        let mut weight = 1;
        loop {
            let (event, span) = self.next()?;
            if event == Event::MappingEnd {
                let last = entries.last().map_or(open.end, |entry| entry.value.span.end);
                return Ok(self.collection(Kind::Map(entries), (open, span), last, weight));
            }
            let key_span = self.trimmed(span);
            self.last_end = key_span.end;
            let key = self.key(event, key_span)?;
            if !keys.insert(key.clone()) {
                return Err(Fault::new(
                    "duplicate_key",
                    key_span,
                    format!("`{key}` stands here a second time"),
                )
                .hint("keep one of the two"));
            }
            let (event, span) = self.next()?;
            let mut value = self.node(event, span, depth + 1)?;
            if value.span.start == value.span.end {
                value.span = Span::at(self.after_colon(key_span.end));
            }
            weight += value.weight + 1;
            entries.push(Entry { key, key_span, value });
        }
    }

    fn key(&mut self, event: Event<'a>, span: Span) -> Result<String, Fault> {
        self.count(1, span)?;
        match event {
            Event::Scalar(key, ScalarStyle::Plain, ..) if key == "<<" => {
                Err(Fault::new("merge_key", span, "`<<` is not part of YAML 1.2")
                    .hint("write the keys out here"))
            }
            Event::Scalar(key, ..) => Ok(key.into_owned()),
            _ if self.text[..span.start].ends_with('{') => Err(Fault::new(
                "expression_not_quoted",
                span,
                "a value that begins with `{{` must stand in quotes",
            )
            .hint("write \"{{ … }}\"")),
            _ => Err(Fault::new("yaml_syntax", span, "a key must be a word, not a list or a map")),
        }
    }

    fn alias(&mut self, anchor: usize, span: Span) -> Result<Node, Fault> {
        let Some(node) = self.anchors.get(&anchor) else {
            return Err(Fault::new("yaml_syntax", span, "this alias stands inside its own anchor"));
        };
        let mut node = node.clone();
        self.count(node.weight, span)?;
        (node.span, node.style) = (span, Style::Alias);
        Ok(node)
    }

    fn count(&mut self, nodes: usize, span: Span) -> Result<(), Fault> {
        self.nodes += nodes;
        if self.nodes > NODES_MAX {
            let message = format!("more than {NODES_MAX} values, aliases counted as often as they are used");
            return Err(Fault::new("text_too_large", span, message));
        }
        Ok(())
    }

    fn collection(&self, kind: Kind, (open, close): (Span, Span), last: usize, weight: usize) -> Node {
        // The events of a block point at the first child and at whatever comes after the last one.
        let is_flow = self.text[open.start..].starts_with(['{', '[']) && close.end > close.start;
        match is_flow {
            true => Node { kind, span: Span::new(open.start, close.end), style: Style::Flow, weight },
            false => Node { kind, span: Span::new(open.start, last), style: Style::Block, weight },
        }
    }

    fn trimmed(&self, span: Span) -> Span {
        Span::new(span.start, span.start + span.of(self.text).trim_end().len())
    }

    /// The events of a block scalar begin at its first letter; the block begins at its `|` or `>`.
    fn with_header(&self, span: Span, behind: usize) -> Span {
        let between = self.text.get(behind..span.start).unwrap_or_default();
        Span::new(between.find(['|', '>']).map_or(span.start, |at| behind + at), span.end)
    }

    fn after_colon(&self, key_end: usize) -> usize {
        self.text[key_end..].find(':').map_or(key_end, |at| key_end + at + 1)
    }

    fn syntax(&self, error: &ScanError) -> Fault {
        let at = self.bytes.of(*error.marker()).min(self.text.len());
        let line_start = self.text[..at].rfind('\n').map_or(0, |found| found + 1);
        let line = self.text[line_start..].lines().next().unwrap_or_default();
        let indentation = &line[..line.len() - line.trim_start().len()];
        if let Some(tab) = indentation.find('\t') {
            let span = Span::new(line_start + tab, line_start + tab + 1);
            return Fault::new("yaml_syntax", span, "YAML does not allow a tab here")
                .hint("indent with spaces");
        }
        if error.info().contains("recursion limit") {
            return too_deep(Span::at(at));
        }
        let fault = Fault::new("yaml_syntax", Span::at(at), format!("this is not YAML: {}", error.info()));
        match advice(error.info(), line) {
            Some(hint) => fault.hint(hint),
            None => fault,
        }
    }
}

fn too_deep(span: Span) -> Fault {
    Fault::new("nested_too_deep", span, format!("more than {DEPTH_MAX} lists and maps inside each other"))
}

fn advice(info: &str, line: &str) -> Option<&'static str> {
    if line.contains(": {{") || line.contains("- {{") {
        return Some("a value that begins with `{{` must stand in quotes: \"{{ … }}\"");
    }
    if info.contains("mapping values are not allowed") || line.matches(": ").count() > 1 {
        return Some("put quotes around a text that contains `: `, and check the indentation");
    }
    if info.contains("quoted scalar") || info.contains("end of stream") {
        return Some("a quote or a bracket is opened and never closed");
    }
    info.contains("expected").then_some("check the indentation of this line and of the one before")
}

fn leaf(kind: Kind, span: Span, style: Style) -> Node {
    Node { kind, span, style, weight: 1 }
}

fn scalar_style(style: ScalarStyle) -> Style {
    match style {
        ScalarStyle::Plain => Style::Plain,
        ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted => Style::Quoted,
        ScalarStyle::Literal | ScalarStyle::Folded => Style::Literal,
    }
}

/// Where characters begin, in bytes: the parser counts characters.
enum Bytes {
    Ascii,
    Table(Vec<u32>),
}

impl Bytes {
    fn new(text: &str) -> Self {
        if text.is_ascii() {
            return Self::Ascii;
        }
        let starts = text.char_indices().map(|(at, _)| at).chain([text.len()]);
        Self::Table(starts.map(|at| u32::try_from(at).unwrap_or(u32::MAX)).collect())
    }

    fn of(&self, marker: Marker) -> usize {
        match self {
            Self::Ascii => marker.index(),
            Self::Table(starts) => {
                starts.get(marker.index()).or(starts.last()).map_or(0, |at| usize::try_from(*at).unwrap_or(0))
            }
        }
    }
}

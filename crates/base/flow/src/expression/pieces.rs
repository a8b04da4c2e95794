use super::SyntaxError;

/// A part of a string that mixes text and expressions.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Piece<'a> {
    /// Text as it is.
    Text(&'a str),
    /// What stands between `{{` and `}}`, and where it begins, in bytes.
    Code(&'a str, usize),
}

/// Splits a string at its `{{ … }}`.
///
/// A `}}` inside quotes or brackets does not end an expression; `{{-` and `-}}` take the white space next to them
/// away, as in Jinja. Statements are refused: they belong into prompts.
pub(super) fn split(text: &str) -> Result<Vec<Piece<'_>>, SyntaxError> {
    let mut pieces = Vec::new();
    let mut at = 0;
    let mut trim_next = false;
    loop {
        let rest = &text[at..];
        let open = rest.find("{{");
        let literal = &rest[..open.unwrap_or(rest.len())];
        refuse_statements(literal, at)?;
        let Some(open) = open else {
            push_text(&mut pieces, if trim_next { literal.trim_start() } else { literal });
            return Ok(pieces);
        };
        let start = at + open + 2;
        let length = end_of_code(&text[start..]).ok_or_else(|| {
            SyntaxError::new("expression_syntax", "this `{{` is never closed", at + open)
                .hint("close it with `}}`; to write the braces themselves: {{ \"{{\" }}")
        })?;
        let mut code = &text[start..start + length];
        let mut literal = if trim_next { literal.trim_start() } else { literal };
        let mut code_start = start;
        if let Some(inner) = code.strip_prefix('-') {
            (code, code_start, literal) = (inner, start + 1, literal.trim_end());
        }
        trim_next = code.ends_with('-');
        push_text(&mut pieces, literal);
        pieces.push(Piece::Code(code.strip_suffix('-').unwrap_or(code), code_start));
        at = start + length + 2;
    }
}

fn push_text<'a>(pieces: &mut Vec<Piece<'a>>, text: &'a str) {
    if !text.is_empty() {
        pieces.push(Piece::Text(text));
    }
}

fn refuse_statements(literal: &str, start: usize) -> Result<(), SyntaxError> {
    match literal.find("{%") {
        Some(found) => Err(SyntaxError::new(
            "statement_not_allowed",
            "statements (`{% … %}`) work only in a prompt and in the body of an e-mail",
            start + found,
        )
        .hint("use an expression: {{ a if condition else b }}")),
        None => Ok(()),
    }
}

/// How many bytes of code come before the closing `}}`.
fn end_of_code(code: &str) -> Option<usize> {
    let bytes = code.as_bytes();
    let (mut quote, mut depth, mut at) = (None, 0_usize, 0);
    while at < bytes.len() {
        match (quote, bytes[at]) {
            (Some(_), b'\\') => at += 1,
            (Some(open), byte) if open == byte => quote = None,
            (Some(_), _) => {}
            (None, byte @ (b'"' | b'\'')) => quote = Some(byte),
            (None, b'{' | b'[' | b'(') => depth += 1,
            (None, b'}') if depth == 0 => {
                return (bytes.get(at + 1) == Some(&b'}')).then_some(at);
            }
            (None, b'}' | b']' | b')') => depth = depth.saturating_sub(1),
            (None, _) => {}
        }
        at += 1;
    }
    None
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn text_and_code_alternate() {
        assert_eq!(
            split("a {{ b }} c").unwrap(),
            [Piece::Text("a "), Piece::Code(" b ", 4), Piece::Text(" c")]
        );
        assert_eq!(split("").unwrap(), []);
        assert_eq!(split("no { braces } {#").unwrap(), [Piece::Text("no { braces } {#")]);
    }

    #[test]
    fn braces_in_quotes_and_objects_do_not_close() {
        assert_eq!(split("{{ {'a': {'b': 1}} }}").unwrap(), [Piece::Code(" {'a': {'b': 1}} ", 2)]);
        assert_eq!(split(r#"{{ "}}" ~ '\'}}' }}"#).unwrap(), [Piece::Code(r#" "}}" ~ '\'}}' "#, 2)]);
    }

    #[test]
    fn dashes_take_white_space_away() {
        assert_eq!(
            split("a {{- b -}} c").unwrap(),
            [Piece::Text("a"), Piece::Code(" b ", 5), Piece::Text("c")]
        );
    }

    #[test]
    fn what_is_not_closed_or_not_an_expression_is_refused_at_its_place() {
        assert_eq!(split("abc {{ d").unwrap_err().offset, 4);
        assert_eq!(split("ab {% if x %}").unwrap_err().code, "statement_not_allowed");
    }

    proptest! {
        #[test]
        fn any_text_is_split_or_refused_and_never_breaks(text in r#"[a{}"'%\\é \[\]-]{0,40}"#) {
            if let Ok(pieces) = split(&text) {
                let is_right = pieces.iter().all(|piece| match piece {
                    Piece::Text(literal) => !literal.contains("{{"),
                    Piece::Code(code, start) => text[*start..].starts_with(code),
                });
                prop_assert!(is_right);
            }
        }
    }
}

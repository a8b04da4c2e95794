//! What a text may be at most: the parser recurses over chains, so chains are bounded before it sees them.

use std::borrow::Cow;

use minijinja::machinery::{Token, tokenize};
use minijinja::syntax::SyntaxConfig;

use super::SyntaxError;

/// Tokens between one `{{` and its `}}`: a chain of that many operators stays far below the stack.
const TOKENS_MAX: usize = 600;

/// `elif`s in one body: each nests the next.
const ELIFS_MAX: usize = 64;

/// Refuses an expression that is too long to be compiled safely.
pub(super) fn check_expression(text: &str) -> Result<(), SyntaxError> {
    check(text, true)
}

/// Refuses a body (text with `{{ … }}` and `{% … %}`) that is too long to be compiled safely.
pub(super) fn check_body(text: &str) -> Result<(), SyntaxError> {
    check(text, false)
}

/// The text with n8n's `$json` written as `input`, which is as long, so that offsets stay.
pub(super) fn own_names(text: &str, is_body: bool) -> Cow<'_, str> {
    if !text.contains("$json") {
        return Cow::Borrowed(text);
    }
    let mut written = String::with_capacity(text.len());
    let mut rest = text;
    let mut is_code = !is_body;
    let mut quote = None;
    while let Some(letter) = rest.chars().next() {
        if !is_code {
            is_code = rest.starts_with("{{") || rest.starts_with("{%");
        } else if let Some(open) = quote {
            if letter == '\\' {
                let escaped: String = rest.chars().take(2).collect();
                written.push_str(&escaped);
                rest = &rest[escaped.len()..];
                continue;
            }
            quote = (letter != open).then_some(open);
        } else if rest.starts_with("$json") && !is_word(rest[5..].chars().next()) {
            written.push_str("input");
            rest = &rest[5..];
            continue;
        } else if matches!(letter, '"' | '\'') {
            quote = Some(letter);
        } else if is_body && (rest.starts_with("}}") || rest.starts_with("%}")) {
            is_code = false;
        }
        written.push(letter);
        rest = &rest[letter.len_utf8()..];
    }
    Cow::Owned(written)
}

fn is_word(letter: Option<char>) -> bool {
    letter.is_some_and(|letter| letter.is_alphanumeric() || letter == '_')
}

fn check(text: &str, in_expression: bool) -> Result<(), SyntaxError> {
    let (mut tokens, mut elifs) = (0, 0);
    // A text that has no tokens is the parser's to report.
    for (token, span) in tokenize(text, in_expression, SyntaxConfig::default()).map_while(Result::ok) {
        match token {
            Token::VariableStart | Token::BlockStart | Token::TemplateData(_) => tokens = 0,
            Token::Ident("elif") => elifs += 1,
            _ => {}
        }
        tokens += 1;
        if tokens > TOKENS_MAX || elifs > ELIFS_MAX {
            let what = if tokens > TOKENS_MAX { "expression" } else { "chain of `elif`" };
            let message = format!("this {what} is too long to be compiled");
            return Err(SyntaxError::new("expression_too_long", message, span.start_offset as usize)
                .hint("split it over several steps, or keep data in YAML instead of in the expression"));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dollar_json_is_input_but_not_inside_a_string() {
        assert_eq!(
            own_names(r#"$json.a + "$json" + '\'$json' ~ $json["b"]"#, false),
            r#"input.a + "$json" + '\'$json' ~ input["b"]"#
        );
        assert_eq!(
            own_names("$json {{ $json.a }} $json {% if $json %}$json", true),
            "$json {{ input.a }} $json {% if input %}$json"
        );
        assert_eq!(own_names("$jsonify", false), "$jsonify");
    }

    #[test]
    fn a_chain_without_end_is_refused_and_many_short_ones_are_not() {
        assert_eq!(check_expression(&"1+".repeat(5_000)).unwrap_err().code, "expression_too_long");
        assert!(check_body(&"{{ input.a }} ".repeat(2_000)).is_ok());
        let chain = format!("{{% if a %}}{}{{% endif %}}", "{% elif a %}".repeat(100));
        assert_eq!(check_body(&chain).unwrap_err().code, "expression_too_long");
    }
}

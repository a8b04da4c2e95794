use super::arithmetic::Arithmetic;
use super::fault::{Fault, Reason};
use super::number::{Comparison, Number};

/// One word of an expression.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Token<'a> {
    Number(Number),
    Name(&'a str),
    Arithmetic(Arithmetic),
    Comparison(Comparison),
    And,
    Or,
    Not,
    Open,
    Close,
    Comma,
}

/// A word and where it stands.
#[derive(Debug, Clone, Copy)]
pub(super) struct Lexeme<'a> {
    pub(super) token: Token<'a>,
    /// Counted in characters from 1.
    pub(super) column: usize,
    /// As it is written, for messages.
    pub(super) text: &'a str,
    /// An integer that 64 bits do not hold, read as a float.
    pub(super) is_rounded: bool,
}

/// Cuts an expression into words.
pub(super) fn tokens(text: &str) -> Result<Vec<Lexeme<'_>>, Fault> {
    let mut lexemes = Vec::new();
    let (mut rest, mut column) = (text, 1);
    while let Some(character) = rest.chars().next() {
        if character.is_whitespace() {
            rest = &rest[character.len_utf8()..];
            column += 1;
            continue;
        }
        let (token, length) = next(rest, character).map_err(|reason| Fault { column, reason })?;
        let (word, after) = rest.split_at(length);
        let is_digits = word.bytes().all(|byte| byte.is_ascii_digit());
        let is_rounded = is_digits && matches!(token, Token::Number(Number::Float(_)));
        lexemes.push(Lexeme { token, column, text: word, is_rounded });
        column += word.chars().count();
        rest = after;
    }
    Ok(lexemes)
}

fn next(rest: &str, first: char) -> Result<(Token<'_>, usize), Reason> {
    match first {
        '0'..='9' | '.' => number(rest),
        _ if first.is_alphabetic() || first == '_' => Ok(word(rest)),
        _ => symbol(rest).ok_or_else(|| Reason::UnknownCharacter(first, hint(rest))),
    }
}

fn number(rest: &str) -> Result<(Token<'_>, usize), Reason> {
    let length = number_length(rest.as_bytes());
    let text = &rest[..length];
    let value = match text.parse::<u64>() {
        Ok(integer) => Number::Integer(i128::from(integer)),
        Err(_) => match text.parse::<f64>() {
            Ok(float) => Number::float(float, "a number")?,
            Err(_) => return Err(Reason::Unexpected { expected: "a number", found: Some(text.to_owned()) }),
        },
    };
    Ok((Token::Number(value), length))
}

/// Digits, then a fraction, then an exponent; at least one byte.
fn number_length(bytes: &[u8]) -> usize {
    let digits_from = |start: usize| {
        bytes.get(start..).map_or(0, |tail| tail.iter().take_while(|byte| byte.is_ascii_digit()).count())
    };
    let mut length = digits_from(0);
    if bytes.get(length) == Some(&b'.') {
        length += 1 + digits_from(length + 1);
    }
    if matches!(bytes.get(length), Some(b'e' | b'E')) {
        let sign = usize::from(matches!(bytes.get(length + 1), Some(b'+' | b'-')));
        let digits = digits_from(length + 1 + sign);
        // `2e` is a number and a name, as `2 * e` without its sign would be: the parser says what is missing.
        if digits > 0 {
            length += 1 + sign + digits;
        }
    }
    length
}

/// A name: letters, digits and `_`, with dots between for a field of a field.
fn word(rest: &str) -> (Token<'_>, usize) {
    let is_part = |character: char| character.is_alphanumeric() || matches!(character, '_' | '.');
    let length = rest.find(|character| !is_part(character)).unwrap_or(rest.len());
    let token = match &rest[..length] {
        "and" => Token::And,
        "or" => Token::Or,
        "not" => Token::Not,
        "true" | "True" => Token::Number(Number::Boolean(true)),
        "false" | "False" => Token::Number(Number::Boolean(false)),
        name => Token::Name(name),
    };
    (token, length)
}

/// Longer symbols first.
const SYMBOLS: [(&str, Token<'static>); 16] = [
    ("**", Token::Arithmetic(Arithmetic::Power)),
    ("//", Token::Arithmetic(Arithmetic::FloorDivide)),
    ("<=", Token::Comparison(Comparison::LessOrEqual)),
    (">=", Token::Comparison(Comparison::GreaterOrEqual)),
    ("==", Token::Comparison(Comparison::Equal)),
    ("!=", Token::Comparison(Comparison::NotEqual)),
    ("+", Token::Arithmetic(Arithmetic::Add)),
    ("-", Token::Arithmetic(Arithmetic::Subtract)),
    ("*", Token::Arithmetic(Arithmetic::Multiply)),
    ("/", Token::Arithmetic(Arithmetic::Divide)),
    ("%", Token::Arithmetic(Arithmetic::Remainder)),
    ("<", Token::Comparison(Comparison::Less)),
    (">", Token::Comparison(Comparison::Greater)),
    ("(", Token::Open),
    (")", Token::Close),
    (",", Token::Comma),
];

fn symbol(rest: &str) -> Option<(Token<'_>, usize)> {
    SYMBOLS.iter().find(|(text, _)| rest.starts_with(text)).map(|(text, token)| (*token, text.len()))
}

fn hint(rest: &str) -> Option<&'static str> {
    match rest.chars().next()? {
        '^' => Some("write `**` for a power"),
        '=' => Some("write `==` to compare"),
        '&' => Some("write `and`"),
        '|' => Some("write `or`"),
        '!' => Some("write `not`, or `!=` to compare"),
        '\u{d7}' => Some("write `*` to multiply"),
        '\u{f7}' => Some("write `/` to divide"),
        '\u{2212}' => Some("write `-` to subtract"),
        '"' | '\'' => Some("there is no text in an expression, only numbers"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<&str> {
        tokens(text).unwrap().iter().map(|lexeme| lexeme.text).collect()
    }

    #[test]
    fn an_expression_falls_into_words() {
        assert_eq!(words("1.5e3**-x.y//2<=.5"), ["1.5e3", "**", "-", "x.y", "//", "2", "<=", ".5"]);
        assert_eq!(words("gr\u{f6}\u{df}e*2"), ["gr\u{f6}\u{df}e", "*", "2"]);
        assert_eq!(words("2e (1)"), ["2", "e", "(", "1", ")"]);
    }

    #[test]
    fn columns_count_characters_and_not_bytes() {
        let failure = tokens("1 +\u{a0}\u{d7}").unwrap_err();
        assert_eq!(failure.to_string(), "column 5: `\u{d7}` means nothing here; write `*` to multiply");
    }

    #[test]
    fn an_integer_beyond_64_bits_is_marked() {
        let rounded = |text| tokens(text).unwrap()[0].is_rounded;
        assert!(!rounded("18446744073709551615"));
        assert!(rounded("18446744073709551616"));
        assert!(!rounded("1e30"));
    }

    #[test]
    fn a_lone_point_is_no_number() {
        assert!(tokens("1 + .").is_err());
    }
}

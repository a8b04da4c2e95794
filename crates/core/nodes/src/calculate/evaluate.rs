use serde_json::{Map, Value as Json};

use super::arithmetic::Arithmetic;
use super::fault::{Fault, Reason};
use super::function;
use super::name::value_of;
use super::number::{Comparison, Number};
use super::precedence::{Power, strength};
use super::token::{Lexeme, Token, tokens};
use super::{MAX_CHARACTERS, MAX_DEPTH};

/// What an expression is worth.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Evaluated {
    pub(super) value: Number,
    /// An integer on the way was too large for 64 bits and went on as a float.
    pub(super) is_rounded: bool,
}

/// Evaluates an expression over the given variables, of which inner fields are reached with a dot.
pub(super) fn evaluate(text: &str, variables: &Map<String, Json>) -> Result<Evaluated, Fault> {
    if text.chars().nth(MAX_CHARACTERS).is_some() {
        return Err(Fault { column: MAX_CHARACTERS + 1, reason: Reason::TooLong });
    }
    let lexemes = tokens(text)?;
    if lexemes.is_empty() {
        return Err(Fault { column: 1, reason: Reason::Empty });
    }
    let end_column = text.trim_end().chars().count() + 1;
    let mut parser =
        Parser { lexemes, variables, at: 0, depth: 0, skipped: 0, is_rounded: false, end_column };
    let value = parser.expression(Power::LOWEST)?;
    match parser.peek() {
        None => Ok(Evaluated { value, is_rounded: parser.is_rounded }),
        Some(_) => Err(parser.unexpected("an operator")),
    }
}

/// A Pratt parser (V. Pratt, "Top down operator precedence", 1973) that computes as it goes: a chain of
/// operators of one strength is a loop, so only nesting costs stack.
struct Parser<'a> {
    lexemes: Vec<Lexeme<'a>>,
    variables: &'a Map<String, Json>,
    at: usize,
    depth: usize,
    /// Above zero in the side of `and` or `or` that is not needed: it is read, not computed.
    skipped: usize,
    is_rounded: bool,
    end_column: usize,
}

impl Parser<'_> {
    /// Everything that binds at least as strongly as `least`.
    fn expression(&mut self, least: Power) -> Result<Number, Fault> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(self.fault(Reason::TooDeep));
        }
        let mut left = self.operand(least)?;
        while let Some(lexeme) = self.peek() {
            left = match lexeme.token {
                Token::Or | Token::And => match self.junction(left, lexeme.token == Token::And, least)? {
                    Some(value) => value,
                    None => break,
                },
                Token::Comparison(_) if Power::COMPARISON >= least => self.comparisons(left)?,
                Token::Arithmetic(operation) if strength(operation) >= least => {
                    self.arithmetic(left, operation, lexeme.column)?
                }
                _ => break,
            };
        }
        self.depth -= 1;
        Ok(left)
    }

    fn operand(&mut self, least: Power) -> Result<Number, Fault> {
        const WANTED: &str = "a number, a name or `(`";
        let Some(lexeme) = self.peek() else { return Err(self.unexpected(WANTED)) };
        match lexeme.token {
            Token::Number(value) => {
                self.at += 1;
                self.is_rounded |= lexeme.is_rounded && self.skipped == 0;
                Ok(value)
            }
            Token::Name(name) => {
                self.at += 1;
                self.named(name, lexeme.column)
            }
            Token::Open => {
                self.at += 1;
                let value = self.expression(Power::LOWEST)?;
                self.close()?;
                Ok(value)
            }
            Token::Not if Power::NOT >= least => {
                self.at += 1;
                let value = self.expression(Power::NOT)?;
                Ok(Number::Boolean(!value.is_true()))
            }
            Token::Arithmetic(sign @ (Arithmetic::Add | Arithmetic::Subtract)) => {
                self.at += 1;
                let value = self.expression(Power::SIGN)?;
                Ok(if sign == Arithmetic::Subtract { self.negate(value) } else { value })
            }
            _ => Err(self.unexpected(WANTED)),
        }
    }

    fn negate(&mut self, value: Number) -> Number {
        let negated = value.negate();
        self.is_rounded |=
            self.skipped == 0 && value.as_integer().is_some() && negated.as_integer().is_none();
        negated
    }

    /// `and`, `or`: the right side counts only when the left leaves the question open; none when it binds too weakly.
    fn junction(&mut self, left: Number, is_and: bool, least: Power) -> Result<Option<Number>, Fault> {
        let power = if is_and { Power::AND } else { Power::OR };
        if power < least {
            return Ok(None);
        }
        self.at += 1;
        let is_decided = left.is_true() != is_and;
        self.skipped += usize::from(is_decided);
        let right = self.expression(power.above())?;
        self.skipped -= usize::from(is_decided);
        Ok(Some(Number::Boolean(if is_decided { !is_and } else { right.is_true() })))
    }

    /// `a < b <= c` means `a < b and b <= c`.
    fn comparisons(&mut self, first: Number) -> Result<Number, Fault> {
        let (mut left, mut holds) = (first, true);
        while let Some(comparison) = self.comparison() {
            let right = self.expression(Power::COMPARISON.above())?;
            holds &= left.compare(comparison, right);
            left = right;
        }
        Ok(Number::Boolean(holds))
    }

    fn comparison(&mut self) -> Option<Comparison> {
        let Token::Comparison(comparison) = self.peek()?.token else { return None };
        self.at += 1;
        Some(comparison)
    }

    fn arithmetic(&mut self, left: Number, operation: Arithmetic, column: usize) -> Result<Number, Fault> {
        self.at += 1;
        // A power's right side may carry a sign and further powers: `2 ** -3 ** 2` is `2 ** (-(3 ** 2))`.
        let least = if operation == Arithmetic::Power { Power::SIGN } else { strength(operation).above() };
        let right = self.expression(least)?;
        if self.skipped > 0 {
            return Ok(left);
        }
        let result = operation.apply(left, right).map_err(|reason| Fault { column, reason })?;
        self.is_rounded |= operation.rounds(left, right, result);
        Ok(result)
    }

    fn named(&mut self, name: &str, column: usize) -> Result<Number, Fault> {
        if self.peek().is_some_and(|lexeme| lexeme.token == Token::Open) {
            self.at += 1;
            let arguments = self.arguments()?;
            let called = if self.skipped > 0 {
                function::check(name, arguments.len()).map(|()| Number::Integer(0))
            } else {
                function::call(name, &arguments)
            };
            return called.map_err(|reason| Fault { column, reason });
        }
        value_of(name, self.variables).map_err(|reason| Fault { column, reason })
    }

    fn arguments(&mut self) -> Result<Vec<Number>, Fault> {
        let mut arguments = Vec::new();
        if self.peek().is_some_and(|lexeme| lexeme.token == Token::Close) {
            self.at += 1;
            return Ok(arguments);
        }
        loop {
            arguments.push(self.expression(Power::LOWEST)?);
            if self.peek().is_some_and(|lexeme| lexeme.token == Token::Comma) {
                self.at += 1;
                continue;
            }
            self.close()?;
            return Ok(arguments);
        }
    }

    fn close(&mut self) -> Result<(), Fault> {
        match self.peek() {
            Some(lexeme) if lexeme.token == Token::Close => {
                self.at += 1;
                Ok(())
            }
            _ => Err(self.unexpected("`)` or an operator")),
        }
    }
}

impl<'a> Parser<'a> {
    fn peek(&self) -> Option<Lexeme<'a>> {
        self.lexemes.get(self.at).copied()
    }

    fn unexpected(&self, expected: &'static str) -> Fault {
        let found = self.peek().map(|lexeme| lexeme.text.to_owned());
        self.fault(Reason::Unexpected { expected, found })
    }

    fn fault(&self, reason: Reason) -> Fault {
        Fault { column: self.peek().map_or(self.end_column, |lexeme| lexeme.column), reason }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn value(text: &str) -> Json {
        evaluate(text, &Map::new()).unwrap_or_else(|fault| panic!("{text}: {fault}")).value.to_json()
    }

    fn fault(text: &str) -> String {
        evaluate(text, &Map::new()).unwrap_err().to_string()
    }

    #[test]
    fn operators_bind_as_in_python() {
        for (text, expected) in [
            ("2 + 3 * 4", json!(14)),
            ("(2 + 3) * 4", json!(20)),
            ("-2 ** 2", json!(-4)),
            ("2 ** -1", json!(0.5)),
            ("2 ** 3 ** 2", json!(512)),
            ("10 - 4 - 3", json!(3)),
            ("7 // 2 * 2 + 7 % 2", json!(7)),
            ("1 < 2 < 3", json!(true)),
            ("3 > 2 > 2", json!(false)),
            ("not 1 == 2", json!(true)),
            ("1 or 0 and 0", json!(true)),
            ("--3", json!(3)),
            ("(5 > 3) * 10", json!(10)),
        ] {
            assert_eq!(value(text), expected, "{text}");
        }
    }

    #[test]
    fn the_side_that_is_not_needed_is_read_but_not_computed() {
        assert_eq!(value("1 == 2 and 1 / 0 > 1"), json!(false));
        assert_eq!(value("true or sqrt(-1)"), json!(true));
        assert!(evaluate("true and 1 / 0", &Map::new()).is_err());
        assert_eq!(fault("true or sqrt(1, 2)"), "column 9: `sqrt` takes one argument");
    }

    #[test]
    fn faults_say_where_and_what() {
        for (text, expected) in [
            ("", "the expression is empty; write one such as `2 * (3 + 4)`"),
            ("1 +", "column 4: expected a number, a name or `(`, but the expression ends"),
            ("(1 + 2", "column 7: expected `)` or an operator, but the expression ends"),
            ("1 2", "column 3: expected an operator, found `2`"),
            ("2 ^ 3", "column 3: `^` means nothing here; write `**` for a power"),
            ("1 + 4 / 0", "column 7: division by zero"),
            ("0 ** -1", "column 3: division by zero"),
            ("9 ** 9 ** 9", "column 3: the exponent lies beyond -10000..10000"),
            ("9.5 ** 9999", "column 5: the result is larger than a 64-bit number holds (about 1.8e308)"),
            ("sqrt(-4)", "column 1: sqrt has no real value for this argument"),
            ("1 + not 2", "column 5: expected a number, a name or `(`, found `not`"),
            ("x", "column 1: there is no `x`; the constants are pi, e and tau"),
        ] {
            assert_eq!(fault(text), expected, "{text}");
        }
    }

    #[test]
    fn nesting_and_length_are_bounded() {
        let nested = |levels| format!("{}1{}", "(".repeat(levels), ")".repeat(levels));
        assert_eq!(value(&nested(MAX_DEPTH - 1)), json!(1));
        assert!(fault(&nested(MAX_DEPTH)).contains("levels of nesting"));
        assert!(fault(&"-".repeat(5_000)).contains("levels of nesting"));
        let chain = format!("1{}", "+1".repeat((MAX_CHARACTERS - 1) / 2));
        assert_eq!(value(&chain), json!(5_000));
        assert!(fault(&" ".repeat(MAX_CHARACTERS + 1)).contains("longer than 10000"));
    }

    #[test]
    fn an_integer_that_outgrew_64_bits_is_reported() {
        let is_rounded = |text| evaluate(text, &Map::new()).unwrap().is_rounded;
        assert!(is_rounded("2 ** 64"));
        assert!(is_rounded("18446744073709551616 - 1"));
        assert!(is_rounded("-18446744073709551615"));
        assert!(!is_rounded("-9223372036854775808"));
        assert!(!is_rounded("2 ** 63 + 2 ** 62"));
        assert!(!is_rounded("1 / 3"));
        assert!(!is_rounded("true or 2 ** 64"));
    }
}

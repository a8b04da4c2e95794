use std::fmt;

/// Why an expression has no result, and where.
#[derive(Debug, Clone, PartialEq)]
pub struct Fault {
    /// The character at fault, counted from 1.
    pub column: usize,
    /// What is wrong with it.
    pub reason: Reason,
}

/// What can be wrong with an expression.
#[derive(Debug, Clone, PartialEq)]
pub enum Reason {
    /// Nothing but blanks.
    Empty,
    /// More characters than are read.
    TooLong,
    /// More parentheses, signs and powers inside one another than are followed.
    TooDeep,
    /// A character that means nothing here, and what to write instead, where that is known.
    UnknownCharacter(char, Option<&'static str>),
    /// Something else was expected here; `found` is absent at the end of the text.
    Unexpected {
        /// What could stand here.
        expected: &'static str,
        /// What stands here.
        found: Option<String>,
    },
    /// A name that is neither a constant nor in the input.
    UnknownName {
        /// The name.
        name: String,
        /// Names that exist.
        known: Vec<String>,
    },
    /// A name that exists, but holds no number.
    NotANumber(String),
    /// No such function.
    UnknownFunction(String),
    /// A function that takes another number of arguments.
    Arguments {
        /// The function.
        function: &'static str,
        /// How many it takes, in words.
        takes: &'static str,
    },
    /// `/`, `//`, `%` by zero, or zero to a negative power.
    DivisionByZero,
    /// A result outside the real numbers, as of `sqrt(-1)`.
    NotReal(&'static str),
    /// A result beyond what a 64-bit float holds.
    TooLarge,
    /// An exponent beyond the limit.
    ExponentTooLarge,
}

impl Fault {
    /// A stable word for programs.
    pub fn code(&self) -> &'static str {
        match self.reason {
            Reason::DivisionByZero => "division_by_zero",
            Reason::NotReal(_) => "not_a_real_number",
            Reason::TooLarge | Reason::ExponentTooLarge => "number_too_large",
            _ => "invalid_expression",
        }
    }
}

impl std::error::Error for Fault {}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.reason {
            Reason::Empty | Reason::TooLong => self.reason.fmt(f),
            _ => write!(f, "column {}: {}", self.column, self.reason),
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("the expression is empty; write one such as `2 * (3 + 4)`"),
            Self::TooLong => write!(f, "the expression is longer than {} characters", super::MAX_CHARACTERS),
            Self::TooDeep => {
                write!(f, "more than {} levels of nesting; split the expression", super::MAX_DEPTH)
            }
            Self::UnknownCharacter(character, None) => write!(f, "`{character}` means nothing here"),
            Self::UnknownCharacter(character, Some(hint)) => {
                write!(f, "`{character}` means nothing here; {hint}")
            }
            Self::Unexpected { expected, found: Some(found) } => {
                write!(f, "expected {expected}, found `{found}`")
            }
            Self::Unexpected { expected, found: None } => {
                write!(f, "expected {expected}, but the expression ends")
            }
            Self::UnknownName { name, known } if known.is_empty() => {
                write!(f, "there is no `{name}`; the constants are pi, e and tau")
            }
            Self::UnknownName { name, known } => {
                write!(f, "there is no `{name}`; there is {}", known.join(", "))
            }
            Self::NotANumber(name) => write!(f, "`{name}` is not a number"),
            Self::UnknownFunction(name) => {
                write!(f, "there is no function `{name}`; there is {}", super::function::NAMES.join(", "))
            }
            Self::Arguments { function, takes } => write!(f, "`{function}` takes {takes}"),
            Self::DivisionByZero => f.write_str("division by zero"),
            Self::NotReal(what) => write!(f, "{what} has no real value for this argument"),
            Self::TooLarge => f.write_str("the result is larger than a 64-bit number holds (about 1.8e308)"),
            Self::ExponentTooLarge => {
                write!(f, "the exponent lies beyond -{0}..{0}", super::arithmetic::MAX_EXPONENT)
            }
        }
    }
}

use std::fmt;

use minijinja::machinery::{Token, parse_expr, tokenize};
use minijinja::syntax::SyntaxConfig;
use minijinja::{Expression as Compiled, Value};
use serde_json::Value as Json;

use super::environment::{FILTERS, FUNCTIONS, NAMES, TESTS, environment};
use super::reference::{self, Reference, Uses};
use super::syntax::from_engine;
use super::{ExpressionError, Scope, SyntaxError, explain, json, limits};
use crate::suggest::{closest, listing};

/// One expression, compiled.
pub(super) struct Program {
    source: String,
    compiled: Compiled<'static, 'static>,
    references: Vec<Reference>,
    /// Whether it is nothing but a name and its fields.
    is_path: bool,
}

impl Program {
    /// Compiles code that stands at byte `start` of the user's text.
    pub(super) fn compile_at(code: &str, start: usize) -> Result<Self, SyntaxError> {
        let mut program = Self::compile(code).map_err(|error| error.moved(start))?;
        program.references.iter_mut().for_each(|found| found.offset += start);
        Ok(program)
    }

    fn compile(text: &str) -> Result<Self, SyntaxError> {
        let text = limits::own_names(text, false);
        if text.trim().is_empty() {
            return Err(SyntaxError::new("expression_syntax", "the expression is empty", 0));
        }
        limits::check_expression(&text)?;
        // Compiled before it is parsed for names: this error knows its place.
        let compiled =
            environment().compile_expression_owned(text.to_string()).map_err(|error| from_engine(&error))?;
        let tree = parse_expr(&text).map_err(|error| from_engine(&error))?;
        let uses = reference::of_expression(&tree);
        check_names(&uses, &text)?;
        let is_path = is_plain_path(&text);
        Ok(Self { source: text.trim().to_owned(), compiled, references: uses.references, is_path })
    }

    pub(super) fn references(&self) -> &[Reference] {
        &self.references
    }

    /// The value, never an undefined one.
    pub(super) fn value(&self, scope: &Scope, root: &Value) -> Result<Value, ExpressionError> {
        let value = self
            .compiled
            .eval(root.clone())
            .map_err(|error| explain::failure(&error, &self.source, &self.references, scope))?;
        if value.is_undefined() {
            return Err(explain::undefined(&self.source, &self.references, scope));
        }
        Ok(value)
    }

    /// A copy of the JSON that a plain path (`input.order.id`) leads to, without a detour through the engine.
    ///
    /// `None` when it is no plain path or leads nowhere; the engine then says why.
    pub(super) fn taken(&self, scope: &Scope, budget: &mut usize) -> Option<Result<Json, ExpressionError>> {
        let [only] = self.references.as_slice() else { return None };
        if !self.is_path {
            return None;
        }
        explain::lookup(scope, &only.root, &only.path, |found| json::copy(found, budget)).ok()
    }
}

impl fmt::Debug for Program {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{{{{ {} }}}}", self.source)
    }
}

/// Refuses names, filters and tests that do not exist, with what was perhaps meant.
pub(super) fn check_names(uses: &Uses<'_>, text: &str) -> Result<(), SyntaxError> {
    for found in &uses.references {
        let name = found.root.as_str();
        let is_known =
            NAMES.contains(&name) || name == "null" || (found.is_call && FUNCTIONS.contains(&name));
        if !is_known {
            if let Some(whole) = dashed(text, found.offset) {
                return Err(SyntaxError::new(
                    "unknown_name",
                    format!("`{whole}` is read as a subtraction"),
                    found.offset,
                )
                .hint(format!("a name with a dash stands in brackets: [\"{whole}\"]")));
            }
            let names: &[&str] = if found.is_call { &FUNCTIONS } else { &NAMES };
            return Err(unknown("unknown_name", "name", name, found.offset, names));
        }
    }
    for (kind, code, names, found) in [
        ("filter", "unknown_filter", &FILTERS[..], &uses.filters),
        ("test", "unknown_test", &TESTS[..], &uses.tests),
    ] {
        for (name, offset) in found {
            let plain: String = name.chars().filter(|letter| !letter.is_whitespace()).collect();
            if !names.contains(&plain.as_str()) {
                return Err(unknown(code, kind, name, *offset, names));
            }
        }
    }
    Ok(())
}

/// The word around `offset`, when a dash without spaces stands before it.
fn dashed(text: &str, offset: usize) -> Option<&str> {
    let is_word = |letter: char| letter.is_alphanumeric() || matches!(letter, '-' | '_');
    let (before, after) = (text.get(..offset)?, text.get(offset..)?);
    let start = before
        .char_indices()
        .rfind(|(_, letter)| !is_word(*letter))
        .map_or(0, |(at, letter)| at + letter.len_utf8());
    let length = after.find(|letter| !is_word(letter)).unwrap_or(after.len());
    (before.ends_with('-') && offset - start > 1).then(|| &text[start..offset + length])
}

fn unknown(code: &'static str, kind: &str, name: &str, offset: usize, names: &[&str]) -> SyntaxError {
    let message = format!("there is no {kind} `{name}` in expressions");
    let hint = match (closest(name, names.iter().copied()), kind) {
        (Some(near), _) => format!("did you mean `{near}`?"),
        (None, "name") => {
            format!("there are: {}; a text stands in quotes: \"{name}\"", listing(names.iter().copied()))
        }
        (None, _) => format!("there are: {}", listing(names.iter().copied())),
    };
    SyntaxError::new(code, message, offset).hint(hint)
}

/// Whether the text is a name with fields and constant subscripts and nothing else.
pub(super) fn is_plain_path(text: &str) -> bool {
    tokenize(text, true, SyntaxConfig::default()).all(|token| {
        let Ok((token, _)) = token else { return false };
        match token {
            Token::Ident(word) => !matches!(word, "not" | "and" | "or" | "is" | "in" | "if" | "else"),
            Token::Dot | Token::BracketOpen | Token::BracketClose | Token::Int(_) => true,
            Token::Str(_) | Token::String(_) => true,
            _ => false,
        }
    }) && text.trim_start().starts_with(|letter: char| letter.is_alphabetic())
}

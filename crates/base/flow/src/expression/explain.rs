//! Why an expression failed, in words: what is undefined and what exists instead.

use minijinja::machinery::parse_expr;
use minijinja::{Error, ErrorKind};
use serde_json::Value as Json;

use super::scope::Refusal;
use super::{ExpressionError, Reference, Scope, reference};
use crate::suggest::{closest, listing};

/// The engine's error, told for the expression `source`.
pub(super) fn failure(
    error: &Error,
    source: &str,
    references: &[Reference],
    scope: &Scope,
) -> ExpressionError {
    if let Some(refusal) = refusal(error) {
        return ExpressionError::new(refusal.to_owned());
    }
    let detail = error.detail().unwrap_or_default();
    if error.kind() == ErrorKind::OutOfFuel {
        return ExpressionError::new(format!(
            "{} does too much work for one expression; do it over several steps",
            quoted(source)
        ));
    }
    if let Some(why) = culprit(detail).and_then(|name| explain_name(name, scope)) {
        return ExpressionError::new(why);
    }
    if error.kind() == ErrorKind::UndefinedError {
        return undefined(source, references, scope);
    }
    // A detail may quote the value it stumbled over, and a secret must not be printed.
    if detail.is_empty() || references.iter().any(|found| found.root == "secret") {
        return ExpressionError::new(format!("{} failed: {}", quoted(source), error.kind()));
    }
    ExpressionError::new(format!("{} failed: {detail}", quoted(source)))
}

/// The error of an expression whose value is undefined.
pub(super) fn undefined(source: &str, references: &[Reference], scope: &Scope) -> ExpressionError {
    let missing = references
        .iter()
        .filter(|found| !found.is_guarded && !found.is_call)
        .find_map(|found| lookup(scope, &found.root, &found.path, |_| ()).err());
    ExpressionError::new(missing.unwrap_or_else(|| format!("{} is undefined here", quoted(source))))
}

/// What `take` makes of the JSON that a path leads to, or the first step on it that does not exist and what exists there.
pub(super) fn lookup<T>(
    scope: &Scope,
    root: &str,
    path: &[String],
    take: impl FnOnce(&Json) -> T,
) -> Result<T, String> {
    match root {
        "now" if path.is_empty() => Ok(take(&Json::from(scope.now.to_string()))),
        "null" if path.is_empty() => Ok(take(&Json::Null)),
        "steps" => {
            let Some((step, rest)) = path.split_first() else {
                return Err("`steps` needs a name".to_owned());
            };
            let output = scope.steps.output(step).ok_or_else(|| {
                let names = scope.steps.names();
                let there = listing(names.iter().map(|name| &**name));
                format!("no step `{step}` came before this one; there are: {there}")
            })?;
            follow(output.json(), &format!("steps.{step}"), rest).map(take)
        }
        _ => match scope.payload(root) {
            Some(payload) => follow(payload.json(), root, path).map(take),
            None => Err(format!("`{root}` is undefined")),
        },
    }
}

fn follow<'a>(json: &'a Json, prefix: &str, path: &[String]) -> Result<&'a Json, String> {
    let Some((step, rest)) = path.split_first() else { return Ok(json) };
    let next = match json {
        Json::Object(fields) => fields.get(step).ok_or_else(|| {
            let names: Vec<&str> = fields.keys().map(String::as_str).collect();
            let near = closest(step, names.iter().copied())
                .map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
            format!("{prefix} has no field `{step}`; it has: {}{near}", listing(names))
        }),
        Json::Array(items) => {
            let index = step.parse::<i64>().ok();
            let place = index.and_then(|index| match usize::try_from(index) {
                Ok(forward) => Some(forward),
                Err(_) => items.len().checked_sub(usize::try_from(index.unsigned_abs()).ok()?),
            });
            place.and_then(|place| items.get(place)).ok_or_else(|| match index {
                Some(_) => format!("{prefix} has {} items and none at {step}", items.len()),
                None => format!("{prefix} is a list and has no field `{step}`"),
            })
        }
        other => Err(format!("{prefix} is {} and has no field `{step}`", kind(other))),
    }?;
    follow(next, &format!("{prefix}.{step}"), rest)
}

fn kind(json: &Json) -> &'static str {
    match json {
        Json::Null => "null",
        Json::Bool(_) => "true or false",
        Json::Number(_) => "a number",
        Json::String(_) => "a text",
        Json::Array(_) => "a list",
        Json::Object(_) => "an object",
    }
}

fn refusal(error: &Error) -> Option<&str> {
    let mut source = std::error::Error::source(error);
    while let Some(inner) = source {
        if let Some(refusal) = inner.downcast_ref::<Refusal>() {
            return Some(&refusal.0);
        }
        source = inner.source();
    }
    None
}

/// The name in the engine's "`input.x` is undefined".
fn culprit(detail: &str) -> Option<&str> {
    let before = detail.split("` is undefined").next().filter(|before| before.len() < detail.len())?;
    before.rsplit('`').next()
}

fn explain_name(name: &str, scope: &Scope) -> Option<String> {
    let tree = parse_expr(name).ok()?;
    let uses = reference::of_expression(&tree);
    let [only] = uses.references.as_slice() else { return None };
    lookup(scope, &only.root, &only.path, |_| ()).err()
}

/// The expression, cut where it is long.
fn quoted(source: &str) -> String {
    const SHOWN: usize = 80;
    match source.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("`{}…`", &source[..end]),
        None => format!("`{source}`"),
    }
}

use serde_json::Value as Json;

use super::answer::{FieldFit, Match};
use super::likeness::{Likeness, Why, likeness};
use super::path::{Given, braced, code, shown};
use super::shape::{Field, Shape};
use super::types::Types;

/// What a name that is the same is worth when the field may be missing.
const UNSURE: f64 = 0.7;
/// What a name counts less that stands inside another field.
const INNER: f64 = 0.8;
/// That the whole message is meant where one field is wanted and there are no fields.
const WHOLE: f64 = 0.5;
/// Of another type, and the types can be turned into one another.
const CONVERTED: f64 = 0.3;
/// Of another type, and nothing can be done.
pub(super) const CONTRARY: f64 = 0.1;

/// How a field is met by what arrives; by the whole of it where that may be meant.
pub(super) fn meet(wanted: &Field, whole: Option<&Shape>, given: &[Given<'_>]) -> FieldFit {
    let named = given.iter().find(|one| one.path == [wanted.name.as_str()]);
    let direct = named.map(|one| same_name(wanted, one));
    if let Some(fit) = direct.as_ref().filter(|fit| fit.met == Match::Exact) {
        return fit.clone();
    }
    let others = given.iter().filter(|one| one.path != [wanted.name.as_str()]);
    let alike = others.filter_map(|one| alike(wanted, one)).reduce(surer);
    let whole = whole.filter(|whole| whole.fields.is_none()).and_then(|whole| of_whole(wanted, whole));
    let found = [direct, alike, whole].into_iter().flatten().reduce(surer);
    found.unwrap_or_else(|| missing(wanted))
}

/// The one that is surer; of two alike the first.
fn surer(one: FieldFit, other: FieldFit) -> FieldFit {
    if other.confidence > one.confidence { other } else { one }
}

fn same_name(wanted: &Field, given: &Given<'_>) -> FieldFit {
    let name = &wanted.name;
    let (has, wants) = (given.shape.types, wanted.shape.types);
    let code = code(&given.path);
    if !has.fit(wants) {
        let turned = conversion(&code, has, wants).map(|code| braced(&code));
        let confidence = if turned.is_some() { CONVERTED } else { CONTRARY };
        let reason = format!("`{name}` is {has} where {wants} is wanted");
        return from(given, turned, fit(wanted, Match::Conflict, confidence, reason));
    }
    if let Some(lacking) = lacking(&wanted.shape, given.shape) {
        let reason = format!("`{name}` has no `{lacking}`");
        return from(given, None, fit(wanted, Match::Conflict, CONTRARY, reason));
    }
    let (confidence, reason) = match given.is_certain || !wanted.is_required {
        true => (0.95, format!("`{name}` arrives")),
        false => (UNSURE, format!("`{name}` arrives, but not always")),
    };
    from(given, Some(braced(&code)), fit(wanted, Match::Exact, confidence, reason))
}

/// The first field inside that is wanted for sure and not there.
fn lacking(wanted: &Shape, given: &Shape) -> Option<String> {
    given.fields.as_ref()?;
    wanted.fields.iter().flatten().filter(|field| field.is_required).find_map(|field| {
        match given.field(&field.name) {
            None => Some(field.name.clone()),
            Some(found) => lacking(&field.shape, &found.shape).map(|inner| format!("{}.{inner}", field.name)),
        }
    })
}

fn alike(wanted: &Field, given: &Given<'_>) -> Option<FieldFit> {
    let (name, outer) = given.path.split_last()?;
    let Likeness { confidence, why } = likeness(name, &wanted.name)?;
    let shown = shown(&given.path);
    if !given.shape.types.fit(wanted.shape.types) || lacking(&wanted.shape, given.shape).is_some() {
        return None;
    }
    let reason = match (why, outer.is_empty()) {
        (Why::Same, _) => format!("`{name}` stands inside `{}`", outer.join(".")),
        (Why::Respelled, _) => format!("`{shown}` is the same name, written another way"),
        (Why::Alias, _) => format!("`{shown}` often stands for the same thing"),
        (Why::Slip, _) => format!("`{shown}` may be a slip of the pen"),
    };
    let confidence = if outer.is_empty() { confidence } else { confidence * INNER };
    let suggestion = Some(braced(&code(&given.path)));
    Some(from(given, suggestion, fit(wanted, Match::Alike, confidence, reason)))
}

/// Where one field is wanted and a text, a number or a list arrives, that is what is meant.
fn of_whole(wanted: &Field, whole: &Shape) -> Option<FieldFit> {
    let is_plain = !whole.types.is_any() && !whole.types.has(Types::OBJECT);
    if !is_plain || !wanted.is_required || !whole.types.fit(wanted.shape.types) {
        return None;
    }
    let given = Given { path: Vec::new(), shape: whole, is_certain: true };
    let reason = format!("the whole message is {}", whole.types);
    Some(from(&given, Some(braced("input")), fit(wanted, Match::Alike, WHOLE, reason)))
}

fn missing(wanted: &Field) -> FieldFit {
    let reason = match (&wanted.default, wanted.is_required) {
        (Some(default), _) => {
            format!("nothing that arrives is like it; `{default}` stands for it by default")
        }
        (None, true) => "nothing that arrives is like it".to_owned(),
        (None, false) => "nothing that arrives is like it, and it may be missing".to_owned(),
    };
    FieldFit { suggestion: wanted.default.clone(), ..fit(wanted, Match::Missing, 0.0, reason) }
}

/// With what is meant, and what to write for it.
fn from(given: &Given<'_>, suggestion: Option<String>, fit: FieldFit) -> FieldFit {
    FieldFit { from: Some(shown(&given.path)), suggestion: suggestion.map(Json::String), ..fit }
}

fn fit(wanted: &Field, met: Match, confidence: f64, reason: String) -> FieldFit {
    FieldFit {
        to: wanted.name.clone(),
        is_required: wanted.is_required,
        types: wanted.shape.types.words(),
        met,
        confidence,
        from: None,
        reason,
        suggestion: None,
    }
}

/// The code that makes one type of another, where that can be done.
pub(super) fn conversion(code: &str, has: Types, wants: Types) -> Option<String> {
    let from = |types: Types| has.has(types);
    let is_scalar =
        from(Types::STRING) || from(Types::INTEGER) || from(Types::NUMBER) || from(Types::BOOLEAN);
    let is_whole = from(Types::ARRAY) || from(Types::OBJECT);
    if wants.has(Types::NUMBER) && from(Types::STRING) {
        return Some(format!("{code} | float"));
    }
    if wants.has(Types::INTEGER) && (from(Types::STRING) || from(Types::NUMBER)) {
        return Some(format!("{code} | int"));
    }
    if wants.has(Types::STRING) {
        return (is_scalar || is_whole)
            .then(|| format!("{code} | {}", if is_whole { "tojson" } else { "string" }));
    }
    if wants.has(Types::ARRAY) && (is_scalar || from(Types::OBJECT)) {
        return Some(format!("[{code}]"));
    }
    (wants.has(Types::BOOLEAN) && is_scalar).then(|| format!("{code} | bool"))
}

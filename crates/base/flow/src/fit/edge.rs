use super::answer::{EdgeFit, FieldFit, GivenField, Level, Match};
use super::field::{CONTRARY, meet};
use super::mapper::Mapper;
use super::path::{Given, braced, code, fields_of, shown};
use super::shape::Shape;
use super::types::Types;
use super::wanted::Wanted;
use crate::canvas::{Handle, TRIGGER};

/// The most that a line is worth whose message must be mapped first.
const MAPPED_FIRST: f64 = 0.79;

/// Where a line leaves and where it leads.
#[derive(Debug, Clone, Copy)]
pub(super) struct Line<'n> {
    pub(super) from: &'n str,
    pub(super) handle: Handle,
    pub(super) to: &'n str,
}

/// What there is to say about a line, by what goes along it and what its end wants.
pub(super) fn judge(line: Line<'_>, given: &Shape, wanted: &Wanted, mapper: Option<&Mapper<'_>>) -> EdgeFit {
    let source = mapper.map_or(given, |mapper| &mapper.arriving);
    let fields = fields(given, wanted, mapper);
    let verdict = verdict(line, given, wanted, &fields);
    let is_told = fields.iter().any(|field| field.met != Match::Unwanted);
    EdgeFit {
        mapped_by: mapper.map(|mapper| mapper.name.to_owned()),
        given: if is_told { fields_of(source).iter().map(offered).collect() } else { Vec::new() },
        fields,
        ..plain(line, verdict)
    }
}

/// A line of which nothing can be said, and why.
pub(super) fn unjudged(line: Line<'_>, reason: String) -> EdgeFit {
    plain(line, (None, reason))
}

fn plain(line: Line<'_>, (score, reason): (Option<f64>, String)) -> EdgeFit {
    EdgeFit {
        source: line.from.to_owned(),
        source_handle: line.handle.to_string(),
        target: line.to.to_owned(),
        level: score.map(Level::of),
        score,
        reason,
        mapped_by: None,
        given: Vec::new(),
        fields: Vec::new(),
    }
}

fn fields(given: &Shape, wanted: &Wanted, mapper: Option<&Mapper<'_>>) -> Vec<FieldFit> {
    let paths = fields_of(given);
    let sources = mapper.map(|mapper| (mapper, fields_of(&mapper.arriving)));
    let wishes = wanted.shape.fields.as_deref().unwrap_or_default();
    let is_only = wishes.iter().filter(|field| field.is_required).count() == 1;
    let met = wishes.iter().map(|field| {
        let meet = |given: &Shape, paths: &[Given<'_>]| meet(field, is_only.then_some(given), paths);
        let direct = meet(given, &paths);
        match &sources {
            Some((mapper, paths)) if direct.met != Match::Exact => {
                let made = meet(&mapper.arriving, paths);
                mapper.mend(field, given, direct, made)
            }
            _ => direct,
        }
    });
    let is_refused = |given: &&Given<'_>| {
        wanted.shape.is_closed && given.path.len() == 1 && wanted.shape.field(given.path[0]).is_none()
    };
    met.chain(paths.iter().filter(is_refused).map(unwanted)).collect()
}

fn unwanted(given: &Given<'_>) -> FieldFit {
    let name = shown(&given.path);
    FieldFit {
        reason: format!("`{name}` arrives, and the schema allows no such field"),
        to: name.clone(),
        is_required: false,
        types: given.shape.types.words(),
        met: Match::Unwanted,
        confidence: CONTRARY,
        from: Some(name),
        suggestion: None,
    }
}

fn offered(given: &Given<'_>) -> GivenField {
    GivenField {
        path: shown(&given.path),
        types: given.shape.types.words(),
        expression: braced(&code(&given.path)),
    }
}

/// The score and why: the field that is met worst decides.
fn verdict(line: Line<'_>, given: &Shape, wanted: &Wanted, fields: &[FieldFit]) -> (Option<f64>, String) {
    let to = line.to;
    if !given.is_known() {
        let reason = match line.from {
            TRIGGER => "No run has shown yet what the trigger brings".to_owned(),
            from => format!("`{from}` does not say what it hands over, and no run has shown it"),
        };
        return (None, reason);
    }
    let counted = || fields.iter().filter_map(|field| Some((worth(field)?, field)));
    let worst = counted().reduce(|one, other| if other.0 < one.0 { other } else { one });
    // Where one field is wanted, the whole message may be meant, of whatever type it is.
    let is_met = worst.is_some_and(|(worth, _)| Level::of(worth) > Level::Low);
    let wants =
        if worst.is_some() && wanted.shape.types.is_any() { Types::OBJECT } else { wanted.shape.types };
    if !given.types.fit(wants) && !is_met {
        let score = worst.map_or(CONTRARY, |(worth, _)| worth.min(CONTRARY));
        let from = if line.from == TRIGGER { "The trigger".to_owned() } else { format!("`{}`", line.from) };
        return (Some(score), format!("{from} hands over {} where `{to}` wants {wants}", given.types));
    }
    match worst {
        Some((worth, field)) => {
            let bad = counted().filter(|(worth, _)| Level::of(*worth) < Level::High).count();
            (Some(worth), reason(field, bad))
        }
        None if wanted.is_said => (Some(1.0), format!("`{to}` requires nothing")),
        None => (None, format!("`{to}` does not say what it wants")),
    }
}

/// Why a line is worth what it is: the worst field, and how many are not met.
fn reason(worst: &FieldFit, bad: usize) -> String {
    let FieldFit { to, reason, .. } = worst;
    match bad {
        0 => "Everything that is required arrives".to_owned(),
        1 => format!("`{to}`: {reason}"),
        _ => format!("`{to}`: {reason}; and {} more", bad - 1),
    }
}

/// What a field counts for its line; `None` for one that may be missing and is.
fn worth(field: &FieldFit) -> Option<f64> {
    match field.met {
        Match::Conflict | Match::Unwanted => Some(field.confidence),
        _ if !field.is_required => None,
        Match::Exact => Some(field.confidence),
        // It does not arrive under the name that is wanted, however sure it is what is meant.
        Match::Alike => Some(field.confidence.min(MAPPED_FIRST)),
        Match::Missing => Some(0.0),
    }
}

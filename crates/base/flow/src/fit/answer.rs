use serde::Serialize;
use serde_json::Value as Json;
use utoipa::ToSchema;

/// How well what goes along a line fits what its end wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = FitLevel)]
pub enum Level {
    /// Something that is required does not arrive, and nothing that arrives is like it.
    Low,
    /// Something does not arrive as it is wanted, and a mapping is proposed.
    Medium,
    /// Everything that is required arrives.
    High,
}

impl Level {
    /// The level of a score from 0 to 1.
    pub fn of(score: f64) -> Self {
        match score {
            score if score >= 0.8 => Self::High,
            score if score >= 0.4 => Self::Medium,
            _ => Self::Low,
        }
    }
}

/// How one wanted field is met.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = FieldMatch)]
pub enum Match {
    /// A field of that name and of a fitting type arrives.
    Exact,
    /// Another field that arrives may be meant.
    Alike,
    /// A field of that name arrives and is of another type.
    Conflict,
    /// Nothing that arrives is like it.
    Missing,
    /// It arrives, and the schema of the target allows no such field.
    Unwanted,
}

/// What there is to say about one field that the target of a line wants.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FieldFit {
    /// Its name in the input of the target.
    pub to: String,
    /// Whether it has to be there.
    pub is_required: bool,
    /// The types it may have, in the words of JSON Schema; none where nobody says.
    pub types: Vec<&'static str>,
    /// How it is met.
    #[serde(rename = "match")]
    pub met: Match,
    /// How sure it is that `from` is meant, from 0 to 1.
    pub confidence: f64,
    /// What of that which arrives is meant, as in `body.id`; empty for the whole of it.
    #[schema(required)]
    pub from: Option<String>,
    /// Why, in words.
    pub reason: String,
    /// What to write into a mapping: an expression, or a constant.
    #[schema(required, value_type = Option<Value>)]
    pub suggestion: Option<Json>,
}

/// Something that arrives, and what reads it.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct GivenField {
    /// Where it stands, as in `body.id`.
    pub path: String,
    /// The types it may have, in the words of JSON Schema; none where nobody says.
    pub types: Vec<&'static str>,
    /// The expression that reads it.
    pub expression: String,
}

/// What there is to say about one line of the canvas.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct EdgeFit {
    /// The listener it leaves; `trigger` for the trigger.
    pub source: String,
    /// Where it leaves, in the words of the canvas: `next`, `peer`, `case-0`, `otherwise`, `error`, `do`.
    pub source_handle: String,
    /// The listener it leads to.
    pub target: String,
    /// How well both ends fit; null where one of them does not say what it hands over or wants.
    #[schema(required)]
    pub level: Option<Level>,
    /// The same from 0 to 1: the field that is met worst decides.
    #[schema(required)]
    pub score: Option<f64>,
    /// Why, in words.
    pub reason: String,
    /// The listener whose `payload` is the mapping of this line: a `set` that leads nowhere else. Null where one is still to be put between.
    #[schema(required)]
    pub mapped_by: Option<String>,
    /// What a mapping can be made of: what arrives at it.
    pub given: Vec<GivenField>,
    /// What the target wants, and how each field is met.
    pub fields: Vec<FieldFit>,
}

use kit::Id;
use kit::ids::Flow;
use utoipa::openapi::path::{Operation, Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::{Ref, RefOr, Required, Schema};
use utoipa::{PartialSchema, ToSchema};

use crate::once;

/// The variable parts of paths, described once for all operations that have them.
const PARTS: [(&str, &str); 11] = [
    ("flowId", "The flow."),
    ("triggerId", "The trigger."),
    ("executionId", "The execution."),
    ("approvalId", "The question."),
    ("listener", "The name of a listener of the flow."),
    ("ticket", "The secret part of an approval's link."),
    ("number", "The version, counted from 1."),
    ("tokenId", "The personal token."),
    ("provider", "The provider of models, as the list of keys names it."),
    ("name", "What flows call it."),
    ("token", "The secret part of a webhook's address."),
];

/// Writes what a path takes: each `{part}` of its template.
pub(super) fn add(operation: &mut Operation, path: &str) {
    let parts = path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
    let in_path = parts.map(|part| {
        let text = PARTS.iter().find(|(name, _)| *name == part).map(|(_, text)| *text);
        let parameter = ParameterBuilder::new()
            .name(part)
            .parameter_in(ParameterIn::Path)
            .required(Required::True)
            .description(text)
            .schema(Some(schema(part)));
        RefOr::T(parameter.build())
    });
    let own = operation.parameters.take().into_iter().flatten();
    // Those that utoipa could tell from the types lack the description.
    let others =
        own.filter(|parameter| !matches!(parameter, RefOr::T(it) if it.parameter_in == ParameterIn::Path));
    let all: Vec<_> = in_path.chain(others).collect();
    operation.parameters = (!all.is_empty()).then_some(all);
}

/// The header that makes a POST repeatable.
pub(super) fn idempotency_key() -> RefOr<Parameter> {
    let header = ParameterBuilder::new()
        .name(once::KEY)
        .parameter_in(ParameterIn::Header)
        .required(Required::False)
        .description(Some(
            "1 to 255 visible ASCII characters: the same key and body within 24 hours gets the first answer again, with \
             `idempotent-replayed: true`, and nothing is done twice.",
        ))
        .schema(Some(String::schema()));
    RefOr::T(header.build())
}

fn schema(part: &str) -> RefOr<Schema> {
    match part {
        "number" => u32::schema(),
        part if part.ends_with("Id") => Ref::from_schema_name(Id::<Flow>::name()).into(),
        _ => String::schema(),
    }
}

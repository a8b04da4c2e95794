//! The errors that an operation can answer with: those it names itself, and those that follow from its shape.

use door::ApiError;
use utoipa::openapi::path::{Operation, Parameter, ParameterIn};
use utoipa::openapi::response::{Response, ResponseBuilder};
use utoipa::openapi::{ContentBuilder, OpenApi, Ref, RefOr};
use utoipa::{PartialSchema, ToSchema};

use crate::once;

/// One error of every operation of some shape.
struct Refusal {
    status: &'static str,
    /// Its name among the document's components.
    name: &'static str,
    text: &'static str,
    applies: fn(&Operation) -> bool,
}

const fn refusal(
    status: &'static str,
    name: &'static str,
    text: &'static str,
    applies: fn(&Operation) -> bool,
) -> Refusal {
    Refusal { status, name, text, applies }
}

const REFUSALS: [Refusal; 12] = [
    refusal(
        "400",
        "BadRequest",
        "`bad_request`: malformed JSON, invalid UTF-8 or a NUL character",
        takes_input,
    ),
    refusal("401", "Unauthenticated", "`unauthenticated`: no token, or none that holds", is_signed),
    refusal("403", "Forbidden", "`forbidden`: the token lacks the scope, which is in `details`", is_signed),
    refusal("404", "NotFound", "`not_found`: no such thing, or not yours", has_path),
    refusal("408", "RequestTimeout", "`request_timeout`: the body did not arrive in time", has_body),
    refusal(
        "409",
        "IdempotencyConflict",
        "`idempotency_conflict`: the `Idempotency-Key` came with another request before; `idempotency_in_progress`: \
         the first is not answered yet, come again after `Retry-After`",
        has_idempotency_key,
    ),
    refusal(
        "412",
        "Stale",
        "`stale`: the `If-Match` is not the newest; load it again and repeat",
        has_if_match,
    ),
    refusal("413", "TooLarge", "`too_large`: the body is larger than is read here", has_body),
    refusal(
        "415",
        "UnsupportedMediaType",
        "`unsupported_media_type`: send `application/json`",
        has_json_body,
    ),
    refusal(
        "422",
        "Invalid",
        "`validation_error`: `details` maps the path of each field at fault to what is wrong",
        has_fields,
    ),
    refusal("500", "Internal", "`internal_error`: our fault; the log has it under `x-request-id`", does_work),
    refusal(
        "503",
        "Unavailable",
        "Starting, closing, or without the database; come again after `Retry-After`",
        does_work,
    ),
];

/// Adds to an operation what follows from its shape; what it says itself of a status comes first.
pub(super) fn add(operation: &mut Operation) {
    for Refusal { status, name, text, applies } in REFUSALS {
        if !applies(operation) {
            continue;
        }
        let responses = &mut operation.responses.responses;
        match responses.get_mut(status) {
            Some(RefOr::T(own)) => own.description = format!("{}. Or {text}", own.description),
            _ => {
                let shared = Ref::from_response_name(name);
                responses.insert(status.to_owned(), RefOr::Ref(shared));
            }
        }
    }
    let own = operation.responses.responses.iter_mut().filter(|(status, _)| status.starts_with(['4', '5']));
    for (_, response) in own {
        if let RefOr::T(response) = response {
            carry_error(response);
        }
    }
}

/// Writes the shared ones among the document's components.
pub(super) fn define(document: &mut OpenApi) {
    let components = document.components.get_or_insert_default();
    components.schemas.insert(ApiError::name().into_owned(), ApiError::schema());
    for Refusal { name, text, .. } in REFUSALS {
        let mut response = ResponseBuilder::new().description(text).build();
        carry_error(&mut response);
        components.responses.insert(name.to_owned(), RefOr::T(response));
    }
}

fn carry_error(response: &mut Response) {
    let error = ContentBuilder::new().schema(Some(Ref::from_schema_name(ApiError::name()))).build();
    response.content.entry("application/json".to_owned()).or_insert(RefOr::T(error));
}

fn is_signed(operation: &Operation) -> bool {
    operation.security.as_ref().is_some_and(|security| !security.is_empty())
}

fn parameters(operation: &Operation) -> impl Iterator<Item = &Parameter> {
    operation.parameters.iter().flatten().filter_map(|parameter| match parameter {
        RefOr::T(parameter) => Some(parameter),
        RefOr::Ref(_) => None,
    })
}

fn has(operation: &Operation, place: &ParameterIn) -> bool {
    parameters(operation).any(|parameter| parameter.parameter_in == *place)
}

fn has_path(operation: &Operation) -> bool {
    has(operation, &ParameterIn::Path)
}

fn has_if_match(operation: &Operation) -> bool {
    has_header(operation, "If-Match")
}

fn has_idempotency_key(operation: &Operation) -> bool {
    is_signed(operation) && has_header(operation, once::KEY)
}

fn has_header(operation: &Operation, name: &str) -> bool {
    parameters(operation).any(|parameter| parameter.name == name)
}

fn has_body(operation: &Operation) -> bool {
    operation.request_body.is_some()
}

fn has_json_body(operation: &Operation) -> bool {
    match &operation.request_body {
        Some(RefOr::T(body)) => body.content.keys().eq(["application/json"]),
        _ => false,
    }
}

fn has_fields(operation: &Operation) -> bool {
    has_json_body(operation) || has(operation, &ParameterIn::Query) || has_idempotency_key(operation)
}

fn takes_input(operation: &Operation) -> bool {
    has_body(operation)
        || has(operation, &ParameterIn::Query)
        || has_path(operation)
        || has_if_match(operation)
}

fn does_work(operation: &Operation) -> bool {
    is_signed(operation) || has_path(operation)
}

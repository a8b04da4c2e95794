//! Errors as the vendors' clients read them.

use axum::body::Body;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use door::Failure;
use kit::{Kind, Problem};
use llm::Dialect;
use serde_json::{Value, json};

/// A failure of the gateway, under the status that the dialect's clients expect.
pub(crate) fn of_gateway(error: llm::Error) -> Failure {
    let (code, message) = (error.code(), error.to_string());
    match (&error, error.kind()) {
        (llm::Error::UnknownModel { .. }, _) => Failure::of_kind(Kind::NotFound, "model_not_found", message),
        // Both vendors answer 400 where the rest of this server answers 422.
        (_, Kind::Invalid) => {
            let failure = Failure::of_kind(Kind::Malformed, code, message);
            error.details().into_iter().fold(failure, Failure::with_details)
        }
        _ => error.into(),
    }
}

/// The failure with a body in the dialect's shape; status and headers stay.
pub(crate) fn answer(dialect: Dialect, failure: Failure) -> Response {
    let body = match dialect {
        Dialect::OpenAi | Dialect::Responses => openai(&failure),
        Dialect::Anthropic => anthropic(&failure),
    };
    let mut response = failure.into_response();
    response.headers_mut().remove(header::CONTENT_LENGTH);
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    *response.body_mut() = Body::from(body.to_string());
    response
}

fn openai(failure: &Failure) -> Value {
    let kind = match failure.status().as_u16() {
        401 => "authentication_error",
        402 => "insufficient_quota",
        403 => "permission_error",
        429 => "rate_limit_error",
        500.. => "server_error",
        _ => "invalid_request_error",
    };
    let param = failure.body().details.as_ref().and_then(Value::as_object);
    let param = param.and_then(|fields| fields.keys().next());
    let (message, code) = (message(failure), &failure.body().code);
    json!({ "error": { "message": message, "type": kind, "param": param, "code": code } })
}

fn anthropic(failure: &Failure) -> Value {
    let kind = match failure.status().as_u16() {
        401 => "authentication_error",
        402 => "billing_error",
        403 => "permission_error",
        404 => "not_found_error",
        413 => "request_too_large",
        429 => "rate_limit_error",
        503 => "overloaded_error",
        500.. => "api_error",
        _ => "invalid_request_error",
    };
    json!({ "type": "error", "error": { "type": kind, "message": message(failure) } })
}

/// The message; what is wrong with a field stands in the details where a message does not say it.
fn message(failure: &Failure) -> String {
    failure.body().message.clone()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field() -> Failure {
        of_gateway(llm::Error::Field { field: "max_tokens".into(), problem: "must be above 0".into() })
    }

    #[test]
    fn a_field_at_fault_is_named_in_both_shapes() {
        assert_eq!(field().status(), 400);
        let shown = openai(&field());
        assert_eq!(
            (&shown["error"]["param"], &shown["error"]["type"]),
            (&json!("max_tokens"), &json!("invalid_request_error"))
        );
        let shown = anthropic(&field());
        assert_eq!(
            (&shown["type"], &shown["error"]["type"]),
            (&json!("error"), &json!("invalid_request_error"))
        );
        assert!(shown["error"]["message"].as_str().unwrap().contains("`max_tokens` must be above 0"));
    }

    #[test]
    fn the_body_changes_and_the_headers_stay() {
        let limited = llm::Error::Limited { limit: 10, what: "requests a minute", retry_after_s: 7 };
        let response = answer(Dialect::OpenAi, of_gateway(limited));
        assert_eq!(
            (response.status().as_u16(), &response.headers()[header::RETRY_AFTER]),
            (429, &HeaderValue::from(7))
        );
        let unknown = llm::Error::UnknownModel { model: "m".into(), providers: "p".into() };
        assert_eq!(of_gateway(unknown).status(), 404);
    }
}

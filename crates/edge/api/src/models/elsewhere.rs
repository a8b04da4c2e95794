//! Addresses and methods that the vendors have and this server has not.

use axum::extract::Request;
use axum::response::Response;
use door::Failure;
use llm::Dialect;

use super::failure;

/// Nothing is at the address.
pub(crate) async fn address(request: Request) -> Response {
    failure::answer(dialect(&request), Failure::not_found())
}

/// Something is, and does not take the method; `Allow` says which it takes.
pub(crate) async fn method(request: Request) -> Response {
    failure::answer(dialect(&request), Failure::method_not_allowed())
}

fn dialect(request: &Request) -> Dialect {
    let is_anthropic = request.uri().path().starts_with("/v1/messages")
        || request.headers().contains_key("anthropic-version");
    if is_anthropic { Dialect::Anthropic } else { Dialect::OpenAi }
}

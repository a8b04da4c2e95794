//! The OpenAPI document: what the operations say of themselves, and what is true of all of them.

mod about;
mod page;
mod parameters;
mod refusals;
mod serve;
#[cfg(test)]
mod truth;

use axum::http::Method;
use utoipa::openapi::path::{Operation, PathItem};
use utoipa::openapi::{OpenApi, SecurityRequirement};
use utoipa_axum::router::OpenApiRouter;

use crate::{once, rights};

pub use serve::pages;

/// The name of the security scheme.
const BEARER: &str = "bearer";

/// Marks operations that need a token: with the scope it must have, and with the key that makes a POST repeatable.
pub(crate) fn signed<S>(mut router: OpenApiRouter<S>) -> OpenApiRouter<S>
where
    S: Clone + Send + Sync + 'static,
{
    for (path, item) in &mut router.get_openapi_mut().paths.paths {
        for (method, operation) in operations(item) {
            let scope = rights::scope(&method, path);
            operation.security = Some(vec![SecurityRequirement::new(BEARER, [scope.as_str()])]);
            if once::applies(&method, scope) {
                operation.parameters.get_or_insert_default().push(parameters::idempotency_key());
            }
        }
    }
    router
}

/// Completes the document of all rooms' operations with what they share.
pub fn document(operations_alone: OpenApi) -> OpenApi {
    let mut document = operations_alone;
    about::write(&mut document);
    for (path, item) in &mut document.paths.paths {
        for (_, operation) in operations(item) {
            parameters::add(operation, path);
            refusals::add(operation);
        }
    }
    refusals::define(&mut document);
    document
}

pub(crate) fn operations(item: &mut PathItem) -> impl Iterator<Item = (Method, &mut Operation)> {
    let PathItem { get, put, post, patch, delete, .. } = item;
    let methods = [Method::GET, Method::PUT, Method::POST, Method::PATCH, Method::DELETE];
    let all = methods.into_iter().zip([get, put, post, patch, delete]);
    all.filter_map(|(method, operation)| Some((method, operation.as_mut()?)))
}

//! What a personal token must be allowed to do, by route: one table, so that it can be read as one.

use accounts::Scope;
use axum::http::Method;

/// The scope that a request needs; `route` is the template of its path, without `/api/v1`.
pub(crate) fn scope(method: &Method, route: &str) -> Scope {
    if matches!(*method, Method::GET | Method::HEAD) {
        return Scope::Read;
    }
    match route {
        // They are sent with POST because what they take is long, and change nothing.
        "/flows/validate" | "/flows/fit" | "/flows/{flowId}/fit" => Scope::Read,
        "/flows/convert/to-canvas" | "/flows/convert/to-yaml" | "/schedules/preview" => Scope::Read,
        route
            if ["/executions/run", "/executions/test", "/replay"].iter().any(|end| route.ends_with(end)) =>
        {
            Scope::Run
        }
        // Whoever may run a flow may let it go on.
        route if route.starts_with("/approvals") => Scope::Run,
        route if route.starts_with("/tokens") || route.starts_with("/api-keys") => Scope::Admin,
        // It decides who pays.
        "/llm/key-order" => Scope::Admin,
        _ => Scope::Write,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_route_needs_what_the_page_on_sign_in_says() {
        let table = [
            (Method::GET, "/tokens", Scope::Read),
            (Method::HEAD, "/flows/{flowId}", Scope::Read),
            (Method::POST, "/flows/validate", Scope::Read),
            (Method::POST, "/flows/{flowId}/fit", Scope::Read),
            (Method::POST, "/flows/convert/to-yaml", Scope::Read),
            (Method::POST, "/flows", Scope::Write),
            (Method::PUT, "/flows/{flowId}/secrets/{name}", Scope::Write),
            (Method::DELETE, "/variables/{name}", Scope::Write),
            (Method::POST, "/flows/{flowId}/executions/run", Scope::Run),
            (Method::POST, "/flows/{flowId}/executions/test", Scope::Run),
            (Method::PUT, "/flows/{flowId}/pins/{listener}", Scope::Write),
            (Method::POST, "/approvals/{approvalId}/decide", Scope::Run),
            (Method::POST, "/tokens", Scope::Admin),
            (Method::DELETE, "/tokens/{tokenId}", Scope::Admin),
            (Method::DELETE, "/api-keys/{provider}", Scope::Admin),
            (Method::PUT, "/llm/key-order", Scope::Admin),
        ];
        for (method, route, needed) in table {
            assert_eq!(scope(&method, route), needed, "{method} {route}");
        }
    }
}

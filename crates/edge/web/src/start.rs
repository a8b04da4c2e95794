use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use crate::page::{Pages, page};

/// Who answers here: the interface for a browser, `{name, version, docs}` for everybody else.
pub(crate) async fn start(headers: HeaderMap, pages: State<Pages>, docs: Option<&'static str>) -> Response {
    let accept = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if accept.contains("text/html") {
        return page(pages).await;
    }
    Json(json!({ "name": "bloxserver", "version": env!("CARGO_PKG_VERSION"), "docs": docs })).into_response()
}

#[cfg(test)]
mod tests {
    use axum::body::{Body, to_bytes};
    use axum::http::Request;
    use kit::Entropy;
    use tower::ServiceExt;

    use super::*;

    async fn ask(accept: &str, docs: Option<&'static str>) -> String {
        let request = Request::get("/").header(header::ACCEPT, accept).body(Body::empty()).unwrap();
        let answer = crate::router(Entropy::seeded(1), docs, None).oneshot(request).await.unwrap();
        assert_eq!(answer.status(), 200);
        String::from_utf8(to_bytes(answer.into_body(), 1 << 20).await.unwrap().to_vec()).unwrap()
    }

    #[tokio::test]
    async fn the_start_is_json_unless_a_browser_asks() {
        for accept in ["application/json", "*/*"] {
            let body: serde_json::Value = serde_json::from_str(&ask(accept, Some("/docs")).await).unwrap();
            assert_eq!((&body["name"], &body["docs"]), (&json!("bloxserver"), &json!("/docs")));
        }
        let body: serde_json::Value = serde_json::from_str(&ask("*/*", None).await).unwrap();
        assert_eq!(body["docs"], serde_json::Value::Null);
        assert!(ask("text/html,application/xhtml+xml", None).await.starts_with("<!doctype html>"));
    }
}

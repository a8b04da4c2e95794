use std::sync::Arc;

use axum::Router;
use axum::http::{HeaderName, HeaderValue, header};
use axum::response::Redirect;
use axum::routing::get;
use utoipa::openapi::OpenApi;

use super::page;

/// What these pages may do: nothing that is not of this server.
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; base-uri 'none'; \
                      form-action 'none'; frame-ancestors 'none'";

/// `/openapi.json` for programs and `/docs` for people.
pub fn pages(document: &OpenApi) -> serde_json::Result<Router> {
    let json: Arc<str> = document.to_json()?.into();
    let html: Arc<str> = page::render(document)?.into();
    Ok(Router::new()
        .route("/openapi.json", text("application/json", json))
        .route("/docs", text("text/html; charset=utf-8", html))
        // Where others have it.
        .route("/redoc", get(async || Redirect::permanent("/docs")))
        .route("/docs/style.css", text("text/css; charset=utf-8", include_str!("page/style.css").into()))
        .route(
            "/docs/script.js",
            text("text/javascript; charset=utf-8", include_str!("page/script.js").into()),
        ))
}

fn text(kind: &'static str, text: Arc<str>) -> axum::routing::MethodRouter {
    get(move || async move { (head(kind), text.to_string()) })
}

fn head(kind: &'static str) -> [(HeaderName, HeaderValue); 2] {
    [
        (header::CONTENT_TYPE, HeaderValue::from_static(kind)),
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY)),
    ]
}

#[cfg(test)]
mod tests {
    use axum::body::{Body, to_bytes};
    use axum::http::{HeaderMap, Request};
    use tower::ServiceExt;

    use super::*;

    async fn ask(document: &OpenApi, path: &str, accept: &str) -> (u16, HeaderMap, String) {
        let request = Request::get(path).header(header::ACCEPT, accept).body(Body::empty()).unwrap();
        let answer = pages(document).unwrap().oneshot(request).await.unwrap();
        let (head, body) = answer.into_parts();
        let body = String::from_utf8(to_bytes(body, 10_000_000).await.unwrap().to_vec()).unwrap();
        (head.status.as_u16(), head.headers, body)
    }

    fn document() -> OpenApi {
        crate::document(crate::operations())
    }

    #[tokio::test]
    async fn the_page_shows_every_operation_and_every_schema() {
        let document = document();
        let (status, headers, page) = ask(&document, "/docs", "*/*").await;
        assert_eq!(
            (status, &headers[header::CONTENT_SECURITY_POLICY]),
            (200, &HeaderValue::from_static(POLICY))
        );
        let json = serde_json::to_value(&document).unwrap();
        for item in json["paths"].as_object().unwrap().values() {
            for operation in item.as_object().unwrap().values() {
                let id = operation["operationId"].as_str().unwrap();
                assert!(page.contains(&format!("<article id=\"{id}\">")), "{id}");
            }
        }
        for name in json["components"]["schemas"].as_object().unwrap().keys() {
            assert!(page.contains(&format!("id=\"schema-{name}\"")), "{name}");
        }
    }

    #[tokio::test]
    async fn who_looks_for_the_page_where_others_have_it_is_led_there() {
        let (status, headers, _) = ask(&document(), "/redoc", "text/html").await;
        assert_eq!((status, &headers[header::LOCATION]), (308, &HeaderValue::from_static("/docs")));
    }

    #[tokio::test]
    async fn nothing_on_the_pages_comes_from_elsewhere() {
        let document = document();
        for path in ["/docs", "/docs/style.css", "/docs/script.js"] {
            let (status, _, text) = ask(&document, path, "text/html").await;
            assert_eq!(status, 200, "{path}");
            for loading in ["src=\"http", "href=\"http", "src=\"//", "url(", "@import", "style=\"", "onclick"]
            {
                assert!(!text.contains(loading), "{path} has {loading}");
            }
        }
    }
}

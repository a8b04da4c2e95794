use axum::Router;
use axum::http::{HeaderValue, header};
use axum::routing::get;
use utoipa::openapi::OpenApi;

/// The addresses at which the document is read: `/openapi.json` by programs.
pub fn pages(document: &OpenApi) -> serde_json::Result<Router> {
    let json = document.to_json()?;
    let headers = [(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))];
    Ok(Router::new().route("/openapi.json", get(move || async move { (headers, json) })))
}

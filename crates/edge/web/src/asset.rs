use axum::extract::Path;
use axum::http::{HeaderMap, Uri, header};
use axum::response::{IntoResponse, Response};
use door::Failure;

use crate::files;

/// A file whose name says its content: browsers keep it for a year.
pub(crate) async fn hashed(Path(name): Path<String>, headers: HeaderMap) -> Response {
    answer(&format!("assets/{name}"), &headers, "public, max-age=31536000, immutable")
}

/// A file that may be another after an update.
pub(crate) async fn plain(uri: Uri, headers: HeaderMap) -> Response {
    answer(uri.path().trim_start_matches('/'), &headers, "no-cache")
}

fn answer(name: &str, headers: &HeaderMap, keep: &'static str) -> Response {
    let Some(file) = files::find(name) else { return Failure::not_found().into_response() };
    let accepted = headers.get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or("");
    let (bytes, encoding) = file.for_encodings(accepted);
    let mut response = bytes.into_response();
    let about = response.headers_mut();
    let value = axum::http::HeaderValue::from_static;
    about.insert(header::CONTENT_TYPE, value(file.content_type()));
    about.insert(header::CACHE_CONTROL, value(keep));
    about.insert(header::VARY, value("accept-encoding"));
    if let Some(encoding) = encoding {
        about.insert(header::CONTENT_ENCODING, value(encoding));
    }
    response
}
